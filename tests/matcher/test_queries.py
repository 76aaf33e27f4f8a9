"""Lists: what is shown, in which order, and what the facets count."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from matcher.postings.queries import (
    ListFilters,
    Order,
    Page,
    get_need,
    get_offer,
    get_organisation,
    list_organisations,
    list_postings,
    organisation_postings,
    posting_points,
)
from matcher.store import Need, Offer
from matcher.vocabulary import (
    CollaborationKind,
    DeliveryMode,
    Family,
    Language,
    OfferKind,
    PostingKind,
    PostingStatus,
    Price,
)
from tests import builders

TODAY = date(2027, 3, 1)
NEED, OFFER = PostingKind.NEED, PostingKind.OFFER


def titles(page: Page[Any]) -> list[str]:
    """Titles of a page, in order."""
    return [row.title for row in page]


def found(session: Session, kind: PostingKind = NEED, /, **filters: Any) -> set[str]:
    """Titles that some filters keep."""
    return set(titles(list_postings(session, kind, ListFilters.parse(filters), today=TODAY)))


def facet(session: Session, kind: PostingKind, name: str, /, **filters: Any) -> dict[str, int]:
    """Counts of one facet."""
    page = list_postings(session, kind, ListFilters.parse(filters), today=TODAY)
    return {value.value: value.count for value in page.facets[name]}


@pytest.fixture
def postings(session: Session) -> Session:
    """Five needs and three offers that differ in every facet."""
    food, moves = builders.theme(session, "food_aid"), builders.theme(session, "mobility")
    school = builders.organisation(session, "Metz", family=Family.TRAINING, name="École")
    kinds = CollaborationKind
    builders.need(session, "A", themes=[food], kinds={kinds.SERVICE}, remote_ok=True)
    builders.need(session, "B", themes=[food, moves], kinds={kinds.TRAINING, kinds.SPACE}, remote_ok=False)
    builders.need(session, "C", themes=[], kinds=frozenset(), at="Metz", organisation=school, deadline=date(2027, 4, 1))
    builders.need(session, "D", themes=[moves], at="Arlon", language=Language.EN, deadline=date(2027, 3, 9))
    builders.need(session, "E", anonymous=True, organisation=school, at="Metz", themes=[moves])
    builders.offer(session, "X", price=Price.FREE, kind=OfferKind.TRAINING, themes=[food])
    builders.offer(session, "Y", price=Price.PAID, delivery_modes={DeliveryMode.ON_SITE}, at="Metz")
    builders.offer(session, "Z", price=None, at="Arlon")
    session.commit()
    return session


def test_rows_are_found_by_number(postings: Session) -> None:
    """Or None: the page then says that there is nothing."""
    need, offer = get_need(postings, 1), get_offer(postings, 1)
    assert need is not None
    assert offer is not None
    assert (need.title, offer.title) == ("A", "X")
    assert get_organisation(postings, need.organisation_id) is need.organisation
    assert get_need(postings, 999) is get_offer(postings, 999) is get_organisation(postings, 999) is None


def test_only_live_postings_are_listed(session: Session) -> None:
    """Closed, expired and paused ones are not; the last day of a life and the end of a pause are."""
    closed_at = datetime(2027, 1, 1, tzinfo=UTC)
    builders.need(session, "closed", status=PostingStatus.CLOSED, closed_at=closed_at)
    builders.need(session, "expired", expires_on=TODAY - timedelta(days=1))
    builders.need(session, "paused", paused_until=TODAY + timedelta(days=1))
    builders.need(session, "last day", expires_on=TODAY)
    builders.need(session, "back today", paused_until=TODAY)
    session.commit()
    assert found(session) == {"last day", "back today"}
    assert {row.title for row in session.query(Need) if row.is_live(TODAY)} == {"last day", "back today"}


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({}, "ABCDE"),
        ({"theme": "food_aid"}, "AB"),
        ({"theme": "food_aid,mobility"}, "ABDE"),
        ({"kind": "training"}, "BCDE"),  # those without a kind accept any
        ({"kind": "service"}, "ACDE"),
        ({"remote": "no"}, "B"),
        ({"family": "training"}, "CE"),
        ({"department": "57"}, "CE"),
        ({"department": "be"}, "D"),
        ({"department": "54,BE"}, "ABD"),
        ({"language": "en"}, "D"),
        ({"theme": "mobility", "department": "57"}, "E"),
        ({"theme": "unicorns"}, ""),
        ({"family": "unicorn", "kind": "magic", "page": "x"}, "ABCDE"),  # not understood: left out
    ],
)
def test_filters_of_needs(postings: Session, filters: dict[str, str], kept: str) -> None:
    """Values of one field are alternatives, fields add up."""
    assert found(postings, **filters) == set(kept)


@pytest.mark.parametrize(
    ("filters", "kept"),
    [({"kind": "training"}, "X"), ({"price": "free,paid"}, "XY"), ({"remote": "oui"}, "XZ"), ({"remote": "0"}, "Y")],
)
def test_filters_of_offers(postings: Session, filters: dict[str, str], kept: str) -> None:
    """Kind, price and delivery mean the offer's own."""
    assert found(postings, OFFER, **filters) == set(kept)


