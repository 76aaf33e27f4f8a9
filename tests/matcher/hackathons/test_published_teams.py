"""Published teams: who is in them, what people answer, whom to write to, and what explanations never depend on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.hackathons.announcing import PlaceMail, Progress, progress, queue_place_mails
from matcher.hackathons.events import delete_hackathon
from matcher.hackathons.plans import current, move_person, publish
from matcher.hackathons.publication import (
    NoPlaceError,
    answer_place,
    answers,
    explanation_for,
    own_team,
    places,
    published_teams,
    slot_of,
    untold,
    without_email,
)
from matcher.hackathons.registering import erase, withdraw
from matcher.notifications.letters import Recipient, Words
from matcher.people import MailState
from matcher.store import Mail, Registration, TeamPlace, Wish
from matcher.teams.problem import Slot
from matcher.vocabulary import Attendance, PlaceAnswer, WishKind
from tests.hackathons import make_registration
from tests.team_events import TeamEvent, make_team_event, make_teams

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def event(session: Session) -> TeamEvent:
    """Eight people in two teams of four of one challenge, not published yet."""
    return make_team_event(session)


def out(session: Session, event: TeamEvent) -> None:
    """Publish what the organisers work on."""
    session.rollback()
    publish(session, event.hackathon.id, seen_revision=current(session, event.hackathon.id).revision)
    session.rollback()


def slot(event: TeamEvent, number: int) -> Slot:
    """A team of the only challenge."""
    return Slot(str(event.challenges[0].id), number)


def move(session: Session, event: TeamEvent, person: Registration, number: int) -> None:
    """Put somebody into another team."""
    seen = current(session, event.hackathon.id).revision
    move_person(session, event.hackathon.id, str(person.id), slot(event, number), author="", seen_revision=seen)


def test_nobody_has_a_place_before_publication(session: Session, event: TeamEvent) -> None:
    """Teams that are formed are the organisers' alone."""
    assert published_teams(session, event.hackathon) == ()
    assert own_team(session, event.people[0]) is None
    assert explanation_for(session, event.people[0]) is None
    with pytest.raises(NoPlaceError):
        answer_place(session, event.people[0], PlaceAnswer.ACCEPTED, slot(event, 1), NOW)


def test_published_teams_have_everybody_by_name(session: Session, event: TeamEvent) -> None:
    """Each team with its challenge, its number and its members."""
    out(session, event)
    teams = published_teams(session, event.hackathon)
    assert [team.slot for team in teams] == [slot(event, 1), slot(event, 2)]
    assert [{member.id for member in team.members} for team in teams] == [
        {person.id for person in event.people[:4]},
        {person.id for person in event.people[4:]},
    ]
    assert [member.name for member in teams[0].members] == sorted(person.name for person in event.people[:4])


def test_a_person_sees_the_others_of_the_team(session: Session, event: TeamEvent) -> None:
    """Three mates, not oneself."""
    out(session, event)
    own = own_team(session, event.people[0])
    assert own is not None
    assert (own.challenge.id, own.place.team_number) == (event.challenges[0].id, 1)
    assert {mate.id for mate in own.mates} == {person.id for person in event.people[1:4]}


def test_who_declines_leaves_the_team_for_everybody_else(session: Session, event: TeamEvent) -> None:
    """The place is free; the person still sees it, and may change their mind."""
    out(session, event)
    person = event.people[0]
    answer_place(session, person, PlaceAnswer.DECLINED, slot(event, 1), NOW)
    assert person not in published_teams(session, event.hackathon)[0].members
    mate = own_team(session, event.people[1])
    assert mate is not None
    assert person not in mate.mates
    answer_place(session, person, PlaceAnswer.ACCEPTED, slot(event, 1), NOW)
    own = own_team(session, person)
    assert own is not None
    assert (own.place.answer, own.place.answered_at) == (PlaceAnswer.ACCEPTED, NOW)
    assert person in published_teams(session, event.hackathon)[0].members
    assert answers(places(session, event.hackathon.id)) == {
        PlaceAnswer.ACCEPTED: 1,
        PlaceAnswer.DECLINED: 0,
        None: 7,
    }


def test_an_answer_to_another_team_is_not_taken(session: Session, event: TeamEvent) -> None:
    """The page that the person saw was older than the teams."""
    out(session, event)
    with pytest.raises(NoPlaceError):
        answer_place(session, event.people[0], PlaceAnswer.ACCEPTED, slot(event, 2), NOW)
    assert own_team(session, event.people[0]).place.answer is None  # type: ignore[union-attr]


def test_who_does_not_come_is_in_no_team(session: Session, event: TeamEvent) -> None:
    """A no-show is neither a mate nor a member, and has no place to answer about."""
    out(session, event)
    event.people[0].attendance = Attendance.NO_SHOW
    session.commit()
    assert event.people[0] not in published_teams(session, event.hackathon)[0].members
    assert own_team(session, event.people[0]) is None
    with pytest.raises(NoPlaceError):
        answer_place(session, event.people[0], PlaceAnswer.ACCEPTED, slot(event, 1), NOW)


