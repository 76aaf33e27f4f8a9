"""When rules cannot hold together, the fewest of them are named, and what giving up each would cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from matcher.teams.checker import Rule, check
from matcher.teams.conflict_prices import PricedChange, changes, priced_changes
from matcher.teams.conflicts import Contradiction, can_hold, find_contradiction
from matcher.teams.cpsat import Budget, refuted
from matcher.teams.hard_rules import hard_rules
from matcher.teams.problem import (
    Assignment,
    AvoidPair,
    AvoidRule,
    Challenge,
    Lock,
    Participant,
    Problem,
    Published,
    Rules,
    Slot,
)
from tests.matcher.teams.problems import planted

A1, B1 = Slot("a", 1), Slot("b", 1)


def people(names: str, *languages: str) -> tuple[Participant, ...]:
    return tuple(Participant(name, languages=frozenset(languages or ("fr",)), ranked=("a", "b")) for name in names)


def event(names: str = "01234567", **data: Any) -> Problem:
    """Teams of three to five for the challenges a and b."""
    made: dict[str, Any] = {"participants": people(names), "challenges": (Challenge("a"), Challenge("b"))}
    return Problem(**{**made, "rules": Rules(3, 4, 5), **data})


def explained(made: Problem) -> Contradiction:
    found = find_contradiction(made, time_limit_s=60)
    assert found is not None
    assert found.minimal
    return found


def kinds(found: Contradiction) -> list[Rule]:
    return sorted(each.rule for each in found.rules)


def by_rule(made: Problem) -> dict[Rule, PricedChange]:
    """The priced change of each rule of the contradiction; each plan is checked against the changed problem."""
    found = priced_changes(made, explained(made), time_limit_s=60)
    for each in found:
        if each.plan is not None:
            assert check(each.problem, each.plan.assignment).valid
            assert each.cost == check(each.problem, each.plan.assignment).cost
    assert [each.cost is None for each in found] == sorted(each.cost is None for each in found)
    return {each.rule.rule: each for each in found}


#: Problems whose rules contradict each other, and the only explanation that leaves nothing out and says nothing more.
CONTRADICTIONS: dict[str, tuple[Problem, list[Rule]]] = {
    "seven in teams of four or five": (
        event("0123456", rules=Rules(4, 4, 5)),
        [Rule.TOO_LARGE, Rule.TOO_SMALL],
    ),
    "two in teams of three": (event("01"), [Rule.TOO_SMALL]),
    "no room": (
        event(challenges=(Challenge("a", max_teams=1), Challenge("b", max_teams=0))),
        [Rule.MORE_TEAMS, Rule.MORE_TEAMS, Rule.TOO_LARGE],
    ),
    "too many teams asked for": (
        event(challenges=(Challenge("a", min_teams=2), Challenge("b", min_teams=1))),
        [Rule.FEWER_TEAMS, Rule.FEWER_TEAMS, Rule.TOO_SMALL],
    ),
    "locked to what is excluded": (
        event(locks=(Lock("0", "a"), Lock("1", "b")), never=frozenset({("0", "a"), ("2", "a")})),
        [Rule.LOCK, Rule.NEVER],
    ),
    "locked without being eligible": (
        event(challenges=(Challenge("a", eligible=frozenset("1234")), Challenge("b")), locks=(Lock("0", "a"),)),
        [Rule.ELIGIBLE, Rule.LOCK],
    ),
    "excluded from everything": (
        event(never=frozenset({("0", "a"), ("0", "b"), ("1", "b")})),
        [Rule.NEVER, Rule.NEVER],
    ),
    "locked without the language": (
        event(
            challenges=(Challenge("a", languages=frozenset({"de"})), Challenge("b")),
            participants=(*people("0123"), *people("4567", "fr", "de")),
            locks=(Lock("0", "a"),),
        ),
        [Rule.LOCK, Rule.REQUIRED_LANGUAGE],
    ),
    "nobody understands two": (
        event(participants=(*people("012345"), *people("67", "en"))),
        [Rule.COMMON_LANGUAGE, Rule.TOO_SMALL],
    ),
    "a block larger than a team": (
        event(blocks=(frozenset("012345"), frozenset("67"))),
        [Rule.BLOCK, Rule.TOO_LARGE],
    ),
    "a block locked apart": (
        event(blocks=(frozenset("01"),), locks=(Lock("0", "a"), Lock("1", "b"), Lock("2", "b"))),
        [Rule.BLOCK, Rule.LOCK, Rule.LOCK],
    ),
    "a block that avoids": (
        event(blocks=(frozenset("01"),), avoid=(AvoidPair("1", "0", True), AvoidPair("2", "3", True))),
        [Rule.AVOID, Rule.BLOCK],
    ),
    "moves against a lock": (
        event(
            published=Published({name: A1 if name in "0123" else B1 for name in "01234567"}, 0),
            locks=(Lock("0", "b"),),
        ),
        [Rule.LOCK, Rule.MOVES],
    ),
    "a team too many": (
        event(challenges=(Challenge("a", max_teams=1), Challenge("b")), locks=(Lock("0", "a", 2),)),
        [Rule.LOCK, Rule.MORE_TEAMS],
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_the_fewest_rules_are_named(name: str) -> None:
    """Exactly the rules that contradict each other are named, whatever other rules there are."""
    made, expected = CONTRADICTIONS[name]
    assert kinds(explained(made)) == sorted(expected)


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_without_any_one_of_them_the_others_hold(name: str) -> None:
    """The explanation is minimal: it contradicts itself, and no longer so when any one rule is left out."""
    made, _ = CONTRADICTIONS[name]
    rules, found = hard_rules(made), explained(made)
    few = [rules.rules.index(each) for each in found.rules]

    def contradicts(left: Sequence[int]) -> bool | None:
        return refuted(rules.model, left, Budget(60, 500))

    assert contradicts(few) is True
    assert [contradicts([one for one in few if one != rule]) for rule in few] == [False] * len(few)


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_each_change_that_has_a_price_has_a_valid_plan(name: str) -> None:
    """Of every contradiction, some change helps; its plan keeps the rules of the changed problem at that price."""
    found = by_rule(CONTRADICTIONS[name][0])
    assert any(each.cost is not None for each in found.values())


@settings(max_examples=20, deadline=None)
@given(planted(most=9))
def test_rules_that_a_plan_keeps_do_not_contradict(made: tuple[Problem, Assignment]) -> None:
    """Where a valid plan exists, nothing is found."""
    assert can_hold(made[0], time_limit_s=60) is True
    assert find_contradiction(made[0], time_limit_s=60) is None


def test_without_time_nothing_is_claimed() -> None:
    """No time: neither possible nor impossible."""
    made, _ = CONTRADICTIONS["seven in teams of four or five"]
    assert can_hold(made, time_limit_s=0) is None
    assert find_contradiction(made, time_limit_s=0) is None


def test_sizes_are_relaxed_by_the_least_that_helps() -> None:
    """Seven people, teams of four or five: teams of three, or of up to seven."""
    found = by_rule(CONTRADICTIONS["seven in teams of four or five"][0])
    assert found[Rule.TOO_SMALL].change == {"least": 3}
    assert found[Rule.TOO_LARGE].change == {"most": 7}
    assert str(found[Rule.TOO_SMALL].rule) == "A team has at least 4 members."


def test_moves_are_relaxed_by_the_least_that_helps() -> None:
    """One person is fixed elsewhere than published: one move more is enough, and is paid."""
    found = by_rule(CONTRADICTIONS["moves against a lock"][0])
    assert found[Rule.MOVES].change == {"most": 1}
    moves, lock = found[Rule.MOVES].cost, found[Rule.LOCK].cost
    assert moves is not None
    assert lock is not None
    assert moves > lock


def test_a_lock_to_a_team_too_many_first_loses_its_number() -> None:
    """Fixed to the second team of a challenge that may have one: the challenge remains, or a second team is allowed."""
    found = by_rule(CONTRADICTIONS["a team too many"][0])
    assert found[Rule.LOCK].change == {"participant": "0", "challenge": "a", "number": None}
    assert found[Rule.MORE_TEAMS].change == {"challenge": "a", "most": 2}


def test_a_wish_costs_what_it_is_worth() -> None:
    """Given up as a rule, a private wish within a block costs its 200 points; parting the block does not."""
    found = by_rule(CONTRADICTIONS["a block that avoids"][0])
    avoid, block = found[Rule.AVOID].cost, found[Rule.BLOCK].cost
    assert avoid is not None
    assert block is not None
    assert avoid - block == 200


@pytest.mark.parametrize("rule", [AvoidRule.ALL, AvoidRule.CONFIRMED])
def test_only_one_wish_is_softened(rule: AvoidRule) -> None:
    """The change touches the wish in question; those that were hard stay hard, the others soft."""
    made, _ = CONTRADICTIONS["a block that avoids"]
    made = replace(made, rules=replace(made.rules, avoid=rule), avoid=(*made.avoid, AvoidPair("4", "5")))
    hard = {(pair.first, pair.second) for pair in made.avoid_hard}
    wish = next(each for each in explained(made).rules if each.rule is Rule.AVOID)
    [(change, changed)] = changes(made, wish)
    assert change == {}
    assert {(pair.first, pair.second) for pair in changed.avoid_hard} == hard - {("1", "0")}


def test_a_private_wish_names_nobody() -> None:
    """Who avoids whom is in no text, not even of the object; only the organiser's field has it."""
    made, _ = CONTRADICTIONS["a block that avoids"]
    secret = replace(
        made,
        participants=people("23456") + tuple(replace(each, id=f"secret{each.id}") for each in people("01")),
        avoid=(AvoidPair("secret1", "secret0", confirmed=True),),
        blocks=(),
        locks=(Lock("secret0", "a", 1), Lock("secret1", "a", 1)),
    )
    found = explained(secret)
    wish = next(each for each in found.rules if each.rule is Rule.AVOID)
    assert str(wish) == "There is a private wish."
    assert "secret" not in repr(wish)
    assert wish.params == {}
    assert wish.private == {"first": "secret1", "second": "secret0"}
    priced = priced_changes(secret, found, time_limit_s=60)
    assert "AvoidPair" not in repr(priced)
    assert "private=" not in repr(priced)


