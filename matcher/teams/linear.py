"""A small linear model in integers: variables from 0, rows, costs, and what each variable is worth for given teams.

It knows no solver. A variable that only measures something (a shortfall, a flag) is defined by the rows that
bound it from one side; :meth:`LinearModel.completed` finds its best value, so that a solver can be started from a
complete solution.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Linear:
    """Sum of coefficient x variable over `terms` (variable, coefficient), plus `constant`."""

    terms: tuple[tuple[int, int], ...]
    constant: int = 0

    def value(self, values: Sequence[int]) -> int:
        """What it is for those values, by variable."""
        return self.constant + sum(values[variable] * coefficient for variable, coefficient in self.terms)

    def plus(self, *terms: tuple[int, int], constant: int = 0) -> Linear:
        """The sum with further terms."""
        return Linear((*self.terms, *terms), self.constant + constant)

    def minus(self) -> Linear:
        """The same with the opposite sign."""
        return Linear(tuple((variable, -coefficient) for variable, coefficient in self.terms), -self.constant)


@dataclass(frozen=True, slots=True)
class Row:
    """`terms` sum to at least `least` and at most `most` (None: no limit).

    `rule` is the index of the rule that asks for it; None: it always holds.
    """

    terms: tuple[tuple[int, int], ...]
    least: int | None
    most: int | None
    rule: int | None = None


@dataclass(frozen=True, slots=True)
class _Measure:
    """A variable whose best value follows from others: the least, or for a flag the greatest, that rows allow."""

    variable: int
    bounds: tuple[Linear, ...]
    per: int
    flag: bool

    def best(self, values: Sequence[int]) -> int:
        if self.flag:
            return int(all(bound.value(values) >= self.per for bound in self.bounds))
        return max(0, *(-(-bound.value(values) // self.per) for bound in self.bounds))


@dataclass(slots=True)
class LinearModel:
    """Variables 0, 1, 2... of which each lies between 0 and its entry of `upper`.

    The cost of a solution is `offset` plus the sum of `costs` x values; it is minimised.
    """

    upper: list[int] = field(default_factory=list)
    costs: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    offset: int = 0
    _measures: list[_Measure] = field(default_factory=list)

    def variable(self, upper: int = 1, cost: int = 0) -> int:
        """A new variable, decided by the solver."""
        self.upper.append(upper)
        self.costs.append(cost)
        return len(self.upper) - 1

    def shortfall(self, bounds: Iterable[Linear], upper: int, cost: int, per: int = 1) -> int:
        """A new variable v >= 0 with ``per * v >= bound`` for each bound; `cost` must not be negative."""
        every = tuple(bounds)
        new = self.variable(upper, cost)
        for bound in every:
            self.at_least(bound.minus().plus((new, per)), 0)
        self._measures.append(_Measure(new, every, per, flag=False))
        return new

    def flag(self, bounds: Iterable[Linear], per: int = 1, cost: int = 0) -> int:
        """A new variable of 0 or 1 that may be 1 only where each bound is at least `per`; no bound is negative.

        Being 1 must never hurt: `cost` is 0 or negative.
        """
        every = tuple(bounds)
        new = self.variable(1, cost)
        for bound in every:
            self.at_least(bound.plus((new, -per)), 0)
        self._measures.append(_Measure(new, every, per, flag=True))
        return new

    def at_least(self, linear: Linear, least: int, rule: int | None = None) -> None:
        """Ask for ``linear >= least``."""
        self.rows.append(Row(linear.terms, least - linear.constant, None, rule))

    def at_most(self, linear: Linear, most: int, rule: int | None = None) -> None:
        """Ask for ``linear <= most``."""
        self.rows.append(Row(linear.terms, None, most - linear.constant, rule))

    def equal(self, linear: Linear, value: int, rule: int | None = None) -> None:
        """Ask for ``linear == value``."""
        self.rows.append(Row(linear.terms, value - linear.constant, value - linear.constant, rule))

    def completed(self, decided: Mapping[int, int]) -> list[int]:
        """Value of every variable when the decided ones have these (others 0) and the measures their best."""
        values = [0] * len(self.upper)
        for variable, value in decided.items():
            values[variable] = value
        for measure in self._measures:
            values[measure.variable] = measure.best(values)
        return values

    def cost(self, values: Sequence[int]) -> int:
        """Cost of a solution."""
        return self.offset + sum(cost * value for cost, value in zip(self.costs, values, strict=True))

    def broken(self, values: Sequence[int]) -> list[Row]:
        """The rows that do not hold."""
        sums = ((row, Linear(row.terms).value(values)) for row in self.rows)
        return [
            row
            for row, total in sums
            if (row.least is not None and total < row.least) or (row.most is not None and total > row.most)
        ]
