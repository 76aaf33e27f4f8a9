"""Events and challenges as pages show them: what may be told, in the reader's words.

Templates read these and never decide what is private: a challenge from an anonymous need has no owner here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from babel.dates import format_skeleton
from flask import url_for
from flask_babel import format_date, get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _l

from matcher.hackathons.challenges import owner_of
from matcher.hackathons.fields import DayHalf
from matcher.hackathons.queries import HeadCount, registration_is_open
from matcher.store import Challenge, Hackathon
from matcher.vocabulary import HackathonPhase
from web.filters import label_of, labels_of, term_label
from web.labels import TEAM_ROLE_NAMES
from web.presenters import author_of, excerpt

#: Characters of a challenge that are shown before "read on". Chosen: five lines on a phone.
STATEMENT_CHARS: Final = 260

#: Levels of a skill, as challenges ask for them.
SKILL_LEVELS: Final = {1: _l("has begun"), 2: _l("is used to it"), 3: _l("could teach it")}


@dataclass(frozen=True, slots=True)
class EventCard:
    """An event in a list or at the head of its page."""

    hackathon: Hackathon
    url: str
    title: str
    excerpt: str
    days: str
    first_day: str
    first_month: str
    place: str
    phase: HackathonPhase
    phase_label: str
    is_open: bool
    is_full: bool
    people: str
    challenges: str


@dataclass(frozen=True, slots=True)
class ChallengeCard:
    """A challenge as anybody may read it. ``owner`` is empty when nobody's need it is, or nobody may know whose."""

    challenge: Challenge
    anchor: str
    title: str
    excerpt: str
    rest: str
    owner: str
    owner_url: str
    need_url: str
    roles: list[str]
    skills: list[tuple[str, int]]
    teams: str
    eligible: list[str]
    languages: list[str]


@dataclass(frozen=True, slots=True)
class Became:
    """An event that a need is a challenge of, and what came out of it; ``outcome`` is empty while nobody knows."""

    title: str
    language: str
    url: str
    days: str
    phase: HackathonPhase
    outcome: str
    note: str


def event_card(hackathon: Hackathon, people: HeadCount, today: date) -> EventCard:
    """``hackathon`` as a card; ``people`` is its head count."""
    capacity, count = hackathon.capacity, len(hackathon.open_challenges)
    return EventCard(
        hackathon=hackathon,
        url=url_for("hackathons.show", id=hackathon),
        title=hackathon.title,
        excerpt=excerpt(hackathon.description),
        days=days_of(hackathon.starts_on, hackathon.ends_on),
        first_day=format_date(hackathon.starts_on, "d"),
        first_month=format_date(hackathon.starts_on, "MMM"),
        place=place_of(hackathon),
        phase=hackathon.phase,
        phase_label=label_of(hackathon.phase),
        is_open=registration_is_open(hackathon, today),
        is_full=capacity is not None and people.registered >= capacity,
        people=people_of(people.registered, capacity),
        challenges=ngettext("%(num)s challenge", "%(num)s challenges", count) if count else "",
    )


def became_of(challenges: Iterable[Challenge]) -> list[Became]:
    """Events that a need is a challenge of, for its page."""
    return [
        Became(
            title=row.hackathon.title,
            language=row.hackathon.language.value,
            url=url_for("hackathons.show", id=row.hackathon, _anchor=anchor_of(row)),
            days=days_of(row.hackathon.starts_on, row.hackathon.ends_on),
            phase=row.hackathon.phase,
            outcome=label_of(row.outcome),
            note=row.outcome_note,
        )
        for row in challenges
    ]


def anchor_of(challenge: Challenge) -> str:
    """Name of a challenge within a page that shows it."""
    return f"defi-{challenge.id}"


def days_of(first: date, last: date) -> str:
    """A range of days, as short as the language says it: "8–9 janvier 2027", "January 8–9, 2027"."""
    end = str(format_date(last, "long"))
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return re.sub(rf"\b{last.day}\b", f"{first.day}–{last.day}", end, count=1)
    if first.year == last.year:
        return f"{format_skeleton('MMMMd', first, locale=get_locale())} – {end}"
    return f"{format_date(first, 'long')} – {end}"


