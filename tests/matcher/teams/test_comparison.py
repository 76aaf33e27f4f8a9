"""Comparing plans: who moved, what it costs, which teams changed, and undo on a plan that went on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.teams.checker import check
from matcher.teams.comparison import (
    Change,
    TeamChange,
    Version,
    compare,
    renumbered,
    side_by_side,
)
from matcher.teams.moves import Move, applied, inverse, moves
from matcher.teams.problem import (
    Assignment,
    AvoidPair,
    Challenge,
    Participant,
    Problem,
    ProblemError,
    Rules,
    Slot,
    Term,
    Weights,
    slots,
    teams_of,
    without,
)
from tests.matcher.teams.problems import assigned

WATER, FOREST, SECOND = Slot("water", 1), Slot("forest", 1), Slot("water", 2)


def problem(*ranks: str, **values: Any) -> Problem:
    """People a, b, c... who each rank one challenge, all else equal."""
    people = tuple(
        Participant(name, ranked=(rank,), experience=2, languages=frozenset({"fr"}))
        for name, rank in zip("abcdefgh", ranks, strict=False)
    )
    return Problem(people, (Challenge("water"), Challenge("forest")), **({"rules": Rules(1, 2, 3)} | values))


def test_a_swap_shows_two_moves_two_teams_and_what_became_dearer() -> None:
    """Everybody had their first choice; a and c swap and lose it, 30 each."""
    event = problem("water", "water", "forest", "forest")
    before = {"a": WATER, "b": WATER, "c": FOREST, "d": FOREST}
    after = {"c": WATER, "b": WATER, "a": FOREST, "d": FOREST}
    found = compare(Version(event, before), Version(event, after))
    assert found.moves == (Move("a", WATER, FOREST), Move("c", FOREST, WATER))
    assert found.teams == (TeamChange(FOREST, ("c", "d"), ("a", "d")), TeamChange(WATER, ("a", "b"), ("b", "c")))
    assert (found.teams[0].joined, found.teams[0].left) == (("a",), ("c",))
    assert found.terms == {Term.PREFERENCE: Change(0, 60)}
    assert (found.cost, found.cost.rise) == (Change(0, 60), 60)


def test_equal_plans_have_no_difference() -> None:
    """Nothing moved, no team changed, nothing costs more."""
    event, plan = problem("water", "forest"), {"a": WATER, "b": WATER}
    found = compare(Version(event, plan), Version(event, dict(plan)))
    assert (found.moves, found.teams, found.cost.rise) == ((), (), 0)


def test_teams_begin_and_end() -> None:
    """The forest team is dissolved into the water team, which was there."""
    event = problem("water", "water", "forest")
    found = compare(
        Version(event, {"a": WATER, "b": WATER, "c": FOREST}), Version(event, {"a": WATER, "b": WATER, "c": WATER})
    )
    assert found.teams == (TeamChange(FOREST, ("c",), ()), TeamChange(WATER, ("a", "b"), ("a", "b", "c")))


def test_each_plan_is_costed_by_its_own_problem() -> None:
    """d does not come: their place is gone, and they cost nothing any more."""
    event = problem("water", "water", "forest", "water")
    before = {"a": WATER, "b": WATER, "c": FOREST, "d": FOREST}
    after = {who: slot for who, slot in before.items() if who != "d"}
    found = compare(Version(event, before), Version(without(event, ["d"]), after))
    assert found.moves == (Move("d", FOREST, None),)
    assert found.terms[Term.PREFERENCE] == Change(30, 0)


def test_private_wishes_show_only_when_asked_for() -> None:
    """The second plan puts the pair together: 200 for who may know, nothing for the others."""
    event = problem("water", "water", "water", "water", avoid=(AvoidPair("a", "c"),))
    before, after = (
        {"a": WATER, "b": WATER, "c": SECOND, "d": SECOND},
        {"a": WATER, "c": WATER, "b": SECOND, "d": SECOND},
    )
    versions = Version(event, before), Version(event, after)
    assert compare(*versions).cost.rise == 0
    assert Term.AVOID not in compare(*versions).terms
    assert compare(*versions, show_avoid=True).terms[Term.AVOID] == Change(0, 200)
    assert Term.AVOID not in side_by_side(versions).terms


def test_teams_that_only_exchanged_their_numbers_are_the_same_teams_when_asked() -> None:
    """A draft solved again calls the first team the second: nobody moved. With numbers that count, everybody did."""
    event = problem("water", "water", "water", "water")
    before = {"a": WATER, "b": WATER, "c": SECOND, "d": SECOND}
    after = {"a": SECOND, "b": SECOND, "c": WATER, "d": WATER}
    assert compare(Version(event, before), Version(event, after), renumber=True).moves == ()
    assert len(compare(Version(event, before), Version(event, after)).moves) == 4


def test_renumbering_follows_the_greater_part_of_a_team() -> None:
    """Two of three went from the first team to a team called 2: it is the first team, and one person joined it."""
    before = {"a": WATER, "b": WATER, "c": WATER, "d": SECOND, "e": SECOND}
    after = {"a": SECOND, "b": SECOND, "d": SECOND, "c": WATER, "e": WATER}
    assert renumbered(before, after) == {"a": WATER, "b": WATER, "d": WATER, "c": SECOND, "e": SECOND}


def test_plans_stand_side_by_side() -> None:
    """Costs by plan, how many differ from the first, and where those are who are not the same everywhere."""
    event = problem("water", "water", "forest", "forest")
    first = {"a": WATER, "b": WATER, "c": FOREST, "d": FOREST}
    second = {"c": WATER, "b": WATER, "a": FOREST, "d": FOREST}
    third = {"a": WATER, "b": SECOND, "c": FOREST, "d": FOREST}
    table = side_by_side([Version(event, plan) for plan in (first, second, third)])
    assert (table.costs, table.teams, table.moved) == ((0, 60, 4), (2, 2, 3), (0, 2, 1))
    assert table.terms == {Term.PREFERENCE: (0, 60, 0), Term.SIZE: (0, 0, 4)}
    assert table.places == {
        "a": (WATER, FOREST, WATER),
        "b": (WATER, WATER, SECOND),
        "c": (FOREST, WATER, FOREST),
    }


def test_undo_brings_everybody_back_and_redo_there_again() -> None:
    """The moves and their inverse lead from one plan to the other."""
    before, after = {"a": WATER, "b": FOREST, "c": FOREST}, {"a": FOREST, "b": WATER, "c": FOREST}
    made = moves(before, after)
    assert applied(before, made).assignment == after
    assert applied(after, inverse(made)).assignment == before
    assert applied(after, inverse(made)).refused == ()


def test_undo_does_not_touch_who_was_moved_since() -> None:
    """Somebody else moved a again: only b is taken back, and the move of a is handed back as refused."""
    made = moves({"a": WATER, "b": FOREST}, {"a": FOREST, "b": WATER})
    found = applied({"a": SECOND, "b": WATER}, inverse(made))
    assert found.assignment == {"a": SECOND, "b": FOREST}
    assert found.refused == (Move("a", FOREST, WATER),)


def test_undo_registers_and_signs_off_nobody() -> None:
    """Who came late stays; who did not come stays away."""
    made = moves({"a": WATER, "gone": WATER}, {"a": WATER, "late": WATER})
    found = applied({"a": WATER, "late": WATER}, inverse(made))
    assert found.assignment == {"a": WATER, "late": WATER}
    assert len(found.refused) == 2


def test_a_plan_that_leaves_somebody_out_is_an_error() -> None:
    """Its cost would mean nothing."""
    event = problem("water", "forest")
    with pytest.raises(ProblemError, match="must give everybody a team"):
        compare(Version(event, {"a": WATER, "b": WATER}), Version(event, {"a": WATER}))


@st.composite
def two_plans(draw: st.DrawFn) -> tuple[Problem, Assignment, Assignment]:
    event, plan = draw(assigned(most=10))
    rng = draw(st.randoms(use_true_random=False))
    places = slots(event)
    return event, plan, {who: rng.choice([slot, rng.choice(places)]) for who, slot in plan.items()}


@settings(max_examples=30, deadline=None)
@given(two_plans())
def test_differences_are_those_of_the_checker_and_lead_there_and_back(
    case: tuple[Problem, Assignment, Assignment],
) -> None:
    """Costs by term as the checker counts them, whatever rules are broken; moves make one plan of the other."""
    event, before, after = case
    found = compare(Version(event, before), Version(event, after), show_avoid=True)
    old, new = check(event, before), check(event, after)
    assert found.cost == Change(old.cost, new.cost)
    for term in Term:
        assert found.terms.get(term, Change(0, 0)) == Change(old.costs[term], new.costs[term])
    assert applied(before, found.moves).assignment == after
    assert applied(after, inverse(found.moves)).assignment == before
    there = {team.slot: set(team.members) for team in teams_of(before)}
    for change in found.teams:
        there[change.slot] = there.get(change.slot, set()) - set(change.left) | set(change.joined)
    assert {slot: members for slot, members in there.items() if members} == {
        team.slot: set(team.members) for team in teams_of(after)
    }


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_no_way_to_renumber_keeps_more_people_in_place(rng: Random) -> None:
    """Against all permutations of three numbers: as many stay, and the teams are the same sets of people."""
    numbered = [Slot("water", number) for number in (1, 2, 3)]
    before = {who: rng.choice(numbered) for who in "abcdefg"}
    after = {who: rng.choice(numbered) for who in "abcdefg"}
    found = renumbered(before, after)

    def kept(plan: Mapping[str, Slot]) -> int:
        return sum(plan[who] == before[who] for who in before)

    ways = [dict(zip(numbered, way, strict=True)) for way in permutations(numbered)]
    assert kept(found) == max(kept({who: way[slot] for who, slot in after.items()}) for way in ways)
    assert {team.members for team in teams_of(found)} == {team.members for team in teams_of(after)}


def test_a_weight_that_changed_is_seen_in_the_costs() -> None:
    """The same plan under another weight: nobody moved, yet it costs more."""
    event, plan = problem("forest", "water"), {"a": WATER, "b": WATER}
    dearer = replace(event, weights=Weights(unranked=40))
    found = compare(Version(event, plan), Version(dearer, plan))
    assert (found.moves, found.terms[Term.PREFERENCE]) == ((), Change(30, 40))
