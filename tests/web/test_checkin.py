"""The day of the event: badges, the list at the desk, people who did not come."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from matcher.vocabulary import Attendance, RegistrationStatus
from tests.hackathons import make_registration
from tests.web.browser import visit
from tests.web.html import without_tokens
from tests.web.registering import Event, hackathon_of, new_event, stored
from web.assets import Site
from web.links import participation_token
from web.registrations.badges import badge_url
from web.wiring import db


@pytest.fixture
def event(app: Site) -> Event:
    """An event."""
    return new_event(app)


def add(app: Site, event: Event, name: str, **values: object) -> tuple[int, str]:
    """Somebody who is registered: number and code of the badge."""
    with app.app_context():
        row = make_registration(db.session, hackathon_of(event), name, **values)
        return row.id, row.checkin_code


def attendance(app: Site, number: int) -> Attendance:
    """Whether that person came."""
    with app.app_context():
        return stored(number).attendance


def test_a_badge_read_at_the_desk_leads_to_one_button(app: Site, client: FlaskClient, event: Event) -> None:
    """The phone that opened the desk page goes from the code to the person; pressing the button checks them in."""
    number, code = add(app, event, "Léa Roy")
    visit(client, event.day)
    answer = client.get(f"/participation/badge/{code}")
    assert answer.status_code == 302
    page = visit(client, answer.location)
    assert "Léa Roy" in page.text
    assert page.form("/arrivee").send(client).status_code == 303
    assert attendance(app, number) is Attendance.CHECKED_IN


def test_a_badge_read_anywhere_else_tells_nothing(app: Site, client: FlaskClient, event: Event) -> None:
    """The same page for a true code and a false one: no name, and nobody is checked in."""
    number, code = add(app, event, "Léa Roy")
    true, false = client.get(f"/participation/badge/{code}"), client.get("/participation/badge/0000")
    assert true.status_code == false.status_code == 200
    assert "Léa" not in true.text
    assert "/organiser/" not in true.text
    assert without_tokens(true.text).replace(code, "") == without_tokens(false.text).replace("0000", "")
    assert attendance(app, number) is Attendance.EXPECTED


def test_the_desk_of_one_event_does_not_read_badges_of_another(app: Site, client: FlaskClient, event: Event) -> None:
    """Neither through the public address nor under its own."""
    _, code = add(app, new_event(app), "Paul Weber")
    visit(client, event.day)
    assert client.get(f"/participation/badge/{code}").status_code == 200
    assert client.get(f"{event.day}/{code}").status_code == 404


def test_a_desk_whose_link_was_cancelled_reads_no_badge(app: Site, client: FlaskClient, event: Event) -> None:
    """What the browser remembers is worth as much as the link."""
    _, code = add(app, event, "Léa Roy")
    visit(client, event.day)
    with app.app_context():
        hackathon_of(event).link_version += 1
        db.session.commit()
    assert client.get(f"/participation/badge/{code}").status_code == 200


def test_the_list_finds_people_and_checks_them_in(app: Site, client: FlaskClient, event: Event) -> None:
    """Some letters find a name; after the press the list says who arrived, and the press can be undone."""
    number, _ = add(app, event, "Léa Roy")
    add(app, event, "Paul Weber")
    page = visit(client, f"{event.day}?q=le")
    assert "Paul" not in page.text
    page = visit(client, page.form("/arrivee").send(client).location)
    assert attendance(app, number) is Attendance.CHECKED_IN
    assert "Léa Roy" in page.text
    page.form("/annuler").send(client)
    assert attendance(app, number) is Attendance.EXPECTED


def test_somebody_who_waited_gets_a_place_on_arrival(app: Site, client: FlaskClient, event: Event) -> None:
    """They stand there: the organisers have let them in."""
    number, code = add(app, event, "Léa Roy", status=RegistrationStatus.WAITING)
    visit(client, f"{event.day}/{code}").form("/arrivee").send(client)
    with app.app_context():
        assert stored(number).takes_part


def test_somebody_who_withdrew_is_not_checked_in(app: Site, client: FlaskClient, event: Event) -> None:
    """The page says so and has no such button."""
    number, code = add(app, event, "Léa Roy", status=RegistrationStatus.WITHDRAWN)
    assert "/arrivee" not in visit(client, f"{event.day}/{code}").text
    assert "Léa" not in visit(client, event.day).text
    assert attendance(app, number) is Attendance.EXPECTED


def test_people_who_did_not_come_are_ticked(app: Site, client: FlaskClient, event: Event) -> None:
    """Only those who were ticked, and nobody who arrived while the page was open."""
    lea, _ = add(app, event, "Léa Roy")
    paul, _ = add(app, event, "Paul Weber")
    zoe, _ = add(app, event, "Zoé Éluard")
    form = visit(client, f"{event.day}/absents").form("/absents")
    press = next(form for form in visit(client, event.day).forms if form.action.endswith(f"/{lea}/arrivee"))
    press.send(client)
    form.fill(person=[str(lea), str(paul)]).send(client)
    assert [attendance(app, number) for number in (lea, paul, zoe)] == [
        Attendance.CHECKED_IN, Attendance.NO_SHOW, Attendance.EXPECTED,
    ]  # fmt: skip


def test_nobody_is_checked_in_without_a_token(app: Site, client: FlaskClient, event: Event) -> None:
    """Not by a link in a message, and not by another site."""
    number, code = add(app, event, "Léa Roy")
    client.get(f"{event.day}/{code}")
    assert client.post(f"{event.day}/{number}/arrivee").status_code == 400
    assert client.post(f"{event.day}/absents", data={"person": str(number)}).status_code == 400
    assert attendance(app, number) is Attendance.EXPECTED


def test_the_own_page_holds_the_badge_as_a_picture_of_its_address(app: Site, client: FlaskClient, event: Event) -> None:
    """The QR code is inline SVG: no script, no style attribute, nothing from elsewhere."""
    number, code = add(app, event, "Léa Roy")
    with app.test_request_context():
        token = participation_token(stored(number))
        assert badge_url(stored(number)).endswith(f"/participation/badge/{code}")
    text = visit(client, f"/participation/{token}").text
    picture = re.search(r'<svg[^>]*class="badge__code".*?</svg>', text, re.DOTALL)
    assert picture is not None
    assert "style=" not in picture.group()
    assert "<script" not in picture.group()
