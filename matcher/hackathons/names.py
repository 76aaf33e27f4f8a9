"""Names that people type, and the registrations that they mean. Nothing is ever guessed between two near names.

People are asked with whom they want to be, and from whom they want to be kept apart, and type names from
memory: without accents, family name first, with a slip. A name that means one person alone is settled; any
other waits for an organiser, who is shown the nearest names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.store import Registration, Wish
from matcher.store.session import writing
from matcher.text import fold
from matcher.vocabulary import RegistrationStatus

#: Slips (one letter wrong, missing, too many, or two swapped) that a whole name may have. Chosen, not measured.
MAX_SLIPS: Final = 1
#: Letters below which a slip would make another name of it: "Léa Roy" and "Léo Roy". Chosen, not measured.
MIN_LETTERS_FOR_SLIP: Final = 9
#: Likeness, 0 to 100, from which a second name is too near for the first one to be taken. Chosen, not measured.
NEAR: Final = 80.0
#: Least likeness of a name that is proposed to an organiser, and how many are. Chosen, not measured.
WORTH_SHOWING: Final = 60.0
SHOWN_CANDIDATES: Final = 5

_WORD = re.compile(r"[^\W_]+")


class Person(NamedTuple):
    """Somebody whom a name may mean."""

    id: int
    name: str
    email: str = ""


class Candidate(NamedTuple):
    """A person whom a typed name may mean; ``likeness`` from 0 to 100."""

    person: Person
    likeness: float


@lru_cache(maxsize=16_384)  # every name of an event is compared with every wish: folding them again costs minutes
def name_key(name: str) -> str:
    """Words of a name, folded and in the order of the alphabet: the same for the same person.

    >>> name_key("DUPONT Jean-Éric") == name_key("jean eric Dupont")
    True
    """
    return " ".join(sorted(_WORD.findall(fold(name))))


def person_meant(typed: str, people: Iterable[Person]) -> Person | None:
    """The one person whom ``typed`` means, or None when nobody or more than one may be meant.

    The very name (:func:`name_key`) or e-mail address counts first. Otherwise one slip of the keyboard is
    forgiven, unless another name is near as well. A first name alone is never enough, unless somebody is
    registered under it. Cost: one comparison a person.

    >>> people = [Person(1, "Marie Dupont"), Person(2, "Marie Dupond"), Person(3, "Léa Ben Ali")]
    >>> person_meant("dupont marie", people).id, person_meant("Lea Ben Aly", people).id
    (1, 3)
    >>> person_meant("Marie Dupon", people) is None
    True
    """
    known = list(people)
    same = _same(typed, known)
    if same:
        return same[0] if len(same) == 1 else None
    near = [candidate for candidate in _ranked(typed, known) if candidate.likeness >= NEAR]
    if len(near) != 1 or not _is_one_slip(name_key(typed), name_key(near[0].person.name)):
        return None
    return near[0].person


def candidates(typed: str, people: Iterable[Person], limit: int = SHOWN_CANDIDATES) -> list[Candidate]:
    """People whom ``typed`` may mean, the likeliest first; for an organiser to choose from."""
    return [found for found in _ranked(typed, people) if found.likeness >= WORTH_SHOWING][:limit]


def people_of(session: Session, hackathon_id: int) -> list[Person]:
    """Everybody who is registered or waiting, by number."""
    rows = session.execute(
        select(Registration.id, Registration.name, Registration.email)
        .where(Registration.hackathon_id == hackathon_id, Registration.status != RegistrationStatus.WITHDRAWN)
        .order_by(Registration.id)
    )
    return [Person(*row) for row in rows]


def resolve_wishes(session: Session, hackathon_id: int) -> int:
    """Settle each wish of an event whose name means one person alone; answers how many were settled now.

    Wishes that are settled already are left as they are, whoever settled them. Cost: one comparison for
    each open wish and person: measured at 6 ms for a wish among 2000 people, less where the very name is found.
    """
    with writing(session):
        waiting = open_wishes(session, hackathon_id)
        people = people_of(session, hackathon_id) if waiting else []
        settled = 0
        for wish in waiting:
            meant = person_meant(wish.typed, _others(people, wish.registration_id))
            if meant is not None:
                wish.other_id, wish.is_settled = meant.id, True
                settled += 1
    return settled


def open_wishes(session: Session, hackathon_id: int) -> Sequence[Wish]:
    """Wishes of people who have not withdrawn whose name nobody has settled yet, the oldest first."""
    return session.scalars(
        select(Wish)
        .join(Registration, Registration.id == Wish.registration_id)
        .where(
            Registration.hackathon_id == hackathon_id,
            Registration.status != RegistrationStatus.WITHDRAWN,
            Wish.is_settled.is_(False),
        )
        .order_by(Wish.id)
    ).all()


def _others(people: Iterable[Person], own_id: int) -> list[Person]:
    return [person for person in people if person.id != own_id]


def _same(typed: str, people: Iterable[Person]) -> list[Person]:
    key = name_key(typed)
    address = fold(typed).strip() if "@" in typed else None
    return [person for person in people if key and (name_key(person.name) == key or person.email == address)]


def _ranked(typed: str, people: Iterable[Person]) -> list[Candidate]:
    key = name_key(typed)
    if not key:
        return []
    found = [Candidate(person, _likeness(key, name_key(person.name))) for person in people]
    return sorted(found, key=lambda candidate: (-candidate.likeness, candidate.person.id))


def _likeness(typed: str, name: str) -> float:
    """0 to 100; a name of which every typed word begins one word ("Marie D.") is at least near."""
    ratio = fuzz.ratio(typed, name)
    if ratio >= NEAR:
        return ratio
    words = name.split()
    begun = all(any(word.startswith(part) for word in words) for part in typed.split())
    return NEAR if begun else ratio


def _is_one_slip(typed: str, name: str) -> bool:
    if min(len(typed), len(name)) < MIN_LETTERS_FOR_SLIP:
        return False
    return OSA.distance(typed, name, score_cutoff=MAX_SLIPS) <= MAX_SLIPS
