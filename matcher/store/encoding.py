"""Postings to stored vectors, and stored vectors back to arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, Select, and_, delete, func, insert, select
from sqlalchemy.orm import Session, aliased

from matcher.ports import Ids, TextEncoder, Vectors
from matcher.store.changes import Change
from matcher.store.events import log_encoded
from matcher.store.passages import passages
from matcher.store.postings import Need, Offer
from matcher.store.session import writing
from matcher.store.vectors import Embedding, Facet
from matcher.vocabulary import PostingKind

#: Postings encoded and committed together: long enough for full batches of the encoder, short enough
#: to lose little when the process dies. Chosen, not measured.
BATCH = 128

STORED = np.dtype("<f4")


def model_of(kind: PostingKind) -> type[Need] | type[Offer]:
    """Table of one side."""
    return Need if kind is PostingKind.NEED else Offer


def load_postings(session: Session, kind: PostingKind, ids: Sequence[int]) -> list[Need | Offer]:
    """Rows of ``ids`` in the order given; those deleted meanwhile left out."""
    rows: dict[int, Need | Offer] = {}
    for chunk in _chunks(ids, 500):
        if kind is PostingKind.NEED:
            rows.update({need.id: need for need in session.scalars(select(Need).where(Need.id.in_(chunk)))})
        else:
            rows.update({offer.id: offer for offer in session.scalars(select(Offer).where(Offer.id.in_(chunk)))})
    return [rows[row_id] for row_id in map(int, ids) if row_id in rows]


def backlog(session: Session, kind: PostingKind, model_id: str) -> list[int]:
    """Ids without current vectors of ``model_id``, newest first: what was just posted comes first."""
    model = model_of(kind)
    current = and_(_of(kind, model_id, Facet.WHOLE), Embedding.object_id == model.id)
    statement = (
        select(model.id)
        .outerjoin(Embedding, current)
        .where((Embedding.text_hash.is_(None)) | (Embedding.text_hash != model.text_hash))
        .order_by(model.id.desc())
    )
    return list(session.scalars(statement))


def encode_postings(
    session: Session,
    kind: PostingKind,
    ids: Sequence[int],
    encoder: TextEncoder,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Encode and store ``ids`` in batches, each its own transaction; returns how many were written.

    Encoding happens outside of the write transaction. A posting that changed meanwhile keeps the
    hash of the text that was encoded, so it stays in the backlog. Safe to run twice and in several
    processes: the last writer wins with the same bytes.
    """
    written = 0
    for batch in _chunks(ids, BATCH):
        records = _encode(load_postings(session, kind, batch), encoder)
        with writing(session):
            written += _save(session, kind, encoder.model_id, records)
        if progress:
            progress(len(batch))
    return written


def _encode(rows: Sequence[Need | Offer], encoder: TextEncoder) -> list[dict[str, Any]]:
    texts = [passages(row) for row in rows]
    flat = [text.whole for text in texts] + [sentence for text in texts for sentence in text.sentences]
    vectors = encoder.encode_documents(flat).astype(STORED)
    records = []
    start = len(rows)
    for position, (row, text) in enumerate(zip(rows, texts, strict=True)):
        stop = start + len(text.sentences)
        for facet, block in ((Facet.WHOLE, vectors[position : position + 1]), (Facet.SENTENCES, vectors[start:stop])):
            records.append(
                {
                    "kind": row.posting_kind,
                    "object_id": row.id,
                    "facet": facet,
                    "model_id": encoder.model_id,
                    "text_hash": text.text_hash,
                    "count": block.shape[0],
                    "dim": block.shape[1],
                    "vectors": block.tobytes(),
                }
            )
        start = stop
    return records


def _save(session: Session, kind: PostingKind, model_id: str, records: list[dict[str, Any]]) -> int:
    """Replace the vectors of the records' postings, those deleted meanwhile left out."""
    model = model_of(kind)
    wanted = {record["object_id"] for record in records}
    alive = set(session.scalars(select(model.id).where(model.id.in_(wanted))))
    records = [record for record in records if record["object_id"] in alive]
    if records:
        session.execute(
            delete(Embedding).where(
                Embedding.kind == kind, Embedding.model_id == model_id, Embedding.object_id.in_(alive)
            )
        )
        session.execute(insert(Embedding), records)
        log_encoded(session, kind, sorted(alive))
    return len(alive)