def place_of(hackathon: Hackathon) -> str:
    """Where it takes place: building and town, or online."""
    parts = [hackathon.venue, hackathon.place.label if hackathon.place else ""]
    told = ", ".join(part for part in parts if part)
    if not hackathon.is_online:
        return told
    return gettext("Online, and at %(place)s", place=told) if told else gettext("Online")


def people_of(registered: int, capacity: int | None) -> str:
    """How many people are registered, and for how many places; nobody is not worth a word."""
    if not registered:
        return ngettext("%(num)s place", "%(num)s places", capacity) if capacity else ""
    if capacity is None:
        return ngettext("%(num)s person registered", "%(num)s people registered", registered)
    return ngettext(
        "%(num)s person registered for %(places)s places",
        "%(num)s people registered for %(places)s places",
        registered,
        places=capacity,
    )


def schedule_of(hackathon: Hackathon) -> list[tuple[str, list[str]]]:
    """Half-days by day, as words: ("Friday 12 March", ["Morning", "Evening"])."""
    days: dict[date, list[DayHalf]] = {}
    for row in hackathon.half_days:
        days.setdefault(row.day, []).append(DayHalf(row.day, row.part))
    return [
        (format_date(day, "EEEE d MMMM"), [label_of(half.part) for half in sorted(halves, key=lambda half: half.order)])
        for day, halves in sorted(days.items())
    ]


def half_day_name(half: DayHalf) -> str:
    """One half-day: "Friday 12 March, evening"."""
    day = format_date(half.day, "EEEE d MMMM")
    return gettext("%(day)s, %(part)s", day=day, part=label_of(half.part).lower())


def challenge_cards(hackathon: Hackathon) -> list[ChallengeCard]:
    """The challenges that teams can be formed for, in their order."""
    return [challenge_card(challenge) for challenge in hackathon.open_challenges]


def challenge_card(challenge: Challenge) -> ChallengeCard:
    """``challenge`` as a card."""
    beginning = excerpt(challenge.statement, STATEMENT_CHARS)
    is_whole = beginning == " ".join(challenge.statement.split())
    owner, owner_url = _owner(challenge)
    return ChallengeCard(
        challenge=challenge,
        anchor=anchor_of(challenge),
        title=challenge.title,
        excerpt=beginning,
        rest="" if is_whole else challenge.statement,
        owner=owner,
        owner_url=owner_url,
        need_url=url_for("needs.show", id=challenge.need) if challenge.need else "",
        roles=roles_of(challenge),
        skills=sorted((term_label(row.skill), row.level) for row in challenge.skills),
        teams=teams_of(challenge),
        eligible=labels_of(challenge.families),
        languages=language_names(challenge.languages),
    )


def roles_of(challenge: Challenge) -> list[str]:
    """Wanted members of a team: "2 technical"."""
    counts = {row.role: row.count for row in challenge.roles}
    return [
        gettext("%(count)s × %(role)s", count=counts[role], role=name)
        for role, name in TEAM_ROLE_NAMES.items()
        if role in counts
    ]


def teams_of(challenge: Challenge) -> str:
    """How many teams may take the challenge; empty when nothing bounds it."""
    low, high = challenge.min_teams, challenge.max_teams
    if high is None:
        return ngettext("at least %(num)s team", "at least %(num)s teams", low) if low else ""
    if low == high:
        return ngettext("%(num)s team", "%(num)s teams", high)
    if low:
        return gettext("%(low)s to %(high)s teams", low=low, high=high)
    return ngettext("at most %(num)s team", "at most %(num)s teams", high)


def language_names(codes: Sequence[str]) -> list[str]:
    """Languages in the language of the page; a code that it has no name for stays as it is."""
    names = get_locale().languages
    return [str(names.get(code, code)) for code in codes]


def _owner(challenge: Challenge) -> tuple[str, str]:
    """Whose need it is and the address of their page; both may be empty."""
    if challenge.need is not None:
        author = author_of(challenge.need)
        return author.name, author.url
    owner = owner_of(challenge)
    if owner is None:
        return "", ""
    return owner.brand or owner.name, url_for("organisations.show", id=owner)
