"""Sending: what waits leaves once, and waits again when it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from matcher.notifications.bounces import record_bounce
from matcher.notifications.preferences import WEEK_DAYS, save_preference
from matcher.notifications.sending import MAX_ATTEMPTS, Carry, PutOff, Refused, ServerAway, outlook, send_due
from matcher.people import MailFrequency, MailKind, MailState
from matcher.store import Mail, MailPreference
from matcher.store.encryption import blind_index
from matcher.vocabulary import Language
from tests.matcher.notifications.world import CALENDAR, TUESDAY, Outbox, World


def waiting(world: World, count: int = 1, address: str = "asso@example.org", now: datetime = TUESDAY) -> list[Mail]:
    """Mails of the need's side that are due."""
    first = len(world.mails())
    rows = [
        Mail(
            key=f"digest:{world.asker}:{first + number}/0", kind=MailKind.DIGEST, organisation_id=world.asker,
            address=address, address_index=blind_index(address), language=Language.FR,
            subject="Sujet", text="Texte", html="<p>Texte</p>", due_at=now, created_at=now,
        )
        for number in range(count)
    ]  # fmt: skip
    world.session.add_all(rows)
    world.session.commit()
    return rows


class Failing:
    """A way out that raises ``error`` for each mail, or when it is opened."""

    def __init__(self, error: Exception, *, at_once: bool = False) -> None:
        self.error, self.at_once, self.tries = error, at_once, 0

    def __enter__(self) -> Carry:
        self.tries += 1
        if self.at_once:
            raise self.error
        return self._carry

    def __exit__(self, *_error: object) -> None:
        return None

    def _carry(self, _mail: Mail) -> None:
        raise self.error


def test_a_mail_leaves_once(world: World) -> None:
    """And keeps when, and under which Message-ID."""
    (mail,) = waiting(world)
    way = Outbox()
    assert world.send(TUESDAY, way).sent == 1
    assert world.send(TUESDAY, way).sent == 0
    world.session.refresh(mail)
    assert (mail.state, mail.sent_at, mail.attempts) == (MailState.SENT, TUESDAY, 1)
    assert mail.message_id is not None
    assert mail.message_id.endswith("@example.org>")
    assert way.carried == [mail.id]


def test_what_a_dead_process_had_taken_is_taken_up_with_the_same_message_id(world: World) -> None:
    """After ten minutes, not before: another process may be at it."""
    (mail,) = waiting(world)
    with pytest.raises(KeyboardInterrupt):
        world.send(TUESDAY, Failing(KeyboardInterrupt()))  # type: ignore[arg-type]
    world.session.refresh(mail)
    first = mail.message_id
    assert mail.state is MailState.SENDING
    assert world.send(TUESDAY + timedelta(minutes=9)).sent == 0
    assert world.send(TUESDAY + timedelta(minutes=10)).sent == 1
    world.session.refresh(mail)
    assert (mail.state, mail.message_id) == (MailState.SENT, first)


def test_a_mail_taken_by_a_clock_of_the_future_is_taken_up(world: World) -> None:
    """The machine's clock was put back by a day while a process died."""
    (mail,) = waiting(world)
    mail.state, mail.taken_at = MailState.SENDING, TUESDAY + timedelta(days=1)
    world.session.commit()
    assert world.send(TUESDAY).sent == 1


def test_a_server_that_is_away_for_a_day_loses_nothing(world: World) -> None:
    """Tried every minute by the jobs, and asked less and less: once an hour at most."""
    mails = waiting(world, 20)
    away = Failing(ServerAway(), at_once=True)
    for minute in range(24 * 60):
        assert world.send(TUESDAY + timedelta(minutes=minute), away).sent == 0
    assert 24 <= away.tries <= 30
    seen = outlook(world.session, TUESDAY + timedelta(days=1))
    assert (seen.waiting, seen.failures) == (20, away.tries)
    assert seen.next_try_at is not None
    assert seen.next_try_at - (TUESDAY + timedelta(days=1)) <= timedelta(hours=1)
    assert world.send(seen.next_try_at).sent == len(mails)
    assert outlook(world.session, seen.next_try_at).next_try_at is None


