"""From the rows of a table to the people whom they are about: who each is, and what they say. Pure.

A row is one person. Whoever paid is not taken for whoever comes: an address is given to somebody only when it is
theirs, since it opens their own page. What cannot be understood is left out and told, never guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from matcher.exchange.columns import answer
from matcher.exchange.readers import Row, Table
from matcher.exchange.registrations import cells as read
from matcher.exchange.registrations import words as meaning
from matcher.exchange.registrations.columns import (
    CHOICES,
    QUESTIONS,
    REPEATABLE,
    Field,
    Mapped,
    grid_line,
    spelled,
    words_of,
)
from matcher.exchange.registrations.entities import Aside, Person, Reason, Remark, Terms, derived_key, hashed
from matcher.exchange.registrations.members import with_members
from matcher.exchange.registrations.repeats import different
from matcher.exchange.registrations.sources import CANCELLED, Source
from matcher.hackathons.names import name_key
from matcher.vocabulary import Family, TeamStatus

#: Characters of a key in the database.
MAX_KEY: Final = 120
#: Characters of a typed name or title that are looked at: what a registration holds of either.
MOST_NAME: Final = 120


def read_people(table: Table, mapping: Mapped, source: Source, terms: Terms) -> tuple[list[Person], list[Aside]]:
    """Everybody in the table, those who registered first at the beginning, and the rows that are left aside.

    ``mapping`` has the field of each header, see :func:`~.columns.guess_columns`. Each person and each row comes
    once. Cost: linear, but for one comparison of each chosen title with each challenge.
    """
    month_first = read.is_month_first(_column(table, mapping, Field.MOMENT), source.month_first)
    payers = Counter(address.lower() for address in _column(table, mapping, Field.PAYER_EMAIL))
    people: list[Person] = []
    aside: list[Aside] = []
    for row in table.rows:
        found = _Row(table.headers, row, mapping, source, terms, month_first, payers).person()
        if isinstance(found, Aside):
            aside.append(found)
        else:
            people += with_members(found, table.headers, row, mapping)
    people, repeated = different(people, source.repeats)
    people.sort(key=lambda person: (person.moment or datetime.max, person.line))  # noqa: DTZ901 - compared in one file
    return people, [*aside, *repeated]


def _column(table: Table, mapping: Mapped, wanted: Field) -> list[str]:
    at = [number for number, header in enumerate(table.headers) if mapping.get(header) is wanted]
    return [row.cells[number] for row in table.rows for number in at]


class _Row:
    """One row while it is read."""

    def __init__(
        self,
        headers: Sequence[str],
        row: Row,
        mapping: Mapped,
        source: Source,
        terms: Terms,
        month_first: bool,
        payers: Mapping[str, int],
    ) -> None:
        """`payers` counts the rows of each payer's address."""
        self._payers = payers
        self._row, self._source, self._terms, self._month_first = row, source, terms, month_first
        self._cells: dict[Field, list[tuple[str, str]]] = {}
        for header, cell in zip(headers, row.cells, strict=True):
            wanted, text = mapping.get(header), read.plain(cell)
            if wanted is not None and text and (wanted in REPEATABLE or wanted not in self._cells):
                self._cells.setdefault(wanted, []).append((header, text))
        self._remarks: list[Remark] = []

    def person(self) -> Person | Aside:
        """Who the row is about, or why it is left aside."""
        name, email = self._name_and_email()
        if not name and not email:
            return Aside(self._row.line, Remark(Reason.NOBODY))
        organisation = self._one(Field.ORGANISATION)
        own_key = self._one(Field.EXTERNAL_ID)[:MAX_KEY]
        key = own_key or self._derived_key(name, email, organisation)
        status = self._one(Field.STATUS)
        if status and not self._is_kept(status):
            return Aside(self._row.line, Remark(Reason.CANCELLED, {"value": status[:80]}), key, name)
        values = {known: value for known, value in self._values(name).items() if value not in ("", [], None)}
        moment = read.parse_moment(self._one(Field.MOMENT), self._month_first)
        return Person(
            self._row.line, key, name, email, values, tuple(self._remarks), moment, bool(own_key), self._row.cells_over
        )

    def _one(self, wanted: Field) -> str:
        told = self._cells.get(wanted)
        return " ".join(told[0][1].split()) if told else ""

    def _name_and_email(self) -> tuple[str, str]:
        """The participant's own; the payer's where they are the same person.

        That is so when the names say so, or when the payer has no name here and pays for this row alone.
        """
        given = " ".join(filter(None, (self._one(Field.FIRST_NAME), self._one(Field.LAST_NAME))))
        name = self._one(Field.NAME) or given
        payer = " ".join(filter(None, (self._one(Field.PAYER_FIRST_NAME), self._one(Field.PAYER_LAST_NAME))))
        email, payer_email = self._one(Field.EMAIL).lower(), self._one(Field.PAYER_EMAIL).lower()
        if not email and payer_email:
            if not name or name_key(name) == name_key(payer) or (not payer and self._payers[payer_email] == 1):
                email = payer_email
            else:
                self._remarks.append(Remark(Reason.PAYER_EMAIL))
        return name or payer, email

    def _derived_key(self, name: str, email: str, organisation: str) -> str:
        order = self._one(Field.ORDER)
        if order:
            return f"{order[:80]}/{hashed(name_key(name))}"
        return derived_key(name, email, organisation)

    def _is_kept(self, status: str) -> bool:
        words = words_of(status)
        return words in self._source.kept if self._source.kept else words not in CANCELLED

    def _values(self, name: str) -> dict[str, Any]:
        skills, more = self._skills()
        roles, unknown = meaning.roles_of(self._items(Field.ROLES))
        friends = [friend for friend in self._names(Field.FRIENDS) if name_key(friend) != name_key(name)]
        status, team_name = self._team(bool(friends))
        experience, newcomer = self._experience()
        return {
            "organisation": self._one(Field.ORGANISATION),
            "family": self._family(),
            "roles": sorted(role.value for role in roles),
            "skills": skills,
            "about": "\n".join([*self._texts(Field.ABOUT), *filter(None, [", ".join([*unknown, *more])])]),
            "experience": experience,
            "is_newcomer": newcomer,
            "languages": self._understood(Field.LANGUAGES, meaning.languages_of(self._items(Field.LANGUAGES))),
            "half_days": self._half_days(),
            "choices": self._choices(),
            "friends": friends,
            "avoid": self._names(Field.AVOID),
            "team_status": status,
            "team_name": team_name,
            "access_needs": "\n".join(self._texts(Field.ACCESS_NEEDS)),
            "diet": "\n".join(self._texts(Field.DIET)),
            "directory_consent": read.yes_or_no(self._one(Field.CONSENT_DIRECTORY)),
            "answers": self._answers(),
            "note": "\n".join(self._texts(Field.NOTES)),
        }

    def _texts(self, wanted: Field) -> list[str]:
        """Texts of the columns of a field. A column of yes and no stands for its header where it says yes."""
        told = []
        for header, text in self._cells.get(wanted, ()):
            answered = read.said_yes(text)
            if answered is None:
                told.append(text)
            elif answered:
                told.append(grid_line(header) or header)
        return told

    def _items(self, wanted: Field, known: Collection[str] = ()) -> list[str]:
        return [item for text in self._texts(wanted) for item in read.split_items(text, known)]

    def _names(self, wanted: Field) -> list[str]:
        """Names of people; one sign alone is none."""
        told = (name for text in self._texts(wanted) for name in read.split_names(text))
        return [name[:MOST_NAME] for name in dict.fromkeys(told) if len(name) > 1]

    def _understood(self, wanted: Field, found: tuple[Any, list[str]]) -> list[str]:
        """What was understood; a remark for each other answer."""
        understood, rest = found
        self._remarks += [Remark(Reason.NOT_UNDERSTOOD, {"field": wanted.value, "value": item[:80]}) for item in rest]
        return [str(each) for each in understood]

    def _skills(self) -> tuple[list[str], list[str]]:
        """Skills with their levels, and what is in no vocabulary, which the person's own words keep."""
        known = self._terms.skills
        levels: dict[str, int | None] = {}
        rest = []
        for item in self._items(Field.SKILLS, known or ()):
            text, level = (item, None) if known and spelled(item) in known else meaning.skill_and_level(item)
            code = words_of(text).replace(" ", "_") if known is None else known.get(words_of(text))
            if code:
                levels[code] = max(level or 0, levels.get(code) or 0) or None
            else:
                rest.append(item)
        return [f"{code}:{level}" if level else code for code, level in levels.items()], rest

    def _experience(self) -> tuple[str | None, bool | None]:
        text, count = self._one(Field.EXPERIENCE), read.parse_rank(self._one(Field.PROJECTS))
        step = meaning.experience_of(text) if text else None
        none_so_far = self._one(Field.PROJECTS) in {"0", "0.0"}
        if text and step is None:
            self._remarks.append(Remark(Reason.NOT_UNDERSTOOD, {"field": Field.EXPERIENCE.value, "value": text[:80]}))
        if step is None and (count or none_so_far):
            step = meaning.experience_of_count(count or 0)
        newcomer = read.yes_or_no(self._one(Field.NEWCOMER))
        return step.value if step else None, True if none_so_far and newcomer is None else newcomer

    def _family(self) -> str | None:
        text = self._one(Field.FAMILY)
        found = answer(Family, text)
        if text and found not in {family.value for family in Family}:
            self._remarks.append(Remark(Reason.NOT_UNDERSTOOD, {"field": Field.FAMILY.value, "value": text[:80]}))
            return None
        return found or None

    def _half_days(self) -> list[str]:
        """Numbers of those at which the person is there; none where nothing was understood."""
        found = meaning.half_days_of(self._items(Field.AVAILABILITY), self._terms.half_days)
        return sorted(self._understood(Field.AVAILABILITY, found), key=int)

    def _choices(self) -> list[str]:
        """Ids of challenges, best first: those of a grid by their ranks, then one column each, then a whole list."""
        titles = self._terms.challenges
        ranked = [
            (rank, grid_line(header) or header)
            for header, text in self._cells.get(Field.CHALLENGE_RANK, ())
            if (rank := read.parse_rank(text)) is not None and rank <= len(CHOICES)
        ]
        told = [title for _, title in sorted(ranked, key=lambda pair: pair[0])]
        told += [text for text in map(self._one, CHOICES) if not read.is_nothing(text)]
        listed = self._one(Field.CHALLENGES)
        whole = meaning.challenge_meant(listed[:MOST_NAME], titles) if listed else None
        told += [titles[whole]] if whole else self._listed_choices(titles.values())
        meant = {title: meaning.challenge_meant(title[:MOST_NAME], titles) for title in told}
        rest = [title for title, known in meant.items() if known is None]
        return self._understood(Field.CHALLENGES, (list(dict.fromkeys(filter(None, meant.values()))), rest))

    def _listed_choices(self, titles: Collection[str]) -> list[str]:
        known = {words_of(title) for title in titles}
        texts = (text for _, text in self._cells.get(Field.CHALLENGES, ()))
        items = (item for text in texts for item in read.split_items(text, known))
        return [item for item in items if not read.is_nothing(item)]

    def _team(self, has_friends: bool) -> tuple[str | None, str]:
        text, name = self._one(Field.TEAM_STATUS), self._one(Field.TEAM_NAME)
        name = "" if read.is_nothing(name) else name
        status = meaning.team_status_of(text) if text else None
        if text and status is None:
            self._remarks.append(Remark(Reason.NOT_UNDERSTOOD, {"field": Field.TEAM_STATUS.value, "value": text[:80]}))
        if status is TeamStatus.TEAM and not name:
            self._remarks.append(Remark(Reason.TEAM_WITHOUT_NAME))
            status = TeamStatus.LOOKING
        if status is None and (name or has_friends):
            status = TeamStatus.TEAM if name else TeamStatus.LOOKING
        return (status.value, name if status is TeamStatus.TEAM else "") if status else (None, "")

    def _answers(self) -> list[str]:
        told = [self._one(wanted) for wanted in QUESTIONS[: len(self._terms.questions)]]
        return told if any(told) else []
