"""Marks and means of the jury, worked out by hand."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from matcher.clock import utc_now
from matcher.hackathons.jury import (
    add_juror,
    end_link,
    jurors_at,
    marks_of,
    parse_juror,
    remove_juror,
    renew_link,
    results,
    set_marks,
)
from matcher.postings.problems import DraftProblems
from matcher.store import Hackathon, Juror, Submission
from tests.hackathons import make_challenge, make_hackathon, make_juror


@pytest.fixture
def projects(session: Session) -> list[Submission]:
    """Three projects of one event."""
    hackathon = make_hackathon(session)
    challenge = make_challenge(session, hackathon)
    rows = [
        Submission(hackathon_id=hackathon.id, challenge_id=challenge.id, team_number=number, title=f"Projet {number}")
        for number in (1, 2, 3)
    ]
    session.add_all(rows)
    session.commit()
    return rows


@pytest.fixture
def ada(session: Session, projects: list[Submission]) -> Juror:
    """A juror of that event."""
    return make_juror(session, session.get_one(Hackathon, projects[0].hackathon_id), "Ada")


@pytest.fixture
def bo(session: Session, projects: list[Submission]) -> Juror:
    """Another one."""
    return make_juror(session, session.get_one(Hackathon, projects[0].hackathon_id), "Bo")


def test_means_count_only_who_marked(session: Session, projects: list[Submission], ada: Juror, bo: Juror) -> None:
    """Two jurors, one of whom leaves a criterion out: (4+2)/2 = 3, then 5 alone; mean of means 4."""
    set_marks(session, projects[0], ada, {0: 4, 1: 5})
    set_marks(session, projects[0], bo, {0: 2})
    found = results(session, projects[0].hackathon_id, 2)[0]
    assert (found.means, found.mean, found.jurors) == ((3.0, 5.0), 4.0, 2)


def test_the_best_comes_first_and_equals_share_a_rank(session: Session, projects: list[Submission], ada: Juror) -> None:
    """5, then two with 3: ranks 1, 2, 2; nothing marked stands last without a rank."""
    set_marks(session, projects[2], ada, {0: 5})
    set_marks(session, projects[0], ada, {0: 3})
    set_marks(session, projects[1], ada, {0: 3})
    told = [(each.submission.title, each.rank) for each in results(session, projects[0].hackathon_id, 1)]
    assert told == [("Projet 3", 1), ("Projet 1", 2), ("Projet 2", 2)]
    set_marks(session, projects[2], ada, {})
    last = results(session, projects[0].hackathon_id, 1)[-1]
    assert (last.submission.title, last.rank, last.mean, last.means, last.jurors) == (
        "Projet 3",
        None,
        None,
        (None,),
        0,
    )


def test_marks_replace_those_of_the_same_juror_alone(
    session: Session, projects: list[Submission], ada: Juror, bo: Juror
) -> None:
    """Sent again, other points; the other juror's stand."""
    set_marks(session, projects[0], ada, {0: 1, 1: 1})
    set_marks(session, projects[0], bo, {0: 2})
    set_marks(session, projects[0], ada, {1: 5})
    assert marks_of(session, ada) == {projects[0].id: {1: 5}}
    assert marks_of(session, bo) == {projects[0].id: {0: 2}}
    assert jurors_at(session, projects[0].hackathon_id) == [(ada, 1), (bo, 1)]


def test_a_criterion_that_was_taken_away_does_not_count(
    session: Session, projects: list[Submission], ada: Juror
) -> None:
    """The organisers went from two criteria to one."""
    set_marks(session, projects[0], ada, {0: 2, 1: 5})
    assert results(session, projects[0].hackathon_id, 1)[0].mean == 2.0


@pytest.mark.parametrize("marks", [{0: 6}, {0: -1}, {-1: 3}])
def test_points_out_of_range_are_refused(
    session: Session, projects: list[Submission], ada: Juror, marks: dict[int, int]
) -> None:
    """0 to 5, of criteria from 0; nothing is stored."""
    with pytest.raises(ValueError, match="0 to 5"):
        set_marks(session, projects[0], ada, marks)
    assert marks_of(session, ada) == {}


@pytest.mark.parametrize("name", ["", "  ", "x", "y" * 81])
def test_a_juror_needs_a_name(name: str) -> None:
    """Two to eighty characters."""
    with pytest.raises(DraftProblems):
        parse_juror({"name": name})
    assert parse_juror({"name": "  Inès   Da Silva "}).name == "Inès Da Silva"


def test_the_same_name_is_the_same_juror_of_an_event(session: Session, projects: list[Submission], ada: Juror) -> None:
    """Another event has its own; a link that had ended works again as a new one."""
    other = make_hackathon(session)
    assert add_juror(session, ada.hackathon_id, parse_juror({"name": "Ada"})).id == ada.id
    assert add_juror(session, other.id, parse_juror({"name": "Ada"})).id != ada.id
    end_link(session, ada, utc_now())
    ended = ada.link_version
    assert add_juror(session, ada.hackathon_id, parse_juror({"name": "Ada"})).ended_at is None
    assert ada.link_version > ended > 1


def test_marks_outlive_the_link_and_go_with_the_juror(session: Session, projects: list[Submission], ada: Juror) -> None:
    """Ending or renewing a link changes no mean; taking the juror off does."""
    set_marks(session, projects[0], ada, {0: 4})
    end_link(session, ada, utc_now())
    renew_link(session, ada)
    assert results(session, ada.hackathon_id, 1)[0].mean == 4.0
    event = ada.hackathon_id
    remove_juror(session, ada)
    assert results(session, event, 1)[0].mean is None
    assert jurors_at(session, event) == []


def test_a_juror_of_another_event_cannot_mark(session: Session, projects: list[Submission]) -> None:
    """Whatever the caller mixed up, nothing is stored."""
    stranger = make_juror(session, make_hackathon(session), "Cy")
    with pytest.raises(ValueError, match="own event"):
        set_marks(session, projects[0], stranger, {0: 5})
    assert results(session, projects[0].hackathon_id, 1)[0].jurors == 0
