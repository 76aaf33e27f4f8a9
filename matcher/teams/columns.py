"""A bound that no plan can undercut, from prices for people: column generation over whole teams.

Let everybody carry a price. A plan costs at least the sum of all prices plus, for each challenge, what its cheapest
possible teams cost beyond the prices of their members: the Lagrange bound, valid at any prices (Geoffrion 1974). Good
prices are the dual values of a linear program that covers everybody by teams found so far; the cheapest teams at
these prices join the program, until no price improves (Dantzig and Wolfe 1960). Prices between the best so far and
the newest are asked for, which settles sooner (Wentges 1997).

Teams are priced by :mod:`matcher.teams.pricing`, exactly for a cost that is never above the true one. Measured on the
fixed problems with 200 people: within 25 s on one processor, 81 to 93 % of the best cost known, where counting
proves 30 to 45 %.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil, isfinite
from typing import Any, Final

import numpy as np

from matcher.teams.costs import CompiledProblem
from matcher.teams.pricing import Floats, Members, TeamPricing, groups_of

#: Weight of the best prices so far against the newest. Chosen: 0.5 to 0.8 all settled in 35 to 50 rounds.
STEADY: Final = 0.7
#: Teams of each challenge that join in a round. Chosen.
JOINING: Final = 5
#: Most teams in the linear program, and how many stay when there are more. Chosen: some 0.1 s a program.
MOST_TEAMS, KEPT_TEAMS = 6000, 4000
#: Least cost of leaving somebody out of the linear program or counting them twice, and of a team too few; prices stay
#: below it. No more than a start: it rises with the dearest team found.
LEFT_OUT: Final = 200.0
#: First prices: about what a place costs. Chosen.
FIRST_PRICE: Final = 20.0
#: Rounds after which prices are good enough, should they never settle.
MOST_ROUNDS: Final = 400
#: Part of a unit of cost that is not worth another round, and slack for the arithmetic of the linear program.
SETTLED, SLACK = 0.5, 1e-4


@dataclass(eq=False)
class Columns:
    """The teams found so far, with their challenge and relaxed cost."""

    challenges: list[int] = field(default_factory=list)
    teams: list[Members] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    _known: set[tuple[int, Members]] = field(default_factory=set)

    def add(self, challenge: int, team: Members, cost: float) -> None:
        """Keep this team unless it is known."""
        if (challenge, team) not in self._known:
            self._known.add((challenge, team))
            self.challenges.append(challenge)
            self.teams.append(team)
            self.costs.append(cost)

    def keep(self, which: Sequence[int]) -> None:
        """Forget all others."""
        self.challenges = [self.challenges[at] for at in which]
        self.teams = [self.teams[at] for at in which]
        self.costs = [self.costs[at] for at in which]
        self._known = set(zip(self.challenges, self.teams, strict=True))


def column_bound(compiled: CompiledProblem, goes_on: Callable[[int], bool]) -> int:
    """A lower bound of the cost of every plan that keeps the hard rules; 0 when stopped before the first.

    `goes_on` is told the bound so far in each round and may end the search. Deterministic. Raises nothing for
    problems without any plan: the bound is then whatever was proven. Cost: some 40 rounds, each of 0.2 s for 200 people
    and 20 challenges.
    """
    search = _Search(compiled)
    for _ in range(MOST_ROUNDS):
        settled = search.round()
        if not goes_on(search.bound) or settled:
            break
    return search.bound


class _Search:
    def __init__(self, compiled: CompiledProblem) -> None:
        problem, groups = compiled.problem, groups_of(compiled)
        self._compiled = compiled
        self._pricings = [TeamPricing(compiled, each, groups) for each in range(len(problem.challenges))]
        self._least = [each.min_teams for each in problem.challenges]
        self._most = [len(places) for places in compiled.slots_of]
        self._columns = Columns()
        self._newest = self._best_prices = np.full(len(compiled.people), FIRST_PRICE)
        self._best = -np.inf

    @property
    def bound(self) -> int:
        """The best bound so far, a whole number as all costs are."""
        return max(0, ceil(self._best - SLACK)) if isfinite(self._best) else 0

    def round(self) -> bool:
        """Price all teams once; whether further rounds would bring less than a unit of cost."""
        prices = STEADY * self._best_prices + (1 - STEADY) * self._newest
        proven = self._price(prices)
        if proven > self._best:
            self._best, self._best_prices = proven, prices
        if not self._columns.teams:
            return True
        self._newest, covered = _covering(self._columns, self._least, self._most, self._unserved(), len(prices))
        return bool(covered + self._compiled.constant - self._best < SETTLED)

    def _price(self, prices: Floats) -> float:
        """The bound at these prices; the cheapest teams join."""
        bound = self._compiled.constant + float(prices.sum())
        for challenge, (pricing, unserved) in enumerate(zip(self._pricings, self._unserved(), strict=True)):
            found = pricing.cheapest(prices, JOINING)
            for _, team in found:
                self._columns.add(challenge, team, pricing.cost(team))
            least, most = self._least[challenge], self._most[challenge]
            some = [count * found[0][0] for count in {max(1, least), most} if count] if found and most else []
            bound += min([*some, unserved] if least == 0 else some, default=0.0)
        return bound

    def _unserved(self) -> list[float]:
        """What each challenge costs when it has no team."""
        return [float(self._compiled.challenge_cost(each, 0)) for each in range(len(self._pricings))]


def _covering(
    columns: Columns, least: Sequence[int], most: Sequence[int], unserved: Sequence[float], people: int
) -> tuple[Floats, float]:
    """Prices of people, and cost, of the cheapest covering of everybody by (parts of) the teams so far."""
    # Imported here: scipy takes a quarter of a second that forming small teams need not pay.
    from scipy.optimize import linprog  # noqa: PLC0415
    from scipy.sparse import coo_array, eye_array, hstack, vstack  # noqa: PLC0415

    count, challenges = len(columns.teams), len(most)
    rows = [who for team in columns.teams for who in team]
    places = np.repeat(np.arange(count), [len(team) for team in columns.teams])
    covers = coo_array((np.ones(len(rows)), (rows, places)), shape=(people, count))
    held = coo_array((np.ones(count), (columns.challenges, np.arange(count))), shape=(challenges, count))
    slack = coo_array((challenges, 2 * people))
    left_out = max(LEFT_OUT, *columns.costs)
    solved: Any = linprog(
        np.concatenate([columns.costs, np.full(2 * people, left_out), np.minimum(unserved, left_out)]),
        A_ub=vstack(
            [
                hstack([held, slack, coo_array((challenges, challenges))]),
                hstack([-held, slack, -eye_array(challenges)]),
            ]
        ).tocsc(),
        b_ub=np.concatenate([most, -np.maximum(1, least)]),
        A_eq=hstack([covers, eye_array(people), -eye_array(people), coo_array((people, challenges))]).tocsc(),
        b_eq=np.ones(people),
        method="highs",
    )
    prices: Floats = np.asarray(solved.eqlin.marginals)
    if count > MOST_TEAMS:
        reduced = np.asarray(columns.costs) - covers.T @ prices
        columns.keep(np.argsort(reduced, kind="stable")[:KEPT_TEAMS].tolist())
    return prices, float(solved.fun)
