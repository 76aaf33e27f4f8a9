"""Ways out of a contradiction that is seen before solving: each is one click, has a price, and gives a new problem.

Prices here are known at once, without a plan; :mod:`matcher.teams.conflict_prices` solves for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import comb
from typing import Any, Final

from matcher.teams.entities import filled
from matcher.teams.problem import AvoidRule, Challenge, Lock, Problem


class Way(StrEnum):
    """What an organiser can give up."""

    SIZE_MIN = "size_min"
    SIZE_MAX = "size_max"
    MAX_TEAMS = "max_teams"
    MIN_TEAMS = "min_teams"
    DROP_LOCKS = "drop_locks"
    WIDEN_LOCK = "widen_lock"
    ADMIT = "admit"
    COMMON_LANGUAGE = "common_language"
    SOFT_AVOID = "soft_avoid"
    SPLIT_BLOCK = "split_block"
    MAX_MOVES = "max_moves"


#: What each way out says, for the parameters of :class:`Relaxation`.
SENTENCES: Final[Mapping[Way, str]] = {
    Way.SIZE_MIN: "Allow teams of %(size)s.",
    Way.SIZE_MAX: "Allow teams of up to %(size)s.",
    Way.MAX_TEAMS: "Raise the greatest number of teams of challenge %(challenge)s to %(teams)s.",
    Way.MIN_TEAMS: "Lower the least number of teams of challenge %(challenge)s to %(teams)s.",
    Way.DROP_LOCKS: "Remove the lock of %(participants)s.",
    Way.WIDEN_LOCK: "Let %(participant)s be in any team of challenge %(challenge)s.",
    Way.ADMIT: "Let %(participant)s take part in challenge %(challenge)s.",
    Way.COMMON_LANGUAGE: "Accept teams without a common language, at a price.",
    Way.SOFT_AVOID: "Accept that a wish which only the organiser may see is broken, at a price.",
    Way.SPLIT_BLOCK: "Let %(participants)s be in different teams.",
    Way.MAX_MOVES: "Raise the number of people who may change team to %(moves)s.",
}
#: What a way out says whose people are private.
HIDDEN: Final = "Take back a decision that only the organiser may see."

# Prices where the weights have none for what is given up. Chosen, not measured: an organiser gives up a size or
# a number of teams before a decision about a person, and that before a rule of a partner.
#: Per person by which a size changes.
SIZE_PRICE: Final = 10
#: Per team by which a number of teams changes.
TEAM_PRICE: Final = 10
#: Per lock taken away.
LOCK_PRICE: Final = 20
#: Per exclusion taken back.
NEVER_PRICE: Final = 50
#: Per eligibility or required language waived.
ADMISSION_PRICE: Final = 100


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One way out.

    `params` may be shown to anybody who may see the plan; `private` (who avoids whom) to the organiser alone, and
    is in no text. :func:`relaxed` needs what both hold. `price` is in the unit of the weights, so that ways out
    can be put in order.
    """

    way: Way
    price: int
    params: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        hidden = bool(self.private) and self.way is not Way.SOFT_AVOID
        return HIDDEN if hidden else filled(SENTENCES[self.way], self.params)

    def hidden(self) -> Relaxation:
        """The same with nothing that may be shown: for a finding about who avoids whom."""
        return replace(self, params={}, private={**self.params, **self.private})


def relaxed(problem: Problem, relaxation: Relaxation) -> Problem:
    """The problem with that rule given up; raises ValueError when it does not belong to this problem."""
    try:
        return _APPLY[relaxation.way](problem, **relaxation.params, **relaxation.private)
    except (KeyError, TypeError) as error:
        raise ValueError("This way out does not belong to this problem.") from error


def size_min(problem: Problem, size: int) -> Relaxation:
    """Teams of at least `size`."""
    return Relaxation(Way.SIZE_MIN, SIZE_PRICE * (problem.rules.size_min - size), {"size": size})


def size_max(problem: Problem, size: int) -> Relaxation:
    """Teams of at most `size`."""
    return Relaxation(Way.SIZE_MAX, SIZE_PRICE * (size - problem.rules.size_max), {"size": size})


def max_teams(challenge: Challenge, teams: int) -> Relaxation:
    """Up to `teams` teams of a challenge that has a greatest number."""
    price = TEAM_PRICE * (teams - (challenge.max_teams or 0))
    return Relaxation(Way.MAX_TEAMS, price, {"challenge": challenge.id, "teams": teams})


def min_teams(challenge: Challenge, teams: int) -> Relaxation:
    """At least `teams` teams of a challenge."""
    price = TEAM_PRICE * (challenge.min_teams - teams)
    return Relaxation(Way.MIN_TEAMS, price, {"challenge": challenge.id, "teams": teams})


def drop_locks(participants: tuple[str, ...]) -> Relaxation:
    """No lock for these."""
    return Relaxation(Way.DROP_LOCKS, LOCK_PRICE * len(participants), {"participants": participants})


