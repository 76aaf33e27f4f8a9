"""A problem and a plan as JSON, for the command line, exports and the benchmark. Texts in and out, no file is opened.

Problem, ``"format": "passerelle-teams-problem", "version": 1``, and then the fields of
:class:`~matcher.teams.problem.Problem` by their names, those of the parts by theirs. A field may be left out when it
has its default, and is left out when written. Sets are lists in rising order, pairs are lists of two, enums their
values::

    {"format": "passerelle-teams-problem", "version": 1,
     "participants": [{"id": "ada", "roles": ["tech"], "skills": {"python": 2}, "experience": 2,
                       "languages": ["fr"], "availability": [0, 1, 2], "ranked": ["water"]}],
     "challenges": [{"id": "water", "roles": {"tech": 1}, "max_teams": 2}],
     "friends": [{"first": "ada", "second": "bea", "mutual": false}],
     "rules": {"size_min": 2}}

Plan, ``"format": "passerelle-teams-plan", "version": 1``, and then the fields of
:class:`~matcher.teams.plan.TeamPlan`, with ``teams`` as the only place where people are. Wishes to avoid somebody are
in problem files only, and no sentence of an error names one.

Every error is a :class:`~matcher.teams.entities.ProblemError` with one sentence, and no field is overlooked: what is
not known is an error too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import StrEnum
from types import UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from matcher.teams.entities import ProblemError, Slot, require
from matcher.teams.plan import Status, Team, TeamPlan
from matcher.teams.problem import Problem
from matcher.teams.weights import Term

PROBLEM_FORMAT: Final = "passerelle-teams-problem"
PLAN_FORMAT: Final = "passerelle-teams-plan"
#: The only version so far. A file of another version is refused.
VERSION: Final = 1


def problem_text(problem: Problem) -> str:
    """The problem as one line of JSON; the same problem gives the same text."""
    return _text(problem_data(problem))


def problem_from_text(text: str) -> Problem:
    """The problem that :func:`problem_text` or somebody else wrote."""
    return problem_from_data(_parsed(text))


def plan_text(plan: TeamPlan) -> str:
    """The plan as one line of JSON."""
    return _text(plan_data(plan))


def plan_from_text(text: str) -> TeamPlan:
    """The plan that :func:`plan_text` wrote. Whether it fits a problem is for the checker to say."""
    return plan_from_data(_parsed(text))


def problem_data(problem: Problem) -> dict[str, Any]:
    """What JSON can hold of the problem: all of it."""
    return {"format": PROBLEM_FORMAT, "version": VERSION, **_written(problem)}


def problem_from_data(data: object) -> Problem:
    """The problem of a parsed file."""
    found: Problem = _read(Problem, _inside(data, PROBLEM_FORMAT), "")
    return found


@dataclass(frozen=True, slots=True)
class _TeamEntry:
    challenge: str
    number: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _PlanEntry:
    status: Status
    teams: tuple[_TeamEntry, ...]
    cost: int | None
    costs: Mapping[str, int]
    bound: int
    bounds: Mapping[str, int]
    elapsed_s: float
    seed: int
    solver: str


def plan_data(plan: TeamPlan) -> dict[str, Any]:
    """What JSON can hold of the plan: all of it."""
    entry = _PlanEntry(
        status=plan.status,
        teams=tuple(_TeamEntry(team.slot.challenge, team.slot.number, team.members) for team in plan.teams),
        cost=plan.cost,
        costs={term.value: cost for term, cost in plan.costs.items()},
        bound=plan.bound,
        bounds={term.value: bound for term, bound in plan.bounds.items()},
        elapsed_s=plan.elapsed_s,
        seed=plan.seed,
        solver=plan.solver,
    )
    return {"format": PLAN_FORMAT, "version": VERSION, **_written(entry)}


def plan_from_data(data: object) -> TeamPlan:
    """The plan of a parsed file."""
    entry: _PlanEntry = _read(_PlanEntry, _inside(data, PLAN_FORMAT), "")
    teams = tuple(sorted((_team(each) for each in entry.teams), key=lambda team: team.slot))
    assignment = {who: team.slot for team in teams for who in team.members}
    require(
        len({team.slot for team in teams}) == len(teams), "Two teams of the plan have the same challenge and number."
    )
    require(len(assignment) == sum(len(team.members) for team in teams), "The plan puts somebody into two teams.")
    require((entry.cost is None) is (not teams), "A plan has a cost when it has teams, and only then.")
    return TeamPlan(
        status=entry.status,
        assignment=assignment,
        teams=teams,
        cost=entry.cost,
        costs=_by_term(entry.costs, "costs"),
        bound=entry.bound,
        bounds=_by_term(entry.bounds, "bounds"),
        elapsed_s=entry.elapsed_s,
        seed=entry.seed,
        solver=entry.solver,
    )


def _team(entry: _TeamEntry) -> Team:
    require(bool(entry.members), f"Team {entry.number} of challenge {entry.challenge} has no member.")
    return Team(Slot(entry.challenge, entry.number), tuple(sorted(entry.members)))


def _by_term(values: Mapping[str, int], where: str) -> dict[Term, int]:
    return {_read(Term, name, f"Each name in {where}"): value for name, value in values.items()}


def _text(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def _parsed(text: str) -> object:
    try:
        return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_once, parse_constant=_no_constant)
    except ProblemError:
        raise
    except RecursionError:
        raise ProblemError("The file is nested too deeply.") from None
    except json.JSONDecodeError as wrong:
        raise ProblemError(f"The file is not JSON: see line {wrong.lineno}, column {wrong.colno}.") from None
    except ValueError:  # a number of thousands of digits
        raise ProblemError("The file holds a number that is too long.") from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    require(len(found) == len(pairs), "The file gives one field of an object twice.")
    return found


def _no_constant(_: str) -> None:
    raise ProblemError("The file holds a number that is not finite.")


def _inside(data: object, form: str) -> dict[str, object]:
    """The fields of a file of that form, without format and version."""
    require(isinstance(data, dict), "The file must hold one JSON object.")
    assert isinstance(data, dict)  # noqa: S101 - said for mypy
    require(data.get("format") == form, f'The file must say "format": "{form}".')
    version = data.get("version")
    require(
        version == VERSION and not isinstance(version, bool),
        f"The file must be of version {VERSION} of its format: no other can be read.",
    )
    return {name: value for name, value in data.items() if name not in {"format", "version"}}


def _written(value: Any) -> Any:
    """The value as JSON holds it; defaults are left out."""
    if is_dataclass(value):
        held = ((each.name, getattr(value, each.name), each) for each in fields(value))
        return {name: _written(inner) for name, inner, each in held if inner != _default(each)}
    if isinstance(value, Mapping):
        return {key: _written(value[key]) for key in sorted(value)}
    if isinstance(value, frozenset):
        return sorted(_written(inner) for inner in value)
    if isinstance(value, tuple):
        return [_written(inner) for inner in value]
    return value.value if isinstance(value, StrEnum) else value


def _default(each: Any) -> Any:
    return each.default_factory() if each.default_factory is not MISSING else each.default


def _read(kind: Any, value: object, where: str) -> Any:
    """The value of a field of that type; `where` says which in a sentence."""
    if get_origin(kind) is UnionType:  # always "... | None" here
        return None if value is None else _read(get_args(kind)[0], value, where)
    if is_dataclass(kind):
        return _read_object(kind, value, where)
    if get_origin(kind) is not None:
        return _read_many(kind, value, where)
    if issubclass(kind, StrEnum):
        allowed = ", ".join(each.value for each in kind)
        require(value in [each.value for each in kind], f"{where} must be one of {allowed}.")
        return kind(value)
    return _read_single(kind, value, where)


def _read_single(kind: type, value: object, where: str) -> Any:
    said = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}[kind]
    accepted = (int, float) if kind is float else kind
    fits = isinstance(value, accepted) and isinstance(value, bool) is (kind is bool)
    require(fits, f"{where} must be {said}.")
    return value


def _read_object(kind: Any, value: object, where: str) -> Any:
    require(isinstance(value, dict), f"{where} must be an object.")
    assert isinstance(value, dict)  # noqa: S101 - said for mypy
    types = get_type_hints(kind)
    subject = where or "The file"
    # The wrong name is not repeated: in a wish to avoid somebody it could be a person's.
    require(value.keys() <= types.keys(), f"{subject} has an unknown field; those known are {', '.join(types)}.")
    for each in fields(kind):
        needed = each.default is MISSING and each.default_factory is MISSING
        require(not needed or each.name in value, f"{subject} needs the field {each.name}.")
    inner = f"{where}." if where else ""
    return kind(**{name: _read(types[name], part, f"{inner}{name}") for name, part in value.items()})


def _read_many(kind: Any, value: object, where: str) -> Any:
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Mapping:
        require(isinstance(value, dict), f"{where} must be an object.")
        assert isinstance(value, dict)  # noqa: S101 - said for mypy
        return {key: _read(inside[1], part, f"{where}.{key}") for key, part in value.items()}
    require(isinstance(value, list), f"{where} must be a list.")
    assert isinstance(value, list)  # noqa: S101 - said for mypy
    if origin is tuple and inside[-1] is not Ellipsis:
        require(len(value) == len(inside), f"{where} must be a list of {len(inside)}.")
        return tuple(
            _read(inner, part, f"{where}[{at}]") for at, (inner, part) in enumerate(zip(inside, value, strict=True))
        )
    found = tuple(_read(inside[0], part, f"{where}[{at}]") for at, part in enumerate(value))
    if origin is tuple:
        return found
    require(len(set(found)) == len(found), f"{where} lists something twice.")
    return frozenset(found)
