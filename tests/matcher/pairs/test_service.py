"""The matcher as pages call it, on a real database; words alone, so that every result can be told by eye."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.pairs.reasons import ReasonCode
from matcher.pairs.service import Matcher
from matcher.pairs.weights import shipped_weights
from matcher.ports import Ids, Vectors
from matcher.store import Change, Offer, Proposal
from matcher.store.session import writing
from matcher.vocabulary import DeliveryMode, Engine, Level, PostingKind, RangeScope
from tests.builders import need, offer, organisation, skill, theme

TODAY = date(2026, 11, 23)
ON_SITE = frozenset({DeliveryMode.ON_SITE})


class NoVectors:
    """No vector is stored: nothing is near anything."""

    def search(self, query: Vectors, k: int, allowed: Ids | None) -> tuple[Ids, Vectors]:
        """Nothing."""
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)


@pytest.fixture
def matcher() -> Matcher:
    """A matcher without encoder."""
    searches: Mapping[PostingKind, NoVectors] = {kind: NoVectors() for kind in PostingKind}
    return Matcher(searches, lambda: None, lambda: None, shipped_weights(), lambda: TODAY)


def crowd(session: Session, count: int = 12) -> None:
    """Offers about other things, so that words tell something."""
    subjects = ("compost", "piscine", "théâtre", "miel", "tramway", "chorale", "forêt", "judo", "poterie", "brocante")
    for number in range(count):
        subject = subjects[number % len(subjects)]
        offer(session, f"Atelier {subject} {number}", description=f"Un atelier {subject} pour tous les publics.")


def test_the_offer_that_shares_the_words_is_first_and_says_which_sentences_met(
    session: Session, matcher: Matcher
) -> None:
    """Without vectors, words answer, and the page can say so."""
    with writing(session):
        crowd(session)
        wanted = offer(
            session,
            "Planning de bénévoles",
            description="Nous répartissons les créneaux. Il gère le planning des bénévoles.",
        )
        asked = need(session, "Le planning de nos bénévoles", problem="Le planning des bénévoles change chaque matin.")
    found = matcher.proposals(session, asked)
    assert found.engine is Engine.LEXICAL
    assert found.considered == 13
    first = found.items[0]
    assert (first.posting, first.level) == (wanted, Level.STRONG)
    assert first.sentence_pair is not None
    assert first.sentence_pair.cosine is None
    assert "planning" in first.sentence_pair.query.lower()
    assert "planning" in first.sentence_pair.own.lower()


def test_both_directions_meet(session: Session, matcher: Matcher) -> None:
    """What is proposed to the need is proposed to the offer."""
    with writing(session):
        asked = need(session, "Le planning de nos bénévoles", problem="Le planning des bénévoles change chaque matin.")
        for subject in ("compost", "piscine", "théâtre", "miel", "chorale"):
            need(session, f"Un atelier {subject}", problem=f"Nous voulons un atelier {subject}, et personne ne sait.")
        answering = offer(session, "Planning de bénévoles", description="Il gère le planning des bénévoles.")
        crowd(session)
    assert matcher.proposals(session, asked).items[0].posting is answering
    assert matcher.proposals(session, answering).items[0].posting is asked


def test_a_new_offer_is_found_by_the_next_question(session: Session, matcher: Matcher) -> None:
    """And a closed or deleted one is not."""
    with writing(session):
        crowd(session)
        asked = need(session, "Réparer des vélos", problem="Nos vélos sont cassés, il faut réparer les vélos.")
    assert matcher.proposals(session, asked).items == []
    with writing(session):
        answering = offer(session, "Réparer les vélos", description="Nous venons réparer des vélos cassés.")
    assert [match.posting for match in matcher.proposals(session, asked).items] == [answering]
    with writing(session):
        session.delete(answering)
    assert matcher.proposals(session, asked).items == []


def test_an_offer_beyond_the_range_is_a_near_miss_that_says_how_far(session: Session, matcher: Matcher) -> None:
    """47 km away for a need that reaches 20: accept 30 km more."""
    with writing(session):
        crowd(session)
        far = offer(
            session, "Réparer les vélos", at="Metz", description="Nous venons réparer des vélos cassés.",
            delivery_modes=ON_SITE,
        )  # fmt: skip
        asked = need(
            session, "Réparer des vélos", problem="Nos vélos sont cassés, il faut réparer les vélos.",
            remote_ok=False, range_scope=RangeScope.KM, range_km=20,
        )  # fmt: skip
    found = matcher.proposals(session, asked)
    assert found.items == []
    near = next(near for near in found.near_misses if near.code is ReasonCode.TOO_FAR)
    assert (near.params, near.count) == ({"km": 30}, 1)
    assert [match.posting for match in near.matches] == [far]


def test_reasons_tell_what_is_shared_and_what_is_missing(session: Session, matcher: Matcher) -> None:
    """Theme and one skill in common, the other required skill not named, both in Nancy."""
    with writing(session):
        crowd(session)
        maps, survey, mobility = skill(session, "gis"), skill(session, "survey"), theme(session, "mobility")
        offer(
            session,
            "Cartes des trajets",
            description="Des cartes des trajets à vélo.",
            skills=[maps],
            themes=[mobility],
        )
        asked = need(
            session, "Une carte des trajets", problem="Nous voulons une carte des trajets à vélo du quartier.",
            must=[maps, survey], themes=[mobility],
        )  # fmt: skip
    first = matcher.proposals(session, asked).items[0]
    assert [term.code for term in first.shared_skills] == ["gis"]
    assert [term.code for term in first.shared_themes] == ["mobility"]
    assert [reason.code for reason in first.met] == [
        ReasonCode.SHARED_SKILLS,
        ReasonCode.SAME_THEMES,
        ReasonCode.SAME_PLACE,
    ]
    assert [(reason.code, [term.code for term in reason.params["skills"]]) for reason in first.unmet] == [
        (ReasonCode.MISSING_SKILLS, ["survey"])
    ]


def test_an_offer_proposed_as_often_as_its_capacity_bears_lets_its_equal_go_first(
    session: Session, matcher: Matcher
) -> None:
    """Two offers of the same words: the one shown 20 times this month steps back, it does not vanish."""
    with writing(session):
        crowd(session)
        text = "Nous venons réparer des vélos cassés."
        often, seldom = (offer(session, "Réparer les vélos", description=text) for _ in range(2))
        asked = need(session, "Réparer des vélos", problem="Nos vélos sont cassés, il faut réparer les vélos.")
        others = [need(session) for _ in range(20)]
    assert [match.posting for match in matcher.proposals(session, asked).items[:2]] == [often, seldom]
    with writing(session):
        session.add_all(
            Proposal(need_id=row.id, offer_id=often.id, position=1, score=0.5, level=Level.GOOD, engine=Engine.LEXICAL)
            for row in others
        )
    assert [match.posting for match in matcher.proposals(session, asked).items[:2]] == [seldom, often]


def test_proposals_are_recorded_once_a_pair_and_never_by_reading(session: Session, matcher: Matcher) -> None:
    """Reading changes nothing; recording twice writes nothing new."""
    with writing(session):
        crowd(session)
        offer(session, "Réparer les vélos", description="Nous venons réparer des vélos cassés.")
        asked = need(session, "Réparer des vélos", problem="Nos vélos sont cassés, il faut réparer les vélos.")
    changes = session.scalar(select(func.count()).select_from(Change))
    found = matcher.proposals(session, asked)
    assert session.scalar(select(func.count()).select_from(Proposal)) == 0
    assert session.scalar(select(func.count()).select_from(Change)) == changes
    assert matcher.record(session, asked, found) == len(found.items) == 1
    assert matcher.record(session, asked, found) == 0
    stored = session.scalars(select(Proposal)).one()
    assert (stored.need_id, stored.position, stored.engine) == (asked.id, 1, Engine.LEXICAL)


def test_an_organisation_never_meets_itself(session: Session, matcher: Matcher) -> None:
    """Even with the same words."""
    with writing(session):
        crowd(session)
        owner = organisation(session)
        offer(session, "Réparer les vélos", organisation=owner, description="Nous venons réparer des vélos cassés.")
        asked = need(session, "Réparer des vélos", organisation=owner, problem="Il faut réparer nos vélos cassés.")
    assert matcher.proposals(session, asked).items == []


@pytest.mark.parametrize("text", ["horaires", "HORAIRES ?", "l'horaire"])
def test_one_word_finds_what_holds_it(session: Session, matcher: Matcher, text: str) -> None:
    """Whoever types one word expects to see what contains it, whatever its ending."""
    with writing(session):
        crowd(session)
        wanted = offer(session, "Des horaires lisibles", description="Affiches pour les commerces de centre-ville.")
    found = matcher.search(session, text, "fr", [PostingKind.OFFER])[PostingKind.OFFER]
    assert [match.posting for match in found.items] == [wanted]


@pytest.mark.parametrize("text", ["", "   ", "le la les", "\0", "zzzz"])
def test_a_search_for_nothing_finds_nothing(session: Session, matcher: Matcher, text: str) -> None:
    """No error, no noise."""
    with writing(session):
        crowd(session)
    found = matcher.search(session, text, "fr")
    assert {kind: answer.items for kind, answer in found.items()} == {kind: [] for kind in PostingKind}
    assert session.scalar(select(func.count()).select_from(Offer)) == 12
