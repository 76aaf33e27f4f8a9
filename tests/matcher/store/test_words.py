"""Word search inside the database."""

from __future__ import annotations

import numpy as np
from sqlalchemy.orm import Session

from matcher.store.session import writing
from matcher.store.word_search import find_words
from matcher.store.words import document_frequencies, save_words
from matcher.vocabulary import PostingKind

OFFER = PostingKind.OFFER


def fill(session: Session, documents: dict[int, str]) -> None:
    with writing(session):
        save_words(session.connection(), OFFER, [(row_id, words.split()) for row_id, words in documents.items()])


def test_rarer_words_come_first(session: Session) -> None:
    """BM25: the document with the rare word beats those with the common one."""
    fill(session, {1: "velo atelier", 2: "velo planning", 3: "velo vente"})
    assert find_words(session, OFFER, ["velo", "planning"], 10).tolist()[0] == 2


def test_a_narrow_filter_still_finds_what_it_allows(session: Session) -> None:
    """The one allowed row ranks last of 500 without the filter, and is found all the same."""
    fill(session, dict.fromkeys(range(1, 500), "velo velo velo") | {500: "velo " + "autre " * 50})
    found = find_words(session, OFFER, ["velo"], 5, np.array([500]), live_count=500)
    assert found.tolist() == [500]


def test_a_wide_filter_still_finds_what_it_allows(session: Session) -> None:
    """The filter keeps four rows of five, and leaves out all of the hundred that rank first."""
    best, others = dict.fromkeys(range(1, 101), "velo velo velo"), dict.fromkeys(range(101, 501), "velo autre mot")
    fill(session, best | others)
    assert find_words(session, OFFER, ["velo"], 5, np.arange(101, 501), 500).tolist() == [101, 102, 103, 104, 105]


def test_a_filter_leaves_rows_out_and_changes_no_order(session: Session) -> None:
    """However much it keeps, what is found is what the search without a filter finds, less the rest."""
    fill(session, {number: "velo " * (number % 7 + 1) + "autre " * (number % 5) for number in range(1, 301)})
    everything = find_words(session, OFFER, ["velo", "autre"], 300).tolist()
    for kept in (2, 30, 160, 290, 300):
        allowed = np.sort(np.random.default_rng(kept).permutation(np.arange(1, 301))[:kept])
        expected = [row for row in everything if row in allowed][:20]
        assert find_words(session, OFFER, ["velo", "autre"], 20, allowed, 300).tolist() == expected, kept


def test_no_stem_or_no_allowed_row_finds_nothing(session: Session) -> None:
    """Empty questions have empty answers."""
    fill(session, {1: "velo"})
    assert find_words(session, OFFER, [], 5).size == 0
    assert find_words(session, OFFER, ["velo"], 5, np.empty(0, dtype=np.int64)).size == 0
    assert find_words(session, OFFER, ["inconnu"], 5).size == 0


def test_words_of_the_query_language_are_no_commands(session: Session) -> None:
    """FTS5's own keywords are looked for as words."""
    fill(session, {1: "and or not near", 2: "velo"})
    assert find_words(session, OFFER, ["and", "near"], 5).tolist() == [1]


def test_frequencies_count_documents_not_occurrences(session: Session) -> None:
    """Three times in one document counts once."""
    fill(session, {1: "velo velo velo", 2: "velo", 3: "autre"})
    assert document_frequencies(session, OFFER, ["velo", "autre", "rien"]) == {"velo": 2, "autre": 1, "rien": 0}
