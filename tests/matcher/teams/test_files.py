"""Problems and plans as JSON: nothing is lost, nothing is overlooked, and nobody's wish to avoid somebody gets out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from matcher.teams import files
from matcher.teams.baselines import greedy_teams
from matcher.teams.problem import (
    AvoidPair,
    AvoidRule,
    Challenge,
    FriendPair,
    Lock,
    Participant,
    Problem,
    ProblemError,
    Published,
    Rules,
    Slot,
    Status,
    Weights,
)
from tests.matcher.teams.problems import problems

EVERYTHING = Problem(
    participants=(
        Participant(
            id="ada",
            organisation="lab",
            roles=frozenset({"tech", "design"}),
            skills={"python": 2},
            experience=3,
            languages=frozenset({"fr", "en"}),
            availability=frozenset({2, 0}),
            ranked=("water", "forêt"),
            similarity={"air": 0.5},
            newcomer=True,
            groups=frozenset({"g"}),
        ),
        Participant("bea", availability=frozenset()),
        Participant("cem"),
    ),
    challenges=(
        Challenge(
            id="water",
            roles={"tech": 2},
            skills={"python": 3},
            min_teams=1,
            max_teams=2,
            owner="lab",
            wants_owner=True,
            languages=frozenset({"fr"}),
            eligible=frozenset({"ada", "bea"}),
            half_days=frozenset({0, 1}),
        ),
        Challenge("forêt"),
        Challenge("air", max_teams=0),
    ),
    friends=(FriendPair("ada", "bea"), FriendPair("bea", "cem", mutual=False)),
    avoid=(AvoidPair("ada", "cem", confirmed=True),),
    history=(("ada", "bea"),),
    locks=(Lock("ada", "water", 1), Lock("bea", "forêt")),
    never=frozenset({("cem", "water"), ("bea", "air")}),
    blocks=(frozenset({"ada", "bea"}),),
    published=Published({"ada": Slot("water", 1)}, max_moves=1),
    rules=Rules(size_min=1, avoid=AvoidRule.ALL, common_language=False),
    weights=Weights(preference=2, rank_costs=(0, 1, 2, 3, 4), role_deficit={"cook": 1}),
)

#: Version 1 as it was published: a change of a name here needs a new version.
WRITTEN = (
    '{"format":"passerelle-teams-problem","version":1,"participants":[{"id":"ada","organisation":"lab",'
    '"roles":["design","tech"],"skills":{"python":2},"experience":3,"languages":["en","fr"],"availability":[0,2],'
    '"ranked":["water","forêt"],"similarity":{"air":0.5},"newcomer":true,"groups":["g"]},'
    '{"id":"bea","availability":[]},{"id":"cem"}],"challenges":[{"id":"water","roles":{"tech":2},'
    '"skills":{"python":3},"min_teams":1,"max_teams":2,"owner":"lab","wants_owner":true,"languages":["fr"],'
    '"eligible":["ada","bea"],"half_days":[0,1]},{"id":"forêt"},{"id":"air","max_teams":0}],'
    '"friends":[{"first":"ada","second":"bea"},{"first":"bea","second":"cem","mutual":false}],'
    '"avoid":[{"first":"ada","second":"cem","confirmed":true}],"history":[["ada","bea"]],'
    '"locks":[{"participant":"ada","challenge":"water","number":1},{"participant":"bea","challenge":"forêt"}],'
    '"never":[["bea","air"],["cem","water"]],"blocks":[["ada","bea"]],'
    '"published":{"assignment":{"ada":{"challenge":"water","number":1}},"max_moves":1},'
    '"rules":{"size_min":1,"avoid":"all","common_language":false},'
    '"weights":{"preference":2,"rank_costs":[0,1,2,3,4],"role_deficit":{"cook":1}}}\n'
)

SMALL: dict[str, Any] = {
    "format": "passerelle-teams-problem",
    "version": 1,
    "participants": [{"id": "ada"}, {"id": "bea"}],
    "challenges": [{"id": "water"}],
}

PLAN: dict[str, Any] = {
    "format": "passerelle-teams-plan",
    "version": 1,
    "status": "feasible",
    "teams": [{"challenge": "water", "number": 2, "members": ["bea", "ada"]}],
    "cost": 7,
    "costs": {"preference": 7},
    "bound": 3,
    "bounds": {"preference": 3},
    "elapsed_s": 0.5,
    "seed": 1,
    "solver": "greedy_teams",
}


def test_a_problem_with_every_field_is_written_as_documented() -> None:
    """Field by field in the order of the classes, defaults left out, sets sorted."""
    assert files.problem_text(EVERYTHING) == WRITTEN


def test_a_problem_with_every_field_is_read_as_it_was() -> None:
    """Nothing is lost, not even the difference between no half-day and all of them."""
    assert files.problem_from_text(WRITTEN) == EVERYTHING


@settings(max_examples=100, deadline=None)
@given(problems())
def test_every_problem_survives_a_file(problem: Problem) -> None:
    """Whatever a problem holds: the same problem, and the same text again."""
    text = files.problem_text(problem)
    assert files.problem_from_text(text) == problem
    assert files.problem_text(files.problem_from_text(text)) == text


def test_a_file_by_hand_needs_little() -> None:
    """People and challenges by their ids are enough, and a byte order mark does no harm."""
    problem = files.problem_from_text("\ufeff" + json.dumps(SMALL))
    assert problem == Problem((Participant("ada"), Participant("bea")), (Challenge("water"),))


def test_a_number_without_a_point_is_a_similarity() -> None:
    """JSON makes no difference between 1 and 1.0."""
    person = {"id": "ada", "similarity": {"water": 1}}
    assert files.problem_from_data(SMALL | {"participants": [person]}).participants[0].similarity == {"water": 1.0}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The file is not JSON: see line 1, column 1."),
        ('{"format":\n"x"', "The file is not JSON: see line 2, column 4."),
        ("[]", "The file must hold one JSON object."),
        ('{"version": 1}', 'The file must say "format": "passerelle-teams-problem".'),
        ('{"a": 1, "a": 2}', "The file gives one field of an object twice."),
        ('{"a": NaN}', "The file holds a number that is not finite."),
        ('{"a": ' + 5000 * "1" + "}", "The file holds a number that is too long."),
        (200_000 * "[", "The file is nested too deeply."),
    ],
)
def test_what_is_no_problem_file_is_refused(text: str, sentence: str) -> None:
    """One sentence says what is wrong with the file, and where."""
    with pytest.raises(ProblemError) as refused:
        files.problem_from_text(text)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"version": 2}, "The file must be of version 1 of its format: no other can be read."),
        ({"version": True}, "The file must be of version 1 of its format: no other can be read."),
        ({"participants": {}}, "participants must be a list."),
        ({"participants": []}, "There is no participant yet."),
        ({"participants": ["ada"]}, "participants[0] must be an object."),
        ({"participants": [{}]}, "participants[0] needs the field id."),
        ({"participants": [{"id": 7}]}, "participants[0].id must be a text."),
        ({"participants": [{"id": "ada", "experience": "2"}]}, "participants[0].experience must be a whole number."),
        ({"participants": [{"id": "ada", "experience": True}]}, "participants[0].experience must be a whole number."),
        ({"participants": [{"id": "ada", "experience": 9}]}, "The experience of participant ada must be 0 to 3."),
        ({"participants": [{"id": "ada", "newcomer": 1}]}, "participants[0].newcomer must be true or false."),
        ({"participants": [{"id": "ada", "roles": ["a", "a"]}]}, "participants[0].roles lists something twice."),
        ({"participants": [{"id": "ada", "skills": {"x": 0.5}}]}, "participants[0].skills.x must be a whole number."),
        ({"participants": [{"id": "ada", "similarity": {"water": "1"}}]}, "similarity.water must be a number."),
        (
            {"participants": [{"id": "ada", "ranked": ["air"]}]},
            "Participant ada names challenge air, which is unknown.",
        ),
        ({"history": [["ada"]]}, "history[0] must be a list of 2."),
        ({"rules": {"avoid": "some"}}, "rules.avoid must be one of confirmed, all, none."),
        ({"rules": {"size": 4}}, "rules has an unknown field; those known are size_min, size_target, size_max"),
        ({"colour": "red"}, "The file has an unknown field; those known are participants, challenges, friends"),
        ({"published": {"assignment": {"ada": "water"}}}, "published.assignment.ada must be an object."),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], sentence: str) -> None:
    """The sentence says where it is and what belongs there; nothing is overlooked."""
    with pytest.raises(ProblemError) as refused:
        files.problem_from_data(SMALL | change)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "avoid",
    [
        [{"first": "ada", "second": "nobody"}],
        [{"first": "ada", "ada": "bea", "second": "bea"}],
        [{"first": "ada", "second": ["bea"]}],
        [{"first": "ada"}],
        [["ada", "bea"]],
        [{"first": "ada", "second": "bea"}, {"first": "bea", "second": "ada"}],
    ],
)
def test_no_error_says_who_avoids_whom(avoid: list[Any]) -> None:
    """What is wrong with such a wish is said without a name: errors end up in logs."""
    with pytest.raises(ProblemError) as refused:
        files.problem_from_data(SMALL | {"avoid": avoid})
    assert not {"ada", "bea", "nobody"} & set(str(refused.value).replace(".", " ").split())


def test_a_plan_is_read_with_its_assignment() -> None:
    """Teams are the only place where people are; the assignment follows from them."""
    plan = files.plan_from_data(PLAN)
    assert plan.assignment == {"ada": Slot("water", 2), "bea": Slot("water", 2)}
    assert plan.teams[0].members == ("ada", "bea")
    assert (plan.status, plan.cost, plan.bound) == (Status.FEASIBLE, 7, 3)


def test_a_real_plan_survives_a_file() -> None:
    """What a solver gave back is the same afterwards, each cost and bound by its term."""
    plan = greedy_teams(
        files.problem_from_data(SMALL | {"rules": {"size_min": 1, "common_language": False}}),
        time_limit_s=60,
        iterations=1,
    )
    assert plan.assignment
    assert files.plan_from_text(files.plan_text(plan)) == plan


def test_an_empty_plan_survives_a_file() -> None:
    """No plan was found: no teams, no cost, and still a bound."""
    plan = greedy_teams(files.problem_from_data(SMALL), time_limit_s=60, iterations=1)
    assert plan.cost is None
    assert files.plan_from_text(files.plan_text(plan)) == plan


def test_a_plan_holds_no_wish_to_avoid_somebody() -> None:
    """The pair is in the problem file, and the plan file has no field for it."""
    problem = Problem(
        tuple(map(Participant, "abcdef")),
        (Challenge("water"),),
        avoid=(AvoidPair("a", "b"),),
        rules=Rules(common_language=False),
    )
    data = files.plan_data(greedy_teams(problem, time_limit_s=60, iterations=1))
    assert "avoid" in files.problem_data(problem)
    assert data.keys() == PLAN.keys()
    assert [team.keys() for team in data["teams"]] == [PLAN["teams"][0].keys()]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": "passerelle-teams-problem"}, 'The file must say "format": "passerelle-teams-plan".'),
        ({"status": "fine"}, "status must be one of optimal, feasible, infeasible, stopped."),
        ({"teams": PLAN["teams"] * 2}, "Two teams of the plan have the same challenge and number."),
        (
            {"teams": [*PLAN["teams"], {"challenge": "air", "number": 1, "members": ["ada"]}]},
            "The plan puts somebody into two teams.",
        ),
        ({"teams": [{"challenge": "air", "number": 1, "members": []}]}, "Team 1 of challenge air has no member."),
        ({"teams": [{"challenge": "air", "number": 0, "members": ["ada"]}]}, "Teams of challenge air are numbered"),
        ({"teams": []}, "A plan has a cost when it has teams, and only then."),
        ({"cost": None}, "A plan has a cost when it has teams, and only then."),
        ({"costs": {"price": 1}}, "Each name in costs must be one of preference, roles"),
        ({"elapsed_s": "1"}, "elapsed_s must be a number."),
    ],
)
def test_a_wrong_plan_is_refused(change: dict[str, Any], sentence: str) -> None:
    """A plan that contradicts itself is not guessed at."""
    with pytest.raises(ProblemError) as refused:
        files.plan_from_data(PLAN | change)
    assert sentence in str(refused.value)
