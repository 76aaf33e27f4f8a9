"""Near duplicates are told while the form is open."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from matcher.postings.duplicates import DuplicateWhy, near_duplicates
from matcher.vocabulary import PostingKind
from tests import builders

TODAY = date(2027, 3, 1)
TITLE = "Suivre les prêts de vélos"
PROBLEM = "Les prêts sont notés sur un cahier et des vélos ne reviennent jamais à l'atelier."


@pytest.fixture
def session(session: Session) -> Session:
    """A need of an organisation called "La Pédale", and one that has nothing to do with it."""
    owner = builders.organisation(session, name="La Pédale")
    builders.need(session, TITLE, problem=PROBLEM, organisation=owner)
    builders.need(session, "Former nos bénévoles à la comptabilité", problem="Le trésorier part en retraite en juin.")
    session.commit()
    return session


def found(session: Session, text: str, owner: str = "", **more: object) -> list[tuple[str, DuplicateWhy]]:
    """Titles and reasons."""
    rows = near_duplicates(session, PostingKind.NEED, text, owner, today=TODAY, **more)  # type: ignore[arg-type]
    return [(row.title, why) for row, why in rows]


def test_the_same_text_is_found_whoever_writes(session: Session) -> None:
    """Case, accents and punctuation do not hide it."""
    text = f"{TITLE} {PROBLEM}".upper().replace("Ê", "E")
    assert found(session, text) == [(TITLE, DuplicateWhy.SAME_TEXT)]


def test_another_subject_is_no_duplicate(session: Session) -> None:
    """A warning that comes too often is not read."""
    assert found(session, "Refaire le site internet du théâtre avec un agenda que les artistes remplissent") == []


def test_an_organisation_is_warned_of_its_own_reworded_need(session: Session) -> None:
    """The same words for somebody else are too far apart to say anything."""
    text = "Suivi des prêts de vélos. Les prêts sont notés sur un cahier, nos vélos ne reviennent pas toujours."
    assert found(session, text, "la pedale") == [(TITLE, DuplicateWhy.SAME_ORGANISATION)]
    assert found(session, text, "Le Guidon") == []


def test_the_same_meaning_is_found_through_the_encoder(session: Session) -> None:
    """Neighbours with a high cosine count though no word is shared; a low one does not."""
    text = "Personne ne sait qui a emporté nos bicyclettes le mois dernier"
    assert found(session, text, neighbours=[(1, 0.93), (2, 0.4)]) == [(TITLE, DuplicateWhy.CLOSE_MEANING)]
    assert found(session, text, neighbours=[(1, 0.6)]) == []


def test_the_posting_being_edited_is_not_its_own_duplicate(session: Session) -> None:
    """Saving a form twice gives no warning."""
    assert found(session, f"{TITLE} {PROBLEM}", exclude_id=1) == []


def test_dead_postings_are_not_told(session: Session) -> None:
    """What expired may be posted again."""
    rows = near_duplicates(
        session, PostingKind.NEED, f"{TITLE} {PROBLEM}", today=TODAY + timedelta(days=4000), neighbours=[(1, 1.0)]
    )
    assert [row.title for row, _ in rows] == [TITLE]  # without expiry it lives on
    rows[0][0].expires_on = TODAY
    session.commit()
    assert near_duplicates(session, PostingKind.NEED, TITLE + PROBLEM, today=TODAY + timedelta(days=1)) == []


def test_an_anonymous_need_is_not_told_to_be_of_an_organisation(session: Session) -> None:
    """Typing somebody's name must not reveal whose anonymous need it is."""
    owner = builders.organisation(session, name="Le Foyer")
    text = "Tenir à jour les fiches des personnes hébergées sans refaire dix tableaux"
    builders.need(session, text, problem="Chaque soir dix tableaux.", organisation=owner, anonymous=True)
    session.commit()
    near = "Tenir les fiches des personnes hébergées à jour, sans dix tableaux. Chaque matin c'est long."
    assert DuplicateWhy.SAME_ORGANISATION not in [why for _, why in found(session, near, "Le Foyer")]


def test_one_word_is_too_little_to_compare(session: Session) -> None:
    """While the first word is typed nothing is told."""
    assert found(session, "vélos") == []


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200), st.text(max_size=20))
def test_any_text_may_be_compared(session: Session, text: str, owner: str) -> None:
    """Half-typed, emoji, other scripts: at most five warnings and no error."""
    assert len(found(session, text, owner)) <= 5
