"""The open corpus of needs and offers: read, split by theme, checked.

One file a theme in ``corpus/needs`` and in ``corpus/offers``; ``corpus/README.md`` is its data card. A
theme belongs whole to one split, so that nothing about a dev or test theme is ever learnt by heart.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

CORPUS: Final = Path(__file__).parent / "corpus"

LANGUAGES: Final = ("fr", "en")

#: Who tells a need, and who makes an offer.
VOICES: Final = frozenset(
    {"volunteer", "employee", "manager", "elected", "farmer", "artist", "carer", "parent", "user", "teacher"}
    | {"craftsperson", "resident", "young", "retired", "social_worker", "board_member"}
)
PRODUCERS: Final = frozenset(
    ("company", "startup", "freelancer", "school", "lab", "place", "funder", "free_software", "association")
)

Split = Literal["train", "dev", "test"]

#: Two texts that share more than this part of their word beginnings say the same. Chosen: reading the
#: pairs above it found repetitions, those below it did not.
SAME: Final = 0.5


class CorpusError(ValueError):
    """A line of the corpus is not what it should be. The message names file and line."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a producer proposes: ``kind`` is a code of ``kinds.csv``, ``by`` one of PRODUCERS."""

    id: str
    theme: str
    kind: str
    by: str
    fr: str
    en: str

    def text(self, language: str) -> str:
        """The offer in ``"fr"`` or ``"en"``."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Need:
    """What somebody lives: ids of one to three offers that answer it, and of two that only seem to."""

    id: str
    theme: str
    voice: str
    fr: str
    en: str
    answers: tuple[str, ...]
    wrong: tuple[str, ...]

    def text(self, language: str) -> str:
        """The need in ``"fr"`` or ``"en"``: told twice, not translated."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True)
class Corpus:
    """Needs and offers in the order of their files, and the split of each theme."""

    needs: tuple[Need, ...]
    offers: tuple[Offer, ...]
    splits: Mapping[str, Split]

    @cached_property
    def offer(self) -> dict[str, Offer]:
        """Offers by id."""
        return {offer.id: offer for offer in self.offers}

    def part(self, split: Split) -> Corpus:
        """The themes of one split."""
        return Corpus(
            tuple(need for need in self.needs if self.splits[need.theme] == split),
            tuple(offer for offer in self.offers if self.splits[offer.theme] == split),
            {theme: own for theme, own in self.splits.items() if own == split},
        )


def read_corpus(folder: Path = CORPUS) -> Corpus:
    """Read every theme of ``folder``. Raises CorpusError."""
    splits: dict[str, Split] = {}
    with (folder / "splits.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["split"] not in {"train", "dev", "test"}:
                raise CorpusError(f"splits.csv: {row['theme']} is in no known split")
            splits[row["theme"]] = row["split"]  # type: ignore[assignment]
    offers = tuple(offer for theme in splits for offer in _offers(folder / "offers" / f"{theme}.jsonl", theme))
    needs = tuple(need for theme in splits for need in _needs(folder / "needs" / f"{theme}.jsonl", theme))
    return Corpus(needs, offers, splits)


def _offers(path: Path, theme: str) -> Iterator[Offer]:
    for where, row in _rows(path):
        try:
            yield Offer(theme=theme, **row)
        except TypeError as error:
            raise CorpusError(f"{where}: {error}") from error


def _needs(path: Path, theme: str) -> Iterator[Need]:
    for where, row in _rows(path):
        try:
            row["answers"], row["wrong"] = tuple(row["answers"]), tuple(row["wrong"])
            yield Need(theme=theme, **row)
        except (KeyError, TypeError) as error:
            raise CorpusError(f"{where}: {error}") from error


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            where = f"{path.parent.name}/{path.name}:{number}"
            try:
                row = json.loads(line)
            except ValueError as error:
                raise CorpusError(f"{where}: {error}") from error
            yield where, row


def problems(corpus: Corpus, kinds: Iterable[str]) -> list[str]:
    """Everything that breaks a promise of the data card, one sentence each; empty when all is well.

    Cost: every pair of texts of a theme is compared, about 2 s for the whole corpus.
    """
    known = set(kinds)
    found = [
        f"{offer.id}: kind {offer.kind!r} or producer {offer.by!r} is not in the lists"
        for offer in corpus.offers
        if offer.kind not in known or offer.by not in PRODUCERS
    ]
    for kind, ids in (("offer", [row.id for row in corpus.offers]), ("need", [row.id for row in corpus.needs])):
        found += [f"{kind} {name} is there twice" for name, count in Counter(ids).items() if count > 1]
    answered: set[str] = set()
    for need in corpus.needs:
        answered.update(need.answers)
        found += _need_problems(need, corpus.offer)
    found += [f"{offer.id} answers no need" for offer in corpus.offers if offer.id not in answered]
    for theme in corpus.splits:
        found += _repetitions(row for rows in (corpus.needs, corpus.offers) for row in rows if row.theme == theme)
    return found


def _need_problems(need: Need, offers: Mapping[str, Offer]) -> Iterator[str]:
    if need.voice not in VOICES:
        yield f"{need.id}: voice {need.voice!r} is not in the list"
    if not 1 <= len(need.answers) <= 3 or len(need.wrong) != 2 or set(need.answers) & set(need.wrong):
        yield f"{need.id}: expected one to three answers and two others that are wrong"
    for name in (*need.answers, *need.wrong):
        if name not in offers or offers[name].theme != need.theme:
            yield f"{need.id}: {name} is no offer of its theme"


def _repetitions(rows: Iterable[Need | Offer]) -> Iterator[str]:
    beginnings = [(row.id, {language: _beginnings(row.text(language)) for language in LANGUAGES}) for row in rows]
    for at, (name, own) in enumerate(beginnings):
        for other, others in beginnings[:at]:
            for language in LANGUAGES:
                both = own[language] & others[language]
                if len(both) > SAME * len(own[language] | others[language]):
                    yield f"{name} and {other} say the same ({language})"


def _beginnings(text: str) -> set[str]:
    """First six letters of the words of four letters and more: enough to tell a repeated text."""
    return {word[:6] for word in re.findall(r"[^\W\d_]{4,}", text.lower())}


def read_kinds(folder: Path = CORPUS) -> list[str]:
    """Codes of the kinds of digital answer."""
    with (folder / "kinds.csv").open(encoding="utf-8", newline="") as file:
        return [row["code"] for row in csv.DictReader(file)]
