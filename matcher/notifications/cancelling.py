"""What becomes of mails that wait: sent, held by a pause, or cancelled because their reason ended.

Asked again in the very transaction in which a mail is taken to be sent: nothing leaves after a refusal.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.introductions.states import EXCHANGED
from matcher.notifications.moderation_letters import stands_so
from matcher.notifications.pair_letters import has_ended, may_be_asked
from matcher.notifications.posting_letters import unanswered_needs
from matcher.notifications.preferences import OWED, Verdict, kept_preference, verdict
from matcher.notifications.queueing import finish
from matcher.notifications.recipients import recipients
from matcher.notifications.sides import waiting_side
from matcher.notifications.working_days import Calendar
from matcher.people import IntroductionState, MailKind, MailState
from matcher.postings.queries import get_posting
from matcher.store import Introduction, Mail, MailPreference, Need, Organisation, PostingQuestion
from matcher.store.session import writing
from matcher.vocabulary import PostingKind

#: Mails that ask a side for its answer: they end with the wait for it.
_ASKING: Final = frozenset({MailKind.ANSWER_WANTED, MailKind.REMINDER})
_OF_PAIRS: Final = _ASKING | {
    MailKind.INTRODUCED,
    MailKind.FOLLOW_UP,
    MailKind.MESSAGE,
    MailKind.SOLVED_ELSEWHERE,
}


def cancel_ended(session: Session, now: datetime, calendar: Calendar) -> int:
    """Drop every waiting mail whose reason ended or whose links are dead; returns how many.

    Cost: some queries a waiting mail.
    """
    waiting = session.scalars(select(Mail.id).where(Mail.state == MailState.WAITING)).all()
    ended: dict[int, Verdict] = {}
    for number in waiting:
        mail = session.get(Mail, number)
        asked = stands(session, mail, now, calendar) if mail is not None else Verdict.SEND
        if asked in {Verdict.CANCEL, Verdict.EXPIRE}:
            ended[number] = asked
    if not ended:
        return 0
    with writing(session):
        for number, asked in ended.items():
            mail = session.get(Mail, number, populate_existing=True)
            if mail is not None and mail.state is MailState.WAITING:
                drop(session, mail, asked)
    return len(ended)


def drop(session: Session, mail: Mail, asked: Verdict) -> None:
    """Take one mail out of the queue unsent, inside a transaction of the caller: cancelled, or its links are dead.

    What a digest would have told comes in the next one.
    """
    finish(mail, MailState.EXPIRED if asked is Verdict.EXPIRE else MailState.CANCELLED)
    if mail.kind is MailKind.DIGEST and mail.organisation_id is not None:
        told = select(func.max(Mail.created_at)).where(
            Mail.id != mail.id,
            Mail.organisation_id == mail.organisation_id,
            Mail.kind == MailKind.DIGEST,
            Mail.state.not_in((MailState.CANCELLED, MailState.FAILED)),
        )
        kept_preference(session, mail.organisation_id).digest_at = session.scalar(told)


def stands(session: Session, mail: Mail, now: datetime, calendar: Calendar) -> Verdict:
    """Whether the reason of ``mail`` still stands, and may be told today."""
    if mail.link_ends_at is not None and mail.link_ends_at <= now:
        return Verdict.EXPIRE
    if mail.organisation_id is None or mail.kind in OWED - {MailKind.MODERATION}:
        return Verdict.SEND
    asked = verdict(session.get(MailPreference, mail.organisation_id), mail.kind, calendar.day_of(now))
    if mail.kind is MailKind.DIGEST and asked is Verdict.HOLD:
        return Verdict.CANCEL  # old by the end of a pause: the first digest after it tells the same, as it is then
    if asked is Verdict.CANCEL or not _is_recipient(session, mail):
        return Verdict.CANCEL
    reason = _reason(session, mail, now, calendar)
    return asked if reason is Verdict.SEND else reason


def _is_recipient(session: Session, mail: Mail) -> bool:
    """A colleague who left, or an address that was changed, gets nothing that waited."""
    organisation = session.get(Organisation, mail.organisation_id)
    if organisation is None:
        return False
    found = recipients(session, organisation, owed=mail.kind in OWED)
    return mail.account_id is not None or mail.address in {each.address for each in found}


def _reason(session: Session, mail: Mail, now: datetime, calendar: Calendar) -> Verdict:
    subject = mail.key.partition("/")[0].split(":")[1:]
    if mail.kind in _OF_PAIRS:
        pair = session.get(Introduction, mail.introduction_id) if mail.introduction_id else None
        return Verdict.CANCEL if pair is None else _of_pair(pair, mail, calendar.day_of(now))
    return Verdict.SEND if _stays_true(session, mail.kind, subject, now, calendar) else Verdict.CANCEL


def _of_pair(pair: Introduction, mail: Mail, today: date) -> Verdict:
    if mail.kind is MailKind.SOLVED_ELSEWHERE:
        return Verdict.SEND if pair.state is IntroductionState.CLOSED else Verdict.CANCEL
    if mail.kind not in _ASKING:
        return Verdict.SEND if pair.state in EXCHANGED else Verdict.CANCEL
    side = PostingKind(mail.key.split(":")[2])
    over = has_ended(pair.need, today) or has_ended(pair.offer, today)
    if pair.state is not IntroductionState.ANSWERED or waiting_side(pair) is not side or over:
        return Verdict.CANCEL
    return Verdict.SEND if may_be_asked(pair, side, today) else Verdict.HOLD


def _stays_true(session: Session, kind: MailKind, subject: list[str], now: datetime, calendar: Calendar) -> bool:
    today = calendar.day_of(now)
    if kind is MailKind.NEAR_MISS:
        wanted = unanswered_needs(now, calendar).where(Need.id == int(subject[0]))
        return session.scalar(wanted) is not None
    if kind is MailKind.EXPIRES_SOON:
        posting = get_posting(session, PostingKind(subject[0]), int(subject[1]))
        ends_on = posting.expires_on if posting else None
        return posting is not None and ends_on == date.fromisoformat(subject[2]) and not has_ended(posting, today)
    if kind in {MailKind.QUESTION, MailKind.ANSWER}:
        question = session.get(PostingQuestion, int(subject[0]))
        if question is None or question.hidden_at is not None or _is_over(session, question, today):
            return False
        return (question.answered_at is not None) is (kind is MailKind.ANSWER)
    return kind is not MailKind.MODERATION or stands_so(session, subject)


def _is_over(session: Session, question: PostingQuestion, today: date) -> bool:
    """Whether the need that was asked about, or the offer that asked, has ended."""
    need = get_posting(session, PostingKind.NEED, question.need_id)
    offer = get_posting(session, PostingKind.OFFER, question.offer_id) if question.offer_id is not None else None
    return need is None or has_ended(need, today) or (offer is not None and has_ended(offer, today))
