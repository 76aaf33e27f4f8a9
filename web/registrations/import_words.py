"""Words of the import of registrations: makers of files, fields, outcomes, and what is to be said of a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from matcher.exchange.registrations.columns import Field
from matcher.exchange.registrations.entities import Reason, Remark
from matcher.exchange.registrations.planning import Outcome, PlannedRow
from matcher.exchange.registrations.sources import Maker
from matcher.postings.problems import FieldProblem
from web.problems import sentence

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

MAKERS: Final[Mapping[Maker, LazyString | str]] = {
    Maker.HELLOASSO: "HelloAsso",
    Maker.EVENTBRITE: "Eventbrite",
    Maker.WEEZEVENT: "Weezevent",
    Maker.DEVPOST: "Devpost",
    Maker.GOOGLE_FORMS: "Google Forms",
    Maker.FRAMAFORMS: "Framaforms",
    Maker.CANONICAL: _l("our own columns"),
    Maker.OTHER: _l("a list of your own"),
}

#: Fields that a column can be given, in groups as the choice shows them.
FIELD_GROUPS: Final[tuple[tuple[LazyString, Mapping[Field, LazyString]], ...]] = (
    (
        _l("Who"),
        {
            Field.NAME: _l("First and last name"),
            Field.FIRST_NAME: _l("First name"),
            Field.LAST_NAME: _l("Last name"),
            Field.EMAIL: _l("E-mail address"),
            Field.ORGANISATION: _l("Organisation"),
            Field.FAMILY: _l("Kind of organisation"),
            Field.LANGUAGES: _l("Languages spoken"),
            Field.AVAILABILITY: _l("Half-days present"),
            Field.CONSENT_DIRECTORY: _l("Agrees to be named in public"),
        },
    ),
    (
        _l("What they can do"),
        {
            Field.ROLES: _l("Roles in a team"),
            Field.SKILLS: _l("Skills"),
            Field.EXPERIENCE: _l("Experience"),
            Field.PROJECTS: _l("Number of hackathons so far"),
            Field.NEWCOMER: _l("First hackathon, yes or no"),
            Field.ABOUT: _l("In their own words"),
        },
    ),
    (
        _l("What they wish"),
        {
            Field.CHALLENGE_1: _l("First choice of challenge"),
            Field.CHALLENGE_2: _l("Second choice"),
            Field.CHALLENGE_3: _l("Third choice"),
            Field.CHALLENGE_4: _l("Fourth choice"),
            Field.CHALLENGE_5: _l("Fifth choice"),
            Field.CHALLENGES: _l("Challenges chosen, best first"),
            Field.CHALLENGE_RANK: _l("Rank of the challenge in its title"),
            Field.FRIENDS: _l("People to be with"),
            Field.AVOID: _l("To be kept apart from (private)"),
            Field.TEAM_STATUS: _l("Alone or in a team"),
            Field.TEAM_NAME: _l("Name of their team"),
            Field.MEMBER_NAME: _l("Another member: name"),
            Field.MEMBER_FIRST_NAME: _l("Another member: first name"),
            Field.MEMBER_LAST_NAME: _l("Another member: last name"),
            Field.MEMBER_EMAIL: _l("Another member: e-mail address"),
        },
    ),
    (
        _l("For the organisers"),
        {
            Field.DIET: _l("Diet (private)"),
            Field.ACCESS_NEEDS: _l("Accessibility needs (private)"),
            Field.NOTES: _l("Note of the organisers (private)"),
            Field.QUESTION_1: _l("Answer to your first question"),
            Field.QUESTION_2: _l("Answer to your second question"),
            Field.QUESTION_3: _l("Answer to your third question"),
            Field.QUESTION_4: _l("Answer to your fourth question"),
            Field.QUESTION_5: _l("Answer to your fifth question"),
        },
    ),
    (
        _l("Ticket or order"),
        {
            Field.EXTERNAL_ID: _l("Number of the ticket or registration"),
            Field.ORDER: _l("Number of the order"),
            Field.STATUS: _l("State of the ticket"),
            Field.MOMENT: _l("Registered on"),
            Field.PAYER_FIRST_NAME: _l("First name of who pays"),
            Field.PAYER_LAST_NAME: _l("Last name of who pays"),
            Field.PAYER_EMAIL: _l("E-mail address of who pays"),
        },
    ),
)
FIELDS: Final[Mapping[Field, LazyString]] = {
    field: words for _, named in FIELD_GROUPS for field, words in named.items()
}

#: Values of a registration, by their names in a draft, that are not the name of a field.
_VALUES: Final[Mapping[str, LazyString]] = {
    "half_days": FIELDS[Field.AVAILABILITY],
    "choices": _l("Choice of challenges"),
    "challenges": _l("Choice of challenges"),
    "is_newcomer": FIELDS[Field.NEWCOMER],
    "directory_consent": FIELDS[Field.CONSENT_DIRECTORY],
    "note": FIELDS[Field.NOTES],
    "answers": _l("Answers to your questions"),
    "language": _l("Language in which we write"),
}

OUTCOMES: Final[Mapping[Outcome, LazyString]] = {
    Outcome.ADDED: _l("Added"),
    Outcome.CHANGED: _l("Completed"),
    Outcome.UNCHANGED: _l("As before"),
    Outcome.ASIDE: _l("Left aside"),
    Outcome.REFUSED: _l("Refused"),
}


def value_name(name: str) -> str:
    """Words for a value of a registration or a column's field."""
    if name in _VALUES:
        return str(_VALUES[name])
    return str(FIELDS.get(Field(name), name)) if name in {field.value for field in Field} else name


