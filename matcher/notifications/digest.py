"""The weekly digest: one mail an organisation, what is new for each of its postings, best first.

It leaves on the first working morning at which there is something new, seven days or more after the one before.
Who asked to be told at once gets the same mail within the hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any, Final, TypeVar

from sqlalchemy import Row, Select, and_, case, exists, func, literal, or_, select, true
from sqlalchemy.orm import Session

from matcher.notifications.letters import DigestLetter, Group
from matcher.notifications.preferences import AT_ONCE_GAP, WEEK_DAYS, Verdict, verdict
from matcher.notifications.sending import SERVER
from matcher.notifications.working_days import Calendar
from matcher.people import Actor, IntroductionState, MailFrequency, MailKind, MailState
from matcher.postings.filters import is_live
from matcher.store import Introduction, JobMark, Mail, MailPreference, Need, Offer, Proposal
from matcher.vocabulary import PostingKind

#: Days after which a proposal that nobody was told of is no news. Chosen: a pause of a month loses nothing.
WINDOW_DAYS: Final = 42
#: Proposals of one posting, and of one mail, that are shown one by one. Chosen: a mail is read in two minutes.
SHOWN_OF_POSTING: Final = 5
SHOWN_OF_MAIL: Final = 12

#: The beginning of time, for who was never told anything.
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """One side of a proposal: the posting that it is for, the one that is proposed, when it was made.

    ``not_before`` is the day on which that side asked to hear of it again.
    """

    organisation_id: int
    kind: PostingKind
    posting_id: int
    other_id: int
    score: float
    shown_at: datetime
    seen: bool
    not_before: date | None


@dataclass(frozen=True, slots=True)
class News:
    """An answer of an organisation that came to nothing since: the other side declined, or stayed silent."""

    organisation_id: int
    introduction_id: int
    side: PostingKind
    changed_at: datetime


Item = TypeVar("Item", Told, News)

#: What is read of a pair beside its numbers.
_OF_PAIR: Final = (
    Need.organisation_id.label("need_owner"),
    Offer.organisation_id.label("offer_owner"),
    Introduction.need_seen_at,
    Introduction.offer_seen_at,
    Introduction.need_not_before,
    Introduction.offer_not_before,
)


def is_due(
    preference: MailPreference | None, now: datetime, calendar: Calendar, sent_at: datetime | None = None
) -> bool:
    """Whether an organisation may get a digest at ``now``, if there is something to tell.

    The last one counts from when it was written and from ``sent_at``, when it left: a mail server may have been away.
    """
    if verdict(preference, MailKind.DIGEST, calendar.day_of(now)) is not Verdict.SEND:
        return False
    known = [each for each in (preference.digest_at if preference else None, sent_at) if each is not None]
    last = max(known, default=None)
    if preference is not None and preference.frequency is MailFrequency.AT_ONCE:
        return last is None or now - last >= AT_ONCE_GAP
    return calendar.is_morning(now) and (
        last is None or (calendar.day_of(now) - calendar.day_of(last)).days >= WEEK_DAYS
    )


def is_new(told: Told, since: datetime, now: datetime, calendar: Calendar) -> bool:
    """Whether a proposal is news for its side: made since, or asked for again on a day that came since."""
    if told.not_before is not None:
        return calendar.day_of(since) < told.not_before <= calendar.day_of(now)
    return told.shown_at > since and not told.seen


def grouped(told: Iterable[Told]) -> tuple[Group, ...]:
    """Proposals by posting, the posting with the best one first; few enough to be read."""
    rows = sorted(told, key=lambda each: (each.kind.value, each.posting_id, -each.score, each.other_id))
    found = []
    for (kind, posting_id), several in groupby(rows, key=lambda each: (each.kind, each.posting_id)):
        ordered = list(several)
        found.append((ordered[0].score, kind, posting_id, [each.other_id for each in ordered]))
    found.sort(key=lambda each: (-each[0], each[1].value, each[2]))
    groups, left = [], SHOWN_OF_MAIL
    for _, kind, posting_id, others in found:
        shown = tuple(others[: min(SHOWN_OF_POSTING, max(1, left))])
        left -= len(shown)
        groups.append(Group(kind=kind, posting_id=posting_id, other_ids=shown, more=len(others) - len(shown)))
    return tuple(groups)


def find_digests(session: Session, now: datetime, calendar: Calendar) -> list[DigestLetter]:
    """Every digest that is due. Cost: two queries over the proposals of :data:`WINDOW_DAYS` days, in the morning."""
    return _digests(session, now, calendar) if calendar.is_morning(now) else find_prompt_digests(session, now, calendar)


def find_prompt_digests(session: Session, now: datetime, calendar: Calendar) -> list[DigestLetter]:
    """Those of organisations that want to hear at once. Cost: the same over their own proposals alone."""
    prompt = MailPreference.frequency == MailFrequency.AT_ONCE
    owners = set(session.scalars(select(MailPreference.organisation_id).where(prompt)))
    return _digests(session, now, calendar, owners) if owners else []


def _digests(session: Session, now: datetime, calendar: Calendar, owners: set[int] | None = None) -> list[DigestLetter]:
    """Digests of ``owners``; None for everybody's."""
    preferences = {row.organisation_id: row for row in session.scalars(select(MailPreference))}
    told = _by_organisation(_proposals(session, now, calendar, owners))
    news = _by_organisation(_news(session, now))
    sent = _sent(session, now)
    return [
        letter
        for organisation_id in sorted({*told, *news} - _held_up(session))
        if owners is None or organisation_id in owners
        if is_due(preferences.get(organisation_id), now, calendar, sent.get(organisation_id))
        and (letter := _letter(organisation_id, preferences, told, news, now, calendar)) is not None
    ]


