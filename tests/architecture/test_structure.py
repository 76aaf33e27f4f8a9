"""Rules of the house that a reader relies on and no other tool checks."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("matcher", "embeddings", "web")

#: Libraries that one file alone of the service may import: everything else goes through it. The recipe that
#: trains the encoder is no part of the service, and no service imports it (import-linter).
ONE_PLACE = {
    "faiss": {"embeddings/faiss_store.py"},
    "sentence_transformers": {"embeddings/encoder.py"},
    "torch": {"embeddings/encoder.py"},
    "ortools": {"matcher/teams/cpsat.py"},
}

#: Imported when they are used, never at the start: each costs between 0.02 s and several seconds.
HEAVY = ("torch", "transformers", "sentence_transformers", "scipy", "faiss", "ortools", "openpyxl")

#: A file longer than this is two files. The house says about 400.
LONGEST = 420


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Top-level names of everything that a file imports, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("library", ONE_PLACE)
def test_heavy_libraries_have_one_door(library: str) -> None:
    """What can be replaced or may be missing is imported in one file."""
    service = (path for path in sources() if "training" not in path.parts)
    users = {path.relative_to(ROOT).as_posix() for path in service if library in imported(path)}
    assert users == ONE_PLACE[library]


def test_views_know_neither_sql_nor_vectors() -> None:
    """A page asks use cases; it writes no statement."""
    views = [path for path in sources() if path.name in {"views.py", "forms.py"}]
    assert len(views) >= 8
    for path in views:
        assert not imported(path) & {"sqlalchemy", "faiss", "numpy"}, path


def test_the_environment_is_read_in_one_file() -> None:
    """Every setting is in web/config.py, with its bounds."""
    for path in sources():
        text = path.read_text("utf-8")
        reads = "getenv(" in text or "os.environ.get(" in text or 'os.environ["PASSERELLE' in text
        assert not reads or path.relative_to(ROOT).as_posix() == "web/config.py", path


def test_files_are_short_and_named_for_their_subject() -> None:
    """No dumping ground, and no file that one cannot hold in one's head."""
    for path in sources():
        if "migrations/versions" in path.as_posix():
            continue
        assert path.stem not in {"utils", "helpers", "common", "misc"}, path
        assert len(path.read_text("utf-8").splitlines()) <= LONGEST, path


def test_importing_the_site_loads_nothing_heavy() -> None:
    """Commands, tests and the first page of a worker start without encoder, index, solver and spreadsheets."""
    code = f"import sys, web, wsgi; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_migrations_follow_each_other_in_one_line() -> None:
    """Each revision has one parent, numbered without a gap."""
    versions = sorted((ROOT / "matcher/store/migrations/versions").glob("[0-9]*.py"))
    numbers = [path.name[:4] for path in versions]
    assert numbers == [f"{number:04}" for number in range(1, len(versions) + 1)]
    for path, before in zip(versions, [None, *numbers[:-1]], strict=True):
        values = {
            target.id: ast.literal_eval(node.value)
            for node in ast.parse(path.read_text("utf-8")).body
            if isinstance(node, ast.Assign)
            and isinstance(target := node.targets[0], ast.Name)
            and target.id in {"revision", "down_revision"}
        }
        assert values["revision"] == path.name[:4]
        assert values["down_revision"] == before
