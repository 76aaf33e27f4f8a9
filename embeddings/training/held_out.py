"""What must never be learnt: texts of the evaluation sets, and whatever repeats a part of them."""

from __future__ import annotations

import csv
import gzip
import json
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

#: Sets that are only ever measured on, with the fields that hold texts.
NEVER_LEARNT: Final = {
    "beta_need_offer_fr": ("query", "positive"),
    "plain_needs": ("fr", "en"),
    "service_public_qr_fr": ("query", "positive"),
    "aides_territoires_titre_descriptif_fr": ("query", "positive"),
}
STS: Final = ("stsb-fr-dev.tsv", "stsb-en-dev.tsv")

#: A text that shares this many words in a row with a held-out one repeats it. Chosen: at 8, what was found in
#: the corpus were turns of phrase ("ce que j'ai le droit de faire").
RUN: Final = 10

#: One row in this many of a source that is also learnt from is held out, by the hash of its first text.
#: Of 142,344 and 6,017 rows this leaves about 1,000 each, of the others a fifth.
ONE_IN: Final = {"tatoeba": 140, "cds_canada": 6}
ONE_IN_PAIRS: Final = 5


def words(text: str) -> list[str]:
    """Words without case, accents and punctuation.

    >>> words("L’épicerie, hélas !")
    ['l', 'epicerie', 'helas']
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W_]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))


def is_held_out(text: str, one_in: int) -> bool:
    """Whether a row is kept for measuring: one in ``one_in``, the same ones on every machine."""
    return zlib.crc32(" ".join(words(text)).encode()) % one_in == 0


class HeldOut:
    """Finds texts that equal a held-out one, or share :data:`RUN` words in a row with it.

    >>> guard = HeldOut(["Le samedi on n'a jamais personne pour ouvrir la boutique."])
    >>> guard.repeats("LE SAMEDI, ON N'A JAMAIS PERSONNE POUR OUVRIR LA BOUTIQUE")
    True
    >>> guard.repeats("Personne pour ouvrir la boutique")
    False
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._whole: set[int] = set()
        self._runs: set[int] = set()
        for text in texts:
            listed = words(text)
            self._whole.add(hash(tuple(listed)))
            self._runs.update(_runs(listed))

    def repeats(self, text: str) -> bool:
        """Whether ``text`` must not be learnt from. Cost: linear in its words."""
        listed = words(text)
        return hash(tuple(listed)) in self._whole or any(run in self._runs for run in _runs(listed))


def _runs(listed: list[str]) -> Iterator[int]:
    return (hash(tuple(listed[at : at + RUN])) for at in range(len(listed) - RUN + 1))


def evaluation_texts(data: Path) -> Iterator[str]:
    """Texts of every set that is never learnt from. ``data`` holds ``pairs_dev``."""
    for name, fields in NEVER_LEARNT.items():
        for row in read_pairs(data, name):
            yield from (row[field] for field in fields)
    for name in STS:
        with (data / "pairs_dev" / name).open(encoding="utf-8", newline="") as file:
            for first, second, _ in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                yield from (first, second)


def read_pairs(data: Path, name: str) -> list[dict[str, Any]]:
    """Rows of ``pairs_dev/<name>.jsonl``, plain or gzipped. Raises FileNotFoundError."""
    path = data / "pairs_dev" / f"{name}.jsonl"
    if not path.is_file():
        path = path.with_suffix(".jsonl.gz")
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in raw.decode("utf-8").split("\n") if line.strip()]
