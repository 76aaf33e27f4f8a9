"""The mails that hackathons send besides those about teams, as data: subject, sentences, button, foot.

They are rows of the queue of mails, written in the transaction of what causes them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from matcher.clock import start_of_day, utc_now
from matcher.notifications.letters import Recipient
from matcher.notifications.queueing import queue_mail
from matcher.people import MailKind
from matcher.store import Hackathon
from web.mail import message, words_of
from web.wiring import db

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString


class Letter(NamedTuple):
    """One mail; ``%(name)s`` in its texts stand for what it is sent with."""

    subject: LazyString
    sentences: tuple[LazyString, ...]
    button: LazyString
    foot: LazyString


_YOURS: Final = _l("This link is yours alone: whoever has it can change your registration.")

LETTERS: Final[dict[str, Letter]] = {
    "received": Letter(
        _l("You are registered for %(event)s"),
        (
            _l("You are registered for %(event)s."),
            _l("On your page you can change what you told, withdraw, and later see your team."),
        ),
        _l("My registration"),
        _YOURS,
    ),
    "waiting": Letter(
        _l("You are on the waiting list of %(event)s"),
        (
            _l(
                "%(event)s is full: you are on its waiting list. A place that comes free goes to whoever waits longest."
            ),
            _l("On your page you see your place in line; you can change what you told, or withdraw."),
        ),
        _l("My registration"),
        _YOURS,
    ),
    "again": Letter(
        _l("You are registered for %(event)s already"),
        (
            _l("Somebody, most likely you, filled in the registration form of %(event)s with your address."),
            _l("You are registered already, and nothing was changed. To change what you told, open your page."),
        ),
        _l("My registration"),
        _l("If it was not you, do nothing. Whoever filled in the form has learned nothing about you."),
    ),
    "address": Letter(
        _l("Confirm your address for %(event)s"),
        (_l("You want to be written to at this address about %(event)s."),),
        _l("Use this address"),
        _l("If it was not you, do nothing: nothing changes."),
    ),
    "invited": Letter(
        _l("Organise %(event)s together?"),
        (
            _l("You are asked to help run the hackathon %(event)s on Passerelle."),
            _l("You will see what people tell when they register, form teams and prepare the days."),
        ),
        _l("See the invitation"),
        _l("The link works for two weeks. If you do nothing, nothing happens."),
    ),
}


def write(
    name: str, key: str, to: Recipient, hackathon: Hackathon, link: str, *, ends_at: datetime | None = None
) -> bool:
    """Queue one of :data:`LETTERS` under ``key``; False when that key was used before.

    ``ends_at`` is when its link ends; without one, the day after the event. Joins the transaction of the caller.
    """
    letter = LETTERS[name]
    values = {"event": hackathon.title}
    with force_locale(to.language.value):
        mail = message(
            "account_letter",
            to.address,
            link=link,
            subject_line=letter.subject % values,
            sentences=[sentence % values for sentence in letter.sentences],
            button=letter.button,
            foot=letter.foot,
        )
    ends_at = ends_at or end_of(hackathon)
    return queue_mail(db.session, key, MailKind.HACKATHON, to, words_of(mail), now=utc_now(), link_ends_at=ends_at)


def end_of(hackathon: Hackathon) -> datetime:
    """When mails about ``hackathon`` have no more use: the end of the day after it."""
    return start_of_day(hackathon.ends_on + timedelta(days=2))
