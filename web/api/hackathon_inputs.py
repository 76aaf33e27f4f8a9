"""What organisers' programs may send about an event, its challenges and the people who come.

Diet, access needs and notes have no field here: they stay on the pages of the site. Names to avoid can be sent when
somebody is registered, and are answered nowhere.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from matcher.hackathons import limits
from matcher.hackathons.fields import LEVELS, DayHalf
from matcher.hackathons.limits import CHALLENGE_TEXTS, HACKATHON_TEXTS
from matcher.hackathons.registration_drafts import (
    MAX_AVOIDED,
    MAX_CHOICES,
    MAX_LANGUAGES,
    MAX_SKILLS,
    REGISTRATION_TEXTS,
)
from matcher.postings.limits import ORGANISATION_TEXTS, TextLimit
from matcher.vocabulary import (
    Attendance,
    ChallengeOutcome,
    DayPart,
    Experience,
    Family,
    HackathonPhase,
    Language,
    RegistrationStatus,
    TeamRole,
    TeamStatus,
)
from web.api.inputs import Body, Code, PlaceIn
from web.api.queries import PagesQuery, Query, Whole, YesNo
from web.api.spec import MAX_ROW
from web.api.words import N_

EXAMPLE_HACKATHON: Final[JsonDict] = {
    "title": "48 heures pour l'aide alimentaire",
    "description": "Deux jours pour construire des outils simples avec les banques alimentaires du territoire.",
    "organiser": "Maison des associations",
    "contact_email": "orga@example.org",
    "place": {"name": "Nancy", "insee": "54395"},
    "starts_on": "2027-03-12",
    "ends_on": "2027-03-13",
    "half_days": [
        {"day": "2027-03-12", "part": "morning"},
        {"day": "2027-03-12", "part": "afternoon"},
        {"day": "2027-03-13", "part": "morning"},
    ],
    "languages": ["fr", "en"],
    "size_min": 3,
    "size_target": 5,
    "size_max": 6,
    "capacity": 60,
}
EXAMPLE_CHALLENGE: Final[JsonDict] = {
    "title": "Suivre les stocks de la collecte alimentaire",
    "statement": "Chaque antenne compte ses stocks à la main le lundi. Le mardi, la liste est déjà fausse.",
    "roles": [{"role": "tech", "count": 2}, {"role": "design", "count": 1}, {"role": "domain", "count": 1}],
    "skills": [{"code": "web_development", "level": 2}],
    "max_teams": 3,
}
EXAMPLE_REGISTRATION: Final[JsonDict] = {
    "name": "Camille Essai",
    "email": "camille@example.org",
    "organisation": "Épicerie du Faubourg",
    "family": "user_sector",
    "about": "Je dessine les affiches de mon association.",
    "roles": ["design"],
    "languages": ["fr"],
    "half_days": [0, 1],
    "friends": ["Dominique Essai"],
}
EXAMPLE_VERSION: Final = "0f3a9c1d5e7b2468ace013579bdf8642"


def _text(limit: TextLimit, description: str) -> Any:
    """A text that is needed."""
    return Field(description=description, min_length=limit.minimum, max_length=limit.maximum)


def _more(limit: TextLimit, description: str) -> Any:
    """A text that may be left out."""
    return Field("", description=description, max_length=limit.maximum)


def _list(maximum: int, description: str) -> Any:
    """A list that may be left out."""
    return Field([], description=description, max_length=maximum)


def _size(usual: int, description: str) -> Any:
    """People in a team."""
    return Field(usual, description=description, ge=limits.TEAM_SIZE.minimum, le=limits.TEAM_SIZE.maximum)


Row = Annotated[int, Field(ge=1, le=MAX_ROW)]
Spoken = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Question = Annotated[str, Field(min_length=1, max_length=limits.QUESTION_TEXT.maximum)]
Criterion = Annotated[str, Field(min_length=1, max_length=limits.CRITERION_TEXT.maximum)]
Answer = Annotated[str, Field(max_length=REGISTRATION_TEXTS["answers"].maximum)]
Name = Annotated[str, Field(min_length=1, max_length=REGISTRATION_TEXTS["friends"].maximum)]
Revision = Annotated[
    int, Field(ge=0, le=MAX_ROW, description=N_("The revision that was read; an older one is refused with 409"))
]


class HalfDayIn(Body):
    """A half-day of an event."""

    day: date
    part: DayPart


class HackathonIn(Body):
    """An event as its organisers tell it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_HACKATHON]})

    title: str = _text(HACKATHON_TEXTS["title"], N_("Name of the event"))
    description: str = _text(HACKATHON_TEXTS["description"], N_("For whom, why, and what people will do there"))
    organiser: str = _text(HACKATHON_TEXTS["organiser"], N_("Who organises: shown on the page of the event"))
    contact_email: str = _text(
        TextLimit(ORGANISATION_TEXTS["contact_email"].maximum, 1), N_("Private: for organisers alone")
    )
    language: Language | None = Field(None, description=N_("Language of the text; guessed when left out"))
    is_online: bool = Field(False, description=N_("It takes place online; then no place is needed"))
    place: PlaceIn | None = Field(None, description=N_("Where it is"))
    venue: str = _more(HACKATHON_TEXTS["venue"], N_("Building and street"))
    starts_on: date = Field(description=N_("First day"))
    ends_on: date | None = Field(None, description=N_("Last day; one day when left out"))
    registration_ends_on: date | None = Field(
        None, description=N_("Last day to register; until the phase changes when left out")
    )
    half_days: list[HalfDayIn] | None = Field(
        None,
        description=N_("Half-days at which people can be there; mornings and afternoons when left out"),
        max_length=limits.MAX_DAYS * len(DayPart),
    )
    languages: list[Spoken] = _list(limits.MAX_LANGUAGES, N_("Languages spoken there (ISO 639-1)"))
    size_min: int = _size(3, N_("People in the smallest team"))
    size_target: int = _size(5, N_("People in a team of the best size"))
    size_max: int = _size(6, N_("People in the largest team"))
    capacity: int | None = Field(
        None,
        description=N_("Places; further people go onto a waiting list. Null: no limit"),
        ge=limits.CAPACITY.minimum,
        le=limits.CAPACITY.maximum,
    )
    questions: list[Question] = _list(limits.MAX_QUESTIONS, N_("Questions asked at registration"))
    code_of_conduct: str = _more(HACKATHON_TEXTS["code_of_conduct"], N_("What everybody agrees to when registering"))
    criteria: list[Criterion] = _list(limits.MAX_CRITERIA, N_("What the jury looks at"))

    def told(self) -> dict[str, Any]:
        """As the draft reads it: half-days are texts there."""
        told = super().told()
        if self.half_days is not None:
            told["half_days"] = [str(DayHalf(half.day, half.part)) for half in self.half_days]
        return told