def widen_lock(problem: Problem, lock: Lock) -> Relaxation:
    """Any team of the challenge instead of a numbered one."""
    params = {"participant": lock.participant, "challenge": lock.challenge}
    return Relaxation(Way.WIDEN_LOCK, problem.weights.move, params)


def admit(problem: Problem, participant: str, challenge: Challenge) -> Relaxation:
    """No exclusion, eligibility or required language of the challenge against this person."""
    person = next(each for each in problem.participants if each.id == participant)
    price = (
        NEVER_PRICE * ((participant, challenge.id) in problem.never)
        + ADMISSION_PRICE * (challenge.eligible is not None and participant not in challenge.eligible)
        + ADMISSION_PRICE * len(challenge.languages - person.languages)
    )
    return Relaxation(Way.ADMIT, price, {"participant": participant, "challenge": challenge.id})


def common_language(problem: Problem) -> Relaxation:
    """A common language is wished for, no longer required."""
    return Relaxation(Way.COMMON_LANGUAGE, problem.weights.no_common_language)


def soft_avoid(problem: Problem, first: str, second: str) -> Relaxation:
    """That avoid pair is a wish, no longer a rule. Private."""
    return Relaxation(Way.SOFT_AVOID, problem.weights.avoid, private={"first": first, "second": second})


def split_block(problem: Problem, participants: tuple[str, ...]) -> Relaxation:
    """These need not be in one team any more."""
    price = problem.weights.friends_apart * comb(len(participants), 2)
    return Relaxation(Way.SPLIT_BLOCK, price, {"participants": participants})


def max_moves(problem: Problem, moves: int) -> Relaxation:
    """That many people may change team."""
    before = problem.published.max_moves if problem.published else None
    return Relaxation(Way.MAX_MOVES, problem.weights.move * (moves - (before or 0)), {"moves": moves})


def _with_challenge(problem: Problem, name: str, change: Callable[[Challenge], Challenge]) -> Problem:
    if all(each.id != name for each in problem.challenges):
        raise KeyError(name)
    return replace(problem, challenges=tuple(change(each) if each.id == name else each for each in problem.challenges))


def _size_min(problem: Problem, size: int) -> Problem:
    return replace(problem, rules=replace(problem.rules, size_min=size))


def _size_max(problem: Problem, size: int) -> Problem:
    return replace(problem, rules=replace(problem.rules, size_max=size))


def _max_teams(problem: Problem, challenge: str, teams: int) -> Problem:
    return _with_challenge(problem, challenge, lambda each: replace(each, max_teams=teams))


def _min_teams(problem: Problem, challenge: str, teams: int) -> Problem:
    return _with_challenge(problem, challenge, lambda each: replace(each, min_teams=teams))


def _drop_locks(problem: Problem, participants: tuple[str, ...]) -> Problem:
    return replace(problem, locks=tuple(lock for lock in problem.locks if lock.participant not in participants))


def _widen_lock(problem: Problem, participant: str, challenge: str) -> Problem:
    others = tuple(lock for lock in problem.locks if lock.participant != participant)
    return replace(problem, locks=(*others, Lock(participant, challenge)))


def _admit(problem: Problem, participant: str, challenge: str) -> Problem:
    spoken = {each.id: each.languages for each in problem.participants}[participant]

    def opened(each: Challenge) -> Challenge:
        eligible = None if each.eligible is None else each.eligible | {participant}
        return replace(each, eligible=eligible, languages=each.languages & spoken)

    return replace(_with_challenge(problem, challenge, opened), never=problem.never - {(participant, challenge)})


def _common_language(problem: Problem) -> Problem:
    return replace(problem, rules=replace(problem.rules, common_language=False))


def _soft_avoid(problem: Problem, first: str, second: str) -> Problem:
    """All other pairs stay as hard as they are."""
    pairs = tuple(
        replace(pair, confirmed=problem.rules.is_hard(pair) and {pair.first, pair.second} != {first, second})
        for pair in problem.avoid
    )
    return replace(problem, avoid=pairs, rules=replace(problem.rules, avoid=AvoidRule.CONFIRMED))


def _split_block(problem: Problem, participants: tuple[str, ...]) -> Problem:
    return replace(problem, blocks=tuple(block for block in problem.blocks if not block <= set(participants)))


def _max_moves(problem: Problem, moves: int) -> Problem:
    if problem.published is None:
        raise KeyError("published")
    return replace(problem, published=replace(problem.published, max_moves=moves))


_APPLY: Final[Mapping[Way, Callable[..., Problem]]] = {
    Way.SIZE_MIN: _size_min,
    Way.SIZE_MAX: _size_max,
    Way.MAX_TEAMS: _max_teams,
    Way.MIN_TEAMS: _min_teams,
    Way.DROP_LOCKS: _drop_locks,
    Way.WIDEN_LOCK: _widen_lock,
    Way.ADMIT: _admit,
    Way.COMMON_LANGUAGE: _common_language,
    Way.SOFT_AVOID: _soft_avoid,
    Way.SPLIT_BLOCK: _split_block,
    Way.MAX_MOVES: _max_moves,
}
