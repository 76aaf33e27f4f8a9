"""Events: what can be created and revised, phases both ways, half-days that keep what people said, next steps."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.hackathons import events
from matcher.hackathons.advice import Step, next_steps
from matcher.hackathons.drafts import HackathonDraft, parse_hackathon
from matcher.hackathons.fields import DayHalf
from matcher.hackathons.queries import HeadCount, TeamState, head_counts, public_hackathons, registration_is_open
from matcher.postings.problems import DraftProblems, ProblemCode
from matcher.store import Challenge, Hackathon, HalfDay, Registration
from matcher.vocabulary import Attendance, DayPart, HackathonPhase, RegistrationStatus
from tests.builders import place
from tests.hackathons import make_challenge, make_hackathon, make_registration

TODAY = date(2027, 1, 4)
FRIDAY = date(2027, 3, 12)


def told(**values: Any) -> dict[str, Any]:
    """What the shortest form sends."""
    return {
        "title": "48 heures pour l’aide alimentaire",
        "description": "Deux jours pour construire des outils simples avec les épiceries.",
        "organiser": "Maison des associations",
        "contact_email": "orga@example.org",
        "starts_on": FRIDAY.isoformat(),
        "ends_on": (FRIDAY + timedelta(days=1)).isoformat(),
        "place": "Nancy",
    } | values


def draft(**values: Any) -> HackathonDraft:
    return parse_hackathon(told(**values), TODAY)


def problems(**values: Any) -> dict[str, ProblemCode]:
    """Code of each refused field."""
    with pytest.raises(DraftProblems) as raised:
        draft(**values)
    return {problem.field: problem.code for problem in raised.value.problems}


@pytest.fixture
def nancy(session: Session) -> None:
    place(session, "Nancy")
    session.commit()


REFUSED = [
    ({"title": ""}, {"title": ProblemCode.REQUIRED}),
    ({"contact_email": "orga"}, {"contact_email": ProblemCode.BAD_EMAIL}),
    ({"place": ""}, {"place": ProblemCode.REQUIRED}),
    ({"ends_on": "2027-03-11"}, {"ends_on": ProblemCode.DATES_ORDER}),
    ({"ends_on": "2027-04-12"}, {"ends_on": ProblemCode.DATE_TOO_FAR}),
    ({"registration_ends_on": "2027-03-20"}, {"registration_ends_on": ProblemCode.DATES_ORDER}),
    ({"size_min": "7"}, {"size_target": ProblemCode.NUMBERS_ORDER}),
    ({"size_max": "4"}, {"size_max": ProblemCode.NUMBERS_ORDER}),
    ({"capacity": "zéro"}, {"capacity": ProblemCode.NOT_A_NUMBER}),
    ({"languages": "fr;klingon"}, {"languages": ProblemCode.UNKNOWN_CHOICE}),
    ({"half_days": ["2027-03-12:night"]}, {"half_days": ProblemCode.UNKNOWN_CHOICE}),
    ({"questions": ["?"] * 2}, {"questions": ProblemCode.BAD_TEXT}),
    ({"title": "", "starts_on": ""}, {"title": ProblemCode.REQUIRED, "starts_on": ProblemCode.REQUIRED}),
]


@pytest.mark.parametrize(("values", "expected"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_is_refused_with_its_reason(values: dict[str, Any], expected: dict[str, ProblemCode]) -> None:
    """Each wrong answer is named on its own field, all at once."""
    assert problems(**values) == expected


def test_a_short_form_makes_a_whole_event(session: Session, nancy: None) -> None:
    """Defaults: hidden from everybody, teams of 3 to 6, a morning and an afternoon each day."""
    event = events.create_hackathon(session, draft())
    assert event.phase is HackathonPhase.DRAFT
    assert (event.size_min, event.size_target, event.size_max) == (3, 5, 6)
    assert [(row.number, row.day, row.part) for row in event.half_days] == [
        (0, FRIDAY, DayPart.MORNING),
        (1, FRIDAY, DayPart.AFTERNOON),
        (2, FRIDAY + timedelta(days=1), DayPart.MORNING),
        (3, FRIDAY + timedelta(days=1), DayPart.AFTERNOON),
    ]
    assert event.place is not None
    assert event.place.name == "Nancy"


def test_one_day_online_needs_no_place(session: Session) -> None:
    """A blank last day is the first one; an event online is nowhere."""
    event = events.create_hackathon(session, draft(place="", ends_on="", is_online="true"))
    assert (event.ends_on, event.place) == (FRIDAY, None)


def test_an_unknown_place_stores_nothing(session: Session, nancy: None) -> None:
    """The problem is on the place, and no row is left behind."""
    with pytest.raises(DraftProblems) as raised:
        events.create_hackathon(session, draft(place="Nanciville"))
    assert [problem.field for problem in raised.value.problems] == ["place"]
    assert session.scalar(select(func.count()).select_from(Hackathon)) == 0


def test_the_same_sending_makes_one_event(session: Session, nancy: None) -> None:
    """An impatient finger that sends twice gets the same event."""
    first = events.create_hackathon(session, draft(), external_key="k")
    assert events.create_hackathon(session, draft(), external_key="k").id == first.id


def test_a_revision_replaces_what_was_told(session: Session) -> None:
    """Every field is the draft's, the revision grows by one, and an event of the past can still be mended."""
    event = make_hackathon(session, starts_on=FRIDAY)
    seen = event.revision
    late = parse_hackathon(
        told(title="Nouveau titre", capacity="40"), FRIDAY + timedelta(days=900), kept=[event.starts_on, event.ends_on]
    )
    events.revise_hackathon(session, event, late, seen)
    assert (event.title, event.capacity, event.revision) == ("Nouveau titre", 40, seen + 1)


