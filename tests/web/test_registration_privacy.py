"""What somebody told in confidence: on no public page, in no file, log line or explanation, and told to no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from matcher.clock import today
from matcher.hackathons.plans import publish
from matcher.hackathons.registration_drafts import parse_registration
from matcher.store import CurrentPlan, Hackathon, Registration, Wish
from matcher.vocabulary import WishKind
from tests.hackathons import make_registration
from tests.team_events import make_team_event, make_teams
from tests.web.registering import new_event, register
from web import logs
from web.assets import Site
from web.links import organiser_token, participation_token
from web.wiring import db

#: What one person told, by field; each is found nowhere else in the event.
SECRETS = {
    "email": "confidence@example.org",
    "access_needs": "Boucle magnétique confidentielle",
    "diet": "Régime confidentiel",
    "note": "Remarque confidentielle",
    "avoid": "Ottilie Évitée",
    "about": "Quelques mots sur moi",
}


@dataclass(frozen=True)
class Told:
    """An event with published teams, and somebody in it who told secrets."""

    hackathon: int
    organiser: str
    own: str
    mate: str


@pytest.fixture
def told(app: Site) -> Told:
    """Two teams: in the first the person with secrets and a mate, in the second whom they avoid, confirmed."""
    with app.test_request_context():
        event = make_team_event(db.session, teams=0)
        hackathon, (first, *_) = event.hackathon, event.challenges
        avoided = make_registration(db.session, hackathon, SECRETS["avoid"], choices=[first])
        wish = Wish(
            kind=WishKind.AVOID, typed=SECRETS["avoid"], other_id=avoided.id, is_settled=True, is_confirmed=True
        )
        private = {name: SECRETS[name] for name in ("email", "access_needs", "diet", "note", "about")}
        person = make_registration(db.session, hackathon, "Camille Essai", choices=[first], wishes=[wish], **private)
        others = [make_registration(db.session, hackathon, f"Autre {number}", choices=[first]) for number in range(6)]
        places = {person: (first, 1), avoided: (first, 2)}
        places |= {other: (first, 1 + number % 2) for number, other in enumerate(others)}
        make_teams(db.session, hackathon, places)
        publish(db.session, hackathon.id, seen_revision=db.session.get_one(CurrentPlan, hackathon.id).revision)
        return Told(
            hackathon.id,
            f"/organiser/{organiser_token(hackathon)}",
            f"/participation/{participation_token(person)}",
            f"/participation/{participation_token(others[0])}",
        )


def public_addresses(app: Site, hackathon: int) -> set[str]:
    """Every address of the site that GET answers and that takes no argument, or the number of the event."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    paths = {rule.rule for rule in rules if not rule.arguments}
    paths |= {rule.rule for rule in rules if rule.rule.startswith("/hackathons/") and rule.arguments == {"id"}}
    return {path.replace("<titled:id>", str(hackathon)) for path in paths}


def files(app: Site, told: Told) -> Iterator[str]:
    """Addresses of every file that the organisers can download."""
    token = told.organiser.rpartition("/")[2]
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/organiser/<token>") and "GET" in (rule.methods or ()) and "." in rule.rule:
            yield from _files_of(rule, token)


def _files_of(rule: Rule, token: str) -> Iterator[str]:
    path = rule.rule.replace("<token>", token)
    for part in ("<any(csv, xlsx, json):fmt>", "<fmt>"):
        if part in path:
            path = path.replace(part, "csv")
    path = path.replace("<any(repas, acces):what>", "repas")
    if "<" not in path:
        yield path


def found(text: str, names: tuple[str, ...] = tuple(SECRETS)) -> list[str]:
    """Which secrets ``text`` holds."""
    return [name for name in names if SECRETS[name] in text]


def test_no_public_page_tells_a_secret(app: Site, client: FlaskClient, told: Told) -> None:
    """Every address that anybody can open: home, lists, feeds, interfaces, the event, its form, teams and results."""
    public = public_addresses(app, told.hackathon)
    assert f"/hackathons/{told.hackathon}/inscription" in public
    assert f"/hackathons/{told.hackathon}/equipes" in public
    for address in sorted(public):
        answer = client.get(address)
        assert found(answer.text) == [], address


