"""Problems like those of a real hackathon, from a seed.

Every share below is chosen, not measured: no open registration data with ranks, friends and absences were found. They
follow what organisers tell: few designers, classmates who come together, a few challenges that everybody wants,
people who leave early. The same recipe gives the same problem on every machine: all draws are from
``random.Random.random``, which Python keeps stable, without a function whose last digit depends on the platform.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, TypeVar

from matcher.teams.problem import AvoidPair, Challenge, FriendPair, Lock, Participant, Problem

Item = TypeVar("Item")


class Kind(StrEnum):
    """What makes a problem hard."""

    EASY = "easy"
    SCARCE_ROLES = "scarce-roles"
    MANY_FRIENDS = "many-friends"
    HOSTILE_WEBS = "hostile-webs"
    AVAILABILITY_HOLES = "availability-holes"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How many people (at least 12), what kind, which seed."""

    people: int
    kind: Kind
    seed: int

    def __post_init__(self) -> None:
        if self.people < 12:
            raise ValueError("A generated problem needs at least 12 people.")


@dataclass(frozen=True, slots=True)
class Shares:
    """What is drawn with which share, of people unless said otherwise. Chosen, not measured.

    Attributes
    ----------
    roles, second_role
        Of the first role; who has a second one.
    in_clique, clique_sizes, one_way
        Who is in a group of mutual friends; share of cliques by size; who asks for somebody in vain.
    in_web, web_density, confirmed
        Who is in a web of people who avoid one another; pairs of a web that do; of these, confirmed ones.
    stray_avoid
        Who avoids one person outside any web.
    always_there, missing
        Who is at all half-days; share of those who miss 1, 2, 3... in a row.
    own_times
        Of challenges: those that take place at three half-days only.
    """

    roles: Mapping[str, float] = field(
        default_factory=lambda: {"tech": 0.46, "design": 0.18, "facilitation": 0.2, "domain": 0.16}
    )
    second_role: float = 0.3
    in_clique: float = 0.3
    clique_sizes: Mapping[int, float] = field(default_factory=lambda: {2: 0.6, 3: 0.3, 4: 0.1})
    one_way: float = 0.1
    in_web: float = 0.0
    web_density: float = 0.6
    confirmed: float = 0.6
    stray_avoid: float = 0.03
    always_there: float = 0.75
    missing: Mapping[int, float] = field(default_factory=lambda: {1: 0.7, 2: 0.3})
    own_times: float = 0.1


SHARES: Final[Mapping[Kind, Shares]] = {
    Kind.EASY: Shares(),
    Kind.SCARCE_ROLES: Shares(
        roles={"tech": 0.62, "design": 0.07, "facilitation": 0.09, "domain": 0.22}, second_role=0.12
    ),
    Kind.MANY_FRIENDS: Shares(in_clique=0.8, clique_sizes={2: 0.3, 3: 0.3, 4: 0.2, 5: 0.12, 6: 0.08}, one_way=0.3),
    Kind.HOSTILE_WEBS: Shares(in_web=0.4, stray_avoid=0.15, confirmed=0.75),
    Kind.AVAILABILITY_HOLES: Shares(always_there=0.25, missing={1: 0.3, 2: 0.4, 3: 0.3}, own_times=0.3),
}

