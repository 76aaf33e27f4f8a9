"""After the work: projects of teams, the jury's grid, results, and what became of each challenge."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from matcher.store import Challenge, Hackathon, Juror, Mark, Submission
from matcher.vocabulary import ChallengeOutcome, HackathonPhase
from tests.web.browser import visit
from tests.web.html import read
from tests.web.published import Published, answer, make_published, set_up
from web.assets import Site
from web.links import juror_token
from web.wiring import db

TEXT = "Une balance et un écran qui disent où ranger chaque cagette."


@pytest.fixture
def event(app: Site) -> Published:
    """Two published teams of four, while the event is under way."""
    return make_published(app, phase=HackathonPhase.EVENT)


def picture() -> bytes:
    """A small PNG."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), (14, 94, 89)).save(file, "PNG")
    return file.getvalue()


def hand_in(client: FlaskClient, own: str, file: bytes | None = None, **typed: str) -> TestResponse:
    """Fill in the project of a team and send it."""
    form = visit(client, f"{own}/projet").form("/projet")
    form.fill(**{"title": "Le Tri malin", "text": TEXT, **typed})
    data: dict[str, object] = dict(form.fields)
    if file is not None:
        data["picture"] = FileStorage(io.BytesIO(file), "image.png")
    # Made here: the client would leave its temporary file of a large body open.
    boundary, body = encode_multipart(data)
    return client.post(f"{own}/projet", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def project(app: Site) -> Submission:
    """The only project, as it is stored now."""
    db.session.rollback()
    found: Submission = db.session.query(Submission).one()
    return found


def mark(client: FlaskClient, event: Published, **marks: str) -> int:
    """Mark the first project; the status of the answer."""
    form = next(form for form in visit(client, event.jury).forms if form.action.startswith(event.jury))
    form.fields = [item for item in form.fields if not item[0].startswith("criterion-")]
    form.fields += [(name.replace("_", "-"), points) for name, points in marks.items()]
    return form.send(client).status_code


def test_a_member_hands_in_the_project_of_the_team(app: Site, client: FlaskClient, event: Published) -> None:
    """From their own page; every other member sees and changes the same one."""
    assert hand_in(client, event.own[0], picture(), team_name="Les Cagettes").status_code == 303
    assert visit(client, f"{event.own[1]}/projet").form("/projet")["title"] == "Le Tri malin"
    hand_in(client, event.own[1], title="Le Tri très malin")
    with app.app_context():
        assert (project(app).title, project(app).picture_type, project(app).team_number) == (
            "Le Tri très malin",
            "image/webp",
            1,
        )
    assert visit(client, f"{event.own[4]}/projet").form("/projet")["title"] == ""
    shown = client.get(f"{event.own[2]}/projet.webp")
    assert (shown.mimetype, shown.headers["Cache-Control"]) == ("image/webp", "no-store")


def test_a_wrong_project_keeps_what_was_typed(app: Site, client: FlaskClient, event: Published) -> None:
    """422, each problem with a link to its field, the text still there, nothing stored."""
    sent = hand_in(client, f"/en{event.own[0]}", b"no picture", title="x", link="nowhere")
    assert sent.status_code == 422
    page = read(sent.text)
    assert TEXT in page.text
    assert {"#title", "#link", "#picture"} <= {link.attributes.get("href") for link in page.all("a")}
    assert "This is no picture that we can read." in page.text
    with app.app_context():
        assert db.session.query(Submission).count() == 0


def test_a_picture_that_is_too_large_loses_no_word(client: FlaskClient, event: Published) -> None:
    """Three megabytes: the form says so and still has the text."""
    sent = hand_in(client, f"/en{event.own[0]}", picture() + b"\0" * (3 * 1024 * 1024))
    assert sent.status_code == 422
    assert "at most 2 MB fit" in sent.text
    assert TEXT in sent.text


def test_two_members_at_once_lose_nothing(client: FlaskClient, event: Published) -> None:
    """The second sees both texts, and may then save."""
    opened = visit(client, f"{event.own[0]}/projet").form("/projet").fill(title="Mon titre", text=TEXT)
    hand_in(client, event.own[1], title="Son titre")
    late = opened.send(client)
    assert late.status_code == 409
    assert "Mon titre" in late.text
    assert "Son titre" in late.text


@pytest.mark.parametrize("phase", [HackathonPhase.REGISTRATION, HackathonPhase.CLOSED])
def test_projects_have_their_time(app: Site, client: FlaskClient, event: Published, phase: HackathonPhase) -> None:
    """Before the event and after it there is no form."""
    set_up(app, event.id, phase=phase)
    assert client.get(f"{event.own[0]}/projet").status_code == 404
    assert "/projet" not in client.get(event.own[0]).text


def test_who_declined_hands_nothing_in(client: FlaskClient, event: Published) -> None:
    """They are in no team."""
    answer(client, event.own[0], "declined")
    assert client.get(f"{event.own[0]}/projet").status_code == 404


def test_organisers_make_a_link_for_each_juror(client: FlaskClient, event: Published) -> None:
    """Shown once to be copied; it opens the grid under that name."""
    form = visit(client, f"/en{event.results}").form("/jury").fill(name="Inès Da Silva")
    page = read(form.send(client, follow_redirects=True).text)
    (link,) = [each.attributes["value"] for each in page.all("input", id="juror-link")]
    assert link.startswith("http://localhost/en/jury/")
    assert "You mark as Inès Da Silva." in client.get(link.removeprefix("http://localhost")).text
    assert visit(client, event.results).form("/jury").fill(name="").send(client).status_code == 422


def test_a_jurors_link_ends_alone_and_their_marks_stay(app: Site, client: FlaskClient, event: Published) -> None:
    """Others go on marking; a new link opens the same marks, and the old one stays dead."""
    hand_in(client, event.own[0])
    mark(client, event, criterion_0="5")
    marie, ines = juror_called(app, "Marie Essai"), add_juror(app, client, event, "Inès Da Silva")
    visit(client, event.results).form(f"/jury/{marie}/fin").send(client)
    assert client.get(event.jury).status_code == 404
    assert client.get(jury_page(app, ines)).status_code == 200
    page = read(client.get(f"/en{event.results}").text)
    assert "their link has ended" in page.text
    assert page.all("td", class_="number")[0].text == "5.00"
    visit(client, event.results).form(f"/jury/{marie}/lien").send(client)
    assert client.get(event.jury).status_code == 404
    assert "1 marked" in client.get(f"/en{jury_page(app, marie)}").text


def test_a_juror_is_taken_off_with_their_marks(app: Site, client: FlaskClient, event: Published) -> None:
    """After a question that says how many projects they marked."""
    hand_in(client, event.own[0])
    mark(client, event, criterion_0="5")
    number = juror_called(app, "Marie Essai")
    page = visit(client, f"/en{event.results}/jury/{number}/retirer")
    assert "They have marked 1 project." in page.text
    assert page.form("/retirer").send(client).status_code == 303
    assert client.get(event.jury).status_code == 404
    assert stored_marks(app) == {}


def test_jurors_of_other_events_are_out_of_reach(app: Site, client: FlaskClient, event: Published) -> None:
    """Their numbers are no address here."""
    other = make_published(app, phase=HackathonPhase.EVENT)
    number = add_juror(app, client, other, "Juré d’ailleurs")
    token = visit(client, event.results).forms[0]["csrf_token"]
    for end in ("fin", "lien", "retirer"):
        sent = client.post(f"{event.results}/jury/{number}/{end}", data={"csrf_token": token})
        assert sent.status_code == 404
    assert client.get(jury_page(app, number)).status_code == 200


def add_juror(app: Site, client: FlaskClient, event: Published, name: str) -> int:
    """Somebody more in the jury; their number."""
    visit(client, event.results).form("/jury").fill(name=name).send(client)
    return juror_called(app, name)


def juror_called(app: Site, name: str) -> int:
    """Number of the juror of that name."""
    with app.app_context():
        return db.session.query(Juror).filter_by(name=name).one().id


def jury_page(app: Site, number: int) -> str:
    """The page of a juror."""
    with app.test_request_context():
        return f"/jury/{juror_token(db.session.get_one(Juror, number))}"


def test_a_juror_marks_and_changes_marks(app: Site, client: FlaskClient, event: Published) -> None:
    """Points by criterion; what is left out has none; the page shows what was given."""
    hand_in(client, event.own[0])
    assert mark(client, event, criterion_0="5", criterion_1="", criterion_2="2") == 303
    assert stored_marks(app) == {0: 5, 2: 2}
    form = next(form for form in visit(client, event.jury).forms if form.action.startswith(event.jury))
    assert [form[f"criterion-{at}"] for at in range(3)] == ["5", "", "2"]
    mark(client, event, criterion_1="4")
    assert stored_marks(app) == {1: 4}


@pytest.mark.parametrize("points", ["6", "-1", "x", "3.5"])
def test_odd_points_are_no_points(app: Site, client: FlaskClient, event: Published, points: str) -> None:
    """What no button of the grid sends counts as left out."""
    hand_in(client, event.own[0])
    assert mark(client, event, criterion_0=points, criterion_1="3", criterion_9="5") == 303
    assert stored_marks(app) == {1: 3}


def stored_marks(app: Site) -> dict[int, int]:
    """Points by criterion."""
    with app.app_context():
        return {mark.criterion: mark.points for mark in db.session.query(Mark)}


def test_marks_have_their_time(app: Site, client: FlaskClient, event: Published) -> None:
    """After the event the grid can be read, no longer changed."""
    hand_in(client, event.own[0])
    form = next(form for form in visit(client, event.jury).forms if form.action.startswith(event.jury))
    set_up(app, event.id, phase=HackathonPhase.CLOSED)
    assert form.fill(**{"criterion-0": "5"}).send(client).status_code == 404
    assert client.get(event.jury).status_code == 200


def test_a_juror_marks_projects_of_their_event_alone(app: Site, client: FlaskClient, event: Published) -> None:
    """The number of another event's project is no address."""
    other = make_published(app, phase=HackathonPhase.EVENT)
    hand_in(client, other.own[0])
    with app.app_context():
        number = project(app).id
    token = visit(client, f"{event.organiser}/resultats").forms[0]["csrf_token"]
    assert client.post(f"{event.jury}/{number}", data={"csrf_token": token, "criterion-0": "5"}).status_code == 404
    assert client.get(f"{event.jury}/projets/{number}.webp").status_code == 404


def test_results_are_the_organisers_until_the_event_is_over(app: Site, client: FlaskClient, event: Published) -> None:
    """Means and number of jurors; then everybody sees the same table."""
    hand_in(client, event.own[0], picture())
    mark(client, event, criterion_0="5", criterion_1="4", criterion_2="3")
    page = read(client.get(f"/en{event.results}").text)
    assert [cell.text for cell in page.all("td", class_="number")] == ["5.00", "4.00", "3.00", "4.00", "1"]
    assert client.get(f"/hackathons/{event.id}/resultats").status_code == 404
    set_up(app, event.id, phase=HackathonPhase.CLOSED)
    public = read(client.get(f"/en/hackathons/{event.id}/resultats").text)
    assert [cell.text for cell in public.all("td", class_="number")] == ["5.00", "4.00", "3.00", "4.00", "1"]
    assert "Marie Essai" not in public.text
    (image,) = [each.attributes["src"] for each in public.all("img", class_="project__picture")]
    assert client.get(image).mimetype == "image/webp"


def test_own_criteria_of_the_event_are_marked(app: Site, client: FlaskClient, event: Published) -> None:
    """As many as the organisers named, in their words."""
    set_up(app, event.id, criteria=["Sobriété", "Accueil"])
    hand_in(client, event.own[0])
    page = read(client.get(event.jury).text)
    assert [each.text.strip() for each in page.all("legend")] == ["Sobriété", "Accueil"]


def test_what_became_of_a_challenge_is_kept(app: Site, client: FlaskClient, event: Published) -> None:
    """Organisers say it; after the event everybody reads it."""
    with app.app_context():
        number = db.session.get_one(Hackathon, event.id).challenges[0].id
    form = visit(client, event.results).form(f"/defis/{number}")
    prefix = f"outcome-{number}-"
    form.fields = [item for item in form.fields if not item[0].startswith(prefix)]
    form.fields += [(f"{prefix}outcome", "used"), (f"{prefix}note", "En service à la maison des associations.")]
    assert form.send(client).status_code == 303
    with app.app_context():
        challenge = db.session.get_one(Challenge, number)
        assert challenge.outcome is ChallengeOutcome.USED
    set_up(app, event.id, phase=HackathonPhase.CLOSED)
    text = client.get(f"/en/hackathons/{event.id}/resultats").text
    assert "What was made is in use" in text
    assert "En service à la maison des associations." in text


def test_an_unknown_outcome_is_refused(client: FlaskClient, app: Site, event: Published) -> None:
    """422, with the typed note still there."""
    with app.app_context():
        number = db.session.get_one(Hackathon, event.id).challenges[0].id
    form = visit(client, event.results).form(f"/defis/{number}")
    prefix = f"outcome-{number}-"
    form.fields = [(name, value) for name, value in form.fields if not name.startswith(prefix)]
    form.fields += [(f"{prefix}outcome", "won"), (f"{prefix}note", "Une note gardée")]
    refused = form.send(client)
    assert refused.status_code == 422
    assert "Une note gardée" in refused.text


@pytest.mark.parametrize("end", ["", "/1", "/projets/1.webp"])
def test_a_forged_jury_link_opens_nothing(client: FlaskClient, event: Published, end: str) -> None:
    """Nor does an organiser's or participant's."""
    for token in ("x", event.organiser.rpartition("/")[2], event.own[0].rpartition("/")[2]):
        assert client.get(f"/jury/{token}{end}").status_code in {404, 405}
