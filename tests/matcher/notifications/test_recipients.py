"""Who gets the mails of an organisation, and what searches tell."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from matcher.notifications.preferences import PauseRefused, save_preference, stop_mails
from matcher.notifications.recipients import recipients
from matcher.notifications.searches import MAX_SEARCHES, TooManySearches, delete_search, save_search, searches_of
from matcher.people import MailFrequency, MailKind, MailState
from matcher.store import Account, Membership, SavedSearch
from matcher.vocabulary import Language, PostingKind
from tests import builders
from tests.matcher.notifications.world import TUESDAY, WEEKLY, World


def member(world: World, email: str, **values: object) -> Account:
    """An account that belongs to the need's organisation."""
    receives = bool(values.pop("receives_mail", True))
    account = Account(email=email, session_name=email, **{"confirmed_at": TUESDAY, **values})
    world.session.add(account)
    world.session.flush()
    world.session.add(Membership(account_id=account.id, organisation_id=world.asker, receives_mail=receives))
    world.session.commit()
    return account


def addresses(world: World) -> list[str]:
    """Where the mails of the need's organisation go."""
    return [each.address for each in recipients(world.session, world.need.organisation)]


def test_members_stand_in_for_the_contact_address(world: World) -> None:
    """Each in their own language; nobody unconfirmed or locked out gets any."""
    assert addresses(world) == ["asso@example.org"]
    member(world, "ada@example.org", language=Language.EN)
    member(world, "off@example.org", active=False)
    member(world, "new@example.org", confirmed_at=None)
    (found,) = recipients(world.session, world.need.organisation)
    assert (found.address, found.language) == ("ada@example.org", Language.EN)


def test_members_who_all_said_no_get_none_through_the_contact_address(world: World) -> None:
    """It is one of them more often than not."""
    member(world, "asso@example.org", receives_mail=False)
    assert addresses(world) == []


def test_a_colleague_who_stops_leaves_the_others_theirs(world: World) -> None:
    """And gets nothing that waited."""
    ada, bob = member(world, "ada@example.org"), member(world, "bob@example.org")
    world.propose(TUESDAY)
    world.plan(TUESDAY)
    stop_mails(world.session, world.asker, ada.id, now=TUESDAY)
    world.send(TUESDAY)
    states = {mail.address: mail.state for mail in world.mails(MailKind.DIGEST) if mail.organisation_id == world.asker}
    assert states == {"ada@example.org": MailState.CANCELLED, bob.email: MailState.SENT}
    world.work(TUESDAY + timedelta(days=1))
    assert len(world.mails(MailKind.DIGEST)) == 3, "nobody is told twice"


def test_a_new_colleague_is_not_told_what_was_told_already(world: World) -> None:
    """The reason was served."""
    world.propose(TUESDAY)
    world.work(TUESDAY)
    member(world, "ada@example.org")
    assert world.plan(TUESDAY + timedelta(days=1)) == 0


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_a_pause_lies_ahead_and_within_a_year(world: World, days: int) -> None:
    """Anything else is refused, and changes nothing."""
    today = TUESDAY.date()
    with pytest.raises(PauseRefused):
        save_preference(world.session, world.asker, WEEKLY, today + timedelta(days=days), today=today)


def test_a_search_is_told_once_a_week_when_something_new_came(world: World) -> None:
    """Nothing new, no mail; something new, one mail on a working morning a week later."""
    save_search(world.session, PostingKind.OFFER, query="site", filters="", organisation_id=world.asker, now=TUESDAY)
    for day in range(9):
        world.work(TUESDAY + timedelta(days=day))
    assert world.mails(MailKind.SAVED_SEARCH) == []
    builders.offer(world.session, "Sites pour tous", created_at=TUESDAY + timedelta(days=9))
    world.session.commit()
    for day in range(10, 30):
        world.work(TUESDAY + timedelta(days=day))
    assert [mail.address for mail in world.mails(MailKind.SAVED_SEARCH)] == ["asso@example.org"]


def test_a_search_is_kept_once_and_belongs_to_its_owner(world: World) -> None:
    """The same again is the same row; another organisation can neither see nor delete it."""
    wanted = {"query": "site", "filters": "", "now": TUESDAY}
    first = save_search(world.session, PostingKind.OFFER, organisation_id=world.asker, **wanted)
    again = save_search(
        world.session, PostingKind.OFFER, organisation_id=world.asker, frequency=MailFrequency.AT_ONCE, **wanted
    )
    assert first.id == again.id
    assert searches_of(world.session, organisation_id=world.maker) == []
    assert not delete_search(world.session, first.id, organisation_id=world.maker)
    assert delete_search(world.session, first.id, organisation_id=world.asker)
    assert world.session.scalar(select(SavedSearch)) is None


def test_nobody_keeps_more_than_twenty_searches(world: World) -> None:
    """The next one is refused."""
    for number in range(MAX_SEARCHES):
        save_search(
            world.session, PostingKind.OFFER, query=str(number), filters="", organisation_id=world.asker, now=TUESDAY
        )
    with pytest.raises(TooManySearches):
        save_search(world.session, PostingKind.OFFER, query="x", filters="", organisation_id=world.asker, now=TUESDAY)
