"""Organisations and those who act for them: claiming, inviting, handing over, deleting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.accounts import invitations
from matcher.accounts.deleting import Fate, consequences, delete_account
from matcher.accounts.invitations import NotInvitedError, TooManyInvitationsError
from matcher.accounts.membership import (
    LastManagerError,
    ManagedByOthersError,
    attach,
    change_role,
    claim,
    join,
    may_act_for,
    members_of,
    membership_of,
    memberships_of,
    remove,
)
from matcher.accounts.registering import create_account
from matcher.accounts.roles import LastAdministratorError, set_locked, set_role
from matcher.people import AccountRole, MembershipRole
from matcher.store import Account, AuditEntry, Membership, Organisation
from matcher.vocabulary import Language, PostingStatus
from tests import builders

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def account(session: Session, name: str) -> Account:
    """An account."""
    return create_account(
        session, f"{name}@example.org", password=None, name=name, language=Language.FR, consent_version=None, now=NOW
    )


@pytest.fixture
def organisation(session: Session) -> Organisation:
    """An organisation with one need."""
    row = builders.need(session).organisation
    session.commit()
    return row


def roles(session: Session, organisation: Organisation) -> dict[str, MembershipRole]:
    """Who does what, by name."""
    return {row.account.name: row.role for row in members_of(session, organisation.id)}


def test_the_first_claim_manages_and_the_second_is_refused(session: Session) -> None:
    """Claiming again changes nothing; cancelling links raises their version."""
    need = builders.need(session)
    session.commit()
    first, second = account(session, "first"), account(session, "second")
    row = claim(session, first, need)
    assert row.role is MembershipRole.MANAGER
    assert claim(session, first, need, cancel_links=True).id == row.id
    version = need.link_version
    with pytest.raises(ManagedByOthersError):
        claim(session, second, need, cancel_links=True)
    assert need.link_version == version == 2
    assert may_act_for(session, first.id, need.organisation_id)
    assert not may_act_for(session, second.id, need.organisation_id)


def test_an_organisation_never_loses_its_last_manager_while_members_stay(
    session: Session, organisation: Organisation
) -> None:
    """Alone, one may go; with members, one hands over first."""
    boss, member = account(session, "boss"), account(session, "member")
    own = attach(session, boss, organisation)
    other = join(session, member.email, organisation.id, MembershipRole.MEMBER, by=boss)
    assert other is not None
    with pytest.raises(LastManagerError):
        remove(session, boss, own)
    with pytest.raises(LastManagerError):
        change_role(session, boss, own, MembershipRole.MEMBER)
    change_role(session, boss, other, MembershipRole.MANAGER)
    remove(session, boss, own)
    assert roles(session, organisation) == {"member": MembershipRole.MANAGER}
    remove(session, member, other)
    assert roles(session, organisation) == {}


def test_an_invitation_ends_with_its_time_its_answer_and_its_successor(
    session: Session, organisation: Organisation
) -> None:
    """It is for one address; accepting twice, or too late, is refused."""
    boss, guest, other = (account(session, name) for name in ("boss", "guest", "other"))
    attach(session, boss, organisation)
    row = invitations.invite(session, boss, organisation.id, guest.email, MembershipRole.MANAGER, now=NOW)
    with pytest.raises(NotInvitedError):
        invitations.accept(session, other, row.id, now=NOW)
    late = NOW + invitations.INVITATION_LIFE
    with pytest.raises(NotInvitedError):
        invitations.accept(session, guest, row.id, now=late)
    number = row.id
    invitations.accept(session, guest, number, now=late - timedelta(seconds=1))
    assert roles(session, organisation)["guest"] is MembershipRole.MANAGER
    with pytest.raises(NotInvitedError):
        invitations.accept(session, guest, number, now=NOW)


def test_invitations_are_few(session: Session, organisation: Organisation) -> None:
    """An organisation is no way to write to the whole world; old ones make room."""
    boss = account(session, "boss")
    for number in range(invitations.MAX_INVITATIONS):
        address = f"guest{number}@example.org"
        invitations.invite(session, boss, organisation.id, address, MembershipRole.MEMBER, now=NOW)
    with pytest.raises(TooManyInvitationsError):
        invitations.invite(session, boss, organisation.id, "more@example.org", MembershipRole.MEMBER, now=NOW)
    later = NOW + invitations.INVITATION_LIFE
    invitations.invite(session, boss, organisation.id, "more@example.org", MembershipRole.MEMBER, now=later)
    assert len(invitations.invitations_of(session, organisation.id, later)) == 1


def test_an_invitation_is_taken_back_by_its_own_organisation_alone(
    session: Session, organisation: Organisation
) -> None:
    """The number of another's is not found."""
    boss = account(session, "boss")
    other = builders.organisation(session)
    session.commit()
    row = invitations.invite(session, boss, organisation.id, "guest@example.org", MembershipRole.MEMBER, now=NOW)
    assert not invitations.cancel(session, boss, other.id, row.id)
    assert invitations.cancel(session, boss, organisation.id, row.id)