def test_everybody_with_an_address_is_written_to_once(session: Session, event: TeamEvent) -> None:
    """Who was told is not due any more; who has no address is named for the desk."""
    event.people[7].email = ""
    session.commit()
    out(session, event)
    due = untold(session, event.hackathon.id)
    assert {place.registration_id for place in due} == {person.id for person in event.people[:7]}
    assert without_email(session, event.hackathon.id) == [event.people[7]]
    assert told(session, event, *due) == 7
    assert told(session, event, *due) == 0
    assert untold(session, event.hackathon.id) == []


def test_after_a_change_only_whom_it_concerns_is_due(session: Session, event: TeamEvent) -> None:
    """A second publication with one move: one mail, and the answers of the others stand."""
    out(session, event)
    answer_place(session, event.people[1], PlaceAnswer.ACCEPTED, slot(event, 1), NOW)
    answer_place(session, event.people[0], PlaceAnswer.ACCEPTED, slot(event, 1), NOW)
    told(session, event, *untold(session, event.hackathon.id))
    move(session, event, event.people[0], 2)
    assert untold(session, event.hackathon.id) == []
    out(session, event)
    assert [place.registration for place in untold(session, event.hackathon.id)] == [event.people[0]]
    assert [place.answer for place in places(session, event.hackathon.id)][:2] == [None, PlaceAnswer.ACCEPTED]


def test_a_place_that_changed_while_its_mail_was_written_is_told_again(session: Session, event: TeamEvent) -> None:
    """The mail was about another team: it is not queued."""
    out(session, event)
    place = untold(session, event.hackathon.id)[0]
    written = mail_about(place)
    move(session, event, place.registration, 2)
    out(session, event)
    ends_at = NOW + timedelta(days=9)
    assert queue_place_mails(session, event.hackathon.id, [written], now=NOW, ends_at=ends_at) == 0
    assert place in untold(session, event.hackathon.id)


def test_a_mail_that_waits_is_taken_back_when_its_place_changes(session: Session, event: TeamEvent) -> None:
    """Moved, withdrawn or erased: nobody reads of a team that is not theirs; a mail that left is history."""
    out(session, event)
    told(session, event, *untold(session, event.hackathon.id))
    first, fourth, second, third = (event.people[at] for at in (0, 3, 4, 5))
    sent = session.scalars(select(Mail).where(Mail.key.like(f"%:{fourth.id}:place:%"))).one()
    sent.state, sent.sent_at = MailState.SENT, NOW
    session.commit()
    withdraw(session, second)
    erase(session, third)
    move(session, event, first, 2)
    out(session, event)
    assert [place.registration_id for place in untold(session, event.hackathon.id)] == [first.id]
    left = {int(key.split(":")[2]) for key in session.scalars(select(Mail.key))}
    assert left == {event.people[at].id for at in (1, 2, 3, 6, 7)}
    assert progress(session, event.hackathon.id) == Progress(total=5, sent=1, waiting=4, failed=0)


def test_deleting_an_event_takes_back_what_waits(session: Session, event: TeamEvent) -> None:
    """And leaves the mails of other events."""
    other = make_team_event(session)
    for each in (event, other):
        out(session, each)
        told(session, each, *untold(session, each.hackathon.id))
    delete_hackathon(session, event.hackathon)
    assert {key.split(":")[1] for key in session.scalars(select(Mail.key))} == {str(other.hackathon.id)}


def mail_about(place: TeamPlace) -> PlaceMail:
    """What one person is told of their place."""
    person = place.registration
    words = Words("Votre équipe", "Bonjour", "<p>Bonjour</p>", "BEGIN:VCALENDAR")
    return PlaceMail(person.id, slot_of(place), Recipient(person.email, person.language, None), words)


def told(session: Session, event: TeamEvent, *due: TeamPlace) -> int:
    """Queue the mails about these places."""
    mails = [mail_about(place) for place in due]
    return queue_place_mails(session, event.hackathon.id, mails, now=NOW, ends_at=NOW + timedelta(days=9))


def test_everybody_learns_why(session: Session, event: TeamEvent) -> None:
    """The explanation is about the published place."""
    out(session, event)
    explained = explanation_for(session, event.people[4])
    assert explained is not None
    assert explained.slot == slot(event, 2)
    assert explained.messages


def test_who_came_later_has_no_explanation(session: Session, event: TeamEvent) -> None:
    """Somebody who registered after the teams were formed."""
    out(session, event)
    assert explanation_for(session, make_registration(session, event.hackathon)) is None


def test_no_explanation_depends_on_a_wish_to_avoid_somebody(session: Session, event: TeamEvent) -> None:
    """The same teams, before and after such a wish was confirmed: every word is the same for everybody."""
    out(session, event)
    before = [explanation_for(session, person) for person in event.people]
    wish = Wish(kind=WishKind.AVOID, typed="", other_id=event.people[5].id, is_settled=True, is_confirmed=True)
    event.people[0].wishes.append(wish)
    session.commit()
    teams = {person: (event.challenges[0], 1 + at // 4) for at, person in enumerate(event.people)}
    assert '"avoid"' in make_teams(session, event.hackathon, teams).problem
    out(session, event)
    assert [explanation_for(session, person) for person in event.people] == before
