"""The fairness page, and what cannot hold together with its ways out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import sessionmaker

from matcher.hackathons import plans, runs
from matcher.hackathons.computing import perform_run
from matcher.store import Challenge, Hackathon, Registration, Wish
from matcher.vocabulary import RunKind, RunStatus, WishKind
from tests.hackathons import make_challenge, make_hackathon, make_registration
from tests.team_events import TeamEvent, make_team_event
from tests.web.browser import Form, Page
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
    """Two teams of four on one challenge: six people have their first choice, two made none."""
    return make_team_event(db.session, teams=2)


@pytest.fixture
def pages(app: Site, client: FlaskClient, event: TeamEvent) -> TeamPages:
    """The pages of that event."""
    return TeamPages(app, client, event.hackathon)


def form_of(page: Page, way: str) -> Form:
    """The form of the way out whose key says this."""
    return next(form for form in page.forms if any(way in value for value in form.all("way")))


def test_the_profile_counts_who_got_what(pages: TeamPages) -> None:
    """As one sentence, as a drawing with a name, and as a table."""
    text = pages.open("/equite")
    assert "Of 6 people who ranked challenges, 6 got the first choice and 6 one of the first three." in text
    assert 'role="img" aria-labelledby="profile-title"' in pages.source("/equite")
    assert "made no choice" in text


def test_every_figure_says_what_it_means(pages: TeamPages) -> None:
    """Worst team, how unlike the teams are, envy, swaps; groups side by side."""
    text = pages.open("/equite")
    for words in (
        "The worst team",
        "Gini coefficient",
        "They ranked the challenge of somebody else above their own.",
        "Pairs who could change places without anybody losing.",
        "First hackathon",
        "From small organisations",
    ):
        assert words in text


def test_fairness_knows_nothing_of_private_wishes(pages: TeamPages, event: TeamEvent) -> None:
    """The page is the same, to the letter of its figures, with and without one."""
    before = pages.open("/equite")
    first, other = (db.session.get_one(Registration, event.people[at].id) for at in (0, 1))
    first.wishes.append(Wish(kind=WishKind.AVOID, typed=other.name, other_id=other.id, is_settled=True))
    db.session.commit()
    assert pages.open("/equite") == before


def test_without_teams_there_is_nothing_to_measure(app: Site, client: FlaskClient) -> None:
    """And the page leads to forming them."""
    text = TeamPages(app, client, make_hackathon(db.session)).open("/equite")
    assert "There are no teams yet, so there is nothing to measure." in text


def test_nothing_against_anything(pages: TeamPages) -> None:
    """The page says that deeper contradictions show later."""
    assert "Nothing contradicts anything at first sight." in pages.open("/contradictions")


def test_an_event_without_people_has_nothing_to_check(app: Site, client: FlaskClient) -> None:
    """No error, a sentence."""
    assert "There is nothing to check yet" in TeamPages(app, client, make_hackathon(db.session)).open("/contradictions")


def impossible_event() -> Hackathon:
    """Five people, teams of exactly four."""
    hackathon = make_hackathon(db.session, size_min=4, size_target=4, size_max=4)
    make_challenge(db.session, hackathon, "Un défi")
    for _ in range(5):
        make_registration(db.session, hackathon)
    return hackathon


def test_a_way_out_is_one_click_and_is_kept_for_the_event(app: Site, client: FlaskClient) -> None:
    """The contradiction is gone, and the page asks for a computation."""
    hackathon = impossible_event()
    pages = TeamPages(app, client, hackathon)
    text = pages.open("/contradictions")
    assert "5 people cannot be split into teams of 4 to 4." in text
    assert "costs 10 points" in text
    text = pages.follow(form_of(pages.page("/contradictions"), "size_max").send(client))
    assert "It is changed." in text
    assert "Nothing contradicts anything" in text
    db.session.expire_all()
    assert (hackathon.size_max, hackathon.revision) == (5, 2)


def test_a_way_out_that_is_not_needed_any_more_changes_nothing(app: Site, client: FlaskClient) -> None:
    """Two organisers press the same button: the second sees how things stand."""
    pages = TeamPages(app, client, impossible_event())
    form = form_of(pages.page("/contradictions"), "size_max")
    form.send(client)
    answer = form.send(client)
    assert answer.status_code == 409
    assert "Nothing was changed" in read(answer.text).text


@pytest.mark.parametrize("way", ["", "x", '["size_max", {"size": 99}]', '["soft_avoid", {}]', "[" * 5000])
def test_no_way_out_can_be_made_up(app: Site, client: FlaskClient, way: str) -> None:
    """Only those that the page offers."""
    hackathon = impossible_event()
    assert TeamPages(app, client, hackathon).send("/contradictions", way=way).status_code == 409
    db.session.expire_all()
    assert (hackathon.size_max, hackathon.revision) == (4, 1)


def test_a_challenge_that_asks_for_too_many_teams_is_content_with_fewer(pages: TeamPages, event: TeamEvent) -> None:
    """The way out changes the challenge."""
    challenge = db.session.get_one(Challenge, event.challenges[0].id)
    challenge.min_teams = 4
    db.session.commit()
    form_of(pages.page("/contradictions"), "min_teams").send(pages.client)
    db.session.expire_all()
    assert challenge.min_teams == 2


def test_people_held_against_a_rule_are_let_go(pages: TeamPages, event: TeamEvent) -> None:
    """Eight people held in one team of at most five: the way out makes a version that holds fewer."""
    for person in event.people:
        pages.send("/deplacer", who=str(person.id), to=f"{event.challenges[0].id}:2", force="1")
    pages.send("/tenir", hold=f"team:{event.challenges[0].id}:2")
    form_of(pages.page("/contradictions"), "drop_locks").send(pages.client)
    locks = plans.locks_of(plans.current_version(db.session, event.hackathon.id))
    assert locks.teams == frozenset()


def test_contradictions_about_private_wishes_name_nobody(pages: TeamPages, event: TeamEvent) -> None:
    """Two people held together against a confirmed wish: organisers learn that, not who."""
    first, other = (db.session.get_one(Registration, event.people[at].id) for at in (0, 1))
    first.wishes.append(
        Wish(kind=WishKind.AVOID, typed=other.name, other_id=other.id, is_settled=True, is_confirmed=True)
    )
    db.session.commit()
    pages.send("/tenir", hold=f"team:{event.challenges[0].id}:1")
    source = pages.source("/contradictions")
    assert "kept apart" in source
    assert first.name not in source
    assert other.name not in source


def test_the_fewest_rules_that_made_a_computation_fail_are_told(app: Site, client: FlaskClient) -> None:
    """Three people kept apart from each other in two teams of two: no count sees it, and nobody is named."""
    hackathon = make_hackathon(db.session, size_min=2, size_target=2, size_max=2)
    make_challenge(db.session, hackathon, "Un défi")
    people = [make_registration(db.session, hackathon, f"Prénom-{number}") for number in range(4)]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        people[one].wishes.append(
            Wish(
                kind=WishKind.AVOID,
                typed=people[other].name,
                other_id=people[other].id,
                is_settled=True,
                is_confirmed=True,
            )
        )
    db.session.commit()
    run = runs.ask_run(db.session, hackathon, RunKind.FORM, time_limit_s=5)
    assert perform_run(sessionmaker(db.engine), run.id, iterations=20) is RunStatus.IMPOSSIBLE
    db.session.rollback()  # what another session wrote
    pages = TeamPages(app, client, hackathon)
    assert "The last computation found no teams" in pages.open()
    text = pages.open("/contradictions")
    assert "These rules cannot hold together:" in text
    assert "kept apart" in text
    assert not any(person.name in text for person in people)
    ways = [form for form in pages.page("/contradictions").forms if form.action.endswith(f"/calcul/{run.id}/assouplir")]
    assert ways
    assert ways[0]["way"] == "change-0"
