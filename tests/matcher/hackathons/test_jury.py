"""Marks and means of the jury, worked out by hand."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from matcher.hackathons.jury import jurors_at, marks_of, parse_juror, results, set_marks
from matcher.postings.problems import DraftProblems
from matcher.store import Submission
from tests.hackathons import make_challenge, make_hackathon


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


def test_means_count_only_who_marked(session: Session, projects: list[Submission]) -> None:
    """Two jurors, one of whom leaves a criterion out: (4+2)/2 = 3, then 5 alone; mean of means 4."""
    set_marks(session, projects[0], "Ada", {0: 4, 1: 5})
    set_marks(session, projects[0], "Bo", {0: 2})
    found = results(session, projects[0].hackathon_id, 2)[0]
    assert (found.means, found.mean, found.jurors) == ((3.0, 5.0), 4.0, 2)


def test_the_best_comes_first_and_equals_share_a_rank(session: Session, projects: list[Submission]) -> None:
    """5, then two with 3: ranks 1, 2, 2; nothing marked stands last without a rank."""
    set_marks(session, projects[2], "Ada", {0: 5})
    set_marks(session, projects[0], "Ada", {0: 3})
    set_marks(session, projects[1], "Ada", {0: 3})
    told = [(each.submission.title, each.rank) for each in results(session, projects[0].hackathon_id, 1)]
    assert told == [("Projet 3", 1), ("Projet 1", 2), ("Projet 2", 2)]
    set_marks(session, projects[2], "Ada", {})
    last = results(session, projects[0].hackathon_id, 1)[-1]
    assert (last.submission.title, last.rank, last.mean, last.means, last.jurors) == (
        "Projet 3",
        None,
        None,
        (None,),
        0,
    )


def test_marks_replace_those_of_the_same_juror_alone(session: Session, projects: list[Submission]) -> None:
    """Sent again, other points; the other juror's stand."""
    set_marks(session, projects[0], "Ada", {0: 1, 1: 1})
    set_marks(session, projects[0], "Bo", {0: 2})
    set_marks(session, projects[0], "Ada", {1: 5})
    hackathon = projects[0].hackathon_id
    assert marks_of(session, hackathon, "Ada") == {projects[0].id: {1: 5}}
    assert marks_of(session, hackathon, "Bo") == {projects[0].id: {0: 2}}
    assert jurors_at(session, hackathon) == {"Ada": 1, "Bo": 1}


def test_a_criterion_that_was_taken_away_does_not_count(session: Session, projects: list[Submission]) -> None:
    """The organisers went from two criteria to one."""
    set_marks(session, projects[0], "Ada", {0: 2, 1: 5})
    assert results(session, projects[0].hackathon_id, 1)[0].mean == 2.0


@pytest.mark.parametrize("marks", [{0: 6}, {0: -1}, {-1: 3}])
def test_points_out_of_range_are_refused(session: Session, projects: list[Submission], marks: dict[int, int]) -> None:
    """0 to 5, of criteria from 0; nothing is stored."""
    with pytest.raises(ValueError, match="0 to 5"):
        set_marks(session, projects[0], "Ada", marks)
    assert marks_of(session, projects[0].hackathon_id, "Ada") == {}


@pytest.mark.parametrize("name", ["", "  ", "x", "y" * 81])
def test_a_juror_needs_a_name(name: str) -> None:
    """Two to eighty characters."""
    with pytest.raises(DraftProblems):
        parse_juror({"name": name})
    assert parse_juror({"name": "  Inès   Da Silva "}).name == "Inès Da Silva"
