"""Pairs as the database knows them, for the funnel: what the matcher proposed, and what people made of it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.clock import local_day
from matcher.oversight.funnel import Path, Stage, Stop
from matcher.people import IntroductionEventKind, IntroductionState, Outcome
from matcher.postings.filters import is_live
from matcher.store import Introduction, IntroductionEvent, Need, Offer, Proposal, Theme
from matcher.store.postings import need_theme
from matcher.vocabulary import PostingKind

_STOPS: Final = {
    IntroductionState.DECLINED: Stop.DECLINED,
    IntroductionState.WITHDRAWN: Stop.WITHDRAWN,
    IntroductionState.EXPIRED: Stop.EXPIRED,
    IntroductionState.CLOSED: Stop.CLOSED,
    IntroductionState.ENDED: Stop.NOTHING,
}
_FRUIT: Final = frozenset({Outcome.CONTRACT, Outcome.PARTNERSHIP, Outcome.HELP})
#: What an event says by itself about how far a pair is.
_TOLD: Final = {IntroductionEventKind.MET: Stage.MET, IntroductionEventKind.STARTED: Stage.STARTED}

Reached = dict[Stage, datetime | None]


def load_paths(session: Session, since: date, until: date, today: date) -> list[Path]:
    """Every pair that was proposed between two days of the territory, both included, with what became of it.

    Cost: six queries; about a second for 100 000 pairs.
    """
    rows = {(row.need_id, row.offer_id): row for row in session.scalars(select(Introduction))}
    proposed = _proposed(session, rows)
    events = _events(session)
    themes = _themes(session)
    live = {model: set(session.scalars(select(model.id).where(is_live(model, today)))) for model in (Need, Offer)}
    found = []
    for (need_id, offer_id), at in proposed.items():
        if not since <= local_day(at) <= until:
            continue
        row = rows.get((need_id, offer_id))
        reached = {Stage.PROPOSED: at} | (_reached(row, events[row.id]) if row is not None else {})
        is_open = need_id in live[Need] and offer_id in live[Offer]
        found.append(Path(f"{local_day(at):%Y-%m}", themes[need_id], reached, _stop(row, is_open), _first_yes(row)))
    return found


def _proposed(session: Session, rows: dict[tuple[int, int], Introduction]) -> dict[tuple[int, int], datetime]:
    """When each pair was brought up first."""
    found = {pair: row.created_at for pair, row in rows.items()}
    for need_id, offer_id, at in session.execute(select(Proposal.need_id, Proposal.offer_id, Proposal.shown_at)):
        found[need_id, offer_id] = min(at, found.get((need_id, offer_id), at))
    return found


def _reached(row: Introduction, events: list[Any]) -> Reached:
    """Stages that a pair came to; what somebody told later implies the steps before."""
    found: Reached = {}
    answers = sorted(at for at in (row.need_yes_at, row.offer_yes_at) if at is not None)
    sights = [at for at in (row.need_seen_at, row.offer_seen_at) if at is not None]
    if sights:
        found[Stage.SEEN] = min(sights)
    found |= dict(zip((Stage.ONE_YES, Stage.TWO_YESES), answers, strict=False))
    for event in events:
        for stage in _stages_of(event):
            found.setdefault(stage, event.at)
    if row.state is IntroductionState.DECLINED:
        found.setdefault(Stage.SEEN, None)  # nobody declines what they have not seen
    furthest = max((list(Stage).index(stage) for stage in found), default=0)
    return {stage: found.get(stage) for stage in list(Stage)[1 : furthest + 1]}


def _first_yes(row: Introduction | None) -> PostingKind | None:
    if row is None or (row.need_yes_at is None and row.offer_yes_at is None):
        return None
    if row.offer_yes_at is None or (row.need_yes_at is not None and row.need_yes_at <= row.offer_yes_at):
        return PostingKind.NEED
    return PostingKind.OFFER


def _stages_of(event: Any) -> tuple[Stage, ...]:
    if event.outcome in _FRUIT:
        return (Stage.OUTCOME,)
    if event.outcome is Outcome.GOING_ON:
        return (Stage.STARTED,)
    return (_TOLD[event.kind],) if event.kind in _TOLD else ()


def _stop(row: Introduction | None, is_open: bool) -> Stop:
    if row is not None and row.state in _STOPS:
        return _STOPS[row.state]
    answered = row is not None and row.state is not None
    return Stop.WAITING if answered or is_open else Stop.CLOSED


def _events(session: Session) -> defaultdict[int, list[Any]]:
    """What the sides told after their yes, by pair, in its order. Private words are not read."""
    told = IntroductionEvent
    query = select(told.introduction_id, told.kind, told.outcome, told.at).where(
        told.kind.in_([*_TOLD, IntroductionEventKind.OUTCOME])
    )
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for event in session.execute(query.order_by(told.id)):
        found[event.introduction_id].append(event)
    return found


def _themes(session: Session) -> defaultdict[int, tuple[str, ...]]:
    found: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    query = select(need_theme.c.need_id, Theme.code).join(Theme, Theme.id == need_theme.c.theme_id)
    for need_id, code in session.execute(query.order_by(Theme.code)):
        found[need_id] += (code,)
    return found