class HackathonChange(Body):
    """What an event is to be, and the revision that was read before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 3, "hackathon": EXAMPLE_HACKATHON}]})

    revision: Revision
    hackathon: HackathonIn


class PhaseChange(Body):
    """Where an event is to stand: one phase on or back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"phase": "registration"}]})

    phase: HackathonPhase


class RoleIn(Body):
    """How many members of a role each team should have."""

    role: TeamRole
    count: int = Field(1, ge=limits.ROLE_COUNT.minimum, le=limits.ROLE_COUNT.maximum)


class SkillIn(Body):
    """A skill and its level: 1 begun, 2 used to it, 3 could teach it."""

    code: Code = Field(description=N_("Code of a skill (/api/skills)"))
    level: int = Field(2, description=N_("1 begun, 2 used to it, 3 could teach it"), ge=LEVELS[0], le=LEVELS[-1])

    def __str__(self) -> str:
        return f"{self.code}:{self.level}"


class ChallengeIn(Body):
    """What teams may work on, and whom each of them should have."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_CHALLENGE]})

    title: str = _text(CHALLENGE_TEXTS["title"], N_("One line for the lists"))
    statement: str = _text(CHALLENGE_TEXTS["statement"], N_("What happens today, and what would be different"))
    roles: list[RoleIn] = _list(len(TeamRole), N_("Members of each role that a team should have"))
    skills: list[SkillIn] = _list(limits.MAX_CHALLENGE_SKILLS, N_("Skills that one member of each team should have"))
    min_teams: int = Field(
        0,
        description=N_("Fewest teams"),
        ge=limits.TEAMS_OF_CHALLENGE.minimum,
        le=limits.TEAMS_OF_CHALLENGE.maximum,
    )
    max_teams: int | None = Field(
        None,
        description=N_("Most teams; null: no limit"),
        ge=limits.TEAMS_OF_CHALLENGE.minimum,
        le=limits.TEAMS_OF_CHALLENGE.maximum,
    )
    partner: str = _more(CHALLENGE_TEXTS["partner"], N_("Who stands behind it, when they agreed to be named"))
    prize: str = _more(CHALLENGE_TEXTS["prize"], N_("Prize"))
    eligibility: str = _more(CHALLENGE_TEXTS["eligibility"], N_("Who may take part, in words"))
    families: list[Family] = _list(len(Family), N_("Whose people alone may join; empty: all"))
    languages: list[Spoken] = _list(limits.MAX_LANGUAGES, N_("Languages that every member speaks (ISO 639-1)"))
    wants_owner: bool = Field(False, description=N_("Each team should have somebody of whose need it is"))

    def told(self) -> dict[str, Any]:
        """As the draft reads it: roles by name, skills as texts."""
        roles = {item.role.value: item.count for item in self.roles}
        return {**super().told(), "roles": roles, "skills": list(map(str, self.skills))}


class ChallengeChange(Body):
    """What a challenge is to be, and the revision of its event that was read before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 4, "challenge": EXAMPLE_CHALLENGE}]})

    revision: Revision
    challenge: ChallengeIn


