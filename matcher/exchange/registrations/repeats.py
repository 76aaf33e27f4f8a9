"""People who are in a file more than once: known by key, then by address, then by name and organisation. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from matcher.exchange.registrations.columns import words_of
from matcher.exchange.registrations.entities import Aside, Person, Reason, Remark
from matcher.exchange.registrations.sources import Repeats
from matcher.hackathons.names import name_key


def different(people: Sequence[Person], repeats: Repeats) -> tuple[list[Person], list[Aside]]:
    """Each person once, and the rows that say the same person again.

    Without an address on one side, the same name and organisation are the same person. Whoever has a row of their
    own counts with it, whoever else names them: that naming is not told as a row.
    """
    if repeats is Repeats.ANSWERS:
        people = sorted(people, key=lambda person: (person.moment or datetime.min, person.line), reverse=True)  # noqa: DTZ901
    kept = _Known()
    aside: list[Aside] = []
    for person in sorted(people, key=lambda person: person.is_member):
        other = kept.same(person)
        if repeats is Repeats.TICKETS and other is not None and kept.shares_address_alone(person, other):
            remark = Remark(Reason.SHARED_EMAIL, {"name": other.name})
            kept.add(replace(person, email="", remarks=(*person.remarks, remark)))
        elif other is not None and person.is_member:
            continue
        elif other is not None:
            aside.append(Aside(person.line, _why(person, other, repeats), person.key, person.name))
        else:
            kept.add(person)
    return kept.people, aside


def _why(person: Person, other: Person, repeats: Repeats) -> Remark:
    """Why one row of two is left aside."""
    if repeats is Repeats.ANSWERS:
        return Remark(Reason.ANSWERED_AGAIN, {"line": other.line})
    alike = name_key(person.name) == name_key(other.name) or (person.email and person.email == other.email)
    if repeats is Repeats.LIST and person.has_own_key and person.key == other.key and not alike:
        return Remark(Reason.KEY_OF_OTHER, {"value": person.key, "name": other.name})
    return Remark(Reason.REPEATED, {"line": other.line})


class _Known:
    """People taken so far, and how they are found again."""

    def __init__(self) -> None:
        self.people: list[Person] = []
        self._by_key: dict[str, Person] = {}
        self._by_email: dict[str, Person] = {}
        self._by_name: dict[tuple[str, str], list[Person]] = {}

    def add(self, person: Person) -> None:
        """Take somebody in."""
        self.people.append(person)
        self._by_key[person.key] = person
        if person.email:
            self._by_email[person.email] = person
        self._by_name.setdefault(_named(person), []).append(person)

    def same(self, person: Person) -> Person | None:
        """Somebody taken already who is this person, or has their address."""
        found = self._by_key.get(person.key) or self._by_email.get(person.email)
        if found is not None or not person.name:
            return found
        alike = self._by_name.get(_named(person), ())
        return next((other for other in alike if not (other.email and person.email)), None)

    def shares_address_alone(self, person: Person, other: Person) -> bool:
        """Whether nothing but the address makes two rows one person."""
        return (
            person.key != other.key
            and bool(person.email)
            and person.email == other.email
            and name_key(person.name) != name_key(other.name)
        )


def _named(person: Person) -> tuple[str, str]:
    return name_key(person.name), words_of(person.organisation)
