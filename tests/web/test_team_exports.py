"""The teams as files: who is in them, what is never in them, and papers that print."""

from __future__ import annotations

import csv
import io
import json

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from matcher.store import Wish
from matcher.vocabulary import WishKind
from tests.hackathons import make_registration
from tests.web.published import Published, answer, make_published, person_called
from web.assets import Site
from web.teams.exports import HEADERS
from web.teams.fonts import BOLD, REGULAR, fitted, lines, pieces, width
from web.teams.papers import BadgePaper, CardPaper, badges_pdf, table_cards_pdf
from web.wiring import db

FILES = ("export.csv", "export.xlsx", "export.json", "tables.pdf", "badges.pdf")


@pytest.fixture
def event(app: Site) -> Published:
    """Two teams of four, published; everybody has secrets, one avoids another."""
    made = make_published(app)
    with app.app_context():
        first, other = (person_called(app, made.names[at]) for at in (0, 5))
        wish = Wish(kind=WishKind.AVOID, typed="Somebody avoided", other_id=other.id, is_settled=True)
        first.wishes.append(wish)
        db.session.commit()
    return made


def table(client: FlaskClient, event: Published) -> list[dict[str, str]]:
    """The rows of the CSV file."""
    answer = client.get(f"{event.organiser}/equipes/export.csv")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


def test_the_table_has_everybody_with_team_and_address(client: FlaskClient, event: Published) -> None:
    """One row a person, team by team, names in order."""
    rows = table(client, event)
    assert list(rows[0]) == HEADERS
    assert [row["team"] for row in rows] == ["1"] * 4 + ["2"] * 4
    assert [row["name"] for row in rows[:4]] == sorted(event.names[:4], key=str.casefold)
    assert {row["email"] for row in rows} == set(event.emails)


def test_the_table_has_answers_and_who_has_no_team(app: Site, client: FlaskClient, event: Published) -> None:
    """Who declined is marked, who came later stands last without a team."""
    answer(client, event.own[0], "declined")
    with app.app_context():
        hackathon = person_called(app, event.names[0]).hackathon
        make_registration(db.session, hackathon, "Zoé Tard")
    rows = table(client, event)
    assert {row["name"]: row["answer"] for row in rows}[event.names[0]] == "declined"
    assert (rows[-1]["name"], rows[-1]["team"], rows[-1]["challenge"]) == ("Zoé Tard", "", "")


def test_every_format_says_the_same(client: FlaskClient, event: Published) -> None:
    """CSV, XLSX and JSON hold the same people in the same order."""
    names = [row["name"] for row in table(client, event)]
    sheet = load_workbook(io.BytesIO(client.get(f"{event.organiser}/equipes/export.xlsx").data)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert list(rows[0]) == HEADERS
    assert [row[HEADERS.index("name")] for row in rows[1:]] == names
    told = json.loads(client.get(f"{event.organiser}/equipes/export.json").data)
    assert [item["name"] for item in told["items"]] == names


@pytest.mark.parametrize("name", FILES)
def test_no_file_holds_what_was_told_in_confidence(client: FlaskClient, event: Published, name: str) -> None:
    """No diet, no need of access, no note, no wish; and browsers neither keep nor index it."""
    answer = client.get(f"{event.organiser}/equipes/{name}")
    assert answer.status_code == 200
    content = answer.data
    if name.endswith(".xlsx"):
        rows = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
        content = repr(list(rows)).encode()
    assert not [word for word in (b"diet-", b"access-", b"note-", b"avoided") if word in content]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("name", [*FILES, "export.exe"])
def test_files_are_the_organisers_alone(client: FlaskClient, event: Published, name: str) -> None:
    """A participant's link opens none of them, nor does a made-up one."""
    token = event.own[0].rpartition("/")[2]
    assert client.get(f"/organiser/{token}/equipes/{name}").status_code == 404


def test_an_unknown_format_does_not_exist(client: FlaskClient, event: Published) -> None:
    """404, not an error."""
    assert client.get(f"{event.organiser}/equipes/export.exe").status_code == 404


def test_a_name_that_looks_like_a_formula_stays_text(app: Site, client: FlaskClient, event: Published) -> None:
    """A spreadsheet runs nothing."""
    with app.app_context():
        person_called(app, event.names[0]).name = "=1+1"
        db.session.commit()
    assert "'=1+1" in [row["name"] for row in table(client, event)]


def _pages(content: bytes) -> int:
    assert content.startswith(b"%PDF-")
    return content.count(b"/Type /Page\n")


@pytest.mark.parametrize(("people", "pages"), [(0, 1), (1, 1), (8, 1), (9, 2), (48, 6)])
def test_badges_are_eight_to_a_sheet(people: int, pages: int) -> None:
    """A4, with the site's own face inside the file."""
    badges = [BadgePaper("Événement", f"Personne {at}", "", "Équipe 1", "Défi", "https://x") for at in range(people)]
    content = badges_pdf(badges, "Badges")
    assert _pages(content) == pages
    assert b"595.2756 841.8898" in content
    if people:
        assert b"/FontFile2" in content


@pytest.mark.parametrize(("teams", "pages"), [(0, 1), (1, 1), (2, 1), (3, 2)])
def test_cards_are_two_to_a_sheet(teams: int, pages: int) -> None:
    """However many members, and however long the words."""
    members = [("Anne-Charlotte de Saint-Exupéry-Wojciechowska", "technique")] * 25
    cards = [CardPaper("É" * 200, "Équipe 1", "Défi " * 60, members) for _ in range(teams)]
    assert _pages(table_cards_pdf(cards, "Tables")) == pages


def test_every_letter_of_the_latin_alphabet_has_its_font() -> None:
    """Polish names mix two fonts; a sign that neither has becomes a dot."""
    assert "".join(part for _, part in pieces("Łukasz Œuvrard 🎉", BOLD)) == "Łukasz Œuvrard ·"
    assert len({font for font, _ in pieces("Łukasz", BOLD)}) == 2
    assert width("Łukasz", BOLD, 10) > width("Łuk", BOLD, 10) > 0


def test_long_names_fit() -> None:
    """Cut at spaces and hyphens first, within words last; what is still too long ends with an ellipsis."""
    name = "Anne-Charlotte de Saint-Exupéry"
    for size, most in ((24.0, 2), (24.0, 1)):
        chosen, found = fitted(name, BOLD, (size, 12.0), 120.0, most)
        assert len(found) <= most
        assert all(width(line, BOLD, chosen) <= 120.0 for line in found)
    assert fitted(name, BOLD, (24.0,), 120.0, 1)[1][0].endswith("…")
    assert "".join(lines("x" * 90, REGULAR, 12, 100.0)) == "x" * 90
