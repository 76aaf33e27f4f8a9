"""The forms of organisers: everything about the event, a challenge, and a colleague."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import format_date
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField
from wtforms.fields.choices import SelectChoice

from matcher.hackathons.events import days_of
from matcher.hackathons.fields import DayHalf
from matcher.hackathons.limits import CHALLENGE_TEXTS, HACKATHON_TEXTS, MAX_CHALLENGE_SKILLS, SPOKEN
from matcher.people import OrganiserRole
from matcher.store import Challenge, Hackathon
from matcher.vocabulary import DayPart, Family, Language, TeamRole
from web.accounts.forms import AccountForm, Address
from web.filters import term_label
from web.hackathons.forms import HackathonForm, ToldForm
from web.hackathons.presenters import SKILL_LEVELS, half_day_name, language_names
from web.labels import TEAM_ROLES
from web.posting.fields import Day, Line, Number, OneOf, Paragraph, SomeOf, Tick, choices_of

#: Empty rows for further skills below those that are there.
SPARE_ROWS: Final = 3


def language_choices(kept: list[str]) -> list[SelectChoice]:
    """The usual languages, and those that the row at hand has beside them."""
    codes = [*SPOKEN, *(code for code in kept if code not in SPOKEN)]
    return [
        SelectChoice(code, name[:1].upper() + name[1:]) for code, name in zip(codes, language_names(codes), strict=True)
    ]


class SeenForm(ToldForm):
    """A form that knows what the event was when it was opened: two people may have it open at once."""

    outside = ToldForm.outside | {"seen_at", "revision"}

    #: What the stored values looked like, and the revision of the event.
    seen_at = HiddenField()
    revision = HiddenField()


class EventForm(SeenForm, HackathonForm):
    """Everything about an event but its challenges."""

    #: Days of the event by their name, each with the half-days that can be ticked.
    half_day_grid: Sequence[tuple[str, Sequence[DayHalf]]] = ()

    venue = Line(
        _l("Building and street"),
        example=_l("Third place of the station, 3 rue du Pont"),
        limit=HACKATHON_TEXTS["venue"],
    )
    registration_ends_on = Day(_l("Last day to register"), _l("Left blank: until you end registration."))
    half_days = SomeOf(
        _l("Half-days"),
        hint=_l("People say at which of them they are there; teams are formed of people who meet."),
    )
    languages = SomeOf(_l("Languages spoken there"))
    language = OneOf(_l("Language of your text"), choices_of(Language))
    questions = Paragraph(
        _l("Questions of your own"),
        _l("Asked at registration; one a line, five at most."),
        example=_l("What would you like to learn?"),
        render_kw={"rows": 3},
    )
    code_of_conduct = Paragraph(
        _l("Code of conduct"),
        _l("What everybody agrees to when registering: respect, pictures, whom to tell when something is wrong."),
        limit=HACKATHON_TEXTS["code_of_conduct"],
        render_kw={"rows": 5},
    )
    criteria = Paragraph(
        _l("What the jury looks at"),
        _l("One criterion a line, eight at most; each is marked from 0 to 5."),
        example=_l("Useful to the people concerned"),
        render_kw={"rows": 3},
    )

    def draft_values(self) -> dict[str, object]:
        """Values of the draft; a question and a criterion are lines, whatever marks they hold."""
        lines = {name: (self[name].data or "").splitlines() for name in ("questions", "criteria")}
        return {**self.values(), **lines}

    def prepare(self, hackathon: Hackathon) -> None:
        """Offer languages and half-days of the days that ``hackathon`` has."""
        self.languages.choices = language_choices(hackathon.languages)
        self.half_day_grid = [
            (format_date(day, "EEEE d MMMM"), [DayHalf(day, part) for part in DayPart]) for day in days_of(hackathon)
        ]
        halves = [half for _, row in self.half_day_grid for half in row]
        self.half_days.choices = [SelectChoice(str(half), half_day_name(half)) for half in halves]
        _nothing_ticked(self.half_days, self.languages)


def _nothing_ticked(*fields: SomeOf) -> None:
    """A form that was sent without a single field has no data at all."""
    for field in fields:
        field.data = field.data or []


class SkillLevels(Field):  # type: ignore[misc]
    """Skills with a level each: rows of two lists. ``data`` are items such as "web_development:3"."""

    example = ""
    #: Words for the items at hand, for whoever compares two versions.
    choices: Sequence[SelectChoice] = ()

    def process(self, formdata: MultiDict[str, str] | None, data: Any = None, extra_filters: Any = None) -> None:
        """Read the rows that were sent, those without a skill left out; else take ``data``."""
        self.process_errors: list[str] = []
        self.data = list(data or ())
        if formdata is not None and self.name in formdata:
            pairs = zip(formdata.getlist(self.name), formdata.getlist(f"{self.name}_level"), strict=False)
            self.data = [f"{code}:{level}" for code, level in pairs if code]

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Code and level of each row that the page shows, the last ones empty."""
        told = [tuple(item.split(":", 1)) for item in self.data]
        spare = max(1, min(SPARE_ROWS, MAX_CHALLENGE_SKILLS - len(told)))
        return [*told, *([("", "2")] * spare)]


