"""Which organisations are told to look like one, and which are not."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from matcher.oversight.duplicates import Sign, find_duplicates, keep_apart, words_of
from matcher.store import Organisation
from matcher.store.session import writing
from tests.builders import organisation
from tests.matcher.oversight.rows import account


def _two(session: Session, one: dict[str, Any], other: dict[str, Any]) -> list[Organisation]:
    with writing(session):
        return [organisation(session, **values) for values in (one, other)]


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        ({"name": "Épicerie du Faubourg"}, {"name": "EPICERIE DU FAUBOURG"}, Sign.SAME_NAME),
        ({"name": "Association Les Rayons"}, {"name": "Les Rayons"}, Sign.SAME_NAME),
        ({"name": "Atelier Les Rayons d’or"}, {"name": "Rayons d’or, l’atelier", "at": "Lunéville"}, Sign.SAME_NAME),
        ({"name": "Épicerie du Faubourg"}, {"name": "Epicerie du Fauboug"}, Sign.CLOSE_NAME),
        (
            {"name": "Studio Passe-Muraille", "brand": "PM"},
            {"name": "Passe Muraille Studio numérique"},
            Sign.CLOSE_NAME,
        ),
        ({"name": "Grand Sauvoy", "siren": "732829320"}, {"name": "ARS Nancy", "siren": "732829320"}, Sign.SAME_SIREN),
        (
            {"name": "Le Grand Sauvoy", "website": "https://www.sauvoy.example/"},
            {"name": "Sauvoy", "website": "http://sauvoy.example"},
            Sign.SAME_WEBSITE,
        ),
    ],
)
def test_one_organisation_written_twice_is_told(
    session: Session, one: dict[str, Any], other: dict[str, Any], sign: Sign
) -> None:
    """Accents, capitals, legal words, order, a slip of the keyboard, an identifier or a website."""
    rows = _two(session, one, other)
    found = find_duplicates(session)
    assert [(pair.first, pair.second, pair.signs[0]) for pair in found] == [(rows[0].id, rows[1].id, sign)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Épicerie du Faubourg"}, {"name": "Épicerie du Faubourg", "at": "Lyon"}),
        ({"name": "Restos de Nancy"}, {"name": "Vélos de Nancy"}),
        ({"name": "Association Sportive"}, {"name": "Association Culturelle"}),
        ({"name": "Emmaüs Nancy"}, {"name": "Emmaüs Lunéville", "at": "Lunéville"}),
        # Two places of one body, each with its own SIRET.
        (
            {"name": "Lycée Cyfflé", "siret": "73282932000074"},
            {"name": "Internat de la Craffe", "siret": "73282932000082", "at": "Lunéville"},
        ),
    ],
)
def test_different_organisations_are_left_alone(session: Session, one: dict[str, Any], other: dict[str, Any]) -> None:
    """The same name far away, one word in common, two places of one body."""
    _two(session, one, other)
    assert find_duplicates(session) == []


def test_a_pair_that_was_kept_apart_does_not_come_back(session: Session) -> None:
    """Somebody looked and said that they are two, whichever was named first."""
    one, other = _two(session, {"name": "Les Rayons"}, {"name": "Les Rayons"})
    with writing(session):
        number = account(session).id
    keep_apart(session, other.id, one.id, number)
    assert find_duplicates(session) == []


def test_a_name_of_generic_words_alone_keeps_them() -> None:
    """Nothing would be left to compare otherwise."""
    assert words_of("L’Association") == ("l", "association")
    assert words_of("Association « Les Rayons » de Nancy") == ("rayons", "nancy")


def test_many_organisations_with_one_common_word_cost_little(session: Session) -> None:
    """A word that everybody has makes nobody a duplicate."""
    with writing(session):
        for number in range(200):
            organisation(session, name=f"Nancy {number * 7919 % 9973:04d}")
    assert find_duplicates(session) == []
