"""Counterfactuals name the cheapest change, and nothing tells that somebody wishes to avoid somebody."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from matcher.teams.checker import check
from matcher.teams.counterfactuals import MOST_COST, Counterfactual
from matcher.teams.explanations import Explainer, PersonExplanation, TeamExplanation, explain
from matcher.teams.messages import PEOPLE, Key, Message
from matcher.teams.problem import (
    Assignment,
    AvoidPair,
    AvoidRule,
    FriendPair,
    Lock,
    Problem,
    Published,
    Rules,
    Slot,
    Term,
    Weights,
)
from tests.matcher.teams.four_people import FOREST, four, keys
from tests.matcher.teams.problems import planted


def of(explainer: Explainer, slot: Slot) -> TeamExplanation:
    return next(each for each in explainer.teams() if each.slot == slot)


# Counterfactuals.


def why_not(problem: Problem, plan: Assignment, who: str = "ann", **values: bool) -> Counterfactual:
    (only,) = explain(problem, plan, **values).person(who).counterfactuals
    return only


def test_the_best_swap_costs_14_because_water_would_lose_its_only_designer() -> None:
    """Ann gains 2, Dan loses 2, and the designer weighs 14; Dan is not named."""
    problem, plan = four()
    answer = why_not(problem, plan)
    assert (answer.challenge, answer.rank, answer.cost, answer.step) == ("water", 1, 14, None)
    assert answer.messages == (
        Message(Key.CHANGE_COSTS, {"challenge": "water", "rank": 1, "cost": 14}),
        Message(
            Key.WOULD_LOSE_LAST_ROLE, {"challenge": "water", "number": 1, "role": "design", "missing": 1, "members": 0}
        ),
        Message(Key.WOULD_COST_A_WISH),
    )


def test_the_organiser_is_told_with_whom() -> None:
    """The same answer, and the other person of the swap."""
    problem, plan = four()
    answer = why_not(problem, plan, for_organiser=True)
    assert answer.step == Message(Key.CHANGE_IS_SWAP, {"challenge": "water", "number": 1, "other": "dan"})


def test_an_open_place_is_taken_before_anybody_is_swapped() -> None:
    """With room for three and teams of one allowed, Ann just moves: 2 less for her, size 1 off twice."""
    problem, plan = four(rules=Rules(1, 2, 3))
    answer = why_not(problem, plan, for_organiser=True)
    assert (answer.cost, answer.step) == (2, Message(Key.CHANGE_IS_MOVE, {"challenge": "water", "number": 1}))
    assert keys(answer.consequences) == [Key.WOULD_BE_OFF_SIZE, Key.WOULD_BE_OFF_SIZE]


def test_a_change_that_costs_nothing_is_said_to_be_free() -> None:
    """Nobody is the worse for it: Eve, free to go, likes the forest as well."""
    problem, plan = four(locks=())
    people = tuple(replace(each, ranked=("forest",)) if each.id == "eve" else each for each in problem.participants)
    assert keys(why_not(replace(problem, participants=people), plan).messages) == [Key.CHANGE_IS_FREE]


def test_who_has_their_first_choice_needs_no_counterfactual() -> None:
    """There is nothing better to give."""
    problem, plan = four()
    assert explain(problem, plan).person("bob").counterfactuals == ()


def test_friends_who_would_part_are_told_where_the_person_asked() -> None:
    """Leaving Bob costs 15 when they are friends; when only Bob asked (7), the cost has it and no sentence does."""
    problem, plan = four(friends=(FriendPair("ann", "bob"),))
    assert (why_not(problem, plan).cost, Key.WOULD_PART_FRIENDS in keys(why_not(problem, plan).messages)) == (29, True)
    problem, plan = four(friends=(FriendPair("bob", "ann", mutual=False),))
    assert (why_not(problem, plan).cost, Key.WOULD_PART_FRIENDS in keys(why_not(problem, plan).messages)) == (21, False)
    assert Key.WOULD_PART_FRIENDS in keys(why_not(problem, plan, for_organiser=True).messages)


def test_published_places_that_would_change_are_told() -> None:
    """Two published people would be elsewhere: 16 more."""
    problem, plan = four()
    answer = why_not(replace(problem, published=Published(plan)), plan)
    assert answer.cost == 14 + 16
    assert Message(Key.WOULD_MOVE_PUBLISHED, {"people": 2}) in answer.consequences


def test_a_declared_group_is_told_to_organisers_only() -> None:
    """Bob and Ann declared a group: after the swap Bob would be alone in it, and so would Ann."""
    problem, plan = four()
    declared = frozenset({"g"})
    people = tuple(
        replace(each, groups=declared) if each.id in {"ann", "bob"} else each for each in problem.participants
    )
    grouped = replace(problem, participants=people)
    hidden, shown = why_not(grouped, plan), why_not(grouped, plan, for_organiser=True)
    assert hidden.cost == shown.cost == 14 + 24
    assert Key.WOULD_HAVE_LONE_OF_GROUP in keys(shown.messages)
    assert Key.WOULD_HAVE_LONE_OF_GROUP not in keys(hidden.messages)
    assert Term.GROUPS not in of(explain(grouped, plan), FOREST).scores
    assert Term.GROUPS in of(explain(grouped, plan, for_organiser=True), FOREST).scores


# Wishes to avoid somebody.


def test_a_private_wish_a_lock_and_a_price_give_the_very_same_answer() -> None:
    """What leaves Ann without a swap cannot be told from her answer."""
    both_locked = (Lock("eve", "water"), Lock("dan", "water"))
    answers = [
        why_not(*four(locks=both_locked)),
        why_not(*four(weights=Weights(role_deficit={"design": MOST_COST + 1}))),
        why_not(*four(avoid=(AvoidPair("ann", "eve", confirmed=True),))),
        why_not(*four(avoid=(AvoidPair("eve", "ann"),))),
        why_not(*four(avoid=(AvoidPair("eve", "ann"),), rules=Rules(2, 2, 2, avoid=AvoidRule.NONE))),
        why_not(*four(avoid=(AvoidPair("bob", "dan", confirmed=True),))),
    ]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0].messages == (Message(Key.NO_CHANGE, {"challenge": "water", "rank": 1}),)


def test_the_next_best_swap_is_told_without_a_word_on_the_best() -> None:
    """Dan's place (14) is cheaper than Eve's (28), but there Ann would be with Eve, whom she wishes to avoid."""
    problem, plan = four(locks=())
    best = why_not(problem, plan, for_organiser=True)
    assert (best.cost, best.messages[-1].values["other"]) == (14, "dan")
    next_best = why_not(replace(problem, avoid=(AvoidPair("ann", "eve"),)), plan, for_organiser=True)
    assert (next_best.cost, next_best.messages[-1].values["other"]) == (28, "eve")
    assert keys(next_best.consequences) == [Key.WOULD_COST_A_WISH]


def facts(explanation: PersonExplanation) -> PersonExplanation:
    return replace(explanation, counterfactuals=())


@settings(max_examples=30, deadline=None)
@given(planted(most=10))
def test_nothing_but_counterfactuals_depends_on_private_wishes(case: tuple[Problem, Assignment]) -> None:
    """The same plan explained with and without the wishes reads the same, for organisers too."""
    problem, plan = case
    for for_organiser in (False, True):
        told = explain(problem, plan, for_organiser=for_organiser)
        without = explain(replace(problem, avoid=()), plan, for_organiser=for_organiser)
        assert told.whole() == without.whole()
        assert told.teams() == without.teams()
        assert list(map(facts, told.people())) == list(map(facts, without.people()))


@settings(max_examples=25, deadline=None)
@given(planted(most=10))
def test_counterfactuals_show_neither_the_price_nor_the_kind_of_a_wish(case: tuple[Problem, Assignment]) -> None:
    """Confirmed or not, priced at 0 or at 10 000: the answers are the same; and a wish never makes one cheaper."""
    problem, plan = case
    reference = [each.counterfactuals for each in explain(problem, plan).people()]
    for variant in (
        replace(problem, weights=replace(problem.weights, avoid=0)),
        replace(problem, weights=replace(problem.weights, avoid=10_000)),
        replace(problem, rules=replace(problem.rules, avoid=AvoidRule.NONE)),
        replace(problem, avoid=tuple(AvoidPair(pair.second, pair.first, True) for pair in problem.avoid)),
    ):
        assert [each.counterfactuals for each in explain(variant, plan).people()] == reference
    free = [each.counterfactuals for each in explain(replace(problem, avoid=()), plan).people()]
    for with_wishes, without in zip(reference, free, strict=True):
        for answer, other in zip(with_wishes, without, strict=True):
            assert answer.cost is None or (other.cost is not None and answer.cost >= other.cost)


@settings(max_examples=30, deadline=None)
@given(planted(most=10))
def test_no_message_can_hold_an_avoid_pair(case: tuple[Problem, Assignment]) -> None:
    """Participants' messages name friends whom they asked for and colleagues in the team, and nobody else at all."""
    problem, plan = case
    everybody = {each.id for each in problem.participants}
    explainer = explain(problem, plan)
    for message in (*explainer.whole().messages, *(each for team in explainer.teams() for each in team.messages)):
        assert not everybody & {value for value in message.values.values() if isinstance(value, str)}
    for each in explainer.people():
        may = {*each.friends_kept, *each.friends_apart, *each.mates}
        for message in each.messages:
            named = {value for value in message.values.values() if value in everybody}
            assert named <= may
            assert named == {value for name, value in message.values.items() if name in PEOPLE}
            assert "other" not in message.values


