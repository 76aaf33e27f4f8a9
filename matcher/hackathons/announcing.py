"""The mails about published places, as rows of the queue: each place is told once, and how far they are is stored.

Keys of all mails to people at an event begin with its number and that of the person, so that what still waits can be
taken back when somebody is moved, withdraws or is erased.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from matcher.hackathons.publication import is_held, places
from matcher.notifications.letters import Recipient, Words
from matcher.notifications.queueing import queue_mail
from matcher.people import MailKind, MailState
from matcher.store import CurrentPlan, Mail, TeamPlace
from matcher.store.session import writing
from matcher.teams.entities import Slot

#: States of mails that the server took, even where they came back.
_LEFT = frozenset({MailState.SENT, MailState.BOUNCED})
_WAITS = frozenset({MailState.WAITING, MailState.SENDING})


class PlaceMail(NamedTuple):
    """What one person is told: of the place at `slot`, in these words."""

    registration_id: int
    slot: Slot
    recipient: Recipient
    words: Words


@dataclass(frozen=True, slots=True)
class Progress:
    """Mails about the places that people have now: all, those that left, wait, and were refused for good.

    The rest of `total` was not sent because its reason or its link had ended.
    """

    total: int
    sent: int
    waiting: int
    failed: int


def mail_key(hackathon_id: int, registration_id: int, what: str) -> str:
    """Key of a mail to somebody at an event; ``what`` is what it is about.

    >>> mail_key(3, 17, "received")
    'hackathon:3:17:received'
    """
    return f"hackathon:{hackathon_id}:{registration_id}:{what}"


def queue_place_mails(
    session: Session, hackathon_id: int, mails: Iterable[PlaceMail], *, now: datetime, ends_at: datetime
) -> int:
    """Queue these mails, in one transaction; answers how many are new.

    A place that changed since its mail was written stays to be told; one that was told meanwhile is left alone.
    `ends_at` is when the mails have no more use.
    """
    count = 0
    with writing(session):
        version = _published_number(session, hackathon_id)
        for mail in mails:
            place = session.get(TeamPlace, mail.registration_id, populate_existing=True)
            if place is None or place.told_at is not None or not is_held(place):
                continue
            if Slot(str(place.challenge_id), place.team_number) != mail.slot:
                continue
            place.told_at = now
            key = mail_key(hackathon_id, mail.registration_id, f"place:{version}")
            count += queue_mail(
                session, key, MailKind.HACKATHON, mail.recipient, mail.words, now=now, link_ends_at=ends_at
            )
    return count


def take_back_place_mails(session: Session, hackathon_id: int, people: Collection[int]) -> None:
    """Drop the mails about these people's places that still wait: the place is another one now, or gone.

    Within a transaction of the caller. Their keys are free again: nothing was told.
    """
    for number in people:
        _drop_waiting(session, mail_key(hackathon_id, number, "place:%"))


def take_back_mails(session: Session, hackathon_id: int, registration_id: int | None = None) -> None:
    """Drop all mails that still wait of an event, or to one person at it, who is erased; as above."""
    _drop_waiting(session, f"hackathon:{hackathon_id}:{'%' if registration_id is None else f'{registration_id}:%'}")


def progress(session: Session, hackathon_id: int) -> Progress:
    """How far the mails about the present places are. Cost: two queries."""
    told = {row.registration_id for row in places(session, hackathon_id) if row.told_at is not None and is_held(row)}
    query = select(Mail.key, Mail.state).where(Mail.key.like(f"hackathon:{hackathon_id}:%:place:%"))
    newest: dict[int, MailState] = {}
    for key, state in session.execute(query.order_by(Mail.id)):
        number = int(key.split(":")[2])
        if number in told:
            newest[number] = state
    states = list(newest.values())
    return Progress(
        total=len(states),
        sent=sum(state in _LEFT for state in states),
        waiting=sum(state in _WAITS for state in states),
        failed=states.count(MailState.FAILED),
    )


def _published_number(session: Session, hackathon_id: int) -> int:
    pointer = session.get(CurrentPlan, hackathon_id, populate_existing=True)
    return pointer.published.number if pointer is not None and pointer.published is not None else 0


def _drop_waiting(session: Session, pattern: str) -> None:
    session.execute(delete(Mail).where(Mail.key.like(pattern), Mail.state == MailState.WAITING))
