"""What a side's page is made of: groups, their order, and what is left out."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from matcher.introductions.answering import say_no, say_yes
from matcher.introductions.explaining import explain
from matcher.introductions.proposing import propose_pair
from matcher.introductions.queries import Group, counts, ended_with, pair_of, pairs_of, standing
from matcher.pairs.reasons import ReasonCode
from matcher.people import Actor, DeclineReason, IntroductionState
from matcher.store import Need, Offer
from matcher.store.session import writing
from matcher.vocabulary import ContactMode, Level, PostingStatus
from tests import builders
from tests.matcher.introductions.pairs import NEED, NOW, OFFER, TODAY, Ids, propose

MAIL = ContactMode.MAIL


def one_need(session: Session, *offers: str, **values: object) -> tuple[Need, list[Offer]]:
    """A need and some offers, by title."""
    with writing(session):
        need = builders.need(session, **values)
        rows = [builders.offer(session, title) for title in offers]
        session.flush()
    return need, rows


def titles(session: Session, posting: Need | Offer, group: Group) -> list[str]:
    """Titles of the other side in a group, in the order of the page."""
    return [pair.other.title for pair in pairs_of(session, posting, TODAY) if pair.group is group]


def test_who_waits_comes_first_then_people_then_the_best(session: Session) -> None:
    """A yes of the other side, the animator's word, a strong match, a partial one."""
    need, offers = one_need(session, "partielle", "forte", "animateur", "attend", "attend depuis plus longtemps")
    partial, strong, brought, late, early = offers
    propose(session, Ids(need.id, partial.id), score=0.9, level=Level.PARTIAL)
    propose(session, Ids(need.id, strong.id), score=0.7, level=Level.STRONG)
    propose_pair(session, need.id, brought.id, Actor.ANIMATOR, now=NOW)
    say_yes(session, need.id, late.id, OFFER, MAIL, now=NOW)
    say_yes(session, need.id, early.id, OFFER, MAIL, now=NOW - timedelta(days=2))
    assert titles(session, need, Group.TO_ANSWER) == [
        "attend depuis plus longtemps",
        "attend",
        "animateur",
        "forte",
        "partielle",
    ]


def test_both_sides_read_the_same_pair_in_their_own_group(session: Session) -> None:
    """The asker waits, the asked has something to answer; after two yeses both stand introduced."""
    need, (offer,) = one_need(session, "une offre")
    propose(session, Ids(need.id, offer.id))
    say_yes(session, need.id, offer.id, NEED, MAIL, now=NOW)
    assert [counts(pairs_of(session, row, TODAY)) for row in (need, offer)] == [
        {Group.WAITING: 1},
        {Group.TO_ANSWER: 1},
    ]
    say_yes(session, need.id, offer.id, OFFER, MAIL, now=NOW)
    assert all(pairs_of(session, row, TODAY)[0].group is Group.INTRODUCED for row in (need, offer))
    assert standing(session, need.id, offer.id).state is IntroductionState.INTRODUCED


def test_what_is_not_live_is_not_proposed(session: Session) -> None:
    """Closed, held or paused postings leave those to answer; a pair that somebody spoke about stays."""
    need, (closed, held, paused, spoken) = one_need(session, "close", "retenue", "en pause", "commencée")
    for offer in (closed, held, paused, spoken):
        propose(session, Ids(need.id, offer.id))
    say_yes(session, need.id, spoken.id, OFFER, MAIL, now=NOW)
    with writing(session):
        closed.status, closed.closed_at = PostingStatus.CLOSED, NOW
        held.held_at = NOW
        paused.paused_until = spoken.paused_until = TODAY + timedelta(days=3)
    assert titles(session, need, Group.TO_ANSWER) == ["commencée"]


def test_a_declined_pair_is_left_out_of_what_is_proposed(session: Session) -> None:
    """It is among what is over for both sides, and named to whoever computes proposals anew."""
    need, (offer, other) = one_need(session, "déclinée", "autre")
    for row in (offer, other):
        propose(session, Ids(need.id, row.id))
    say_no(session, need.id, offer.id, OFFER, DeclineReason.NO_ROOM, now=NOW)
    assert titles(session, need, Group.OVER) == ["déclinée"]
    assert titles(session, need, Group.TO_ANSWER) == ["autre"]
    assert (ended_with(session, need), ended_with(session, offer)) == ({offer.id}, {need.id})


def test_a_posting_that_nobody_proposed_is_seen_while_it_is_live(session: Session) -> None:
    """Its page is public anyway; once it is closed, only those who spoke about it find it."""
    need, (offer,) = one_need(session, "une offre")
    found = pair_of(session, need, offer.id, TODAY)
    assert found is not None
    assert (found.introduction, found.proposal, found.group) == (None, None, Group.TO_ANSWER)
    with writing(session):
        offer.status, offer.closed_at = PostingStatus.CLOSED, NOW
    assert pair_of(session, need, offer.id, TODAY) is None


def test_reasons_are_those_of_the_proposals(session: Session) -> None:
    """Shared theme, distance, and the two sentences that share words; without any model."""
    with writing(session):
        theme = builders.theme(session, "website")
        need = builders.need(session, "Un site internet pour nos horaires", themes=[theme], remote_ok=False)
        offer = builders.offer(session, "Sites internet simples", at="Lunéville", themes=[theme])
        session.flush()
    told = explain(session, need, [offer], None, TODAY)[offer.id]
    assert {ReasonCode.SAME_THEMES, ReasonCode.DISTANCE} <= {reason.code for reason in told.met}
    assert 25 < told.distance_km < 27
    assert told.sentences is not None
    assert "site internet" in told.sentences.query.lower()
    assert "sites internet" in told.sentences.own.lower()
