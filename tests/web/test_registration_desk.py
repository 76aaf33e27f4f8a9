"""The organisers' pages of registrations: list, one person, the desk, wishes, files."""

from __future__ import annotations

import csv
import io
import json

import pytest
from flask.testing import FlaskClient

from matcher.hackathons.registration_export import people_headers
from matcher.store import Registration
from matcher.vocabulary import Attendance, RegistrationStatus, TeamRole, WishKind
from tests.hackathons import make_registration
from tests.web.browser import Page, visit
from tests.web.html import read
from tests.web.registering import Event, challenge, hackathon_of, new_event, newest, stored
from web.assets import Site
from web.wiring import db


@pytest.fixture
def event(app: Site) -> Event:
    """An event with four people: one without an own idea, one who waits, one who withdrew."""
    made = new_event(app, questions=["Taille ?"])
    with app.app_context():
        hackathon, first = hackathon_of(made), challenge(made, 0)
        make_registration(db.session, hackathon, "Léa Roy", choices=[first], roles=frozenset({TeamRole.DESIGN}))
        make_registration(db.session, hackathon, "Paul Weber", attendance=Attendance.CHECKED_IN)
        make_registration(db.session, hackathon, "Zoé Éluard", status=RegistrationStatus.WAITING)
        make_registration(db.session, hackathon, "Max Noir", status=RegistrationStatus.WITHDRAWN)
    return made


def person(name: str) -> Registration:
    """Somebody by their name. To be called within an application context."""
    db.session.expire_all()
    return db.session.query(Registration).filter_by(name=name).one()


def names_on(client: FlaskClient, address: str) -> list[str]:
    """Names in the table of a list, in its order."""
    cells = read(client.get(address).text).all("th", scope="row")
    return [" ".join(cell.text.split()) for cell in cells]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Léa Roy", "Max Noir", "Paul Weber", "Zoé Éluard"]),
        ("?status=waiting", ["Zoé Éluard"]),
        ("?attendance=checked_in", ["Paul Weber"]),
        ("?role=design", ["Léa Roy"]),
        ("?without_rank=1&status=registered", ["Paul Weber"]),
        ("?q=zoe+elu", ["Zoé Éluard"]),
        ("?q=roy", ["Léa Roy"]),
        ("?q=nobody", []),
    ],
)
def test_the_list_shows_who_passes_the_filters(client: FlaskClient, event: Event, query: str, names: list[str]) -> None:
    """By name, whatever the accents that were typed."""
    assert names_on(client, event.people + query) == names


def test_names_to_settle_are_a_filter(app: Site, client: FlaskClient, event: Event) -> None:
    """Only people one of whose wishes waits for an organiser."""
    form = visit(client, f"{event.people}/nouvelle").form("/nouvelle")
    form.fill(name="Ines Test", consent="y", friends="Quelqu’un").send(client)
    assert names_on(client, f"{event.people}?unsettled=1") == ["Ines Test"]


def test_an_unknown_filter_is_not_found(client: FlaskClient, event: Event) -> None:
    """A hand-made address gets no wrong list."""
    assert client.get(f"{event.people}?status=asleep").status_code == 404


def test_the_desk_registers_somebody_without_an_address_beyond_the_capacity(app: Site, client: FlaskClient) -> None:
    """A name and the word that the person agrees are enough; their link is shown once."""
    event = new_event(app, capacity=1)
    with app.app_context():
        make_registration(db.session, hackathon_of(event), "Léa Roy")
    form = visit(client, f"{event.people}/nouvelle").form("/nouvelle")
    refused = Page(form.fill(name="Venu Tard").send(client))
    assert refused.status == 422
    assert refused.form("/nouvelle")["name"] == "Venu Tard"
    answer = refused.form("/nouvelle").fill(consent="y").send(client)
    page = visit(client, answer.location)
    assert "/participation/" in page.text
    with app.app_context():
        assert (newest().status, newest().source, newest().email) == (RegistrationStatus.REGISTERED, "desk", "")


def test_an_organiser_edits_notes_and_takes_off(app: Site, client: FlaskClient, event: Event) -> None:
    """Each of them is stored, and the place goes to who waits."""
    with app.app_context():
        lea = person("Léa Roy").id
        hackathon_of(event).capacity = 2
        db.session.commit()
    address = f"{event.people}/{lea}"
    visit(client, f"{address}/modifier").form("/modifier").fill(organisation="Les Relais").send(client)
    visit(client, address).form("/note").fill(note="Arrive en train").send(client)
    assert "Arrive en train" in visit(client, address).text
    visit(client, f"{address}/retirer").form("/retirer").send(client)
    with app.app_context():
        row = stored(lea)
        assert (row.organisation, row.note, row.status) == (
            "Les Relais", "Arrive en train", RegistrationStatus.WITHDRAWN,
        )  # fmt: skip
        assert person("Zoé Éluard").status is RegistrationStatus.REGISTERED


def test_a_place_is_given_by_hand(app: Site, client: FlaskClient, event: Event) -> None:
    """Organisers may go beyond the capacity."""
    with app.app_context():
        zoe = person("Zoé Éluard").id
    visit(client, f"{event.people}/{zoe}").form("/place").send(client)
    with app.app_context():
        assert stored(zoe).status is RegistrationStatus.REGISTERED


