"""How many friends cannot be together, whatever is done."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from matcher.teams.costs import CompiledProblem
from matcher.teams.units import Unit

#: Price of being apart by neighbour, by unit.
Graph = Mapping[int, Mapping[int, int]]


def friends_apart(compiled: CompiledProblem, units: Sequence[Unit]) -> int:
    """Least cost of friend pairs that are apart.

    Pairs that a hard rule separates count in full. The others form a graph; in each of its connected parts the
    best of three arguments counts: a part larger than a team falls into pieces, and pieces lie at least one
    pair apart; a person with more friends than the team has places loses some; a circle where everybody wants
    everybody has a known best split.
    """
    rules = compiled.problem.rules
    graph, forced = friend_graph(compiled, units)
    free = 0
    for part in _parts(graph):
        free += max(
            _pieces(graph, part, units, rules.size_max),
            _lost_places(graph, part, units, rules.size_max),
            _split_circle(graph, part, rules.size_max),
        )
    return forced + free


def friend_graph(compiled: CompiledProblem, units: Sequence[Unit]) -> tuple[Graph, int]:
    """Friends in different units who may be together, and the price of those who may not."""
    problem = compiled.problem
    at = {who: index for index, unit in enumerate(units) for who in unit.members}
    index_of = {who: index for index, who in enumerate(compiled.people)}
    graph: defaultdict[int, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    forced = 0
    for pair in problem.friends:
        first, second = at[index_of[pair.first]], at[index_of[pair.second]]
        price = problem.weights.of_friends(pair)
        if first == second or price == 0:
            continue
        one, other, rules = units[first], units[second], problem.rules
        if one.fits(other, rules.size_max, rules.common_language) and not one.avoids(other):
            graph[first][second] += price
            graph[second][first] += price
        else:
            forced += price
    return graph, forced


def _parts(graph: Graph) -> Iterator[list[int]]:
    """Connected parts."""
    seen: set[int] = set()
    for start in graph:
        if start in seen:
            continue
        part, waiting = [], [start]
        seen.add(start)
        while waiting:
            part.append(waiting.pop())
            new = [other for other in graph[part[-1]] if other not in seen]
            seen.update(new)
            waiting += new
        yield part


def _prices(graph: Graph, nodes: Iterable[int]) -> list[int]:
    """Of the pairs within these nodes, rising."""
    within = set(nodes)
    return sorted(price for node in within for other, price in graph[node].items() if other in within and other > node)


def _pieces(graph: Graph, part: Sequence[int], units: Sequence[Unit], size_max: int) -> int:
    people = sum(len(units[node].members) for node in part)
    pieces = math.ceil(people / size_max)
    return sum(_prices(graph, part)[: pieces - 1])


def _lost_places(graph: Graph, part: Sequence[int], units: Sequence[Unit], size_max: int) -> int:
    """Half of all that is lost, as a pair is lost by two; or all that people lose who are no friends of each other."""
    lost: dict[int, int] = {}
    for node in part:
        places = max(0, size_max - len(units[node].members))
        lost[node] = sum(sorted(graph[node].values(), reverse=True)[places:])
    strangers: list[int] = []
    for node in sorted(part, key=lambda node: (-lost[node], node)):
        if graph[node].keys().isdisjoint(strangers):
            strangers.append(node)
    return max(math.ceil(sum(lost.values()) / 2), sum(lost[node] for node in strangers))


def circles(graph: Graph) -> Iterator[list[int]]:
    """Units of which each wants each, found greedily, one from every unit with friends; none twice."""
    seen: set[frozenset[int]] = set()
    for start in graph:
        circle = [start]
        for other in sorted(graph[start], key=lambda node: (-len(graph[node]), node)):
            if all(other in graph[member] for member in circle):
                circle.append(other)
        if frozenset(circle) not in seen:
            seen.add(frozenset(circle))
            yield circle


def _split_circle(graph: Graph, part: Sequence[int], size_max: int) -> int:
    best = 0
    for circle in circles({node: graph[node] for node in part}):
        whole, rest = divmod(len(circle), size_max)
        kept = whole * math.comb(size_max, 2) + math.comb(rest, 2)
        best = max(best, sum(_prices(graph, circle)[: math.comb(len(circle), 2) - kept]))
    return best