def remark_sentence(remark: Remark) -> str:
    """What is to be said of a row."""
    return _REMARKS[remark.reason](remark.params)


def problem_sentence(problem: FieldProblem) -> str:
    """What is wrong with a value, with its name before it."""
    name = problem.field.partition(".")[0]
    said = sentence(problem)
    return gettext("%(label)s: %(text)s", label=value_name(name), text=said) if name else said


def row_sentences(row: PlannedRow) -> list[str]:
    """Everything to be said of a row: why it is refused or left, what is left out of it, what it changes."""
    told = [problem_sentence(problem) for problem in row.problems]
    told += [remark_sentence(remark) for remark in row.remarks]
    told += [gettext("Left out. %(why)s", why=problem_sentence(problem)) for problem in row.left_out]
    if row.outcome is Outcome.CHANGED:
        told.append(" · ".join(map(value_name, row.changes)))
    return told


def by_sentence(rows: Iterable[PlannedRow]) -> list[tuple[str, list[PlannedRow]]]:
    """Rows of which the same is to be said, together; what is said of most of them first."""
    found: dict[str, list[PlannedRow]] = {}
    for row in rows:
        for said in row_sentences(row):
            found.setdefault(said, []).append(row)
    return sorted(found.items(), key=lambda group: -len(group[1]))


_REMARKS: Final[Mapping[Reason, Callable[[Mapping[str, Any]], str]]] = {
    Reason.NOBODY: lambda p: gettext("This row has neither a name nor an e-mail address."),
    Reason.CANCELLED: lambda p: gettext("Its state is “%(value)s”: this person does not come.", **p),
    Reason.REPEATED: lambda p: gettext("The same person is on line %(line)s.", **p),
    Reason.ANSWERED_AGAIN: lambda p: gettext(
        "The same person answered again on line %(line)s: that answer counts.", **p
    ),
    Reason.WITHDRAWN: lambda p: gettext("This person has withdrawn here, and stays withdrawn."),
    Reason.KEY_OF_OTHER: lambda p: gettext(
        "The number “%(value)s” is that of %(name)s. Give this person another, or take the column of numbers out.", **p
    ),
    Reason.PAYER_EMAIL: lambda p: gettext(
        "The e-mail address is that of whoever paid, and is not given to this person. Add theirs on their page."
    ),
    Reason.SHARED_EMAIL: lambda p: gettext(
        "The e-mail address is that of %(name)s, and is not given to a second person.", **p
    ),
    Reason.NOT_UNDERSTOOD: lambda p: gettext(
        "%(label)s: “%(value)s” was not understood and is left out.", label=value_name(p["field"]), value=p["value"]
    ),
    Reason.TEAM_WITHOUT_NAME: lambda p: gettext(
        "Comes with a team that has no name here: the name brings its people together. Add it on their page."
    ),
    Reason.STILL_HERE: lambda p: gettext(
        "Its state is “%(value)s”, but %(name)s is registered here. Withdraw them on their page if they do not come.",
        **p,
    ),
}
