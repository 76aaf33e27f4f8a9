"""Metrics, intervals and golden sets: hand-computed values, and ties against us."""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.evaluation.bootstrap import mean_interval, paired_difference
from matcher.evaluation.datasets import (
    GoldenSet,
    GoldenSetError,
    Text,
    read_need_offer,
    read_need_offer_labels,
    read_pairs,
    read_plain_needs,
)
from matcher.evaluation.metrics import ndcg_at_k, recall_at_k, reciprocal_rank, summary, worst_order

PAIRS = Path(__file__).parents[2].parent / "shared" / "data" / "pairs_dev"


def row(*values: float) -> np.ndarray:
    return np.array([values], dtype=np.float64)


def test_metrics_by_hand() -> None:
    """Relevant documents in places 2 and 4 of four."""
    scores, grades = row(0.9, 0.8, 0.7, 0.6), row(0, 1, 0, 1)
    assert recall_at_k(scores, grades, 3).tolist() == [0.5]
    assert reciprocal_rank(scores, grades).tolist() == [0.5]
    ideal = 1 + 1 / math.log2(3)
    assert ndcg_at_k(scores, grades, 10)[0] == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)


def test_grades_count_exponentially() -> None:
    """A document graded 3 gains 7, one graded 1 gains 1."""
    value = ndcg_at_k(row(2.0, 1.0), row(1, 3), 10)[0]
    assert value == pytest.approx((1 + 7 / math.log2(3)) / (7 + 1 / math.log2(3)))


def test_ties_count_against_us() -> None:
    """A constant score puts the relevant document last."""
    scores, grades = np.zeros((1, 5)), row(1, 0, 0, 0, 0)
    assert worst_order(scores, grades)[0, -1] == 0
    assert recall_at_k(scores, grades, 4).tolist() == [0.0]
    assert reciprocal_rank(scores, grades).tolist() == [0.2]


def test_what_is_not_proposed_is_never_found() -> None:
    """A relevant document with score -inf does not count, even when the list is short."""
    scores, grades = row(1.0, -math.inf), row(0, 1)
    assert recall_at_k(scores, grades, 10).tolist() == [0.0]
    assert reciprocal_rank(scores, grades).tolist() == [0.0]
    assert ndcg_at_k(scores, grades, 10).tolist() == [0.0]


def test_k_beyond_the_list_is_allowed() -> None:
    """Ten places asked of three documents."""
    assert recall_at_k(row(1, 2, 3), row(1, 0, 0), 10).tolist() == [1.0]


@given(st.lists(st.tuples(st.floats(-5, 5), st.integers(0, 3)), min_size=2, max_size=12))
def test_metrics_stay_between_0_and_1_and_the_ideal_order_is_1(pairs: list[tuple[float, int]]) -> None:
    """Scoring by the grade itself is perfect; any other score is at most that."""
    scores, grades = np.array([[s for s, _ in pairs]]), np.array([[float(g) for _, g in pairs]])
    grades[0, 0] = max(grades[0, 0], 1.0)
    assert 0.0 <= ndcg_at_k(scores, grades, 5)[0] <= 1.0 + 1e-12
    assert ndcg_at_k(grades, grades, 5)[0] == pytest.approx(1.0)
    assert set(summary(scores, grades)) == {"ndcg@10", "mrr", "recall@1", "recall@10", "recall@50"}


@pytest.mark.parametrize(
    ("scores", "grades", "message"),
    [
        (row(1, 2), row(0, 0), "relevant document"),
        (row(1, math.nan), row(1, 0), "NaN"),
        (row(1, 2), row(1, 0, 0), "same shape"),
    ],
)
def test_bad_input_is_told(scores: np.ndarray, grades: np.ndarray, message: str) -> None:
    """A query without answer, a score that is no number, or two shapes are refused in words."""
    with pytest.raises(ValueError, match=message):
        ndcg_at_k(scores, grades, 10)


def test_interval_holds_the_mean_and_is_repeatable() -> None:
    """Same seed, same bounds; a wider confidence gives a wider interval."""
    values = np.random.default_rng(1).random(200)
    interval = mean_interval(values)
    assert interval.mean == pytest.approx(values.mean())
    assert interval.low < interval.mean < interval.high
    assert interval == mean_interval(values)
    assert mean_interval(values, confidence=0.99).low < interval.low


def test_pairing_sees_a_small_constant_gain() -> None:
    """A gain of 0.01 on every query is certain however much queries differ."""
    values = np.random.default_rng(2).random(50)
    gain = paired_difference(values + 0.01, values)
    assert gain.low == pytest.approx(0.01)
    assert gain.above_zero == 1.0


def test_intervals_refuse_what_they_cannot_measure() -> None:
    """No value, unequal queries, or a confidence that is no share."""
    with pytest.raises(ValueError, match="at least one"):
        mean_interval(np.array([]))
    with pytest.raises(ValueError, match="same queries"):
        paired_difference(np.zeros(2), np.zeros(3))
    with pytest.raises(ValueError, match="between 0 and 1"):
        mean_interval(np.zeros(2), confidence=95)


def test_golden_set_refuses_an_answer_that_it_does_not_hold() -> None:
    """A label that points nowhere would silently lower every figure."""
    with pytest.raises(GoldenSetError, match="one that the set holds"):
        GoldenSet("toy", (Text("q", "?", "fr"),), (Text("d", "!", "fr"),), {"q": {"other": 1.0}})


def test_absent_file_is_told_with_its_name(tmp_path: Path) -> None:
    """The sentence names the set and the folder."""
    with pytest.raises(GoldenSetError, match="beta_need_offer_fr was not found"):
        read_need_offer(tmp_path)


def test_pairs_are_read_plain_or_gzipped_and_equal_answers_are_one_document(tmp_path: Path) -> None:
    """Two questions with one answer share a document; a line separator inside a text breaks nothing."""
    rows = [{"query": "a", "positive": "x\u2028y"}, {"query": "b", "positive": "x\u2028y"}]
    lines = "\n".join(json.dumps(each, ensure_ascii=False) for each in rows).encode()
    (tmp_path / "toy.jsonl.gz").write_bytes(gzip.compress(lines))
    golden = read_pairs(tmp_path, "toy", most=10)
    assert len(golden.queries) == 2
    assert [document.text for document in golden.documents] == ["x\u2028y"]
    assert golden.grades().tolist() == [[1.0], [1.0]]


def test_broken_line_is_told(tmp_path: Path) -> None:
    """A file that is no JSON lines is named."""
    (tmp_path / "toy.jsonl").write_text("{nope", encoding="utf-8")
    with pytest.raises(GoldenSetError, match=r"toy\.jsonl is not one JSON object a line"):
        read_pairs(tmp_path, "toy", most=10)


@pytest.mark.skipif(not PAIRS.is_dir(), reason="the labelled pairs (../shared/data/pairs_dev) are absent")
def test_shared_sets_are_read_whole() -> None:
    """Counts of the data's own description: 280 pairs, 110 plain needs a language."""
    assert read_need_offer(PAIRS).grades().shape == (280, 280)
    assert read_plain_needs(PAIRS, "fr").grades().shape == (110, 280)
    assert read_plain_needs(PAIRS, "en").grades().sum() == 110
    labels = read_need_offer_labels(PAIRS)
    assert labels.grades().sum(axis=1).max() <= 25
