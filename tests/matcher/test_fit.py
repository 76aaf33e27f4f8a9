"""The fit: a known ordering is found again, and nothing of it depends on chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matcher.evaluation.datasets import GoldenSet, Text
from matcher.evaluation.fit import choose_cutoffs, fit, isotonic
from matcher.evaluation.labelled import LabelledQuery, LabelledSet, label, label_off_topic
from matcher.pairs.relevance import Evidence, Words, relevance


def made_set(name: str, seed: int, *, meaning: float, words: float, queries: int = 60) -> LabelledSet:
    """Twenty candidates a query, one right, which stands out by `meaning` in cosine and `words` in share."""
    draw = np.random.default_rng(seed)
    listed = []
    for at in range(queries):
        right = np.zeros(20)
        right[draw.integers(20)] = 1.0
        cosine = draw.normal(0.2, 0.1, 20) + meaning * right
        share = np.clip(draw.normal(0.1, 0.05, 20) + words * right, 0.0, 1.0)
        listed.append(LabelledQuery(f"{at}", Evidence(cosine, cosine, Words(share, 8.0), 0.2, 20), right))
    return LabelledSet(name, tuple(listed), sets_cutoffs=True)


def test_fit_finds_which_evidence_tells() -> None:
    """Where only meaning tells right from wrong, words get almost no weight; and the other way round."""
    by_meaning = fit([made_set("meaning", 1, meaning=0.5, words=0.0)])
    by_words = fit([made_set("words", 2, meaning=0.0, words=0.6)])
    assert by_meaning.dense > 5 > by_words.dense
    assert by_words.words > 3 > by_meaning.words


def test_fit_orders_better_than_either_evidence() -> None:
    """With both evidences half informative, the held-out ranking beats each alone."""
    figures = fit([made_set("both", 3, meaning=0.2, words=0.15)]).provenance["held_out"]["ndcg@10"]["both"]
    assert figures["ours"] > max(figures["dense"], figures["words"])


def test_fit_is_repeatable_and_calibrated() -> None:
    """Twice the same weights; the mean score is the share of right candidates, as logistic fits promise."""
    taught = made_set("both", 4, meaning=0.3, words=0.3)
    weights = fit([taught])
    assert weights == fit([taught])
    scores = np.concatenate([relevance(query.evidence, weights) for query in taught.queries])
    assert scores.mean() == pytest.approx(1 / 20, abs=0.005)


def test_off_topic_questions_lower_what_is_shown() -> None:
    """Taught that most questions have no answer here, the same evidence is worth less."""
    taught = made_set("both", 5, meaning=0.3, words=0.2)
    nothing = LabelledSet(
        "off_topic", tuple(replace(query, grades=np.zeros(20)) for query in taught.queries), importance=5.0
    )
    alone, with_nothing = fit([taught]), fit([taught, nothing])
    for query in taught.queries:
        assert relevance(query.evidence, with_nothing).max() < relevance(query.evidence, alone).max()
    assert "off_topic" not in with_nothing.provenance["held_out"]["ndcg@10"]


def test_an_answer_that_is_no_candidate_counts_against_the_ranking() -> None:
    """Retrieval misses are not hidden by scoring only what was retrieved."""
    taught = made_set("both", 6, meaning=0.5, words=0.3)
    missing = replace(
        taught, queries=tuple(replace(query, grades=np.zeros(20), missed=(1.0,)) for query in taught.queries)
    )
    weights = fit([taught, replace(missing, name="missing", importance=0.0, sets_cutoffs=False)])
    assert weights.provenance["held_out"]["ndcg@10"]["missing"]["ours"] == 0.0


def test_fit_needs_labels() -> None:
    """Without a set that teaches, or one that sets the cut-offs, the fit says so."""
    taught = made_set("both", 7, meaning=0.3, words=0.3, queries=10)
    with pytest.raises(ValueError, match="importance above 0"):
        fit([replace(taught, importance=0.0)])
    with pytest.raises(ValueError, match="labels set the cut-offs"):
        fit([replace(taught, sets_cutoffs=False)])


def test_isotonic_by_hand() -> None:
    """Violators are pooled by weight: (3 x 1 + 1 x 0) / 4."""
    assert isotonic(np.array([1.0, 0.0, 2.0]), np.array([3.0, 1.0, 1.0])).tolist() == [0.75, 0.75, 2.0]


def test_cutoffs_stand_where_the_labels_put_them() -> None:
    """Right above 0.7, every third right between 0.4 and 0.7... and never below 0.4."""
    scores = np.linspace(0.02, 0.98, 97)
    grades = np.where(scores > 0.7, 1.0, np.where((scores > 0.4) & (np.arange(97) % 3 == 0), 1.0, 0.0))
    cutoffs = choose_cutoffs([([scores], [grades])])
    assert cutoffs.strong == pytest.approx(0.7, abs=0.03)
    assert cutoffs.partial == pytest.approx(0.4, abs=0.04)


def test_label_reads_texts_as_the_service_does() -> None:
    """From texts and an encoder to evidence: sentences, lexemes and background of a two-document set."""
    golden = GoldenSet(
        "toy",
        (Text("q", "Réparer des vélos.", "fr"),),
        (Text("bike", "Réparation de vélos. Prêt d'outils.", "fr"), Text("site", "Création de sites internet.", "fr")),
        {"q": {"bike": 1.0}},
    )

    def encode(texts: list[str]) -> np.ndarray:
        return np.array([[1.0, 0.0] if "vélo" in text else [0.0, 1.0] for text in texts])

    [query] = label(golden, encode).queries
    assert query.grades.tolist() == [1.0, 0.0]
    assert query.evidence.whole.tolist() == query.evidence.sentences.tolist() == [1.0, 0.0]
    assert query.evidence.background == 0.5
    assert query.evidence.words.share[0] > 0.5 > query.evidence.words.share[1] == 0.0
    assert not label_off_topic("none", golden.queries, golden.documents, encode).has_answers