#: Families of actors and the share of people who come from each; the rest comes for itself. Chosen.
FAMILIES: Final = {"company": 0.3, "training": 0.24, "research": 0.1, "place": 0.08, "cluster": 0.14, "funder": 0.05}
#: Experience 0 to 3: of students, of all others. Chosen.
STUDENTS: Final = {0: 0.45, 1: 0.35, 2: 0.15, 3: 0.05}
OTHERS: Final = {0: 0.15, 1: 0.35, 2: 0.3, 3: 0.2}
SKILLS: Final = {
    "tech": ("python", "javascript", "data", "maps", "electronics"),
    "design": ("ux", "graphics", "prototyping"),
    "facilitation": ("facilitation", "communication", "business"),
    "domain": ("care", "environment", "law", "accounting"),
}
#: How often a challenge wants one member at least of each role; it wants two of tech with 0.3. Chosen.
WANTED: Final = {"tech": 1.0, "design": 0.8, "facilitation": 0.6, "domain": 0.5}
LANGUAGES: Final[Mapping[tuple[str, ...], float]] = {("fr",): 0.44, ("fr", "en"): 0.52, ("en",): 0.04}
#: How many challenges people rank. Chosen: one in ten ranks none.
RANKED: Final = {0: 0.1, 1: 0.1, 2: 0.15, 3: 0.3, 4: 0.15, 5: 0.2}
HALF_DAYS: Final = 5
THEMES: Final = 6
#: Similarities below are not written: the encoder would say "not alike". Chosen.
LEAST_SIMILARITY: Final = 0.3


class Draw:
    """Random choices that are the same on every machine and in every version of Python."""

    def __init__(self, seed: str) -> None:
        self._next = random.Random(seed).random

    def chance(self, share: float) -> bool:
        """True with that probability."""
        return self._next() < share

    def below(self, count: int) -> int:
        """0 to count - 1."""
        return int(self._next() * count)

    def one(self, items: Sequence[Item]) -> Item:
        """Any of them."""
        return items[self.below(len(items))]

    def weighted(self, shares: Mapping[Item, float]) -> Item:
        """One of the keys, by its share of the sum of all."""
        left = self._next() * sum(shares.values())
        for item, share in shares.items():
            left -= share
            if left < 0:
                return item
        return next(reversed(list(shares)))

    def some(self, items: Sequence[Item], count: int) -> list[Item]:
        """That many different ones (or all), in random order."""
        left = list(items)
        return [left.pop(self.below(len(left))) for _ in range(min(count, len(left)))]