class ChallengeForm(SeenForm):
    """A challenge: what it is about, whom a team needs for it, how many teams, and who stands behind it."""

    title = Line(_l("Title"), limit=CHALLENGE_TEXTS["title"])
    statement = Paragraph(
        _l("What is it about?"),
        _l("What happens today, for whom it is hard, and what would be different at the end of the event."),
        limit=CHALLENGE_TEXTS["statement"],
        render_kw={"rows": 7},
    )
    role_tech = Number(TEAM_ROLES[TeamRole.TECH])
    role_design = Number(TEAM_ROLES[TeamRole.DESIGN])
    role_facilitation = Number(TEAM_ROLES[TeamRole.FACILITATION])
    role_domain = Number(TEAM_ROLES[TeamRole.DOMAIN])
    skills = SkillLevels(
        _l("Skills that one member of each team should have"),
        description=_l("At most twelve. Fewer is better: each one makes teams harder to form."),
    )
    min_teams = Number(_l("At least"), unit=_l("teams"), default="0")
    max_teams = Number(_l("At most"), _l("Left blank: no limit."), unit=_l("teams"))
    wants_owner = Tick(
        _l("Each team should have somebody of the organisation whose need it is"),
        _l("When people of that organisation register."),
    )
    partner = Line(
        _l("Partner"),
        _l("Who stands behind the challenge or helps its teams, when they have agreed to be named."),
        limit=CHALLENGE_TEXTS["partner"],
    )
    prize = Line(_l("Prize"), example=_l("Three months of support in a third place"), limit=CHALLENGE_TEXTS["prize"])
    eligibility = Line(
        _l("Who may take part"), _l("In words, when not everybody may."), limit=CHALLENGE_TEXTS["eligibility"]
    )
    families = SomeOf(
        _l("Only people of these families"), choices_of(Family), _l("Tick nothing when everybody may join.")
    )
    languages = SomeOf(_l("Languages that every member has to speak"))

    def draft_values(self) -> dict[str, object]:
        """Values of the draft: the numbers of the roles as one mapping."""
        told = self.values()
        roles = {role.value: told.pop(f"role_{role.value}") for role in TeamRole}
        return {**told, "roles": roles}

    def prepare(self, challenge: Challenge | None) -> None:
        """Offer languages, and words for the skills that ``challenge`` has."""
        self.languages.choices = language_choices(challenge.languages if challenge else [])
        rows = challenge.skills if challenge else ()
        self.skills.choices = [
            SelectChoice(f"{row.skill.code}:{row.level}", f"{term_label(row.skill)} ({SKILL_LEVELS[row.level]})")
            for row in rows
        ]
        _nothing_ticked(self.families, self.languages)

    def attach(self, problems: Any) -> None:
        """A problem with a role stands at the first of the four boxes whose number is refused."""
        for problem in problems:
            name = self._role_at_fault() if problem.field == "roles" else problem.field
            super().attach([type(problem)(name, problem.code, problem.params)])

    def _role_at_fault(self) -> str:
        names = [f"role_{role.value}" for role in TeamRole]
        typed = {name: str(self[name].data or "").strip() for name in names}
        return next((name for name in names if typed[name] and not typed[name].isdecimal()), names[0])


class ColleagueForm(AccountForm):
    """A colleague's address, and what they may do."""

    email = Address(_l("Your colleague’s e-mail address"), autocomplete="off")
    role = OneOf(
        _l("What they may do"),
        [
            SelectChoice(OrganiserRole.ORGANISER.value, _l("Organiser: everything about people, teams and the days")),
            SelectChoice(
                OrganiserRole.OWNER.value, _l("Owner: invites and removes colleagues as well, and may delete the event")
            ),
        ],
    )
