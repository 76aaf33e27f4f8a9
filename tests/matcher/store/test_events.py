"""What follows a saved row by itself: change log, stems, hash of its texts."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from matcher.store import Change, ChangeAction, Embedding, Facet
from matcher.store.session import writing
from matcher.store.word_search import find_words
from matcher.store.words import document_frequencies, load_lexemes
from matcher.vocabulary import PostingKind, SkillImportance
from tests.builders import need, offer, skill, theme


def changes(session: Session) -> list[tuple[str, int, ChangeAction]]:
    return [(row.kind, row.object_id, row.action) for row in session.scalars(select(Change).order_by(Change.seq))]


def test_a_saved_need_is_logged_and_found_by_its_words(session: Session) -> None:
    """One transaction writes the row, its change and its stems."""
    with writing(session):
        row = need(session, "Réparer nos vélos", problem="Les vélos des bénévoles sont cassés.")
    assert ("need", row.id, ChangeAction.SAVED) in changes(session)
    assert ("organisation", row.organisation_id, ChangeAction.SAVED) in changes(session)
    assert load_lexemes(session, PostingKind.NEED, [row.id])[row.id][:2] == ["repar", "velo"]
    assert find_words(session, PostingKind.NEED, ["velo"], 5).tolist() == [row.id]
    assert find_words(session, PostingKind.OFFER, ["velo"], 5).tolist() == []
    assert len(row.text_hash) == 64
    assert row.lexeme_count == len(load_lexemes(session, PostingKind.NEED, [row.id])[row.id])


def test_a_rolled_back_need_leaves_nothing(session: Session) -> None:
    """A use case that fails writes neither row, nor change, nor stems."""

    def use_case() -> None:
        with writing(session):
            need(session, "Réparer nos vélos")
            session.flush()
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        use_case()
    assert changes(session) == []
    assert session.execute(text("SELECT count(*) FROM need_words")).scalar() == 0


def test_an_edit_replaces_the_words_and_the_hash(session: Session) -> None:
    """Old words no longer find a need that was rewritten."""
    with writing(session):
        row = need(session, "Réparer nos vélos", problem="Ils sont cassés.")
    before = row.text_hash
    with writing(session):
        row.title = "Planning des tournées"
    assert find_words(session, PostingKind.NEED, ["velo"], 5).tolist() == []
    assert find_words(session, PostingKind.NEED, ["planning"], 5).tolist() == [row.id]
    assert row.text_hash != before


def test_a_pause_changes_neither_hash_nor_number_of_rows(session: Session) -> None:
    """Only texts decide whether vectors are current."""
    with writing(session):
        row = offer(session, "Sites internet")
    before = row.text_hash
    with writing(session):
        row.monthly_capacity = 5
    assert row.text_hash == before
    assert changes(session)[-1] == ("offer", row.id, ChangeAction.SAVED)
    assert document_frequencies(session, PostingKind.OFFER, ["sit"]) == {"sit": 1}


def test_labels_of_themes_and_skills_are_found_in_both_languages(session: Session) -> None:
    """A need of theme "velo" is found by its French and its English label."""
    with writing(session):
        bike = theme(session, "bike")
        bike.label_fr, bike.label_en = "Vélo", "Cycling"
        row = need(session, "Aide", problem="On cherche.", themes=[bike], must=[skill(session, "mecanique")])
    assert find_words(session, PostingKind.NEED, ["velo"], 5).tolist() == [row.id]
    assert find_words(session, PostingKind.NEED, ["cycling"], 5).tolist() == [row.id]
    assert find_words(session, PostingKind.NEED, ["mecan"], 5).tolist() == [row.id]


def test_a_change_of_one_skill_is_a_change_of_the_need(session: Session) -> None:
    """Workers reload a need whose skill became optional."""
    with writing(session):
        row = need(session, must=[skill(session, "gis")])
    seen = len(changes(session))
    with writing(session):
        row.skills[0].importance = SkillImportance.NICE
    assert ("need", row.id, ChangeAction.SAVED) in changes(session)[seen:]


def test_a_deleted_offer_takes_its_words_and_vectors_along(session: Session) -> None:
    """Nothing of a deleted posting stays behind."""
    with writing(session):
        row = offer(session, "Sites internet")
    row_id = row.id
    with writing(session):
        session.add(
            Embedding(kind=PostingKind.OFFER, object_id=row_id, facet=Facet.WHOLE, model_id="m", text_hash="h",
                      count=1, dim=2, vectors=b"\0" * 8)
        )  # fmt: skip
    with writing(session):
        session.delete(row)
    assert changes(session)[-1] == ("offer", row_id, ChangeAction.DELETED)
    assert find_words(session, PostingKind.OFFER, ["sit"], 5).tolist() == []
    assert session.scalars(select(Embedding)).all() == []


def test_changes_made_before_the_use_case_are_refused(session: Session) -> None:
    """A row that was modified outside of writing() is a bug, not something to commit by accident."""
    need(session)
    with pytest.raises(RuntimeError, match="outside"), writing(session):
        pass
