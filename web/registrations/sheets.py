"""A registration as pages show it: what was told, in the words of the page, in the order of the form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import gettext, ngettext

from matcher.hackathons.registration_filling import half_days_there, sorted_skills, typed_names
from matcher.store import Registration
from matcher.vocabulary import TeamStatus, WishKind
from web.filters import label_of, labels_of, term_label
from web.registrations.words import LEVEL_NAMES, half_day, language_name


class Line(NamedTuple):
    """One thing that was told; ``values`` are shown below each other."""

    title: str
    values: Sequence[str]


class Sheet(NamedTuple):
    """What a person told. ``private`` holds what only they and the organisers see."""

    open: list[Line]
    private: list[Line]


def sheet_of(registration: Registration) -> Sheet:
    """What ``registration`` holds; what was not told is left out. Of wishes to avoid somebody it has the number."""
    told = [
        Line(gettext("Organisation"), _some(registration.organisation)),
        Line(gettext("Role in a team"), labels_of(registration.roles)),
        Line(gettext("In own words"), _some(registration.about)),
        Line(gettext("Skills"), _skills(registration)),
        Line(gettext("Experience"), [label_of(registration.experience), *_newcomer(registration)]),
        Line(gettext("Languages"), [language_name(code) for code in registration.languages]),
        Line(gettext("Present"), _half_days(registration)),
        Line(gettext("Challenges by preference"), _challenges(registration)),
        Line(gettext("Alone or with others"), _company(registration)),
        *(Line(question, _some(answer)) for question, answer in _answers(registration)),
    ]
    private = [
        Line(gettext("E-mail address"), _some(registration.email)),
        Line(gettext("To be with"), typed_names(registration, WishKind.WITH)),
        Line(gettext("What is needed to take part well"), _some(registration.access_needs)),
        Line(gettext("Diet"), _some(registration.diet)),
    ]
    apart = len(typed_names(registration, WishKind.AVOID))
    if apart:
        told_apart = ngettext(
            "%(num)s name, which only the organisers read", "%(num)s names, which only the organisers read", apart
        )
        private.append(Line(gettext("To be kept apart from"), [told_apart]))
    return Sheet([line for line in told if line.values], [line for line in private if line.values])


def _some(text: str) -> list[str]:
    return [text] if text else []


def _skills(registration: Registration) -> list[str]:
    return [
        gettext("%(skill)s: %(level)s", skill=term_label(link.skill), level=LEVEL_NAMES[link.level])
        for link in sorted_skills(registration)
    ]


def _newcomer(registration: Registration) -> list[str]:
    return [gettext("First hackathon")] if registration.is_newcomer else []


def _half_days(registration: Registration) -> list[str]:
    there = set(half_days_there(registration))
    days = registration.hackathon.half_days
    if days and len(there) == len(days):
        return [gettext("All the time")]
    return [half_day(day) for day in days if str(day.number) in there]


def _challenges(registration: Registration) -> list[str]:
    titles = {challenge.id: challenge.title for challenge in registration.hackathon.challenges}
    return [f"{choice.rank}. {titles[choice.challenge_id]}" for choice in registration.choices]


def _company(registration: Registration) -> list[str]:
    if registration.team_status is TeamStatus.TEAM:
        return [gettext("Team “%(name)s”", name=registration.team_name)]
    return [label_of(registration.team_status)]


def _answers(registration: Registration) -> list[tuple[str, str]]:
    return list(zip(registration.hackathon.questions, registration.answers, strict=False))
