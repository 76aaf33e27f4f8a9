"""Use cases of registrations: capacity and the waiting list, addresses, edits, arrivals."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.clock import today
from matcher.hackathons import registering
from matcher.hackathons.registering import register, revise_registration
from matcher.hackathons.registration_drafts import parse_registration
from matcher.hackathons.registration_filling import registration_data
from matcher.hackathons.registration_queries import find_by_checkin_code, place_in_line
from matcher.postings.drafts import DraftProblems, ProblemCode
from matcher.store import Hackathon, Registration, Wish
from matcher.vocabulary import Attendance, RegistrationStatus, WishKind
from tests.builders import skill
from tests.hackathons import make_challenge, make_hackathon, make_registration


@pytest.fixture
def event(session: Session) -> Hackathon:
    """An event with three challenges and two skills to tell."""
    skill(session, "web")
    skill(session, "video")
    made = make_hackathon(session)
    for title in ("Frigo", "Carte", "Relais"):
        make_challenge(session, made, title)
    return made


def join(session: Session, event: Hackathon, name: str = "Camille Essai", **values: Any) -> Registration:
    """Register somebody."""
    options = {key: values.pop(key) for key in ("external_key", "beyond_capacity", "source") if key in values}
    return register(session, event, parse_registration({"name": name, **values}, event, today()), **options)


def codes(caught: pytest.ExceptionInfo[DraftProblems]) -> list[tuple[str, ProblemCode]]:
    """Field and code of each problem."""
    return [(problem.field, problem.code) for problem in caught.value.problems]


def test_places_are_given_in_the_order_of_coming(session: Session, event: Hackathon) -> None:
    """Beyond the capacity people wait; each place that comes free goes to who waits longest."""
    event.capacity = 2
    session.commit()
    people = [join(session, event, f"Personne {number}") for number in range(5)]
    assert [place_in_line(session, person) for person in people] == [None, None, 1, 2, 3]
    registering.withdraw(session, people[0])
    registering.withdraw(session, people[2])
    registering.withdraw(session, people[2])
    assert [person.status.value for person in people] == [
        "withdrawn", "registered", "withdrawn", "registered", "waiting",
    ]  # fmt: skip
    assert place_in_line(session, people[4]) == 1


def test_a_larger_capacity_lets_people_in(session: Session, event: Hackathon) -> None:
    """As many as there are places, none twice; without a limit everybody."""
    event.capacity = 1
    session.commit()
    people = [join(session, event, f"Personne {number}") for number in range(4)]
    event.capacity = 2
    session.commit()
    assert registering.fill_free_places(session, event) == [people[1]]
    event.capacity = None
    session.commit()
    assert registering.fill_free_places(session, event) == people[2:]


def test_organisers_may_go_beyond_the_capacity(session: Session, event: Hackathon) -> None:
    """By registering at the desk, and by giving a place to somebody who waits."""
    event.capacity = 1
    session.commit()
    join(session, event, "Une")
    waiting = join(session, event, "Deux")
    assert join(session, event, "Trois", beyond_capacity=True).status is RegistrationStatus.REGISTERED
    assert registering.give_place(session, waiting).status is RegistrationStatus.REGISTERED
    assert registering.free_places(session, event) == 0


def test_an_address_is_registered_once_while_its_person_is_in(session: Session, event: Hackathon) -> None:
    """Whatever its case; at another event, or after withdrawing, it is free. Nobody without one is in the way."""
    first = join(session, event, email="camille@example.org")
    with pytest.raises(DraftProblems) as caught:
        join(session, event, "Autre", email="CAMILLE@example.org")
    assert codes(caught) == [("email", ProblemCode.EMAIL_TAKEN)]
    join(session, make_hackathon(session, "Un autre"), email="camille@example.org")
    registering.withdraw(session, first)
    join(session, event, email="camille@example.org")
    join(session, event, "Sans Adresse")
    join(session, event, "Sans Adresse Non Plus")


def test_a_key_is_stored_once(session: Session, event: Hackathon) -> None:
    """The same source and key again answers the row that is there; another source is another person."""
    first = join(session, event, external_key="a1")
    assert join(session, event, "Autre Nom", external_key="a1") is first
    assert join(session, event, external_key="a1", source="desk") is not first


def test_an_unknown_skill_stores_nothing(session: Session, event: Hackathon) -> None:
    """The problem is told at its field."""
    with pytest.raises(DraftProblems) as caught:
        join(session, event, skills=["web:2", "juggling:1"])
    assert codes(caught) == [("skills", ProblemCode.UNKNOWN_CHOICE)]
    assert session.scalar(select(Registration)) is None


def test_what_is_stored_reads_back_the_same(session: Session, event: Hackathon) -> None:
    """The form, opened and sent without a change, changes nothing."""
    ids = [str(challenge.id) for challenge in event.challenges]
    row = join(
        session, event, email="camille@example.org", skills=["video:1", "web:3"], choices=ids[::-1],
        half_days=["1", "2"], languages=["fr", "lb"], friends="Léa Roy", avoid="Max Noir", team_status="looking",
    )  # fmt: skip
    before = registration_data(row)
    revise_registration(session, row, parse_registration(before, event, today()))
    assert registration_data(row) == before
    assert row.away == ["0", "3"]


def test_choices_that_change_places_and_levels_that_change_are_stored(session: Session, event: Hackathon) -> None:
    """No order of writing stands in the way."""
    ids = [str(challenge.id) for challenge in event.challenges]
    row = join(session, event, choices=ids, skills=["web:1", "video:2"])
    told = {**registration_data(row), "choices": [ids[2], ids[0]], "skills": ["video:3"]}
    revise_registration(session, row, parse_registration(told, event, today()))
    session.expire_all()
    assert [(choice.rank, str(choice.challenge_id)) for choice in row.choices] == [(1, ids[2]), (2, ids[0])]
    assert [(link.skill.code, link.level) for link in row.skills] == [("video", 3)]


def test_an_edit_keeps_what_organisers_said_of_a_wish(session: Session, event: Hackathon) -> None:
    """As long as the name is there, however it is spelt; a name that is taken out takes its wish along."""
    max_ = make_registration(session, event, "Max Noir")
    row = join(session, event, avoid="Max Noir, Léa Roy")
    row.wishes[0].is_confirmed = True
    session.commit()
    told = {**registration_data(row), "avoid": "NOIR Max"}
    revise_registration(session, row, parse_registration(told, event, today()))
    assert [(wish.typed, wish.other_id, wish.is_confirmed) for wish in row.wishes] == [("NOIR Max", max_.id, True)]
    assert len(session.scalars(select(Wish)).all()) == 1


def test_a_new_registration_settles_wishes_of_others(session: Session, event: Hackathon) -> None:
    """Whoever was named before they registered is found when they do."""
    row = join(session, event, friends="Paul Weber")
    assert not row.wishes[0].is_settled
    paul = join(session, event, "Paul Weber")
    assert (row.wishes[0].other_id, row.wishes[0].kind) == (paul.id, WishKind.WITH)


def test_arrival_gives_a_place_and_missing_people_free_none(session: Session, event: Hackathon) -> None:
    """Who waited and came is in; who withdrew is not checked in; who arrived is not marked as missing."""
    waiting = make_registration(session, event, status=RegistrationStatus.WAITING)
    gone = make_registration(session, event, status=RegistrationStatus.WITHDRAWN)
    late = make_registration(session, event)
    registering.check_in(session, waiting)
    registering.check_in(session, gone)
    registering.mark_missing(session, [waiting, late])
    assert (waiting.takes_part, waiting.attendance) == (True, Attendance.CHECKED_IN)
    assert gone.attendance is Attendance.EXPECTED
    assert (late.takes_part, late.status) == (False, RegistrationStatus.REGISTERED)


def test_erasing_leaves_no_trace_and_frees_the_place(session: Session, event: Hackathon) -> None:
    """Others who named the person keep their wish, which means nobody any more."""
    event.capacity = 2
    session.commit()
    paul = join(session, event, "Paul Weber")
    lea = join(session, event, "Léa Roy", friends="Paul Weber")
    waiting = join(session, event, "Zoé Éluard")
    registering.erase(session, paul)
    session.expire_all()
    assert lea.wishes[0].other_id is None
    assert waiting.status is RegistrationStatus.REGISTERED


def test_a_badge_is_found_by_its_code(session: Session, event: Hackathon) -> None:
    """Each has its own, long enough that nobody finds one by trying."""
    first, second = make_registration(session, event), make_registration(session, event)
    assert find_by_checkin_code(session, first.checkin_code) is first
    assert first.checkin_code != second.checkin_code
    assert len(first.checkin_code) == 20
    assert find_by_checkin_code(session, "") is None


def test_a_note_has_an_end(session: Session, event: Hackathon) -> None:
    """A long text is refused, not cut."""
    row = make_registration(session, event)
    with pytest.raises(DraftProblems) as caught:
        registering.set_note(session, row, "x" * 2001)
    assert codes(caught) == [("note", ProblemCode.TOO_LONG)]
    assert registering.set_note(session, row, " Arrive tard ").note == "Arrive tard"
