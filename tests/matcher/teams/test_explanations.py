"""Explanations say what is so, about the plan, teams and people."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings

from matcher.teams.checker import Checker, check
from matcher.teams.explanations import Explainer, TeamExplanation, explain
from matcher.teams.messages import Key, Verdict
from matcher.teams.problem import (
    Assignment,
    Challenge,
    FriendPair,
    Problem,
    ProblemError,
    Rules,
    Slot,
    Term,
    teams_of,
)
from matcher.teams.shortfalls import Yardstick
from tests.matcher.teams.four_people import FOREST, WATER, designer, event, four, keys, person
from tests.matcher.teams.problems import planted


def of(explainer: Explainer, slot: Slot) -> TeamExplanation:
    return next(each for each in explainer.teams() if each.slot == slot)


# The whole plan: what is short and whether it could be otherwise.


def twelve_teams(designers: int, in_first: int = 1) -> tuple[Problem, Assignment]:
    """36 people in 12 teams of three: so many designers in the first team, then one each."""
    rules = Rules(3, 3, 3)
    at = [0] * in_first + list(range(1, designers - in_first + 1))
    room = [3] * 12
    people, assignment = [], {}
    for index, team in enumerate(at):
        people.append(designer(f"d{index:02}"))
        assignment[f"d{index:02}"] = Slot("water", team + 1)
        room[team] -= 1
    for team, free in enumerate(room):
        for number in range(free):
            people.append(person(f"p{team:02}{number}"))
            assignment[f"p{team:02}{number}"] = Slot("water", team + 1)
    return Problem(tuple(people), (Challenge("water", roles={"design": 1}),), rules=rules), assignment


def test_nine_designers_for_twelve_teams_leave_three_without_and_nobody_is_to_blame() -> None:
    """Counting proves it: there are no more teams than 12 and no fewer, and 9 designers."""
    problem, assignment = twelve_teams(designers=9)
    assert check(problem, assignment).valid
    (short,) = [each for each in explain(problem, assignment).whole().shortages if each.term is Term.ROLES]
    assert short.verdict is Verdict.UNAVOIDABLE
    assert short.message.key is Key.SHORT_OF_ROLE
    assert short.message.values == {
        "role": "design", "teams": 3, "of_teams": 12, "missing": 3, "wanted": 12, "available": 9, "unavoidable": 3,
        "verdict": "unavoidable",
    }  # fmt: skip


def test_two_designers_in_one_team_leave_a_team_without_for_no_counted_reason() -> None:
    """Four teams lack one, three of them for good: that the fourth had to be is not said."""
    problem, assignment = twelve_teams(designers=9, in_first=2)
    (short,) = [each for each in explain(problem, assignment).whole().shortages if each.term is Term.ROLES]
    assert (short.teams, short.unavoidable, short.verdict) == (4, 3, Verdict.OPEN)


def test_what_fewer_teams_would_avoid_is_unavoidable_with_these_teams_only() -> None:
    """Two teams of two need two designers; one team of four would need but one."""
    people = (designer("ann"), person("bob"), person("dan"), person("eve"))
    problem = Problem(people, (Challenge("water", roles={"design": 1}),), rules=Rules(2, 2, 4))
    assignment = {who.id: Slot("water", 1 + (index > 1)) for index, who in enumerate(people)}
    explainer = explain(problem, assignment)
    (short,) = [each for each in explainer.whole().shortages if each.term is Term.ROLES]
    assert (short.missing, short.unavoidable, short.verdict) == (1, 0, Verdict.WITH_THESE_TEAMS)
    (lacks,) = [each for each in of(explainer, Slot("water", 2)).messages if each.key is Key.LACKS_ROLE]
    assert lacks.values["verdict"] == "with_these_teams"


def test_a_skill_is_counted_at_the_level_that_is_scarcest() -> None:
    """Both teams want maps, one at level 3, and the two who know maps know it at level 1."""
    people = (person("ann", skills={"maps": 1}), person("bob"), person("dan", skills={"maps": 1}), person("eve"))
    challenges = (Challenge("water", skills={"maps": 3}), Challenge("forest", skills={"maps": 1}))
    problem = Problem(people, challenges, rules=Rules(2, 2, 2))
    assignment = {"ann": FOREST, "bob": FOREST, "dan": WATER, "eve": WATER}
    (short,) = [each for each in explain(problem, assignment).whole().shortages if each.term is Term.SKILLS]
    assert (short.level, short.teams, short.of_teams, short.wanted, short.available) == (3, 1, 2, 1, 0)


def test_seniors_and_owners_are_counted_like_roles() -> None:
    """One senior for two teams, nobody of the owner: one team each goes without, and no plan does better."""
    people = (person("ann", experience=3), person("bob"), person("dan"), person("eve"))
    challenges = (Challenge("water", owner="town", wants_owner=True, min_teams=1, max_teams=1), Challenge("forest"))
    problem = Problem(people, challenges, rules=Rules(2, 2, 2))
    found = explain(problem, {"ann": FOREST, "bob": FOREST, "dan": WATER, "eve": WATER}).whole().shortages
    assert [(each.term, each.teams, each.of_teams, each.available, each.verdict) for each in found] == [
        (Term.SENIORS, 1, 2, 1, Verdict.UNAVOIDABLE),
        (Term.OWNER, 1, 1, 0, Verdict.UNAVOIDABLE),
    ]


# Teams.


def test_a_team_is_scored_from_what_it_costs_and_what_it_could_cost_at_worst() -> None:
    """Ranks 2 + 0 of at worst 30 + 30: 96; the only wanted role is missing: 0; nothing is said of skills."""
    people = (person("ann", "forest", "water"), person("bob", "water"), person("dan"), person("eve"))
    problem = event(*people)
    team = of(explain(problem, {"ann": WATER, "bob": WATER, "dan": FOREST, "eve": FOREST}), WATER)
    assert {term: score.value for term, score in team.scores.items() if term in {Term.PREFERENCE, Term.ROLES}} == {
        Term.PREFERENCE: 96,
        Term.ROLES: 0,
    }
    assert Term.SKILLS not in team.scores
    cost, worst = sum(each.cost for each in team.scores.values()), sum(each.worst for each in team.scores.values())
    assert team.score == 100 * (worst - cost) // worst


def test_a_team_says_what_it_has_and_what_it_lacks_dearest_first() -> None:
    """One of two wanted designers is there; without a senior (15) weighs more than a designer (14)."""
    problem = event(designer("ann", "water"), person("bob"), person("dan"), person("eve"), wanted=2)
    messages = of(explain(problem, {"ann": WATER, "bob": WATER, "dan": FOREST, "eve": FOREST}), WATER).messages
    assert keys(messages) == [Key.HAS_ROLE, Key.LACKS_SENIOR, Key.LACKS_ROLE]
    assert messages[2].values == {
        "challenge": "water", "number": 1, "role": "design", "missing": 1, "members": 1,
        "verdict": "with_these_teams",
    }  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(planted())
def test_scores_terms_and_shortfalls_add_up_to_the_checker(case: tuple[Problem, Assignment]) -> None:
    """What is explained is what is paid: by team, by term, and in all; no score leaves 0 to 100."""
    problem, assignment = case
    explainer, found = explain(problem, assignment, for_organiser=True), check(problem, assignment)
    whole = explainer.whole()
    assert {term: line.cost for term, line in whole.terms.items()} == {
        term: cost for term, cost in found.costs.items() if term is not Term.AVOID
    }
    assert all(line.unavoidable <= line.cost for line in whole.terms.values())
    totals: Counter[Term] = Counter()
    for team in explainer.teams():
        totals.update({term: score.cost for term, score in team.scores.items()})
        for term, score in team.scores.items():
            assert 0 <= score.cost <= score.worst
            assert (score.value == 100) == (score.cost == 0) or score.value == 0
            assert term is not Term.AVOID
    for term in Term:
        if term not in {Term.AVOID, Term.CHALLENGES}:
            assert totals[term] == found.costs[term] * (2 if term is Term.FRIENDS else 1)


@settings(max_examples=30, deadline=None)
@given(planted())
def test_named_shortfalls_are_the_whole_cost_of_a_team(case: tuple[Problem, Assignment]) -> None:
    """Every cost of a team but ranks and private wishes is told apart into named things."""
    problem, assignment = case
    checker, yardstick = Checker(problem), Yardstick.of(problem)
    for team in teams_of(assignment):
        members = [yardstick.people[who] for who in team.members]
        challenge = yardstick.challenges[team.slot.challenge]
        named: Counter[Term] = Counter()
        for each in yardstick.shortfalls(challenge, members):
            named[each.term] += each.cost
        for term, cost in checker.team_costs(challenge, members).items():
            if term not in {Term.PREFERENCE, Term.AVOID}:
                assert named[term] == cost, term


# People.


def test_a_person_reads_rank_friends_role_and_mates() -> None:
    """Second of two ranks, one friend kept and one apart, the only designer, one colleague in the team."""
    people = (
        designer("ann", "forest", "water", organisation="lab", skills={"maps": 2}),
        person("bob", organisation="lab"),
        person("dan"),
        person("eve"),
    )
    challenges = (Challenge("water", roles={"design": 1}, skills={"maps": 2}), Challenge("forest"))
    friends = (FriendPair("ann", "bob"), FriendPair("ann", "dan", mutual=False), FriendPair("eve", "ann", mutual=False))
    problem = Problem(people, challenges, friends=friends, rules=Rules(2, 2, 2))
    plan = {"ann": WATER, "bob": WATER, "dan": FOREST, "eve": FOREST}
    ann = explain(problem, plan).person("ann")
    assert (ann.rank, ann.of, ann.friends_kept, ann.friends_apart, ann.mates) == (2, 2, ("bob",), ("dan",), ("bob",))
    assert (ann.roles, ann.needed_roles, ann.needed_skills) == (("design",), ("design",), ("maps",))
    assert keys(ann.messages)[:6] == [
        Key.GOT_RANK,
        Key.WITH_FRIEND,
        Key.WITHOUT_FRIEND,
        Key.FILLS_ROLE_ALONE,
        Key.FILLS_SKILL_ALONE,
        Key.WITH_MATE,
    ]


def test_who_asked_for_somebody_alone_is_not_told_to_them() -> None:
    """Eve asked for Ann, who did not ask for Eve: Ann's page has nothing about it, Eve's has."""
    problem, plan = four(friends=(FriendPair("eve", "ann", mutual=False),))
    explainer = explain(problem, plan)
    assert explainer.person("ann").friends_apart == ()
    assert explainer.person("eve").friends_apart == ("ann",)


def test_ranks_that_were_not_given_are_not_made_up() -> None:
    """Bob ranked something else, Dan nothing."""
    problem = event(person("bob", "forest"), person("dan"))
    plan = {"bob": WATER, "dan": WATER}
    assert keys(explain(problem, plan).person("bob").messages)[0] is Key.GOT_UNRANKED
    assert keys(explain(problem, plan).person("dan").messages)[0] is Key.RANKED_NOTHING


def test_an_unknown_person_is_an_error() -> None:
    """One sentence says who."""
    problem, plan = four()
    with pytest.raises(ProblemError, match="zoe is unknown"):
        explain(problem, plan).person("zoe")
