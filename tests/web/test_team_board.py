"""The organisers' board: what it shows, changes by hand, what is refused, and two organisers at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from matcher.hackathons import plans
from matcher.hackathons.locks import slot_of
from matcher.store import Challenge, Registration, TeamPlace, Wish
from matcher.teams.problem import Slot
from matcher.vocabulary import Attendance, PlaceAnswer, RegistrationStatus, WishKind
from tests.hackathons import make_challenge, make_hackathon, make_registration
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
    """Two teams of four on one challenge, where teams may have three to five people."""
    return make_team_event(db.session, teams=2)


@pytest.fixture
def pages(app: Site, client: FlaskClient, event: TeamEvent) -> TeamPages:
    """The pages of that event."""
    return TeamPages(app, client, event.hackathon)


def place_of(event: TeamEvent, who: Registration) -> Slot | None:
    """Where somebody is now."""
    db.session.expire_all()
    version = plans.current_version(db.session, event.hackathon.id)
    return plans.plan_of(version).assignment.get(str(who.id))


def team(event: TeamEvent, number: int) -> str:
    """A team as a form names it."""
    return f"{event.challenges[0].id}:{number}"


def test_the_board_shows_every_team_with_its_people(pages: TeamPages, event: TeamEvent) -> None:
    """Challenge, number, names, what people are, which choice they got, and a score."""
    text = pages.open()
    assert event.challenges[0].title in text
    assert "Team 1" in text
    assert "Team 2" in text
    assert all(person.name in text for person in event.people)
    assert "technical and design · MJC Lillebonne" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "first choice" in text
    assert "Score out of 100:" in text
    assert "8 in 2 teams" in text


def test_the_head_says_who_sees_these_teams(pages: TeamPages, event: TeamEvent) -> None:
    """A draft, then published, then a draft beside the published version."""
    assert "Nobody but the organisers sees these teams." in pages.open()
    plans.publish(db.session, event.hackathon.id, seen_revision=plans.current(db.session, event.hackathon.id).revision)
    assert "Everybody sees these teams on their own page." in pages.open()
    pages.send("/tenir", hold=f"person:{event.people[0].id}")
    assert "People see version 1; this one is for organisers only." in pages.open()


def test_reading_changes_nothing(pages: TeamPages, event: TeamEvent) -> None:
    """No page of the area makes a version."""
    for path in ("", "/versions", "/poids", "/equite", "/contradictions", f"/personnes/{event.people[0].id}"):
        pages.open(path)
    assert plans.current(db.session, event.hackathon.id).revision == 1


def test_moving_somebody_makes_a_version_and_says_where_they_are(pages: TeamPages, event: TeamEvent) -> None:
    """The version before stays as it was."""
    first = event.people[0]
    text = pages.follow(pages.send("/deplacer", who=str(first.id), to=team(event, 2)))
    assert f"{first.name} is there now: {event.challenges[0].title}, team 2." in text
    assert place_of(event, first) == slot_of(team(event, 2))
    before = plans.version_of(db.session, event.hackathon.id, 1)
    assert plans.plan_of(before).assignment[str(first.id)] == slot_of(team(event, 1))


def test_the_plain_form_of_a_person_moves_them(pages: TeamPages, event: TeamEvent) -> None:
    """Without any script: choose a team, send."""
    first = event.people[0]
    page = pages.page(f"/personnes/{first.id}")
    page.form("/deplacer").fill(to=team(event, 2)).send(pages.client)
    assert place_of(event, first) == slot_of(team(event, 2))


def test_a_person_says_why_they_are_there(pages: TeamPages, event: TeamEvent) -> None:
    """The reasons of the explanations, and what they chose."""
    text = pages.open(f"/personnes/{event.people[1].id}")
    assert f"Has the first choice: “{event.challenges[0].title}”." in text


def test_two_people_change_places(pages: TeamPages, event: TeamEvent) -> None:
    """Each is where the other was."""
    first, last = event.people[0], event.people[-1]
    pages.follow(pages.send("/echanger", who=str(first.id), other=str(last.id)))
    assert place_of(event, first) == slot_of(team(event, 2))
    assert place_of(event, last) == slot_of(team(event, 1))


def test_a_move_that_breaks_a_rule_is_refused_in_words(pages: TeamPages, event: TeamEvent) -> None:
    """Nothing changes; the same page offers to do it all the same, and then says which rule is broken."""
    pages.send("/deplacer", who=str(event.people[0].id), to=team(event, 2))
    second = event.people[1]
    answer = pages.send("/deplacer", who=str(second.id), to=team(event, 2))
    assert answer.status_code == 422
    text = read(answer.text).text
    assert "Nothing has changed." in text
    assert f"Team 2 on “{event.challenges[0].title}” has 6 members; the most is 5." in text
    assert place_of(event, second) == slot_of(team(event, 1))

    text = pages.follow(pages.send("/deplacer", who=str(second.id), to=team(event, 2), force="1"))
    assert "These teams break 2 rules" in text
    assert place_of(event, second) == slot_of(team(event, 2))


def test_a_private_wish_refuses_without_saying_whose(pages: TeamPages, event: TeamEvent) -> None:
    """The refusal names nobody but who was to be moved, and the board says nothing of the wish."""
    first, other = (db.session.get_one(Registration, event.people[at].id) for at in (0, 5))
    wish = Wish(kind=WishKind.AVOID, typed=other.name, other_id=other.id, is_settled=True, is_confirmed=True)
    first.wishes.append(wish)
    db.session.commit()
    answer = pages.send("/deplacer", who=str(first.id), to=team(event, 2))
    assert answer.status_code == 422
    refusal = read(answer.text).text.partition("Leave it as it is")[0]
    assert "A private wish forbids it." in refusal
    assert other.name not in refusal
    assert "wish forbids" not in pages.open()
    assert "Kept apart" not in pages.open()


def test_undo_brings_the_teams_before_back(pages: TeamPages, event: TeamEvent) -> None:
    """And says so."""
    first = event.people[0]
    pages.send("/deplacer", who=str(first.id), to=team(event, 2))
    text = pages.follow(pages.send("/annuler"))
    assert "The last change is undone." in text
    assert place_of(event, first) == slot_of(team(event, 1))


def test_people_and_teams_are_held_and_let_go(pages: TeamPages, event: TeamEvent) -> None:
    """What is held is pressed on the board and known to later computations."""
    who = str(event.people[0].id)
    pages.follow(pages.send("/tenir", hold=f"person:{who}"))
    pages.follow(pages.send("/tenir", hold=f"team:{team(event, 2)}"))
    locks = plans.locks_of(plans.current_version(db.session, event.hackathon.id))
    assert (locks.people, locks.teams) == ({who}, {team(event, 2)})
    assert "held together" in pages.open()
    pages.follow(pages.send("/tenir", release=f"person:{who}"))
    locks = plans.locks_of(plans.current_version(db.session, event.hackathon.id))
    assert (locks.people, locks.teams) == (frozenset(), {team(event, 2)})


def test_late_absent_and_declining_people_wait_in_the_tray(pages: TeamPages, event: TeamEvent) -> None:
    """Each with what is the matter; the board offers a repair with few moves."""
    make_registration(db.session, event.hackathon, "Zoé Tard")
    plans.publish(db.session, event.hackathon.id, seen_revision=1, force=True)
    absent, declining, gone = (db.session.get_one(Registration, event.people[at].id) for at in (0, 1, 4))
    absent.attendance = Attendance.NO_SHOW
    gone.status = RegistrationStatus.WITHDRAWN
    db.session.get_one(TeamPlace, declining.id).answer = PlaceAnswer.DECLINED
    db.session.commit()
    tray = pages.open().partition("or have the teams repaired.")[2].partition("Repair these teams")[0]
    assert "Zoé Tard" in tray
    assert "has no team yet" in tray
    assert "did not come" in tray
    assert "declined this place" in tray
    assert "is no longer registered" in tray
    assert "at most two" in tray


def test_a_late_arrival_is_put_into_a_team_by_hand(pages: TeamPages, event: TeamEvent) -> None:
    """From the tray, by the same form."""
    late = make_registration(db.session, event.hackathon, "Zoé Tard")
    pages.follow(pages.send("/deplacer", who=str(late.id), to=team(event, 1)))
    assert place_of(event, late) == slot_of(team(event, 1))
    assert "look at" not in pages.open()


def test_the_second_organiser_sees_what_changed_and_loses_nothing(pages: TeamPages, event: TeamEvent) -> None:
    """409 with who moved in between, and a button that does the same on the new teams."""
    first, second = event.people[0], event.people[1]
    pages.send("/deplacer", who=str(first.id), to=team(event, 2))
    answer = pages.send("/deplacer", revision=1, version=1, who=str(second.id), to=team(event, 2), force="1")
    assert answer.status_code == 409
    text = read(answer.text).text
    moved = text.partition("1 person is elsewhere now")[2].partition("What you wanted")[0]
    assert moved.index(first.name) < moved.index(", team 1") < moved.index(", team 2")
    assert f"Put {second.name} into: {event.challenges[0].title}, team 2" in text
    assert place_of(event, second) == slot_of(team(event, 1))

    again = Page(answer).form("/deplacer").fill(force="1").send(pages.client)
    assert again.status_code == 303
    assert place_of(event, first) == place_of(event, second) == slot_of(team(event, 2))


@pytest.mark.parametrize("to", ["", "1", "x:1", "1:0", "1:99999999", "999999:1", "1:²"])
def test_a_team_that_cannot_be_is_refused(pages: TeamPages, event: TeamEvent, to: str) -> None:
    """Whatever is sent, the board answers, and nothing changes."""
    answer = pages.send("/deplacer", who=str(event.people[0].id), to=to, force="1")
    assert answer.status_code == 422
    assert plans.current(db.session, event.hackathon.id).revision == 1


@pytest.mark.parametrize("field", ["hold", "release"])
@pytest.mark.parametrize("what", ["", "person:", "person:9999999", "team:x", "other:1"])
def test_holding_nothing_holds_nothing(pages: TeamPages, event: TeamEvent, field: str, what: str) -> None:
    """Unknown people and teams are left out."""
    assert pages.send("/tenir", **{field: what}).status_code == 303
    locks = plans.locks_of(plans.current_version(db.session, event.hackathon.id))
    assert (locks.people, locks.teams) == (frozenset(), frozenset())


def test_somebody_of_another_event_has_no_page_here(pages: TeamPages) -> None:
    """404, as for a number that nobody has."""
    stranger = make_registration(db.session, make_hackathon(db.session), "D’ailleurs")
    pages.open(f"/personnes/{stranger.id}", status=404)
    pages.open("/personnes/x", status=404)
    answer = pages.send("/deplacer", who=str(stranger.id), to="1:1")
    assert answer.status_code == 422
    assert stranger.name not in answer.text


def test_before_the_first_teams_the_page_says_what_there_is(app: Site, client: FlaskClient) -> None:
    """And offers the one thing to do: form them."""
    hackathon = make_team_event(db.session, teams=0).hackathon
    for _ in range(9):
        make_registration(db.session, hackathon)
    text = TeamPages(app, client, hackathon).open()
    assert "There are no teams yet." in text
    assert "People who take part9" in text
    assert "Form teams" in text


def test_an_empty_event_says_what_it_lacks(app: Site, client: FlaskClient) -> None:
    """Challenges and people, each with where to go; no button that could only fail."""
    text = TeamPages(app, client, make_hackathon(db.session)).open()
    assert "There is no challenge yet. Add challenges" in text
    assert "Nobody takes part yet. See the registrations" in text
    assert "Form teams" not in text


def test_a_withdrawn_challenge_keeps_its_teams_on_the_board(pages: TeamPages, event: TeamEvent) -> None:
    """Their people wait in the tray: a team on it may not exist any more."""
    other = event.challenges[0]
    make_challenge(db.session, event.hackathon, "Un autre")
    db.session.get_one(Challenge, other.id).withdrawn_at = event.version and event.version.created_at
    db.session.commit()
    text = pages.open()
    assert "8 people to look at" in text
    assert other.title in text


@pytest.mark.parametrize("teams", [1, 12, 50])
def test_the_board_holds_any_number_of_teams(app: Site, client: FlaskClient, teams: int) -> None:
    """One card for each, in at most three teams a challenge."""
    made = make_team_event(db.session, teams=teams)
    source = TeamPages(app, client, made.hackathon).source()
    assert source.count('<article class="team') == teams
