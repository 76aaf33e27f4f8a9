"""The public registration form and a person's own page: what is asked, kept, refused and given back."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from matcher.store import Registration
from matcher.vocabulary import Attendance, HackathonPhase, RegistrationStatus, TeamRole, TeamStatus, WishKind
from tests.web.browser import Page, visit
from tests.web.registering import (
    EMAIL,
    NAME,
    Event,
    challenge,
    form_of,
    hackathon_of,
    new_event,
    newest,
    register,
    stored,
)
from tests.web.signing_in import mails
from web.assets import Site
from web.wiring import db


@pytest.fixture
def event(app: Site) -> Event:
    """An event that takes registrations."""
    return new_event(app, questions=["Quelle taille de t-shirt ?"], code_of_conduct="Soyons accueillants.")


@pytest.fixture
def plain(app: Site) -> Event:
    """An event without questions of its own nor code of conduct."""
    return new_event(app)


def test_everything_that_is_told_is_kept(app: Site, client: FlaskClient, event: Event) -> None:
    """Each field of the form arrives where it belongs."""
    first, second, _ = map(str, event.challenges)
    link = register(
        client, event, conduct="y", organisation="Les Relais", family="user_sector", about="Je dessine.",
        roles=["design"], skills=["graphic_design:3", "video:1"], experience="some", is_newcomer="y",
        half_days=["0", "1"], languages=["fr", "de"], choices=[second, first], team_status="looking",
        friends="Léa Roy, Paul Weber", avoid="Max Noir", answers="M", access_needs="Fauteuil",
        diet="Sans gluten", directory_consent="y",
    )  # fmt: skip
    assert link.startswith("/participation/")
    with app.app_context():
        row = newest()
        assert (row.name, row.email, row.organisation) == (NAME, EMAIL, "Les Relais")
        assert (row.status, row.attendance, row.source) == (
            RegistrationStatus.REGISTERED, Attendance.EXPECTED, "site",
        )  # fmt: skip
        assert row.roles == {TeamRole.DESIGN}
        assert {link.skill.code: link.level for link in row.skills} == {"graphic_design": 3, "video": 1}
        assert (row.away, row.languages, row.answers) == (["2", "3"], ["fr", "de"], ["M"])
        assert [choice.challenge_id for choice in row.choices] == [int(second), int(first)]
        assert [(wish.kind, wish.typed) for wish in row.wishes] == [
            (WishKind.WITH, "Léa Roy"), (WishKind.WITH, "Paul Weber"), (WishKind.AVOID, "Max Noir"),
        ]  # fmt: skip
        assert (row.access_needs, row.diet, row.team_status) == ("Fauteuil", "Sans gluten", TeamStatus.LOOKING)
        assert row.directory_consent
        assert row.is_newcomer
        assert row.consented_at is not None


def test_a_name_an_address_and_an_agreement_are_enough(app: Site, client: FlaskClient, plain: Event) -> None:
    """Who leaves the rest as it is comes alone, is there all the time, and is not in the directory."""
    register(client, plain)
    with app.app_context():
        row = newest()
        assert (row.away, row.choices, row.wishes, row.team_status) == ([], [], [], TeamStatus.ALONE)
        assert not row.directory_consent


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": ""}, "email"),
        ({"email": "camille@"}, "email"),
        ({"consent": []}, "consent"),
        ({"conduct": []}, "conduct"),
        ({"half_days": []}, "half_days"),
        ({"team_status": "team"}, "team_name"),
        ({"choices": ["1", "1"]}, "choices"),
        ({"choices": ["999"]}, "choices"),
        ({"skills": ["juggling:2"]}, "skills"),
        ({"friends": "Léa Roy", "avoid": "roy lea"}, "avoid"),
        ({"friends": "Ana, Bob, Cid, Dan, Eve, Flo"}, "friends"),
        ({"friends": NAME}, "friends"),
        ({"answers": "m" * 501}, "answers"),
    ],
)
def test_a_refused_form_keeps_everything(
    app: Site, client: FlaskClient, event: Event, typed: dict[str, str | list[str]], field: str
) -> None:
    """422, a link to the field at fault, and each other answer still there."""
    kept = {"organisation": "Les Relais", "diet": "Sans gluten", "half_days": ["0", "1"], "conduct": "y"}
    answer = form_of(client, event, **{**kept, **typed}).send(client)
    page = Page(answer)
    assert page.status == 422
    assert f'href="#{field}"' in page.text
    assert field in page.ids
    form = page.form("/inscription")
    for name, value in {**kept, **typed}.items():
        if name not in {"skills", "choices"}:  # what is not in a list cannot be shown in it
            assert form.all(name) == ([value] if isinstance(value, str) else value)
    with app.app_context():
        assert db.session.scalar(select(func.count(Registration.id))) == 0


def test_a_challenge_ranked_twice_is_shown_where_it_was_put(client: FlaskClient, event: Event) -> None:
    """Both boxes still hold it, and the sentence names it."""
    number = str(event.challenges[1])
    page = Page(form_of(client, event, conduct="y", choices=[number, "", number]).send(client))
    assert page.form("/inscription").all("choices") == [number, "", number]
    assert "«\u00a0Carte\u00a0»" in page.text


def test_a_form_that_is_sent_twice_makes_one_registration(app: Site, client: FlaskClient, plain: Event) -> None:
    """An impatient finger gets the same page again, and one mail."""
    form = form_of(client, plain)
    first, second = form.send(client), form.send(client)
    assert first.location == second.location
    second.close()
    with app.app_context():
        assert db.session.scalar(select(func.count(Registration.id))) == 1
    assert len(mails(app.config["SETTINGS"].var_dir)) == 1


def test_a_full_event_puts_people_in_line(app: Site, client: FlaskClient) -> None:
    """The form says so before, the own page says the place in line, and withdrawing brings the first one in."""
    event = new_event(app, capacity=1)
    first = register(client, event, email="a@example.org", name="Anna Premier")
    assert "liste d’attente" in visit(client, event.form).text or "waiting list" in visit(client, event.form).text
    second = register(client, event, email="b@example.org", name="Bela Second")
    third = register(client, event, email="c@example.org", name="Cara Troisième")
    assert 'standing__number">1<' in visit(client, second).text
    assert 'standing__number">2<' in visit(client, third).text
    visit(client, f"{first}/retirer").form("/retirer").send(client)
    assert "standing__number" not in visit(client, second).text
    assert 'standing__number">1<' in visit(client, third).text
    with app.app_context():
        rows = db.session.scalars(select(Registration).order_by(Registration.id)).all()
        assert [row.status.value for row in rows] == ["withdrawn", "registered", "waiting"]


@pytest.mark.parametrize("phase", [HackathonPhase.TEAM_FORMATION, HackathonPhase.CLOSED])
def test_after_registration_the_form_is_closed(app: Site, client: FlaskClient, phase: HackathonPhase) -> None:
    """The page says so; a form that comes too late is refused and stores nothing."""
    event = new_event(app)
    form = form_of(client, event)
    with app.app_context():
        hackathon_of(event).phase = phase
        db.session.commit()
    assert '<form method="post"' not in visit(client, event.form).text
    assert form.send(client).status_code == 409
    with app.app_context():
        assert db.session.scalar(select(func.count(Registration.id))) == 0


def test_a_draft_event_has_no_form(app: Site, client: FlaskClient) -> None:
    """Nobody learns of an event that is being prepared."""
    event = new_event(app, phase=HackathonPhase.DRAFT)
    assert client.get(event.form).status_code == 404


def test_roles_and_skills_are_proposed_from_the_text(client: FlaskClient, plain: Event) -> None:
    """The button ticks what the text tells, keeps what was ticked, and stores nothing."""
    form = form_of(client, plain, about="Je code en Python et j'anime des réunions.", roles=["domain"])
    page = Page(form.fill(propose="1").send(client))
    assert page.status == 200
    again = page.form("/inscription")
    assert set(again.all("roles")) >= {"tech", "facilitation", "domain"}
    assert "software_development:2" in again.all("skills")
    assert again["name"] == NAME


def test_a_script_gets_the_part_of_the_page_alone(client: FlaskClient, plain: Event) -> None:
    """With htmx the same button answers roles and skills, no whole page."""
    form = form_of(client, plain, about="Graphiste, je fais des affiches.").fill(propose="1")
    answer = form.send(client, headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert 'value="graphic_design:2" selected' in answer.text


def test_an_edit_is_stored_and_keeps_what_organisers_settled(app: Site, client: FlaskClient, event: Event) -> None:
    """The form opens with what is stored; swapped choices and a new name arrive, a settled wish stays settled."""
    first, second, _ = map(str, event.challenges)
    link = register(client, event, conduct="y", choices=[first, second], friends="Léa Roy", avoid="Max Noir")
    with app.app_context():
        number = newest().id
        newest().wishes[1].is_settled = True
        db.session.commit()
    form = visit(client, f"{link}/modifier").form("/modifier")
    assert (form["friends"], form["avoid"], form.all("choices")) == ("Léa Roy", "Max Noir", [first, second, ""])
    answer = form.fill(choices=[second, first], friends="Léa Roy\nPaul Weber", half_days=["3"]).send(client)
    assert answer.status_code == 303
    with app.app_context():
        row = stored(number)
        assert [choice.challenge_id for choice in row.choices] == [int(second), int(first)]
        assert row.away == ["0", "1", "2"]
        assert {(wish.typed, wish.is_settled) for wish in row.wishes} == {
            ("Léa Roy", False), ("Paul Weber", False), ("Max Noir", True),
        }  # fmt: skip


def test_two_people_who_edit_at_once_lose_nothing(app: Site, client: FlaskClient, plain: Event) -> None:
    """The second is shown what was saved beside what they typed; sending again replaces it."""
    link = register(client, plain)
    mine = visit(client, f"{link}/modifier").form("/modifier").fill(organisation="Mienne")
    visit(client, f"{link}/modifier").form("/modifier").fill(organisation="Autre").send(client)
    page = Page(mine.send(client))
    assert page.status == 409
    assert "Autre" in page.text
    assert page.form("/modifier")["organisation"] == "Mienne"
    assert page.form("/modifier").send(client).status_code == 303
    with app.app_context():
        assert newest().organisation == "Mienne"


def test_a_challenge_that_was_withdrawn_is_no_choice_any_more(app: Site, client: FlaskClient, plain: Event) -> None:
    """Editing anything else still works: the other choices close up."""
    first, second, _ = map(str, plain.challenges)
    link = register(client, plain, choices=[first, second])
    with app.app_context():
        row = challenge(plain, 0)
        row.withdrawn_at = row.created_at
        db.session.commit()
    assert visit(client, f"{link}/modifier").form("/modifier").send(client).status_code == 303
    with app.app_context():
        assert [choice.challenge_id for choice in newest().choices] == [int(second)]


def test_a_person_can_download_all_and_delete_all(app: Site, client: FlaskClient, plain: Event) -> None:
    """The file holds the private answers too; after deletion the link opens nothing."""
    link = register(client, plain, diet="Sans gluten", avoid="Max Noir")
    told = json.loads(client.get(f"{link}/export.json").text)
    assert told["told"]["diet"] == "Sans gluten"
    assert told["told"]["avoid"] == ["Max Noir"]
    visit(client, f"{link}/supprimer").form("/supprimer").send(client)
    assert client.get(link).status_code == 404
    with app.app_context():
        assert db.session.scalar(select(func.count(Registration.id))) == 0


def test_cancelled_links_open_nothing_and_the_new_one_does(client: FlaskClient, plain: Event) -> None:
    """Whoever had the old address is out."""
    link = register(client, plain)
    answer = visit(client, f"{link}/liens").form("/liens").send(client)
    assert client.get(link).status_code == 404
    page = visit(client, answer.location)
    assert "data-copy" in page.text


def test_who_withdrew_may_register_again(client: FlaskClient, plain: Event) -> None:
    """The same address is taken once more."""
    link = register(client, plain)
    visit(client, f"{link}/retirer").form("/retirer").send(client)
    assert register(client, plain, name="Camille Encore") != link


@pytest.mark.parametrize("page", ["modifier", "retirer", "supprimer", "liens"])
def test_nothing_is_changed_without_a_token(app: Site, client: FlaskClient, plain: Event, page: str) -> None:
    """Another site cannot press our buttons, even knowing the link."""
    link = register(client, plain)
    assert client.post(f"{link}/{page}", data={"name": "Intrus"}).status_code == 400
    with app.app_context():
        assert (newest().name, newest().status, newest().link_version) == (NAME, RegistrationStatus.REGISTERED, 1)


def test_reading_changes_nothing(app: Site, client: FlaskClient, plain: Event) -> None:
    """GET on every page of the link leaves the row as it was."""
    link = register(client, plain)
    with app.app_context():
        before = newest().updated_at
    for page in ("", "?nouveau=1", "/modifier", "/retirer", "/supprimer", "/liens", "/export.json"):
        assert client.get(link + page).status_code == 200, page
    with app.app_context():
        assert (newest().updated_at, newest().status) == (before, RegistrationStatus.REGISTERED)


@pytest.mark.parametrize("token", ["x", "a" * 5000, "WzEsMV0", "WzEsMV0.c2lnbmF0dXJl"])
def test_a_forged_link_opens_nothing(client: FlaskClient, token: str) -> None:
    """404 with a sentence that says what to do."""
    answer = client.get(f"/participation/{token}")
    assert answer.status_code == 404
    assert "/modifier" not in answer.text


def test_a_larger_event_lets_the_first_in_line_in(app: Site, client: FlaskClient) -> None:
    """As soon as the organisers save a larger capacity."""
    event = new_event(app, capacity=1)
    register(client, event, email="a@example.org", name="Anna Premier")
    second = register(client, event, email="b@example.org", name="Bela Second")
    form = visit(client, f"{event.organiser}/modifier").form("/modifier")
    assert form.fill(capacity="2").send(client).status_code == 303
    assert "standing__number" not in visit(client, second).text
