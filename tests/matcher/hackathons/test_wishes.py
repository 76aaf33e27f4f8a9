"""What organisers do with wishes, and wishes that cannot all come true."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from matcher.hackathons.wishes import (
    ContradictionKind,
    avoid_wishes,
    confirm_avoid,
    contradictions,
    set_aside,
    settle_wish,
    take_up,
    wish_of,
    wishes_to_settle,
)
from matcher.store import Hackathon, Wish
from matcher.vocabulary import RegistrationStatus, TeamStatus, WishKind
from tests.hackathons import make_hackathon, make_registration


@pytest.fixture
def event(session: Session) -> Hackathon:
    """An event of teams of at most three."""
    return make_hackathon(session, size_min=2, size_target=3, size_max=3)


def test_an_open_wish_comes_with_its_author_and_near_names(session: Session, event: Hackathon) -> None:
    """Never the author, however near the own name is; nobody asks about people who withdrew."""
    marie = make_registration(session, event, "Marie Dupont")
    wish = Wish(kind=WishKind.WITH, typed="Marie")
    author = make_registration(session, event, "Marie Durand", wishes=[wish])
    gone = [Wish(kind=WishKind.WITH, typed="Marie")]
    make_registration(session, event, "Parti", wishes=gone, status=RegistrationStatus.WITHDRAWN)
    (question,) = wishes_to_settle(session, event.id)
    assert (question.wish, question.author) == (wish, author)
    assert [found.person.id for found in question.candidates] == [marie.id]


def test_a_wish_means_somebody_else_at_the_same_event(session: Session, event: Hackathon) -> None:
    """Neither its author nor a stranger."""
    wish = Wish(kind=WishKind.WITH, typed="Marie")
    author = make_registration(session, event, wishes=[wish])
    stranger = make_registration(session, make_hackathon(session, "Un autre"))
    for nobody in (author, stranger):
        with pytest.raises(ValueError, match="somebody else"):
            settle_wish(session, wish, nobody)
    assert not wish.is_settled
    assert wish_of(session, stranger.hackathon_id, wish.id) is None
    assert wish_of(session, event.id, wish.id) is wish


def test_only_a_wish_to_avoid_somebody_known_is_confirmed(session: Session, event: Hackathon) -> None:
    """A friend is no such wish, and a name that means nobody cannot be kept apart."""
    paul = make_registration(session, event, "Paul Weber")
    row = make_registration(session, event, friends=[paul], avoids=[paul])
    friend, avoid = row.wishes
    unknown = Wish(kind=WishKind.AVOID, typed="Quelqu’un")
    make_registration(session, event, wishes=[unknown])
    for wrong in (friend, unknown):
        with pytest.raises(ValueError, match="known"):
            confirm_avoid(session, wrong)
    assert confirm_avoid(session, avoid).is_confirmed


def test_a_wish_set_aside_has_no_effect_until_it_is_taken_up(session: Session, event: Hackathon) -> None:
    """What was typed stays in any case."""
    paul = make_registration(session, event, "Paul Weber")
    (wish,) = make_registration(session, event, avoids=[paul]).wishes
    confirm_avoid(session, wish)
    set_aside(session, wish)
    assert (wish.other_id, wish.is_confirmed, wish.is_settled, wish.typed) == (None, False, True, "Paul Weber")
    assert [told.other for told in avoid_wishes(session, event.id)] == [None]
    take_up(session, wish)
    assert (wish.is_settled, avoid_wishes(session, event.id)) == (False, [])


def test_a_friend_who_is_avoided_is_a_contradiction(session: Session, event: Hackathon) -> None:
    """Only when both wishes are of one person; that the other wishes otherwise is no contradiction."""
    paul = make_registration(session, event, "Paul Weber")
    both = make_registration(session, event, "Les Deux", friends=[paul], avoids=[paul])
    lea = make_registration(session, event, "Léa Roy", friends=[paul])
    make_registration(session, event, "Max Noir", avoids=[lea])
    (found,) = contradictions(session, event)
    assert (found.kind, found.people) == (ContradictionKind.FRIEND_AND_AVOIDED, (both, paul))


def test_a_team_larger_than_a_team_is_a_contradiction(session: Session, event: Hackathon) -> None:
    """Its name counts however it is spelt; people who withdrew do not."""
    spelt = ["Les Relais", "les relais", "LES  RELAIS", "Relais, les"]
    people = [make_registration(session, event, team_status=TeamStatus.TEAM, team_name=name) for name in spelt]
    make_registration(session, event, team_status=TeamStatus.TEAM, team_name="Les Autres")
    (found,) = contradictions(session, event)
    assert (found.kind, set(found.people), found.maximum) == (ContradictionKind.TEAM_TOO_LARGE, set(people), 3)
    people[0].status = RegistrationStatus.WITHDRAWN
    session.commit()
    assert contradictions(session, event) == []


def test_somebody_avoided_in_the_own_team_is_a_contradiction(session: Session, event: Hackathon) -> None:
    """The two gave one name of a team."""
    team = {"team_status": TeamStatus.TEAM, "team_name": "Les Relais"}
    paul = make_registration(session, event, "Paul Weber", **team)
    row = make_registration(session, event, avoids=[paul], **team)
    (found,) = contradictions(session, event)
    assert (found.kind, found.people) == (ContradictionKind.AVOIDED_IN_TEAM, (row, paul))
