"""The score: each part computed by hand, more evidence never lowers it, levels follow their cut-offs."""

from __future__ import annotations

import math
import time
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.pairs.relevance import (
    Evidence,
    Words,
    background_evidence,
    contributions,
    distinct,
    levels,
    lexical_coverage,
    probability,
    relevance,
    sentence_similarity,
    term_counts,
    words_evidence,
)
from matcher.pairs.weights import Cutoffs, Weights, shipped_weights
from matcher.text import lexemes
from matcher.vocabulary import Level

COSINE = st.floats(-1.0, 1.0)
SHARE = st.floats(0.0, 1.0)


def evidence_of(
    *,
    n: int = 1,
    whole: float = 0.4,
    sentences: float = 0.3,
    share: float = 0.2,
    mass: float = 8.0,
    background: float | None = 0.17,
    must: float = 0.0,
    themes: float = 0.0,
) -> Evidence:
    def filled(value: float) -> np.ndarray:
        return np.full(n, value)

    return Evidence(
        filled(whole),
        filled(sentences),
        Words(filled(share), mass),
        background,
        300,
        must=filled(must),
        themes=filled(themes),
    )


def coverage(query: str, *documents: str, corpus: int = 100) -> Words:
    """Coverage of a French query in an index where every word of it is in two documents of `corpus`."""
    terms = distinct(lexemes(query, "fr"))
    counted = [Counter(lexemes(document, "fr")) for document in documents]
    lengths = np.array([float(count.total()) for count in counted])
    return lexical_coverage(term_counts(terms, counted), lengths, np.full(len(terms), 2.0), corpus, 10.0)


def test_coverage_by_hand() -> None:
    """One of two equally rare words, once, in a document of average length: half of (2/5 of 1/2.2 + 3/5)."""
    found = lexical_coverage(np.array([[1.0, 0.0]]), np.array([10.0]), np.array([1.0, 1.0]), 10, 10.0)
    assert found.share[0] == pytest.approx((0.4 / 2.2 + 0.6) / 2)
    assert found.mass == pytest.approx(2 * math.log1p(9.5 / 1.5) / math.log1p(10.5 / 0.5))


def test_rare_words_weigh_more_and_unknown_words_count_in_the_whole() -> None:
    """Finding the rare word is worth more than the common one; a word nobody uses lowers the share."""
    frequency = np.array([1.0, 90.0])
    found = lexical_coverage(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([5.0, 5.0]), frequency, 100, 5.0)
    assert found.share[0] > 5 * found.share[1]
    with_unknown = lexical_coverage(np.array([[1.0, 0.0]]), np.array([5.0]), np.array([1.0, 0.0]), 100, 5.0)
    assert with_unknown.share[0] < found.share[0]


@pytest.mark.parametrize("query", ["velo reparation", "bénévoles planning", "site internet"])
def test_document_with_both_words_beats_one_that_repeats_one(query: str) -> None:
    """In a two-word search, all words found comes first, even in a longer document."""
    first, _ = query.split()
    both = f"Un atelier {query} pour tous les habitants du quartier avec des outils et du matériel"
    assert coverage(query, both, f"{first} {first} {first}").share.argmax() == 0


def test_empty_query_or_index_finds_nothing() -> None:
    """A query of function words, or an index without document, gives zero, not an error."""
    assert coverage("nous cherchons un", "un texte").share.tolist() == [0.0]
    nothing = lexical_coverage(np.zeros((0, 2)), np.zeros(0), np.zeros(2), 0, 0.0)
    assert nothing.share.shape == (0,)


@given(st.lists(st.integers(0, 5), min_size=3, max_size=3), st.integers(0, 2))
def test_more_occurrences_never_lower_the_share(counts: list[int], at: int) -> None:
    """At equal length, one more occurrence of a query word never hurts, and the share stays in [0, 1]."""
    more = list(counts)
    more[at] += 1
    found = lexical_coverage(
        np.array([counts, more], dtype=float), np.array([20.0, 20.0]), np.array([0.0, 3.0, 50.0]), 50, 12.0
    )
    assert 0.0 <= found.share[0] <= found.share[1] <= 1.0