@settings(max_examples=30, deadline=None)
@given(planted(most=10))
def test_what_organisers_are_told_to_swap_keeps_all_rules(
    case: tuple[Problem, Assignment],
) -> None:
    """The named change, made, is valid to the checker, costs what was said, and joins no pair of a wish."""
    problem, plan = case
    before = check(problem, plan)
    for each in explain(problem, plan, for_organiser=True).people():
        for answer in each.counterfactuals:
            if answer.step is None:
                continue
            values = answer.step.values
            then = {**plan, each.participant: Slot(str(values["challenge"]), int(values["number"]))}
            if "other" in values:
                then[str(values["other"])] = each.slot
            after = check(problem, then)
            assert after.valid
            rise = {term: after.costs[term] - before.costs[term] for term in Term}
            assert answer.cost == sum(rise.values()) - rise[Term.AVOID]
            assert rise[Term.AVOID] <= 0


def test_neither_a_key_nor_a_log_line_is_about_avoiding() -> None:
    """There is no sentence that could tell of a wish, and who prints an explainer sees none."""
    assert not [key for key in Key if "avoid" in key.value]
    problem, plan = four(avoid=(AvoidPair("eve", "ann"),))
    assert repr(explain(problem, plan)) == repr(explain(replace(problem, avoid=()), plan))
