"""While keys are being changed, what an older key has indexed is found as well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from matcher.accounts.invitations import invite
from matcher.notifications.bounces import is_dead, record_bounce
from matcher.notifications.preferences import MAX_BOUNCES
from matcher.people import MailState, MembershipRole
from matcher.store import Invitation
from matcher.store.encryption import use_keys
from matcher.store.session import writing
from tests.builders import KEYS, organisation
from tests.matcher.privacy.people import NOW, account, mail

NEWER = "a newer key for tests alone"
COLLEAGUE = "colleague@own.example"


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    """One key; tests that follow get theirs back."""
    use_keys(KEYS)
    yield
    use_keys(KEYS)


def test_a_colleague_who_is_invited_again_has_one_invitation(engine: Engine) -> None:
    """The first link no longer works, whichever key its row was written with."""
    with Session(engine) as session:
        with writing(session):
            row = organisation(session)
        by = account(session, row)
        invite(session, by, row.id, COLLEAGUE, MembershipRole.MEMBER, now=NOW)
        use_keys([NEWER, *KEYS])
        second = invite(session, by, row.id, COLLEAGUE, MembershipRole.MEMBER, now=NOW + timedelta(days=1))
        assert session.scalars(select(Invitation.id)).all() == [second.id]
        assert session.scalar(select(func.count()).select_from(Invitation)) == 1


def test_bounces_are_counted_over_both_keys(engine: Engine) -> None:
    """An address is not alive again because a key was added between two bounces."""
    with Session(engine) as session:
        with writing(session):
            row = organisation(session)
        for number in range(MAX_BOUNCES):
            if number == 1:
                use_keys([NEWER, *KEYS])
            assert not is_dead(session, COLLEAGUE)
            name, at = f"<{number}@passerelle.example>", NOW + timedelta(days=number)
            with writing(session):
                session.add(mail(row.id, COLLEAGUE, str(number), state=MailState.SENT, sent_at=at, message_id=name))
            assert record_bounce(session, name) == number + 1
        assert is_dead(session, COLLEAGUE)
