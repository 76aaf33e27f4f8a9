"""The figures of an encoder mean what they say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings import model_files
from embeddings.training import evaluate
from embeddings.training.corpus import read_corpus
from embeddings.training.sources import Parallel
from matcher.evaluation.datasets import GoldenSet, Text

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
GOLDEN = GoldenSet(
    "three",
    (Text("q", "vélos cassés", "fr"),),
    (Text("a", "réparer un vélo", "fr"), Text("b", "chanter", "fr"), Text("c", "une chorale", "fr")),
    {"q": {"a": 1.0}},
)


def by_length(texts: Sequence[str]) -> NDArray[np.float32]:
    """A poor encoder: unit vectors that turn with the length of the text."""
    angle = np.array([len(text) / 100 for text in texts])
    return np.column_stack([np.cos(angle), np.sin(angle)]).astype(np.float32)


def test_words_find_what_shares_a_stem() -> None:
    """BM25 gives the offer with the word a score, the others none."""
    scores = evaluate.bm25_scores(GOLDEN)
    assert scores[0, 0] > 0
    assert scores[0, 1:].tolist() == [0.0, 0.0]
    assert evaluate.ranking(GOLDEN, scores)["ndcg@10"] == 1.0


def test_equal_scores_count_against_the_model() -> None:
    """An encoder that gives everything the same vector is not lucky: the right answer comes last of three."""
    same = evaluate.dense_scores(GOLDEN, lambda texts: np.ones((len(texts), 1), np.float32))
    assert evaluate.ranking(GOLDEN, same)["ndcg@10"] == pytest.approx(0.5)


def test_translations_are_looked_for_both_ways() -> None:
    """Two pairs of equal length are found, a pair with a rival of its very length is a miss in one direction."""
    pairs = [("four", "quat"), ("eleven word", "onze lettre"), ("same", "tout")]
    rows = [Parallel(english, french, "indico", "S") for english, french in pairs]
    found = evaluate.translation({"indico": rows[:2]}, by_length)["indico"]
    assert found == {"sentences": 2, "right_translation": 1.0, "confused_triples": 0.0}
    tied = evaluate.translation({"indico": rows}, by_length)["indico"]
    assert tied["right_translation"] == pytest.approx(1 / 3, abs=1e-4)


@pytest.mark.skipif(not DATA.is_dir(), reason="the evaluation sets (../shared/data) are absent")
def test_the_corpus_is_asked_in_both_languages() -> None:
    """Needs of the test themes in one language, all their offers in the other, with the answers of the labels."""
    sets = {golden.name: golden for golden in evaluate.golden_sets(DATA)}
    part = read_corpus().part("test")
    golden = sets["corpus_en_fr"]
    assert len(golden.queries) == len(part.needs)
    assert golden.queries[0].text == part.needs[0].en
    assert golden.documents[0].text == part.offers[0].fr
    assert golden.relevant[part.needs[0].id] == {part.needs[0].answers[0]: 1.0}
    assert {"plain_needs_fr", "plain_needs_en", "beta_need_offer_fr", "corpus_fr_en"} <= set(sets)


@pytest.mark.skipif(not DATA.is_dir(), reason="the evaluation sets (../shared/data) are absent")
def test_similarity_agrees_with_people_in_the_right_direction() -> None:
    """Texts of like length are a little more alike: what an encoder of lengths knows is above 0 and small."""
    found = evaluate.similarity(DATA, by_length)
    assert set(found) == {"stsb-fr-dev", "stsb-en-dev"}
    assert all(0.0 < value < 0.5 for value in found.values())


@pytest.mark.skipif(not DATA.is_dir(), reason="the evaluation sets (../shared/data) are absent")
def test_what_was_partly_learnt_is_measured_on_the_rest() -> None:
    """The fifth that no reader gives to the training, and only questions whose answers are in it."""
    golden = evaluate._held_out(DATA / "pairs_dev", "rome_appellation_metier_fr", "query", "fr")
    assert len(golden.queries) == 500
    assert all(evaluate.is_held_out(text.text, 5) for text in golden.documents)


def test_the_shipped_figures_are_those_of_the_shipped_model() -> None:
    """The result file names models by their fingerprints, so that neither file nor model changes alone."""
    written = json.loads(evaluate.RESULT.read_text("utf-8"))
    shipped = f"model@{model_files.fingerprint(evaluate.ROOT / 'embeddings' / 'model')}"
    assert shipped in {found["model"] for found in written["models"].values()}
