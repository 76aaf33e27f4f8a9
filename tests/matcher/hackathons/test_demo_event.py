"""The demonstration event: loaded the way that real events come, with teams that keep every rule."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.hackathons import demo
from matcher.hackathons.plans import current, current_version, plan_of, problem_of, versions
from matcher.hackathons.publication import published_teams
from matcher.postings.seed import DEMO_FOLDER, load_demo, seed_places, seed_vocabularies
from matcher.store import Hackathon, Registration, Wish
from matcher.store.session import open_engine
from matcher.teams.checker import check
from matcher.vocabulary import HackathonPhase, RegistrationStatus, WishKind
from tests.builders import new_database

TODAY = date(2027, 2, 1)
PEOPLE = 48


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the event and its teams, made once."""
    engine = new_database(tmp_path_factory.mktemp("demo"))
    with Session(engine) as session:
        seed_vocabularies(session)
        seed_places(session)
        load_demo(session, DEMO_FOLDER, TODAY)
        loaded, fresh = demo.load_hackathon(session, TODAY)
        assert fresh
        demo.form_teams(session, loaded)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return Path(str(engine.url.database))


@pytest.fixture
def session(database: Path, tmp_path: Path) -> Iterator[Session]:
    """A session on a copy of it."""
    engine = open_engine(f"sqlite:///{shutil.copy(database, tmp_path / 'demo.db')}")
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def event(session: Session) -> Hackathon:
    """The event, loaded and with its teams."""
    return session.scalars(select(Hackathon)).one()


def test_it_holds_what_is_promised_and_everybody_has_a_team(session: Session, event: Hackathon) -> None:
    """48 people, of whom twelve by an imported file, eight challenges from needs, teams that keep the rules."""
    people = session.scalars(select(Registration).filter_by(hackathon_id=event.id)).all()
    assert Counter(person.source for person in people) == {"demo": 36, "google_forms": 12}
    assert {person.status for person in people} == {RegistrationStatus.REGISTERED}
    assert len(event.open_challenges) == 8
    assert all(challenge.need is not None and challenge.roles and challenge.skills for challenge in event.challenges)
    version = current_version(session, event.id)
    found = check(problem_of(version), plan_of(version).assignment)
    assert found.valid
    assert found.cost == version.cost
    assert len(plan_of(version).assignment) == PEOPLE


def test_its_teams_are_published(session: Session, event: Hackathon) -> None:
    """Everybody sees a place, and the event waits for its day."""
    assert current(session, event.id).published_id == current_version(session, event.id).id
    assert sum(len(team.members) for team in published_teams(session, event)) == PEOPLE
    assert event.phase is HackathonPhase.TEAM_FORMATION
    assert event.starts_on.weekday() == 4
    assert TODAY < event.starts_on <= TODAY + timedelta(days=31)


def test_every_name_in_a_wish_is_found(session: Session, event: Hackathon) -> None:
    """Names typed in the form and in the file mean one person each; two wishes to avoid somebody are among them."""
    wishes = session.scalars(select(Wish)).all()
    assert all(wish.is_settled and wish.other_id for wish in wishes)
    assert Counter(wish.kind for wish in wishes)[WishKind.AVOID] == 2


def test_a_second_loading_changes_nothing(session: Session, event: Hackathon) -> None:
    """Whoever tried the event out finds it as they left it."""
    again, fresh = demo.load_hackathon(session, TODAY + timedelta(days=3))
    assert (again.id, fresh) == (event.id, False)
    assert session.scalar(select(func.count()).select_from(Registration)) == PEOPLE
    assert len(versions(session, event.id)) == 1


def test_nobody_in_it_can_be_a_real_person() -> None:
    """Addresses end in a domain that nobody can own (RFC 6761), and no two people have one name."""
    lines = (demo.FOLDER / "registrations.jsonl").read_text("utf-8").splitlines()
    told = [(row["name"], row["email"]) for row in map(json.loads, lines)]
    with (demo.FOLDER / "formulaire.csv").open(encoding="utf-8-sig", newline="") as file:
        told += [(row["Prénom et nom"], row["Adresse électronique"]) for row in csv.DictReader(file, delimiter=";")]
    assert len({name for name, _ in told}) == len({email for _, email in told}) == PEOPLE
    assert all(email.endswith("@exemple.test") for _, email in told)
