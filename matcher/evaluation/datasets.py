"""Golden sets: queries, documents, and which answers which.

Readers for the pair files of the shared data folder (`pairs_dev`; one JSON object a line, plain or
gzipped). They serve development, fitting of a dozen weights, and tests; the embedding model is never
trained on them.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

NEED_OFFER: Final = "beta_need_offer_fr"
PLAIN_NEEDS: Final = "plain_needs"


class GoldenSetError(ValueError):
    """A golden set is absent or does not hold what its kind promises. The message says what to do."""


class Text(NamedTuple):
    """A text of a golden set: its key, its words and its language (``"fr"`` or ``"en"``)."""

    key: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class GoldenSet:
    """Queries, documents and grades.

    `relevant` maps a query key to its documents' grades (above 0; 1 where labels are yes or no).
    Documents that nobody judged count as not relevant: figures are lower bounds.
    """

    name: str
    queries: tuple[Text, ...]
    documents: tuple[Text, ...]
    relevant: Mapping[str, Mapping[str, float]]

    def __post_init__(self) -> None:
        known = {document.key for document in self.documents}
        for query in self.queries:
            grades = self.relevant.get(query.key, {})
            if not grades or not known.issuperset(grades):
                raise GoldenSetError(
                    f"{self.name}: query {query.key!r} needs a relevant document, and one that the set holds."
                )

    def grades(self) -> NDArray[np.float64]:
        """Grades as a matrix, shape (queries, documents), in the order of the two tuples."""
        place = {document.key: at for at, document in enumerate(self.documents)}
        matrix = np.zeros((len(self.queries), len(self.documents)))
        for row, query in enumerate(self.queries):
            for key, grade in self.relevant[query.key].items():
                matrix[row, place[key]] = grade
        return matrix


def read_need_offer(folder: Path) -> GoldenSet:
    """French digital services: the problem they were built for -> what they offer (280 pairs)."""
    rows = _rows(folder, NEED_OFFER)
    return _one_to_one(
        NEED_OFFER,
        queries=(Text(row["doc_id"], row["query"], "fr") for row in rows),
        documents=_offers(rows),
    )


def read_plain_needs(folder: Path, language: str) -> GoldenSet:
    """Needs in a small organisation's plain words (110, ``"fr"`` or ``"en"``) -> the same 280 offers."""
    if language not in {"fr", "en"}:
        raise GoldenSetError(f"The plain needs are written in fr and en, not in {language!r}.")
    return _one_to_one(
        f"{PLAIN_NEEDS}_{language}",
        queries=(Text(row["doc_id"], row[language], language) for row in _rows(folder, PLAIN_NEEDS)),
        documents=_offers(_rows(folder, NEED_OFFER)),
    )


def read_corpus_needs(folder: Path, splits: Collection[str], asked: str, told: str) -> GoldenSet:
    """Needs of whole themes of the open corpus -> all offers of those themes, in the languages `asked` and `told`.

    `folder` is the corpus (its README says what is in it). Only splits that the encoder did not learn from measure
    anything: ``"dev"`` and ``"test"``.
    """
    path = folder / "splits.csv"
    if not path.is_file():
        raise GoldenSetError(f"The corpus of needs and offers was not found in {folder}.")
    with path.open(encoding="utf-8", newline="") as file:
        themes = [row["theme"] for row in csv.DictReader(file) if row["split"] in splits]
    needs = [row for theme in themes for row in _rows(folder / "needs", theme)]
    offers = [row for theme in themes for row in _rows(folder / "offers", theme)]
    return GoldenSet(
        name=f"corpus_{asked}_{told}",
        queries=tuple(Text(row["id"], row[asked], asked) for row in needs),
        documents=tuple(Text(row["id"], row[told], told) for row in offers),
        relevant={row["id"]: dict.fromkeys(row["answers"], 1.0) for row in needs},
    )


def read_need_offer_labels(folder: Path, most: int = 25) -> GoldenSet:
    """One- to three-word labels -> the offers that carry them (free-text searches, several answers).

    Labels carried by more than `most` offers are too wide to be an answer and are left out.
    """
    rows = _rows(folder, NEED_OFFER)
    carriers: dict[str, dict[str, float]] = {}
    for row in rows:
        for label in row["labels"]:
            carriers.setdefault(label.strip().lower(), {})[row["doc_id"]] = 1.0
    kept = {label: offers for label, offers in carriers.items() if len(offers) <= most}
    return GoldenSet(
        name=f"{NEED_OFFER}_labels",
        queries=tuple(Text(label, label, "fr") for label in kept),
        documents=tuple(_offers(rows)),
        relevant=kept,
    )


def read_pairs(
    folder: Path,
    name: str,
    *,
    most: int,
    query_field: str = "query",
    query_language: str = "fr",
    document_language: str = "fr",
    seed: int = 1,
) -> GoldenSet:
    """Read at most `most` pairs, drawn with `seed`, of a file of query and positive.

    Equal texts are one document, so that two queries with the same answer do not compete.
    """
    rows = [row for row in _rows(folder, name) if row.get(query_field) and row.get("positive")]
    random.Random(seed).shuffle(rows)  # noqa: S311  # a reproducible draw, nothing secret
    documents: dict[str, str] = {}
    queries, relevant = [], {}
    for at, row in enumerate(rows[:most]):
        document = documents.setdefault(row["positive"], str(len(documents)))
        queries.append(Text(str(at), row[query_field], query_language))
        relevant[str(at)] = {document: 1.0}
    return GoldenSet(
        name=name,
        queries=tuple(queries),
        documents=tuple(Text(key, text, document_language) for text, key in documents.items()),
        relevant=relevant,
    )


def file_of(folder: Path, name: str) -> Path:
    """The file that holds a set, plain or gzipped.

    Raises
    ------
    GoldenSetError
        When the folder has neither.
    """
    for suffix in (".jsonl", ".jsonl.gz"):
        path = folder / f"{name}{suffix}"
        if path.is_file():
            return path
    raise GoldenSetError(
        f"The golden set {name} was not found in {folder}: give the folder of labelled pairs (pairs_dev)."
    )


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file, noted beside the weights that were fitted on it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _rows(folder: Path, name: str) -> list[dict[str, Any]]:
    path = file_of(folder, name)
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    try:
        return [json.loads(line) for line in raw.decode("utf-8").split("\n") if line.strip()]
    except ValueError as error:
        raise GoldenSetError(f"{path.name} is not one JSON object a line: {error}.") from error


def _offers(rows: Iterable[dict[str, Any]]) -> tuple[Text, ...]:
    return tuple(Text(row["doc_id"], row["positive"], "fr") for row in rows)


def _one_to_one(name: str, queries: Iterable[Text], documents: tuple[Text, ...]) -> GoldenSet:
    """A set whose queries carry the key of the one document that answers them."""
    listed = tuple(queries)
    return GoldenSet(name, listed, documents, {query.key: {query.key: 1.0} for query in listed})