def test_the_second_of_two_organisers_is_stopped(session: Session) -> None:
    """A revision that is not the seen one stores nothing."""
    event = make_hackathon(session, starts_on=FRIDAY)
    seen = event.revision
    events.revise_hackathon(session, event, draft(title="Le premier titre"), seen)
    with pytest.raises(events.ChangedMeanwhile):
        events.revise_hackathon(session, event, draft(title="Le second titre"), seen)
    assert event.title == "Le premier titre"


def test_half_days_keep_what_people_said(session: Session) -> None:
    """A half-day added before another changes its number; who was away from it stays away from it."""
    event = make_hackathon(session, starts_on=FRIDAY, parts=(DayPart.AFTERNOON,))
    person = make_registration(session, event, away=["1"])
    morning_too = [f"{FRIDAY}:morning", f"{FRIDAY}:afternoon", f"{FRIDAY + timedelta(days=1)}:afternoon"]
    events.revise_hackathon(session, event, draft(half_days=morning_too), event.revision)
    assert [(row.number, row.day, row.part) for row in event.half_days][2] == (
        2,
        FRIDAY + timedelta(days=1),
        DayPart.AFTERNOON,
    )
    assert person.away == ["2"]


def test_a_half_day_that_goes_is_forgotten(session: Session) -> None:
    """Nobody can be away from a half-day that does not exist."""
    event = make_hackathon(session, starts_on=FRIDAY)
    person = make_registration(session, event, away=["0", "3"])
    kept = [str(DayHalf(row.day, row.part)) for row in event.half_days if row.number != 0]
    events.revise_hackathon(session, event, draft(half_days=kept), event.revision)
    assert person.away == ["2"]


def test_further_days_get_the_usual_half_days(session: Session) -> None:
    """A day that the form did not show is not taken for a day without half-days."""
    event = make_hackathon(session, starts_on=FRIDAY)
    ticked = [f"{FRIDAY}:evening"]
    longer = draft(half_days=ticked, ends_on=(FRIDAY + timedelta(days=2)).isoformat())
    events.revise_hackathon(session, event, longer, event.revision)
    assert [(row.day.day, row.part) for row in event.half_days] == [
        (12, DayPart.EVENING),
        (14, DayPart.MORNING),
        (14, DayPart.AFTERNOON),
    ]


def test_an_event_without_any_half_day_is_refused(session: Session) -> None:
    """People could not say when they are there."""
    event = make_hackathon(session, starts_on=FRIDAY)
    with pytest.raises(DraftProblems) as raised:
        events.revise_hackathon(session, event, draft(half_days=[]), event.revision)
    assert [problem.field for problem in raised.value.problems] == ["half_days"]
    assert len(event.half_days) == 4


def test_phases_go_both_ways_one_at_a_time(session: Session) -> None:
    """Forward, back, the same again without effect; never two at once."""
    event = make_hackathon(session, phase=HackathonPhase.DRAFT)
    events.advance_phase(session, event, HackathonPhase.REGISTRATION)
    events.advance_phase(session, event, HackathonPhase.DRAFT)
    events.advance_phase(session, event, HackathonPhase.REGISTRATION)
    seen = event.revision
    events.advance_phase(session, event, HackathonPhase.REGISTRATION)
    assert event.revision == seen
    with pytest.raises(events.PhaseRefused):
        events.advance_phase(session, event, HackathonPhase.EVENT)
    assert event.phase is HackathonPhase.REGISTRATION


