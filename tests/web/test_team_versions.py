"""Versions of the teams: the list, side by side, taken up again, and who signs."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from matcher.hackathons import plans
from matcher.store import Registration, Wish
from matcher.teams.weights import Weights
from matcher.vocabulary import WishKind
from tests.hackathons import make_hackathon, make_registration
from tests.team_events import TeamEvent, make_team_event
from tests.web.browser import Page
from tests.web.html import read
from tests.web.team_pages import TeamPages
from web.assets import Site
from web.wiring import db


@pytest.fixture(autouse=True)
def _inside(app: Site) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def event() -> TeamEvent:
    """Two teams of four on one challenge."""
    return make_team_event(db.session, teams=2)


@pytest.fixture
def pages(app: Site, client: FlaskClient, event: TeamEvent) -> TeamPages:
    """Two versions: the second has the first person in team 2."""
    opened = TeamPages(app, client, event.hackathon)
    opened.send("/deplacer", who=str(event.people[0].id), to=f"{event.challenges[0].id}:2")
    return opened


def test_the_list_tells_who_made_what(pages: TeamPages) -> None:
    """Newest first, with origin, author, cost, and which one is on the board."""
    text = pages.open("/versions")
    assert text.index("Version 2") < text.index("Version 1")
    assert "Changed by hand" in text
    assert "by Léa" in text
    assert " points" in text
    assert text.index("On the board") < text.index("Version 1")


def test_changes_are_signed_with_the_name_that_was_given(pages: TeamPages, event: TeamEvent) -> None:
    """It is kept in this browser; the next change carries it."""
    pages.page("/versions").form("/signer").fill(name="  Karim   Orga ").send(pages.client)
    pages.send("/deplacer", who=str(event.people[1].id), to=f"{event.challenges[0].id}:2", force="1")
    assert plans.current_version(db.session, event.hackathon.id).author == "Karim Orga"
    assert "by Karim Orga" in pages.open("/versions")


def test_a_name_that_is_too_long_is_cut_to_what_fits(pages: TeamPages, event: TeamEvent) -> None:
    """The change is made all the same."""
    pages.page("/versions").form("/signer").fill(name="x" * 5000).send(pages.client)
    pages.send("/annuler")
    pages.send("/deplacer", who=str(event.people[0].id), to=f"{event.challenges[0].id}:2")
    assert plans.current_version(db.session, event.hackathon.id).author == "x" * 120


def test_two_versions_stand_side_by_side(pages: TeamPages, event: TeamEvent) -> None:
    """Points in all and by what counts, the worst team, choices obtained, and who is elsewhere."""
    text = pages.open("/versions/comparer?v=1&v=2")
    for words in ("Points in all", "The worst team", "Team size", "first choice", "People elsewhere"):
        assert words in text
    assert "1 person is not in the same team everywhere" in text
    elsewhere = text.partition("1 person is not in the same team everywhere")[2]
    assert event.people[0].name in elsewhere
    assert event.people[1].name not in elsewhere


def test_a_version_with_somebody_without_a_team_can_be_compared(pages: TeamPages, event: TeamEvent) -> None:
    """A late arrival has a place in the newer one alone."""
    late = make_registration(db.session, event.hackathon, "Zoé Tard")
    pages.send("/tenir", hold=f"person:{event.people[2].id}")
    pages.send("/deplacer", who=str(late.id), to=f"{event.challenges[0].id}:1")
    text = pages.open("/versions/comparer?v=2&v=3&v=4")
    assert "Zoé Tard" in text
    assert "no team" in text


@pytest.mark.parametrize("query", ["", "?v=1", "?v=1&v=1", "?v=x&v=²", "?v=1&v=2&v=3&v=4"])
def test_fewer_than_two_or_more_than_three_are_asked_for_again(pages: TeamPages, query: str) -> None:
    """The list comes back and says what to tick."""
    assert "Tick two or three versions." in pages.open(f"/versions/comparer{query}", status=422)


def test_a_version_that_does_not_exist_is_not_found(pages: TeamPages) -> None:
    """Neither to compare nor to take up again."""
    pages.open("/versions/comparer?v=1&v=77", status=404)
    assert pages.send("/versions/77/reprendre").status_code == 404


def test_an_earlier_version_is_taken_up_again_as_a_new_one(pages: TeamPages, event: TeamEvent) -> None:
    """So that this can be undone too, and the list says where it comes from."""
    text = pages.follow(pages.send("/versions/1/reprendre"))
    assert "An earlier version is taken up again, as a new version." in text
    version = plans.current_version(db.session, event.hackathon.id)
    assert version.number == 3
    assert plans.plan_of(version).assignment[str(event.people[0].id)].number == 1
    assert "version 1, taken up again" in pages.open("/versions")


def test_taking_up_again_notices_another_organiser(pages: TeamPages, event: TeamEvent) -> None:
    """409, and the same again by one button."""
    answer = pages.send("/versions/1/reprendre", revision=1, version=1)
    assert answer.status_code == 409
    assert "What you wanted: Take version 1 up again" in read(answer.text).text
    assert plans.current_version(db.session, event.hackathon.id).number == 2
    assert Page(answer).form("/versions/1/reprendre").send(pages.client).status_code == 303
    assert plans.current_version(db.session, event.hackathon.id).number == 3


def test_points_leave_private_wishes_out(pages: TeamPages, event: TeamEvent) -> None:
    """Two people together against a wish that nobody confirmed: the points are those of the version before."""
    first, other = (db.session.get_one(Registration, event.people[at].id) for at in (1, 2))
    first.wishes.append(Wish(kind=WishKind.AVOID, typed=other.name, other_id=other.id, is_settled=True))
    db.session.commit()
    pages.send("/tenir", hold=f"person:{first.id}")
    versions = plans.versions(db.session, event.hackathon.id)
    assert versions[0].cost == versions[1].cost + Weights().avoid
    newest, before = re.findall(r"(\d+) points", pages.open("/versions"))[:2]
    assert newest == before


def test_before_the_first_version_the_list_says_so(app: Site, client: FlaskClient) -> None:
    """And leads to forming teams."""
    text = TeamPages(app, client, make_hackathon(db.session)).open("/versions")
    assert "There is no version yet." in text
    assert "Form the first teams" in text