def test_a_server_that_goes_away_in_between_keeps_the_mail(world: World) -> None:
    """It waits again, with its try counted."""
    (mail,) = waiting(world)
    report = world.send(TUESDAY, Failing(ServerAway()))
    world.session.refresh(mail)
    assert report.server_away
    assert (mail.state, mail.attempts, mail.failure) == (MailState.WAITING, 1, "server_away")
    assert world.send(TUESDAY + timedelta(minutes=1)).sent == 1


def test_a_mail_that_is_put_off_is_tried_less_and_less_and_given_up_at_last(world: World) -> None:
    """Others leave meanwhile."""
    (mail,) = waiting(world)
    moment = TUESDAY
    tries = 0
    while mail.state is not MailState.FAILED:
        tries += world.send(moment, Failing(PutOff())) is not None and mail.due_at <= moment
        world.session.refresh(mail)
        moment = max(moment, mail.due_at)
    assert mail.attempts == MAX_ATTEMPTS
    assert timedelta(days=1) < moment - TUESDAY < timedelta(days=3)


def test_a_refused_address_is_not_tried_again(world: World) -> None:
    """It counts as a mail that came back."""
    (mail,) = waiting(world)
    assert world.send(TUESDAY, Failing(Refused())).failed == 1
    world.session.refresh(mail)
    assert (mail.state, mail.failure, mail.sent_at) == (MailState.FAILED, "refused", None)
    assert world.send(TUESDAY + timedelta(days=1)).sent == 0
    preference = world.session.get(MailPreference, world.asker)
    assert preference is not None
    assert preference.bounces == 1


def test_three_bounces_in_a_row_stop_an_address(world: World) -> None:
    """The same bounce told twice counts once; opening the preferences begins anew."""
    mails = waiting(world, 3)
    world.send(TUESDAY)
    counts = []
    for mail in mails:
        world.session.refresh(mail)
        counts += [record_bounce(world.session, str(mail.message_id)) for _ in range(2)]
    assert counts == [1, 1, 2, 2, 3, 3]
    world.propose(TUESDAY)
    assert world.plan(TUESDAY + timedelta(days=WEEK_DAYS)) == 1, "the other side alone"
    save_preference(world.session, world.asker, MailFrequency.WEEKLY, None, today=TUESDAY.date())
    assert world.plan(TUESDAY + timedelta(days=WEEK_DAYS)) == 1


def test_a_mail_that_got_through_breaks_the_row(world: World) -> None:
    """Two bounces, one that arrived, two bounces: two in a row."""
    counts = []
    for number in range(5):
        (mail,) = waiting(world, now=TUESDAY + timedelta(hours=number))
        world.send(TUESDAY + timedelta(hours=number))
        world.session.refresh(mail)
        if number != 2:
            counts.append(record_bounce(world.session, str(mail.message_id)))
    assert counts == [1, 2, 1, 2]


def test_a_bounce_of_somebody_else_is_none(world: World) -> None:
    """Whatever is told as a Message-ID."""
    for text in ("", "<>", "<mail-1@example.com>", "x" * 400):
        assert record_bounce(world.session, text) is None


def test_two_processes_share_what_waits(world: World, session: Session) -> None:
    """A mail that one has taken while the other looked on leaves once."""
    waiting(world, 3)
    carried: list[int] = []

    @contextmanager
    def slow() -> Iterator[Carry]:
        def carry(mail: Mail) -> None:
            if not carried:
                with Session(session.get_bind()) as other:
                    send_due(other, TUESDAY, lambda: collected(carried), calendar=CALENDAR)
            carried.append(mail.id)

        yield carry

    send_due(session, TUESDAY, slow, calendar=CALENDAR)
    assert len(carried) == len(set(carried)) == 3


@contextmanager
def collected(into: list[int]) -> Iterator[Carry]:
    """A way out that notes numbers."""
    yield lambda mail: into.append(mail.id)
