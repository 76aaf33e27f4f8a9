"""Where candidates come from."""

from __future__ import annotations

from sqlalchemy.orm import Session

from matcher.pairs.candidates import Frequencies
from matcher.store.session import writing
from matcher.vocabulary import PostingKind
from tests.builders import offer


def test_a_word_is_known_as_soon_as_the_first_posting_holds_it(session: Session) -> None:
    """Who searched for a word in vain finds the offer that brings it, however many offers there are."""
    frequencies = Frequencies()
    with writing(session):
        for number in range(3):
            offer(session, f"Offre {number}")
    assert frequencies.of(session, PostingKind.OFFER, ["xulophan"], 100) == {"xulophan": 0}
    with writing(session):
        offer(session, "Un xulophane")
    assert frequencies.of(session, PostingKind.OFFER, ["xulophan"], 101) == {"xulophan": 1}


def test_frequencies_are_counted_again_once_the_number_of_postings_has_moved(session: Session) -> None:
    """Remembered counts may lag by a small share of the postings, no more."""
    frequencies = Frequencies()
    with writing(session):
        offer(session, "Un vélo")
    assert frequencies.of(session, PostingKind.OFFER, ["velo"], 100) == {"velo": 1}
    with writing(session):
        offer(session, "Deux vélos")
    assert frequencies.of(session, PostingKind.OFFER, ["velo"], 101) == {"velo": 1}
    assert frequencies.of(session, PostingKind.OFFER, ["velo"], 110) == {"velo": 2}
