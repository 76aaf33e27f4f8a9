"""What teams are formed from, and every name that a solver needs. Only data: no cost is computed here.

People and challenges are in :mod:`~matcher.teams.entities`, rules and weights in :mod:`~matcher.teams.weights`, what
a solver gives back in :mod:`~matcher.teams.plan`; import all of them from here.

Costs are integers and are minimised. Every solver, bound and check means the same by them:

=================  ====  ======================================================================================
term               name  cost of one team `t` of challenge `c` (n members), unless said otherwise
=================  ====  ======================================================================================
``preference``     S1    per member: ``rank_costs[rank]``; unranked: ``unranked - floor(similar * s + 1/2)``
``roles``          S2    per wanted role: weight of the role x max(0, wanted count - members who have the role)
``skills``         S3    per wanted skill that no member has at the wanted level or above
``seniors``        S4    no member has an experience of at least :data:`~matcher.teams.entities.SENIOR`
``experience``     S5    floor of |sum of experience - n x mean experience of all participants|
``newcomers``      S6    all are newcomers; or n >= 2, just one is, and all others are seniors
``organisations``  S7    per organisation: its third and each further member
``owner``          S7    the challenge wants its owner and no member is of the owner's organisation
``friends``        S8    of the plan: per friend pair that is not in one team
``half_days``      S9    max(0, needed - half-days at which all members are there), see :meth:`Problem.half_days_of`
``groups``         S10   per declared group with exactly one member in the team
``history``        S11   per pair who were teammates before
``size``           S12   |n - target|
``stability``      S13   of the plan: per published participant whose slot is another one now
``challenges``     S14   of the plan: per challenge with ``max_teams`` other than 0 that has no team
``avoid``          H3    per avoid pair in the team; those that the rules make hard break a rule instead
``language``       H5    no language is spoken by all, when the rules do not make a common language hard
=================  ====  ======================================================================================

Each is multiplied by its weight (:class:`~matcher.teams.weights.Weights`). A participant counts for each of their
roles, and for each skill. `s` is the similarity of the participant to the challenge in [0, 1], 0 when it is
not known.

Hard rules: everybody is in one slot of :func:`slots`; sizes; avoid pairs that the rules make hard; locks; "never";
eligibility and the languages that a challenge requires of each member; a common language; least and greatest
number of teams per challenge; blocks in one team; greatest number of moves.

Everything here can be pickled, so that solvers run in other processes.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import chain

from matcher.teams.entities import (
    MOST,
    MOST_NUMBER,
    MOST_RANKED,
    SENIOR,
    Assignment,
    AvoidPair,
    Challenge,
    FriendPair,
    Lock,
    Participant,
    ProblemError,
    Slot,
    require,
    whole,
)
from matcher.teams.plan import Better, Progress, Solver, Status, Team, TeamPlan, teams_of
from matcher.teams.weights import AvoidRule, Rules, Term, Weights

__all__ = [
    "MOST",
    "MOST_NUMBER",
    "MOST_RANKED",
    "SENIOR",
    "Assignment",
    "AvoidPair",
    "AvoidRule",
    "Better",
    "Challenge",
    "FriendPair",
    "Lock",
    "Participant",
    "Problem",
    "ProblemError",
    "Progress",
    "Published",
    "Rules",
    "Slot",
    "Solver",
    "Status",
    "Team",
    "TeamPlan",
    "Term",
    "Weights",
    "possible_challenges",
    "slots",
    "teams_of",
    "without",
]


@dataclass(frozen=True, slots=True)
class Published:
    """The plan that people know.

    Its slots may no longer exist (a withdrawn challenge): whoever was there counts as moved. `max_moves`
    is the greatest number of people of this plan who may change slot; None: any.
    """

    assignment: Assignment
    max_moves: int | None = None

    def __post_init__(self) -> None:
        require(
            self.max_moves is None or whole(self.max_moves, 0),
            "The greatest number of moves must be a whole number of at least 0.",
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that teams are formed from.

    Contradictory wishes are not errors here (see :mod:`matcher.teams.feasibility`); unknown ids, repeated
    pairs and values out of range are: :class:`ProblemError`.

    Attributes
    ----------
    never
        (participant id, challenge id): not in a team of that challenge.
    blocks
        Sets of at least two participants who are one team or part of one.
    history
        Pairs who were teammates before.
    """

    participants: tuple[Participant, ...]
    challenges: tuple[Challenge, ...]
    friends: tuple[FriendPair, ...] = ()
    avoid: tuple[AvoidPair, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    locks: tuple[Lock, ...] = ()
    never: frozenset[tuple[str, str]] = frozenset()
    blocks: tuple[frozenset[str], ...] = ()
    published: Published | None = None
    rules: Rules = field(default_factory=Rules)
    weights: Weights = field(default_factory=Weights)

    def __post_init__(self) -> None:
        require(bool(self.participants), "There is no participant yet.")
        require(bool(self.challenges), "There is no challenge yet.")
        people = _distinct((person.id for person in self.participants), "participant")
        challenges = _distinct((challenge.id for challenge in self.challenges), "challenge")
        _check_references(self, people, challenges)
        _check_pairs(((pair.first, pair.second) for pair in self.friends), people, "friend pair")
        _check_pairs(self.history, people, "pair of earlier teammates")
        _check_avoid(self.avoid, people)

    @property
    def avoid_hard(self) -> tuple[AvoidPair, ...]:
        """Avoid pairs that must not be in one team."""
        return tuple(pair for pair in self.avoid if self.rules.is_hard(pair))

    def half_days_of(self, challenge: Challenge) -> tuple[frozenset[int], int]:
        """When teams of the challenge can meet, and how many common half-days they need.

        The challenge's half-days, or else all that anybody or any challenge names; the need is
        ``Rules.common_half_days``, or fewer when there are fewer.
        """
        if challenge.half_days is not None:
            times = challenge.half_days
        else:
            named = chain((each.availability for each in self.participants), (c.half_days for c in self.challenges))
            times = frozenset(chain.from_iterable(numbers or () for numbers in named))
        return times, min(self.rules.common_half_days, len(times))


def _distinct(ids: Iterable[str], what: str) -> set[str]:
    seen: set[str] = set()
    for each in ids:
        require(each not in seen, f"Two {what}s have the id {each}.")
        seen.add(each)
    return seen


def _check_references(problem: Problem, people: set[str], challenges: set[str]) -> None:
    for person in problem.participants:
        for challenge in chain(person.ranked, person.similarity):
            require(challenge in challenges, f"Participant {person.id} names challenge {challenge}, which is unknown.")
    for each in problem.challenges:
        for who in each.eligible or ():
            require(who in people, f"Challenge {each.id} names participant {who}, who is unknown.")
    pairs = chain(((lock.participant, lock.challenge) for lock in problem.locks), problem.never)
    for who, challenge in pairs:
        require(who in people, f"A lock or exclusion names participant {who}, who is unknown.")
        require(challenge in challenges, f"A lock or exclusion names challenge {challenge}, which is unknown.")
    locked: set[str] = set()
    for lock in problem.locks:
        require(lock.participant not in locked, f"Participant {lock.participant} is locked twice.")
        locked.add(lock.participant)
        require(
            lock.number is None or whole(lock.number, 1, MOST_NUMBER),
            f"Participant {lock.participant} is locked to a team whose number is not from 1 to {MOST_NUMBER}.",
        )
    for block in problem.blocks:
        require(len(block) >= 2, "People who stay together must be at least two.")
        for who in block:
            require(who in people, f"People who stay together include participant {who}, who is unknown.")
    for who in problem.published.assignment if problem.published else ():
        require(who in people, f"The published teams name participant {who}, who is unknown.")


def _check_pairs(pairs: Iterable[tuple[str, str]], people: set[str], what: str) -> None:
    seen: set[frozenset[str]] = set()
    for first, second in pairs:
        for who in (first, second):
            require(who in people, f"A {what} names participant {who}, who is unknown.")
        require(first != second, f"A {what} names participant {first} twice.")
        require(frozenset((first, second)) not in seen, f"The {what} of {first} and {second} is given twice.")
        seen.add(frozenset((first, second)))


def _check_avoid(pairs: Iterable[AvoidPair], people: set[str]) -> None:
    """As :func:`_check_pairs`, without a name in any sentence."""
    try:
        _check_pairs(((pair.first, pair.second) for pair in pairs), people, "wish to avoid somebody")
    except ProblemError:
        raise ProblemError("A wish to avoid somebody is given twice or names somebody unknown.") from None


def without(problem: Problem, gone: Iterable[str]) -> Problem:
    """The same problem when these participants do not come: wishes, locks and places of theirs go with them.

    A block of which one person remains is no block any more. Raises :class:`ProblemError` when nobody remains.
    """
    away = frozenset(gone)

    def there(*people: str) -> bool:
        return away.isdisjoint(people)

    published = problem.published
    if published is not None:
        kept = {who: slot for who, slot in published.assignment.items() if there(who)}
        published = replace(published, assignment=kept)
    return replace(
        problem,
        participants=tuple(each for each in problem.participants if there(each.id)),
        challenges=tuple(
            each if each.eligible is None else replace(each, eligible=each.eligible - away)
            for each in problem.challenges
        ),
        friends=tuple(pair for pair in problem.friends if there(pair.first, pair.second)),
        avoid=tuple(pair for pair in problem.avoid if there(pair.first, pair.second)),
        history=tuple(pair for pair in problem.history if there(*pair)),
        locks=tuple(lock for lock in problem.locks if there(lock.participant)),
        never=frozenset(pair for pair in problem.never if there(pair[0])),
        blocks=tuple(block - away for block in problem.blocks if len(block - away) >= 2),
        published=published,
    )


def possible_challenges(problem: Problem) -> dict[str, frozenset[str]]:
    """By participant, the challenges that no lock, exclusion, eligibility or required language rules out."""
    locked = {lock.participant: lock.challenge for lock in problem.locks}

    def may(person: Participant, challenge: Challenge) -> bool:
        return (
            locked.get(person.id, challenge.id) == challenge.id
            and (challenge.eligible is None or person.id in challenge.eligible)
            and challenge.languages <= person.languages
            and (person.id, challenge.id) not in problem.never
        )

    return {
        person.id: frozenset(challenge.id for challenge in problem.challenges if may(person, challenge))
        for person in problem.participants
    }


def slots(problem: Problem) -> tuple[Slot, ...]:
    """All possible teams, challenge by challenge in the order of the problem, numbered from 1.

    Each challenge gets ``ceil(1.5 N / (target * challenges))`` slots (the model's choice), at least its
    `min_teams` and the numbers that locks and the published plan use, at most its `max_teams`. Others get more
    where `max_teams` leaves fewer than ``ceil(1.5 N / target)`` in all, and where people who can go nowhere
    else would not find room.
    """
    people, target = len(problem.participants), problem.rules.size_target
    open_ones = [challenge for challenge in problem.challenges if challenge.max_teams != 0]
    wanted = math.ceil(3 * people / (2 * target))
    least = _least_numbers(problem)

    def counts(usual: int) -> dict[str, int]:
        numbers = {each.id: max(usual, least[each.id]) for each in open_ones}
        return {each.id: min(numbers[each.id], each.max_teams or numbers[each.id]) for each in open_ones}

    usual = math.ceil(wanted / max(1, len(open_ones)))
    while usual < wanted and sum(counts(usual).values()) < wanted:
        usual += 1
    numbers = counts(usual)
    _give_room(problem, numbers)
    return tuple(Slot(each.id, number) for each in open_ones for number in range(1, numbers[each.id] + 1))


def _give_room(problem: Problem, numbers: dict[str, int]) -> None:
    """More slots where all those who can only go to some challenges would make teams above the target size."""
    most = {each.id: each.max_teams for each in problem.challenges}
    people = Counter(possible.intersection(numbers) for possible in possible_challenges(problem).values())
    for possible in sorted(people, key=lambda each: (len(each), sorted(each))):
        bound = sum(count for other, count in people.items() if other <= possible)
        lacking = math.ceil(bound / problem.rules.size_target) - sum(numbers[each] for each in possible)
        for each in sorted(possible):
            cap = most[each]
            more = max(0, lacking if cap is None else min(lacking, cap - numbers[each]))
            numbers[each] += more
            lacking -= more


def _least_numbers(problem: Problem) -> dict[str, int]:
    """Slots per challenge for its least number of teams and for the numbers in use."""
    least = defaultdict(int, {each.id: each.min_teams for each in problem.challenges})
    published = problem.published.assignment.values() if problem.published else ()
    for challenge, number in chain(
        ((slot.challenge, slot.number) for slot in published),
        ((lock.challenge, lock.number or 1) for lock in problem.locks),
    ):
        least[challenge] = max(least[challenge], number)
    return least
