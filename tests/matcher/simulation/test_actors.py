"""Invented people: repeatable, and each true to the behaviour that was drawn."""

from __future__ import annotations

import pytest

from matcher.people import DeclineReason, MailKind
from matcher.simulation.actors import Act, Behaviour, Deed, Opened, Pair, Person
from matcher.vocabulary import PostingKind

DIGEST = Opened(
    mail_id=1, kind=MailKind.DIGEST, proposed=tuple((PostingKind.NEED, Pair(1, number)) for number in range(40))
)


def people(behaviour: Behaviour, count: int = 20) -> list[Person]:
    """Some people of one behaviour."""
    found = (Person(number, seed=1) for number in range(5000))
    return [person for person in found if person.behaviour is behaviour][:count]


def deeds(person: Person, mail: Opened = DIGEST) -> list[Act]:
    """What somebody does about a mail."""
    return person.reads(mail)


def test_the_same_seed_makes_the_same_person() -> None:
    """And another one another person."""
    assert deeds(Person(3, seed=1)) == deeds(Person(3, seed=1))
    assert any(deeds(Person(number, seed=1)) != deeds(Person(number, seed=2)) for number in range(10))


@pytest.mark.parametrize("behaviour", list(Behaviour))
def test_every_behaviour_is_drawn(behaviour: Behaviour) -> None:
    """So that a simulated territory has all of them."""
    assert people(behaviour)


def test_who_never_reads_does_nothing() -> None:
    """Silence is the most frequent answer of life."""
    assert [deeds(person) for person in people(Behaviour.NEVER)] == [[]] * 20


def test_who_refuses_says_why() -> None:
    """And hardly ever yes."""
    acts = [act for person in people(Behaviour.REFUSER) for act in deeds(person)]
    assert {act.deed for act in acts} <= {Deed.NO, Deed.SEE}
    assert {act.reason for act in acts if act.deed is Deed.NO} == set(DeclineReason)


def test_late_people_take_weeks() -> None:
    """Longer than the service waits, some of them."""
    waits = [act.after.days for person in people(Behaviour.LATE) for act in deeds(person)]
    assert min(waits) >= 7
    assert max(waits) > 21


def test_scanners_come_before_readers() -> None:
    """Within a minute they open every link."""
    assert {deeds(person)[0].deed for person in people(Behaviour.SCANNER)} == {Deed.OPEN_LINKS}


def test_unsubscribers_bear_a_few_mails() -> None:
    """Six at most."""
    for person in people(Behaviour.UNSUBSCRIBER):
        assert any(act.deed is Deed.STOP_MAILS for _ in range(6) for act in deeds(person))


def test_acts_come_in_order_of_time() -> None:
    """None before its mail."""
    acts = deeds(people(Behaviour.WEEKLY)[0])
    assert [act.after for act in acts] == sorted(act.after for act in acts)
    assert all(act.after for act in acts)
