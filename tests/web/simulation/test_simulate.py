"""The simulation as it is started: real words of mails, real pages behind links, real processes that are killed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from matcher.simulation.population import Size
from web.cli.simulate import group
from web.simulation.kills import survive
from web.simulation.year import live

pytestmark = pytest.mark.timeout(600)


def test_some_weeks_keep_every_promise(tmp_path: Path) -> None:
    """With the words of real mails, written into files, and a scanner that opens their links."""
    outcome = live(Size(organisations=40, needs=60, days=30, seed=2), tmp_path, files=True)
    assert {promise: broken for promise, broken in outcome.checks.items() if broken} == {}
    mails = outcome.figures["mails"]
    assert isinstance(mails, dict)
    assert len(list((tmp_path / "outbox").glob("*.eml"))) >= sum(mails.values())


def test_killed_jobs_lose_nothing_and_send_nothing_twice(tmp_path: Path) -> None:
    """Real processes, ended by SIGKILL while they work."""
    found = survive(tmp_path, organisations=12, kills=2, seed=1)
    assert {promise: broken for promise, broken in found.checks.items() if broken} == {}
    assert found.mails > 0


def test_the_command_says_what_it_found() -> None:
    """Exit status 0, a table of promises, and nothing of the real site is touched."""
    done = CliRunner().invoke(group, ["year", "--organisations", "10", "--needs", "8", "--days", "7"])
    assert done.exit_code == 0, done.output
    assert "kept" in done.output
    assert "broken" not in done.output


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    """Data of a simulation are never mixed with anything."""
    (tmp_path / "kept").write_text("mine")
    done = CliRunner().invoke(group, ["year", "--keep", str(tmp_path)])
    assert done.exit_code == 1
    assert "is not empty" in done.output
