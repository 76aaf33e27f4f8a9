"""Computations of teams as organisers see them: asked for, watched, stopped, taken up again. Real processes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from matcher.clock import utc_now
from matcher.hackathons import plans, runs
from matcher.store import TeamRun
from matcher.vocabulary import RunKind, RunStatus
from tests.matcher.hackathons.events import Event, formed, make_event
from tests.web.browser import Page, visit
from web.assets import Site
from web.config import Settings
from web.links import organiser_token
from web.teams import runs as views
from web.teams.processes import LOG
from web.wiring import db

#: Seconds that a process may take here: a busy machine starts one in some five.
PATIENCE_S = 60


@pytest.fixture
def event(app: Site) -> Iterator[Event]:
    """Twelve people and three challenges, in the database of the site."""
    with app.app_context():
        yield make_event(db.session)


@pytest.fixture
def home(app: Site, event: Event) -> str:
    """Address of the organisers' pages about teams, in English."""
    with app.test_request_context():
        return f"/en/organiser/{organiser_token(event.hackathon)}/equipes"


def asked(event: Event, kind: RunKind = RunKind.FORM) -> TeamRun:
    """A run that no process was started for."""
    db.session.rollback()
    return runs.ask_run(db.session, event.hackathon, kind, time_limit_s=5, author="Ada")


def die(run: TeamRun) -> None:
    """As if its process had died some time ago."""
    db.session.rollback()
    run.beat_at = utc_now() - timedelta(seconds=runs.DEAD_S + 1)
    db.session.commit()


def ended(run: TeamRun) -> RunStatus:
    """How the run ended, once its process is done."""
    ends = time.monotonic() + PATIENCE_S
    while runs.progress(db.session, run.id, utc_now()).status in runs.ACTIVE:
        assert time.monotonic() < ends, "the process never ended"
        time.sleep(0.2)
    return run.status


def newest(event: Event) -> TeamRun:
    """The run that a form has just asked for."""
    db.session.rollback()
    found = runs.latest(db.session, event.hackathon.id)
    assert found is not None
    return found


def test_teams_are_formed_by_a_process_of_their_own(client: FlaskClient, event: Event, home: str) -> None:
    """The answer is the page of the run, which loads itself again until there are teams; nothing is published."""
    form = visit(client, f"{home}/calcul").form("/calcul").fill(kind="form", time_limit_s="5")
    page = Page(form.send(client, follow_redirects=True))
    run = newest(event)
    assert '<noscript><meta http-equiv="refresh"' in page.text
    assert page.form(f"/calcul/{run.id}/arreter")
    assert ended(run) is RunStatus.DONE
    page = visit(client, f"{home}/calcul/{run.id}")
    assert "http-equiv" not in page.text
    assert home in page.links
    pointer = plans.current(db.session, event.hackathon.id)
    assert pointer.plan_id == run.result_id is not None
    assert pointer.published_id is None


def test_a_stopped_computation_keeps_its_teams(client: FlaskClient, event: Event, home: str) -> None:
    """The button works without a script, and says that it was pressed until the process has seen it."""
    visit(client, f"{home}/calcul").form("/calcul").fill(kind="form", time_limit_s="600").send(client)
    run = newest(event)
    page = Page(visit(client, f"{home}/calcul/{run.id}").form("/arreter").send(client, follow_redirects=True))
    assert "It stops in a moment" in page.text
    assert ended(run) in {RunStatus.STOPPED, RunStatus.DONE}


def test_an_interrupted_computation_is_taken_up_again(client: FlaskClient, event: Event, home: str) -> None:
    """Its page offers it, a new process does it, and pressing twice starts one only."""
    run = asked(event)
    die(run)
    page = visit(client, f"{home}/calcul/{run.id}")
    assert "Interrupted" in page.title
    form = page.form(f"/calcul/{run.id}/reprendre")
    assert form.send(client).status_code == 303
    assert form.send(client).status_code == 303
    assert ended(run) is RunStatus.DONE
    assert len(plans.versions(db.session, event.hackathon.id)) == 1


def test_the_second_organiser_is_led_to_the_computation_under_way(client: FlaskClient, event: Event, home: str) -> None:
    """Nothing is started twice, and the page says why it is here."""
    run = asked(event)
    page = Page(visit(client, f"{home}/calcul").form("/calcul").send(client, follow_redirects=True))
    assert page.form(f"/calcul/{run.id}/arreter")
    assert "under way already" in page.text
    assert newest(event) == run


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"time_limit_s": "4"}, "time_limit_s"),
        ({"time_limit_s": "601"}, "time_limit_s"),
        ({"time_limit_s": "soon"}, "time_limit_s"),
        ({"seed": "1,5"}, "seed"),
        ({"seed": "-1"}, "seed"),
        ({"kind": "magic"}, "kind"),
        ({"max_moves": "3"}, "max_moves"),
    ],
)
def test_what_cannot_be_asked_for_is_told_at_its_field(
    client: FlaskClient, event: Event, home: str, typed: dict[str, str], field: str
) -> None:
    """422, a summary that leads to the field, what was typed still there, and no run."""
    answer = visit(client, f"{home}/calcul").form("/calcul").fill(**typed).send(client)
    assert answer.status_code == 422
    page = Page(answer)
    assert f'href="#{field}"' in page.text
    assert field in page.ids
    if field in {"time_limit_s", "seed"}:
        assert page.form("/calcul")[field] == typed[field]
    assert runs.latest(db.session, event.hackathon.id) is None