def _sent(session: Session, now: datetime) -> dict[int | None, datetime]:
    """When the last digest of an organisation left, if that was in the last week or so.

    One of the future was sent before the clock went back: it says nothing.
    """
    recent = (Mail.kind == MailKind.DIGEST) & Mail.sent_at.between(now - timedelta(days=WEEK_DAYS + 1), now)
    found = session.execute(
        select(Mail.organisation_id, func.max(Mail.sent_at)).where(recent).group_by(Mail.organisation_id)
    )
    return {organisation_id: sent_at for organisation_id, sent_at in found if sent_at is not None}


def _held_up(session: Session) -> set[int | None]:
    """Who has a digest that waits for a mail server that is away: one for each hour would all arrive at once."""
    server = session.get(JobMark, SERVER)
    if server is None or server.seq == 0:
        return set()
    waiting = select(Mail.organisation_id).where(Mail.kind == MailKind.DIGEST, Mail.state == MailState.WAITING)
    return set(session.scalars(waiting))


def _letter(
    organisation_id: int,
    preferences: Mapping[int, MailPreference],
    told: Mapping[int, Sequence[Told]],
    news: Mapping[int, Sequence[News]],
    now: datetime,
    calendar: Calendar,
) -> DigestLetter | None:
    preference = preferences.get(organisation_id)
    since = preference.digest_at if preference and preference.digest_at else _NEVER
    fresh = [each for each in told.get(organisation_id, ()) if is_new(each, since, now, calendar)]
    ended = [each for each in news.get(organisation_id, ()) if each.changed_at > since]
    if not fresh and not ended:
        return None
    at_once = preference is not None and preference.frequency is MailFrequency.AT_ONCE
    when = f"{now:%Y-%m-%dT%H:%M}" if at_once else calendar.day_of(now).isoformat()
    return DigestLetter(
        reason=f"digest:{organisation_id}:{when}",
        organisation_id=organisation_id,
        groups=grouped(fresh),
        news=tuple((each.introduction_id, each.side) for each in ended[:SHOWN_OF_MAIL]),
    )


