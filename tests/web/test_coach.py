"""The coach beside the form: what it asks, proposes, and never does."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from matcher.store import Need
from tests.web.browser import Page, visit
from tests.web.posting_forms import NEED_PAGE, OFFER_PAGE, PROBLEM, count, need_form
from web.assets import Site
from web.wiring import db


def coach(client: FlaskClient, **typed: Any) -> Page:
    """The fragment that htmx would put beside the need's form."""
    form = visit(client, NEED_PAGE).form(NEED_PAGE).fill(**typed)
    form.action = "/besoins/coach"
    page = Page(form.send(client, headers={"HX-Request": "true"}))
    assert page.status == 200
    return page


def test_an_empty_form_is_not_scolded(client: FlaskClient) -> None:
    """Before the first word there is no list of faults."""
    page = coach(client, problem="")
    assert "coach-open" not in page.text
    assert "coach-rest" in page.text


def test_what_is_missing_is_asked_for_until_it_is_there(client: FlaskClient) -> None:
    """The problem names its people; the result wanted is asked for, then no longer."""
    before = coach(client, problem=PROBLEM, title="Un planning pour les tournées")
    assert "#outcome" in before.links
    assert "#beneficiaries" not in before.links
    after = coach(
        client,
        problem=PROBLEM,
        title="Un planning pour les tournées",
        outcome="Aucune tournée oubliée d'ici juin, visible d'un coup d'œil.",
    )
    assert "#outcome" not in after.links


def test_vague_words_are_quoted(client: FlaskClient) -> None:
    """The author sees which words say little."""
    page = coach(
        client,
        title="Refaire notre affiche de rentrée",
        problem="Il faut moderniser et dynamiser notre communication avec les familles, etc. Personne ne la lit.",
        outcome="Des familles nouvelles à la porte ouverte.",
        place="Nancy",
    )
    assert "<q>moderniser</q>" in page.text


def test_themes_and_skills_are_proposed_as_ticks(client: FlaskClient) -> None:
    """The words of the text choose them; nobody has to know the list."""
    text = "Notre épicerie solidaire gère ses invendus dans un tableur que personne ne comprend plus vraiment."
    page = coach(client, problem=text)
    assert 'name="themes" value="food_aid"' in page.text
    assert 'name="skills_nice" value="spreadsheets"' in page.text
    assert "checked" not in page.text


def test_what_is_ticked_stays_ticked(client: FlaskClient) -> None:
    """A tick survives the next look of the coach, even when the text no longer speaks of it."""
    page = coach(client, problem=PROBLEM, themes=["housing"], skills_must=["cms"])
    assert 'name="themes" value="housing" checked' in page.text
    assert 'name="skills_must" value="cms" checked' in page.text


def test_a_near_duplicate_is_told_with_a_link(client: FlaskClient) -> None:
    """The grocery's need, typed again with a slip, is recognised; the page opens aside so that nothing is lost."""
    text = (
        "Les familles trouvent porte close parce que nos horaires changent. Nous voulons un site internet que les "
        "benevoles puissent mettre a jour sans aide."
    )
    page = coach(client, problem=text, title="Un site internet pour annoncer nos horaires")
    same = page.text[page.text.index("coach-same") :]
    assert "Un site internet pour annoncer nos horaires" in same
    assert 'target="_blank"' in same


def test_a_new_text_has_no_duplicate(client: FlaskClient) -> None:
    """Another subject warns of nothing."""
    assert "coach-same" not in coach(client, problem=PROBLEM).text


def test_the_answers_that_exist_already_are_previewed(client: FlaskClient) -> None:
    """A spreadsheet need sees the spreadsheet course before it is published."""
    text = "Nos bénévoles ne comprennent pas le tableur de la caisse : nous cherchons une formation."
    page = coach(client, problem=text)
    assert "Formation au tableur pour débutants" in page.text[page.text.index("coach-answers") :]


def test_the_offer_has_a_coach_of_its_own(client: FlaskClient) -> None:
    """For whom, price and proof are asked of a producer; what was tried is not."""
    form = visit(client, OFFER_PAGE).form(OFFER_PAGE)
    form.fill(description="Nous créons des sites internet que des bénévoles mettent à jour. Trois pages suffisent.")
    form.action = "/offres/coach"
    page = Page(form.send(client, headers={"HX-Request": "true"}))
    assert {"#audience", "#price", "#proof"} & set(page.links)
    assert "#tried" not in page.links


def test_without_javascript_a_button_does_the_same(app: Site, client: FlaskClient) -> None:
    """ "Check my text" shows the coach on the whole page, keeps every answer and publishes nothing."""
    with app.app_context():
        before = count(Need)
    form = need_form(client, check="1", tried="Un tableau au mur")
    page = Page(form.send(client))
    assert page.status == 200
    assert "coach-open" in page.text
    again = page.form(NEED_PAGE)
    assert (again["problem"], again["tried"], again["consent"]) == (PROBLEM, "Un tableau au mur", "y")
    with app.app_context():
        assert count(Need) == before


def test_a_term_has_one_tick_box_on_a_page_without_javascript(client: FlaskClient) -> None:
    """What the coach proposes is left out of the long list, so that unticking it is enough."""
    page = Page(need_form(client, check="1", themes=["food_aid"]).send(client))
    assert page.form(NEED_PAGE).choices.count(("themes", "food_aid")) == 1


def test_the_coach_stores_nothing(app: Site, client: FlaskClient) -> None:
    """Reading a draft leaves no trace."""
    with app.app_context():
        before = count(Need)
    coach(client, problem=PROBLEM)
    with app.app_context():
        assert count(Need) == before
        assert not db.session.new


def test_the_status_is_told_to_screen_readers(client: FlaskClient) -> None:
    """The fragment carries the sentence of the live region, which stays in the page."""
    page = coach(client, problem=PROBLEM)
    assert 'id="coach-status" role="status" hx-swap-oob="innerHTML"' in page.text
    assert 'id="coach-status" role="status"' in client.get(NEED_PAGE).text