def test_a_private_wish_is_only_named_when_nothing_else_explains_it() -> None:
    """Two reasons why two people cannot be fixed to one team: the one without a private wish is told."""
    made = event(
        avoid=(AvoidPair("0", "1", confirmed=True),),
        blocks=(frozenset("01"),),
        locks=(Lock("0", "a"), Lock("1", "b")),
    )
    assert Rule.AVOID not in kinds(explained(made))


def test_of_many_locks_only_as_many_are_named_as_overfill() -> None:
    """Twelve people fixed to a challenge of two teams of four: nine locks are one too many; a third team helps."""
    names = "0123456789xy"
    made = event(
        names,
        challenges=(Challenge("a", max_teams=2), Challenge("b")),
        locks=tuple(Lock(name, "a") for name in names),
        rules=Rules(3, 4, 4),
    )
    found = explained(made)
    assert kinds(found) == [*[Rule.LOCK] * 9, Rule.MORE_TEAMS, Rule.TOO_LARGE]
    room = next(each for each in found.rules if each.rule is Rule.MORE_TEAMS)
    assert str(room) == "Challenge a has at most 2 teams."
    change, changed = next(changes(made, room))
    assert change == {"challenge": "a", "most": 3}
    assert can_hold(changed, time_limit_s=60) is True


def test_the_same_explanation_again() -> None:
    """A seed gives the same rules twice."""
    made, _ = CONTRADICTIONS["too many teams asked for"]
    assert find_contradiction(made, time_limit_s=60, seed=3) == find_contradiction(made, time_limit_s=60, seed=3)
