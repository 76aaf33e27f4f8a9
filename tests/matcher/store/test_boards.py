"""Filter columns in memory follow the database."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from sqlalchemy.orm import Session

from matcher.clock import utc_now
from matcher.postings.publish import close_posting
from matcher.store.board import NO_DAY, bit
from matcher.store.boards import Boards
from matcher.store.session import writing
from matcher.vocabulary import (
    ClosedReason,
    CollaborationKind,
    DeliveryMode,
    Family,
    OfferKind,
    PostingKind,
    SizeBand,
)
from tests.builders import need, offer, organisation

TODAY = date(2026, 6, 15)


def test_cells_hold_what_the_row_says(session: Session) -> None:
    """Sets become masks, dates ordinals, and what is not known is nan, -1 or 0."""
    with writing(session):
        row = offer(
            session,
            kind=OfferKind.TRAINING,
            delivery_modes=frozenset({DeliveryMode.REMOTE}),
            client_sizes=frozenset({SizeBand.NONE}),
            families_excluded=frozenset({Family.FUNDER, Family.COMPANY}),
            expires_on=date(2026, 12, 31),
            monthly_capacity=4,
        )
    board = Boards().board(session, PostingKind.OFFER)
    assert board.ids.tolist() == [row.id]
    assert (board.remote[0], board.on_site[0]) == (True, False)
    assert board.kinds[0] == bit(CollaborationKind.TRAINING) | bit(CollaborationKind.COLLABORATION)
    assert board.families_excluded[0] == bit(Family.FUNDER) | bit(Family.COMPANY)
    assert board.client_sizes[0] == bit(SizeBand.NONE)
    assert board.expires[0] == date(2026, 12, 31).toordinal()
    assert board.paused_until[0] == 0
    assert np.isnan(board.money_low[0])
    assert board.capacity[0] == 4


def test_a_board_follows_new_changed_closed_and_deleted_rows(session: Session) -> None:
    """The same object answers from every change committed before the call."""
    boards = Boards()
    with writing(session):
        first, second = offer(session), offer(session)
    assert boards.board(session, PostingKind.OFFER).ids.tolist() == [first.id, second.id]
    with writing(session):
        third = offer(session)
        first.monthly_capacity = 9
    close_posting(session, second, ClosedReason.MATCHED_HERE, utc_now())
    board = boards.board(session, PostingKind.OFFER)
    assert board.ids.tolist() == [first.id, second.id, third.id]
    assert board.capacity.tolist() == [9, 2, 2]
    assert board.live(TODAY).tolist() == [True, False, True]
    with writing(session):
        session.delete(first)
    assert boards.board(session, PostingKind.OFFER).ids.tolist() == [second.id, third.id]


def test_a_board_that_readers_hold_never_changes(session: Session) -> None:
    """A search that started with a board ends with it."""
    boards = Boards()
    with writing(session):
        offer(session)
    held = boards.board(session, PostingKind.OFFER)
    with writing(session):
        offer(session)
    assert len(boards.board(session, PostingKind.OFFER)) == 2
    assert len(held) == 1


def test_an_organisation_that_changes_family_changes_its_postings(session: Session) -> None:
    """The family is the organisation's: its needs and offers follow."""
    boards = Boards()
    with writing(session):
        owner = organisation(session, family=Family.COMPANY)
        offer(session, organisation=owner)
    assert boards.board(session, PostingKind.OFFER).family.tolist() == [bit(Family.COMPANY)]
    with writing(session):
        owner.family = Family.RESEARCH
    assert boards.board(session, PostingKind.OFFER).family.tolist() == [bit(Family.RESEARCH)]


def test_merging_a_delta_gives_the_same_board_as_reading_all_anew(session: Session) -> None:
    """Random saves, edits and deletions: the followed board equals a fresh one."""
    boards, rng = Boards(), np.random.default_rng(7)
    with writing(session):
        rows = [need(session) for _ in range(12)]
    boards.board(session, PostingKind.NEED)
    for _ in range(15):
        with writing(session):
            row = rows[int(rng.integers(len(rows)))]
            choice = rng.integers(3)
            if choice == 0:
                rows.append(need(session, at="Metz"))
            elif choice == 1:
                row.budget_max = int(rng.integers(10_000))
            elif len(rows) > 3:
                session.delete(row)
                rows.remove(row)
        followed = boards.board(session, PostingKind.NEED)
        fresh = Boards().board(session, PostingKind.NEED)
        assert followed.ids.tolist() == fresh.ids.tolist() == sorted(row.id for row in rows)
        np.testing.assert_array_equal(followed.money_high, fresh.money_high)
        np.testing.assert_array_equal(followed.x, fresh.x)


@pytest.mark.parametrize(
    ("values", "live"),
    [
        ({}, True),
        ({"expires_on": TODAY}, True),
        ({"expires_on": TODAY - timedelta(days=1)}, False),
        ({"paused_until": TODAY}, True),
        ({"paused_until": TODAY + timedelta(days=1)}, False),
    ],
)
def test_expiry_and_pause_are_inclusive_days(session: Session, values: dict[str, date], live: bool) -> None:
    """Live through the last day; back on the day of the pause's end. The row's own rule agrees."""
    with writing(session):
        row = need(session, **values)
    assert Boards().board(session, PostingKind.NEED).live(TODAY).tolist() == [live]
    assert row.is_live(TODAY) is live


def test_room_is_of_the_month_that_was_counted(session: Session) -> None:
    """Requests taken on in May leave the whole capacity in June. The row's own rule agrees."""
    with writing(session):
        row = offer(session, monthly_capacity=3, taken_this_month=2, taken_month="2026-06")
    board = Boards().board(session, PostingKind.OFFER)
    assert board.room(TODAY).tolist() == [1] == [row.room_left(TODAY)]
    assert board.room(date(2026, 7, 1)).tolist() == [3] == [row.room_left(date(2026, 7, 1))]


def test_an_empty_database_has_empty_boards(session: Session) -> None:
    """No row, no error."""
    board = Boards().board(session, PostingKind.NEED)
    assert len(board) == 0
    assert board.live(TODAY).tolist() == []
    assert date.max.toordinal() < NO_DAY
