"""Mails that came back: noted on the mail, counted in a row, and after three the address is left alone."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import dropwhile, takewhile
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.notifications.preferences import MAX_BOUNCES, kept_preference
from matcher.people import MailState
from matcher.store import Mail
from matcher.store.encryption import blind_indexes
from matcher.store.session import writing

#: Newest mails of an address that are looked at: more than a row of bounces with some that are still on their way.
_LOOKED_AT: Final = 12


def in_a_row(states: Iterable[MailState]) -> int:
    """Bounces in a row, newest mail first. The newest mails may still come back: they say nothing yet.

    >>> B, S = MailState.BOUNCED, MailState.SENT
    >>> in_a_row([S, B, B, S, B]), in_a_row([S, S]), in_a_row([B, B, B])
    (2, 0, 3)
    """
    known = dropwhile(lambda state: state is MailState.SENT, states)
    return sum(1 for _ in takewhile(lambda state: state is MailState.BOUNCED, known))


def is_dead(session: Session, address: str) -> bool:
    """Whether the last mails to ``address`` all came back. A mail that got through since brings it to life."""
    return _count(session, address) >= MAX_BOUNCES


def record_bounce(session: Session, message_id: str) -> int | None:
    """Note that the mail with this Message-ID came back; bounces in a row of its address, None for no mail of ours.

    The same bounce told twice counts once.
    """
    named = message_id.strip()
    named = named if named.startswith("<") else f"<{named}>"
    with writing(session):
        mail = session.scalar(select(Mail).where(Mail.message_id == named))
        if mail is None or mail.sent_at is None:
            return None
        mail.state, mail.failure = MailState.BOUNCED, "bounced"
        session.flush()
        # The address of a mail to nobody in particular is forgotten once it has left: nothing else is known of it.
        count = _count(session, mail.address) if mail.address else 1
        if mail.organisation_id is not None:
            row = kept_preference(session, mail.organisation_id)
            row.bounces = max(row.bounces, count)
    return count


def _count(session: Session, address: str) -> int:
    states = session.scalars(
        select(Mail.state)
        .where(Mail.address_index.in_(blind_indexes(address)), Mail.sent_at.is_not(None))
        .order_by(Mail.sent_at.desc(), Mail.id.desc())
        .limit(_LOOKED_AT)
    )
    return in_a_row(states)
