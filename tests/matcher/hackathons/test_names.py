"""Typed names and the people that they mean: what settles by itself, and what never does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from matcher.hackathons.names import Person, candidates, name_key, person_meant, resolve_wishes
from matcher.store import Wish
from matcher.vocabulary import RegistrationStatus, WishKind
from tests.hackathons import make_hackathon, make_registration

NAMES = ["Marie Dupont", "Marie Dupond", "Léa Ben Ali", "Jean-Éric Muller", "Inès Da Silva", "Léo Roy", "Max Noir"]
PEOPLE = [Person(number, name, f"p{number}@example.org") for number, name in enumerate(NAMES)]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Marie Dupont", "Marie Dupont"),
        ("DUPONT MARIE", "Marie Dupont"),
        ("  dupond,  Marie ", "Marie Dupond"),
        ("lea ben ali", "Léa Ben Ali"),
        ("Jean Eric Muller", "Jean-Éric Muller"),
        ("Jean-Eric Mulller", "Jean-Éric Muller"),
        ("Ines Da Sliva", "Inès Da Silva"),
        ("P2@example.org", "Léa Ben Ali"),
    ],
)
def test_a_name_that_means_one_person_settles(typed: str, name: str) -> None:
    """Order, case, accents, hyphens and one slip of the keyboard do not matter; an address is as good as a name."""
    found = person_meant(typed, PEOPLE)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "typed",
    [
        "Marie Dupon",  # one slip from two people
        "Marie",
        "Léa",
        "Léa Roy",  # a short name: Léo Roy is somebody else
        "M. Noir",
        "Marie Durand",
        "Quelqu’un",
        "",
        "!?",
    ],
)
def test_a_name_that_may_mean_two_people_or_nobody_stays_open(typed: str) -> None:
    """Nothing is guessed."""
    assert person_meant(typed, PEOPLE) is None


def test_two_people_of_one_name_are_never_told_apart() -> None:
    """The organisers have to."""
    assert person_meant("Marie Dupont", [*PEOPLE, Person(99, "Dupont Marie")]) is None


def test_the_near_names_are_proposed_the_nearest_first() -> None:
    """A first name alone brings everybody who has it."""
    assert [found.person.name for found in candidates("Marie Dupon", PEOPLE)][:2] == ["Marie Dupont", "Marie Dupond"]
    assert {found.person.name for found in candidates("marie", PEOPLE)} >= {"Marie Dupont", "Marie Dupond"}
    assert candidates("Xavier Quentin", PEOPLE) == []


@given(st.text(max_size=60))
def test_any_text_is_answered(typed: str) -> None:
    """Whatever was typed, somebody who is meant is one of the people, and the key of a key is the key."""
    found = person_meant(typed, PEOPLE)
    assert found is None or found in PEOPLE
    assert name_key(name_key(typed)) == name_key(typed)


def test_wishes_of_an_event_settle_when_they_can(session: Session) -> None:
    """Not with oneself, not with people of another event, not with those who withdrew; settled ones stay."""
    here, elsewhere = make_hackathon(session), make_hackathon(session, "Un autre")
    paul = make_registration(session, here, "Paul Weber")
    gone = make_registration(session, here, "Parti Loin", status=RegistrationStatus.WITHDRAWN)
    make_registration(session, elsewhere, "Autre Part")
    typed = ["paul weber", "Parti Loin", "Autre Part", "Camille Essai"]
    wishes = [Wish(kind=WishKind.WITH, typed=name) for name in typed]
    wishes.append(Wish(kind=WishKind.AVOID, typed="Paul Weber", is_settled=True))
    make_registration(session, here, "Camille Essai", wishes=wishes)
    assert resolve_wishes(session, here.id) == 1
    assert [(wish.other_id, wish.is_settled) for wish in wishes] == [
        (paul.id, True), (None, False), (None, False), (None, False), (None, True),
    ]  # fmt: skip
    assert gone.wishes == []
    assert resolve_wishes(session, here.id) == 0
