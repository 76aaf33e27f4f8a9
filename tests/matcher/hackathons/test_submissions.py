"""Projects of teams and their pictures: what is taken, what is refused, and two members at once."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from matcher.hackathons.pictures import MAX_BYTES, MAX_SIDE, read_picture
from matcher.hackathons.plans import current, publish
from matcher.hackathons.publication import places
from matcher.hackathons.submissions import SubmissionChanged, hand_in, parse_submission, state_of, submission_of
from matcher.postings.problems import DraftProblems, ProblemCode
from matcher.store import TeamPlace
from tests.team_events import make_team_event

TOLD = {"title": "Le Tri malin", "text": "Une balance et un écran qui disent où ranger chaque cagette."}


def picture(form: str = "PNG", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    """A picture of one colour."""
    file = io.BytesIO()
    Image.new("RGB", size, (14, 94, 89)).save(file, form, **options)
    return file.getvalue()


@pytest.fixture
def place(session: Session) -> TeamPlace:
    """The place of somebody in a published team."""
    event = make_team_event(session)
    publish(session, event.hackathon.id, seen_revision=current(session, event.hackathon.id).revision)
    return places(session, event.hackathon.id)[0]


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_pictures_are_written_anew(form: str) -> None:
    """Whatever came, WebP is kept, of the same size."""
    made = read_picture(picture(form))
    with Image.open(io.BytesIO(made.content)) as kept:
        assert (kept.format, kept.size, made.mimetype) == ("WEBP", (40, 30), "image/webp")


def test_large_pictures_become_smaller() -> None:
    """The longer side is as long as is kept, the shape stays."""
    with Image.open(io.BytesIO(read_picture(picture(size=(3200, 1600))).content)) as kept:
        assert kept.size == (MAX_SIDE, MAX_SIDE // 2)


def test_what_the_camera_noted_is_gone() -> None:
    """Neither the place nor the name of a photographer is kept."""
    exif = Image.Exif()
    exif[0x013B] = "Somebody's name"
    assert b"Somebody" in picture("JPEG", exif=exif)
    assert b"Somebody" not in read_picture(picture("JPEG", exif=exif)).content


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", ProblemCode.BAD_PICTURE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", ProblemCode.BAD_PICTURE),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, ProblemCode.BAD_PICTURE),
        (picture("GIF"), ProblemCode.BAD_PICTURE),
        (picture()[:-30], ProblemCode.BAD_PICTURE),
        (picture() + b"\0" * MAX_BYTES, ProblemCode.FILE_TOO_LARGE),
    ],
    ids=["empty", "svg", "broken", "gif", "cut", "large"],
)
def test_what_is_no_picture_is_refused(content: bytes, code: ProblemCode) -> None:
    """By its bytes, whatever its name says."""
    with pytest.raises(DraftProblems) as refused:
        read_picture(content)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_a_small_file_of_many_pixels_is_refused() -> None:
    """Ten kilobytes that would fill the memory."""
    bomb = picture(size=(9000, 9000))
    assert len(bomb) < MAX_BYTES
    with pytest.raises(DraftProblems):
        read_picture(bomb)


def test_any_member_changes_the_project_of_the_team(session: Session, place: TeamPlace) -> None:
    """The second save changes the same project, and keeps the picture until it is taken away."""
    first = hand_in(session, place, parse_submission(TOLD), read_picture(picture()), seen="")
    assert submission_of(session, place.challenge_id, place.team_number) is first
    draft = parse_submission({**TOLD, "title": "Le Tri très malin", "link": "https://www.example.org/tri"})
    second = hand_in(session, place, draft, None, seen=state_of(first))
    assert (second.id, second.title, bool(second.picture)) == (first.id, "Le Tri très malin", True)
    without = hand_in(session, place, parse_submission({**TOLD, "without_picture": True}), None, seen=state_of(second))
    assert (without.picture, without.picture_type) == (None, "")


def test_who_was_slower_overwrites_nothing(session: Session, place: TeamPlace) -> None:
    """Two members opened the form; the second to save is told."""
    hand_in(session, place, parse_submission(TOLD), None, seen="")
    with pytest.raises(SubmissionChanged):
        hand_in(session, place, parse_submission({**TOLD, "title": "Autre titre"}), None, seen="")
    found = submission_of(session, place.challenge_id, place.team_number)
    assert found is not None
    assert found.title == "Le Tri malin"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title": ""}, "title"),
        ({"text": "court"}, "text"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"team_name": "x" * 81}, "team_name"),
    ],
)
def test_wrong_answers_are_named(typed: dict[str, str], field: str) -> None:
    """Each field says what is wrong with it."""
    with pytest.raises(DraftProblems) as refused:
        parse_submission({**TOLD, **typed})
    assert [problem.field for problem in refused.value.problems] == [field]
