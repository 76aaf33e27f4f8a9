"""Looking at postings on the pages: what is shown, what a decision does, what the author reads."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from matcher.people import AccountRole, Moderation, ReviewState
from matcher.store import Need, Proposal, Review
from matcher.store.session import writing
from matcher.vocabulary import PostingKind
from tests.web.animator.working import SCRIPT, look_wanted, signed_in, stored
from tests.web.browser import visit
from tests.web.html import read
from tests.web.territory import Territory
from web.assets import Site
from web.manage.links import token_for
from web.wiring import db


def _address(territory: Territory, key: str = "website") -> str:
    return f"/animation/relecture/besoin/{territory.needs[key]}"


def _own_page(app: Site, need_id: int) -> str:
    with app.test_request_context():
        return f"/gerer/{token_for(db.session.get_one(Need, need_id))}"


def _decide(app: Site, territory: Territory, decision: str, remark: str = "") -> None:
    client, _ = signed_in(app, AccountRole.ANIMATOR)
    form = next(form for form in visit(client, _address(territory)).forms if ("decision", "refuse") in form.choices)
    assert form.fill(decision=decision, remark=remark).send(client).status_code == 303


def test_a_changed_text_is_marked_where_it_changed(app: Site, territory: Territory) -> None:
    """After one decision, the next look shows which words are new and which are gone, to the eye and to the ear."""
    look_wanted(app, territory.needs["website"])
    _decide(app, territory, "ask_changes", "Dites pour combien de familles.")
    with app.app_context(), writing(db.session):
        row = db.session.get_one(Need, territory.needs["website"])
        row.tried, row.outcome = "Un cahier, que personne ne lit.", f"{SCRIPT} {row.outcome}"
        row.title = f"{row.title} vite"
    look_wanted(app, territory.needs["website"])
    page = read(signed_in(app, AccountRole.ANIMATOR)[0].get(f"/en{_address(territory)}").text)
    assert "Changed since the last look:" in page.text
    assert len(page.all("section", class_="review__part--changed")) == 3
    added = [each.text for each in page.all("ins")]
    assert "[added: vite]" in added
    assert "[added: Un cahier, ]" in added
    assert page.all("del")[-1].text.startswith("[taken out: ")
    assert any("<script>" in each for each in added)


@pytest.mark.parametrize(
    ("decision", "state", "is_live"),
    [
        ("ask_changes", ReviewState.CHANGES_ASKED, True),
        ("take_down", ReviewState.CHANGES_ASKED, False),
        ("refuse", ReviewState.REFUSED, False),
    ],
)
def test_a_decision_changes_what_everybody_sees_and_the_author_reads_why(
    app: Site, territory: Territory, decision: str, state: ReviewState, is_live: bool
) -> None:
    """What is off the site answers 404 to everybody; the remark is on the author's page, and nowhere else."""
    number = territory.needs["website"]
    look_wanted(app, number)
    _decide(app, territory, decision, "Dites pour combien de familles.")
    assert stored(app, Review, (PostingKind.NEED, number)).state is state
    stranger = app.test_client()
    for address in (f"/besoins/{number}", f"/api/needs/{number}"):
        answer = stranger.get(address)
        assert answer.status_code == (200 if is_live else 404)
        assert "combien de familles" not in answer.text
    assert ("Un site internet pour annoncer" in stranger.get("/besoins").text) is is_live
    assert "Dites pour combien de familles." in stranger.get(_own_page(app, number)).text


def test_what_waits_for_its_first_look_says_so_to_its_author(app: Site, territory: Territory) -> None:
    """With "check first" the author reads that it is being looked at, until it is approved."""
    number = territory.needs["website"]
    look_wanted(app, number, Moderation.BEFORE)
    own = _own_page(app, number)
    assert "/en" not in own
    assert "Being looked at." in app.test_client().get(f"/en{own}").text
    client, _ = signed_in(app, AccountRole.ANIMATOR)
    form = next(f for f in visit(client, _address(territory)).forms if ("decision", "approve") in f.fields)
    assert form.send(client).status_code == 303
    assert "Being looked at." not in app.test_client().get(f"/en{own}").text
    assert app.test_client().get(f"/besoins/{number}").status_code == 200


def test_an_approved_posting_is_matched_and_proposed(app: Site, territory: Territory) -> None:
    """Nobody was proposed while it was held; its approval proposes it."""
    number = territory.needs["stock"]
    look_wanted(app, number, Moderation.BEFORE)
    client, _ = signed_in(app, AccountRole.ANIMATOR)
    form = next(f for f in visit(client, _address(territory, "stock")).forms if ("decision", "approve") in f.fields)
    form.send(client)
    with app.app_context():
        assert db.session.scalars(select(Proposal.offer_id).where(Proposal.need_id == number)).first() is not None


