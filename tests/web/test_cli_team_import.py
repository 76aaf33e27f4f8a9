"""``flask teams import``: people of a file into an event, or into a problem without any event."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask_babel import force_locale
from sqlalchemy import select

from matcher.store import Registration
from matcher.teams.files import plan_from_text, problem_from_text
from tests.hackathons import make_challenge, make_hackathon
from web.assets import Site
from web.wiring import db

FILES = Path(__file__).parents[1] / "matcher" / "registrations_files"
CANONICAL = FILES / "canonique.csv"

Run = Callable[..., Result]


@pytest.fixture
def run(app: Site) -> Run:
    """A command of the site, in English."""
    runner = app.test_cli_runner()

    def invoke(*arguments: object) -> Result:
        with app.app_context(), force_locale("en"):
            return runner.invoke(args=["teams", *map(str, arguments)], env={"COLUMNS": "200"})

    return invoke


@pytest.fixture
def event(app: Site) -> int:
    """Number of an event."""
    with app.app_context():
        hackathon = make_hackathon(db.session)
        make_challenge(db.session, hackathon, "Un four solaire")
        return hackathon.id


def names(app: Site) -> list[str]:
    """Everybody who is registered."""
    with app.app_context():
        return sorted(db.session.scalars(select(Registration.name)))


def test_people_of_a_file_are_registered_once(app: Site, run: Run, event: int) -> None:
    """The second time nobody is written; refused rows make the exit code 1."""
    first = run("import", event, CANONICAL)
    assert first.exit_code == 1, first.output
    assert "2 people have been written" in first.output
    assert names(app) == ["Ada Essai", "Bo Modèle"]
    assert "0 people have been written" in run("import", event, CANONICAL).output


def test_a_dry_run_writes_nothing_but_the_file_of_rejects(app: Site, run: Run, event: int, tmp_path: Path) -> None:
    """It says so, and gives the rows back with their reason."""
    rejects = tmp_path / "rejects.csv"
    told = run("import", event, FILES / "helloasso.csv", "--dry-run", "--rejects", rejects)
    assert told.exit_code == 0, told.output
    assert "this was a dry run" in told.output
    assert names(app) == []
    rows = list(csv.reader(io.StringIO(rejects.read_text("utf-8-sig")), delimiter=";"))
    assert [row[-1] for row in rows] == [
        "Why",
        "Its state is “Remboursé”: this person does not come.",
        "The same person is on line 2.",
    ]


def test_a_column_can_be_told(app: Site, run: Run, event: int, tmp_path: Path) -> None:
    """A wrong header or field is a wrong command line."""
    path = tmp_path / "people.csv"
    path.write_text("Qui vient;Couleur\nAda Essai;bleu\n", "utf-8")
    unnamed = run("import", event, path)
    assert unnamed.exit_code == 2
    assert "No column holds names of people" in unnamed.output
    assert run("import", event, path, "--mapping", "Qui vient=name").exit_code == 0
    assert names(app) == ["Ada Essai"]
    for wrong in ("Who=name", "Couleur=blue", "Couleur"):
        assert run("import", event, path, "--mapping", wrong).exit_code == 2


def test_a_file_becomes_a_problem_that_can_be_solved(run: Run, tmp_path: Path) -> None:
    """No event and no database row: the table goes in, teams of everybody come out."""
    problem, plan = tmp_path / "problem.json", tmp_path / "plan.json"
    made = run("import", CANONICAL, "--output", problem, "--sizes", 1, 2, 3)
    assert made.exit_code == 0, made.output
    assert "People: 3. Challenges: 3." in made.output
    people = {each.id for each in problem_from_text(problem.read_text("utf-8")).participants}
    formed = run("form", problem, "--iterations", 500, "--time", 30, "--output", plan)
    assert formed.exit_code == 0, formed.output
    assert set(plan_from_text(plan.read_text("utf-8")).assignment) == people


def test_teams_are_formed_from_a_table_directly(run: Run, tmp_path: Path) -> None:
    """``form`` and ``check`` take the table in place of a problem."""
    table, plan = tmp_path / "people.csv", tmp_path / "plan.json"
    rows = "\n".join(f"Personne Inventée {letter};{'Eau' if letter < 'D' else 'Sol'}" for letter in "ABCDEF")
    table.write_text(f"Nom;Défi\n{rows}\n", "utf-8")
    formed = run("form", table, "--iterations", 500, "--time", 30, "--output", plan)
    assert formed.exit_code == 0, formed.output
    assert run("check", table, plan).exit_code == 0


def test_wishes_to_avoid_are_not_told_on_the_terminal(run: Run, tmp_path: Path) -> None:
    """A name that nobody bears is counted, not said."""
    table = tmp_path / "people.csv"
    table.write_text("Nom;Défi;Éviter\nAda Essai;Eau;Secrète Personne\nBo Modèle;Eau;\n", "utf-8")
    told = run("import", table, "--output", tmp_path / "problem.json")
    assert "Secrète" not in told.output
    assert "name nobody here: 1" in told.output


@pytest.mark.parametrize("arguments", [(), ("1",), ("1", "2", "3"), (str(CANONICAL),)])
def test_a_wrong_command_line_is_told(run: Run, arguments: tuple[str, ...]) -> None:
    """An event and a file, or a file and --output; nothing else."""
    assert run("import", *arguments).exit_code == 2


def test_a_missing_event_or_file_is_one_sentence(run: Run, event: int, tmp_path: Path) -> None:
    """No traceback."""
    for arguments in ((9999, CANONICAL), ("x", CANONICAL), (event, tmp_path / "none.csv")):
        result = run("import", *arguments)
        assert result.exit_code == 1
        assert result.output.startswith("Error: ")
