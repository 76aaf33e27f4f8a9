"""Doing on the site what invented people decided, by the use cases that views call; and noting it in the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from matcher.clock import local_day
from matcher.introductions import answering, progress, questions, threads
from matcher.introductions.closing import close_posting
from matcher.introductions.states import ActRefused
from matcher.notifications.bounces import record_bounce
from matcher.notifications.preferences import save_preference, stop_mails
from matcher.people import DeclineReason, IntroductionState, MailFrequency
from matcher.postings.publish import renew_posting
from matcher.postings.queries import get_posting
from matcher.simulation.actors import Act, Deed, Pair
from matcher.simulation.ledger import Ledger
from matcher.store import Introduction, Mail, MailPreference, Need, Offer
from matcher.vocabulary import ContactMode, PostingKind

#: What the service may refuse because somebody else was faster: no error of the simulation.
REFUSALS: Final = (ActRefused, questions.QuestionRefused, threads.MessageRefused)

#: Opens every link of a mail as a scanner does, without pressing anything.
OpenLinks = Callable[[Mail], None]


@dataclass(slots=True)
class Hands:
    """What does the deeds. ``done`` and ``refused`` count them."""

    session: Session
    ledger: Ledger
    open_links: OpenLinks
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def do(self, act: Act, now: datetime) -> None:
        """Do ``act``; one that came too late is counted as refused."""
        try:
            _HANDLERS[act.deed](self, act, now)
        except REFUSALS as refusal:
            self.refused[f"{act.deed.value}: {refusal}"] += 1
        else:
            self.done[act.deed.value] += 1
        finally:
            self.session.rollback()


def _yes(hands: Hands, act: Act, now: datetime) -> None:
    pair, side = _pair(act)
    before = _state(hands.session, pair)
    row = answering.say_yes(hands.session, pair.need_id, pair.offer_id, side, ContactMode.MAIL, now=now)
    if row.state is not before:
        hands.ledger.says_yes(side, pair)


def _no(hands: Hands, act: Act, now: datetime) -> None:
    pair, side = _pair(act)
    reason = act.reason or DeclineReason.OTHER
    row = answering.say_no(hands.session, pair.need_id, pair.offer_id, side, reason, now=now)
    if row.state is IntroductionState.DECLINED:
        hands.ledger.refuses(pair)


def _clash(hands: Hands, act: Act, now: datetime) -> None:
    """Yes and no in the same moment; which of them is first depends on the pair's numbers."""
    pair, side = _pair(act)
    yes = Act(Deed.YES, act.organisation_id, side=side, pair=pair)
    no = Act(Deed.NO, act.organisation_id, side=side.other, pair=pair, reason=act.reason)
    for each in (yes, no) if (pair.need_id + pair.offer_id) % 2 else (no, yes):
        hands.do(each, now)


def _not_now(hands: Hands, act: Act, now: datetime) -> None:
    pair, side = _pair(act)
    until = local_day(now) + timedelta(days=act.days)
    answering.say_not_now(hands.session, pair.need_id, pair.offer_id, side, until, now=now)
    hands.ledger.waits(side, pair, until)


def _withdraw(hands: Hands, act: Act, now: datetime) -> None:
    pair, side = _pair(act)
    answering.withdraw(hands.session, pair.need_id, pair.offer_id, side, now=now)
    hands.ledger.takes_back(side, pair)


def _see(hands: Hands, act: Act, now: datetime) -> None:
    pair, side = _pair(act)
    progress.mark_seen(hands.session, pair.need_id, pair.offer_id, side, now=now)


def _write(hands: Hands, act: Act, now: datetime) -> None:
    pair, side = _pair(act)
    call = now + timedelta(days=3) if pair.offer_id % 3 == 0 else None
    text = "Bonjour, quand pouvons-nous nous parler ?"
    threads.write(hands.session, pair.need_id, pair.offer_id, side, text, now=now, call_starts_at=call)


def _read(hands: Hands, act: Act, now: datetime) -> None:
    pair, side = _pair(act)
    threads.mark_read(hands.session, pair.need_id, pair.offer_id, side, now=now)


def _meet(hands: Hands, act: Act, now: datetime) -> None:
    pair, side = _pair(act)
    progress.record_met(hands.session, pair.need_id, pair.offer_id, side, now=now)


def _start(hands: Hands, act: Act, now: datetime) -> None:
    pair, side = _pair(act)
    progress.record_started(hands.session, pair.need_id, pair.offer_id, side, now=now)


