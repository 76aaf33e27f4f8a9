"""What follows every saved or deleted row, in the same transaction: change log, stems, text hash.

No use case has to think of it, so none can forget it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import event, insert
from sqlalchemy.orm import Session, UOWTransaction

from matcher.store.changes import Change, ChangeAction
from matcher.store.organisations import Organisation
from matcher.store.oversight import Review
from matcher.store.passages import passages
from matcher.store.postings import Need, NeedSkill, Offer
from matcher.store.vectors import Embedding
from matcher.store.words import delete_words, save_words
from matcher.text import lexemes
from matcher.vocabulary import PostingKind

Followed = Need | Offer | Organisation


def _kind(row: Followed) -> str:
    return "organisation" if isinstance(row, Organisation) else row.posting_kind.value


@event.listens_for(Session, "before_flush")
def _describe_texts(session: Session, _context: UOWTransaction, _instances: object) -> None:
    """Set hash and length of each posting's texts before they are written."""
    with session.no_autoflush:
        for row in _touched(session):
            if isinstance(row, Need | Offer):
                texts = passages(row)
                stems = lexemes(texts.words, row.language.value)
                session.info.setdefault("stems", {})[row] = stems
                row.text_hash = texts.text_hash
                row.lexeme_count = len(stems)


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: UOWTransaction) -> None:
    """Write stems and change rows of what this flush saved or deleted."""
    stems: dict[Need | Offer, Sequence[str]] = session.info.pop("stems", {})
    connection = session.connection()
    for kind in PostingKind:
        rows = [(row.id, words) for row, words in stems.items() if row.posting_kind is kind]
        save_words(connection, kind, rows)
    changes = [(row, ChangeAction.SAVED) for row in _touched(session)]
    deleted = [row for row in session.deleted if isinstance(row, Followed)]
    for row in deleted:
        changes.append((row, ChangeAction.DELETED))
        if isinstance(row, Need | Offer):
            delete_words(connection, row.posting_kind, [row.id])
            vectors = (Embedding.kind == row.posting_kind) & (Embedding.object_id == row.id)
            connection.execute(Embedding.__table__.delete().where(vectors))  # type: ignore[attr-defined]
            looks = (Review.kind == row.posting_kind) & (Review.object_id == row.id)
            connection.execute(Review.__table__.delete().where(looks))  # type: ignore[attr-defined]
    if changes:
        log = [{"kind": _kind(row), "object_id": row.id, "action": action} for row, action in changes]
        connection.execute(insert(Change), log)


def _touched(session: Session) -> list[Followed]:
    """New and really modified rows, and needs whose skills alone changed, in a stable order."""
    rows: dict[Followed, None] = {}
    for row in (*session.new, *session.dirty):
        if isinstance(row, NeedSkill):
            owner = session.get(Need, row.need_id) if row.need_id else None
            if owner is not None and owner not in session.deleted:
                rows[owner] = None
        elif isinstance(row, Followed) and (row in session.new or session.is_modified(row)):
            rows[row] = None
    return list(rows)


def log_encoded(session: Session, kind: PostingKind, ids: Sequence[int]) -> None:
    """Say that vectors of ``ids`` were written, so that every index takes them up."""
    rows = [{"kind": kind.value, "object_id": row_id, "action": ChangeAction.ENCODED} for row_id in ids]
    if rows:
        session.execute(insert(Change), rows)
