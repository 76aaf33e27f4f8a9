"""What happened, counted: by year, kind of fact and detail. Figures are made of these counts and of nothing else.

Rows that are deleted leave their counts behind (:func:`keep_counts`), so that a figure does not shrink because
somebody's data is gone. A count holds no number of a row, no text, no place and no day.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, case, exists, extract, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from matcher.people import IntroductionEventKind, MailState
from matcher.store import Change, Introduction, IntroductionEvent, Mail, Need, Offer, PastCount, Proposal

#: A need that is younger has not had its weekly digest yet: nothing is said of it. Chosen: one digest.
SETTLING_DAYS: Final = 7


class What(StrEnum):
    """Kinds of facts. Values are what the database keeps, and are never renamed without a migration."""

    NEED = "need"
    NEED_SETTLED = "need_settled"  # at least SETTLING_DAYS old
    NEVER_PROPOSED = "never_proposed"  # settled, and no offer that still stands was ever proposed to it
    OFFER = "offer"
    PROPOSAL = "proposal"  # a pair of a need and an offer that the service or somebody brought up
    ANSWERED = "answered"  # a pair of which at least one side answered
    ANSWER_DAYS = "answer_days"  # the same, by whole days from proposal to first answer
    DECLINED = "declined"  # by reason
    INTRODUCED = "introduced"  # both said yes
    MET = "met"
    STARTED = "started"
    OUTCOME = "outcome"  # by what one side told last
    COUNTERFACTUAL = "counterfactual"  # by what one side told last
    MAIL = "mail"  # sent


class Fact(NamedTuple):
    """One cell of the counts."""

    year: int
    what: str
    detail: str = ""


Counts = Counter[Fact]

#: Answers of a side; "not now" is one.
_ANSWERS: Final = (IntroductionEventKind.INTERESTED, IntroductionEventKind.DECLINED, IntroductionEventKind.NOT_NOW)
#: Steps that a pair takes once.
_STEPS: Final = {
    IntroductionEventKind.INTRODUCED: What.INTRODUCED,
    IntroductionEventKind.MET: What.MET,
    IntroductionEventKind.STARTED: What.STARTED,
}


def all_counts(session: Session, now: datetime) -> Counts:
    """Counts of everything that stands, and of what was deleted."""
    return counts_of_pairs(session, now) + _mails(session)


def counts_of_pairs(session: Session, now: datetime) -> Counts:
    """The same without mails that still stand: no public figure tells of them, and counting reads all of them.

    Cost: 60 ms of processor for 1,300 needs, 10,600 proposals and 6,300 pairs that somebody answered (measured), two
    thirds of it for the days until the answers.
    """
    counts = _needs(session, None, now) + _offers(session, None) + _pairs(session, None)
    for row in session.scalars(select(PastCount)):
        counts[Fact(row.year, row.what, row.detail)] += row.count
    return counts


def mark_of(session: Session, now: datetime) -> str:
    """Differs whenever counts may differ: they change with the log, with events, proposals and kept counts, and with
    the hour, in which needs come of age.

    Cost: five counts that indexes answer, a few milliseconds.
    """
    parts = (
        select(func.max(Change.seq)),
        select(func.max(IntroductionEvent.id)),
        select(func.count()).select_from(Introduction),
        select(func.count()).select_from(Proposal),
        select(func.sum(PastCount.count)),
    )
    return ":".join([f"{now:%Y%m%d%H}", *(str(session.scalar(part)) for part in parts)])


def keep_counts(session: Session, posting: Need | Offer, now: datetime) -> None:
    """Add to the kept counts what ``posting`` and its pairs count for; part of a transaction that deletes it.

    Whoever deletes both sides of a pair calls this for the second one after the first is deleted.
    """
    if isinstance(posting, Need):
        counts = _needs(session, posting.id, now) + _pairs(session, Introduction.need_id == posting.id)
    else:
        counts = _offers(session, posting.id) + _pairs(session, Introduction.offer_id == posting.id)
    counts += _proposed(session, posting)
    _add(session, counts)


def keep_mails(session: Session, chosen: ColumnElement[bool]) -> None:
    """Add the mails of ``chosen`` to the kept counts; part of a transaction that deletes them."""
    _add(session, _mails(session, chosen))


def _add(session: Session, counts: Counts) -> None:
    for fact, count in sorted(counts.items()):
        row = session.get(PastCount, tuple(fact))
        if row is None:
            session.add(PastCount(year=fact.year, what=fact.what, detail=fact.detail, count=count))
        else:
            row.count += count
    session.flush()


def _needs(session: Session, own: int | None, now: datetime) -> Counts:
    proposed = exists().where(Proposal.need_id == Need.id) | exists().where(Introduction.need_id == Need.id)
    is_settled = Need.created_at <= now - timedelta(days=SETTLING_DAYS)
    year = extract("year", Need.created_at)
    query = select(
        year,
        func.count(),
        func.sum(case((is_settled, 1), else_=0)),
        func.sum(case((is_settled & ~proposed, 1), else_=0)),
    ).group_by(year)
    counts: Counts = Counter()
    for when, posted, settled, alone in session.execute(query if own is None else query.where(Need.id == own)):
        told = {What.NEED: posted, What.NEED_SETTLED: settled, What.NEVER_PROPOSED: alone}
        counts.update({Fact(int(when), what): int(count) for what, count in told.items()})
    return +counts


def _offers(session: Session, own: int | None) -> Counts:
    return _by_year(session, What.OFFER, Offer.created_at, None if own is None else Offer.id == own)


def _by_year(
    session: Session, what: What, at: InstrumentedAttribute[Any], chosen: ColumnElement[bool] | None = None
) -> Counts:
    """Rows of the table of ``at`` by the year of that moment, in UTC on SQLite, in the database's zone elsewhere."""
    query = select(extract("year", at), func.count()).group_by(extract("year", at))
    rows = session.execute(query if chosen is None else query.where(chosen))
    return Counter({Fact(int(year), what): count for year, count in rows})


