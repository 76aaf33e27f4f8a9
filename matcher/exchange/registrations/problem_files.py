"""A problem of forming teams from a table of people alone: no event, no database. Pure.

Challenges and half-days are those that people name. Skills are their own codes. Nobody is registered by this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from matcher.exchange.readers import Table
from matcher.exchange.registrations import cells as read
from matcher.exchange.registrations.columns import CHOICES, Field, Mapped, grid_line, guess_columns, words_of
from matcher.exchange.registrations.entities import Aside, Person, Terms
from matcher.exchange.registrations.people import read_people
from matcher.exchange.registrations.sources import recognise
from matcher.exchange.registrations.words import says_always
from matcher.hackathons import names
from matcher.hackathons.registration_drafts import USUAL_LEVEL
from matcher.teams.entities import AvoidPair, Challenge, FriendPair, Participant
from matcher.teams.problem import Problem
from matcher.teams.weights import Rules
from matcher.vocabulary import Experience, TeamStatus


@dataclass(frozen=True, slots=True)
class FileProblem:
    """The problem, and what the file says that is not in it.

    Attributes
    ----------
    people
        Everybody in it, with what is to be known of each row, by id.
    aside
        Rows that are about nobody who comes.
    unknown_names
        (line, typed name) of wishes that no one person is meant by. Those to avoid somebody are counted alone.
    """

    problem: Problem
    people: Mapping[str, Person]
    aside: Sequence[Aside]
    unknown_names: Sequence[tuple[int, str]]
    unknown_avoided: int


def columns_of(table: Table) -> dict[str, Field | None]:
    """The field of each header, as far as the file alone tells."""
    return guess_columns(table.headers, recognise(table.headers).columns)


def problem_of(table: Table, mapping: Mapped, rules: Rules) -> FileProblem:
    """Form the problem that a table tells.

    Somebody who names no language is taken to speak the one that most people name; where nobody names any, none
    has to be common. Raises :class:`~matcher.teams.entities.ProblemError` when there are no people or challenges.
    """
    challenges = _titles(table, mapping)
    source = recognise(table.headers)
    # Half-days have no dates here: they are numbered as they come, below.
    others = {header: field for header, field in mapping.items() if field is not Field.AVAILABILITY}
    people, aside = read_people(table, others, source, Terms(challenges={title: title for title in challenges}))
    by_id = _by_id(people)
    times = _availability(table, mapping)
    usual = Counter(code for person in people for code in person.values.get("languages", ())).most_common(1)
    participants = [
        _participant(who, person, times.get(person.line), frozenset(code for code, _ in usual))
        for who, person in by_id.items()
    ]
    friends, unknown = _wishes(by_id, "friends")
    avoided, unknown_avoided = _wishes(by_id, "avoid")
    problem = Problem(
        tuple(participants),
        tuple(Challenge(title) for title in challenges),
        friends=tuple(FriendPair(*pair, mutual=pair[::-1] in friends) for pair in _once(friends)),
        avoid=tuple(AvoidPair(*pair) for pair in _once(avoided)),
        blocks=_blocks(by_id, rules.size_max),
        rules=rules if usual else replace(rules, common_language=False),
    )
    return FileProblem(problem, by_id, aside, unknown, len(unknown_avoided))


def _titles(table: Table, mapping: Mapped) -> list[str]:
    """Every challenge that somebody names, as it was written first."""
    told: dict[str, str] = {}
    for at, header in enumerate(table.headers):
        field = mapping.get(header)
        if field is Field.CHALLENGE_RANK:
            told.setdefault(words_of(grid_line(header) or header), grid_line(header) or header)
        elif field in {*CHOICES, Field.CHALLENGES}:
            for cell in (read.plain(row.cells[at]) for row in table.rows):
                for title in [cell] if field in CHOICES else read.split_items(cell):
                    if not read.is_nothing(title):
                        told.setdefault(words_of(title), " ".join(title.split()))
    return list(told.values())


def _by_id(people: Iterable[Person]) -> dict[str, Person]:
    """People by their own key, else by a name that no other has."""
    ordered = sorted(people, key=lambda person: person.line)
    shared = Counter(person.name for person in ordered)
    found: dict[str, Person] = {}
    for person in ordered:
        name = person.name or person.email
        who = person.key if person.has_own_key else name if shared[person.name] == 1 else f"{name} ({person.line})"
        found[who if who not in found else f"{who} ({person.line})"] = person
    return found


def _availability(table: Table, mapping: Mapped) -> dict[int, frozenset[int]]:
    """By line, the numbers of the half-days named there; those who say nothing or "all" are at all of them."""
    at = [number for number, header in enumerate(table.headers) if mapping.get(header) is Field.AVAILABILITY]
    told = {
        row.line: [words_of(item) for number in at for item in read.split_items(read.plain(row.cells[number]))]
        for row in table.rows
    }
    named = list(dict.fromkeys(item for items in told.values() for item in items if not says_always(item)))
    numbers = {item: int(item) if all(map(str.isdigit, named)) else place for place, item in enumerate(named)}
    return {
        line: frozenset(numbers[item] for item in items)
        for line, items in told.items()
        if items and not any(map(says_always, items))
    }


def _participant(who: str, person: Person, times: frozenset[int] | None, usual: frozenset[str]) -> Participant:
    values = person.values
    skills = dict(item.partition(":")[::2] for item in values.get("skills", ()))
    return Participant(
        who,
        organisation=words_of(person.organisation) or None,
        roles=frozenset(values.get("roles", ())),
        skills={code: int(level or USUAL_LEVEL) for code, level in skills.items()},
        experience=Experience(values.get("experience", Experience.NONE)).points,
        languages=frozenset(values.get("languages", ())) or usual,
        availability=times,
        ranked=tuple(values.get("choices", ())[: len(CHOICES)]),
        newcomer=bool(values.get("is_newcomer")),
    )


def _wishes(by_id: Mapping[str, Person], kind: str) -> tuple[dict[tuple[str, str], None], list[tuple[int, str]]]:
    """Pairs of ids, whoever asked first, and the names that mean nobody or more than one person."""
    ids = list(by_id)
    known = [names.Person(at, by_id[who].name, by_id[who].email) for at, who in enumerate(ids)]
    pairs: dict[tuple[str, str], None] = {}
    unknown = []
    for at, who in enumerate(ids):
        others = [person for person in known if person.id != at]
        for typed in by_id[who].values.get(kind, ()):
            meant = names.person_meant(typed, others)
            if meant is None:
                unknown.append((by_id[who].line, typed))
            else:
                pairs[who, ids[meant.id]] = None
    return pairs, unknown


def _once(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    different = {frozenset(pair): pair for pair in reversed(list(pairs))}
    return list(reversed(different.values()))


def _blocks(by_id: Mapping[str, Person], most: int) -> tuple[frozenset[str], ...]:
    """Teams that come as a whole and can be one."""
    found: dict[str, set[str]] = {}
    for who, person in by_id.items():
        if person.values.get("team_status") == TeamStatus.TEAM.value:
            found.setdefault(words_of(person.values["team_name"]), set()).add(who)
    return tuple(frozenset(members) for members in found.values() if 2 <= len(members) <= most)
