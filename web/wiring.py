"""Where the pieces meet: database, encoder, vector stores, matcher. Nothing is loaded before it is used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from flask import Flask, current_app
from flask_sqlalchemy_lite import SQLAlchemy
from numpy.typing import NDArray
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from embeddings.encoder import Encoder, ModelUnavailable
from embeddings.faiss_store import FaissStore
from embeddings.loading import BackgroundLoader, LoadState
from embeddings.vector_store import Delta, VectorStore
from matcher.pairs.relevance import shipped_weights
from matcher.pairs.service import Matcher
from matcher.ports import Ids, Vectors
from matcher.store.encoding import count_vectors, scan_vectors, vector_head, vectors_since
from matcher.store.session import configure_engine
from matcher.text import split_sentences
from matcher.vocabulary import PostingKind
from web.config import Settings

db = SQLAlchemy(engine_options={"hide_parameters": True})

#: Expiry and the month of an exposure budget change at midnight of the territory, not of UTC.
TERRITORY_ZONE = ZoneInfo("Europe/Paris")


def today() -> date:
    """The day it is in the territory."""
    return datetime.now(UTC).astimezone(TERRITORY_ZONE).date()


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


@dataclass(frozen=True)
class Services:
    """What views and commands call beyond the database session."""

    matcher: Matcher
    encoder: Encoder
    loader: BackgroundLoader
    stores: dict[PostingKind, VectorStore]

    @property
    def encoder_notice(self) -> LoadState | None:
        """State of the encoder when it cannot answer; None when it can."""
        return None if self.loader.ready() is not None else self.loader.state


def init_app(app: Flask, settings: Settings) -> None:
    """Open the engine and put the services together; neither model nor index is read here."""
    app.config["SQLALCHEMY_ENGINES"] = {"default": settings.effective_database_url}
    db.init_app(app)
    with app.app_context():
        configure_engine(db.engine)
        app.extensions["passerelle"] = build_services(db.engine, settings)


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
    return Services(matcher, encoder, loader, stores)


def _model_id(encoder: Encoder) -> str | None:
    try:
        return encoder.model_id
    except ModelUnavailable:
        return None


def services() -> Services:
    """Services of the application at hand."""
    found: Services = current_app.extensions["passerelle"]
    return found
