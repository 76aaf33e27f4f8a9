"""The two boards of this process, read from SQL and kept current by the change log."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, Select, Text, func, literal, null, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from matcher.store.board import NO_DAY, SCOPES, Board, bit, mask
from matcher.store.changes import Change
from matcher.store.organisations import Organisation
from matcher.store.places import Place
from matcher.store.postings import Need, Offer
from matcher.store.unstored import board_row
from matcher.vocabulary import (
    ANSWERS,
    CollaborationKind,
    DeliveryMode,
    Family,
    OfferKind,
    OrganisationType,
    PostingKind,
    PostingStatus,
    SizeBand,
)

#: A board is read anew when more than this share of its rows changed (and at least MIN_RELOAD):
#: merging costs a look-up a row, reading anew one pass. Chosen, not measured.
RELOAD_SHARE = 0.1
MIN_RELOAD = 1000

#: Identifiers in one statement: below SQLite's limit of bound variables.
CHUNK = 500


class Boards:
    """Boards of needs and offers. Thread-safe; readers keep the board they started with.

    Both sides intern place codes in one table, so that they can be compared with each other.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._codes: dict[tuple[str, object], int] = {}
        self._seen: dict[PostingKind, tuple[int, Board]] = {}

    def board(self, session: Session, kind: PostingKind) -> Board:
        """Board that holds every change committed before the call.

        Cost: one indexed ``max(seq)`` when nothing changed; the rows changed since otherwise; one
        pass over the table the first time (about a second for 100 000 rows).
        """
        with self._lock:
            head = session.scalar(select(func.max(Change.seq))) or 0
            seq, board = self._seen.get(kind, (-1, None))
            if board is None or head < seq:  # a lower head: the database was restored from a copy
                board = self._load(session, kind)
            elif head > seq:
                board = self._updated(session, kind, board, seq)
            self._seen[kind] = (head, board)
            return board

    def row_of(self, session: Session, posting: Need | Offer) -> Board:
        """One-row board of ``posting``, stored or not; what is stored is read as the database has it."""
        if posting.id is None:
            return Board.of_rows([self._cells(posting.posting_kind, board_row(posting))])
        return self._load(session, posting.posting_kind, [posting.id])

    def _updated(self, session: Session, kind: PostingKind, board: Board, seq: int) -> Board:
        changed = _changed_ids(session, kind, seq)
        if not changed.size:
            return board
        if changed.size > max(MIN_RELOAD, len(board) * RELOAD_SHARE):
            return self._load(session, kind)
        kept = board.take(~np.isin(board.ids, changed))
        return kept.merged(self._load(session, kind, changed.tolist()))

    def _load(self, session: Session, kind: PostingKind, ids: Sequence[int] | None = None) -> Board:
        model, statement = (Need, _need_columns()) if kind is PostingKind.NEED else (Offer, _offer_columns())
        rows: Iterable[Row[Any]]
        if ids is None:
            rows = session.execute(statement.order_by(model.id))
        else:
            chunks = [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
            found = [row for chunk in chunks for row in session.execute(statement.where(model.id.in_(chunk)))]
            rows = sorted(found, key=lambda row: int(row.id))
        return Board.of_rows([self._cells(kind, row) for row in rows])

    def _cells(self, kind: PostingKind, row: Row[Any]) -> tuple[Any, ...]:
        """Cells of one row, in the order of Board's fields."""
        return (
            row.id,
            row.organisation_id,
            row.status is PostingStatus.OPEN and row.held_at is None,
            row.expires_on.toordinal() if row.expires_on else NO_DAY,
            row.paused_until.toordinal() if row.paused_until else 0,
            *_unit_point(row.latitude, row.longitude),
            row.place_id,
            self._code("epci", row.epci_siren),
            self._code("department", row.department and (row.country, row.department)),
            self._code("region", row.region and (row.country, row.region)),
            self._code("country", row.country),
            SCOPES.index(row.range_scope),
            math.nan if row.range_km is None else row.range_km,
            *(_need_modes(row) if kind is PostingKind.NEED else _offer_modes(row)),
            bit(row.family),
            mask(Family, row.families_wanted),
            mask(Family, row.families_excluded),
            bit(row.organisation_type),
            bit(row.size_band) if row.size_band else 0,
            mask(OrganisationType, row.client_types),
            mask(SizeBand, row.client_sizes),
            math.nan if row.money_low is None else row.money_low,
            math.nan if row.money_high is None else row.money_high,
            row.capacity,
            row.taken,
            int(row.taken_month.replace("-", "")) if row.taken_month else 0,
            row.created_at.toordinal(),
            row.lexeme_count,
        )

    def _code(self, level: str, value: object) -> int:
        return self._codes.setdefault((level, value), len(self._codes)) if value else -1


def _changed_ids(session: Session, kind: PostingKind, seq: int) -> NDArray[np.int64]:
    """Postings of one side that changed after ``seq``, or whose organisation did."""
    model = Need if kind is PostingKind.NEED else Offer
    own = select(Change.object_id).where(Change.seq > seq, Change.kind == kind.value)
    organisations = select(Change.object_id).where(Change.seq > seq, Change.kind == "organisation")
    moved = select(model.id).where(model.organisation_id.in_(organisations))
    return np.array(sorted({*session.scalars(own), *session.scalars(moved)}), dtype=np.int64)


def _unit_point(latitude: float, longitude: float) -> tuple[float, float, float]:
    phi, lam = math.radians(latitude), math.radians(longitude)
    return math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi)