def _pairs(session: Session, chosen: ColumnElement[bool] | None) -> Counts:
    """Counts of answers and of what came of them; with every pair that was brought up when all are asked for."""
    counts = _proposed(session, None) if chosen is None else Counter()
    among = true() if chosen is None else chosen
    counts += _answered(session, among) + _declined(session, among)
    return counts + _steps(session, among) + _told(session, among)


def _answered(session: Session, among: ColumnElement[bool]) -> Counts:
    """Pairs by the year of their first answer, and by whole days until then. One row is read for each pair."""
    first = select(func.min(IntroductionEvent.id)).join(IntroductionEvent.introduction)
    first = first.where(IntroductionEvent.kind.in_(_ANSWERS), among).group_by(IntroductionEvent.introduction_id)
    same = (Proposal.need_id == Introduction.need_id) & (Proposal.offer_id == Introduction.offer_id)
    rows = session.execute(
        select(IntroductionEvent.at, Proposal.shown_at, Introduction.created_at)
        .join(IntroductionEvent.introduction)
        .outerjoin(Proposal, same)
        .where(IntroductionEvent.id.in_(first))
    )
    counts: Counts = Counter()
    for at, shown_at, created_at in rows:
        begun = min(at, shown_at or created_at)
        counts[Fact(at.year, What.ANSWERED)] += 1
        counts[Fact(at.year, What.ANSWER_DAYS, str((at - begun).days))] += 1
    return counts


def _declined(session: Session, among: ColumnElement[bool]) -> Counts:
    """Refusals by reason: each side's counts."""
    told, year = IntroductionEvent, extract("year", IntroductionEvent.at)
    query = select(year, told.reason, func.count()).join(told.introduction).where(told.reason.is_not(None), among)
    rows = session.execute(query.group_by(year, told.reason))
    return Counter({Fact(int(when), What.DECLINED, reason.value): count for when, reason, count in rows if reason})


def _steps(session: Session, among: ColumnElement[bool]) -> Counts:
    """Steps, each counted once a pair, whoever says it again."""
    told, year = IntroductionEvent, extract("year", IntroductionEvent.at)
    first = select(func.min(told.id)).join(told.introduction).where(told.kind.in_(_STEPS), among)
    first = first.group_by(told.introduction_id, told.kind)
    rows = session.execute(select(year, told.kind, func.count()).where(told.id.in_(first)).group_by(year, told.kind))
    return Counter({Fact(int(when), _STEPS[kind]): count for when, kind, count in rows})


def _told(session: Session, among: ColumnElement[bool]) -> Counts:
    """What each side told last: "it goes on" gives way to what came of it."""
    told, year = IntroductionEvent, extract("year", IntroductionEvent.at)
    last = select(func.max(told.id)).join(told.introduction).where(told.outcome.is_not(None), among)
    last = last.group_by(told.introduction_id, told.actor)
    columns = (year, told.outcome, told.counterfactual)
    counts: Counts = Counter()
    for when, outcome, answer, count in session.execute(
        select(*columns, func.count()).where(told.id.in_(last)).group_by(*columns)
    ):
        if outcome is not None:
            counts[Fact(int(when), What.OUTCOME, outcome.value)] += count
        if answer is not None:
            counts[Fact(int(when), What.COUNTERFACTUAL, answer.value)] += count
    return counts


def _proposed(session: Session, posting: Need | Offer | None) -> Counts:
    """Pairs that were brought up: by the matcher, and those that somebody else brought up."""
    same = (Proposal.need_id == Introduction.need_id) & (Proposal.offer_id == Introduction.offer_id)
    shown: ColumnElement[bool] = true()
    others: ColumnElement[bool] = ~exists().where(same)
    if posting is not None:
        name = "need_id" if isinstance(posting, Need) else "offer_id"
        shown = getattr(Proposal, name) == posting.id
        others &= getattr(Introduction, name) == posting.id
    by_matcher = _by_year(session, What.PROPOSAL, Proposal.shown_at, shown)
    return by_matcher + _by_year(session, What.PROPOSAL, Introduction.created_at, others)


def _mails(session: Session, chosen: ColumnElement[bool] | None = None) -> Counts:
    sent = Mail.state == MailState.SENT
    return _by_year(session, What.MAIL, Mail.sent_at, sent if chosen is None else sent & chosen)