def test_facets_count_what_each_choice_would_leave(postings: Session) -> None:
    """A facet counts under every other filter, and not under its own."""
    assert facet(postings, NEED, "department") == {"54": 2, "57": 2, "BE": 1}
    assert facet(postings, NEED, "department", department="54") == {"54": 2, "57": 2, "BE": 1}
    assert facet(postings, NEED, "department", theme="mobility") == {"54": 1, "57": 1, "BE": 1}
    assert facet(postings, NEED, "theme", department="54") == {"food_aid": 2, "mobility": 1}
    assert facet(postings, NEED, "remote") == {"true": 4, "false": 1}
    assert facet(postings, NEED, "family") == {"user_sector": 3, "training": 2}
    assert facet(postings, OFFER, "price") == {"free": 1, "paid": 1}
    assert facet(postings, OFFER, "kind") == {"service": 2, "training": 1}


def test_every_facet_value_keeps_what_it_says(postings: Session) -> None:
    """Clicking a facet gives as many rows as it counted: for every facet of both lists."""
    for kind in PostingKind:
        page = list_postings(postings, kind, today=TODAY)
        for name, values in page.facets.items():
            for value in values:
                kept = found(postings, kind, **{name: value.value})
                assert len(kept) == value.count, (kind, name, value.value)


def test_a_selected_value_stays_in_its_facet(postings: Session) -> None:
    """It could not be unticked otherwise."""
    page = list_postings(postings, OFFER, ListFilters.parse({"price": "pro_bono"}), today=TODAY)
    selected = [value for value in page.facets["price"] if value.selected]
    assert [(value.value, value.count) for value in selected] == [("pro_bono", 0)]
    assert page.total == 0


def test_theme_facets_carry_their_row(postings: Session) -> None:
    """The page needs the label in its language."""
    page = list_postings(postings, NEED, today=TODAY)
    assert {value.theme.label("fr") for value in page.facets["theme"] if value.theme} == {"food_aid fr", "mobility fr"}


def test_the_newest_comes_first_and_deadlines_on_demand(postings: Session) -> None:
    """Ties of the same instant are broken by number, so that pages never overlap."""
    assert titles(list_postings(postings, NEED, today=TODAY)) == ["E", "D", "C", "B", "A"]
    by_deadline = list_postings(postings, NEED, ListFilters(order=Order.DEADLINE), today=TODAY)
    assert titles(by_deadline)[:2] == ["D", "C"]


def test_pages_are_bounded_and_cover_everything_once(session: Session) -> None:
    """Absurd page numbers and sizes are brought back into bounds."""
    for number in range(7):
        builders.need(session, f"n{number}")
    session.commit()
    pages = [list_postings(session, NEED, page=number, per_page=3, today=TODAY) for number in (1, 2, 3)]
    assert sorted(title for page in pages for title in titles(page)) == [f"n{number}" for number in range(7)]
    assert {(page.total, page.pages) for page in pages} == {(7, 3)}
    beyond = list_postings(session, NEED, page=10**9, per_page=3, today=TODAY)
    assert (beyond.page, titles(beyond)) == (3, titles(pages[2]))
    assert list_postings(session, NEED, page=-5, per_page=10**9, today=TODAY).per_page == 100
    assert len(list_postings(session, NEED, per_page=0, today=TODAY)) == 1


def test_an_empty_list_has_one_empty_page(session: Session) -> None:
    """Page 1 of 1, nothing in it, no error."""
    page = list_postings(session, OFFER, today=TODAY)
    assert (page.total, page.page, page.pages, len(page)) == (0, 1, 1, 0)


def test_an_anonymous_need_is_never_listed_under_its_organisation(postings: Session) -> None:
    """Neither on its page nor through the filter of the list."""
    need = get_need(postings, 5)
    assert need is not None
    assert need.anonymous
    assert [row.title for row in organisation_postings(postings, need.organisation, NEED, today=TODAY)] == ["C"]
    assert found(postings, organisation_id=str(need.organisation_id)) == {"C"}


def test_organisations_are_listed_by_name(postings: Session) -> None:
    """With family and département; the search finds a part of a name and the place."""
    page = list_organisations(postings, ListFilters.parse({"family": "training"}))
    assert [row.name for row in page] == ["École"]
    assert {value.value: value.count for value in page.facets["department"]} == {"57": 1}
    assert [row.name for row in list_organisations(postings, ListFilters.parse({"name": "cole"}))] == ["École"]
    assert list_organisations(postings, ListFilters.parse({"name": "metz"})).total == 2
    assert list_organisations(postings, ListFilters.parse({"name": "100%_"})).total == 0


def test_points_count_each_place(postings: Session) -> None:
    """The map shows where needs are; filters hold there too."""
    points = posting_points(postings, NEED, today=TODAY)
    assert [(point.place.name, point.count) for point in points] == [("Metz", 2), ("Nancy", 2), ("Arlon", 1)]
    kept = posting_points(postings, NEED, ListFilters.parse({"theme": "food_aid"}), today=TODAY)
    assert [(point.place.name, point.count) for point in kept] == [("Nancy", 2)]


addresses = st.dictionaries(
    st.sampled_from(["theme", "themes", "family", "kind", "department", "place_id", "remote", "price", "name"]),
    st.text(max_size=40) | st.lists(st.text(max_size=9), max_size=3),
)


@settings(deadline=None)
@given(addresses)
def test_any_address_gives_filters(values: dict[str, Any]) -> None:
    """What is not understood is left out; nothing in an address is an error."""
    filters = ListFilters.parse(values)
    assert ListFilters.parse({}).is_empty
    assert filters.without("themes").themes == ()


def test_models_are_told_apart(postings: Session) -> None:
    """A list of offers holds offers."""
    assert all(isinstance(row, Offer) for row in list_postings(postings, OFFER, today=TODAY))
