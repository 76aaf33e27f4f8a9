"""The basket on the pages: claim, note, suggest, close; two people at once; bounds and hostile texts."""

from __future__ import annotations

import threading

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from matcher.people import AccountRole, Actor, CaseResult
from matcher.store import Case, Introduction
from matcher.store.session import writing
from tests.web.animator.working import SCRIPT, case_opened, signed_in, stored
from tests.web.browser import visit
from tests.web.html import read
from tests.web.territory import Territory
from web.assets import Site
from web.wiring import db


@pytest.fixture
def case(app: Site, territory: Territory) -> int:
    """A need for which the word search finds the offer "inventory"."""
    return case_opened(app, territory.needs["stock"])


def _press(client: FlaskClient, case: int, act: str, **fields: str) -> int:
    return visit(client, f"/animation/panier/{case}").form(f"/{act}").fill(**fields).send(client).status_code


@pytest.fixture
def held(app: Site, case: int) -> tuple[FlaskClient, int]:
    """A support body that holds the case."""
    client, number = signed_in(app, AccountRole.SUPPORT_BODY, name="Bo Appui")
    assert _press(client, case, "prendre") == 303
    assert stored(app, Case, case).claimed_by_id == number
    return client, case


def test_of_two_who_press_at_once_one_holds_the_case(app: Site, case: int) -> None:
    """One is sent on, the other is told that somebody was faster, with 409."""
    people = [signed_in(app, AccountRole.ANIMATOR), signed_in(app, AccountRole.SUPPORT_BODY)]
    forms = [visit(client, f"/animation/panier/{case}").form("/prendre") for client, _ in people]
    start, answers = threading.Barrier(2), [0, 0]

    def press(at: int) -> None:
        start.wait()
        answers[at] = forms[at].send(people[at][0]).status_code

    threads = [threading.Thread(target=press, args=(at,)) for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409]
    assert stored(app, Case, case).claimed_by_id == people[answers.index(303)][1]


def test_a_partner_is_suggested_to_both_sides(app: Site, territory: Territory, held: tuple[FlaskClient, int]) -> None:
    """The offer of the matcher becomes a pair that the animator brought up; nobody has said yes yet."""
    client, case = held
    page = visit(client, f"/animation/panier/{case}")
    form = next(form for form in page.forms if ("offer", str(territory.offers["inventory"])) in form.fields)
    assert form.send(client).status_code == 303
    with app.app_context():
        pair = db.session.scalars(select(Introduction)).one()
        assert (pair.need_id, pair.offer_id) == (territory.needs["stock"], territory.offers["inventory"])
        assert pair.proposed_by is Actor.ANIMATOR
        assert pair.need_yes_at is pair.offer_yes_at is None


def test_only_who_holds_the_case_suggests(app: Site, territory: Territory, case: int) -> None:
    """Without the case there is no button, and the address refuses."""
    client, _ = signed_in(app, AccountRole.ANIMATOR)
    page = visit(client, f"/animation/panier/{case}")
    assert not any("/proposer" in form.action for form in page.forms)
    data = {"csrf_token": page.form("/prendre")["csrf_token"], "offer": str(territory.offers["inventory"])}
    assert client.post(f"/animation/panier/{case}/proposer", data=data).status_code == 409
    with app.app_context():
        assert db.session.scalars(select(Introduction)).all() == []


@pytest.mark.parametrize(("offer", "status"), [("999999", 409), ("x", 400), ("", 400), ("9" * 16, 400)])
def test_an_offer_that_is_none_is_refused(held: tuple[FlaskClient, int], offer: str, status: int) -> None:
    """A number that nobody has, or no number."""
    client, case = held
    page = visit(client, f"/animation/panier/{case}")
    data = {"csrf_token": page.form("/note")["csrf_token"], "offer": offer}
    assert client.post(f"/animation/panier/{case}/proposer", data=data).status_code == status


def test_an_offer_off_the_site_is_not_suggested(app: Site, territory: Territory, held: tuple[FlaskClient, int]) -> None:
    """The pair is refused with a sentence, and nothing is written."""
    client, case = held
    token = visit(client, f"/animation/panier/{case}").form("/note")["csrf_token"]
    data = {"csrf_token": token, "offer": str(territory.offers["closed"])}
    answer = client.post(f"/en/animation/panier/{case}/proposer", data=data)
    assert answer.status_code == 409
    assert "closed, paused, out of date or off the site" in answer.text