def test_the_setting_holds_what_is_posted_and_changed(app: Site, territory: Territory) -> None:
    """Through the form of a need: with "before" nothing is on the site until somebody has looked."""
    settings = app.config["SETTINGS"].model_copy(update={"moderation": Moderation.BEFORE})
    app.config["SETTINGS"] = settings
    number = territory.needs["website"]
    client = app.test_client()
    form = visit(client, f"{_own_page(app, number)}/modifier").form("/modifier")
    answer = form.fill(title="Un site pour nos horaires").send(client)
    assert answer.status_code == 303
    assert stored(app, Need, number).held_at is not None
    assert stored(app, Review, (PostingKind.NEED, number)).state is ReviewState.WAITING


@pytest.mark.parametrize(("remark", "said"), [("", "Write to the author"), ("x" * 1001, "too long")])
def test_a_remark_out_of_bounds_comes_back_as_it_was_typed(
    app: Site, territory: Territory, remark: str, said: str
) -> None:
    """422, an error that leads to the field, the choice and the words still there."""
    look_wanted(app, territory.needs["website"])
    client, _ = signed_in(app, AccountRole.ANIMATOR)
    address = f"/en{_address(territory)}"
    form = next(f for f in visit(client, address).forms if ("decision", "refuse") in f.choices)
    answer = form.fill(decision="refuse", remark=remark).send(client)
    assert answer.status_code == 422
    page = read(answer.text)
    assert said in page.all("div", class_="error-summary")[0].text
    assert page.all("a", href="#remark")
    assert page.all("input", value="refuse")[0].attributes.get("checked") is not None
    assert remark in answer.text


def test_a_decision_about_an_older_text_is_not_taken(app: Site, territory: Territory) -> None:
    """409, and the page shows the text as it is now."""
    look_wanted(app, territory.needs["website"])
    client, _ = signed_in(app, AccountRole.ANIMATOR)
    form = next(f for f in visit(client, _address(territory)).forms if ("decision", "approve") in f.fields)
    with app.app_context(), writing(db.session):
        db.session.get_one(Need, territory.needs["website"]).problem = "Achetez nos montres, à prix cassés, ici même."
    look_wanted(app, territory.needs["website"])
    answer = form.send(client)
    assert answer.status_code == 409
    assert "Achetez nos montres" in answer.text
    assert stored(app, Review, (PostingKind.NEED, territory.needs["website"])).state is ReviewState.WAITING


def test_no_text_runs_on_any_page(app: Site, territory: Territory) -> None:
    """A script in a title, a text, a name or a remark is shown as it was typed, to animators and to the author."""
    number = territory.needs["website"]
    with app.app_context(), writing(db.session):
        row = db.session.get_one(Need, number)
        row.title = row.problem = row.tried = row.organisation.name = f"{SCRIPT} titre assez long"
    look_wanted(app, number)
    _decide(app, territory, "ask_changes", f"{SCRIPT} \"'><img src=x onerror=alert(1)>")
    client, _ = signed_in(app, AccountRole.ANIMATOR, name=SCRIPT)
    addresses = ["/animation/relecture?state=all", _address(territory), _own_page(app, number), "/animation"]
    for address in addresses:
        page = client.get(address).text
        assert SCRIPT not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize("address", ["/animation/relecture?state=nothing", "/animation/relecture?kind=x"])
def test_filters_that_no_list_has_are_not_found(app: Site, address: str) -> None:
    """An address that somebody made up is 404, never an error of ours."""
    assert signed_in(app, AccountRole.ANIMATOR)[0].get(address).status_code == 404


@pytest.mark.parametrize("fields", [{}, {"decision": "nothing"}, {"decision": "approve"}])
def test_a_form_that_was_tampered_with_decides_nothing(app: Site, territory: Territory, fields: dict[str, str]) -> None:
    """Without a decision of the list, or without what the page showed."""
    app.config["WTF_CSRF_ENABLED"] = False
    look_wanted(app, territory.needs["website"])
    client, _ = signed_in(app, AccountRole.ANIMATOR)
    assert client.post(_address(territory), data=fields).status_code in {400, 409}
    assert stored(app, Review, (PostingKind.NEED, territory.needs["website"])).state is ReviewState.WAITING


def test_the_file_has_no_remark(app: Site, territory: Territory) -> None:
    """What was written to authors stays between them and the animator."""
    look_wanted(app, territory.needs["website"])
    _decide(app, territory, "refuse", "Une publicité pour Camille.")
    text = signed_in(app, AccountRole.ANIMATOR)[0].get("/animation/relecture/export.csv?state=all").text
    assert "Un site internet pour annoncer" in text
    assert "Camille" not in text
