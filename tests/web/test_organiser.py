"""The organisers' pages of an event: who may open them, what each button does, and two organisers at once."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from matcher.store import Hackathon, Registration
from matcher.vocabulary import HackathonPhase
from tests.hackathons import make_challenge, make_hackathon, make_juror, make_registration
from tests.web.browser import Form, Page, visit
from tests.web.html import read
from web.assets import Site
from web.links import hackathon_of, juror_of, juror_token, organiser_token, participation_token, registration_of
from web.manage.links import LinkRefusedError
from web.wiring import db


@pytest.fixture
def number(app: Site) -> int:
    """An event with registration open."""
    with app.app_context():
        return make_hackathon(db.session, "48 heures pour l’aide alimentaire", contact_email="orga@example.org").id


@pytest.fixture
def home(app: Site, number: int) -> str:
    """Address of the organisers' home."""
    with app.test_request_context():
        return f"/organiser/{organiser_token(db.session.get_one(Hackathon, number))}"


def event(number: int) -> Hackathon:
    """The event as it is stored now."""
    db.session.rollback()
    return db.session.get_one(Hackathon, number)


def token_of(client: FlaskClient, home: str) -> str:
    """A CSRF token of this browser."""
    return visit(client, f"{home}/liens").forms[0]["csrf_token"]


@pytest.mark.parametrize("token", ["x", "a" * 5000, "WzEsMV0", "WzEsMV0.c2lnbmF0dXJl"], ids=range(4))
def test_a_forged_link_opens_nothing(client: FlaskClient, home: str, token: str) -> None:
    """404 with a sentence that says what to do."""
    answer = client.get(f"/en/organiser/{token}")
    assert answer.status_code == 404
    assert "This link does not work" in answer.text


def test_each_link_opens_its_own_door_only(app: Site, number: int) -> None:
    """A participant's or juror's token opens no organiser's page, nor the other way round."""
    with app.test_request_context():
        row = db.session.get_one(Hackathon, number)
        person = make_registration(db.session, row)
        tokens = organiser_token(row), participation_token(person), juror_token(make_juror(db.session, row, "Inès"))
        assert hackathon_of(tokens[0]).id == number
        assert registration_of(tokens[1]).id == person.id
        assert (juror_of(tokens[2]).hackathon, juror_of(tokens[2]).name) == (row, "Inès")
        for opens, own in ((hackathon_of, 0), (registration_of, 1), (juror_of, 2)):
            for other in {0, 1, 2} - {own}:
                with pytest.raises(LinkRefusedError):
                    opens(tokens[other])


PAGES = ["", "?nouveau=1", "/modifier", "/defis", "/defis?q=site", "/defis/nouveau", "/apercu", "/liens", "/supprimer"]


def test_reading_changes_nothing_and_leaves_no_trace(app: Site, client: FlaskClient, home: str, number: int) -> None:
    """Every page answers, tells no other site where the reader came from, and is in no cache or search engine."""
    with app.app_context():
        before = event(number).revision
    for page in PAGES:
        answer = client.get(home + page)
        assert answer.status_code == 200, page
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert 'rel="alternate" hreflang' not in answer.text
    with app.app_context():
        assert event(number).revision == before


CHANGES = [
    "etape",
    "modifier",
    "liens",
    "supprimer",
    "defis/besoin",
    "defis/nouveau",
    "defis/1/retirer",
    "defis/1/monter",
]


@pytest.mark.parametrize("page", CHANGES)
def test_nothing_is_changed_without_a_token(app: Site, client: FlaskClient, home: str, number: int, page: str) -> None:
    """Another site cannot press our buttons, even knowing the link."""
    with app.app_context():
        before = event(number).revision
    assert client.post(f"{home}/{page}", data={"phase": "draft"}).status_code == 400
    with app.app_context():
        assert (event(number).revision, event(number).link_version) == (before, 1)


def test_the_home_tells_figures_and_what_to_do_next(app: Site, client: FlaskClient, home: str, number: int) -> None:
    """How many people and challenges, and the first thing that is missing."""
    with app.app_context():
        for _ in range(2):
            make_registration(db.session, event(number))
    page = read(client.get(home.replace("/organiser", "/en/organiser")).text)
    assert [item.text for item in page.all("dd")][:2] == ["0", "2"]
    assert page.links()["Add challenges"].endswith("/defis")


def test_the_event_goes_on_and_back(app: Site, client: FlaskClient, home: str, number: int) -> None:
    """The main button leads to the next phase, the folded one to the one before; two at once are not possible."""
    token = token_of(client, home)
    for phase in ("team_formation", "event", "judging", "closed", "judging"):
        answer = client.post(f"{home}/etape", data={"csrf_token": token, "phase": phase})
        assert answer.status_code == 303
        with app.app_context():
            assert event(number).phase.value == phase
    for refused in ("draft", "nonsense", ""):
        assert client.post(f"{home}/etape", data={"csrf_token": token, "phase": refused}).status_code == 303
        with app.app_context():
            assert event(number).phase is HackathonPhase.JUDGING