def test_before_there_are_teams_there_is_nothing_to_improve(client: FlaskClient, event: Event, home: str) -> None:
    """And without people nothing to form: both are said in words."""
    form = visit(client, f"{home}/calcul").form("/calcul")
    answer = form.fill(kind="improve").send(client)
    assert answer.status_code == 422
    assert "form some first" in answer.text
    for person in event.people:
        db.session.delete(person)
    db.session.commit()
    answer = form.fill(kind="form").send(client)
    assert answer.status_code == 422
    assert "at least one challenge" in answer.text


def test_a_stream_tells_the_numbers_and_when_it_is_over(client: FlaskClient, event: Event, home: str) -> None:
    """Server-sent events: when to come back, then the numbers, then the end."""
    run = asked(event)
    run.status, run.best, run.bound, run.elapsed_s = RunStatus.DONE, 90, 45, 2.34
    db.session.commit()
    answer = client.get(f"{home}/calcul/{run.id}/flux")
    assert answer.mimetype == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-store"
    blocks = answer.text.strip().split("\n\n")
    assert blocks[0] == f"retry: {views.RETRY_MS}"
    name, _, data = blocks[1].partition("\n")
    assert name == "event: progress"
    numbers = json.loads(data.removeprefix("data: "))
    assert numbers == {"status": "done", "best": 90, "bound": 45, "elapsed": 2.3, "limit": 5}
    assert blocks[2] == 'event: over\ndata: "done"'


def test_a_stream_does_not_hold_a_thread_for_long(
    client: FlaskClient, event: Event, home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends by itself while the computation goes on; the browser opens the next one."""
    run = asked(event)
    monkeypatch.setattr(views, "STREAM_S", 1.2)
    began = time.monotonic()
    text = client.get(f"{home}/calcul/{run.id}/flux").text
    assert time.monotonic() - began < 1.2 + PATIENCE_S / 10
    assert text.count("event: progress") == 1
    assert "event: over" not in text


def test_looking_changes_nothing(client: FlaskClient, event: Event, home: str) -> None:
    """The page of an interrupted run says so and leaves the row as it is."""
    run = asked(event)
    die(run)
    stored = run.beat_at
    visit(client, f"{home}/calcul/{run.id}")
    client.get(f"{home}/calcul/{run.id}/flux")
    db.session.rollback()
    assert (run.status, run.beat_at) == (RunStatus.WAITING, stored)


def test_a_run_belongs_to_its_event(client: FlaskClient, event: Event, home: str) -> None:
    """The link of one event opens no run of another, nor one that does not exist."""
    other = make_event(db.session, people=6, challenges=2)
    run = asked(other)
    for number in (run.id, 999):
        for method, path in (("GET", ""), ("GET", "/flux"), ("POST", "/arreter"), ("POST", "/reprendre")):
            token = visit(client, f"{home}/calcul").form("/calcul")["csrf_token"]
            answer = client.open(f"{home}/calcul/{number}{path}", method=method, data={"csrf_token": token})
            assert answer.status_code == 404


def test_a_forged_form_starts_nothing(client: FlaskClient, event: Event, home: str) -> None:
    """Without the token of the page nothing is done."""
    assert client.post(f"{home}/calcul", data={"kind": "form"}).status_code == 400
    assert runs.latest(db.session, event.hackathon.id) is None


def test_an_impossible_run_leads_to_the_ways_out(client: FlaskClient, event: Event, home: str) -> None:
    """And one click computes again with one rule given up."""
    event.hackathon.size_min = event.hackathon.size_target = event.hackathon.size_max = 7
    db.session.commit()
    visit(client, f"{home}/calcul").form("/calcul").fill(kind="form", time_limit_s="5").send(client)
    run = newest(event)
    assert ended(run) is RunStatus.IMPOSSIBLE
    page = visit(client, f"{home}/calcul/{run.id}")
    assert f"{home}/contradictions" in page.links
    token = visit(client, f"{home}/calcul").form("/calcul")["csrf_token"]
    address = f"{home}/calcul/{run.id}/assouplir"
    assert client.post(address, data={"csrf_token": token, "way": "nonsense"}).status_code == 404
    assert client.post(address, data={"csrf_token": token, "way": "finding-0-0"}).status_code == 303
    assert ended(newest(event)) is RunStatus.DONE


def test_a_failed_process_tells_the_log_where_and_nobody_who(
    client: FlaskClient, event: Event, home: str, settings: Settings
) -> None:
    """The page says a general sentence; the log has the places in the code, and nothing that anybody wrote."""
    run = asked(event)
    run.problem = '{"Camille Secret": 1}'
    db.session.commit()
    die(run)
    visit(client, f"{home}/calcul/{run.id}").form("/reprendre").send(client)
    assert ended(run) is RunStatus.FAILED
    page = visit(client, f"{home}/calcul/{run.id}")
    assert "An error ended the computation" in page.text
    log = (settings.var_dir / LOG).read_text("utf-8")
    assert "ProblemError" in log
    assert "computing.py" in log
    assert "Secret" not in log + page.text


def test_teams_beside_those_of_the_organisers_are_said_to_be_so(client: FlaskClient, event: Event, home: str) -> None:
    """Somebody changed the teams since it was asked for: the page leads to the versions."""
    formed(db.session, event)
    run = asked(event, RunKind.IMPROVE)
    plans.move_person(db.session, event.hackathon.id, event.who(0), event.slot(1), author="", seen_revision=1)
    die(run)
    visit(client, f"{home}/calcul/{run.id}").form("/reprendre").send(client)
    assert ended(run) is RunStatus.DONE
    page = visit(client, f"{home}/calcul/{run.id}")
    assert "as version 3" in page.text
    assert f"{home}/versions" in page.links
