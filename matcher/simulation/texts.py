"""Postings of the simulated territory, drawn from those of the demonstration.

Each one takes its conditions from one posting and a sentence from another on the same theme, so that words are shared
as they are in life. Some needs are written clumsily: in a hurry, without a word too many.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from random import Random
from typing import Any, Final

from matcher.postings.seed import DEMO_FOLDER
from matcher.text import split_sentences

#: Dates of the demonstration are days from its own beginning; the service gives each posting its usual life.
_LEFT_OUT: Final = frozenset(
    {"key", "organisation", "deadline", "starts_on", "expires_on", "available_from", "paused_until"}
)
#: What an organisation keeps of the one that it is drawn from.
_KEPT: Final = ("family", "organisation_type", "place", "size_band", "language")
#: Share of needs that are written clumsily.
CLUMSY: Final = 0.12
_CLUMSY_WORDS: Final = (
    "bonjour on cherche quelqu un pour {title} merci de rappeler",
    "besoin urgent {title} !!! pas de budget, contactez moi svp",
    "{title} {title} voir avec la présidente elle saura expliquer",
)


def need_values(random: Random) -> dict[str, Any]:
    """Fields of a need as a form sends them."""
    values = _mixed(random, "needs", "problem")
    if random.random() < CLUMSY:
        said = random.choice(_CLUMSY_WORDS).format(title=values["title"].lower())
        kept: dict[str, Any] = {name: values[name] for name in ("language", "place", "themes") if name in values}
        return {**kept, "title": values["title"][:40], "problem": said}
    return values


def offer_values(random: Random) -> dict[str, Any]:
    """Fields of an offer as a form sends them."""
    return _mixed(random, "offers", "description")


def organisation_values(random: Random, number: int, *, producer: bool) -> dict[str, Any]:
    """Fields of an organisation: what it is comes from the demonstration, its name and address are numbers."""
    row = random.choice([row for row in _rows("organisations") if (row["family"] != "user_sector") is producer])
    return {
        **{name: row[name] for name in _KEPT if name in row},
        "name": f"Organisation {number}",
        "contact_name": f"Personne {number}",
        "contact_email": f"contact-{number}@example.org",
    }


def _mixed(random: Random, name: str, text: str) -> dict[str, Any]:
    row = random.choice(_rows(name))
    theme = random.choice(row.get("themes") or [""])
    other = random.choice(_by_theme(name).get(theme) or [row])
    values = {field: value for field, value in row.items() if field not in _LEFT_OUT}
    if other is not row and other["language"] == row["language"]:
        sentence = random.choice(split_sentences(other[text]))
        values[text] = f"{row[text]} {sentence}"[:1900]
    return values


@cache
def _rows(name: str) -> Sequence[Mapping[str, Any]]:
    lines = (DEMO_FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


@cache
def _by_theme(name: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    found = defaultdict(list)
    for row in _rows(name):
        for theme in row.get("themes") or ():
            found[theme].append(row)
    return found
