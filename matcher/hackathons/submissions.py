"""What teams made: handed in by any member, changed by any member, read by the jury and in the end by everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from matcher.clock import today
from matcher.hackathons.pictures import Picture
from matcher.postings import fields
from matcher.postings.drafts import Draft, parse_draft
from matcher.postings.fields import Url, YesNo
from matcher.postings.limits import TextLimit
from matcher.store import Submission, TeamPlace
from matcher.store.session import writing

#: Characters of each text. The columns of the store are as wide; the rest is chosen, not measured.
SUBMISSION_TEXTS: Final[dict[str, TextLimit]] = {
    "title": TextLimit(120, 3),
    "team_name": TextLimit(80, 2),
    "text": TextLimit(4000, 20),
}


class SubmissionChanged(RuntimeError):
    """Another member of the team saved meanwhile."""


class SubmissionDraft(Draft):
    """What a team tells of its project."""

    title: Annotated[str, fields.line(SUBMISSION_TEXTS["title"])]
    team_name: Annotated[str, fields.line(SUBMISSION_TEXTS["team_name"])] = ""
    text: Annotated[str, fields.paragraphs(SUBMISSION_TEXTS["text"])]
    link: Url = ""
    without_picture: YesNo = False


def parse_submission(data: Mapping[str, object]) -> SubmissionDraft:
    """Read a project from form fields. Raises DraftProblems."""
    return parse_draft(SubmissionDraft, data, today())  # no field of it is a day


def hand_in(
    session: Session, place: TeamPlace, draft: SubmissionDraft, picture: Picture | None, *, seen: str
) -> Submission:
    """Store what the team of ``place`` made, or what it changed.

    ``picture`` None keeps the one that there is, unless the draft takes it away. ``seen`` is :func:`state_of` when the
    form was opened; raises SubmissionChanged when it is another one now.
    """
    with writing(session):
        row = submission_of(session, place.challenge_id, place.team_number)
        if state_of(row) != seen:
            raise SubmissionChanged
        if row is None:
            row = Submission(
                hackathon_id=place.registration.hackathon_id,
                challenge_id=place.challenge_id,
                team_number=place.team_number,
            )
            session.add(row)
        row.title, row.team_name, row.text, row.link = draft.title, draft.team_name, draft.text, draft.link
        if picture is not None:
            row.picture, row.picture_type = picture.content, picture.mimetype
        elif draft.without_picture:
            row.picture, row.picture_type = None, ""
    return row


def state_of(submission: Submission | None) -> str:
    """One word that is another one after each change; empty before the first."""
    return "" if submission is None else submission.updated_at.isoformat()


def submission_of(session: Session, challenge_id: int, team_number: int) -> Submission | None:
    """What one team handed in."""
    return session.scalar(select(Submission).filter_by(challenge_id=challenge_id, team_number=team_number))


def submission_at(session: Session, hackathon_id: int, submission_id: int) -> Submission | None:
    """A project by its number; None for one of another event."""
    row = session.get(Submission, submission_id)
    return row if row is not None and row.hackathon_id == hackathon_id else None


def submissions_at(session: Session, hackathon_id: int) -> Sequence[Submission]:
    """Everything that was handed in at an event, oldest first; pictures are loaded when they are read."""
    query = select(Submission).where(Submission.hackathon_id == hackathon_id).order_by(Submission.id)
    return session.scalars(query.options(defer(Submission.picture))).all()
