"""Vectors of postings in the store, on every database: what waits, what is current, what comes back."""

from __future__ import annotations

import zlib

import numpy as np
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from matcher.ports import Vectors
from matcher.store import Facet
from matcher.store.encoding import (
    backlog,
    count_vectors,
    encode_postings,
    forget_other_models,
    load_vectors,
    scan_vectors,
    vector_head,
    vectors_since,
)
from matcher.store.passages import passages
from matcher.store.session import writing
from matcher.vocabulary import PostingKind
from tests.builders import need, offer

OFFER = PostingKind.OFFER


class CountingEncoder:
    """Unit vectors that depend on the text alone; ``seen`` tells how many texts were encoded."""

    model_id = "counting@1"
    seen = 0

    def encode_documents(self, texts: list[str]) -> Vectors:
        """One row a text."""
        self.seen += len(texts)
        rows = np.array(
            [np.random.default_rng(zlib.crc32(text.encode())).normal(size=8) for text in texts], dtype=np.float32
        )
        rows = rows.reshape(len(texts), 8)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    encode_queries = encode_documents


def test_encoded_postings_leave_the_backlog_and_come_back_bit_by_bit(engine: Engine) -> None:
    """Whole texts and sentences, in order; newest first while they wait."""
    encoder = CountingEncoder()
    with Session(engine) as session:
        with writing(session):
            rows = [offer(session, f"Offre {number}") for number in range(3)]
        waiting = backlog(session, OFFER, encoder.model_id)
        assert waiting == [row.id for row in reversed(rows)]
        assert encode_postings(session, OFFER, waiting, encoder) == 3
        assert backlog(session, OFFER, encoder.model_id) == []
        assert count_vectors(session, OFFER, encoder.model_id) == 3
        found = load_vectors(session, OFFER, encoder.model_id, Facet.SENTENCES, [rows[1].id])[rows[1].id]
        np.testing.assert_array_equal(found, encoder.encode_documents(list(passages(rows[1]).sentences)))
        ids, vectors = next(iter(scan_vectors(session, OFFER, encoder.model_id, 10)))
        assert ids.tolist() == [row.id for row in rows]
        np.testing.assert_array_equal(vectors, encoder.encode_documents([passages(row).whole for row in rows]))


def test_a_scan_in_batches_gives_every_row_once_in_order(engine: Engine) -> None:
    """Also when a batch is full to the brim."""
    encoder = CountingEncoder()
    with Session(engine) as session:
        with writing(session):
            rows = [offer(session, f"Offre {number}") for number in range(6)]
        encode_postings(session, OFFER, [row.id for row in rows], encoder)
        batches = [ids.tolist() for ids, _ in scan_vectors(session, OFFER, encoder.model_id, 3)]
        assert [row for batch in batches for row in batch] == sorted(row.id for row in rows)
        assert [len(batch) for batch in batches] == [3, 3]


def test_an_edited_text_is_no_longer_current_until_encoded_again(engine: Engine) -> None:
    """Vectors of the old text are neither loaded, nor scanned, nor in the delta."""
    encoder = CountingEncoder()
    with Session(engine) as session:
        with writing(session):
            kept, edited, gone = (offer(session, title) for title in ("Un", "Deux", "Trois"))
        encode_postings(session, OFFER, backlog(session, OFFER, encoder.model_id), encoder)
        head, gone_id = vector_head(session), gone.id
        with writing(session):
            edited.description = "Tout autre chose."
            session.delete(gone)
        ids, _, forgotten = vectors_since(session, OFFER, encoder.model_id, head)
        assert ids.tolist() == []
        assert forgotten.tolist() == [edited.id, gone_id]
        assert set(load_vectors(session, OFFER, encoder.model_id, Facet.WHOLE, [kept.id, edited.id])) == {kept.id}
        assert backlog(session, OFFER, encoder.model_id) == [edited.id]
        encode_postings(session, OFFER, [edited.id], encoder)
        ids, vectors, forgotten = vectors_since(session, OFFER, encoder.model_id, head)
        assert (ids.tolist(), forgotten.tolist()) == ([edited.id], [gone_id])
        np.testing.assert_array_equal(vectors[0], encoder.encode_documents([passages(edited).whole])[0])


def test_vectors_of_two_models_stand_side_by_side_until_one_is_forgotten(engine: Engine) -> None:
    """A changed model encodes everything anew and mixes nothing."""
    old, new = CountingEncoder(), CountingEncoder()
    old.model_id = "counting@0"
    with Session(engine) as session:
        with writing(session):
            row = need(session)
        encode_postings(session, PostingKind.NEED, [row.id], old)
        assert backlog(session, PostingKind.NEED, new.model_id) == [row.id]
        encode_postings(session, PostingKind.NEED, [row.id], new)
        assert forget_other_models(session, new.model_id) == 2
        assert count_vectors(session, PostingKind.NEED, old.model_id) == 0
        assert count_vectors(session, PostingKind.NEED, new.model_id) == 1
