"""What the ids of a team problem are called: people, challenges, skills, organisations, roles, languages.

An id without a name becomes words that say so, never the id: a person may have been deleted since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from babel import Locale
from babel.lists import format_list
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l

from matcher.hackathons.forming import organisation_key
from matcher.vocabulary import TeamRole
from web.i18n import current_language

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

    from matcher.store import Hackathon, Registration

#: Roles as they stand after "for": nobody for ..., a person for ...
ROLE_NOUNS: Final[Mapping[str, LazyString]] = {
    TeamRole.TECH: _l("the technical side"),
    TeamRole.DESIGN: _l("the design side"),
    TeamRole.FACILITATION: _l("the facilitation"),
    TeamRole.DOMAIN: _l("the knowledge of the field"),
}

#: Levels of a skill, by number.
SKILL_LEVELS: Final[Mapping[int, LazyString]] = {
    1: _l("begun"),
    2: _l("used to it"),
    3: _l("could teach it"),
}

#: Choices by rank.
CHOICES: Final[Mapping[int, LazyString]] = {
    1: _l("first choice"),
    2: _l("second choice"),
    3: _l("third choice"),
    4: _l("fourth choice"),
    5: _l("fifth choice"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """Names by the ids of a problem; those of organisations by what the problem calls them."""

    people: Mapping[str, str]
    challenges: Mapping[str, str]
    skills: Mapping[str, str] = field(default_factory=dict)
    organisations: Mapping[str, str] = field(default_factory=dict)

    def person(self, who: str) -> str:
        """Name of a participant."""
        return self.people.get(who) or gettext("somebody who is no longer registered")

    def persons(self, several: Iterable[str]) -> str:
        """Names with commas and an "and"."""
        return listed(self.person(each) for each in several)

    def challenge(self, number: str) -> str:
        """Title of a challenge."""
        return self.challenges.get(number) or gettext("a challenge that no longer exists")

    def skill(self, code: str) -> str:
        """Label of a skill."""
        return self.skills.get(code) or gettext("a skill that is no longer in the list")

    def organisation(self, name: str) -> str:
        """Name of an organisation as it was written."""
        return self.organisations.get(name, name)


def names_at(hackathon: Hackathon, registrations: Iterable[Registration]) -> Names:
    """Names for the problems of a hackathon (:mod:`matcher.hackathons.forming`), in the language of the page."""
    people = list(registrations)
    return event_names(hackathon, {str(each.id): each.name for each in people}, (each.organisation for each in people))


def event_names(hackathon: Hackathon, people: Mapping[str, str], organisations: Iterable[str]) -> Names:
    """As :func:`names_at`, for these people and organisations alone.

    Withdrawn challenges are named too: a plan may be older than their withdrawal.
    """
    language = current_language().value
    wanted = (wanted.skill for challenge in hackathon.challenges for wanted in challenge.skills)
    written = [*organisations, *(each.organisation.name for each in hackathon.challenges if each.organisation)]
    return Names(
        people=people,
        challenges={str(each.id): each.title for each in hackathon.challenges},
        skills={skill.code: skill.label(language) for skill in wanted},
        organisations={organisation_key(name) or "": name for name in written},
    )


def role_noun(role: str) -> str:
    """A role as it stands after "for"."""
    return str(ROLE_NOUNS.get(role, _l("a role that is no longer in the list")))


def language_names(codes: Iterable[str]) -> str:
    """Languages by ISO 639-1 code, in the language of the page; an unknown code stays as it was typed."""
    names = _locale().languages
    return listed(names.get(code, code) for code in codes)


def listed(parts: Iterable[str]) -> str:
    """Parts with commas and an "and", in the language of the page."""
    return format_list(list(parts), locale=_locale())


def _locale() -> Locale:
    return get_locale() or Locale("en")
