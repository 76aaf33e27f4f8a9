"""What organisers do with wishes: say whom a name means, stand by a wish to keep two people apart, or not.

Wishes to avoid somebody are private to the organisers: nothing here may be shown, exported or logged elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.hackathons.names import Candidate, candidates, name_key, open_wishes, people_of
from matcher.store import Hackathon, Registration, Wish
from matcher.store.session import writing
from matcher.vocabulary import RegistrationStatus, TeamStatus, WishKind


@dataclass(frozen=True, slots=True)
class OpenWish:
    """A name that nobody has settled, who typed it, and whom it may mean, the likeliest first."""

    wish: Wish
    author: Registration
    candidates: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class AvoidWish:
    """A settled wish to be kept apart. ``other`` is None once organisers set it aside, or when it means nobody."""

    wish: Wish
    author: Registration
    other: Registration | None


class ContradictionKind(StrEnum):
    """Wishes that cannot all come true."""

    FRIEND_AND_AVOIDED = "friend_and_avoided"  # people: who wishes it, of whom
    TEAM_TOO_LARGE = "team_too_large"  # people: all who gave the name of the team
    AVOIDED_IN_TEAM = "avoided_in_team"  # people: who wishes it, of whom; both gave the name of one team


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What cannot come true, and for whom. ``maximum`` is the greatest size of a team."""

    kind: ContradictionKind
    people: tuple[Registration, ...]
    team_name: str = ""
    maximum: int = 0


def wish_of(session: Session, hackathon_id: int, wish_id: int) -> Wish | None:
    """A wish by its number; None for one of another event."""
    return session.scalar(
        select(Wish)
        .join(Registration, Registration.id == Wish.registration_id)
        .where(Wish.id == wish_id, Registration.hackathon_id == hackathon_id)
    )


def settle_wish(session: Session, wish: Wish, other: Registration | None) -> Wish:
    """Say whom a wish means; None: nobody, so that it has no effect.

    Raises ValueError when ``other`` is the person who wishes, or at another event.
    """
    author = session.get_one(Registration, wish.registration_id)
    if other is not None and (other.id == author.id or other.hackathon_id != author.hackathon_id):
        raise ValueError("a wish means somebody else at the same event")
    with writing(session):
        wish.other_id = other.id if other is not None else None
        wish.is_settled = True
        wish.is_confirmed = wish.is_confirmed and other is not None
    return wish


def confirm_avoid(session: Session, wish: Wish) -> Wish:
    """Stand by a wish: the two are never put together. Raises ValueError when it is none to avoid somebody known."""
    if wish.kind is not WishKind.AVOID or wish.other_id is None:
        raise ValueError("only a wish to avoid somebody known can be confirmed")
    with writing(session):
        wish.is_confirmed = True
    return wish


def set_aside(session: Session, wish: Wish) -> Wish:
    """Leave a wish without effect. What was typed stays, and it can be taken up again."""
    return settle_wish(session, wish, None)


def take_up(session: Session, wish: Wish) -> Wish:
    """Ask again whom a wish means."""
    with writing(session):
        wish.other_id, wish.is_settled, wish.is_confirmed = None, False, False
    return wish


def wishes_to_settle(session: Session, hackathon_id: int) -> list[OpenWish]:
    """Wishes that wait for an organiser, the oldest first, each with the nearest names."""
    waiting = open_wishes(session, hackathon_id)
    people = people_of(session, hackathon_id) if waiting else []
    authors = _by_id(session, {wish.registration_id for wish in waiting})
    return [
        OpenWish(
            wish,
            authors[wish.registration_id],
            candidates(wish.typed, (person for person in people if person.id != wish.registration_id)),
        )
        for wish in waiting
    ]


def avoid_wishes(session: Session, hackathon_id: int) -> list[AvoidWish]:
    """Settled wishes to avoid somebody, of people who have not withdrawn; for organisers alone."""
    wishes = session.scalars(
        select(Wish)
        .join(Registration, Registration.id == Wish.registration_id)
        .where(
            Registration.hackathon_id == hackathon_id,
            Registration.status != RegistrationStatus.WITHDRAWN,
            Wish.kind == WishKind.AVOID,
            Wish.is_settled.is_(True),
        )
        .order_by(Wish.id)
    ).all()
    ids = {wish.registration_id for wish in wishes} | {wish.other_id for wish in wishes if wish.other_id is not None}
    people = _by_id(session, ids)
    return [
        AvoidWish(wish, people[wish.registration_id], people.get(wish.other_id) if wish.other_id is not None else None)
        for wish in wishes
    ]


def wishes_about(session: Session, registration: Registration) -> list[tuple[Wish, Registration | None]]:
    """Wishes of one person, each with whom it means; None while nobody is meant. For organisers alone."""
    people = _by_id(session, {wish.other_id for wish in registration.wishes if wish.other_id is not None})
    return [(wish, people.get(wish.other_id or 0)) for wish in registration.wishes]


def contradictions(session: Session, hackathon: Hackathon) -> list[Contradiction]:
    """Wishes of people who have not withdrawn that cannot all come true."""
    people = session.scalars(
        select(Registration).where(
            Registration.hackathon_id == hackathon.id, Registration.status != RegistrationStatus.WITHDRAWN
        )
    ).all()
    return [*_both_ways(people), *_large_teams(people, hackathon.size_max)]


def _both_ways(people: Sequence[Registration]) -> list[Contradiction]:
    by_id = {person.id: person for person in people}
    found = []
    for person in people:
        friends = {wish.other_id for wish in person.wishes if wish.kind is WishKind.WITH}
        for wish in person.wishes:
            other = by_id.get(wish.other_id or 0)
            if wish.kind is not WishKind.AVOID or other is None:
                continue
            if other.id in friends:
                found.append(Contradiction(ContradictionKind.FRIEND_AND_AVOIDED, (person, other)))
            if _team_key(person) and _team_key(person) == _team_key(other):
                found.append(Contradiction(ContradictionKind.AVOIDED_IN_TEAM, (person, other), person.team_name))
    return found


def _large_teams(people: Sequence[Registration], size_max: int) -> list[Contradiction]:
    sizes = Counter(key for person in people if (key := _team_key(person)))
    found = []
    for key, size in sorted(sizes.items()):
        if size > size_max:
            members = tuple(person for person in people if _team_key(person) == key)
            found.append(
                Contradiction(ContradictionKind.TEAM_TOO_LARGE, members, members[0].team_name, maximum=size_max)
            )
    return found


def _team_key(person: Registration) -> str:
    return name_key(person.team_name) if person.team_status is TeamStatus.TEAM else ""


def _by_id(session: Session, ids: set[int]) -> dict[int, Registration]:
    rows = session.scalars(select(Registration).where(Registration.id.in_(ids))) if ids else ()
    return {row.id: row for row in rows}