def test_every_phase_has_its_page(app: Site, client: FlaskClient, home: str, number: int) -> None:
    """Home, challenges and public page answer in each, in both languages."""
    with app.app_context():
        make_challenge(db.session, event(number), "Une carte des dons")
    for phase in HackathonPhase:
        with app.app_context():
            event(number).phase = phase
            db.session.commit()
        for address in (home, f"/en{home}", f"{home}/defis", f"{home}/apercu"):
            assert client.get(address).status_code == 200, (phase, address)


def edit_form(client: FlaskClient, home: str) -> Form:
    return visit(client, f"{home}/modifier").form("/modifier")


def test_an_edit_is_stored(app: Site, client: FlaskClient, home: str, number: int) -> None:
    """The form opens with what is stored; what is not touched stays, half-days and place included."""
    form = edit_form(client, home)
    assert (form["title"], form["place"]) == ("48 heures pour l’aide alimentaire", "Nancy (54)")
    assert len(form.all("half_days")) == 4
    form.fill(capacity="40", questions="Pourquoi venez-vous ; et comment ?\nDéjà venu ?", languages=["fr", "de"])
    assert form.send(client).status_code == 303
    with app.app_context():
        row = event(number)
        assert (row.capacity, row.languages, len(row.half_days)) == (40, ["fr", "de"], 4)
        assert row.questions == ["Pourquoi venez-vous ; et comment ?", "Déjà venu ?"]
        assert row.place is not None


def test_an_edit_with_problems_keeps_everything(app: Site, client: FlaskClient, home: str, number: int) -> None:
    """422, a link to the field, the text as typed; the row is as before."""
    page = Page(edit_form(client, home).fill(title="Autre titre", size_max="zéro", half_days=[]).send(client))
    assert page.status == 422
    assert "#size_max" in page.links
    assert (page.form("/modifier")["title"], page.form("/modifier")["size_max"]) == ("Autre titre", "zéro")
    with app.app_context():
        assert event(number).title == "48 heures pour l’aide alimentaire"
    page = Page(edit_form(client, home).fill(half_days=[]).send(client))
    assert page.status == 422
    assert "#half_days" in page.links


def test_two_organisers_never_overwrite_each_other_unseen(
    app: Site, client: FlaskClient, home: str, number: int
) -> None:
    """The second to save sees both texts, and decides; nothing is lost on the way."""
    first, second = edit_form(client, home), edit_form(client, home)
    assert first.fill(organiser="La première").send(client).status_code == 303
    page = Page(second.fill(organiser="La seconde").send(client))
    assert page.status == 409
    table = page.text[page.text.index("<table") : page.text.index("</table>")]
    assert "La première" in table
    assert "La seconde" in table
    with app.app_context():
        assert event(number).organiser == "La première"
    again = page.form("/modifier")
    assert again["organiser"] == "La seconde"
    assert again.send(client).status_code == 303
    with app.app_context():
        assert event(number).organiser == "La seconde"


def test_a_change_elsewhere_in_the_event_is_no_conflict(app: Site, client: FlaskClient, home: str, number: int) -> None:
    """Only what the form holds can collide: a challenge added meanwhile does not stop an edit of the texts."""
    form = edit_form(client, home)
    challenge = visit(client, f"{home}/defis/nouveau").forms[-1]
    challenge.fill(title="Une carte des dons", statement="Personne ne sait où donner ni quoi.").send(client)
    assert form.fill(organiser="La maison").send(client).status_code == 303
    with app.app_context():
        assert (event(number).organiser, len(event(number).challenges)) == ("La maison", 1)


def test_cancelled_links_open_nothing(client: FlaskClient, home: str) -> None:
    """The answer is at a new link; the old one is dead."""
    answer = visit(client, f"{home}/liens").form("/liens").send(client)
    assert client.get(home).status_code == 404
    assert client.get(answer.location).status_code == 200


def test_a_deleted_event_is_gone(app: Site, client: FlaskClient, home: str, number: int) -> None:
    """With everything that people told."""
    with app.app_context():
        make_registration(db.session, event(number))
    assert visit(client, f"{home}/supprimer").form("/supprimer").send(client).status_code == 200
    assert client.get(home).status_code == 404
    with app.app_context():
        assert db.session.scalars(select(Registration)).all() == []


def test_a_draft_can_be_looked_at_by_its_organisers(app: Site, client: FlaskClient, home: str, number: int) -> None:
    """The page as it will be, without structured data for search engines."""
    with app.app_context():
        event(number).phase = HackathonPhase.DRAFT
        db.session.commit()
    page = read(client.get(f"/en{home}/apercu").text)
    assert "48 heures" in page.text
    assert "Nobody else sees it yet" in page.text
    assert page.json_ld() == []
    assert client.get(f"/hackathons/{number}").status_code == 404
