"""Contradictions and ways out as the page shows them. Those about private wishes name nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matcher.hackathons.relaxing import KEPT, key_of
from matcher.teams.contradictions import Finding
from matcher.teams.ways_out import Relaxation, Way
from web.teams.naming import Names
from web.teams.rule_words import change_sentence, finding_sentence, price_sentence, rule_sentence, way_sentence

if TYPE_CHECKING:
    from matcher.hackathons.impossible import Impossibility

#: Where what a way out changes was said, by the end of the organisers' address.
_SAID_AT = {
    Way.ADMIT: "/defis",
    Way.SOFT_AVOID: "/inscriptions",
    Way.SPLIT_BLOCK: "/inscriptions",
    Way.MAX_MOVES: "/equipes",
    Way.WIDEN_LOCK: "/equipes",
}


@dataclass(frozen=True, slots=True)
class WayCard:
    """One way out: `key` is what its button sends; without one, `said_at` is the page where it is changed."""

    words: str
    price: str = ""
    key: str = ""
    said_at: str = ""


@dataclass(frozen=True, slots=True)
class ConflictCard:
    """What cannot hold together, and the ways out, cheapest first."""

    words: str
    ways: tuple[WayCard, ...]


@dataclass(frozen=True, slots=True)
class RunConflict:
    """Why a computation found no teams.

    Attributes
    ----------
    conflicts
        Contradictions that were seen at once.
    rules
        The fewest rules that cannot hold together, in words; `minimal`: that is certain.
    ways
        What helps, for each of them.
    proven
        Whether it is certain that there are no such teams.
    """

    conflicts: tuple[ConflictCard, ...]
    rules: tuple[str, ...]
    minimal: bool
    ways: tuple[WayCard, ...]
    proven: bool


def conflicts_today(found: Iterable[Finding], names: Names) -> Iterator[ConflictCard]:
    """Contradictions of the event as it is, with ways out that are kept for it."""
    for finding in found:
        yield ConflictCard(finding_sentence(finding, names), tuple(_today(way, names) for way in finding.relaxations))


def conflict_of_run(told: Impossibility, names: Names) -> RunConflict:
    """Why a computation found no teams, with ways out that ask for it again."""
    conflicts = [
        ConflictCard(
            finding_sentence(finding, names),
            tuple(
                WayCard(way_sentence(way, names), price_sentence(way.price), key=f"finding-{at}-{number}")
                for number, way in enumerate(finding.relaxations)
            ),
        )
        for at, finding in enumerate(told.findings)
    ]
    ways = [
        WayCard(change_sentence(change, names), key=f"change-{at}" if change.cost is not None else "")
        for at, change in enumerate(told.changes)
    ]
    rules = tuple(rule_sentence(rule, names) for rule in told.rules)
    return RunConflict(tuple(conflicts), _once(rules), told.minimal, tuple(ways), told.proven)


def _today(way: Relaxation, names: Names) -> WayCard:
    words, price = way_sentence(way, names), price_sentence(way.price)
    if way.way in KEPT and not way.private:
        return WayCard(words, price, key=key_of(way))
    return WayCard(words, price, said_at=_SAID_AT.get(way.way, "/inscriptions"))


def _once(sentences: Iterable[str]) -> tuple[str, ...]:
    """Rules about people who are to be kept apart all read alike."""
    return tuple(dict.fromkeys(sentences))
