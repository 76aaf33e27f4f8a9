"""Every message, rule, way out and part of the cost is said in words, and no sentence tells who avoids whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask_babel import force_locale

from matcher.teams.checker import Broken, Rule
from matcher.teams.conflict_prices import PricedChange
from matcher.teams.contradictions import Conflict, Finding
from matcher.teams.hard_rules import ASKED, NamedRule
from matcher.teams.messages import PEOPLE, Key, Message, Verdict
from matcher.teams.problem import Challenge, Participant, Problem, Term
from matcher.teams.ways_out import Relaxation, Way
from web import create_app
from web.assets import Site
from web.config import Settings
from web.teams.naming import Names
from web.teams.rule_words import (
    broken_sentence,
    change_sentence,
    finding_sentence,
    price_sentence,
    rule_sentence,
    way_sentence,
)
from web.teams.term_words import TERMS
from web.teams.words import own_sentence, sentence, verdict_sentence

NAMES = Names(
    people={"41": "Ada Lemoine", "42": "Bo Weiss", "43": "Chloé Petit"},
    challenges={"7": "Trier sans peine", "8": "Un bus de nuit"},
    skills={"data-analysis": "Analyse de données"},
    organisations={"les jardins": "Les Jardins"},
)

#: One value for everything that a message or rule may hold.
VALUES: dict[str, Any] = {
    "challenge": "7",
    "challenges": ("7", "8"),
    "number": 2,
    "role": "design",
    "skill": "data-analysis",
    "level": 2,
    "organisation": "les jardins",
    "languages": ("de", "fr"),
    "participant": "41",
    "participants": ("41", "42", "43"),
    "first": "41",
    "second": "42",
    "verdict": "open",
    "rank": 2,
}
COUNTS = frozenset(
    {"members", "missing", "points", "common", "groups", "pairs", "target", "cost", "people", "teams", "of_teams"}
    | {"wanted", "available", "unavoidable", "of", "least", "most", "size", "moves", "room"}
)


def _values(count: int) -> dict[str, Any]:
    return VALUES | dict.fromkeys(COUNTS, count) | dict.fromkeys(PEOPLE, "42")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """One application for all sentences: none of them looks into the database."""
    folder = tmp_path_factory.mktemp("words")
    return create_app(Settings(environment="testing", secret_key="x" * 40, var_dir=folder, encoder_warmup=False))


@pytest.fixture(params=["fr", "en"])
def in_language(site: Site, request: pytest.FixtureRequest) -> Iterator[str]:
    """A page in each language."""
    with site.test_request_context("/"), force_locale(request.param):
        yield request.param


def _is_said(text: str) -> None:
    """No placeholder left, no code or id of a problem, no doubled or missing end."""
    assert text.strip() == text
    assert text
    assert not re.search(r"%\(|%s|\{|None", text)
    assert not re.search(r"data-analysis|les jardins|\b4[123]\b|_|\.\.|\b(de|fr), ", text)


@pytest.mark.parametrize("count", [0, 1, 3])
@pytest.mark.parametrize("key", list(Key))
def test_every_message_is_a_sentence(in_language: str, key: Key, count: int) -> None:
    """For organisers and for the person, whatever the numbers."""
    message = Message(key, _values(count))
    _is_said(sentence(message, NAMES))
    _is_said(own_sentence(message, NAMES))


@pytest.mark.parametrize("rule", list(Rule))
def test_every_broken_rule_is_a_sentence(in_language: str, rule: Rule) -> None:
    """With the people and challenges by name."""
    params: dict[str, Any] = {} if rule is Rule.AVOID else _values(3)
    _is_said(broken_sentence(Broken(rule, params, {"first": "41", "second": "42"}), NAMES))


@pytest.mark.parametrize("rule", list(ASKED))
def test_every_rule_that_may_contradict_is_a_sentence(in_language: str, rule: Rule) -> None:
    """As it is, softened, and given up with or without teams that then can be formed."""
    named = NamedRule(rule, {} if rule is Rule.AVOID else _values(3), {"first": "41", "second": "42"})
    _is_said(rule_sentence(named, NAMES))
    problem = Problem((Participant("41"),), (Challenge("7"),))
    for change in ({}, {} if rule is Rule.AVOID else {"least": 2, "most": 4, "number": None}):
        _is_said(change_sentence(PricedChange(named, change, problem, None), NAMES))


@pytest.mark.parametrize("way", list(Way))
def test_every_way_out_is_something_to_do(in_language: str, way: Way) -> None:
    """With its price."""
    private = {"first": "41", "second": "42"} if way is Way.SOFT_AVOID else {}
    params = {} if way is Way.SOFT_AVOID else _values(2)
    _is_said(way_sentence(Relaxation(way, 20, params, private), NAMES))
    _is_said(price_sentence(20))


@pytest.mark.parametrize("conflict", list(Conflict))
def test_every_contradiction_is_a_sentence(in_language: str, conflict: Conflict) -> None:
    """What cannot hold together, by name."""
    _is_said(finding_sentence(Finding(conflict, _values(3)), NAMES))


@pytest.mark.parametrize("term", list(Term))
def test_every_part_of_the_cost_has_a_name_and_an_aim(in_language: str, term: Term) -> None:
    """A new part without words would break the board."""
    _is_said(str(TERMS[term].name))
    _is_said(str(TERMS[term].aim))


def test_every_verdict_is_said(in_language: str) -> None:
    """Whether something that is missing could be there."""
    for verdict in Verdict:
        _is_said(verdict_sentence(verdict))


def test_no_sentence_tells_who_avoids_whom(in_language: str) -> None:
    """What is private is in no sentence, not even for organisers."""
    private = {"first": "41", "second": "42", "participants": ("41", "42"), "challenge": "7", "number": 2}
    said = [
        broken_sentence(Broken(Rule.AVOID, {}, private), NAMES),
        rule_sentence(NamedRule(Rule.AVOID, {}, private), NAMES),
        *(way_sentence(Relaxation(way, 1, {}, private), NAMES) for way in (Way.SOFT_AVOID, Way.DROP_LOCKS)),
        way_sentence(Relaxation(Way.SPLIT_BLOCK, 1, {"participants": ("41", "42")}).hidden(), NAMES),
        *(
            finding_sentence(Finding(conflict, {}, private=private), NAMES)
            for conflict in (Conflict.LOCKS_AVOID, Conflict.BLOCK_AVOID, Conflict.FRIENDS_AVOID)
        ),
    ]
    assert not [text for text in said if "Ada" in text or "Bo" in text or "Trier" in text]


def test_people_and_challenges_stand_in_by_name(site: Site) -> None:
    """A counterfactual reads as a person would say it."""
    message = Message(Key.WOULD_LOSE_LAST_ROLE, {"challenge": "8", "number": 5, "role": "design"})
    swap = Message(Key.CHANGE_IS_SWAP, {"challenge": "8", "number": 5, "other": "43"})
    with site.test_request_context("/"), force_locale("en"):
        assert sentence(message, NAMES) == "Team 5 on “Un bus de nuit” would lose its only person for the design side."
        assert sentence(swap, NAMES) == "The change: a swap with Chloé Petit. Team 5 on “Un bus de nuit”."


def test_what_no_longer_exists_is_said_in_words(in_language: str) -> None:
    """A person who was deleted, a challenge or skill that went: words, never the number."""
    gone = Names(people={}, challenges={})
    for key in (Key.WITH_FRIEND, Key.GOT_RANK, Key.FILLS_SKILL_ALONE, Key.WOULD_LACK_SKILL):
        assert not re.search(r"4[12]|data-analysis", own_sentence(Message(key, _values(3)), gone))
