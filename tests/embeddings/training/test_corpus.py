"""The corpus keeps what its data card promises."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from embeddings.training.corpus import (
    CORPUS,
    Corpus,
    CorpusError,
    Need,
    Offer,
    problems,
    read_corpus,
    read_kinds,
)
from embeddings.training.held_out import HeldOut, evaluation_texts

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """All of it."""
    return read_corpus()


def test_it_is_as_large_and_as_wide_as_it_says(corpus: Corpus) -> None:
    """At least 2,500 needs, 60 themes and 40 kinds of answer, none of them neglected."""
    kinds = Counter(offer.kind for offer in corpus.offers)
    needs = Counter(need.theme for need in corpus.needs)
    assert len(corpus.needs) >= 2500
    assert len(needs) >= 60
    assert min(needs.values()) >= 40
    assert len(kinds) >= 40
    assert min(kinds.values()) >= 15


def test_every_line_is_as_promised(corpus: Corpus) -> None:
    """Known kinds and voices, answers and wrong ones of the same theme, no repetition, no idle offer."""
    assert problems(corpus, read_kinds()) == []


def test_a_theme_is_in_one_split(corpus: Corpus) -> None:
    """Train, dev and test share no theme, no need and no offer, and none is empty."""
    parts = [corpus.part(split) for split in ("train", "dev", "test")]
    themes = [set(part.splits) for part in parts]
    assert set.union(*themes) == set(corpus.splits)
    assert sum(map(len, themes)) == len(corpus.splits)
    assert all(len(part.needs) >= 160 and len(part.offers) >= 96 for part in parts)
    assert not set(parts[0].offer) & (set(parts[1].offer) | set(parts[2].offer))


def test_needs_are_of_all_lengths(corpus: Corpus) -> None:
    """Text messages, a few lines, and letters: each at least a fifth, a third and a tenth of the needs."""
    words = [len(need.fr.split()) for need in corpus.needs]
    share = Counter("short" if count <= 15 else "medium" if count <= 45 else "long" for count in words)
    assert share["short"] >= len(words) / 5
    assert share["medium"] >= len(words) / 3
    assert share["long"] >= len(words) / 10
    assert len({need.voice for need in corpus.needs}) == 16


@pytest.mark.skipif(not DATA.is_dir(), reason="the evaluation sets (../shared/data) are absent")
def test_it_repeats_no_evaluation_text(corpus: Corpus) -> None:
    """No text equals one of the evaluation sets, or shares ten words in a row with it."""
    guard = HeldOut(evaluation_texts(DATA))
    texts = [(row.id, text) for rows in (corpus.needs, corpus.offers) for row in rows for text in (row.fr, row.en)]
    assert [name for name, text in texts if guard.repeats(text)] == []


def small(**changes: object) -> Corpus:
    """Two offers and a need that they answer or seem to."""
    offers = tuple(
        Offer(f"o{at}", "food_aid", "website", "startup", *texts)
        for at, texts in enumerate(
            [("Sites simples", "Simple sites"), ("Tournées", "Rounds"), ("Paie", "Payroll"), ("Vidéo", "Film")]
        )
    )
    need = {"id": "n1", "theme": "food_aid", "voice": "parent", "fr": "Introuvables.", "en": "Nobody finds us."}
    need |= {"answers": ("o0",), "wrong": ("o1", "o2")} | changes
    rest = Need("n2", "food_aid", "parent", "Autre chose.", "Something else.", ("o1", "o2", "o3"), ("o0", "o0"))
    return Corpus((Need(**need), rest), offers, {"food_aid": "train"})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"voice": "robot"}, "n1: voice 'robot' is not in the list"),
        ({"answers": ("o9",)}, "n1: o9 is no offer of its theme"),
        ({"wrong": ("o0", "o1")}, "n1: expected one to three answers and two others that are wrong"),
        ({"id": "n2"}, "need n2 is there twice"),
        ({"fr": "Autre chose."}, "n2 and n1 say the same (fr)"),
    ],
)
def test_a_mistake_is_told(changes: dict[str, object], told: str) -> None:
    """One sentence says which row and what is wrong with it."""
    assert problems(small(), ["website"]) == []
    assert told in problems(small(**changes), ["website"])


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    """File and line are told, so that a contributor finds it."""
    for folder in ("needs", "offers"):
        (tmp_path / folder).mkdir()
    (tmp_path / "splits.csv").write_text("theme,split\nfood_aid,train\n", "utf-8")
    offer = {"id": "o1", "kind": "website", "by": "startup", "fr": "Un site", "en": "A site"}
    (tmp_path / "offers" / "food_aid.jsonl").write_text(json.dumps(offer) + "\n{", "utf-8")
    with pytest.raises(CorpusError, match=r"offers/food_aid\.jsonl:2"):
        read_corpus(tmp_path)
    (tmp_path / "offers" / "food_aid.jsonl").write_text(json.dumps(offer | {"price": 3}), "utf-8")
    with pytest.raises(CorpusError, match=r"offers/food_aid\.jsonl:1.*price"):
        read_corpus(tmp_path)


def test_themes_are_those_of_the_site() -> None:
    """The corpus speaks the vocabulary of the site, so that both grow together."""
    themes = (CORPUS.parents[2] / "matcher" / "data" / "themes.csv").read_text("utf-8").splitlines()[1:]
    assert set(read_corpus().splits) == {line.split(",", 1)[0] for line in themes}
