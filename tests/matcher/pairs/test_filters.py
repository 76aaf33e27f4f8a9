"""Hard filters: what a proposal must never break."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from matcher.pairs.filters import Filtered, Rule, filter_pairs
from matcher.store.boards import Boards
from matcher.store.session import writing
from matcher.vocabulary import (
    CollaborationKind,
    DeliveryMode,
    Family,
    OfferKind,
    OrganisationType,
    PostingKind,
    RangeScope,
    SizeBand,
)
from tests.builders import PLACES, need, offer, organisation

TODAY = date(2026, 6, 15)
ON_SITE = frozenset({DeliveryMode.ON_SITE})
Pair = Callable[[dict[str, Any], dict[str, Any]], Filtered]


@pytest.fixture
def pair(session: Session) -> Pair:
    """Filter one need against one offer, given what is special about each."""

    def filtered(need_values: dict[str, Any], offer_values: dict[str, Any]) -> Filtered:
        with writing(session):
            asking, answering = need(session, **need_values), offer(session, **offer_values)
        boards = Boards()
        return filter_pairs(boards.row_of(session, asking), boards.row_of(session, answering), TODAY)

    return filtered


def broken(filtered: Filtered) -> set[Rule]:
    return {rule for rule, passed in filtered.rules.items() if not passed.all()}


def test_a_pair_without_wishes_passes_every_rule(pair: Pair) -> None:
    """Nothing stands between two open postings of two organisations."""
    assert broken(pair({}, {})) == set()


@pytest.mark.parametrize(
    ("need_values", "offer_values", "rule"),
    [
        ({}, {"expires_on": TODAY - timedelta(days=1)}, Rule.LIVE),
        ({}, {"paused_until": TODAY + timedelta(days=1)}, Rule.LIVE),
        ({"expires_on": TODAY - timedelta(days=1)}, {}, Rule.LIVE),
        ({"kinds": frozenset({CollaborationKind.FUNDING})}, {"kind": OfferKind.SERVICE}, Rule.KIND),
        ({"families_excluded": frozenset({Family.COMPANY})}, {}, Rule.FAMILY),
        ({}, {"families_excluded": frozenset({Family.USER_SECTOR})}, Rule.FAMILY),
        ({}, {"client_types": frozenset({OrganisationType.COMMUNE})}, Rule.CLIENT),
        ({}, {"monthly_capacity": 0}, Rule.ROOM),
        ({}, {"monthly_capacity": 2, "taken_this_month": 2, "taken_month": "2026-06"}, Rule.ROOM),
    ],
)
def test_each_wish_keeps_the_pair_apart_and_only_it(
    pair: Pair, need_values: dict[str, Any], offer_values: dict[str, Any], rule: Rule
) -> None:
    """The rule that is named is the one that was broken, so that a near miss tells the truth."""
    filtered = pair(need_values, offer_values)
    assert broken(filtered) == {rule}
    assert filtered.only(rule).tolist() == [True]
    assert filtered.allowed.tolist() == [False]


def test_an_organisation_is_never_proposed_to_itself(session: Session) -> None:
    """Need and offer of one organisation do not meet."""
    with writing(session):
        owner = organisation(session)
        asking, answering = need(session, organisation=owner), offer(session, organisation=owner)
    boards = Boards()
    filtered = filter_pairs(boards.row_of(session, asking), boards.row_of(session, answering), TODAY)
    assert broken(filtered) == {Rule.OWN}


def test_a_kind_among_those_wanted_is_enough(pair: Pair) -> None:
    """A training answers somebody who wants a service or a training."""
    kinds = frozenset({CollaborationKind.SERVICE, CollaborationKind.TRAINING})
    assert broken(pair({"kinds": kinds}, {"kind": OfferKind.TRAINING})) == set()


def test_an_organisation_of_unknown_size_is_not_refused_for_its_size(pair: Pair) -> None:
    """What is not known is no ground for exclusion; what is known and not accepted is."""
    accepted = {"client_sizes": frozenset({SizeBand.FROM_10_TO_49})}
    assert broken(pair({}, accepted)) == set()


@pytest.mark.parametrize(
    ("at", "scope", "km", "reached"),
    [
        ("Nancy", RangeScope.COMMUNE, None, True),
        ("Vandœuvre-lès-Nancy", RangeScope.COMMUNE, None, False),
        ("Vandœuvre-lès-Nancy", RangeScope.INTERCOMMUNAL, None, True),
        ("Lunéville", RangeScope.INTERCOMMUNAL, None, False),
        ("Lunéville", RangeScope.DEPARTMENT, None, True),
        ("Metz", RangeScope.DEPARTMENT, None, False),
        ("Metz", RangeScope.REGION, None, True),
        ("Lyon", RangeScope.REGION, None, False),
        ("Lyon", RangeScope.COUNTRY, None, True),
        ("Arlon", RangeScope.COUNTRY, None, False),
        ("Arlon", RangeScope.REGION, None, True),  # no code abroad: 150 km stand for a region
        ("Arlon", RangeScope.DEPARTMENT, None, False),  # 114 km away, 60 km stand for a département
        ("Lyon", RangeScope.ANYWHERE, None, True),
        ("Metz", RangeScope.KM, 46, False),  # 46.95 km between the two centres
        ("Metz", RangeScope.KM, 47, True),
    ],
)
def test_a_need_on_site_reaches_as_far_as_it_says(
    pair: Pair, at: str, scope: RangeScope, km: int | None, reached: bool
) -> None:
    """The need's own range from Nancy decides when the offer reaches everywhere."""
    filtered = pair({"remote_ok": False, "range_scope": scope, "range_km": km}, {"at": at, "delivery_modes": ON_SITE})
    assert broken(filtered) == (set() if reached else {Rule.PLACE})


