"""The forms of projects, jurors and outcomes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from matcher.hackathons.jury import JUROR_TEXT
from matcher.hackathons.limits import CHALLENGE_TEXTS
from matcher.hackathons.submissions import SUBMISSION_TEXTS
from matcher.postings.limits import ORGANISATION_TEXTS
from matcher.vocabulary import ChallengeOutcome
from web.hackathons.forms import ToldForm
from web.posting.fields import Line, OneOf, Paragraph, Tick, choices_of


class PictureField(Line):
    """A picture to send; browsers never fill it in again."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Nothing: the file is read from the request."""


class SubmissionForm(ToldForm):
    """What a team made."""

    outside = frozenset({"csrf_token", "seen", "picture"})

    title = Line(_l("Name of the project"), limit=SUBMISSION_TEXTS["title"])
    team_name = Line(
        _l("Name of the team"), _l("If you gave yourselves one. It stands on public pages."),
        limit=SUBMISSION_TEXTS["team_name"],
    )  # fmt: skip
    text = Paragraph(
        _l("What did you make, and for whom?"),
        _l("What works already, what is missing, who could go on with it. The jury reads this."),
        limit=SUBMISSION_TEXTS["text"],
        render_kw={"rows": 8},
    )
    link = Line(
        _l("A link to see or try it"),
        example="https://www.example.org",
        limit=ORGANISATION_TEXTS["website"],
        render_kw={"type": "url", "inputmode": "url"},
    )
    picture = PictureField(
        _l("A picture"),
        _l("PNG, JPEG or WebP, at most 2 MB. What the camera noted beside it, such as the place, is taken out."),
        render_kw={"type": "file", "accept": "image/png,image/jpeg,image/webp"},
    )
    without_picture = Tick(_l("Take the picture away"))
    seen = HiddenField()


class JurorForm(ToldForm):
    """Somebody who is to mark."""

    name = Line(
        _l("Name of the juror"),
        _l("Their marks are kept under this name, with a link of their own that you can end."),
        limit=JUROR_TEXT,
        render_kw={"autocomplete": "off"},
    )


class OutcomeForm(ToldForm):
    """What became of a challenge."""

    outcome = OneOf(_l("What became of it?"), choices_of(ChallengeOutcome, blank=_l("Not known yet")))
    note = Paragraph(
        _l("In a few words"),
        _l("Who goes on with it, where it can be seen. Everybody can read this, on the page of the need too."),
        limit=CHALLENGE_TEXTS["outcome_note"],
        render_kw={"rows": 3},
    )