def test_registration_ends_with_its_last_day(session: Session) -> None:
    """The last day counts; the day after does not, nor any other phase."""
    event = make_hackathon(session, starts_on=FRIDAY, registration_ends_on=FRIDAY)
    assert registration_is_open(event, FRIDAY)
    assert not registration_is_open(event, FRIDAY + timedelta(days=1))
    event.phase = HackathonPhase.TEAM_FORMATION
    assert not registration_is_open(event, TODAY)


def test_deletion_takes_everything_with_it(session: Session) -> None:
    """Challenges, half-days and registrations of the event go, those of another stay."""
    event, other = make_hackathon(session), make_hackathon(session)
    for row in (event, other):
        make_registration(session, row, choices=[make_challenge(session, row)])
    events.delete_hackathon(session, event)
    for model in (Hackathon, Challenge, Registration):
        assert session.scalar(select(func.count()).select_from(model)) == 1, model
    assert session.scalar(select(func.count()).select_from(HalfDay)) == 4


def test_cancelled_links_are_another_version(session: Session) -> None:
    """The version that tokens hold grows."""
    event = make_hackathon(session)
    events.cancel_links(session, event)
    assert event.link_version == 2


def test_drafts_are_in_no_list(session: Session) -> None:
    """What comes is told nearest first, what was newest first, drafts never."""
    late = make_hackathon(session, starts_on=FRIDAY + timedelta(days=60))
    soon = make_hackathon(session, starts_on=FRIDAY)
    make_hackathon(session, phase=HackathonPhase.DRAFT)
    over = make_hackathon(session, starts_on=FRIDAY, phase=HackathonPhase.CLOSED)
    ahead, past = public_hackathons(session, TODAY)
    assert [row.id for row in ahead] == [soon.id, late.id]
    assert [row.id for row in past] == [over.id]


def test_people_are_counted_once_by_their_status(session: Session) -> None:
    """Who arrived and who did not come are among the registered; the others are not."""
    event, empty = make_hackathon(session), make_hackathon(session)
    make_registration(session, event)
    make_registration(session, event, attendance=Attendance.CHECKED_IN)
    make_registration(session, event, attendance=Attendance.NO_SHOW)
    make_registration(session, event, status=RegistrationStatus.WAITING)
    make_registration(session, event, status=RegistrationStatus.WITHDRAWN, attendance=Attendance.CHECKED_IN)
    counts = head_counts(session, [event.id, empty.id])
    assert counts[event.id] == HeadCount(registered=3, waiting=1, withdrawn=1, arrived=1, absent=1)
    assert counts[empty.id] == HeadCount()


STEPS = [
    (HackathonPhase.DRAFT, HeadCount(), TeamState(), [Step.ADD_CHALLENGES, Step.WRITE_CONDUCT, Step.OPEN_REGISTRATION]),
    (HackathonPhase.REGISTRATION, HeadCount(9), TeamState(), [Step.ADD_CHALLENGES, Step.INVITE, Step.WRITE_CONDUCT]),
    (HackathonPhase.REGISTRATION, HeadCount(10), TeamState(), [Step.ADD_CHALLENGES, Step.END_REGISTRATION]),
    (HackathonPhase.TEAM_FORMATION, HeadCount(9), TeamState(), [Step.ADD_CHALLENGES, Step.FORM_TEAMS]),
    (HackathonPhase.TEAM_FORMATION, HeadCount(9), TeamState(formed=True), [Step.PUBLISH_TEAMS]),
    (HackathonPhase.TEAM_FORMATION, HeadCount(9), TeamState(formed=True, published=True), [Step.START_EVENT]),
    (HackathonPhase.EVENT, HeadCount(9), TeamState(), [Step.CHECK_IN, Step.WRITE_CRITERIA]),
    (HackathonPhase.JUDGING, HeadCount(9), TeamState(), [Step.WRITE_CRITERIA, Step.CLOSE]),
    (HackathonPhase.CLOSED, HeadCount(9), TeamState(), []),
]


@pytest.mark.parametrize(("phase", "people", "teams", "expected"), STEPS, ids=range(len(STEPS)))
def test_next_steps_follow_the_state(
    session: Session, phase: HackathonPhase, people: HeadCount, teams: TeamState, expected: list[Step]
) -> None:
    """An event for ten people without challenges or conduct: what its organisers are told in each state."""
    event = make_hackathon(session, starts_on=FRIDAY, phase=phase, capacity=10)
    assert next_steps(event, people, teams, TODAY) == expected


def test_a_closed_event_asks_what_became_of_its_challenges(session: Session) -> None:
    """Until each has an answer."""
    event = make_hackathon(session, phase=HackathonPhase.CLOSED)
    make_challenge(session, event)
    assert next_steps(event, HeadCount(), TeamState(), TODAY) == [Step.TELL_OUTCOMES]