class ChallengeFromNeed(Body):
    """The need that is to become a challenge."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"need": 12}]})

    need: Row = Field(description=N_("Number of an open need (/api/needs)"))


class ChallengePosition(Body):
    """Where a challenge is to stand."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"position": 1}]})

    position: int = Field(description=N_("1 for the first"), ge=1, le=limits.MAX_CHALLENGES)


class ChallengeOutcomeIn(Body):
    """What became of a challenge."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "continued", "note": "Deux associations"}]})

    outcome: ChallengeOutcome | None = Field(description=N_("What became of it; null: not known yet"))
    note: str = _more(CHALLENGE_TEXTS["outcome_note"], N_("In a few words, for everybody to read"))


class DeletionQuery(Query):
    """What goes with the event."""

    registered: Whole = Field(
        description=N_("How many people are registered, as people.registered of …/organiser tells: they go too"),
        ge=0,
        le=MAX_ROW,
    )


class PersonIn(Body):
    """What is told of somebody who comes."""

    name: str = _text(REGISTRATION_TEXTS["name"], N_("First and last name"))
    email: str = _more(REGISTRATION_TEXTS["email"], N_("Private: for organisers alone"))
    language: Language = Field(Language.FR, description=N_("In which the site writes to the person"))
    organisation: str = _more(REGISTRATION_TEXTS["organisation"], N_("Where the person comes from"))
    family: Family | None = Field(None, description=N_("Family of actors"))
    about: str = _more(REGISTRATION_TEXTS["about"], N_("What the person can do and would like to do"))
    roles: list[TeamRole] = _list(len(TeamRole), N_("What the person would do in a team"))
    skills: list[SkillIn] = _list(MAX_SKILLS, N_("Skills of the person"))
    experience: Experience = Field(Experience.NONE, description=N_("Of hackathons, or of projects like them"))
    is_newcomer: bool = Field(False, description=N_("It is the first hackathon of the person"))
    languages: list[Spoken] = _list(MAX_LANGUAGES, N_("Languages that the person can work in (ISO 639-1)"))
    half_days: list[Annotated[int, Field(ge=0, le=99)]] | None = Field(
        None,
        description=N_("Numbers of the half-days at which the person is there; all when left out"),
        max_length=limits.MAX_DAYS * len(DayPart),
    )
    choices: list[Row] = _list(MAX_CHOICES, N_("Numbers of challenges, the first choice first"))
    team_status: TeamStatus = Field(TeamStatus.ALONE, description=N_("How the person comes"))
    team_name: str = _more(REGISTRATION_TEXTS["team_name"], N_("Name of the team of those who come as one"))
    friends: list[Name] = _list(int(limits.TEAM_SIZE.maximum), N_("Names of people to be with, first and last"))
    answers: list[Answer] = _list(limits.MAX_QUESTIONS, N_("Answers to the questions of the event, in their order"))
    directory_consent: bool = Field(
        False, description=N_("The person agrees that their name stands on public pages of the event")
    )

    def told(self) -> dict[str, Any]:
        """As the draft reads it: skills and half-days are texts there."""
        told = {**super().told(), "skills": list(map(str, self.skills))}
        if self.half_days is not None:
            told["half_days"] = list(map(str, self.half_days))
        return told


class NewPersonIn(PersonIn):
    """What is told of somebody who is registered."""

    avoid: list[Name] = _list(
        MAX_AVOIDED, N_("Names of people to be kept apart from. Private: no answer ever holds them")
    )


class RegistrationAddition(Body):
    """Somebody to register."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"registration": EXAMPLE_REGISTRATION, "consent": True}]})

    registration: NewPersonIn
    consent: Literal[True] = Field(
        description=N_("The person agrees that the organisers keep this to form the teams and run the event")
    )
    beyond_capacity: bool = Field(False, description=N_("Give a place even when the event is full"))


class RegistrationChange(Body):
    """What a registration is to be, and the version that was read before."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"version": EXAMPLE_VERSION, "registration": EXAMPLE_REGISTRATION}]}
    )

    version: str = Field(
        description=N_("The version that was read; an older one is refused with 409"), min_length=1, max_length=64
    )
    registration: PersonIn


class AttendanceChange(Body):
    """Whether somebody came."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"attendance": "checked_in"}]})

    attendance: Attendance


class WishSettlement(Body):
    """Whom a typed name means."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"registration": 15}]})

    registration: Row | None = Field(description=N_("Number of the registration that is meant; null: nobody here"))


class RegistrationsQuery(PagesQuery):
    """Filters of registrations."""

    name: str = Field("", description=N_("Beginnings of the words of a name"), max_length=120)
    status: RegistrationStatus | None = Field(None, description=N_("Whether they have a place"))
    attendance: Attendance | None = Field(None, description=N_("Whether they came"))
    role: TeamRole | None = Field(None, description=N_("What they would do in a team"))
    without_rank: YesNo = Field(False, description=N_("Only those who ranked no challenge"))