def test_all_offers_can_be_searched(held: tuple[FlaskClient, int], territory: Territory) -> None:
    """An offer that the matcher would not propose is found by words, and can be suggested."""
    client, case = held
    page = visit(client, f"/animation/panier/{case}?q=tableur+formation")
    assert any(("offer", str(territory.offers["spreadsheet"])) in form.fields for form in page.forms)


def test_a_case_is_noted_put_back_and_closed(app: Site, held: tuple[FlaskClient, int]) -> None:
    """The whole way of a case, each step on its page."""
    client, case = held
    assert _press(client, case, "note", note="Appelée lundi.") == 303
    assert stored(app, Case, case).note == "Appelée lundi."
    assert _press(client, case, "laisser") == 303
    assert stored(app, Case, case).claimed_by_id is None
    assert _press(client, case, "prendre") == 303
    assert _press(client, case, "clore", result="passed_on") == 303
    assert stored(app, Case, case).result is CaseResult.PASSED_ON
    assert "/clore" not in client.get(f"/animation/panier/{case}").text


def test_closing_asks_what_came_of_it(app: Site, held: tuple[FlaskClient, int]) -> None:
    """Without an answer: 422, an error that leads to the field, and the case stays open."""
    client, case = held
    answer = visit(client, f"/animation/panier/{case}").form("/clore").send(client)
    assert answer.status_code == 422
    assert read(answer.text).all("a", href="#result")
    assert stored(app, Case, case).closed_at is None


def test_a_note_that_is_too_long_comes_back_as_it_was_typed(app: Site, held: tuple[FlaskClient, int]) -> None:
    """422, nothing written, every word still there."""
    client, case = held
    form = visit(client, f"/animation/panier/{case}").form("/note")
    answer = form.fill(note="Un mot. " * 300).send(client)
    assert answer.status_code == 422
    assert "Un mot. " * 300 in answer.text.replace("\r\n", "\n")
    assert stored(app, Case, case).note == ""


def test_an_animator_puts_back_the_case_of_a_support_body_not_the_other_way(
    app: Site, held: tuple[FlaskClient, int]
) -> None:
    """Holidays must not keep a need waiting; support bodies leave each other's cases alone."""
    _, case = held
    token_of = lambda page: page.form("/animation/panier/chercher")["csrf_token"]  # noqa: E731
    other, _ = signed_in(app, AccountRole.SUPPORT_BODY)
    data = {"csrf_token": token_of(visit(other, "/animation/panier"))}
    assert other.post(f"/animation/panier/{case}/laisser", data=data).status_code == 409
    animator, _ = signed_in(app, AccountRole.ANIMATOR)
    assert _press(animator, case, "laisser") == 303
    assert stored(app, Case, case).claimed_by_id is None


def test_no_note_runs_and_no_note_is_in_a_file(app: Site, held: tuple[FlaskClient, int]) -> None:
    """A script in a note, a name or a search is shown as it was typed; files hold no note."""
    client, case = held
    _press(client, case, "note", note=f"{SCRIPT}</textarea>{SCRIPT}")
    animator, _ = signed_in(app, AccountRole.ANIMATOR, name=SCRIPT)
    for address in (f"/animation/panier/{case}", f"/animation/panier/{case}?q={SCRIPT}", "/animation/panier"):
        for browser in (client, animator):
            assert SCRIPT not in browser.get(address).text
    assert "alert" not in animator.get("/animation/panier/export.json").text


def test_looking_now_opens_what_is_due(app: Site, territory: Territory) -> None:
    """The button does what the job of the night does: old needs without a proposal come into the basket."""
    with app.app_context(), writing(db.session):
        db.session.connection().exec_driver_sql("UPDATE need SET created_at = '2020-01-01 00:00:00'")
    client, _ = signed_in(app, AccountRole.SUPPORT_BODY)
    answer = visit(client, "/animation/panier").form("/chercher").send(client, follow_redirects=True)
    assert answer.status_code == 200
    with app.app_context():
        opened = set(db.session.scalars(select(Case.need_id)))
    assert opened == {territory.needs[key] for key in ("rounds", "volunteers", "booking", "stock", "website")}


def test_a_case_that_is_none_is_not_found(app: Site) -> None:
    """Reading and acting alike."""
    app.config["WTF_CSRF_ENABLED"] = False
    client, _ = signed_in(app, AccountRole.ANIMATOR)
    assert client.get("/animation/panier/77").status_code == 404
    for act in ("prendre", "laisser", "note", "clore", "proposer"):
        assert client.post(f"/animation/panier/77/{act}").status_code == 404
