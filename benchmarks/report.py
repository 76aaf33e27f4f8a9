"""Figures with everything needed to read them later: versions, processor, date, command."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"

LIBRARIES = ("faiss-cpu", "flask", "gunicorn", "numpy", "sentence-transformers", "sqlalchemy", "torch")


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that was asked for. ``most`` or ``least`` is the bound, whichever is set."""

    what: str
    measured: float
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def reached(self) -> bool:
        """True when the measured figure is within its bound."""
        return (self.most is None or self.measured <= self.most) and (self.least is None or self.measured >= self.least)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a benchmark found: ``sizes`` of what was measured, ``measured`` values by name, and the targets."""

    question: str
    sizes: dict[str, Any]
    measured: dict[str, Any]
    targets: Sequence[Target]


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """Mean, p50, p95 and the largest, rounded to three digits after the point."""
    array = np.asarray(values, dtype=np.float64)
    found = {
        "mean": array.mean(),
        "p50": np.percentile(array, 50),
        "p95": np.percentile(array, 95),
        "max": array.max(),
    }
    return {name: round(float(value), 3) for name, value in found.items()} | {"n": int(array.size)}


def document(name: str, figures: Figures, *, small: bool) -> dict[str, Any]:
    """Everything that is written: the figures and what they were measured with."""
    return {
        "name": name,
        "question": figures.question,
        "small": small,
        "command": f"python -m benchmarks {name}{' --small' if small else ''}",
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "environment": _environment(),
        "sizes": figures.sizes,
        "measured": figures.measured,
        "targets": [asdict(target) | {"reached": target.reached} for target in figures.targets],
    }


def write(found: dict[str, Any], folder: Path) -> None:
    """Write ``<name>.json`` into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    (folder / f"{found['name']}.json").write_text(text, "utf-8")


def show(found: dict[str, Any]) -> None:
    """Print the targets as a table, and every figure below it."""
    console = Console()
    table = Table("figure", "measured", "target", "", title=found["question"], title_justify="left")
    for target in found["targets"]:
        bound = f"<= {target['most']:g}" if target["most"] is not None else f">= {target['least']:g}"
        verdict = "reached" if target["reached"] else "missed"
        table.add_row(target["what"], f"{target['measured']:.3g} {target['unit']}", bound, verdict)
    console.print(table)
    console.print(f"sizes {found['sizes']}")
    for name, value in found["measured"].items():
        console.print(f"{name}: {value}")
    console.print()


def _environment() -> dict[str, Any]:
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "nice": os.nice(0),
        "load_1min": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "commit": _commit(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _commit() -> str | None:
    command = ("git", "rev-parse", "--short", "HEAD")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or None
