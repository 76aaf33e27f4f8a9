"""What the documents tell people to type exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from web import create_app
from web.config import Environment, Settings

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands(pattern: str) -> list[tuple[str, str]]:
    """(document, command) for everything between back-quotes or on a line of its own that fits ``pattern``."""
    found = []
    for path in DOCUMENTS:
        text = path.read_text("utf-8")
        quoted = [line for block in re.findall(r"```\w*\n(.*?)```", text, re.S) for line in block.splitlines()]
        quoted += re.findall(r"`([^`\n]+)`", text)
        found += [(path.name, match.group(1)) for line in quoted if (match := re.search(pattern, line))]
    return sorted(set(found))


def test_every_make_target_that_is_told_exists() -> None:
    """README, guides and contributing name real targets."""
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    told = {command for _, command in commands(r"\bmake ([a-z][a-z0-9-]*)")}
    assert {"demo", "test"} <= told <= targets


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> click.Group:
    """The command line of the site."""
    return create_app(Settings(environment=Environment.TESTING, var_dir=tmp_path_factory.mktemp("var"))).cli


def test_every_flask_command_that_is_told_exists(cli: click.Group) -> None:
    """Group, command and options of each told line are known."""
    told = commands(r"flask --app wsgi ((?!-)[^|>#]+)")
    assert len(told) >= 4
    for document, line in told:
        command: click.Command = cli
        for word in shlex.split(line):
            context = click.Context(command)
            if word.startswith("--"):
                names = {name for parameter in command.get_params(context) for name in parameter.opts}
                assert word.split("=")[0] in names, f"{document}: {line}"
            elif isinstance(command, click.Group) and word != "…":
                inner = command.get_command(context, word)
                assert inner is not None, f"{document}: {line}"
                command = inner


def test_links_between_documents_lead_somewhere() -> None:
    """No dead relative link, pictures included."""
    for path in DOCUMENTS:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