def test_sentences_that_met() -> None:
    """Mean over the query's sentences of the best answer, and the two rows of the best pair."""
    query = np.array([[1.0, 0.0], [0.0, 1.0]])
    documents = np.array([[0.6, 0.8], [1.0, 0.0], [0.0, 1.0]])
    similarity, query_at, document_at = sentence_similarity(query, documents, np.array([0, 1]))
    assert similarity.tolist() == pytest.approx([(0.6 + 0.8) / 2, 1.0])
    assert (query_at.tolist(), document_at.tolist()) == ([1, 0], [0, 1])


def test_no_candidate_gives_empty_arrays() -> None:
    """Nothing found is an answer like another."""
    similarity, *_ = sentence_similarity(np.ones((1, 2)), np.zeros((0, 2)), np.zeros(0, np.intp))
    assert similarity.shape == (0,)
    assert relevance(evidence_of(n=0), shipped_weights()).shape == (0,)


def test_parts_sum_to_the_log_odds() -> None:
    """What a card explains is the whole score, with nothing hidden."""
    evidence, weights = evidence_of(n=3, must=1.0, themes=0.5), shipped_weights()
    parts = contributions(evidence, weights)
    assert list(parts) == ["base", "meaning", "words", "skills", "themes"]
    assert relevance(evidence, weights) == pytest.approx(probability(np.sum(list(parts.values()), axis=0)))
    assert parts["meaning"] == pytest.approx(np.full(3, weights.dense * 0.35))
    assert parts["skills"] == pytest.approx(np.full(3, weights.must))


@given(
    COSINE,
    COSINE,
    SHARE,
    SHARE,
    SHARE,
    st.floats(0.0, 60.0),
    st.sampled_from(["whole", "sentences", "share", "must", "themes"]),
    st.floats(0.0, 0.5),
)
def test_more_evidence_never_lowers_the_score(
    whole: float, sentences: float, share: float, must: float, themes: float, mass: float, risen: str, by: float
) -> None:
    """Raise any one evidence, keep the others: the score stays or rises, and is a probability."""
    values = {"whole": whole, "sentences": sentences, "share": share, "must": must, "themes": themes}
    before = relevance(evidence_of(**values, mass=mass), shipped_weights())[0]
    after = relevance(evidence_of(**{**values, risen: values[risen] + by}, mass=mass), shipped_weights())[0]
    assert 0.0 <= before <= after <= 1.0


@given(SHARE, SHARE)
def test_more_words_never_lower_the_score_without_vectors(one: float, other: float) -> None:
    """The words-alone model is as monotone as the full one."""
    low, high = sorted((one, other))
    scores = [relevance(evidence_of(share=share, whole=math.nan), shipped_weights())[0] for share in (low, high)]
    assert scores[0] <= scores[1]


def test_few_words_in_common_weigh_almost_nothing() -> None:
    """Below the knee words are chance; far above it they count in full; nothing found is exactly 0."""
    shares = Words(np.array([0.0, 0.02, 0.5]), 8.0)
    nothing, chance, found = words_evidence(replace(evidence_of(n=3), words=shares))
    assert nothing == 0.0
    assert chance < 0.03
    assert found > 1.5


def test_off_topic_is_not_shown_and_clear_answers_are_strong() -> None:
    """Usual background: two texts that say the same are strong, two strangers have no level."""
    weights = shipped_weights()
    scores = relevance(
        Evidence(np.array([0.85, 0.15]), np.array([0.8, 0.15]), Words(np.array([0.5, 0.0]), 10.0), 0.17, 300), weights
    )
    assert levels(scores, weights).tolist() == [Level.STRONG, None]


def test_theme_and_skills_alone_make_no_match() -> None:
    """Sharing a theme and a wished skill with a stranger's text does not make it a proposal."""
    stranger = evidence_of(whole=0.1, sentences=0.1, share=0.0, themes=1.0)
    assert levels(relevance(stranger, shipped_weights()), shipped_weights()).tolist() == [None]


def test_a_row_without_vectors_is_judged_on_words() -> None:
    """A posting not yet encoded gets the words-alone score, its neighbours keep theirs."""
    weights = shipped_weights()
    mixed = replace(evidence_of(n=2, share=0.6), whole=np.array([0.4, math.nan]))
    assert mixed.lexical_only.tolist() == [False, True]
    full, alone = relevance(mixed, weights)
    assert full == pytest.approx(relevance(evidence_of(share=0.6), weights)[0])
    odds = weights.lexical_intercept + weights.lexical_words * words_evidence(mixed)[1]
    assert alone == pytest.approx(1 / (1 + math.exp(-odds)))


