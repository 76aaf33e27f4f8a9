"""The mails after a publication: to whoever has a new or changed place, once, in their language."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

import structlog
from flask import current_app, request, url_for
from flask_babel import force_locale

from matcher.hackathons.publication import mark_told, own_team, slot_of, untold
from matcher.store import Hackathon, TeamPlace
from matcher.store.base import utc_now
from web.i18n import ROOT_KEY, public_root
from web.links import participation_token
from web.mail import Attachment, MailError, Message, message, outbox
from web.teams.calendar import MIMETYPE, event_ics
from web.wiring import db

#: Seconds that one press of the button may take; the rest is sent at the next. Chosen: half of what proxies wait.
SENDING_S: Final = 25.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sent:
    """What one press of the button did: mails that left, that the server refused, that are still to be sent."""

    sent: int
    refused: int
    left: int


def announce(hackathon: Hackathon, *, limit_s: float = SENDING_S) -> Sent:
    """Send the mails that are due. Each is noted as it leaves: a crash repeats one mail at most.

    Raises MailError when the server cannot be reached.
    """
    end = time.monotonic() + limit_s
    due = untold(db.session, hackathon.id)
    sent = refused = 0
    if due:
        with outbox() as send:
            for place in due:
                if time.monotonic() > end:
                    break
                slot, mail = slot_of(place), place_mail(hackathon, place)
                if mail is None:
                    continue
                try:
                    send(mail)
                except MailError:
                    refused += 1
                    continue
                mark_told(db.session, place, slot, utc_now())
                sent += 1
    log.info("places announced", hackathon=hackathon.id, sent=sent, refused=refused)
    return Sent(sent, refused, len(due) - sent - refused)


def place_mail(hackathon: Hackathon, place: TeamPlace) -> Message | None:
    """What one person is written: their team and challenge, and the link to answer; None when they left meanwhile."""
    person = place.registration
    own = own_team(db.session, person)
    if own is None:
        return None
    with force_locale(person.language.value):
        link = in_language(person.language.value, url_for("registrations.show", token=participation_token(person)))
        page = in_language(person.language.value, url_for("hackathons.show", id=hackathon))
        calendar = Attachment("hackathon.ics", event_ics(hackathon, page), MIMETYPE)
        return message(
            "place", person.email, attachments=(calendar,), hackathon=hackathon, person=person, own=own, link=link
        )  # fmt: skip


def in_language(language: str, path: str) -> str:
    """Whole address of ``path`` (that ``url_for`` gave for the page at hand) in another language."""
    default = current_app.config["BABEL_DEFAULT_LOCALE"]
    root = request.environ.get(ROOT_KEY, "")
    here = request.script_root.removeprefix(root)
    bare = path.removeprefix(root).removeprefix(here)
    return public_root() + root + ("" if language == default else f"/{language}") + bare
