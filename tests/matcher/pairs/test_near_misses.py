"""No dead end: which single condition keeps good pairs apart."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from matcher.pairs.filters import filter_pairs
from matcher.pairs.near_misses import relaxations
from matcher.pairs.reasons import ReasonCode
from matcher.store.boards import Boards
from matcher.store.session import writing
from matcher.vocabulary import (
    CollaborationKind,
    DeliveryMode,
    Family,
    OfferKind,
    PostingKind,
    RangeScope,
)
from tests.builders import need, offer

TODAY = date(2026, 6, 15)
ON_SITE = frozenset({DeliveryMode.ON_SITE})
NEAR = {"remote_ok": False, "range_scope": RangeScope.KM, "range_km": 10}


def told(session: Session, need_values: dict[str, Any], offer_values: dict[str, Any]) -> set[ReasonCode]:
    """Relaxations told to the need's author about one offer."""
    with writing(session):
        asking, _ = need(session, **need_values), offer(session, **offer_values)
    boards = Boards()
    asker, board = boards.row_of(session, asking), boards.board(session, PostingKind.OFFER)
    found = relaxations(asker, board, filter_pairs(asker, board, TODAY), PostingKind.NEED)
    return {relaxation.code for relaxation in found}


@pytest.mark.parametrize(
    ("need_values", "offer_values", "codes"),
    [
        (NEAR, {"at": "Metz", "delivery_modes": ON_SITE}, {ReasonCode.TOO_FAR}),
        (NEAR, {"at": "Metz"}, {ReasonCode.REMOTE}),
        ({"kinds": frozenset({CollaborationKind.FUNDING})}, {"kind": OfferKind.SERVICE}, {ReasonCode.OTHER_KIND}),
        ({"families_excluded": frozenset({Family.COMPANY})}, {}, {ReasonCode.EXCLUDED_FAMILY}),
        ({}, {"monthly_capacity": 0}, {ReasonCode.NO_ROOM}),
        ({}, {}, set()),
    ],
)
def test_the_condition_in_the_way_is_named(
    session: Session, need_values: dict[str, Any], offer_values: dict[str, Any], codes: set[ReasonCode]
) -> None:
    """One condition away from a proposal: that condition is told."""
    assert told(session, need_values, offer_values) == codes


def test_two_conditions_in_the_way_are_no_near_miss(session: Session) -> None:
    """Too far and the wrong kind: lifting one would change nothing."""
    need_values = NEAR | {"kinds": frozenset({CollaborationKind.FUNDING})}
    assert told(session, need_values, {"at": "Metz", "delivery_modes": ON_SITE}) == set()


def test_the_other_side_s_own_wishes_are_not_offered_for_relaxing(session: Session) -> None:
    """An offer that refuses user sectors, or that stays near Metz, is not the author's to change."""
    assert told(session, {}, {"families_excluded": frozenset({Family.USER_SECTOR})}) == set()
    limited = {"at": "Metz", "range_scope": RangeScope.KM, "range_km": 5, "delivery_modes": ON_SITE}
    assert told(session, {"remote_ok": False, "range_scope": RangeScope.COMMUNE}, limited) == set()
