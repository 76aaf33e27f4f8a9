"""What counts: sliders that work without a script, kept for the event, and two people who save at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from matcher.hackathons.settings import Slider, Step, save_settings, steps_of, weights_of
from matcher.store import Hackathon
from matcher.teams.problem import Rules, Weights
from tests.team_events import TeamEvent, make_team_event
from tests.web.browser import Page
from tests.web.html import read
from tests.web.team_pages import TeamPages
from web.assets import Site
from web.teams.slider_words import SLIDER_WORDS, STEP_WORDS
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
    """The pages of that event."""
    return TeamPages(app, client, event.hackathon)


def saved(event: TeamEvent) -> Weights:
    """Weights of the event as they are stored."""
    db.session.expire_all()
    return weights_of(db.session.get_one(Hackathon, event.hackathon.id))


def test_every_slider_and_step_has_words() -> None:
    """None can be added to the model without them."""
    assert set(SLIDER_WORDS) == set(Slider)
    assert list(STEP_WORDS) == list(Step)


def test_a_moved_slider_is_kept_and_the_others_stay(pages: TeamPages, event: TeamEvent) -> None:
    """The page then tells what the next computation does differently from the present teams."""
    answer = pages.page("/poids").form("/poids").fill(friends="fourfold").send(pages.client)
    text = pages.follow(answer)
    assert "It is saved." in text
    assert "The next computation differs from the present teams in one point:" in text
    steps = steps_of(saved(event))
    assert steps.pop(Slider.FRIENDS) is Step.FOURFOLD
    assert set(steps.values()) == {Step.USUAL}


def test_the_present_teams_are_left_alone(pages: TeamPages) -> None:
    """No version is made."""
    pages.page("/poids").form("/poids").fill(wishes="nothing").send(pages.client)
    assert "Version 2" not in pages.open("/versions")


def test_everything_as_usual_again(pages: TeamPages, event: TeamEvent) -> None:
    """One button, which is there only when something is unusual."""
    assert "Everything as usual again" not in pages.open("/poids")
    pages.page("/poids").form("/poids").fill(wishes="double", sizes="nothing").send(pages.client)
    pages.page("/poids").form("/poids/usuels").send(pages.client)
    assert saved(event) == Weights()


@pytest.mark.parametrize("value", ["", "enormous", "9"])
def test_a_step_that_does_not_exist_is_refused(pages: TeamPages, event: TeamEvent, value: str) -> None:
    """422, with a link to the slider, and everything else that was chosen still chosen."""
    form = pages.page("/poids").form("/poids").fill(friends=value, sizes="double")
    answer = form.send(pages.client)
    assert answer.status_code == 422
    assert "Choose one of the five steps." in read(answer.text).text
    again = Page(answer).form("/poids")
    assert again["sizes"] == "double"
    assert saved(event) == Weights()


def test_weights_that_were_set_one_by_one_survive_an_untouched_slider(pages: TeamPages, event: TeamEvent) -> None:
    """A slider that fits no step is shown without a choice; saving the others leaves it."""
    hackathon = db.session.get_one(Hackathon, event.hackathon.id)
    save_settings(db.session, hackathon, rules=Rules(), weights=Weights(skill_deficit=7))
    form = pages.page("/poids").form("/poids")
    assert form.all("skills") == []
    form.fill(sizes="double").send(pages.client)
    assert saved(event).skill_deficit == 7
    assert saved(event).off_target_size == 2 * Weights().off_target_size


def test_two_people_who_save_at_once_lose_nothing(pages: TeamPages, event: TeamEvent) -> None:
    """The second sees what was saved beside their choice; saving again keeps theirs."""
    first, second = pages.page("/poids").form("/poids"), pages.page("/poids").form("/poids")
    first.fill(friends="double").send(pages.client)
    answer = second.fill(sizes="nothing").send(pages.client)
    assert answer.status_code == 409
    text = read(answer.text).text
    assert "Somebody saved this page while you were on it" in text
    assert "Saved meanwhile" in text
    assert steps_of(saved(event))[Slider.SIZES] is Step.USUAL
    Page(answer).form("/poids").send(pages.client)
    steps = steps_of(saved(event))
    assert (steps[Slider.SIZES], steps[Slider.FRIENDS]) == (Step.NOTHING, Step.USUAL)


def test_a_change_of_the_event_alone_stops_nobody(pages: TeamPages, event: TeamEvent) -> None:
    """Its revision grows with its texts as well: only other weights count as a conflict."""
    form = pages.page("/poids").form("/poids")
    db.session.get_one(Hackathon, event.hackathon.id).revision += 1
    db.session.commit()
    assert form.fill(sizes="double").send(pages.client).status_code == 303