def forget_other_models(session: Session, model_id: str) -> int:
    """Delete the vectors of every model but ``model_id``; returns the number of rows."""
    with writing(session):
        result = session.execute(delete(Embedding).where(Embedding.model_id != model_id))
    return int(result.rowcount)  # type: ignore[attr-defined]


def vector_head(session: Session) -> int:
    """Number of the last change. One look at the end of an index."""
    return session.scalar(select(func.max(Change.seq))) or 0


def count_vectors(session: Session, kind: PostingKind, model_id: str) -> int:
    """Postings with a current whole-text vector."""
    return session.scalar(select(func.count()).select_from(_current(kind, model_id).subquery())) or 0


def scan_vectors(session: Session, kind: PostingKind, model_id: str, batch: int) -> Iterator[tuple[Ids, Vectors]]:
    """All current whole-text vectors in order of id, ``batch`` rows at a time, from one snapshot."""
    result = session.execute(_current(kind, model_id).order_by(Embedding.object_id).execution_options(yield_per=batch))
    for rows in result.partitions():
        yield _arrays(rows)


def vectors_since(session: Session, kind: PostingKind, model_id: str, seq: int) -> tuple[Ids, Vectors, Ids]:
    """Net effect of the changes after ``seq``: ids and vectors to hold, ids to forget."""
    changed = set(
        session.scalars(select(Change.object_id).where(Change.seq > seq, Change.kind == kind.value).distinct())
    )
    parts: list[Row[int, bytes]] = []
    for chunk in _chunks(sorted(changed), 500):
        rows = session.execute(_current(kind, model_id).where(Embedding.object_id.in_(chunk)))
        parts.extend(rows.all())
    ids, vectors = _arrays(sorted(parts, key=lambda row: int(row[0])))
    gone = np.array(sorted(changed.difference(ids.tolist())), dtype=np.int64)
    return ids, vectors, gone


def load_vectors(
    session: Session, kind: PostingKind, model_id: str, facet: Facet, ids: Sequence[int]
) -> dict[int, Vectors]:
    """Current vectors of one facet, each of shape (count, dim), by posting; missing ones left out."""
    model = model_of(kind)
    found: dict[int, Vectors] = {}
    for chunk in _chunks(ids, 500):
        statement = (
            select(Embedding.object_id, Embedding.vectors, Embedding.dim)
            .join(model, and_(model.id == Embedding.object_id, model.text_hash == Embedding.text_hash))
            .where(_of(kind, model_id, facet), Embedding.object_id.in_([int(row_id) for row_id in chunk]))
        )
        for row_id, stored, dim in session.execute(statement).all():
            found[row_id] = np.frombuffer(stored, dtype=STORED).reshape(-1, dim)
    return found


def _of(kind: PostingKind, model_id: str, facet: Facet) -> Any:
    return and_(Embedding.kind == kind, Embedding.model_id == model_id, Embedding.facet == facet)


def _current(kind: PostingKind, model_id: str) -> Select[int, bytes]:
    """Whole-text vectors whose text is still the posting's own."""
    posting = aliased(model_of(kind))
    return (
        select(Embedding.object_id, Embedding.vectors)
        .join(posting, and_(posting.id == Embedding.object_id, posting.text_hash == Embedding.text_hash))
        .where(_of(kind, model_id, Facet.WHOLE))
    )


def _arrays(rows: Sequence[Any]) -> tuple[Ids, Vectors]:
    ids: NDArray[np.int64] = np.array([row[0] for row in rows], dtype=np.int64)
    stored = b"".join(row[1] for row in rows)
    return ids, np.frombuffer(stored, dtype=STORED).reshape(len(rows), -1 if rows else 0)


def _chunks(values: Sequence[int], size: int) -> Iterator[list[int]]:
    iterator = iter(values)
    while chunk := list(islice(iterator, size)):
        yield chunk
