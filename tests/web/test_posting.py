"""Posting a need or an offer: what the page keeps, and what happens once or never."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy import text as sql

from matcher.store import Need, Offer, Organisation, Proposal
from matcher.vocabulary import (
    BudgetBlankReason,
    CollaborationKind,
    Language,
)
from tests.web.browser import Page, visit
from tests.web.posting_forms import (
    NEED_PAGE,
    OFFER_PAGE,
    PROBLEM,
    SHORT_NEED,
    SHORT_OFFER,
    count,
    need_form,
    newest,
)
from tests.web.territory import Territory
from web import create_app
from web.assets import Site
from web.config import Settings
from web.wiring import db


def test_publication_records_who_was_proposed(app: Site, client: FlaskClient) -> None:
    """The pair is written once, when the need is published: the spreadsheet course answers a spreadsheet need."""
    text = "Nos bénévoles ne savent pas se servir du tableur de la caisse. Nous cherchons une formation au tableur."
    form = need_form(client, problem=text, range_scope="region")
    assert form.send(client).status_code == 303
    with app.app_context():
        need = newest(Need)
        first = select(Offer.title).join(Proposal, Proposal.offer_id == Offer.id).where(Proposal.need_id == need.id)
        titles = db.session.scalars(first.order_by(Proposal.position)).all()
        assert titles[0] == "Formation au tableur pour débutants"


def test_the_author_lands_on_the_management_link_and_the_proposals(client: FlaskClient) -> None:
    """The link is shown once, with the first proposals; without the mark in the address it is not shown."""
    text = "Nous cherchons une formation au tableur pour nos bénévoles de la caisse."
    answer = need_form(client, problem=text, range_scope="region").send(client)
    address = answer.location
    assert "/gerer/" in address
    assert address.endswith("?nouveau=1")
    page = visit(client, address)
    link = "http://localhost" + address.partition("?")[0]
    assert f'value="{link}"' in page.text
    assert "Formation au tableur pour débutants" in page.text
    assert any(target.startswith("mailto:benevole%40paniers.example?") for target in page.links)
    assert f'value="{link}"' not in visit(client, address.partition("?")[0]).text


PROBLEMS: list[tuple[dict[str, Any], str]] = [
    ({"problem": "Trop court"}, "problem"),
    ({"problem": ""}, "problem"),
    ({"title": "x" * 121}, "title"),
    ({"place": "Atlantide-sur-Meurthe"}, "place"),
    ({"place": ""}, "place"),
    ({"budget_min": "-5"}, "budget_min"),
    ({"budget_min": "900", "budget_max": "100"}, "budget_max"),
    ({"deadline": "9999-01-01"}, "deadline"),
    ({"deadline": "hier"}, "deadline"),
    ({"expires_on": "2020-01-01"}, "expires_on"),
    ({"range_scope": "km", "range_km": ""}, "range_km"),
    ({"range_scope": "galaxy"}, "range_scope"),
    ({"duration_weeks": "deux"}, "duration_weeks"),
    ({"kinds": ["miracle"]}, "kinds"),
    ({"themes": ["food_aid", "housing", "exile", "womens_rights", "volunteering", "website"]}, "themes"),
    ({"themes": ["no_such_theme"]}, "themes"),
    ({"skills_must": ["no_such_skill"]}, "skills_must"),
    ({"families_wanted": ["company"], "families_excluded": ["company"]}, "families_excluded"),
    ({"questions": "\n".join(f"Question {n} ?" for n in range(6))}, "questions"),
    ({"consent": []}, "consent"),
    ({"organisation__name": ""}, "organisation-name"),
    ({"organisation__family": ""}, "organisation-family"),
    ({"organisation__contact_email": "pas une adresse"}, "organisation-contact_email"),
    ({"organisation__contact_email": ""}, "organisation-contact_email"),
    ({"organisation__siren": "123456789"}, "organisation-siren"),
    ({"organisation__siret": "123"}, "organisation-siret"),
    ({"organisation__rna": "W12"}, "organisation-rna"),
    ({"organisation__rna": "W543001234"}, "organisation-rna"),  # another's: the grocery's
    ({"organisation__website": "javascript:alert(1)"}, "organisation-website"),
    ({"organisation__place": "Nulle-Part"}, "organisation-place"),
]


@pytest.mark.parametrize(("typed", "field"), PROBLEMS, ids=[field for _, field in PROBLEMS])
def test_a_problem_is_linked_to_its_field_and_nothing_typed_is_lost(
    app: Site, client: FlaskClient, typed: dict[str, Any], field: str
) -> None:
    """Status 422, "Error:" in the title, one link to the field, the same form again, nothing stored."""
    with app.app_context():
        before = count(Need), count(Organisation)
    form = need_form(client, **typed)
    page = Page(form.send(client))
    assert page.status == 422
    assert page.title.startswith(("Error:", "Erreur :", "Erreur :"))
    summary = page.text[page.text.index("error-summary") : page.text.index("<form method")]
    assert summary.count("<li>") == 1
    assert f'href="#{field}"' in summary
    assert field in page.ids
    assert f"{field}-error" in page.ids
    shown = page.form(NEED_PAGE)
    for name, value in form.fields:
        # What is in no list cannot have been chosen in a browser: there is nothing to show again.
        if name not in {"csrf_token", "form_opened"} and value not in {"miracle", "galaxy"}:
            assert value in shown.all(name), name
    with app.app_context():
        assert (count(Need), count(Organisation)) == before


def test_all_problems_are_told_at_once(client: FlaskClient) -> None:
    """An empty form tells everything that is asked, in one go, and not the title that follows from the text."""
    page = Page(visit(client, NEED_PAGE).form(NEED_PAGE).send(client))
    summary = page.text[page.text.index("error-summary") : page.text.index("<form method")]
    asked = {"problem", "place", "consent"} | {
        f"organisation-{name}" for name in ("name", "organisation_type", "contact_email")
    }
    linked = {link[1:] for link in page.links if link.startswith("#") and f'href="{link}"' in summary}
    assert linked == asked


def test_a_mended_form_is_published(app: Site, client: FlaskClient) -> None:
    """After the error page, only the wrong answer has to be typed again."""
    page = Page(need_form(client, place="Nanci", tried="Un tableau au mur", kinds=["service"]).send(client))
    assert page.status == 422
    form = page.form(NEED_PAGE)
    assert ("place", "Nancy (54)") in form.choices  # offered as "did you mean"
    assert form.fill(place=["Nancy (54)", "Nanci"]).send(client).status_code == 303
    with app.app_context():
        need = newest(Need)
        assert (need.place.name, need.tried, need.kinds) == ("Nancy", "Un tableau au mur", {CollaborationKind.SERVICE})


def test_a_blank_budget_keeps_its_reason(app: Site, client: FlaskClient) -> None:
    """No figure and a reason is an answer."""
    need_form(client, budget_blank_reason="no_budget").send(client)
    with app.app_context():
        assert newest(Need).budget_blank_reason is BudgetBlankReason.NO_BUDGET


def test_a_form_sent_twice_makes_one_need(app: Site, client: FlaskClient) -> None:
    """An impatient finger does not make a duplicate: both answers lead to the same posting."""
    form = need_form(client)
    first, second = form.send(client), form.send(client)
    assert first.location == second.location
    with app.app_context():
        assert len(db.session.scalars(select(Need).where(Need.problem == PROBLEM)).all()) == 1
        assert len(db.session.scalars(select(Organisation).where(Organisation.source == "site")).all()) == 1


def test_an_organisation_is_typed_once_in_a_browser(app: Site, client: FlaskClient) -> None:
    """The second posting picks it from a list; its block may stay empty."""
    need_form(client).send(client)
    with app.app_context():
        organisation_id = newest(Organisation).id
    form = visit(client, OFFER_PAGE).form(OFFER_PAGE)
    assert form["organisation_id"] == str(organisation_id)
    form.fill(description=SHORT_OFFER["description"], kind="service", place="Nancy", consent="y")
    assert form.send(client).status_code == 303
    with app.app_context():
        assert newest(Offer).organisation_id == organisation_id
        assert newest(Organisation).id == organisation_id


def test_another_organisation_can_be_typed_all_the_same(app: Site, client: FlaskClient) -> None:
    """Who posts for two organisations chooses "another" and types the second."""
    need_form(client).send(client)
    need_form(client, organisation_id="new", organisation__name="Un autre collectif").send(client)
    with app.app_context():
        assert newest(Need).organisation.name == "Un autre collectif"


def test_nobody_posts_for_an_organisation_of_another_browser(
    app: Site, client: FlaskClient, territory: Territory
) -> None:
    """A number in the form opens nothing: only those of the signed session are taken."""
    form = need_form(client, organisation_id=str(territory.organisations["grocery"]))
    form.send(client)
    with app.app_context():
        assert newest(Need).organisation.name == "Les Paniers du Mardi"


def test_a_lost_session_gives_the_form_back(app: Site, client: FlaskClient) -> None:
    """Without a valid token nothing is stored; the page comes back filled in, and works at once."""
    with app.app_context():
        before = count(Need)
    form = need_form(client, tried="Un tableau au mur")
    client.delete_cookie("passerelle")
    page = Page(form.send(client))
    assert page.status == 400
    again = page.form(NEED_PAGE)
    assert (again["problem"], again["tried"]) == (PROBLEM, "Un tableau au mur")
    with app.app_context():
        assert count(Need) == before
    assert again.send(client).status_code == 303


def test_a_form_of_another_site_is_not_shown_filled_in(client: FlaskClient) -> None:
    """A swindler cannot put his words into our form and let the reader press the button."""
    form = need_form(client, csrf_token="forged")
    answer = form.send(client, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400
    assert "data-posting" not in answer.text


def test_the_trap_field_stops_robots(app: Site, client: FlaskClient) -> None:
    """A filled trap publishes nothing, and a person who filled it reads what to do."""
    with app.app_context():
        before = count(Need)
    page = Page(need_form(client, fax_number="03 83 00 00 00").send(client))
    assert page.status == 422
    assert page.form(NEED_PAGE)["problem"] == PROBLEM
    with app.app_context():
        assert count(Need) == before


def test_the_english_page_keeps_the_author_in_english(app: Site, client: FlaskClient) -> None:
    """Posting under /en leads to the English management page, and the text's own language is recognised."""
    form = visit(client, "/en/besoins/nouveau").form("/en/besoins/nouveau")
    answer = form.fill(
        **{**SHORT_NEED, "problem": "Our volunteers sign up by text message and every week somebody is forgotten."}
    ).send(client)
    assert answer.location.startswith("/en/gerer/")
    with app.app_context():
        need = newest(Need)
        assert need.language is Language.EN
        assert need.organisation.language is Language.EN


