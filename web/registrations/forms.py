"""The registration form, as people fill it in and as organisers do at the desk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice

from matcher.hackathons.registration_drafts import REGISTRATION_TEXTS
from matcher.postings.problems import FieldProblem, ProblemCode
from matcher.store import Hackathon
from matcher.vocabulary import Experience, Family, TeamRole, TeamStatus
from web.i18n import current_language
from web.posting.fields import DraftForm, Line, OneOf, Paragraph, SomeOf, Tick, choices_of
from web.problems import sentence
from web.registrations.fields import Answers, Ranks, SkillLevels
from web.registrations.words import half_day, language_name

#: Languages that are offered beside those of the event: the ones most spoken around the territory, where four
#: countries meet, and by people who arrived in it. Chosen, not measured.
OFFERED_LANGUAGES: Final = ("fr", "en", "de", "lb", "it", "pt", "es", "pl", "ro", "tr", "ar", "uk", "ru")


class RegistrationForm(DraftForm):
    """Everything that somebody tells, in the order of the page."""

    outside = DraftForm.outside | {"conduct", "consent", "seen_at"}

    name = Line(_l("Your first and last name"), limit=REGISTRATION_TEXTS["name"], render_kw={"autocomplete": "name"})
    email = Line(
        _l("Your e-mail address"),
        _l("For the organisers of this event alone."),
        limit=REGISTRATION_TEXTS["email"],
        render_kw={"type": "email", "inputmode": "email", "autocomplete": "email", "autocapitalize": "none"},
    )
    organisation = Line(
        _l("Your organisation"),
        _l("School, association, company… Leave it blank if you come for yourself."),
        limit=REGISTRATION_TEXTS["organisation"],
        render_kw={"autocomplete": "organization"},
    )
    family = OneOf(_l("Which group does it belong to?"), choices_of(Family, _l("Not said")))
    about = Paragraph(
        _l("What you can do, and what you would like to do"),
        _l("In your own words. Nobody has to know about computers."),
        example=_l("I draw posters for my association and would like to learn how a site is made."),
        limit=REGISTRATION_TEXTS["about"],
        render_kw={"rows": 3},
    )
    roles = SomeOf(_l("What you would do in a team"), choices_of(TeamRole), _l("One or several."))
    skills = SkillLevels(_l("Your skills"), _l("A few are enough: those that you would like to use."))
    experience = OneOf(
        _l("Your experience of hackathons, or of projects like them"),
        choices_of(Experience),
        default=Experience.NONE.value,
    )
    is_newcomer = Tick(
        _l("It is my first hackathon"), _l("We try not to leave anybody as the only newcomer of a team.")
    )
    half_days = SomeOf(_l("When you are there"), hint=_l("Untick what you cannot attend."))
    languages = SomeOf(_l("Languages in which you can work"))
    choices = Ranks(
        _l("The challenges that you prefer"),
        _l("Up to five, the one that you like best first. None is fine too: we then look at what you wrote."),
    )
    team_status = OneOf(_l("How you come"), choices_of(TeamStatus), default=TeamStatus.ALONE.value)
    team_name = Line(
        _l("Name of your team"),
        _l("Everybody in it registers and writes the same name."),
        limit=REGISTRATION_TEXTS["team_name"],
    )
    friends = Paragraph(_l("People you would like to be with"), render_kw={"rows": 2})
    avoid = Paragraph(
        _l("People you would rather not be with"),
        _l(
            "First and last names, one a line; no reason is asked. Only the organisers see it. It is never shown "
            "anywhere, nor told to anybody, and the reasons given for teams never mention it."
        ),
        render_kw={"rows": 2},
    )
    answers = Answers(_l("Questions of the organisers"))
    access_needs = Paragraph(
        _l("What you need to take part well"),
        _l("Access, hearing, sight, rest, a place for a child… Only the organisers see it."),
        limit=REGISTRATION_TEXTS["access_needs"],
        render_kw={"rows": 2},
    )
    diet = Line(
        _l("Your diet"),
        _l(
            "Vegetarian, without pork, an allergy… Only the organisers see it; the caterer is told how many, never who."
        ),
        limit=REGISTRATION_TEXTS["diet"],
    )
    directory_consent = Tick(
        _l("My name may stand on the public pages of this event"),
        _l("With your team and your organisation. Without it, you are counted there, but not named."),
    )
    conduct = Tick(_l("I will keep to the code of conduct"))
    consent = Tick(
        _l("I agree that the organisers keep what I told here, to form the teams and run this event"),
        _l("You can change it, download it or delete it at any time, by a link that you get next."),
    )
    #: What the stored values looked like when the form was opened.
    seen_at = HiddenField()

    def prepare(self, hackathon: Hackathon) -> None:
        """Offer what this event has; a form that was not sent yet says that one is there all the time."""
        days = [SelectChoice(str(day.number), half_day(day)) for day in hackathon.half_days]
        self.half_days.choices = days
        if self.half_days.data is None:
            self.half_days.data = [choice.value for choice in days]
        self.languages.choices = _language_choices((*hackathon.languages, *(self.languages.data or ())))
        if self.languages.data is None:
            self.languages.data = [current_language().value]
        self.choices.choices = [SelectChoice(str(row.id), row.title) for row in hackathon.open_challenges]
        self.answers.questions = hackathon.questions
        self.friends.description = _friends_hint(hackathon)

    def draft_values(self) -> dict[str, object]:
        """Values by the draft's field names; the page's language is the one in which we write to the person."""
        return {**self.values(), "language": current_language().value}

    def attach(self, problems: Iterable[FieldProblem]) -> None:
        """Put each problem on its field, as a sentence."""
        for problem in problems:
            field = self[problem.field]
            field.errors = [*field.errors, sentence(problem)]

    def problem_list(self) -> list[tuple[str, Any, Any]]:
        """Identifier and label of the field, and sentence, of every problem, in the order of the page."""
        return [(field.id, field.label.text, error) for field in self for error in field.errors]

    def site_problems(self, hackathon: Hackathon) -> list[FieldProblem]:
        """What the public form asks beyond what a draft needs: an address, and the two agreements."""
        asked = {"email": str(self.email.data or "").strip(), "consent": self.consent.data}
        if hackathon.code_of_conduct:
            asked["conduct"] = self.conduct.data
        return [FieldProblem(name, ProblemCode.REQUIRED) for name, given in asked.items() if not given]


class DeskForm(RegistrationForm):
    """The same, filled in by an organiser for somebody who stands before them."""

    consent = Tick(
        _l("This person was told what is kept and agrees"),
        _l("Give them the link to their own page: they can change or delete all of it there."),
    )

    def site_problems(self, hackathon: Hackathon) -> list[FieldProblem]:
        """Somebody at the desk may have no address; without agreement nothing is kept."""
        return [] if self.consent.data else [FieldProblem("consent", ProblemCode.REQUIRED)]


class NoteForm(DraftForm):
    """A remark of the organisers about one person."""

    note = Paragraph(_l("Note of the organisers"), _l("Nobody else sees it."), render_kw={"rows": 3})


def _language_choices(event_languages: Iterable[str]) -> list[SelectChoice]:
    """The languages of the event first; each under its name in the language of the page."""
    codes = dict.fromkeys((*event_languages, *OFFERED_LANGUAGES))
    return [SelectChoice(code, language_name(code)) for code in codes]


def _friends_hint(hackathon: Hackathon) -> str:
    most = hackathon.size_max - 1
    return ngettext(
        "First and last name. A team holds you and %(num)s other person. It is a wish: we keep it when we can.",
        "First and last names, one a line. A team holds you and %(num)s others. It is a wish: we keep it when we can.",
        most,
    )