def test_both_ranges_must_hold_on_site(pair: Pair) -> None:
    """An offer that stays within 20 km of Metz does not answer a need of Nancy that reaches the region."""
    filtered = pair(
        {"remote_ok": False, "range_scope": RangeScope.REGION},
        {"at": "Metz", "range_scope": RangeScope.KM, "range_km": 20, "delivery_modes": ON_SITE},
    )
    assert broken(filtered) == {Rule.PLACE}


def test_remote_work_ignores_distance_when_both_accept_it(pair: Pair) -> None:
    """From Lyon to a need limited to Nancy: fine at a distance, not when the need wants somebody there."""
    limited = {"range_scope": RangeScope.COMMUNE}
    far = {"at": "Lyon", "delivery_modes": frozenset({DeliveryMode.REMOTE})}
    assert broken(pair(limited | {"remote_ok": True}, far)) == set()
    assert broken(pair(limited | {"remote_ok": False}, far)) == {Rule.PLACE}


def test_distance_is_that_of_the_great_circle(pair: Pair) -> None:
    """Nancy to Lyon, by the haversine formula written out with the two centres: 341 km."""
    (lat1, lon1, *_), (lat2, lon2, *_) = PLACES["Nancy"], PLACES["Lyon"]
    half_lat, half_lon = math.radians(lat2 - lat1) / 2, math.radians(lon2 - lon1) / 2
    chord = math.sin(half_lat) ** 2
    chord += math.cos(math.radians(lat1)) * math.cos(math.radians(lat2)) * math.sin(half_lon) ** 2
    expected = 2 * 6371.0088 * math.asin(math.sqrt(chord))
    assert pair({}, {"at": "Lyon"}).distance_km[0] == pytest.approx(expected, abs=1e-6)
    assert expected == pytest.approx(341, abs=1)


def test_both_directions_give_the_same_answer(session: Session) -> None:
    """Needs for an offer are filtered by the very rules of offers for a need."""
    with writing(session):
        needs = [need(session, at=at, remote_ok=False, range_scope=RangeScope.DEPARTMENT) for at in ("Nancy", "Metz")]
        offers = [offer(session, at=at, delivery_modes=ON_SITE) for at in ("Lunéville", "Metz", "Lyon")]
    boards = Boards()
    need_board, offer_board = (boards.board(session, kind) for kind in PostingKind)
    by_need = [filter_pairs(boards.row_of(session, row), offer_board, TODAY).allowed.tolist() for row in needs]
    by_offer = [filter_pairs(need_board, boards.row_of(session, row), TODAY).allowed.tolist() for row in offers]
    assert by_need == [[True, False, False], [False, True, False]]
    assert [list(column) for column in zip(*by_offer, strict=True)] == by_need