def _need_modes(row: Row[Any]) -> tuple[bool, bool, int]:
    """Remote, on site, kinds wanted."""
    return bool(row.modes), True, mask(CollaborationKind, row.kinds)


def _offer_modes(row: Row[Any]) -> tuple[bool, bool, int]:
    """Remote, on site, kinds answered. An offer that names no mode can be had both ways."""
    modes = mask(DeliveryMode, row.modes)
    return (
        not modes or bool(modes & bit(DeliveryMode.REMOTE)),
        not modes or bool(modes & bit(DeliveryMode.ON_SITE)),
        _answer_mask(row.kinds),
    )


@lru_cache(maxsize=64)
def _answer_mask(kind: OfferKind) -> int:
    return sum(bit(answered) for answered in ANSWERS[kind])


def _stored(column: InstrumentedAttribute[Any]) -> Any:
    """A column as stored: masks are made from the text, without 100 000 sets in between."""
    return type_coerce(column, Text).label(column.key)


def _shared_columns(model: type[Need] | type[Offer]) -> list[Any]:
    return [
        model.id,
        model.organisation_id,
        model.status,
        model.held_at,
        model.expires_on,
        model.paused_until,
        model.place_id,
        model.range_scope,
        model.range_km,
        model.created_at,
        model.lexeme_count,
        _stored(model.families_excluded),
        Place.latitude,
        Place.longitude,
        Place.epci_siren,
        Place.department,
        Place.region,
        Place.country,
        Organisation.family,
        Organisation.organisation_type,
        Organisation.size_band,
    ]


def _joined(columns: list[Any], model: type[Need] | type[Offer]) -> Select[Any]:
    return (
        select(*columns)
        .select_from(model)
        .join(Place, Place.id == model.place_id)
        .join(Organisation, Organisation.id == model.organisation_id)
    )


def _need_columns() -> Select[Any]:
    columns = [
        *_shared_columns(Need),
        Need.remote_ok.label("modes"),
        _stored(Need.kinds),
        _stored(Need.families_wanted),
        literal("").label("client_types"),
        literal("").label("client_sizes"),
        null().label("money_low"),
        Need.budget_max.label("money_high"),
        literal(1).label("capacity"),
        literal(0).label("taken"),
        null().label("taken_month"),
    ]
    return _joined(columns, Need)


def _offer_columns() -> Select[Any]:
    columns = [
        *_shared_columns(Offer),
        type_coerce(Offer.delivery_modes, Text).label("modes"),
        Offer.kind.label("kinds"),
        literal("").label("families_wanted"),
        _stored(Offer.client_types),
        _stored(Offer.client_sizes),
        Offer.project_min.label("money_low"),
        null().label("money_high"),
        Offer.monthly_capacity.label("capacity"),
        Offer.taken_this_month.label("taken"),
        Offer.taken_month,
    ]
    return _joined(columns, Offer)
