"""Every benchmark runs at a small size and says what it measured; times are never tested."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from benchmarks.__main__ import NAMES
from benchmarks.report import ROOT

#: Two minutes on a quiet machine; a busy one is given time.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one small run of all benchmarks wrote, by name."""
    folder = tmp_path_factory.mktemp("results")
    command = (sys.executable, "-m", "benchmarks", "--small", "--results", str(folder))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=850)
    assert done.returncode == 0, done.stderr
    return {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}


@pytest.mark.model
def test_every_benchmark_writes_its_figures(results: dict[str, Any]) -> None:
    """One file each, and it says that its size was small."""
    assert set(results) == set(NAMES)
    assert all(found["small"] for found in results.values())


@pytest.mark.model
@pytest.mark.parametrize("name", NAMES)
def test_figures_can_be_read_without_their_author(results: dict[str, Any], name: str) -> None:
    """Question, command, date, versions, sizes, and each target with its bound and whether it was reached."""
    found = results[name]
    assert found["question"]
    assert found["command"] == f"python -m benchmarks {name} --small"
    assert found["date"].endswith("+00:00")
    assert {"cpu", "cores", "load_1min", "python", "sqlite", "libraries"} <= set(found["environment"])
    assert found["sizes"]
    assert found["measured"]
    assert found["targets"]
    for target in found["targets"]:
        assert target["measured"] > 0
        assert (target["most"] is None) != (target["least"] is None)
        within = (
            target["measured"] <= target["most"] if target["least"] is None else target["measured"] >= target["least"]
        )
        assert target["reached"] is within


def test_an_unknown_name_is_refused_in_one_line() -> None:
    """A typing mistake starts nothing."""
    command = (sys.executable, "-m", "benchmarks", "proposal")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "no such benchmark: proposal" in done.stderr
