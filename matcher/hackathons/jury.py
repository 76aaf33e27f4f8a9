"""Who is in the jury, what they mark, and what comes of it: the mean of each criterion, the order of the projects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import fmean
from typing import Annotated, Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from matcher.hackathons.submissions import submissions_at
from matcher.postings import fields
from matcher.postings.drafts import Draft, parse_draft
from matcher.postings.limits import TextLimit
from matcher.store import Juror, Mark, Submission
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


def add_juror(session: Session, hackathon_id: int, draft: JurorDraft) -> Juror:
    """Somebody who is to mark; the name of one who is there answers that one, with a link again if it had ended."""
    with writing(session):
        row = session.scalar(select(Juror).where(Juror.hackathon_id == hackathon_id, Juror.name == draft.name))
        if row is None:
            row = Juror(hackathon_id=hackathon_id, name=draft.name)
            session.add(row)
            session.flush()
        elif row.ended_at is not None:
            _renew(row)
    return row


def juror_at(session: Session, hackathon_id: int, juror_id: int) -> Juror | None:
    """A juror by number; None for one of another event."""
    row = session.get(Juror, juror_id)
    return row if row is not None and row.hackathon_id == hackathon_id else None


def end_link(session: Session, juror: Juror, now: datetime) -> None:
    """Make the links of one juror worthless; what they marked goes on counting."""
    with writing(session):
        if juror.ended_at is None:
            juror.link_version += 1
            juror.ended_at = now


def renew_link(session: Session, juror: Juror) -> None:
    """Make the links given so far worthless, and let a new one work."""
    with writing(session):
        _renew(juror)


def remove_juror(session: Session, juror: Juror) -> None:
    """Take a juror off with everything that they marked."""
    with writing(session):
        session.delete(juror)


def set_marks(session: Session, submission: Submission, juror: Juror, marks: Mapping[int, int]) -> None:
    """Replace what one juror gave a project: points by the place of the criterion; what is left out has none.

    Raises ValueError for points out of range, and for a juror of another event.
    """
    if any(points not in POINTS for points in marks.values()) or any(criterion < 0 for criterion in marks):
        raise ValueError("Points are 0 to 5, of criteria from 0.")
    if juror.hackathon_id != submission.hackathon_id:
        raise ValueError("Jurors mark projects of their own event.")
    with writing(session):
        session.execute(delete(Mark).where(Mark.submission_id == submission.id, Mark.juror_id == juror.id))
        session.add_all(
            Mark(submission_id=submission.id, juror_id=juror.id, criterion=criterion, points=points)
            for criterion, points in marks.items()
        )


def marks_of(session: Session, juror: Juror) -> Mapping[int, Mapping[int, int]]:
    """What one juror gave so far: points by criterion, by the number of the project."""
    found: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for mark in session.scalars(select(Mark).where(Mark.juror_id == juror.id)):
        found[mark.submission_id][mark.criterion] = mark.points
    return found


def jurors_at(session: Session, hackathon_id: int) -> list[tuple[Juror, int]]:
    """The jury by name, each with how many projects they marked."""
    jurors = session.scalars(select(Juror).where(Juror.hackathon_id == hackathon_id))
    counted = select(Mark.juror_id, func.count(Mark.submission_id.distinct())).join(Juror, Juror.id == Mark.juror_id)
    rows = session.execute(counted.where(Juror.hackathon_id == hackathon_id).group_by(Mark.juror_id)).all()
    marked: dict[int, int] = {number: count for number, count in rows}  # noqa: C416 - a row is no pair to the types
    return sorted(
        ((row, marked.get(row.id, 0)) for row in jurors), key=lambda each: (each[0].name.casefold(), each[0].id)
    )


def results(session: Session, hackathon_id: int, criteria: int) -> Sequence[Result]:
    """Every project with its means over the first `criteria` criteria, best first; those that nobody marked last."""
    points: defaultdict[int, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    jurors: defaultdict[int, set[int]] = defaultdict(set)
    for mark in _marks(session, hackathon_id):
        if mark.criterion < criteria:
            points[mark.submission_id][mark.criterion].append(mark.points)
            jurors[mark.submission_id].add(mark.juror_id)
    found = []
    for submission in submissions_at(session, hackathon_id):
        given = points[submission.id]
        means = tuple(fmean(given[at]) if given[at] else None for at in range(criteria))
        mean = _mean(means)
        found.append(Result(submission, None, means, mean, len(jurors[submission.id])))
    return _ranked(found)


def _renew(juror: Juror) -> None:
    juror.link_version += 1
    juror.ended_at = None


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
