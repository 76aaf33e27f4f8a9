"""The thirty fixed problems: ``python -m benchmarks.teams.instances`` writes them, and the tests check that they stay.

Those of up to 200 people are stored as the generator made them; those of 2000 are made again from their seed. All are
known by the checksum of their text in ``problems/index.json``: a change of the generator that changes a problem is
noticed, and the results of before are then results of other problems.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from itertools import chain, product
from pathlib import Path
from typing import Any, Final

from benchmarks.teams.generator import Kind, Recipe, generate
from matcher.teams.files import problem_from_text, problem_text
from matcher.teams.problem import Problem

FOLDER: Final = Path(__file__).parent / "problems"
COMMAND: Final = "python -m benchmarks.teams.instances"
#: Problems of more people are not stored: 2 MB each.
STORED: Final = 200
#: How many of each kind by number of people.
COUNTS: Final = {20: 2, 60: 2, 200: 1, 2000: 1}


@dataclass(frozen=True, slots=True)
class Instance:
    """One of the thirty."""

    recipe: Recipe

    @property
    def name(self) -> str:
        """As files and results call it."""
        return f"{self.recipe.people:04}-{self.recipe.kind}-{self.recipe.seed}"

    @property
    def stored(self) -> bool:
        """Whether a file holds it."""
        return self.recipe.people <= STORED

    @property
    def path(self) -> Path:
        """Where it is, if it is stored."""
        return FOLDER / f"{self.name}.json"

    def text(self) -> str:
        """The problem as JSON, from its file or made again."""
        return self.path.read_text("utf-8") if self.stored else problem_text(generate(self.recipe))

    def problem(self) -> Problem:
        """The problem; raises ValueError when it is not the one that the index knows."""
        text = self.text()
        if checksum(text) != index()[self.name]["sha256"]:
            raise ValueError(f"{self.name} is not the problem that {FOLDER.name}/index.json knows")
        return problem_from_text(text)


INSTANCES: Final = tuple(
    Instance(Recipe(people, kind, seed))
    for people, kind, seed in chain.from_iterable(
        product([people], Kind, range(1, count + 1)) for people, count in COUNTS.items()
    )
)


def checksum(text: str) -> str:
    """SHA-256 of the text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def index() -> dict[str, dict[str, Any]]:
    """What is known of each instance, by its name."""
    known: dict[str, dict[str, Any]] = json.loads((FOLDER / "index.json").read_text("utf-8"))["instances"]
    return known


def main() -> None:
    """Make all instances and write them with their index."""
    FOLDER.mkdir(exist_ok=True)
    known = {}
    for instance in INSTANCES:
        text = problem_text(generate(instance.recipe))
        if instance.stored:
            instance.path.write_text(text, "utf-8")
        recipe = instance.recipe
        known[instance.name] = {
            "people": recipe.people,
            "kind": recipe.kind,
            "seed": recipe.seed,
            "stored": instance.stored,
            "sha256": checksum(text),
        }
    written = json.dumps({"command": COMMAND, "instances": known}, indent=1) + "\n"
    (FOLDER / "index.json").write_text(written, "utf-8")


if __name__ == "__main__":
    main()
