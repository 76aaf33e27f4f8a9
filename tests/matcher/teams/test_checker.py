"""The checker: each term and each rule on a team small enough to count by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from matcher.teams.checker import Checker, Rule, check
from matcher.teams.problem import (
    Assignment,
    AvoidPair,
    AvoidRule,
    Challenge,
    FriendPair,
    Lock,
    Participant,
    Problem,
    Published,
    Rules,
    Slot,
    Term,
)
from tests.matcher.teams.problems import assigned, planted

PEOPLE = ("p0", "p1", "p2")
TOGETHER = dict.fromkeys(PEOPLE, Slot("a", 1))
#: p0 and p1 in one team, p2 in another.
SPLIT = {**TOGETHER, "p2": Slot("a", 2)}


def trio(
    *changes: dict[str, Any], challenge: dict[str, Any] | None = None, rules: dict[str, Any] | None = None, **rest: Any
) -> Problem:
    """Three people of one challenge whose team costs nothing, with changes: `changes[i]` to participant `i`."""
    usual: dict[str, Any] = {"experience": 2, "languages": frozenset({"fr"}), "ranked": ("a",)}
    fields = [*changes, {}, {}, {}]
    return Problem(
        participants=tuple(Participant(who, **{**usual, **fields[at]}) for at, who in enumerate(PEOPLE)),
        challenges=(Challenge("a", **(challenge or {})), Challenge("closed", max_teams=0)),
        rules=Rules(**{"size_min": 1, "size_target": 3, "size_max": 3, **(rules or {})}),
        **rest,
    )


CASES: list[tuple[str, Problem, Assignment, dict[Term, int]]] = [
    ("a perfect team", trio(), TOGETHER, {}),
    ("a second choice", trio({"ranked": ("closed", "a")}), TOGETHER, {Term.PREFERENCE: 2}),
    ("no choice", trio({"ranked": ()}), TOGETHER, {Term.PREFERENCE: 30}),
    ("no choice but 0.46 alike", trio({"ranked": (), "similarity": {"a": 0.46}}), TOGETHER, {Term.PREFERENCE: 24}),
    (
        "one of two technicians",
        trio({"roles": frozenset({"tech"})}, challenge={"roles": {"tech": 2}}),
        TOGETHER,
        {Term.ROLES: 20},
    ),
    (
        "no designer and no cook",
        trio(challenge={"roles": {"design": 1, "cook": 1}}),
        TOGETHER,
        {Term.ROLES: 12 + 8},
    ),
    (
        "one person with two roles",
        trio({"roles": frozenset({"tech", "design"})}, challenge={"roles": {"tech": 1, "design": 1}}),
        TOGETHER,
        {},
    ),
    ("a skill too low", trio({"skills": {"maps": 1}}, challenge={"skills": {"maps": 2}}), TOGETHER, {Term.SKILLS: 10}),
    ("a skill high enough", trio({"skills": {"maps": 3}}, challenge={"skills": {"maps": 2}}), TOGETHER, {}),
    ("nobody experienced", trio(*[{"experience": 1}] * 3), TOGETHER, {Term.SENIORS: 15}),
    # mean 5/3: the pair has 4 instead of 3.33, the other 1 instead of 1.67: below a full point
    (
        "less than a point off",
        trio({}, {}, {"experience": 1}, rules={"size_target": 2}),
        SPLIT,
        {Term.SENIORS: 15, Term.SIZE: 2},
    ),
    # mean 2: the pair has 6 instead of 4, the other 0 instead of 2
    (
        "two points off, twice",
        trio({"experience": 3}, {"experience": 3}, {"experience": 0}, rules={"size_target": 2}),
        SPLIT,
        {Term.EXPERIENCE: 4, Term.SENIORS: 15, Term.SIZE: 2},
    ),
    ("all newcomers", trio(*[{"newcomer": True}] * 3), TOGETHER, {Term.NEWCOMERS: 10}),
    ("a newcomer among experts", trio({"newcomer": True}), TOGETHER, {Term.NEWCOMERS: 10}),
    ("a newcomer beside a beginner", trio({"newcomer": True}, {"experience": 1}, {"experience": 3}), TOGETHER, {}),
    ("two newcomers", trio({"newcomer": True}, {"newcomer": True}), TOGETHER, {}),
    ("three of one house", trio(*[{"organisation": "o"}] * 3), TOGETHER, {Term.ORGANISATIONS: 5}),
    ("two of one house", trio(*[{"organisation": "o"}] * 2), TOGETHER, {}),
    ("no owner", trio(challenge={"owner": "o", "wants_owner": True}), TOGETHER, {Term.OWNER: 3}),
    (
        "an owner",
        trio({"organisation": "o"}, challenge={"owner": "o", "wants_owner": True}),
        TOGETHER,
        {},
    ),
    (
        "friends apart",
        trio(friends=(FriendPair("p0", "p2"), FriendPair("p1", "p2", mutual=False), FriendPair("p0", "p1"))),
        SPLIT,
        {Term.FRIENDS: 15 + 7, Term.SIZE: 2 + 4},
    ),
    (
        "one common half-day of three",
        trio({"availability": frozenset({0, 1})}, {"availability": frozenset({1, 2})}),
        TOGETHER,
        {Term.HALF_DAYS: 2 * 4},
    ),
    (
        "a challenge of one half-day",
        trio({"availability": frozenset({0, 1})}, challenge={"half_days": frozenset({1})}),
        TOGETHER,
        {},
    ),
    ("alone of a group", trio({"groups": frozenset({"g"})}), TOGETHER, {Term.GROUPS: 12}),
    ("two of a group", trio(*[{"groups": frozenset({"g"})}] * 2), TOGETHER, {}),
    ("teammates again", trio(history=(("p0", "p1"), ("p2", "p0"))), TOGETHER, {Term.HISTORY: 12}),
    ("a small team", trio(rules={"size_target": 5, "size_max": 5}), TOGETHER, {Term.SIZE: 4}),
    (
        "two people moved",
        trio(published=Published({"p0": Slot("a", 2), "p1": Slot("a", 1), "p2": Slot("gone", 1)})),
        TOGETHER,
        {Term.STABILITY: 16},
    ),
    (
        "a challenge without a team",
        replace(trio(), challenges=(Challenge("a"), Challenge("closed"))),
        TOGETHER,
        {Term.CHALLENGES: 10},
    ),
    ("an avoid wish", trio(avoid=(AvoidPair("p0", "p1"),)), TOGETHER, {Term.AVOID: 200}),
    (
        "no common language",
        trio({"languages": frozenset({"de"})}, rules={"common_language": False}),
        TOGETHER,
        {Term.LANGUAGE: 60},
    ),
]


@pytest.mark.parametrize(
    ("problem", "assignment", "costs"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_each_term_costs_what_the_model_says(problem: Problem, assignment: Assignment, costs: dict[Term, int]) -> None:
    """Every other term is 0, and no rule is broken."""
    found = check(problem, assignment)
    assert found.valid
    assert {term: cost for term, cost in found.costs.items() if cost} == costs
    assert found.cost == sum(costs.values())


BROKEN: list[tuple[Problem, Assignment, Rule, str]] = [
    (trio(), {"p0": Slot("a", 1), "p1": Slot("a", 1)}, Rule.PLACE, "p2 has no team."),
    (trio(), {**TOGETHER, "p2": Slot("a", 9)}, Rule.SLOT, "Team 9 of challenge a does not exist."),
    (trio(), {**TOGETHER, "q": Slot("a", 1)}, Rule.STRANGER, "q has a team but is not registered."),
    (
        trio(rules={"size_min": 2}),
        SPLIT,
        Rule.TOO_SMALL,
        "Team 2 of challenge a has fewer than 2 members: 1.",
    ),
    (
        trio(rules={"size_target": 2, "size_max": 2}),
        TOGETHER,
        Rule.TOO_LARGE,
        "Team 1 of challenge a has more than 2 members: 3.",
    ),
    (
        trio(avoid=(AvoidPair("p0", "p1", confirmed=True),)),
        TOGETHER,
        Rule.AVOID,
        "A rule that only the organiser may see is broken.",
    ),
    (
        trio(locks=(Lock("p0", "a", 2),)),
        TOGETHER,
        Rule.LOCK,
        "p0 is not in the team that the organiser fixed.",
    ),
    (trio(never=frozenset({("p0", "a")})), TOGETHER, Rule.NEVER, "p0 must not work on challenge a."),
    (
        trio(challenge={"eligible": frozenset({"p0", "p1"})}),
        TOGETHER,
        Rule.ELIGIBLE,
        "p2 may not take part in challenge a.",
    ),
    (
        trio(
            {"languages": frozenset({"fr", "de"})},
            {"languages": frozenset({"fr", "de"})},
            challenge={"languages": frozenset({"de"})},
        ),
        TOGETHER,
        Rule.REQUIRED_LANGUAGE,
        "p2 does not speak de, which challenge a requires.",
    ),
    (
        trio({"languages": frozenset({"de"})}),
        TOGETHER,
        Rule.COMMON_LANGUAGE,
        "Team 1 of challenge a has no common language.",
    ),
    (trio(challenge={"min_teams": 2}), TOGETHER, Rule.FEWER_TEAMS, "Challenge a has fewer than 2 teams: 1."),
    (trio(blocks=(frozenset({"p1", "p2"}),)), SPLIT, Rule.BLOCK, "p1, p2 must be in one team."),
    (
        trio(published=Published({"p0": Slot("a", 2), "p1": Slot("a", 1)}, max_moves=0)),
        TOGETHER,
        Rule.MOVES,
        "People who change team: 1; allowed: 0.",
    ),
]


@pytest.mark.parametrize(("problem", "assignment", "rule", "sentence"), BROKEN, ids=[str(case[2]) for case in BROKEN])
def test_each_broken_rule_is_named_once(problem: Problem, assignment: Assignment, rule: Rule, sentence: str) -> None:
    """By its name and a sentence with who and where; nothing else is broken."""
    assert [(broken.rule, str(broken)) for broken in check(problem, assignment).broken] == [(rule, sentence)]


def test_a_challenge_with_too_many_teams_has_a_team_that_does_not_exist() -> None:
    """The number of teams is counted as well as the slots are known."""
    found = check(trio(challenge={"max_teams": 1}), SPLIT)
    assert [broken.rule for broken in found.broken] == [Rule.SLOT]
    assert not found.valid


@pytest.mark.parametrize("rule", [AvoidRule.CONFIRMED, AvoidRule.ALL])
def test_a_broken_avoid_rule_tells_nobody_but_the_organiser(rule: AvoidRule) -> None:
    """Names and team are in the private part alone, in no text of the finding."""
    problem = trio(avoid=(AvoidPair("p0", "p1", confirmed=True),), rules={"avoid": rule})
    (broken,) = check(problem, TOGETHER).broken
    assert broken.private == {"first": "p0", "second": "p1", "slot": Slot("a", 1)}
    assert not broken.params
    assert "p0" not in str(broken) + repr(broken)


def test_a_team_is_costed_alone_for_what_if_questions() -> None:
    """A team that no plan holds has the costs of a team: here two people instead of three, no designer."""
    problem = trio(challenge={"roles": {"design": 1}})
    costs = Checker(problem).team_costs(problem.challenges[0], problem.participants[:2])
    assert {term: cost for term, cost in costs.items() if cost} == {Term.ROLES: 12, Term.SIZE: 2}


@settings(deadline=None)
@given(planted())
def test_rules_made_to_suit_an_assignment_are_kept(case: tuple[Problem, Assignment]) -> None:
    """Nothing is called broken that is not."""
    assert [str(broken) for broken in check(*case).broken] == []


@settings(deadline=None)
@given(assigned())
def test_every_term_is_there_and_none_is_negative(case: tuple[Problem, Assignment]) -> None:
    """Whatever the assignment breaks."""
    costs = check(*case).costs
    assert costs.keys() == set(Term)
    assert min(costs.values()) >= 0
