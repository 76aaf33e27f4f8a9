"""What happened, counted: by year, kind of fact and detail. Figures are made of these counts and of nothing else.

Rows that are deleted leave their counts behind (:func:`keep_counts`), so that a figure does not shrink because
somebody's data is gone. A count holds no number of a row, no text, no place and no day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, case, exists, extract, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from matcher.people import IntroductionEventKind, MailState
from matcher.store import Introduction, IntroductionEvent, Mail, Need, Offer, PastCount, Proposal

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
    """Counts of everything that stands, and of what was deleted.

    Cost: 0.5 s for 3,000 needs, 20,000 pairs and 6,000 answers on two busy cores (measured), mostly for the answers.
    """
    counts = _needs(session, None, now) + _offers(session, None) + _pairs(session, None) + _mails(session)
    for row in session.scalars(select(PastCount)):
        counts[Fact(row.year, row.what, row.detail)] += row.count
    return counts


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
    told = IntroductionEvent
    columns = (
        select(
            told.introduction_id, told.actor, told.kind, told.at, told.reason, told.outcome, told.counterfactual,
            Proposal.shown_at, Introduction.created_at,
        )
        .join(Introduction, Introduction.id == told.introduction_id)
        .outerjoin(
            Proposal, (Proposal.need_id == Introduction.need_id) & (Proposal.offer_id == Introduction.offer_id)
        )
        .order_by(told.introduction_id, told.id)
    )  # fmt: skip
    seen: set[tuple[int, str]] = set()
    outcomes: dict[tuple[int, str], Any] = {}
    for row in session.execute(columns if chosen is None else columns.where(chosen)):
        for what, detail in _told(row):
            if what in _ONCE and (row.introduction_id, what) in seen:
                continue
            seen.add((row.introduction_id, what))
            counts[Fact(row.at.year, what, detail)] += 1
        if row.outcome is not None:
            outcomes[row.introduction_id, row.actor] = row  # "it goes on" gives way to what came of it
    for row in outcomes.values():
        counts[Fact(row.at.year, What.OUTCOME, row.outcome.value)] += 1
        if row.counterfactual is not None:
            counts[Fact(row.at.year, What.COUNTERFACTUAL, row.counterfactual.value)] += 1
    return counts


#: Counted once a pair, whoever says it again.
_ONCE: Final = frozenset({What.ANSWERED, What.ANSWER_DAYS, *_STEPS.values()})


def _told(row: Any) -> Iterator[tuple[What, str]]:
    """Facts in one event, but what came of it: of that the last word of each side counts."""
    if row.kind in _ANSWERS:
        begun = min(row.at, row.shown_at or row.created_at)
        yield What.ANSWERED, ""
        yield What.ANSWER_DAYS, str((row.at - begun).days)
    if row.reason is not None:
        yield What.DECLINED, row.reason.value
    if row.kind in _STEPS:
        yield _STEPS[row.kind], ""


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
