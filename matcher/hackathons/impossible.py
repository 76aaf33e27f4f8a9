"""Why no teams keep all the rules of a run, and the ways out, each with its price: as data that can be stored.

What is seen without a solver comes first (:mod:`matcher.teams.feasibility`); where that finds nothing, the fewest
rules that cannot hold together, and what each change of one of them leads to. Private: it may say who is to be kept
apart from whom.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matcher.teams.checker import Rule
from matcher.teams.conflict_prices import PricedChange, changes, priced_changes
from matcher.teams.conflicts import find_contradiction
from matcher.teams.contradictions import Conflict, Finding
from matcher.teams.costs import compile_problem
from matcher.teams.feasibility import findings
from matcher.teams.files import plan_data, plan_from_data
from matcher.teams.hard_rules import NamedRule
from matcher.teams.problem import Problem
from matcher.teams.ways_out import Relaxation, Way, relaxed

#: Seconds for the rules that contradict each other, and for what each change leads to. Chosen.
CONTRADICTION_S, CHANGES_S = 20.0, 20.0


@dataclass(frozen=True, slots=True)
class Impossibility:
    """Why a run found no teams.

    Attributes
    ----------
    findings
        Contradictions that are seen at once, each with ways out.
    rules
        Where there are none of these: the fewest rules that cannot hold together.
    minimal
        Without any one of the rules the others can hold together; False: that is not certain.
    changes
        What helps, for each of the rules, cheapest first; those whose cost is None do not help alone.
    """

    findings: tuple[Finding, ...] = ()
    rules: tuple[NamedRule, ...] = ()
    minimal: bool = False
    changes: tuple[PricedChange, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether it is certain that there are no such teams, not only that none were found in time."""
        return bool(self.findings or self.rules)

    def ways(self) -> dict[str, Relaxation | PricedChange]:
        """Everything that can be done with one click, by a key for forms."""
        out: dict[str, Relaxation | PricedChange] = {}
        for at, finding in enumerate(self.findings):
            out |= {f"finding-{at}-{way}": each for way, each in enumerate(finding.relaxations)}
        out |= {f"change-{at}": each for at, each in enumerate(self.changes) if each.cost is not None}
        return out


def explained(problem: Problem, *, seed: int = 0, contradiction_s: float = CONTRADICTION_S) -> Impossibility:
    """Why a problem for which no teams were found has none. Cost: up to some `contradiction_s` + :data:`CHANGES_S`."""
    found = tuple(each for each in findings(compile_problem(problem)) if each.blocking)
    if found:
        return Impossibility(found)
    contradiction = find_contradiction(problem, time_limit_s=contradiction_s, seed=seed)
    if contradiction is None:
        return Impossibility()
    priced = priced_changes(problem, contradiction, time_limit_s=CHANGES_S, seed=seed)
    return Impossibility((), contradiction.rules, contradiction.minimal, priced)


def relaxed_by(problem: Problem, told: Impossibility, way: str) -> Problem:
    """The problem with that rule given up; raises KeyError for an unknown way."""
    chosen = told.ways()[way]
    return chosen.problem if isinstance(chosen, PricedChange) else relaxed(problem, chosen)


def impossibility_text(told: Impossibility) -> str:
    """As it is stored."""
    data = {
        "findings": [_finding_data(each) for each in told.findings],
        "rules": [_rule_data(each) for each in told.rules],
        "minimal": told.minimal,
        "changes": [
            {"rule": _rule_data(each.rule), "change": each.change, "plan": each.plan and plan_data(each.plan)}
            for each in told.changes
        ],
    }
    return json.dumps({"impossible": data}, ensure_ascii=False)


def impossibility_from(text: str, problem: Problem) -> Impossibility:
    """What was stored, about this problem."""
    data = json.loads(text)["impossible"]
    return Impossibility(
        findings=tuple(_finding(each) for each in data["findings"]),
        rules=tuple(_rule(each) for each in data["rules"]),
        minimal=data["minimal"],
        changes=tuple(_change(each, problem) for each in data["changes"]),
    )


def _finding_data(finding: Finding) -> dict[str, Any]:
    ways = [
        {"way": each.way, "price": each.price, "params": each.params, "private": each.private}
        for each in finding.relaxations
    ]
    return {"conflict": finding.conflict, "params": finding.params, "private": finding.private, "ways": ways}


def _finding(data: Mapping[str, Any]) -> Finding:
    ways = (
        Relaxation(Way(each["way"]), each["price"], _params(each["params"]), _params(each["private"]))
        for each in data["ways"]
    )
    return Finding(Conflict(data["conflict"]), _params(data["params"]), tuple(ways), _params(data["private"]))


def _rule_data(rule: NamedRule) -> dict[str, Any]:
    return {"rule": rule.rule, "params": rule.params, "private": rule.private}


def _rule(data: Mapping[str, Any]) -> NamedRule:
    return NamedRule(Rule(data["rule"]), _params(data["params"]), _params(data["private"]))


def _change(data: Mapping[str, Any], problem: Problem) -> PricedChange:
    rule, change = _rule(data["rule"]), _params(data["change"])
    changed = next((changed for known, changed in changes(problem, rule) if known == change), problem)
    return PricedChange(rule, change, changed, data["plan"] and plan_from_data(data["plan"]))


def _params(data: Mapping[str, Any]) -> dict[str, Any]:
    """Several names are a tuple, which JSON makes a list of."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
