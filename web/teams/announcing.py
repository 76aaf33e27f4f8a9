"""The mails after a publication: to whoever has a new or changed place, once, in their language; with an .ics file.

They are written into the queue of mails, which sends each once whatever dies, and waits for a server that is away.
"""

from __future__ import annotations

from typing import Final

from flask import current_app, request, url_for
from flask_babel import force_locale

from matcher.clock import utc_now
from matcher.hackathons.announcing import PlaceMail, queue_place_mails
from matcher.hackathons.publication import own_team, slot_of, untold
from matcher.notifications.letters import Recipient
from matcher.store import Hackathon, TeamPlace
from web.hackathons.letters import end_of
from web.i18n import ROOT_KEY, public_root
from web.links import participation_token
from web.logs import log
from web.mail import Attachment, message, words_of
from web.teams.calendar import MIMETYPE, event_ics
from web.wiring import db

#: Mails that are written in one transaction. Chosen: it holds the write lock for some hundredths of a second.
BATCH: Final = 100


def announce(hackathon: Hackathon) -> int:
    """Queue the mails that are due; answers how many. A crash in between leaves the rest to be queued."""
    count, due = 0, untold(db.session, hackathon.id)
    for start in range(0, len(due), BATCH):
        mails = [mail for place in due[start : start + BATCH] if (mail := place_mail(hackathon, place)) is not None]
        count += queue_place_mails(db.session, hackathon.id, mails, now=utc_now(), ends_at=end_of(hackathon))
    log.info("places announced", hackathon=hackathon.id, queued=count)
    return count


def place_mail(hackathon: Hackathon, place: TeamPlace) -> PlaceMail | None:
    """What one person is written: their team and challenge, and the link to answer; None when they left meanwhile."""
    person = place.registration
    own = own_team(db.session, person)
    if own is None:
        return None
    language = person.language.value
    with force_locale(language):
        link = in_language(language, url_for("registrations.show", token=participation_token(person)))
        page = in_language(language, url_for("hackathons.show", id=hackathon))
        calendar = Attachment("hackathon.ics", event_ics(hackathon, page), MIMETYPE)
        mail = message(
            "place", person.email, attachments=(calendar,), hackathon=hackathon, person=person, own=own, link=link
        )
    recipient = Recipient(person.email, person.language, None)
    return PlaceMail(person.id, slot_of(place), recipient, words_of(mail))


def in_language(language: str, path: str) -> str:
    """Whole address of ``path`` (that ``url_for`` gave for the page at hand) in another language."""
    default = current_app.config["BABEL_DEFAULT_LOCALE"]
    root = request.environ.get(ROOT_KEY, "")
    here = request.script_root.removeprefix(root)
    bare = path.removeprefix(root).removeprefix(here)
    return public_root() + root + ("" if language == default else f"/{language}") + bare
