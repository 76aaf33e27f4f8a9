"""Small events of teams of two, in which one sees what is right."""

from __future__ import annotations

from typing import Any

from matcher.teams.messages import Key, Message
from matcher.teams.problem import (
    Assignment,
    Challenge,
    Lock,
    Participant,
    Problem,
    Rules,
    Slot,
    Weights,
)

WATER, FOREST = Slot("water", 1), Slot("forest", 1)


def person(name: str, *ranked: str, **values: Any) -> Participant:
    return Participant(name, ranked=ranked, languages=frozenset({"fr"}), **values)


def designer(name: str, *ranked: str, **values: Any) -> Participant:
    return person(name, *ranked, roles=frozenset({"design"}), **values)


def event(*people: Participant, wanted: int = 1, **values: Any) -> Problem:
    """Teams of exactly two; water wants a designer."""
    challenges = (Challenge("water", roles={"design": wanted}), Challenge("forest"))
    return Problem(
        people, challenges, **{"rules": Rules(2, 2, 2), "weights": Weights(role_deficit={"design": 14})} | values
    )


def four(**values: Any) -> tuple[Problem, Assignment]:
    """Ann wants the water team, where Dan is the only designer and Eve cannot leave."""
    people = (
        person("ann", "water", "forest"),
        person("bob", "forest"),
        designer("dan", "water", "forest"),
        person("eve", "water"),
    )
    problem = event(*people, **{"locks": (Lock("eve", "water"),)} | values)
    return problem, {"ann": FOREST, "bob": FOREST, "dan": WATER, "eve": WATER}


def keys(messages: tuple[Message, ...]) -> list[Key]:
    return [message.key for message in messages]
