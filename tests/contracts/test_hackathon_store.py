"""What the tables of hackathons promise on every database."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from matcher.store import (
    Challenge,
    ChallengeRole,
    Hackathon,
    HalfDay,
    Need,
    Registration,
    RegistrationChoice,
    TeamPlanVersion,
    Wish,
)
from matcher.store.session import writing
from matcher.vocabulary import DayPart, PlanOrigin, RegistrationStatus, TeamRole, WishKind
from tests.builders import need, place


def hackathon(session: Session, **values: Any) -> Hackathon:
    """A week-end in Nancy unless told otherwise."""
    told = {
        "title": "Week-end des défis",
        "starts_on": date(2027, 3, 12),
        "ends_on": date(2027, 3, 14),
        "place": place(session),
    } | values
    made = Hackathon(**told)
    session.add(made)
    return made


def registered(session: Session, event: Hackathon, **values: Any) -> Registration:
    """Somebody at that event."""
    made = Registration(hackathon=event, **({"name": "Camille Essai"} | values))
    session.add(made)
    return made


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "  "},
        {"ends_on": date(2027, 3, 11)},
        {"size_min": 5, "size_target": 4, "size_max": 6},
        {"size_min": 0, "size_target": 4, "size_max": 6},
        {"capacity": 0},
        {"place": None},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_an_impossible_event_is_refused_by_the_database(engine: Engine, wrong: dict[str, Any]) -> None:
    """Title, days, sizes, capacity and place are right whoever writes them."""
    with Session(engine) as session, pytest.raises(DBAPIError), writing(session):
        hackathon(session, **wrong)


def test_an_event_online_needs_no_place(engine: Engine) -> None:
    """The one exception to the rule that it is somewhere."""
    with Session(engine) as session, writing(session):
        hackathon(session, place=None, is_online=True)


def test_an_address_registers_once_until_it_withdraws(engine: Engine) -> None:
    """Two registrations of one address exist only when one of them is withdrawn; no address is no address."""
    with Session(engine) as session:
        with writing(session):
            event = hackathon(session)
            registered(session, event)
            registered(session, event)
            first = registered(session, event, email="camille@exemple.test")
        with pytest.raises(DBAPIError), writing(session):
            registered(session, event, email="camille@exemple.test")
        with writing(session):
            first.status = RegistrationStatus.WITHDRAWN
        with writing(session):
            registered(session, event, email="camille@exemple.test")
        with writing(session):
            registered(session, hackathon(session), email="camille@exemple.test")
        assert session.scalar(select(func.count()).select_from(Registration)) == 5


def test_what_belongs_to_an_event_goes_with_it(engine: Engine) -> None:
    """Half-days, challenges, registrations, choices, wishes and versions do not outlive their event; needs do."""
    with Session(engine) as session:
        with writing(session):
            event = hackathon(session)
            event.half_days = [HalfDay(number=0, day=event.starts_on, part=DayPart.MORNING)]
            asked = need(session)
            challenge = Challenge(title="Un défi", need=asked, roles=[ChallengeRole(role=TeamRole.TECH)])
            event.challenges = [challenge]
            session.flush()
            first, second = registered(session, event), registered(session, event)
            session.flush()
            first.choices = [RegistrationChoice(rank=1, challenge_id=challenge.id)]
            first.wishes = [Wish(kind=WishKind.WITH, typed="Dominique", other_id=second.id)]
            session.add(
                TeamPlanVersion(
                    hackathon_id=event.id, number=1, origin=PlanOrigin.SOLVED, problem="{}", plan="{}", cost=0, bound=0
                )
            )
        with writing(session):
            session.delete(event)
        left = {
            table.__tablename__: session.scalar(select(func.count()).select_from(table))
            for table in (HalfDay, Challenge, ChallengeRole, Registration, RegistrationChoice, Wish, TeamPlanVersion)
        }
        assert set(left.values()) == {0}, left
        assert session.scalar(select(func.count()).select_from(Need)) == 1


def test_a_deleted_need_leaves_its_challenge(engine: Engine) -> None:
    """A challenge has a text of its own: teams go on when the need is deleted."""
    with Session(engine) as session:
        with writing(session):
            event = hackathon(session)
            event.challenges = [Challenge(title="Un défi", need=need(session))]
        with writing(session):
            session.delete(event.challenges[0].need)
        assert session.scalar(select(Challenge.need_id)) is None


def test_a_wish_for_somebody_who_left_no_longer_means_anybody(engine: Engine) -> None:
    """Deleting a person takes their name out of the wishes of others, and keeps what was typed."""
    with Session(engine) as session:
        with writing(session):
            event = hackathon(session)
            first, second = registered(session, event), registered(session, event)
            session.flush()
            first.wishes = [Wish(kind=WishKind.AVOID, typed="Dominique", other_id=second.id)]
        with writing(session):
            session.delete(second)
        session.refresh(first.wishes[0])
        assert (first.wishes[0].other_id, first.wishes[0].typed) == (None, "Dominique")


def test_versions_of_the_teams_have_one_number_each(engine: Engine) -> None:
    """Two organisers who save at the same moment do not make the same version."""
    told = {"number": 1, "origin": PlanOrigin.EDITED, "problem": "{}", "plan": "{}", "cost": 0, "bound": 0}
    with Session(engine) as session:
        with writing(session):
            event = hackathon(session)
            session.flush()
            session.add(TeamPlanVersion(hackathon_id=event.id, **told))
        with pytest.raises(DBAPIError), writing(session):
            session.add(TeamPlanVersion(hackathon_id=event.id, **told))


def test_settings_and_codes_read_back_as_they_were_written(engine: Engine) -> None:
    """JSON settings keep their types, every badge has its own code, and a wish shows nobody in a log."""
    with Session(engine) as session:
        with writing(session):
            event = hackathon(session, weights={"friends_apart": 30, "role_deficit": {"tech": 40}})
            people = [registered(session, event) for _ in range(20)]
        session.expire_all()
        assert event.weights == {"friends_apart": 30, "role_deficit": {"tech": 40}}
        assert event.rules == {}
        assert len({person.checkin_code for person in people}) == 20
        assert repr(Wish(kind=WishKind.AVOID, typed="Dominique")) == "Wish(private)"
