"""What the jury marks, and what comes of it: the mean of each criterion, and the order of the projects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Annotated, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from matcher.hackathons.submissions import submissions_at
from matcher.postings import fields
from matcher.postings.drafts import Draft, parse_draft
from matcher.postings.limits import TextLimit
from matcher.store import Mark, Submission
from matcher.store.session import writing

#: A juror's name, as wide as the store keeps it.
JUROR_TEXT: Final = TextLimit(80, 2)
#: Points that a criterion gets: 0 is "not at all", 5 "as well as can be".
POINTS: Final = range(6)


class JurorDraft(Draft):
    """Somebody who is to mark."""

    name: Annotated[str, fields.line(JUROR_TEXT)]


@dataclass(frozen=True, slots=True)
class Result:
    """One project.

    Attributes
    ----------
    rank
        From 1; equal means have equal ranks, and the next one is left out. None where nobody marked.
    means
        Of each criterion over the jurors who marked it; None where nobody did.
    mean
        Of these means, each criterion counting the same.
    jurors
        How many people marked at least one criterion.
    """

    submission: Submission
    rank: int | None
    means: tuple[float | None, ...]
    mean: float | None
    jurors: int


def parse_juror(data: Mapping[str, object]) -> JurorDraft:
    """Read a juror's name. Raises DraftProblems."""
    return parse_draft(JurorDraft, data, date.min)  # no field of it is a day


def set_marks(session: Session, submission: Submission, juror: str, marks: Mapping[int, int]) -> None:
    """Replace what one juror gave a project: points by the place of the criterion; what is left out has none.

    Raises ValueError for points out of range.
    """
    if any(points not in POINTS for points in marks.values()) or any(criterion < 0 for criterion in marks):
        raise ValueError("Points are 0 to 5, of criteria from 0.")
    with writing(session):
        session.execute(delete(Mark).where(Mark.submission_id == submission.id, Mark.juror == juror))
        session.add_all(
            Mark(submission_id=submission.id, juror=juror, criterion=criterion, points=points)
            for criterion, points in marks.items()
        )


def marks_of(session: Session, hackathon_id: int, juror: str) -> Mapping[int, Mapping[int, int]]:
    """What one juror gave so far: points by criterion, by the number of the project."""
    found: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for mark in _marks(session, hackathon_id):
        if mark.juror == juror:
            found[mark.submission_id][mark.criterion] = mark.points
    return found


def jurors_at(session: Session, hackathon_id: int) -> Mapping[str, int]:
    """Who marked, by name, and how many projects."""
    marked: defaultdict[str, set[int]] = defaultdict(set)
    for mark in _marks(session, hackathon_id):
        marked[mark.juror].add(mark.submission_id)
    return {juror: len(marked[juror]) for juror in sorted(marked, key=str.casefold)}


def results(session: Session, hackathon_id: int, criteria: int) -> Sequence[Result]:
    """Every project with its means over the first `criteria` criteria, best first; those that nobody marked last."""
    points: defaultdict[int, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    jurors: defaultdict[int, set[str]] = defaultdict(set)
    for mark in _marks(session, hackathon_id):
        if mark.criterion < criteria:
            points[mark.submission_id][mark.criterion].append(mark.points)
            jurors[mark.submission_id].add(mark.juror)
    found = []
    for submission in submissions_at(session, hackathon_id):
        given = points[submission.id]
        means = tuple(fmean(given[at]) if given[at] else None for at in range(criteria))
        mean = _mean(means)
        found.append(Result(submission, None, means, mean, len(jurors[submission.id])))
    return _ranked(found)


def _ranked(found: Iterable[Result]) -> list[Result]:
    ordered = sorted(found, key=lambda each: (each.mean is None, -_rounded(each.mean), each.submission.id))
    scores = [None if each.mean is None else _rounded(each.mean) for each in ordered]
    return [
        Result(each.submission, None if score is None else scores.index(score) + 1, each.means, each.mean, each.jurors)
        for each, score in zip(ordered, scores, strict=True)
    ]


def _rounded(mean: float | None) -> float:
    # Means are equal when pages show them as equal: to one hundredth.
    return round(mean or 0.0, 2)


def _mean(means: Iterable[float | None]) -> float | None:
    known = [mean for mean in means if mean is not None]
    return fmean(known) if known else None


def _marks(session: Session, hackathon_id: int) -> Sequence[Mark]:
    query = select(Mark).join(Submission, Submission.id == Mark.submission_id)
    return session.scalars(query.where(Submission.hackathon_id == hackathon_id)).all()
