"""What cannot hold together, seen before any solver runs, and the ways out.

Each check is a count or a look at one person, block or slot, so that a thousand people take a moment. A
*blocking* finding proves that no assignment keeps the hard rules; the others say which wish cannot be granted
whatever is done. Finding nothing proves nothing: deeper conflicts are a solver's to find.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import ceil
from typing import Any, Final

from matcher.teams import ways_out as ways
from matcher.teams.contradictions import Conflict, Finding
from matcher.teams.costs import CompiledProblem
from matcher.teams.friend_bounds import circles, friend_graph
from matcher.teams.units import Unit, forced_moves, unit_of, units_of
from matcher.teams.ways_out import Relaxation

#: Challenges offered to somebody who may join none. Chosen.
MOST_OFFERED: Final = 3


def findings(compiled: CompiledProblem) -> tuple[Finding, ...]:
    """All contradictions that can be seen at once, blocking ones first."""
    units = units_of(compiled)
    found = [
        *_sizes(compiled),
        *_challenges(compiled),
        *_people(compiled),
        *_locks(compiled),
        *_locked_slots(compiled, units),
        *(finding for unit in units if len(unit.members) > 1 for finding in _block(compiled, unit)),
        *_crowds(compiled),
        *_languages(compiled, units),
        *_moves(compiled, units),
        *_friends(compiled, units),
    ]
    return tuple(sorted(found, key=lambda finding: not finding.blocking))


def _finding(
    conflict: Conflict,
    params: Mapping[str, Any],
    out: Sequence[Relaxation] = (),
    private: Mapping[str, Any] | None = None,
) -> Finding:
    return Finding(conflict, params, tuple(sorted(out, key=lambda way: way.price)), private or {})


def _names(compiled: CompiledProblem, members: Sequence[int]) -> tuple[str, ...]:
    return tuple(compiled.people[who] for who in members)


def _open(compiled: CompiledProblem) -> list[int]:
    """Challenges that may have a team."""
    return [column for column, own in enumerate(compiled.slots_of) if own]


def _sizes(compiled: CompiledProblem) -> Iterator[Finding]:
    problem, rules, people = compiled.problem, compiled.problem.rules, len(compiled.people)
    if ceil(people / rules.size_max) * rules.size_min <= people:
        return
    out = [ways.size_min(problem, people // ceil(people / rules.size_max))]
    if people >= rules.size_min:
        out.append(ways.size_max(problem, ceil(people / (people // rules.size_min))))
    params = {"people": people, "least": rules.size_min, "most": rules.size_max}
    yield _finding(Conflict.SIZES, params, out)


def _challenges(compiled: CompiledProblem) -> Iterator[Finding]:
    problem, least = compiled.problem, compiled.problem.rules.size_min
    forced = sum(each.min_teams for each in problem.challenges)
    people = len(compiled.people)
    if forced * least > people:
        surplus = forced - people // least
        out = [
            ways.min_teams(each, each.min_teams - surplus) for each in problem.challenges if each.min_teams >= surplus
        ]
        if people >= forced:
            out.append(ways.size_min(problem, people // forced))
        yield _finding(Conflict.FORCED_TEAMS, {"teams": forced, "least": least, "people": people}, out)
    for each, fitting in zip(problem.challenges, compiled.allowed.sum(axis=0).tolist(), strict=True):
        if fitting < each.min_teams * least:
            params = {"challenge": each.id, "teams": each.min_teams, "people": fitting}
            out = [ways.min_teams(each, fitting // least)]
            yield _finding(Conflict.TOO_FEW_FOR_CHALLENGE, params, out)


def _people(compiled: CompiledProblem) -> Iterator[Finding]:
    """Who may join nothing. People who are fixed somewhere are looked at with their locks."""
    problem = compiled.problem
    if not compiled.slots:
        teams = ceil(len(compiled.people) / problem.rules.size_target)
        yield _finding(Conflict.NO_TEAMS, {}, [ways.max_teams(each, teams) for each in problem.challenges])
        return
    open_ones = _open(compiled)
    locked = {lock.participant for lock in problem.locks}
    for who, name in enumerate(compiled.people):
        if name in locked or compiled.allowed[who, open_ones].any():
            continue
        liked = sorted(open_ones, key=lambda column: compiled.preference[who, column])  # used at once
        out = [ways.admit(problem, name, problem.challenges[column]) for column in liked]
        yield _finding(Conflict.NO_PLACE, {"participant": name}, sorted(out, key=lambda way: way.price)[:MOST_OFFERED])


def _locks(compiled: CompiledProblem) -> Iterator[Finding]:
    problem, slots = compiled.problem, set(compiled.slots)
    challenges = {each.id: at for at, each in enumerate(problem.challenges)}
    people = {name: at for at, name in enumerate(compiled.people)}
    for lock in problem.locks:
        column = challenges[lock.challenge]
        challenge, params = problem.challenges[column], {"participant": lock.participant, "challenge": lock.challenge}
        drop = ways.drop_locks((lock.participant,))
        if not compiled.allowed[people[lock.participant], column]:
            yield _finding(Conflict.LOCK_AGAINST_RULE, params, [drop, ways.admit(problem, lock.participant, challenge)])
        if not any(lock.allows(slot) for slot in slots):
            out = [drop, ways.max_teams(challenge, lock.number or 1)]
            if lock.number is not None and compiled.slots_of[column]:
                out.append(ways.widen_lock(problem, lock))
            yield _finding(Conflict.LOCK_WITHOUT_TEAM, {**params, "number": lock.number or 1}, out)


def _locked_slots(compiled: CompiledProblem, units: Sequence[Unit]) -> Iterator[Finding]:
    """People fixed to one numbered team, with their blocks."""
    problem, rules = compiled.problem, compiled.problem.rules
    by_slot: defaultdict[int, list[Unit]] = defaultdict(list)
    for unit in units:
        if len(unit.locked) == 1:
            by_slot[next(iter(unit.locked))].append(unit)
    for slot, fixed in sorted(by_slot.items()):
        if slot < 0 or len(fixed) == 1:
            continue
        whole = unit_of(compiled, [who for unit in fixed for who in unit.members])
        place = {"challenge": compiled.slots[slot].challenge, "number": compiled.slots[slot].number}
        pinned = [who for who in whole.members if compiled.locked[who] == slot]
        all_out = ways.drop_locks(_names(compiled, pinned))
        if len(whole.members) > rules.size_max:
            params = {**place, "people": len(whole.members), "most": rules.size_max}
            out = [ways.size_max(problem, len(whole.members)), *_fewest_drops(compiled, slot, fixed)]
            yield _finding(Conflict.LOCKS_OVERFILL, params, out)
        if rules.common_language and not whole.languages and all(unit.languages for unit in fixed):
            yield _finding(Conflict.LOCKS_LANGUAGE, place, [ways.common_language(problem), all_out])
        for first, second in combinations(fixed, 2):
            for one, other in _avoiding(compiled, first.members, second.members):
                out = [ways.soft_avoid(problem, one, other), all_out.hidden()]
                yield _finding(Conflict.LOCKS_AVOID, {}, out, {"first": one, "second": other, **place})


def _fewest_drops(compiled: CompiledProblem, slot: int, fixed: Sequence[Unit]) -> list[Relaxation]:
    """Free whoever likes the challenge least, until the others fit; a block that is too large does not fit."""
    column, most = compiled.challenge_of[slot], compiled.problem.rules.size_max
    room, dropped = most, list[int]()
    for unit in sorted(fixed, key=lambda unit: compiled.preference[list(unit.members), column].sum()):
        if len(unit.members) <= room:
            room -= len(unit.members)
        else:
            dropped += [who for who in unit.members if compiled.locked[who] == slot]
    return [ways.drop_locks(_names(compiled, sorted(dropped)))] if dropped else []


def _avoiding(compiled: CompiledProblem, some: Sequence[int], others: Sequence[int]) -> Iterator[tuple[str, str]]:
    for one in some:
        for other in sorted(compiled.apart[one].intersection(others)):
            yield compiled.people[one], compiled.people[other]


def _block(compiled: CompiledProblem, unit: Unit) -> Iterator[Finding]:
    problem, rules, people = compiled.problem, compiled.problem.rules, _names(compiled, unit.members)
    params, split = {"participants": people}, ways.split_block(problem, people)
    if len(people) > rules.size_max:
        out = [split, ways.size_max(problem, len(people))]
        yield _finding(Conflict.BLOCK_TOO_LARGE, {**params, "most": rules.size_max}, out)
    fixed = tuple(lock.participant for lock in problem.locks if lock.participant in people)
    challenges = {lock.challenge for lock in problem.locks if lock.participant in people}
    if len(unit.locked) > 1 or len(challenges) > 1:
        yield _finding(Conflict.BLOCK_LOCKS, params, [split, ways.drop_locks(fixed)])
    elif not unit.allowed[_open(compiled)].any() and all(compiled.allowed[who].any() for who in unit.members):
        yield _finding(Conflict.BLOCK_PLACES, params, [split])
    speaking = all(problem.participants[who].languages for who in unit.members)
    if rules.common_language and speaking and not unit.languages:
        yield _finding(Conflict.BLOCK_LANGUAGE, params, [split, ways.common_language(problem)])
    for one, other in _avoiding(compiled, unit.members, unit.members):
        if one < other:
            out = [split.hidden(), ways.soft_avoid(problem, one, other)]
            yield _finding(Conflict.BLOCK_AVOID, {}, out, {"first": one, "second": other, **params})


def _crowds(compiled: CompiledProblem) -> Iterator[Finding]:
    """People who may only join some challenges, and more of them than these have room for."""
    problem, rules = compiled.problem, compiled.problem.rules
    open_ones = frozenset(_open(compiled))
    people = Counter(frozenset(row.nonzero()[0].tolist()) & open_ones for row in compiled.allowed)
    for columns in sorted({*people, open_ones} - {frozenset()}, key=sorted):
        count = sum(number for other, number in people.items() if other and other <= columns)
        teams = sum(len(compiled.slots_of[column]) for column in columns)
        if count <= teams * rules.size_max:
            continue
        challenges = [problem.challenges[column] for column in sorted(columns)]
        more = ceil(count / rules.size_max) - teams
        out = [ways.size_max(problem, ceil(count / teams))]
        out += [ways.max_teams(each, each.max_teams + more) for each in challenges if each.max_teams is not None]
        params = {"people": count, "challenges": tuple(each.id for each in challenges), "room": teams * rules.size_max}
        yield _finding(Conflict.CROWDED, params, out)


def _languages(compiled: CompiledProblem, units: Sequence[Unit]) -> Iterator[Finding]:
    """People who speak nothing that enough others speak."""
    problem, rules = compiled.problem, compiled.problem.rules
    if not rules.common_language or len(compiled.people) < rules.size_min:
        return
    speakers = Counter(language for person in problem.participants for language in person.languages)
    lonely: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for unit in units:
        silent = any(not problem.participants[who].languages for who in unit.members)
        if not unit.languages and not silent:  # a block that shares nothing: a finding of its own
            continue
        if max((speakers[language] for language in unit.languages), default=0) < rules.size_min:
            lonely[tuple(sorted(unit.languages))] += unit.members
    for languages, people in sorted(lonely.items()):
        params = {"participants": _names(compiled, people), "languages": languages, "least": rules.size_min}
        yield _finding(Conflict.LANGUAGE, params, [ways.common_language(problem)])


def _moves(compiled: CompiledProblem, units: Sequence[Unit]) -> Iterator[Finding]:
    problem = compiled.problem
    most = problem.published.max_moves if problem.published else None
    forced = sum(forced_moves(compiled, unit) for unit in units)
    if most is not None and forced > most:
        yield _finding(Conflict.MOVES, {"moves": forced, "most": most}, [ways.max_moves(problem, forced)])


def _friends(compiled: CompiledProblem, units: Sequence[Unit]) -> Iterator[Finding]:
    problem, rules = compiled.problem, compiled.problem.rules
    index = {name: at for at, name in enumerate(compiled.people)}
    unit_at = {who: unit for unit in units for who in unit.members}
    avoiding = {frozenset((pair.first, pair.second)) for pair in problem.avoid}
    for pair in problem.friends:
        names = {"first": pair.first, "second": pair.second}
        one, other = unit_at[index[pair.first]], unit_at[index[pair.second]]
        if one is not other and not one.fits(other, rules.size_max, rules.common_language):
            yield _finding(Conflict.FRIENDS_APART, names)
        elif frozenset(names.values()) in avoiding or one.avoids(other):
            yield _finding(Conflict.FRIENDS_AVOID, {}, private=names)
    for circle in circles(friend_graph(compiled, units)[0]):
        people = sorted(who for node in circle for who in units[node].members)
        if len(people) > rules.size_max:
            params = {"participants": _names(compiled, people), "most": rules.size_max}
            yield _finding(Conflict.FRIENDS_TOO_MANY, params)