def _tell(hands: Hands, act: Act, now: datetime) -> None:
    pair, side = _pair(act)
    if act.outcome is None or act.counterfactual is None:
        raise ValueError("telling needs an outcome")
    progress.record_outcome(hands.session, pair.need_id, pair.offer_id, side, act.outcome, act.counterfactual, now=now)


def _ask(hands: Hands, act: Act, now: datetime) -> None:
    pair, side = _pair(act)
    if side is PostingKind.OFFER:
        questions.ask(hands.session, pair.need_id, pair.offer_id, "Pour combien de personnes est-ce ?", now=now)


def _answer(hands: Hands, act: Act, now: datetime) -> None:
    if act.posting_id is not None and act.question_id is not None:
        questions.answer(hands.session, act.posting_id, act.question_id, "Pour une trentaine.", now=now)


def _close(hands: Hands, act: Act, now: datetime) -> None:
    posting = _posting(hands, act)
    if posting is not None and posting.closed_at is None and act.closed is not None:
        close_posting(hands.session, posting, act.closed, now)
        hands.ledger.closes(posting.posting_kind, posting.id)


def _renew(hands: Hands, act: Act, now: datetime) -> None:
    posting = _posting(hands, act)
    if posting is not None and posting.closed_at is None:
        renew_posting(hands.session, posting, local_day(now))


def _frequency(hands: Hands, act: Act, now: datetime) -> None:
    _save(hands, act.organisation_id, act.frequency or MailFrequency.WEEKLY, 0, now)


def _pause(hands: Hands, act: Act, now: datetime) -> None:
    known = hands.session.get(MailPreference, act.organisation_id)
    if known is None or known.stopped_at is None:
        _save(hands, act.organisation_id, known.frequency if known else MailFrequency.WEEKLY, act.days, now)


def _save(hands: Hands, organisation_id: int, frequency: MailFrequency, days: int, now: datetime) -> None:
    today = local_day(now)
    until = today + timedelta(days=days) if days else None
    save_preference(hands.session, organisation_id, frequency, until, today=today)
    hands.ledger.wants(organisation_id, frequency, until)


def _stop(hands: Hands, act: Act, now: datetime) -> None:
    stop_mails(hands.session, act.organisation_id, None, now=now)
    hands.ledger.stops(act.organisation_id)


def _bounce(hands: Hands, act: Act, now: datetime) -> None:
    mail = _mail(hands, act)
    if mail is not None and mail.message_id is not None:
        address = mail.address
        record_bounce(hands.session, mail.message_id)
        hands.ledger.bounces(act.organisation_id, address)


def _open_links(hands: Hands, act: Act, now: datetime) -> None:
    mail = _mail(hands, act)
    if mail is not None:
        hands.open_links(mail)


def _posting(hands: Hands, act: Act) -> Need | Offer | None:
    if act.posting_id is None or act.side is None:
        return None
    return get_posting(hands.session, act.side, act.posting_id)


def _mail(hands: Hands, act: Act) -> Mail | None:
    return None if act.mail_id is None else hands.session.get(Mail, act.mail_id)


def _pair(act: Act) -> tuple[Pair, PostingKind]:
    if act.pair is None or act.side is None:
        raise ValueError(f"{act.deed.value} needs a pair and a side")
    return act.pair, act.side


def _state(session: Session, pair: Pair) -> IntroductionState | None:
    found = session.query(Introduction.state).filter_by(need_id=pair.need_id, offer_id=pair.offer_id).scalar()
    return found if isinstance(found, IntroductionState) else None


_HANDLERS: Final[Mapping[Deed, Callable[[Hands, Act, datetime], None]]] = {
    Deed.YES: _yes,
    Deed.NO: _no,
    Deed.NOT_NOW: _not_now,
    Deed.WITHDRAW: _withdraw,
    Deed.CLASH: _clash,
    Deed.SEE: _see,
    Deed.WRITE: _write,
    Deed.READ: _read,
    Deed.MEET: _meet,
    Deed.START: _start,
    Deed.TELL: _tell,
    Deed.ASK: _ask,
    Deed.ANSWER: _answer,
    Deed.CLOSE: _close,
    Deed.RENEW: _renew,
    Deed.CHANGE_FREQUENCY: _frequency,
    Deed.PAUSE_MAILS: _pause,
    Deed.STOP_MAILS: _stop,
    Deed.BOUNCE: _bounce,
    Deed.OPEN_LINKS: _open_links,
}