def _proposals(session: Session, now: datetime, calendar: Calendar, owners: set[int] | None) -> Iterable[Told]:
    """Both sides of every recent proposal between live postings that nobody has answered; of ``owners``, if given."""
    today = calendar.day_of(now)
    theirs = true() if owners is None else or_(Need.organisation_id.in_(owners), Offer.organisation_id.in_(owners))
    for statement in (_by_matcher(now, today), _by_people(now, today)):
        for row in session.execute(statement.where(theirs, is_live(Need, today), is_live(Offer, today))):
            # Who asked for time is left in peace by the other side's digest as well.
            if row.offer_not_before is None or row.offer_not_before <= today:
                yield _told(row, PostingKind.NEED)
            if row.need_not_before is None or row.need_not_before <= today:
                yield _told(row, PostingKind.OFFER)


def _by_matcher(now: datetime, today: date) -> Select[*tuple[Any, ...]]:
    pair = Introduction
    both = and_(pair.need_id == Proposal.need_id, pair.offer_id == Proposal.offer_id)
    recent = or_(
        Proposal.shown_at > now - timedelta(days=WINDOW_DAYS),
        pair.need_not_before <= today,
        pair.offer_not_before <= today,
    )
    return (
        select(Proposal.need_id, Proposal.offer_id, Proposal.score, Proposal.shown_at, *_OF_PAIR)
        .join(Need, Need.id == Proposal.need_id)
        .join(Offer, Offer.id == Proposal.offer_id)
        .outerjoin(pair, both)
        .where(recent, pair.state.is_(None))
    )


def _by_people(now: datetime, today: date) -> Select[*tuple[Any, ...]]:
    """Pairs that the animator brought up: they come before what the matcher found."""
    pair = Introduction
    recent = or_(
        pair.created_at > now - timedelta(days=WINDOW_DAYS),
        pair.need_not_before <= today,
        pair.offer_not_before <= today,
    )
    known = exists().where(Proposal.need_id == pair.need_id, Proposal.offer_id == pair.offer_id)
    return (
        select(pair.need_id, pair.offer_id, literal(1.0).label("score"), pair.created_at.label("shown_at"), *_OF_PAIR)
        .join(Need, Need.id == pair.need_id)
        .join(Offer, Offer.id == pair.offer_id)
        .where(recent, pair.state.is_(None), ~known)
    )


def _told(row: Row[Any], side: PostingKind) -> Told:
    if side is PostingKind.NEED:
        owner, own, other, seen, wait = row.need_owner, row.need_id, row.offer_id, row.need_seen_at, row.need_not_before
    else:
        owner, own, other = row.offer_owner, row.offer_id, row.need_id
        seen, wait = row.offer_seen_at, row.offer_not_before
    return Told(owner, side, own, other, row.score, row.shown_at, seen is not None, wait)


def _news(session: Session, now: datetime) -> Iterable[News]:
    """Answers of one side that the other declined or let pass."""
    pair = Introduction
    by_need = pair.need_yes_at.is_not(None)
    statement = (
        select(
            pair.id, pair.state, pair.declined_by, pair.changed_at, pair.need_yes_at,
            case((by_need, Need.organisation_id), else_=Offer.organisation_id).label("owner"),
        )
        .join(Need, Need.id == pair.need_id)
        .join(Offer, Offer.id == pair.offer_id)
        .where(
            pair.state.in_((IntroductionState.DECLINED, IntroductionState.EXPIRED)),
            pair.changed_at > now - timedelta(days=WINDOW_DAYS),
            by_need != pair.offer_yes_at.is_not(None),
        )
        .order_by(pair.changed_at, pair.id)
    )  # fmt: skip
    for row in session.execute(statement):
        side = PostingKind.OFFER if row.need_yes_at is None else PostingKind.NEED
        if row.declined_by is not Actor(side.value):
            yield News(row.owner, row.id, side, row.changed_at)


def _by_organisation(rows: Iterable[Item]) -> dict[int, list[Item]]:
    found: dict[int, list[Item]] = {}
    for row in rows:
        found.setdefault(row.organisation_id, []).append(row)
    return found