def generate(recipe: Recipe) -> Problem:
    """The problem of a recipe. Cost: O(people x challenges), a second for 2000 people."""
    draw, shares = Draw(f"{recipe.kind}-{recipe.people}-{recipe.seed}"), SHARES[recipe.kind]
    challenges = _challenges(draw, shares, min(recipe.people // 6, 10 + recipe.people // 20))
    themes = {challenge.id: draw.some(range(THEMES), 2) for challenge in challenges}
    people = [_person(draw, shares, f"p{number:04}", recipe.people) for number in range(1, recipe.people + 1)]
    people = [_with_wishes(draw, person, themes) for person in _with_owners(draw, people, challenges)]
    cliques = _groups(draw, people, shares.in_clique, shares.clique_sizes)
    friends = _friends(draw, people, cliques, shares)
    return Problem(
        participants=tuple(people),
        challenges=tuple(_with_eligibility(draw, challenge, people) for challenge in challenges),
        friends=friends,
        avoid=_avoid(draw, people, friends, shares),
        history=_pairs(draw, people, len(people) // 10),
        locks=tuple(_locks(draw, people, challenges)),
        never=frozenset(_never(draw, people, challenges)),
        blocks=tuple(_blocks(draw, people, cliques)),
    )


def _challenges(draw: Draw, shares: Shares, count: int) -> list[Challenge]:
    found = []
    for number in range(1, max(3, count) + 1):
        roles = {role: 1 for role, share in WANTED.items() if draw.chance(share)}
        roles["tech"] += draw.chance(0.3)
        skills = draw.some([skill for role in roles for skill in SKILLS[role]], 1 + draw.below(3))
        owned, capped = draw.chance(0.3), number % 2 == 0 and draw.chance(0.6)
        found.append(
            Challenge(
                id=f"c{number:03}",
                roles=roles,
                skills={skill: draw.weighted({1: 0.5, 2: 0.4, 3: 0.1}) for skill in sorted(skills)},
                min_teams=int(not capped and draw.chance(0.08)),
                max_teams=1 + draw.below(3) if capped else None,
                owner=f"user-{number:03}" if owned else None,
                wants_owner=owned and draw.chance(0.8),
                languages=frozenset({"en"}) if draw.chance(0.08) else frozenset(),
                half_days=frozenset(draw.some(range(HALF_DAYS), 3)) if draw.chance(shares.own_times) else None,
            )
        )
    return found


def _person(draw: Draw, shares: Shares, name: str, people: int) -> Participant:
    family = draw.weighted({**FAMILIES, "": 1 - sum(FAMILIES.values())})
    experience = draw.weighted(STUDENTS if family == "training" else OTHERS)
    role = draw.weighted(shares.roles)
    roles = {role, draw.weighted(shares.roles)} if draw.chance(shares.second_role) else {role}
    skills = [skill for each in sorted(roles) for skill in draw.some(SKILLS[each], 1 + draw.below(3))]
    declared = draw.weighted({"": 0.83, "group-a": 0.12, "group-b": 0.05})
    return Participant(
        id=name,
        # The square makes the first organisations of a family large: a class, a big employer.
        organisation=f"{family}-{1 + draw.below(1 + draw.below(2 + people // 15)):02}" if family else None,
        roles=frozenset(roles),
        skills={skill: min(3, 1 + draw.below(2 + experience // 2)) for skill in skills},
        experience=experience,
        languages=_spoken(draw),
        availability=None if draw.chance(shares.always_there) else _times(draw, shares.missing),
        newcomer=draw.chance(0.6 if experience == 0 else 0.08),
        groups=frozenset({declared} - {""}),
    )


def _spoken(draw: Draw) -> frozenset[str]:
    spoken = draw.weighted(LANGUAGES)
    return frozenset(spoken)


def _times(draw: Draw, missing: Mapping[int, float]) -> frozenset[int]:
    length = draw.weighted(missing)
    start = draw.below(HALF_DAYS - length + 1)
    return frozenset(range(HALF_DAYS)) - frozenset(range(start, start + length))


def _with_owners(draw: Draw, people: Sequence[Participant], challenges: Sequence[Challenge]) -> list[Participant]:
    """Six owners in ten send one or two people, who know the domain."""
    sent: dict[str, str] = {}
    for challenge in challenges:
        if challenge.owner is not None and draw.chance(0.6):
            for person in draw.some(people, 1 + draw.below(2)):
                sent.setdefault(person.id, challenge.owner)
    return [
        replace(person, organisation=sent[person.id], roles=person.roles | {"domain"}) if person.id in sent else person
        for person in people
    ]


def _with_wishes(draw: Draw, person: Participant, themes: Mapping[str, Sequence[int]]) -> Participant:
    """Ranks by popularity (the n-th challenge has a share of 1 / (n + 1)) and interest; similarity of the others."""
    main, second = draw.some(range(THEMES), 2)
    affinity = {
        name: 0.55 * (main in found) + 0.25 * (second in found) + 0.2 * draw.below(101) / 100
        for name, found in themes.items()
    }
    left = {name: (0.2 + affinity[name]) / (place + 2) for place, name in enumerate(themes)}
    ranked: list[str] = []
    for _ in range(min(draw.weighted(RANKED), len(left) - 1)):
        ranked.append(draw.weighted(left))
        del left[ranked[-1]]
    rounded = {name: round(affinity[name], 2) for name in sorted(left)}
    alike = {name: value for name, value in rounded.items() if value >= LEAST_SIMILARITY}
    return replace(person, ranked=tuple(ranked), similarity=alike)


def _with_eligibility(draw: Draw, challenge: Challenge, people: Sequence[Participant]) -> Challenge:
    """One challenge in twelve is for those who signed something: eight people in ten."""
    if not draw.chance(1 / 12):
        return challenge
    return replace(challenge, eligible=frozenset(person.id for person in people if draw.chance(0.8)))


def _groups(
    draw: Draw, people: Sequence[Participant], share: float, sizes: Mapping[int, float]
) -> list[list[Participant]]:
    """Disjoint groups of that share of people; seven in ten of them of neighbours by organisation."""
    left = sorted(people, key=lambda person: (person.organisation or "~" + person.id, person.id))
    groups: list[list[Participant]] = []
    taken = 0
    while taken < share * len(people) and len(left) >= 2:
        size, start = draw.weighted(sizes), draw.below(len(left))
        group = left[start : start + size] if draw.chance(0.7) else draw.some(left, size)
        if len(group) >= 2:
            chosen = {person.id for person in group}
            left = [person for person in left if person.id not in chosen]
            groups.append(group)
            taken += len(group)
    return groups


def _friends(
    draw: Draw, people: Sequence[Participant], cliques: Sequence[Sequence[Participant]], shares: Shares
) -> tuple[FriendPair, ...]:
    found = {frozenset((a, b)): FriendPair(a, b) for clique in cliques for a, b in _inside(clique)}
    for person in people:
        other = draw.one(people)
        if draw.chance(shares.one_way) and other.id != person.id:
            found.setdefault(frozenset((person.id, other.id)), FriendPair(person.id, other.id, mutual=False))
    return tuple(found.values())


def _inside(group: Sequence[Participant]) -> list[tuple[str, str]]:
    return [(a.id, b.id) for at, a in enumerate(group) for b in group[at + 1 :]]


def _avoid(
    draw: Draw, people: Sequence[Participant], friends: Sequence[FriendPair], shares: Shares
) -> tuple[AvoidPair, ...]:
    """Webs of 4 to 8 people (4 when there are few) and stray pairs, never two who are friends."""
    sizes = dict.fromkeys(range(4, max(4, min(8, len(people) // 7)) + 1), 1.0)
    webs = _groups(draw, people, shares.in_web, sizes)
    pairs = [pair for web in webs for pair in _inside(web) if draw.chance(shares.web_density)]
    pairs += [(person.id, draw.one(people).id) for person in people if draw.chance(shares.stray_avoid)]
    taken = {frozenset((pair.first, pair.second)) for pair in friends}
    found: dict[frozenset[str], AvoidPair] = {}
    for first, second in pairs:
        pair = frozenset((first, second))
        if len(pair) == 2 and pair not in taken:
            found.setdefault(pair, AvoidPair(first, second, confirmed=draw.chance(shares.confirmed)))
    return tuple(found.values())


def _pairs(draw: Draw, people: Sequence[Participant], count: int) -> tuple[tuple[str, str], ...]:
    found: dict[frozenset[str], tuple[str, str]] = {}
    for _ in range(count):
        first, second = draw.some(people, 2)
        found.setdefault(frozenset((first.id, second.id)), (first.id, second.id))
    return tuple(found.values())


def _locks(draw: Draw, people: Sequence[Participant], challenges: Sequence[Challenge]) -> list[Lock]:
    """One person in a hundred is fixed to their first choice, where everybody may work on it."""
    # With few teams in all, a lock could need one too many.
    free = {each.id for each in challenges if each.max_teams is None and not each.languages}
    return [
        Lock(person.id, person.ranked[0])
        for person in people
        if draw.chance(0.01) and person.ranked and person.ranked[0] in free
    ]


def _never(draw: Draw, people: Sequence[Participant], challenges: Sequence[Challenge]) -> list[tuple[str, str]]:
    """Three people in a hundred must not work on a challenge that they did not rank."""
    chosen = [(person, draw.one(challenges).id) for person in people if draw.chance(0.03)]
    return [(person.id, name) for person, name in chosen if name not in person.ranked]


def _blocks(
    draw: Draw, people: Sequence[Participant], cliques: Sequence[Sequence[Participant]]
) -> list[frozenset[str]]:
    """Some cliques of French speakers registered as a team or part of one: two in a hundred people, about."""
    count = round(len(people) / 100)
    able = [clique for clique in cliques if len(clique) <= 4 and all("fr" in each.languages for each in clique)]
    return [frozenset(person.id for person in clique) for clique in draw.some(able, count)]
