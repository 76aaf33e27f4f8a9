"""Making one organisation of two: nothing is lost, nothing else changes."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.oversight import merging
from matcher.oversight.merging import MergePreview, MergeProblem, MergeRefusedError
from matcher.people import MailFrequency, MailKind, MembershipRole
from matcher.store import (
    AuditEntry,
    Change,
    Invitation,
    Mail,
    MailPreference,
    Membership,
    Need,
    Offer,
    Organisation,
    SavedSearch,
)
from matcher.store.encryption import blind_index
from matcher.store.session import writing
from matcher.vocabulary import Language, PostingKind
from tests.builders import need, offer, organisation
from tests.matcher.oversight.rows import NOW, account


@pytest.fixture
def two(session: Session) -> tuple[Organisation, Organisation]:
    """One that stays and one that goes; each has two postings."""
    with writing(session):
        keep = organisation(session, name="Les Rayons", siren="732829320")
        drop = organisation(
            session, name="Atelier Les Rayons", siret="73282932000074", website="https://rayons.example"
        )
        for row in (keep, drop):
            need(session, organisation=row)
            offer(session, organisation=row)
    return keep, drop


def _merge(session: Session, keep: Organisation, drop: Organisation, *taken: str) -> Organisation:
    with writing(session):
        number = account(session).id
    seen = merging.seen_mark(keep, drop)
    return merging.merge(session, keep.id, drop.id, frozenset(taken), account_id=number, seen=seen, now=NOW)


def test_no_posting_is_ever_lost(session: Session, two: tuple[Organisation, Organisation]) -> None:
    """All four postings belong to the one that stays, and the other row is gone."""
    keep, drop = two
    gone = drop.id
    _merge(session, keep, drop)
    for model in (Need, Offer):
        assert session.scalars(select(model.organisation_id)).all() == [keep.id, keep.id]
    assert session.get(Organisation, gone) is None
    assert session.connection().exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_moved_postings_are_in_the_change_log(session: Session, two: tuple[Organisation, Organisation]) -> None:
    """Every index and every board of every process hears of them."""
    keep, drop = two
    moved = session.scalars(select(Need.id).where(Need.organisation_id == drop.id)).one()
    head = session.scalar(select(func.max(Change.seq)))
    _merge(session, keep, drop)
    later = session.execute(select(Change.kind, Change.object_id).where(Change.seq > head)).all()
    assert ("need", moved) in [tuple(row) for row in later]


def test_what_was_chosen_of_the_one_that_goes_is_taken(
    session: Session, two: tuple[Organisation, Organisation]
) -> None:
    """Unique identifiers too: two rows never hold one SIRET."""
    keep = _merge(session, *two, "identifiers", "website")
    assert (keep.name, keep.siret, keep.siren, keep.website) == (
        "Les Rayons", "73282932000074", None, "https://rayons.example",
    )  # fmt: skip


def test_members_move_and_keep_the_greater_right(session: Session, two: tuple[Organisation, Organisation]) -> None:
    """Somebody of both is one member, a manager when one of the two said so."""
    keep, drop = two
    with writing(session):
        ada, bo = account(session, "Ada"), account(session, "Bo")
        session.add_all(
            [
                Membership(account_id=ada.id, organisation_id=keep.id, receives_mail=False),
                Membership(account_id=ada.id, organisation_id=drop.id, role=MembershipRole.MANAGER),
                Membership(account_id=bo.id, organisation_id=drop.id, receives_mail=False),
            ]
        )
        for row in (keep, drop):
            session.add(
                Invitation(
                    organisation_id=row.id, address="x@example.org", address_index=blind_index("x@example.org"),
                    expires_at=NOW,
                )
            )  # fmt: skip
        numbers = ada.id, bo.id
    _merge(session, keep, drop)
    found = {row.account_id: row for row in session.scalars(select(Membership))}
    assert set(found) == set(numbers)
    assert {row.organisation_id for row in found.values()} == {keep.id}
    assert (found[numbers[0]].role, found[numbers[0]].receives_mail) == (MembershipRole.MANAGER, True)
    assert found[numbers[1]].receives_mail is False
    assert session.scalars(select(Invitation.organisation_id)).all() == [keep.id]


def test_nobody_gets_more_mails_than_the_calmer_of_the_two_wanted(
    session: Session, two: tuple[Organisation, Organisation]
) -> None:
    """A stop stays a stop, the longer pause counts."""
    keep, drop = two
    with writing(session):
        session.add(MailPreference(organisation_id=keep.id, paused_until=date(2026, 12, 1)))
        session.add(
            MailPreference(
                organisation_id=drop.id, frequency=MailFrequency.NEVER, stopped_at=NOW, paused_until=date(2026, 11, 30)
            )
        )
    _merge(session, keep, drop)
    found = session.scalars(select(MailPreference)).one()
    assert (found.organisation_id, found.frequency, found.stopped_at, found.paused_until) == (
        keep.id, MailFrequency.NEVER, NOW, date(2026, 12, 1),
    )  # fmt: skip


def test_mails_and_searches_move(session: Session, two: tuple[Organisation, Organisation]) -> None:
    """Whose mails they are may still see them."""
    keep, drop = two
    with writing(session):
        session.add(SavedSearch(organisation_id=drop.id, looks_for=PostingKind.OFFER))
        session.add(
            Mail(
                key="x", kind=MailKind.DIGEST, organisation_id=drop.id, address="x@example.org",
                address_index=blind_index("x@example.org"), language=Language.FR, subject="s", text="t", html="h",
            )
        )  # fmt: skip
    assert merging.preview(session, drop) == MergePreview(1, 1, 0, 1, 1, 0)
    _merge(session, keep, drop)
    for model in (SavedSearch, Mail):
        assert session.scalars(select(model.organisation_id)).all() == [keep.id]


def test_a_page_that_is_out_of_date_merges_nothing(session: Session, two: tuple[Organisation, Organisation]) -> None:
    """Somebody changed one of the two meanwhile: the choice was made on something else."""
    keep, drop = two
    seen = merging.seen_mark(keep, drop)
    with writing(session):
        session.get_one(Organisation, drop.id).name = "Tout autre chose"
    with pytest.raises(MergeRefusedError, match=MergeProblem.CHANGED.value):
        merging.merge(session, keep.id, drop.id, frozenset(), account_id=1, seen=seen, now=NOW)
    assert session.get(Organisation, drop.id) is not None


def test_merging_twice_or_with_itself_is_refused(session: Session, two: tuple[Organisation, Organisation]) -> None:
    """The second of two animators is told that the row is gone."""
    keep, drop = two
    gone, seen = drop.id, merging.seen_mark(keep, drop)
    _merge(session, keep, drop)
    with pytest.raises(MergeRefusedError, match=MergeProblem.GONE.value):
        merging.merge(session, keep.id, gone, frozenset(), account_id=1, seen=seen, now=NOW)
    with pytest.raises(MergeRefusedError, match=MergeProblem.SAME.value):
        merging.both(session, keep.id, keep.id)


def test_the_merge_is_in_the_log_with_its_numbers(session: Session, two: tuple[Organisation, Organisation]) -> None:
    """Which row went, and how much moved; no name."""
    keep, drop = two
    gone = drop.id
    _merge(session, keep, drop)
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.object_id) == ("organisation.merged", keep.id)
    assert (entry.details["gone"], entry.details["needs"], entry.details["offers"]) == (gone, 1, 1)


def test_what_differs_is_told_by_group(session: Session, two: tuple[Organisation, Organisation]) -> None:
    """Groups with equal answers are not asked about; an empty one says nothing."""
    keep, drop = two
    assert merging.differing(keep, drop) == ["name", "identifiers", "website"]
    assert not merging.tells(keep, "website")
    assert merging.tells(drop, "website")
    assert merging.tells(keep, "identifiers")