def test_two_requests_at_once_make_one_need(app: Site, client: FlaskClient) -> None:
    """A double press on a slow line sends the form twice in parallel: the database lets one through."""
    form = need_form(client)
    cookie = client.get_cookie("passerelle")
    assert cookie is not None
    twins = [app.test_client() for _ in range(4)]
    for twin in twins:
        twin.set_cookie("passerelle", cookie.value)
    start = Barrier(len(twins))

    def press(twin: FlaskClient) -> str:
        start.wait()
        return form.send(twin).location

    with ThreadPoolExecutor(len(twins)) as pool:
        locations = set(pool.map(press, twins))
    assert len(locations) == 1
    with app.app_context():
        assert len(db.session.scalars(select(Need).where(Need.problem == PROBLEM)).all()) == 1


def test_the_same_words_on_another_day_are_another_need(app: Site, client: FlaskClient) -> None:
    """Only the same opening of the form is the same posting: two neighbours may have the same need."""
    need_form(client).send(client)
    sleep(1.1)  # the time of opening is signed to the second
    need_form(client, organisation_id="new").send(client)
    with app.app_context():
        assert len(db.session.scalars(select(Need).where(Need.problem == PROBLEM)).all()) == 2


def test_too_many_publications_keep_the_text(settings: Settings) -> None:
    """Beyond the rate of the setting nothing is stored, and the form comes back as it was."""
    app = create_app(settings.model_copy(update={"rate_limits_enabled": True, "rate_posting": "1/hour"}))
    client = app.test_client()
    assert need_form(client).send(client).status_code == 303
    assert need_form(client, place="Nanci").send(client).status_code == 422  # a slip does not count
    page = Page(need_form(client, organisation_id="new", tried="Un tableau au mur").send(client))
    assert page.status == 429
    assert page.form(NEED_PAGE)["tried"] == "Un tableau au mur"
    with app.app_context():
        assert len(db.session.scalars(select(Need).where(Need.problem == PROBLEM)).all()) == 1
        db.engine.dispose()


def test_the_author_gets_the_link_even_when_proposals_cannot_be_recorded(app: Site, client: FlaskClient) -> None:
    """The posting is what counts: a broken table of proposals costs nobody the key to it."""
    text = "Nous cherchons une formation au tableur pour nos bénévoles de la caisse."
    form = need_form(client, problem=text, range_scope="region")
    with app.app_context():
        db.session.execute(sql("DROP TABLE proposal"))
        db.session.commit()
    answer = form.send(client)
    assert answer.status_code == 303
    assert "/gerer/" in answer.location
    with app.app_context():
        assert newest(Need).problem == text
