"""Deleted is deleted: rows, threads, mails, vectors; counts stay."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.accounts.roles import LastAdministratorError
from matcher.insights.facts import Fact, What, all_counts
from matcher.people import AccountRole
from matcher.privacy.deleting import delete_everything, delete_organisation, delete_posting, only_own
from matcher.store import (
    Account,
    AccountRoleRow,
    AuditEntry,
    Base,
    Embedding,
    Facet,
    Introduction,
    IntroductionEvent,
    Mail,
    Need,
    Offer,
    Organisation,
    PastCount,
    Proposal,
    Review,
    ThreadMessage,
)
from matcher.store.session import writing
from matcher.vocabulary import PostingStatus
from tests.matcher.privacy.people import NEED, NOW, OTHER, OWN, account, introduced, mail

LATER = NOW + timedelta(days=90)


def count(session: Session, model: type[Base]) -> int:
    """Rows of a table."""
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_posting_takes_everything_along(session: Session) -> None:
    """Proposals, answers, the thread, mails on both sides, vectors, the animator's look; the other posting stays."""
    people = introduced(session, with_account=False)
    with writing(session):
        unit = np.array([1.0], dtype="<f4").tobytes()
        session.add(
            Embedding(
                kind=NEED, object_id=people.need.id, facet=Facet.WHOLE, model_id="m", text_hash="h", count=1, dim=1,
                vectors=unit,
            )
        )  # fmt: skip
    assert delete_posting(session, people.need, now=LATER)
    gone = (Need, Proposal, Introduction, IntroductionEvent, ThreadMessage, Mail, Embedding, Review)
    assert {model.__tablename__: count(session, model) for model in gone if count(session, model)} == {}
    assert (count(session, Offer), count(session, Organisation)) == (1, 1)


def test_an_organisation_with_an_account_outlives_its_last_posting(session: Session) -> None:
    """Somebody can still post for it."""
    people = introduced(session)
    assert not delete_posting(session, people.need, now=LATER)
    assert count(session, Organisation) == 2


def test_figures_do_not_shrink(session: Session) -> None:
    """Counts before and after are the same."""
    people = introduced(session)
    before = all_counts(session, LATER)
    assert before
    delete_everything(session, people.account, with_organisations=True, now=LATER)
    assert all_counts(session, LATER) == before
    delete_posting(session, people.offer, now=LATER)
    assert all_counts(session, LATER) == before
    assert (count(session, Need), count(session, Offer), count(session, Mail)) == (0, 0, 0)


def test_a_need_whose_only_proposal_was_deleted_stands_there_without_one(session: Session) -> None:
    """The one count that follows what is on the site today; every other one stays."""
    people = introduced(session)
    before = all_counts(session, LATER)
    delete_posting(session, people.offer, now=LATER)
    after = all_counts(session, LATER)
    assert after - before == {Fact(2026, What.NEVER_PROPOSED): 1}
    assert not before - after


def test_what_is_kept_names_nobody(session: Session) -> None:
    """Years, codes of closed lists and numbers."""
    people = introduced(session)
    delete_everything(session, people.account, with_organisations=True, now=LATER)
    rows = session.execute(select(PastCount.year, PastCount.what, PastCount.detail, PastCount.count)).all()
    assert {row.year for row in rows} == {2026}
    assert all(row.detail == "" or row.detail.isdigit() or row.detail in {"contract", "no"} for row in rows)
    for entry in session.scalars(select(AuditEntry)):
        assert entry.details == {}
        assert entry.account_id is None


def test_an_organisation_goes_with_all_its_postings(session: Session) -> None:
    """Its mails too; the log says that it was deleted, and not which name it had."""
    people = introduced(session, with_account=False)
    own_id = people.own.id
    assert delete_organisation(session, people.own, now=LATER) == 1
    assert session.scalars(select(Organisation.name)).all() == ["À eux"]
    acts = session.execute(select(AuditEntry.action, AuditEntry.object_id)).all()
    assert ("organisation.deleted", own_id) in [tuple(row) for row in acts]


def test_an_account_alone_closes_what_nobody_looks_after(session: Session) -> None:
    """Its postings stay to be read, closed; mails to its address go, those of the other side stay."""
    people = introduced(session)
    with writing(session):
        session.add(mail(None, OWN, "sign-in"))
    delete_everything(session, people.account, with_organisations=False, now=LATER)
    assert count(session, Account) == 0
    assert session.scalars(select(Need.status)).all() == [PostingStatus.CLOSED]
    assert [row.address for row in session.scalars(select(Mail))] == [OTHER]


def test_an_organisation_with_colleagues_is_never_deleted_with_an_account(session: Session) -> None:
    """It is theirs as well."""
    people = introduced(session)
    account(session, people.own, "colleague@own.example")
    assert only_own(session, people.account) == []
    delete_everything(session, people.account, with_organisations=True, now=LATER)
    assert (count(session, Account), count(session, Need)) == (1, 1)
    assert session.scalar(select(Need.status)) is PostingStatus.OPEN


def test_the_last_administrator_stays_and_nothing_is_deleted(session: Session) -> None:
    """All or nothing: the refusal comes before anything is lost."""
    people = introduced(session)
    with writing(session):
        session.add(AccountRoleRow(account_id=people.account.id, role=AccountRole.ADMINISTRATOR))
    session.expire_all()
    with pytest.raises(LastAdministratorError):
        delete_everything(session, people.account, with_organisations=True, now=LATER)
    assert (count(session, Account), count(session, Need), count(session, Mail)) == (1, 1, 2)
