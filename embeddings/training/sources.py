"""Readers of the data folder: parallel text and pairs of question and answer, filtered, capped, clean.

Every reader is deterministic: the same files and seed give the same rows in the same order.
"""

from __future__ import annotations

import csv
import gzip
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from embeddings.training.held_out import (
    ONE_IN,
    ONE_IN_PAIRS,
    HeldOut,
    evaluation_texts,
    is_held_out,
    read_pairs,
)

PARALLEL: Final = "parallel_fr_en.tsv.gz"

#: Most rows of each source in one round of distillation. Chosen: legal French and manuals are far from how
#: associations write, word pairs are noisy; everyday sentences (Tatoeba) and texts of services are read nearly whole.
CAPS: Final = {
    "canada_laws": 20_000,
    "canada_law_terms": 2_000,
    "tatoeba": 110_000,
    "wolf": 10_000,
    "esco": 15_000,
    "django_docs": 8_000,
    "python_docs": 8_000,
}

#: Words of a sentence that teaches something and fits the window. Labels may be shorter.
SHORTEST: Final = {"S": 3, "L": 1, "W": 1}
LONGEST: Final = 120

#: A translation is seldom this many times longer than what it translates.
LONGER: Final = 3.0


@dataclass(frozen=True, slots=True)
class Parallel:
    """A text in both languages. ``tier``: S sentence, L label or term, W word pair."""

    en: str
    fr: str
    source: str
    tier: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and what answers it, in one language or two."""

    query: str
    answer: str


def read_parallel(data: Path) -> list[Parallel]:
    """Every row that passes the filters, in the order of the file."""
    with gzip.open(data / PARALLEL, "rt", encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        listed = (Parallel(row["en"], row["fr"], row["source"], row["tier"]) for row in rows)
        return [row for row in listed if _is_usable(row)]


def _is_usable(row: Parallel) -> bool:
    english, french = len(row.en.split()), len(row.fr.split())
    if row.tier not in SHORTEST or min(english, french) < SHORTEST[row.tier] or max(english, french) > LONGEST:
        return False
    # A "translation" that only repeats the text teaches nothing, unless it is a name or an abbreviation.
    if row.tier == "S" and row.en.casefold() == row.fr.casefold():
        return False
    return max(english, french) <= LONGER * min(english, french) + 3


def held_out_translations(rows: list[Parallel]) -> dict[str, list[Parallel]]:
    """Sentences by source that nobody learns from: what "right translation among 1,000" is measured on."""
    return {
        source: [row for row in rows if row.source == source and row.tier == "S" and is_held_out(row.en, one_in)]
        for source, one_in in ONE_IN.items()
    }


def guard(data: Path, rows: list[Parallel]) -> HeldOut:
    """Everything that must not be learnt, held-out translations included. Cost: about 1 s."""
    translations = [row for listed in held_out_translations(rows).values() for row in listed]
    return HeldOut([*evaluation_texts(data), *(row.en for row in translations), *(row.fr for row in translations)])


def mixed(rows: list[Parallel], held_out: HeldOut, share: float, seed: int) -> list[Parallel]:
    """Rows to distil from: at most ``share`` of the cap of each source, equal texts once, shuffled."""
    drawn = list(rows)
    random.Random(seed).shuffle(drawn)  # noqa: S311 - a reproducible draw, nothing secret
    present = Counter(row.source for row in rows)
    taken: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    kept = []
    for row in drawn:
        cap = min(CAPS.get(row.source, len(rows)), present[row.source]) * share
        key = (row.en.casefold(), row.fr.casefold())
        if taken[row.source] >= cap or key in seen or held_out.repeats(row.en) or held_out.repeats(row.fr):
            continue
        taken[row.source] += 1
        seen.add(key)
        kept.append(row)
    return kept


def read_answers(data: Path, held_out: HeldOut, most: int, seed: int) -> dict[str, list[Pair]]:
    """Pairs of question and answer by source, at most ``most`` of each, without the held-out fifth."""
    found = {
        "piaf": list(_pairs(data, "piaf_question_paragraph_fr")),
        "esco": list(_pairs(data, "esco_label_description", "query_fr")),
        "rome": list(_pairs(data, "rome_appellation_metier_fr")),
        "volunteer_skills": list(_pairs(data, "jeveuxaider_skill_group_fr")),
    }
    for pairs in found.values():
        random.Random(seed).shuffle(pairs)  # noqa: S311 - as above
    return {source: [pair for pair in pairs if not _repeats(pair, held_out)][:most] for source, pairs in found.items()}


def _repeats(pair: Pair, held_out: HeldOut) -> bool:
    return held_out.repeats(pair.query) or held_out.repeats(pair.answer)


def _pairs(data: Path, name: str, field: str = "query") -> Iterator[Pair]:
    """Split by the answer, so that two questions about one text are on the same side."""
    for row in read_pairs(data, name):
        if row.get(field) and row.get("positive") and not is_held_out(row["positive"], ONE_IN_PAIRS):
            yield Pair(row[field], row["positive"])
