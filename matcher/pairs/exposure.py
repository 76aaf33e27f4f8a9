"""How often offers were proposed, the order that follows from it, and the record of proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from matcher.clock import start_of_day
from matcher.pairs.cards import Match
from matcher.pairs.evidence import Scored
from matcher.pairs.ranking import Candidates, first_look, order
from matcher.ports import Ids
from matcher.store import Need, Offer, Proposal
from matcher.store.board import Board
from matcher.store.session import writing
from matcher.vocabulary import Engine, PostingKind


@dataclass(frozen=True, slots=True)
class Exposure:
    """Times each of n postings was proposed, shape (n,): ever, and in the month at hand."""

    ever: NDArray[np.int64]
    this_month: NDArray[np.int64]


def count_exposures(session: Session, kind: PostingKind, ids: Ids, today: date) -> Exposure:
    """Exposure of each of ``ids`` (sorted). Only offers have a budget: needs count 0."""
    ever = np.zeros(ids.shape, dtype=np.int64)
    month = np.zeros(ids.shape, dtype=np.int64)
    if kind is PostingKind.OFFER and ids.size:
        start = start_of_day(today.replace(day=1))
        recent = func.sum(case((Proposal.shown_at >= start, 1), else_=0))
        statement = (
            select(Proposal.offer_id, func.count(), recent)
            .where(Proposal.offer_id.in_(ids.tolist()))
            .group_by(Proposal.offer_id)
        )
        for offer_id, total, lately in session.execute(statement):
            position = int(np.searchsorted(ids, offer_id))
            ever[position], month[position] = total, lately
    return Exposure(ever, month)


def rank(
    scored: Scored,
    need: Board,
    offer: Board,
    distance_km: NDArray[np.float64],
    exposure: Exposure,
    looks_for: PostingKind,
    today: date,
) -> tuple[NDArray[np.intp], int | None]:
    """Positions in ``scored`` to show, best first, and the newcomer that was moved up, if any.

    One of the two boards is the asker's single row, the other holds the candidates' rows in the
    order of ``scored``.
    """
    found = offer if looks_for is PostingKind.OFFER else need
    wanted = np.where(need.families_wanted == 0, 0.5, ((need.families_wanted & offer.family) != 0).astype(float))
    size = scored.ids.shape
    candidates = Candidates(
        ids=scored.ids,
        relevance=scored.relevance,
        level=scored.level,
        distance_km=distance_km,
        remote=np.broadcast_to(need.remote & offer.remote, size),
        wanted=np.broadcast_to(wanted, size),
        age_days=(today.toordinal() - found.created).astype(np.float64),
        room=np.broadcast_to(offer.room(today), size),
        capacity=np.broadcast_to(offer.capacity, size),
        shown=exposure.ever,
        shown_this_month=exposure.this_month,
        budgeted=looks_for is PostingKind.OFFER,
    )
    positions = order(candidates)
    shown = positions[candidates.level[positions] > 0]
    return first_look(shown, candidates)


def record_proposals(
    session: Session, posting: Need | Offer, matches: Sequence[Match], engine: Engine, model_id: str | None
) -> int:
    """Record pairs that were shown for the first time; returns how many.

    Called when a posting is published or matched again, never when a page is read.
    """
    if not matches:
        return 0
    of_need, own = isinstance(posting, Need), posting.id
    column, other = (Proposal.need_id, Proposal.offer_id) if of_need else (Proposal.offer_id, Proposal.need_id)
    # Numbers are read here: a transaction that begins makes every loaded row be read again when it is touched.
    shown = [(place, match.posting.id, match) for place, match in enumerate(matches, 1)]
    with writing(session):
        known = set(session.scalars(select(other).where(column == own)))
        fresh = [each for each in shown if each[1] not in known]
        session.add_all(
            Proposal(
                need_id=own if of_need else number,
                offer_id=number if of_need else own,
                position=place,
                score=match.score,
                level=match.level,
                engine=engine,
                model_id=model_id,
                first_look=match.first_look,
            )
            for place, number, match in fresh
        )
    return len(fresh)
