"""Mails about a posting that is being deleted, to those of its pairs who wait: nobody waits for what is gone.

Closing leaves the pairs to be read, so the planner finds who waited. Deleting takes them along: these mails are
written in the transaction of the deletion itself, and name no pair.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.clock import local_day
from matcher.introductions.recording import posting_of
from matcher.notifications.letters import Compose, PairLetter
from matcher.notifications.preferences import Verdict, verdict
from matcher.notifications.queueing import queue_mail
from matcher.notifications.recipients import recipients
from matcher.notifications.sides import yes_at
from matcher.people import IntroductionState, MailKind
from matcher.store import Introduction, MailPreference, Need, Offer
from matcher.store.session import writing

#: Pairs in which somebody counts on the other side.
_WAITING: Final = (
    IntroductionState.ANSWERED,
    IntroductionState.INTRODUCED,
    IntroductionState.MET,
    IntroductionState.STARTED,
)
#: Days of silence after which nobody waits any more. Chosen: the messages of a pair are kept about as long.
SILENT_DAYS: Final = 183


def tell_of_deletion(session: Session, posting: Need | Offer, compose: Compose, *, now: datetime) -> int:
    """Write to every side that had said yes to ``posting``, before it is deleted; returns how many mails.

    Part of a transaction of the caller, who deletes the posting in it. Cost: one query, and some milliseconds for the
    words of each mail.
    """
    side = posting.posting_kind.other
    own = Introduction.need_id if isinstance(posting, Need) else Introduction.offer_id
    alive = Introduction.changed_at > now - timedelta(days=SILENT_DAYS)
    pairs = select(Introduction).where(own == posting.id, Introduction.state.in_(_WAITING), alive)
    with writing(session):
        rows = [pair for pair in session.scalars(pairs.order_by(Introduction.id)) if yes_at(pair, side) is not None]
        return sum(_tell(session, pair, posting_of(pair, side), compose, now) for pair in rows)


def _tell(session: Session, pair: Introduction, waiting: Need | Offer, compose: Compose, now: datetime) -> int:
    organisation = waiting.organisation
    preference = session.get(MailPreference, organisation.id)
    if verdict(preference, MailKind.POSTING_DELETED, local_day(now)) is Verdict.CANCEL:
        return 0
    # The pair is deleted once, and its mails in the same transaction: the reason needs no number that names the two.
    reason = f"{MailKind.POSTING_DELETED}:{secrets.token_hex(8)}"
    letter = PairLetter(
        kind=MailKind.POSTING_DELETED,
        reason=reason,
        organisation_id=organisation.id,
        introduction_id=pair.id,
        side=waiting.posting_kind,
    )
    written = 0
    for number, recipient in enumerate(recipients(session, organisation)):
        words = compose(session, letter, recipient, now)
        if words is not None:
            key, kind = f"{reason}/{number}", MailKind.POSTING_DELETED
            bare = recipient._replace(account_id=None)  # the organisation's mail, as all about its pairs
            queue_mail(session, key, kind, bare, words, now=now, organisation_id=organisation.id)
            written += 1
    return written