def test_levels_follow_their_cutoffs() -> None:
    """A score on the cut-off belongs to the level; words alone have their own cut-offs."""
    weights = replace(shipped_weights(), cutoffs=Cutoffs(0.8, 0.5, 0.2), lexical_cutoffs=Cutoffs(0.9, 0.7, 0.6))
    scores = np.array([0.8, 0.5, 0.2, 0.19])
    assert levels(scores, weights).tolist() == [Level.STRONG, Level.GOOD, Level.PARTIAL, None]
    assert levels(scores, weights, lexical_only=True).tolist() == [Level.GOOD, None, None, None]


def test_small_directory_keeps_the_usual_background() -> None:
    """With one document the background is that document: it must not cancel its own similarity."""
    assert background_evidence(replace(evidence_of(background=0.9), documents=1), 0.17) < 0.2
    assert background_evidence(replace(evidence_of(background=0.3), documents=100_000), 0.17) == pytest.approx(
        0.3, abs=1e-3
    )
    assert background_evidence(evidence_of(background=None), 0.17) == 0.17


def test_a_query_that_resembles_nothing_gets_no_credit_for_it() -> None:
    """An off-topic question is far from every offer: that must not make its nearest one look close."""
    far, usual = (relevance(evidence_of(background=value), shipped_weights())[0] for value in (-0.2, 0.05))
    assert far == usual


def test_weights_survive_json_and_carry_their_figures() -> None:
    """What ships says which model, which data and which held-out figures it rests on."""
    weights = shipped_weights()
    assert Weights.from_json(weights.to_json()) == weights
    assert {"model", "date", "data_sha256", "held_out"} <= set(weights.provenance)


def test_shipped_weights_keep_both_promises_on_held_out_needs() -> None:
    """Plain needs: not below meaning alone. Long needs: above words alone and above meaning alone."""
    figures = shipped_weights().provenance["held_out"]["ndcg@10"]
    for language in ("fr", "en"):
        plain = figures[f"plain_needs_{language}"]
        assert plain["ours"] >= max(plain["dense"], plain["dense_whole"])
    assert figures["beta_need_offer_fr"]["ours"] > figures["beta_need_offer_fr"]["words"] + 0.02
    assert figures["beta_need_offer_fr"]["ours"] > figures["beta_need_offer_fr"]["dense"] + 0.1


@pytest.mark.parametrize("broken", ["{", "[]", "{}", '{"cutoffs": {"strong": 1}}'])
def test_broken_weights_are_told(broken: str) -> None:
    """A file that holds no weights is refused in words."""
    with pytest.raises(ValueError, match="not relevance weights"):
        Weights.from_json(broken)


def test_weights_that_would_punish_evidence_are_refused() -> None:
    """A negative weight, a number that is none, or cut-offs out of order."""
    with pytest.raises(ValueError, match="never lowers"):
        replace(shipped_weights(), words=-1.0)
    with pytest.raises(ValueError, match="finite"):
        replace(shipped_weights(), intercept=math.nan)
    with pytest.raises(ValueError, match="fall from strong"):
        Cutoffs(0.1, 0.5, 0.2)


def test_arrays_of_unequal_length_are_refused() -> None:
    """Evidence of three candidates beside words of two is a programming error told at once."""
    with pytest.raises(ValueError, match="shape"):
        Evidence(np.zeros(3), np.zeros(3), Words(np.zeros(2), 1.0))


def test_scoring_300_candidates_is_fast() -> None:
    """Best of ten runs under 20 ms: ten times the aim, so that a slow machine does not fail it."""
    counts = np.random.default_rng(0).integers(0, 3, (300, 60)).astype(float)
    best = math.inf
    for _ in range(10):
        start = time.perf_counter()
        words = lexical_coverage(counts, np.full(300, 80.0), np.full(60, 3.0), 300, 80.0)
        relevance(Evidence(np.full(300, 0.4), np.full(300, 0.4), words, 0.17, 300), shipped_weights())
        best = min(best, time.perf_counter() - start)
    assert best < 0.02