def test_a_team_mate_is_told_no_secret(client: FlaskClient, told: Told) -> None:
    """Their page names who is in the team, and why; nothing of what the others told in confidence."""
    page = client.get(told.mate)
    assert "Camille Essai" in page.text
    assert found(page.text) == []
    assert found(client.get(f"{told.mate}/export.json").text) == []


def test_the_own_page_and_its_explanation_name_nobody_to_avoid(client: FlaskClient, told: Told) -> None:
    """Somebody who looks over a shoulder learns nothing; the form alone shows the name, and the person's own file."""
    assert found(client.get(told.own).text, ("avoid", "note")) == []
    assert found(client.get(f"{told.own}/modifier").text, ("avoid", "note")) == ["avoid"]
    assert found(client.get(f"{told.own}/export.json").text, ("avoid", "note")) == ["avoid"]


def test_no_file_of_the_organisers_holds_the_private_part(app: Site, client: FlaskClient, told: Told) -> None:
    """In the list of people the avoided one stands once, as a person; needs stand in their own file, without a name."""
    paths = sorted(files(app, told))
    assert f"{told.organiser}/inscriptions/export.csv" in paths
    for path in paths:
        content = client.get(path).get_data(as_text=False).decode("utf-8", "replace")
        assert found(content, ("access_needs", "note")) == [], path
        if "repas" in path:
            assert "Camille" not in content
            assert SECRETS["diet"] in content
        else:
            assert SECRETS["diet"] not in content, path
            for line in content.splitlines():
                assert not ("Camille Essai" in line and SECRETS["avoid"] in line), path


def test_no_log_line_holds_anything_that_was_told(
    app: Site, client: FlaskClient, capfd: pytest.CaptureFixture[str]
) -> None:
    """A registration that is refused, made, read, changed and withdrawn, with every line of the log shown."""
    logs.configure(json_lines=True, level="DEBUG")
    event = new_event(app)
    typed = {name: SECRETS[name] for name in ("email", "access_needs", "diet", "avoid")}
    link = register(client, event, name="Camille Essai", **typed)
    client.get(f"{link}?nouveau=1")
    client.get(f"{link}/export.json")
    client.post(f"{link}/modifier", data={**typed, "name": ""})
    client.get(f"{event.people}?q=Camille")
    client.get(f"{event.people}/export.csv")
    logged = "".join(capfd.readouterr())
    assert '"endpoint": "registrations.new"' in logged
    assert found(logged) == []
    assert "Camille" not in logged
    assert link.rpartition("/")[2] not in logged
    assert event.organiser.rpartition("/")[2] not in logged


def test_what_an_error_prints_of_rows_and_drafts_is_not_private(app: Site, told: Told) -> None:
    """The representations of a wish, a registration and a draft hold no secret."""
    with app.app_context():
        hackathon = db.session.get_one(Hackathon, told.hackathon)
        row = db.session.query(Registration).filter_by(name="Camille Essai").one()
        typed = {
            "name": "Camille Essai",
            **{name: SECRETS[name] for name in ("email", "access_needs", "diet", "avoid")},
        }
        draft = parse_registration(typed, hackathon, today())
        assert found(f"{row!r} {row.wishes!r} {draft!r} {draft}") == []


@pytest.mark.parametrize("page", ["", "/modifier", "/retirer", "/supprimer", "/liens", "/export.json"])
def test_private_pages_are_kept_from_caches_robots_and_other_sites(client: FlaskClient, told: Told, page: str) -> None:
    """The link is a secret that stands in the address; the organisers' pages are treated alike."""
    for address in (told.own + page, f"{told.organiser}/inscriptions"):
        headers = client.get(address).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"]


def test_a_participants_link_opens_no_page_of_the_organisers(client: FlaskClient, told: Told) -> None:
    """And the other way round: each purpose has its own signature."""
    own, organiser = told.own.rpartition("/")[2], told.organiser.rpartition("/")[2]
    assert client.get(f"/organiser/{own}/inscriptions").status_code == 404
    assert client.get(f"/organiser/{own}/jour").status_code == 404
    assert client.get(f"/participation/{organiser}").status_code == 404