def test_a_deleted_account_leaves_organisations_in_order(session: Session) -> None:
    """Others manage it: nothing; a member is left: that one manages; nobody is left: open postings are closed."""
    goes, stays = account(session, "goes"), account(session, "stays")
    alone, handed, shared = (builders.need(session, title) for title in ("alone", "handed", "shared"))
    session.commit()
    for need in (alone, handed, shared):
        claim(session, goes, need)
    join(session, stays.email, handed.organisation_id, MembershipRole.MEMBER, by=goes)
    join(session, stays.email, shared.organisation_id, MembershipRole.MANAGER, by=goes)
    told = {each.organisation.id: (each.fate, each.open_postings) for each in consequences(session, goes)}
    assert told == {
        alone.organisation_id: (Fate.CLOSED, 1),
        handed.organisation_id: (Fate.HANDED_ON, 0),
        shared.organisation_id: (Fate.STAYS, 0),
    }
    delete_account(session, goes, now=NOW)
    assert [need.status for need in (alone, handed, shared)] == [
        PostingStatus.CLOSED, PostingStatus.OPEN, PostingStatus.OPEN,
    ]  # fmt: skip
    found = membership_of(session, stays.id, handed.organisation_id)
    assert found is not None
    assert found.role is MembershipRole.MANAGER
    assert session.scalars(select(Membership.account_id).distinct()).all() == [stays.id]


def test_somebody_who_gives_roles_is_always_left(session: Session) -> None:
    """Not by taking the role, not by a lock, not by deleting; with a second one, all of it works."""
    first, second = account(session, "first"), account(session, "second")
    set_role(session, first, AccountRole.ADMINISTRATOR, True, by=None)
    with pytest.raises(LastAdministratorError):
        set_role(session, first, AccountRole.ADMINISTRATOR, False, by=first)
    with pytest.raises(LastAdministratorError):
        set_locked(session, first, True, by=first)
    with pytest.raises(LastAdministratorError):
        delete_account(session, first, now=NOW)
    set_role(session, second, AccountRole.ADMINISTRATOR, True, by=first)
    set_locked(session, second, True, by=first)
    with pytest.raises(LastAdministratorError):
        delete_account(session, first, now=NOW)
    set_locked(session, second, False, by=first)
    delete_account(session, first, now=NOW)
    assert session.scalars(select(Account.name)).all() == ["second"]


def test_the_log_keeps_no_address(session: Session, organisation: Organisation) -> None:
    """Numbers and codes alone."""
    boss, guest = account(session, "boss"), account(session, "guest")
    attach(session, boss, organisation)
    invitations.invite(session, boss, organisation.id, guest.email, MembershipRole.MEMBER, now=NOW)
    join(session, guest.email, organisation.id, MembershipRole.MEMBER, by=boss)
    entries = session.scalars(select(AuditEntry)).all()
    assert [entry.action for entry in entries] == ["organisation.claimed", "member.invited", "member.added"]
    assert "example.org" not in str([entry.details for entry in entries])
    assert len(memberships_of(session, guest.id)) == 1
