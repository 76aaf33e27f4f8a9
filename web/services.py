"""What views and commands call beyond the database session: encoder, vector stores and matcher, put together.

Importing this module imports numpy, FAISS and the matcher: :func:`web.wiring.services` does it on first use,
because the first page of a process needs none of them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from embeddings.encoder import Encoder, ModelUnavailable
from embeddings.faiss_store import FaissStore
from embeddings.loading import BackgroundLoader
from embeddings.vector_store import Delta, VectorStore
from matcher.clock import today
from matcher.pairs.service import Matcher
from matcher.pairs.weights import shipped_weights
from matcher.ports import Ids, Vectors
from matcher.store import Need, Offer
from matcher.store.encoding import (
    BATCH,
    backlog,
    count_vectors,
    encode_postings,
    scan_vectors,
    vector_head,
    vectors_since,
)
from matcher.text import guess_language, split_sentences
from matcher.vocabulary import PostingKind
from web.config import Settings


class SqlVectorSource:
    """Stored vectors of one side, as a vector store follows them. Opens a session for each question."""

    def __init__(self, sessions: sessionmaker[Session], kind: PostingKind, encoder: Encoder) -> None:
        self._sessions = sessions
        self._kind = kind
        self._encoder = encoder

    @property
    def model_id(self) -> str:
        """Model whose vectors are followed."""
        return self._encoder.model_id

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._encoder.dim

    def head(self) -> int:
        """Number of the last change."""
        with self._sessions() as session:
            return vector_head(session)

    def count(self) -> int:
        """Postings with a current vector."""
        with self._sessions() as session:
            return count_vectors(session, self._kind, self.model_id)

    def changes_since(self, seq: int) -> Delta:
        """Net effect of every change after ``seq``, from one snapshot."""
        with self._sessions() as session:
            head = vector_head(session)
            ids, vectors, gone = vectors_since(session, self._kind, self.model_id, seq)
        return Delta(head, ids, vectors.reshape(ids.size, self.dim), gone)

    def scan(self, batch: int) -> Iterator[tuple[Ids, Vectors]]:
        """All current vectors in order of id, from one snapshot."""
        with self._sessions() as session:
            yield from scan_vectors(session, self._kind, self.model_id, batch)


class StoreSearch:
    """A vector store as the matcher wants it: one query, and up to date."""

    def __init__(self, store: VectorStore) -> None:
        self._store = store

    def search(self, query: Vectors, k: int, allowed: NDArray[np.int64] | None) -> tuple[Ids, Vectors]:
        """At most ``k`` allowed ids and their cosines, best first."""
        self._store.refresh()
        found = self._store.search(query[None, :], k, allowed)
        return found.ids[0], found.scores[0]


class Services:
    """What views and commands call beyond the database session. One per process."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        matcher: Matcher,
        loader: BackgroundLoader,
        stores: dict[PostingKind, VectorStore],
    ) -> None:
        self.matcher = matcher
        self.loader = loader
        self.stores = stores
        self._sessions = sessions
        self._warming: threading.Thread | None = None
        self._lock = threading.Lock()

    @property
    def encoder(self) -> Encoder:
        """The encoder, loaded or not."""
        return self.loader.encoder

    def warm_up(self) -> None:
        """Load the encoder and open the indexes aside, then encode what waits. Returns at once; once per process."""
        with self._lock:
            if self._warming is None:
                self._warming = threading.Thread(target=self._warm_up, name="warm-up", daemon=True)
                self._warming.start()

    def _warm_up(self) -> None:
        self.loader.start()
        guess_language("bonjour")  # reads its tables the first time, which the first coach would wait for
        with suppress(ModelUnavailable):
            for store in self.stores.values():
                store.refresh()  # checks the files, or makes them: the first search would wait for it
        if self.loader.wait() is not None:
            self.encode_waiting()

    def encode_waiting(self) -> None:
        """Encode postings without current vectors, batch by batch: another process may be at it too."""
        encoder = self.encoder
        for kind in PostingKind:
            with self._sessions() as session:
                while waiting := backlog(session, kind, encoder.model_id)[:BATCH]:
                    if not encode_postings(session, kind, waiting, encoder):
                        break

    def encode_now(self, session: Session, posting: Need | Offer) -> None:
        """Vectors of a posting that was just saved, if the encoder is there; it waits for warm-up otherwise."""
        encoder = self.loader.ready()
        if encoder is not None:
            encode_postings(session, posting.posting_kind, [posting.id], encoder)


def build_services(engine: Engine, settings: Settings, loader: BackgroundLoader | None = None) -> Services:
    """Services on one database; ``loader`` is given where an encoder is loaded already."""
    loader = loader or BackgroundLoader(Encoder(settings.model, split_sentences))
    encoder = loader.encoder
    sessions = sessionmaker(engine)
    stores: dict[PostingKind, VectorStore] = {
        kind: FaissStore(Path(settings.var_dir) / "index" / kind.value, SqlVectorSource(sessions, kind, encoder))
        for kind in PostingKind
    }
    matcher = Matcher(
        {kind: StoreSearch(store) for kind, store in stores.items()},
        loader.ready,
        lambda: _model_id(encoder),
        shipped_weights(),
        today,
    )
    return Services(sessions, matcher, loader, stores)


def _model_id(encoder: Encoder) -> str | None:
    try:
        return encoder.model_id
    except ModelUnavailable:
        return None
