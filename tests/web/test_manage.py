"""The author's own page: who may open it, what each button does, and what two tabs do to each other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import current_app
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer
from sqlalchemy import func, select

from matcher.clock import today
from matcher.store import Change, Need, Offer, Organisation, Proposal
from matcher.vocabulary import ClosedReason, PostingStatus
from tests.web.browser import Page, visit
from tests.web.posting_forms import PROBLEM, day_from_now, need_form, newest, offer_form
from tests.web.territory import Territory
from web.assets import Site
from web.manage.links import token_for
from web.wiring import db


@pytest.fixture
def need_link(client: FlaskClient) -> str:
    """Management address of a need that was posted through the site."""
    return need_form(client, tried="Un tableau au mur").send(client).location.partition("?")[0]


@pytest.fixture
def offer_link(client: FlaskClient) -> str:
    """Management address of an offer that was posted through the site."""
    return offer_form(client).send(client).location.partition("?")[0]


def press(client: FlaskClient, link: str, action: str, **typed: str) -> Page:
    """Open ``link``, use the form that leads to ``action``, and follow it."""
    form = visit(client, link).form(action).fill(**typed)
    return Page(form.send(client, follow_redirects=True))


def last_change() -> int:
    """Number of the newest change of the store."""
    return db.session.scalar(select(func.max(Change.seq))) or 0


FORGERIES = ["x", "a" * 5000, "..", "WyJuZWVkIiwxLDFd", "WyJuZWVkIiwxLDFd.c2lnbmF0dXJl"]


@pytest.mark.parametrize("token", FORGERIES, ids=range(len(FORGERIES)))
def test_a_forged_link_opens_nothing(client: FlaskClient, token: str) -> None:
    """404 with a sentence that says what to do, and no trace of any posting."""
    answer = client.get(f"/gerer/{token}")
    assert answer.status_code == 404
    assert "/modifier" not in answer.text
    assert "management link" in answer.text or "lien de gestion" in answer.text


def test_a_link_of_another_purpose_opens_nothing(app: Site, client: FlaskClient, territory: Territory) -> None:
    """The same key signs other things: their signature is worth nothing here."""
    payload = ["need", territory.needs["website"], 1]
    with app.app_context():
        token = URLSafeSerializer(str(current_app.secret_key), salt="confirm-mail").dumps(payload)
        assert client.get(f"/gerer/{token}").status_code == 404


def test_a_link_opens_its_own_posting_only(app: Site, client: FlaskClient, territory: Territory) -> None:
    """Every page under a link is about the posting that it names."""
    with app.test_request_context():
        need = db.session.get(Need, territory.needs["website"])
        offer = db.session.get(Offer, territory.offers["sites"])
        assert need is not None
        assert offer is not None
        tokens = token_for(need), token_for(offer)
    assert "Un site internet pour annoncer nos horaires" in visit(client, f"/gerer/{tokens[0]}").text
    assert "Sites internet simples pour associations" in visit(client, f"/gerer/{tokens[1]}").text
    swapped = f"{tokens[0].partition('.')[0]}.{tokens[1].partition('.')[2]}"
    assert client.get(f"/gerer/{swapped}").status_code == 404


def test_the_pages_are_kept_from_caches_robots_and_other_sites(client: FlaskClient, need_link: str) -> None:
    """The link is a secret that stands in the address."""
    headers = client.get(need_link).headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "noindex" in headers["X-Robots-Tag"]


def test_reading_changes_nothing(app: Site, client: FlaskClient, need_link: str) -> None:
    """GET on every page of the link, the questions before a deletion included, writes no change."""
    with app.app_context():
        before = last_change()
    for page in ("", "?nouveau=1", "/modifier", "/clore", "/liens"):
        assert client.get(need_link + page).status_code == 200, page
    for page in ("/rouvrir", "/pause", "/reprendre", "/renouveler", "/places"):
        assert client.get(need_link + page).status_code == 405, page
    with app.app_context():
        assert last_change() == before


CHANGES = ["clore", "rouvrir", "pause", "reprendre", "renouveler", "liens", "donnees/supprimer", "modifier"]


@pytest.mark.parametrize("page", CHANGES)
def test_nothing_is_changed_without_a_token(app: Site, client: FlaskClient, need_link: str, page: str) -> None:
    """Another site cannot press our buttons, even knowing the link."""
    with app.app_context():
        before = last_change()
    assert client.post(f"{need_link}/{page}", data={"reason": "abandoned"}).status_code == 400
    with app.app_context():
        assert last_change() == before


def test_an_edit_is_stored_and_shown(app: Site, client: FlaskClient, need_link: str) -> None:
    """The form opens with what is stored; what is not touched stays."""
    form = visit(client, f"{need_link}/modifier").form("/modifier")
    assert (form["problem"], form["tried"], form["place"]) == (PROBLEM, "Un tableau au mur", "Nancy (54)")
    answer = form.fill(tried="Un tableur partagé", themes=["food_aid"]).send(client)
    assert answer.status_code == 303
    with app.app_context():
        need = newest(Need)
        assert (need.tried, need.problem) == ("Un tableur partagé", PROBLEM)
        assert [theme.code for theme in need.themes] == ["food_aid"]


def test_an_edit_may_clear_an_answer(app: Site, client: FlaskClient, need_link: str) -> None:
    """What is emptied is empty afterwards."""
    visit(client, f"{need_link}/modifier").form("/modifier").fill(tried="", remote_ok=[]).send(client)
    with app.app_context():
        assert (newest(Need).tried, newest(Need).remote_ok) == ("", False)


def test_an_edit_with_a_problem_keeps_everything(app: Site, client: FlaskClient, need_link: str) -> None:
    """422, a link to the field, the text as typed; the row is as before."""
    form = visit(client, f"{need_link}/modifier").form("/modifier")
    page = Page(form.fill(tried="Autre chose", budget_min="beaucoup").send(client))
    assert page.status == 422
    assert "#budget_min" in page.links
    again = page.form("/modifier")
    assert (again["tried"], again["budget_min"]) == ("Autre chose", "beaucoup")
    with app.app_context():
        assert newest(Need).tried == "Un tableau au mur"


def test_two_tabs_never_overwrite_each_other_unseen(app: Site, client: FlaskClient, need_link: str) -> None:
    """The second to save sees both texts, and decides; nothing is lost on the way."""
    first = visit(client, f"{need_link}/modifier").form("/modifier")
    second = visit(client, f"{need_link}/modifier").form("/modifier")
    assert first.fill(tried="Texte du premier onglet").send(client).status_code == 303
    page = Page(second.fill(tried="Texte du second onglet").send(client))
    assert page.status == 409
    table = page.text[page.text.index("<table") : page.text.index("</table>")]
    assert "Texte du premier onglet" in table
    assert "Texte du second onglet" in table
    with app.app_context():
        assert newest(Need).tried == "Texte du premier onglet"
    again = page.form("/modifier")
    assert again["tried"] == "Texte du second onglet"
    assert again.send(client).status_code == 303
    with app.app_context():
        assert newest(Need).tried == "Texte du second onglet"


def test_a_change_of_themes_alone_is_a_conflict_too(client: FlaskClient, need_link: str) -> None:
    """What two people tick counts as much as what they write."""
    first = visit(client, f"{need_link}/modifier").form("/modifier")
    second = visit(client, f"{need_link}/modifier").form("/modifier")
    first.fill(themes=["food_aid"]).send(client)
    assert second.fill(themes=["housing"]).send(client).status_code == 409


def test_a_pause_meanwhile_is_no_conflict(app: Site, client: FlaskClient, need_link: str) -> None:
    """Only what the form holds can collide."""
    form = visit(client, f"{need_link}/modifier").form("/modifier")
    press(client, need_link, "/pause", paused_until=day_from_now(9).isoformat())
    assert form.fill(tried="Encore").send(client).status_code == 303


def test_a_slip_in_the_private_address_can_be_mended(app: Site, client: FlaskClient, need_link: str) -> None:
    """The organisation has its own form; what it does not ask for stays."""
    with app.app_context():
        row = newest(Organisation)
        row.labels, row.consent_version = ["Label local"], "older"
        db.session.commit()
    form = visit(client, f"{need_link}/organisation").form("/organisation")
    assert form["organisation-contact_email"] == "benevole@paniers.example"
    answer = form.fill(organisation__contact_email="mardi@paniers.example", organisation__is_sse="true").send(client)
    assert answer.status_code == 303
    with app.app_context():
        row = newest(Organisation)
        assert (row.contact_email, row.is_sse) == ("mardi@paniers.example", True)
        assert (row.labels, row.consent_version) == (["Label local"], "older")


@pytest.mark.parametrize(
    ("field", "value"), [("contact_email", ""), ("name", ""), ("rna", "W543001234"), ("place", "Nanci"), ("place", "")]
)
def test_a_problem_of_the_organisation_keeps_everything(
    app: Site, client: FlaskClient, need_link: str, field: str, value: str
) -> None:
    """422, a link to the field, the rest as typed; the row is as before."""
    form = visit(client, f"{need_link}/organisation").form("/organisation")
    form.fill(**{"organisation__website": "paniers.example", f"organisation__{field}": value})
    page = Page(form.send(client))
    assert page.status == 422
    assert f"#organisation-{field}" in page.links
    assert page.form("/organisation")["organisation-website"] == "paniers.example"
    with app.app_context():
        assert newest(Organisation).website == ""


def test_two_tabs_of_an_organisation(client: FlaskClient, need_link: str) -> None:
    """The second to save sees both values."""
    first = visit(client, f"{need_link}/organisation").form("/organisation")
    second = visit(client, f"{need_link}/organisation").form("/organisation")
    assert first.fill(organisation__description="Premier texte").send(client).status_code == 303
    page = Page(second.fill(organisation__description="Second texte").send(client))
    assert page.status == 409
    assert "Premier texte" in page.text
    assert page.form("/organisation").send(client).status_code == 303


def test_an_imported_organisation_is_changed_where_it_came_from(
    app: Site, client: FlaskClient, territory: Territory
) -> None:
    """A link to an imported need does not open its organisation."""
    with app.test_request_context():
        need = db.session.get(Need, territory.needs["website"])
        assert need is not None
        token = token_for(need)
    assert client.get(f"/gerer/{token}/organisation").status_code == 404


def test_close_with_a_reason_and_open_again(app: Site, client: FlaskClient, need_link: str) -> None:
    """A closed need keeps its page and its reason; opening takes the reason away."""
    press(client, f"{need_link}/clore", "/clore", reason="matched_elsewhere")
    with app.app_context():
        need = newest(Need)
        assert (need.status, need.closed_reason) == (PostingStatus.CLOSED, ClosedReason.MATCHED_ELSEWHERE)
        assert not need.is_live(today())
    press(client, need_link, "/rouvrir")
    with app.app_context():
        need = newest(Need)
        assert (need.status, need.closed_reason, need.closed_at) == (PostingStatus.OPEN, None, None)


def test_a_close_without_reason_is_asked_again(app: Site, client: FlaskClient, need_link: str) -> None:
    """A reason that is not in the list closes nothing."""
    page = press(client, f"{need_link}/clore", "/clore", reason="whatever")
    assert page.status == 422
    with app.app_context():
        assert newest(Need).status is PostingStatus.OPEN


def test_pause_until_a_day_then_resume(app: Site, client: FlaskClient, need_link: str) -> None:
    """A paused posting is out of the searches until the day, or until its author ends the pause."""
    until = day_from_now(30)
    press(client, need_link, "/pause", paused_until=f"{until:%d/%m/%Y}")
    with app.app_context():
        assert newest(Need).paused_until == until
        assert not newest(Need).is_live(today())
    press(client, need_link, "/reprendre")
    with app.app_context():
        assert newest(Need).paused_until is None


@pytest.mark.parametrize("typed", ["", "demain", "2001-01-01", "9999-12-31"])
def test_a_bad_pause_is_explained_and_kept(client: FlaskClient, need_link: str, typed: str) -> None:
    """The day comes back as it was typed, with a sentence below its label."""
    page = press(client, need_link, "/pause", paused_until=typed)
    assert page.status == 422
    assert "paused_until-error" in page.ids
    assert page.form("/pause")["paused_until"] == typed


def test_renewal_is_proposed_at_the_end_of_a_life(app: Site, client: FlaskClient, need_link: str) -> None:
    """Not before: then one button gives half a year more."""
    assert "/renouveler" not in visit(client, need_link).text
    with app.app_context():
        need = newest(Need)
        need.expires_on = today() + timedelta(days=3)
        db.session.commit()
    press(client, need_link, "/renouveler")
    with app.app_context():
        assert newest(Need).expires_on == today() + timedelta(days=180)
        assert newest(Need).renewal_count == 1


def test_places_taken_this_month(app: Site, client: FlaskClient, offer_link: str) -> None:
    """Two of two are taken: no room is left this month."""
    press(client, offer_link, "/places", taken="2")
    with app.app_context():
        offer = newest(Offer)
        assert (offer.taken_this_month, offer.room_left(today())) == (2, 0)
    assert visit(client, offer_link).form("/places")["taken"] == "2"
    assert press(client, offer_link, "/places", taken="-1").status == 422
    assert press(client, offer_link, "/places", taken="deux").status == 422


def test_a_need_has_no_places_to_count(client: FlaskClient, need_link: str) -> None:
    """The address of offers does not exist for a need."""
    token = visit(client, f"{need_link}/modifier").form("/modifier")["csrf_token"]
    assert client.post(f"{need_link}/places", data={"csrf_token": token, "taken": "1"}).status_code == 404


def test_cancelled_links_are_dead_and_the_new_one_lives(client: FlaskClient, need_link: str) -> None:
    """Whoever cancels gets a new link at once; every older one answers 404."""
    page = visit(client, f"{need_link}/liens")
    answer = page.form("/liens").send(client)
    assert answer.status_code == 303
    assert client.get(need_link).status_code == 404
    assert client.get(f"{need_link}/modifier").status_code == 404
    assert visit(client, answer.location)


def test_deletion_asks_first_and_takes_everything(app: Site, client: FlaskClient, need_link: str) -> None:
    """The posting goes with its proposals, and its organisation that nobody else uses."""
    with app.app_context():
        number = newest(Need).id
    form = visit(client, f"{need_link}/donnees/supprimer").form("/supprimer")
    assert form.send(client).status_code == 200
    assert client.get(need_link).status_code == 404
    with app.app_context():
        assert db.session.get(Need, number) is None
        assert db.session.scalar(select(func.count()).where(Proposal.need_id == number)) == 0
        assert db.session.scalar(select(Organisation).where(Organisation.name == "Les Paniers du Mardi")) is None


def test_what_names_a_deleted_posting_never_opens_a_stranger_s(app: Site, client: FlaskClient, need_link: str) -> None:
    """Neither the old link nor the browser that remembers the organisation: numbers are given once."""
    visit(client, f"{need_link}/donnees/supprimer").form("/supprimer").send(client)
    stranger = app.test_client()
    need_form(stranger, organisation__name="Les Voisins de Palier").send(stranger)
    with app.app_context():
        assert newest(Organisation).name == "Les Voisins de Palier"
    assert client.get(need_link).status_code == 404
    assert "Les Voisins de Palier" not in visit(client, "/besoins/nouveau").text


def test_deletion_leaves_an_organisation_that_posted_more(app: Site, client: FlaskClient, need_link: str) -> None:
    """The second posting keeps its author."""
    with app.app_context():
        known = str(newest(Organisation).id)
    other = "Un autre besoin : nous cherchons une salle de réunion pour vingt personnes."
    need_form(client, organisation_id=known, problem=other).send(client)
    visit(client, f"{need_link}/donnees/supprimer").form("/supprimer").send(client)
    with app.app_context():
        assert newest(Need).organisation.name == "Les Paniers du Mardi"


def test_the_page_counts_proposals(app: Site, client: FlaskClient, territory: Territory) -> None:
    """The author sees to how many partners the posting was proposed."""
    text = "Nous cherchons une formation au tableur pour nos bénévoles de la caisse."
    link = need_form(client, problem=text, range_scope="region").send(client)
    with app.app_context():
        shown = db.session.scalar(select(func.count()).where(Proposal.need_id == newest(Need).id))
    assert shown
    text = " ".join(visit(client, link.location.partition("?")[0]).text.split())
    assert f"to {shown} partner" in text or f"à {shown} partenaire" in text
