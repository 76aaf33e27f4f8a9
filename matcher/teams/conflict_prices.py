"""What giving up a rule costs: for each rule of a contradiction, the least change that helps, and its plan."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from matcher.teams.checker import Rule
from matcher.teams.conflicts import EACH, Contradiction, can_hold
from matcher.teams.cpsat import solve_cpsat
from matcher.teams.hard_rules import NamedRule
from matcher.teams.problem import Challenge, Lock, Problem, Rules, Solver, TeamPlan
from matcher.teams.ways_out import relaxed, soft_avoid

#: How much a number is raised, one try after the other, before the rule is given up. Chosen.
STEPS: Final = (1, 2, 3, 5, 8)


@dataclass(frozen=True, slots=True)
class PricedChange:
    """One rule changed or given up.

    Attributes
    ----------
    change
        Its new parameters; empty: it holds no more, or only as a wish that has a price.
    problem
        The problem with this change. Private: it holds all wishes.
    plan
        The best plan found for it; None: the other rules still contradict each other, or no plan was found in time.
    """

    rule: NamedRule
    change: Mapping[str, Any]
    problem: Problem = field(repr=False)
    plan: TeamPlan | None = field(repr=False)

    @property
    def cost(self) -> int | None:
        """Cost of the best plan found, which includes what the rule costs as a wish; None without a plan."""
        return None if self.plan is None else self.plan.cost


def priced_changes(
    problem: Problem,
    contradiction: Contradiction,
    *,
    time_limit_s: float,
    iterations: int | None = EACH,
    seed: int = 0,
    solve: Solver = solve_cpsat,
) -> tuple[PricedChange, ...]:
    """For each rule of the contradiction what helps, cheapest first, those that do not help alone last.

    The time is shared evenly. `iterations` is for each plan, in the solver's own units; None: only the time counts.
    """
    share = time_limit_s / max(1, len(contradiction.rules))
    priced = [_priced(problem, rule, share, iterations, seed, solve) for rule in contradiction.rules]
    return tuple(sorted(priced, key=lambda each: (each.cost is None, each.cost or 0)))


def _priced(
    problem: Problem, rule: NamedRule, time_limit_s: float, iterations: int | None, seed: int, solve: Solver
) -> PricedChange:
    """The first change after which the rules can hold together, with a plan; otherwise the last one without."""
    end = time.monotonic() + time_limit_s
    change: Mapping[str, Any] = {}
    changed = problem
    for change, changed in changes(problem, rule):
        left = end - time.monotonic()
        if can_hold(changed, time_limit_s=left / 2, seed=seed) is not False:
            plan = solve(changed, time_limit_s=end - time.monotonic(), iterations=iterations, seed=seed)
            if plan.cost is not None:
                return PricedChange(rule, change, changed, plan)
    return PricedChange(rule, change, changed, None)


def changes(problem: Problem, rule: NamedRule) -> Iterator[tuple[Mapping[str, Any], Problem]]:
    """Ways to soften a rule of this problem, least first: the new parameters, and the problem with them."""
    yield from _CHANGES[rule.rule](problem, rule)


_Changes = Iterator[tuple[Mapping[str, Any], Problem]]


def _with_challenge(problem: Problem, name: str, **new: Any) -> Problem:
    def changed(each: Challenge) -> Challenge:
        return replace(each, **new) if each.id == name else each

    return replace(problem, challenges=tuple(map(changed, problem.challenges)))


def _with_rules(problem: Problem, **new: Any) -> Problem:
    rules: Rules = replace(problem.rules, **new)
    return replace(problem, rules=rules)


def _smaller_teams(problem: Problem, rule: NamedRule) -> _Changes:
    for least in range(rule.params["least"] - 1, 0, -1):
        yield {"least": least}, _with_rules(problem, size_min=least)


def _larger_teams(problem: Problem, rule: NamedRule) -> _Changes:
    for step in STEPS:
        most = rule.params["most"] + step
        yield {"most": most}, _with_rules(problem, size_max=most)


def _as_wish(problem: Problem, rule: NamedRule) -> _Changes:
    """One private wish has a price, all others stay as hard as they are."""
    yield {}, relaxed(problem, soft_avoid(problem, rule.private["first"], rule.private["second"]))


def _without_lock(problem: Problem, rule: NamedRule) -> _Changes:
    who, challenge = rule.params["participant"], rule.params["challenge"]
    others = tuple(lock for lock in problem.locks if lock.participant != who)
    if rule.params["number"] is not None:
        yield {**rule.params, "number": None}, replace(problem, locks=(*others, Lock(who, challenge)))
    yield {}, replace(problem, locks=others)


def _without_never(problem: Problem, rule: NamedRule) -> _Changes:
    yield {}, replace(problem, never=problem.never - {(rule.params["participant"], rule.params["challenge"])})


def _open_to_all(problem: Problem, rule: NamedRule) -> _Changes:
    yield {}, _with_challenge(problem, rule.params["challenge"], eligible=None)


def _no_required_language(problem: Problem, rule: NamedRule) -> _Changes:
    yield {}, _with_challenge(problem, rule.params["challenge"], languages=frozenset())


def _no_common_language(problem: Problem, _: NamedRule) -> _Changes:
    yield {}, _with_rules(problem, common_language=False)


def _fewer_teams(problem: Problem, rule: NamedRule) -> _Changes:
    for least in range(rule.params["least"] - 1, -1, -1):
        yield {**rule.params, "least": least}, _with_challenge(problem, rule.params["challenge"], min_teams=least)


def _more_teams(problem: Problem, rule: NamedRule) -> _Changes:
    for step in STEPS:
        most = rule.params["most"] + step
        yield {**rule.params, "most": most}, _with_challenge(problem, rule.params["challenge"], max_teams=most)
    yield {}, _with_challenge(problem, rule.params["challenge"], max_teams=None)


def _without_block(problem: Problem, rule: NamedRule) -> _Changes:
    block = frozenset(rule.params["participants"])
    yield {}, replace(problem, blocks=tuple(each for each in problem.blocks if each != block))


def _more_moves(problem: Problem, rule: NamedRule) -> _Changes:
    if problem.published is None:
        return
    for step in STEPS:
        most = rule.params["most"] + step
        yield {"most": most}, replace(problem, published=replace(problem.published, max_moves=most))
    yield {}, replace(problem, published=replace(problem.published, max_moves=None))


_CHANGES: Final[Mapping[Rule, Callable[[Problem, NamedRule], _Changes]]] = {
    Rule.TOO_SMALL: _smaller_teams,
    Rule.TOO_LARGE: _larger_teams,
    Rule.AVOID: _as_wish,
    Rule.LOCK: _without_lock,
    Rule.NEVER: _without_never,
    Rule.ELIGIBLE: _open_to_all,
    Rule.REQUIRED_LANGUAGE: _no_required_language,
    Rule.COMMON_LANGUAGE: _no_common_language,
    Rule.FEWER_TEAMS: _fewer_teams,
    Rule.MORE_TEAMS: _more_teams,
    Rule.BLOCK: _without_block,
    Rule.MOVES: _more_moves,
}
