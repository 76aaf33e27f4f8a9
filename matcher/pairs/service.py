"""The matcher: what a page, the command line and the evaluation all call.

One per process. It holds no session and no posting: only boards, the indexes, the encoder and the
fitted weights. Every answer sees every change that was committed before the call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher.pairs import near_misses
from matcher.pairs.asking import ask_posting, ask_text
from matcher.pairs.candidates import CANDIDATES, Asked, Frequencies, find_candidates
from matcher.pairs.cards import Match, NearMiss, pair_cards, text_cards
from matcher.pairs.evidence import Background, Scored, score_candidates
from matcher.pairs.exposure import count_exposures, rank, record_proposals
from matcher.pairs.filters import Filtered, filter_pairs
from matcher.pairs.near_misses import Relaxation, relaxations
from matcher.pairs.reasons import ReasonCode
from matcher.pairs.weights import Weights
from matcher.ports import EncoderWhenReady, Ids, VectorSearch
from matcher.store import Need, Offer
from matcher.store.board import Board
from matcher.store.boards import Boards
from matcher.vocabulary import Engine, PostingKind

#: Cards of a page of proposals. Chosen: DESIGN asks for five to ten.
PAGE = 10

#: Candidates for near misses, which are only told when a page is not full. Chosen.
NEAR_CANDIDATES = 60

#: Near misses shown for each condition. Chosen.
NEAR_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Proposals:
    """Answer to one posting or one text, for one side. ``considered`` : postings that passed every filter."""

    kind: PostingKind
    engine: Engine
    items: list[Match]
    near_misses: list[NearMiss] = field(default_factory=list)
    considered: int = 0


@dataclass(frozen=True, slots=True)
class _Case:
    """One posting against the board of the other side."""

    posting: Need | Offer
    asker: Board
    board: Board
    asked: Asked
    filtered: Filtered
    today: date

    def pair(self, rows: NDArray[np.intp]) -> tuple[Board, Board]:
        """Need board and offer board of the asker and some rows of the other side."""
        others = self.board.take(rows)
        return (self.asker, others) if isinstance(self.posting, Need) else (others, self.asker)


class Matcher:
    """Proposals for a posting, in both directions, and free-text search. Thread-safe.

    ``model_id`` tells the model whose stored vectors count, known before that model is loaded;
    None when there is none, and every answer then comes from words alone.
    """

    def __init__(
        self,
        searches: Mapping[PostingKind, VectorSearch],
        encoder: EncoderWhenReady,
        model_id: Callable[[], str | None],
        weights: Weights,
        today: Callable[[], date],
    ) -> None:
        self._searches = searches
        self._encoder = encoder
        self._model_id = model_id
        self._weights = weights
        self._today = today
        self._boards = Boards()
        self._frequencies = Frequencies()
        self._background = Background()

    def proposals(
        self, session: Session, posting: Need | Offer, limit: int = PAGE, *, near_misses: bool = True
    ) -> Proposals:
        """Offers for a need, or needs for an offer, best first, none below the level "partial".

        A page that is not full is completed by ``near_misses``; who only records leaves them out. Cost: one exact
        vector search over the allowed ids, one word search, and what a few hundred candidates take to compare.
        """
        case = self._open(session, posting)
        rows = np.flatnonzero(case.filtered.allowed)
        scored, exact = self._score(session, case.asked, case.board, case.board.ids[rows])
        distance = case.filtered.distance_km[exact]
        need, offer = case.pair(exact)
        exposure = count_exposures(session, case.asked.looks_for, scored.ids, case.today)
        best, newcomer = rank(scored, need, offer, distance, exposure, case.asked.looks_for, case.today)
        items = pair_cards(session, posting, case.asked, scored, best[:limit].tolist(), distance, case.today, newcomer)
        near = self._near_misses(session, case) if near_misses and len(items) < limit else []
        return Proposals(case.asked.looks_for, scored.engine, items, near, rows.size)

    def search(
        self,
        session: Session,
        text: str,
        language: str,
        kinds: Sequence[PostingKind] = tuple(PostingKind),
        limit: int = PAGE,
        draft: bool = False,
    ) -> dict[PostingKind, Proposals]:
        """Live postings of each side that answer a typed text, best first.

        A ``draft`` is the text of a posting being written: its levels are those of a posting.
        """
        answers = {}
        for kind in kinds:
            board = self._boards.board(session, kind)
            asked = ask_text(text, language, kind, self._encoder(), draft)
            live = board.ids[board.live(self._today())]
            scored, _ = self._score(session, asked, board, live)
            best = np.lexsort((scored.ids, -scored.relevance, -scored.level))
            shown = best[scored.level[best] > 0][:limit]
            answers[kind] = Proposals(
                kind, scored.engine, text_cards(session, asked, scored, shown.tolist()), [], live.size
            )
        return answers

    def scores(self, session: Session, asked: Need | Offer | tuple[str, str], kind: PostingKind) -> Scored:
        """Every candidate of ``kind`` with its score, no cut-off applied: what the evaluation measures.

        ``asked`` is a posting (then its hard filters hold) or a text with its language.
        """
        if isinstance(asked, tuple):
            board = self._boards.board(session, kind)
            live = board.ids[board.live(self._today())]
            return self._score(session, ask_text(*asked, kind, self._encoder()), board, live)[0]
        case = self._open(session, asked)
        return self._score(session, case.asked, case.board, case.board.ids[case.filtered.allowed])[0]

    def similar(self, session: Session, kind: PostingKind, text: str, k: int = 10) -> list[tuple[int, float]]:
        """Live postings of ``kind`` nearest in meaning to ``text`` with their cosines; none without an encoder."""
        encoder = self._encoder()
        if encoder is None or not text.strip():
            return []
        board = self._boards.board(session, kind)
        vector = encoder.encode_documents([text])[0]
        ids, cosines = self._searches[kind].search(vector, k, board.ids[board.live(self._today())])
        return list(zip(ids.tolist(), cosines.tolist(), strict=True))

    def propose(self, session: Session, posting: Need | Offer) -> int:
        """Match a posting that appeared or changed, and remember who is shown to whom; how many pairs are new."""
        return self.record(session, posting, self.proposals(session, posting, near_misses=False))

    def record(self, session: Session, posting: Need | Offer, proposals: Proposals) -> int:
        """Remember who was shown to whom. Called on publication, never when a page is read."""
        model_id = self._model_id() if proposals.engine is Engine.HYBRID else None
        return record_proposals(session, posting, proposals.items, proposals.engine, model_id)

    def _open(self, session: Session, posting: Need | Offer) -> _Case:
        today = self._today()
        board = self._boards.board(session, posting.posting_kind.other)
        asker = self._boards.row_of(session, posting)
        sides = (asker, board) if isinstance(posting, Need) else (board, asker)
        asked = ask_posting(session, posting, self._model_id(), self._encoder())
        return _Case(posting, asker, board, asked, filter_pairs(*sides, today), today)

    def _score(
        self,
        session: Session,
        asked: Asked,
        board: Board,
        allowed: Ids,
        k: int = CANDIDATES,
        by_words: bool = True,
    ) -> tuple[Scored, NDArray[np.intp]]:
        """Scored candidates among ``allowed``, and their positions on the board."""
        kind, model_id = asked.looks_for, self._model_id()
        frequencies = self._frequencies.of(session, kind, asked.stems, len(board))
        search = self._searches[kind]
        ids, cosines = find_candidates(session, asked, search, frequencies, allowed, len(board), k, by_words)
        mean = self._background.of(session, kind, model_id, board) if model_id and asked.whole is not None else None
        scored = score_candidates(session, asked, ids, cosines, frequencies, board, model_id, mean, self._weights)
        return scored, board.positions(ids)

    def _near_misses(self, session: Session, case: _Case) -> list[NearMiss]:
        """What one lifted condition would add, most promising condition first.

        Looked for by meaning where there are vectors: a second word search would cost as much as the first.
        """
        found = relaxations(case.asker, case.board, case.filtered, case.posting.posting_kind)
        if not found:
            return []
        rows = np.flatnonzero(np.logical_or.reduce([relaxation.rows for relaxation in found]))
        near = case.board.ids[rows]
        scored, exact = self._score(session, case.asked, case.board, near, NEAR_CANDIDATES, by_words=False)
        told = [self._tell(session, case, relaxation, scored, exact) for relaxation in found]
        return sorted((near for near in told if near), key=lambda near: -near.matches[0].score)

    def _tell(
        self, session: Session, case: _Case, relaxation: Relaxation, scored: Scored, exact: NDArray[np.intp]
    ) -> NearMiss | None:
        chosen = np.flatnonzero(relaxation.rows[exact] & (scored.level > 0))
        if not chosen.size:
            return None
        distance = case.filtered.distance_km[exact]
        params = {}
        if relaxation.code is ReasonCode.TOO_FAR:
            params["km"], within = near_misses.widened(distance[chosen], float(case.asker.range_km[0]), NEAR_SHOWN)
            chosen = chosen[within]
        best = chosen[np.lexsort((scored.ids[chosen], -scored.relevance[chosen], -scored.level[chosen]))]
        matches = pair_cards(
            session, case.posting, case.asked, scored, best[:NEAR_SHOWN].tolist(), distance, case.today
        )
        return NearMiss(relaxation.code, params, int(best.size), matches)