def test_a_lost_link_is_replaced(app: Site, client: FlaskClient, event: Event) -> None:
    """The new one is shown to the organiser, the old one is dead."""
    with app.app_context():
        lea = person("Léa Roy").id
    page = visit(client, visit(client, f"{event.people}/{lea}").form("/liens").send(client).location)
    assert "/participation/" in page.text
    with app.app_context():
        assert stored(lea).link_version == 2


def test_people_of_another_event_are_not_found(app: Site, client: FlaskClient, event: Event) -> None:
    """The link of one event opens nothing of another."""
    other = new_event(app)
    with app.app_context():
        lea = person("Léa Roy").id
    assert client.get(f"{event.people}/{lea}").status_code == 200
    assert client.get(f"{other.people}/{lea}").status_code == 404
    assert client.get(f"{other.people}/{lea}/modifier").status_code == 404


def wish_for(client: FlaskClient, event: Event, **typed: str) -> None:
    """Register Ines at the desk with wishes."""
    form = visit(client, f"{event.people}/nouvelle").form("/nouvelle")
    assert form.fill(name="Ines Test", consent="y", **typed).send(client).status_code == 303


def test_a_clear_name_settles_by_itself_and_an_unclear_one_is_asked(
    app: Site, client: FlaskClient, event: Event
) -> None:
    """ "Which person?" offers the near names, and the answer is stored."""
    with app.app_context():
        make_registration(db.session, hackathon_of(event), "Léa Roi")
    wish_for(client, event, friends="WEBER paul\nLea Ro")
    page = visit(client, f"{event.people}/souhaits")
    form = page.form("/personne")
    with app.app_context():
        lea = person("Léa Roy").id
        assert [(wish.typed, wish.is_settled) for wish in newest().wishes] == [("WEBER paul", True), ("Lea Ro", False)]
    assert ("person", str(lea)) in form.choices
    form.fill(person=str(lea)).send(client)
    with app.app_context():
        wish = newest().wishes[1]
        assert (wish.other_id, wish.is_settled) == (lea, True)


def test_a_wish_to_be_kept_apart_is_confirmed_or_set_aside(app: Site, client: FlaskClient, event: Event) -> None:
    """It is a strong wish until an organiser stands by it, and none once it is set aside."""
    wish_for(client, event, avoid="Paul Weber")
    address = f"{event.people}/souhaits"
    visit(client, address).form("/confirmer").send(client)
    with app.app_context():
        assert newest().wishes[0].is_confirmed
        assert newest().wishes[0].kind is WishKind.AVOID
    visit(client, address).form("/ecarter").send(client)
    with app.app_context():
        wish = newest().wishes[0]
        assert (wish.other_id, wish.is_settled, wish.is_confirmed) == (None, True, False)
    visit(client, address).form("/reprendre").send(client)
    with app.app_context():
        assert not newest().wishes[0].is_settled


def test_wishes_that_cannot_come_true_are_told(app: Site, client: FlaskClient, event: Event) -> None:
    """Two names that turn out to mean one person, for and against."""
    with app.app_context():
        paul = person("Paul Weber")
        ines = make_registration(db.session, hackathon_of(event), "Ines Test", friends=[paul], avoids=[paul])
        number = ines.id
    page = visit(client, f"{event.people}/souhaits")
    assert 'id="cannot"' in page.text
    assert f"/inscriptions/{number}" in page.text


def test_the_list_is_given_as_files(client: FlaskClient, event: Event) -> None:
    """Each format holds everybody under the filters, with the fields that an import reads."""
    text = client.get(f"{event.people}/export.csv?status=registered").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["name"] for row in rows] == ["Léa Roy", "Paul Weber"]
    assert rows[0]["challenge_1"] == "Frigo"
    assert "1. Taille ?" in rows[0]
    assert json.loads(client.get(f"{event.people}/export.json").text)["count"] == 4
    assert client.get(f"{event.people}/export.xlsx").data.startswith(b"PK")


def test_the_kitchen_is_told_how_many_and_not_who(app: Site, client: FlaskClient, event: Event) -> None:
    """Equal answers are one line with a number; people who do not come do not eat."""
    with app.app_context():
        hackathon = hackathon_of(event)
        for name, diet in (("Un Essai", "Sans gluten"), ("Deux Essai", "sans gluten"), ("Trois Essai", "Végétarien")):
            make_registration(db.session, hackathon, name, diet=diet, access_needs="Fauteuil roulant")
        gone = RegistrationStatus.WITHDRAWN
        make_registration(db.session, hackathon, "Parti Essai", diet="Végétarien", status=gone)
    text = client.get(f"{event.people}/repas.csv").data.decode("utf-8-sig")
    assert text.splitlines() == ["what;people", "sans gluten;2", "Végétarien;1"]
    assert "Essai" not in text
    assert "Fauteuil" not in text
    assert client.get(f"{event.people}/acces.csv").data.decode("utf-8-sig").split("\r\n")[1] == "Fauteuil roulant;3"


def test_the_columns_of_the_file_hold_nothing_private(app: Site, event: Event) -> None:
    """No column for wishes to be kept apart, diets, access needs, or notes."""
    with app.app_context():
        headers = people_headers(hackathon_of(event))
    assert not {"avoid", "diet", "access_needs", "note", "notes"} & set(headers)
