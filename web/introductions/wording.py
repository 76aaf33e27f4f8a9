"""Sentences about a pair, to one of its sides: what comes next, what happened, why something cannot be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _l

from matcher.introductions.queries import Group, Pair
from matcher.introductions.questions import QuestionProblem
from matcher.introductions.states import Act, Event, Refusal, actor_of, allowed
from matcher.introductions.threads import MessageProblem
from matcher.people import Actor, IntroductionState
from matcher.people import IntroductionEventKind as Kind
from matcher.vocabulary import PostingKind
from web.filters import label_of

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

REFUSALS: Final[dict[Refusal, LazyString]] = {
    Refusal.YOU_SAID_YES: _l(
        "Your side has said yes already. You can take the yes back while the other has not answered."
    ),
    Refusal.YOU_SAID_NO: _l("Your side has said no already, so nothing was changed."),
    Refusal.OTHER_SAID_NO: _l("The other side has said no, so nothing was changed."),
    Refusal.WITHDRAWN: _l("The yes was taken back, so this proposal is over."),
    Refusal.INTRODUCED: _l("Both of you have said yes already: you are introduced."),
    Refusal.EXPIRED: _l("This proposal is over: it had not been answered in time."),
    Refusal.CLOSED: _l("This proposal is over: one of the two postings was closed."),
    Refusal.NOT_INTRODUCED: _l("This comes after both sides have said yes."),
    Refusal.ALREADY_TOLD: _l("Your side has told what came of it already."),
    Refusal.NOTHING_TO_WITHDRAW: _l("There is no yes of yours to take back."),
    Refusal.UNKNOWN_PAIR: _l("These two were not proposed to each other."),
    Refusal.SAME_ORGANISATION: _l("Both postings are of the same organisation."),
    Refusal.NOT_WANTED: _l("The other side does not look for partners of your kind."),
    Refusal.NOT_LIVE: _l("One of the two postings is closed, so nobody can say yes any more."),
    Refusal.TOO_MANY: _l("You have asked several partners yourself who have not answered yet. Please wait for them."),
    Refusal.DAY_OUT_OF_RANGE: _l("Choose a day between tomorrow and six months from now."),
}

MESSAGE_PROBLEMS: Final[dict[MessageProblem, LazyString]] = {
    MessageProblem.EMPTY: _l("Write something first."),
    MessageProblem.TOO_LONG: _l("This is too long for one message."),
    MessageProblem.CALL_IN_PAST: _l("This time is past. Choose a later one."),
    MessageProblem.CALL_TOO_FAR: _l("This is more than six months ahead. Choose an earlier day."),
}

QUESTION_PROBLEMS: Final[dict[QuestionProblem, LazyString]] = {
    QuestionProblem.EMPTY: _l("Write something first."),
    QuestionProblem.TOO_LONG: _l("This is too long."),
    QuestionProblem.TOO_MANY: _l("Several questions of yours wait for an answer already."),
    QuestionProblem.UNKNOWN: _l("This question is not there any more."),
}

#: What the page says after something was done; the address carries the name alone.
DONE: Final[dict[str, LazyString]] = {
    "oui": _l("Your yes is noted."),
    "plus-tard": _l("Noted: you are asked again on that day, and not before."),
    "non": _l("Your no is noted. Thank you for the reason: it helps to propose better."),
    "retire": _l("Your yes is taken back."),
    "message": _l("Your message is in the thread, and on its way to the other side."),
    "appel": _l("Your proposal of a call is in the thread."),
    "rencontre": _l("Noted: you met."),
    "projet": _l("Noted: you work together."),
    "suite": _l("Thank you. What you told is noted."),
    "question": _l("Your question is on its way. The answer will be on the page of the need, for everybody."),
    "reponse": _l("Your answer is on the page of the need, for everybody."),
    "masque": _l("The question is off the page of the need."),
    "montre": _l("The question is on the page of the need again."),
}


def next_step(pair: Pair, *, have_talked: bool) -> str:
    """What comes next, in one sentence; ``have_talked``: there are messages in the thread."""
    if pair.group is Group.TO_ANSWER:
        return _to_answer(pair)
    if pair.group is Group.WAITING:
        return gettext(
            "You said yes. The other side has until %(day)s to answer; you do not have to do anything.",
            day=_day(pair.due_on),
        )
    if pair.group is Group.LATER:
        return gettext("You are asked again on %(day)s.", day=_day(pair.standing.of(pair.side).not_before))
    if not pair.standing.contacts_are_shown:
        return _over(pair)
    if pair.standing.state is IntroductionState.INTRODUCED and have_talked:
        return gettext("You are introduced. Go on talking here, and tell when you have met.")
    return _after_two_yeses(pair)


def _to_answer(pair: Pair) -> str:
    if pair.other_said_yes:
        return gettext(
            "The other side wants to meet you and waits for your answer until %(day)s.", day=_day(pair.due_on)
        )
    if pair.introduction is None and pair.proposal is None:
        return gettext("Nobody has proposed this to you: say yes if you want to be put in touch.")
    if pair.standing.proposed_by is Actor.ANIMATOR:
        return gettext("The territory’s animator thinks that you should meet. Do you want to?")
    return gettext("Do you want to be put in touch? Nobody learns who you are before both of you say yes.")


def _after_two_yeses(pair: Pair) -> str:
    standing, side = pair.standing, pair.side
    if standing.state is IntroductionState.ENDED:
        if Act.TELL in allowed(standing, side):
            return gettext("The other side has told what came of it. Tell it too: one minute is enough.")
        return gettext("You have told what came of it. The thread stays open.")
    return {
        IntroductionState.INTRODUCED: gettext("You are introduced. Write the first message, or propose a call."),
        IntroductionState.MET: gettext("You have met. Do you go on together? Tell it here when you know."),
    }.get(
        standing.state or IntroductionState.STARTED, gettext("You work together. Tell what came of it when you know.")
    )


def _over(pair: Pair) -> str:
    standing = pair.standing
    if standing.state is IntroductionState.DECLINED:
        reason = _lower_first(label_of(standing.decline_reason))
        if standing.declined_by is actor_of(pair.side):
            return gettext("You said no: %(reason)s. It is not proposed to you again.", reason=reason)
        return gettext("The other side said no: %(reason)s. There are other ways across.", reason=reason)
    if standing.state is IntroductionState.WITHDRAWN:
        own = standing.of(pair.side).yes_at is not None
        return gettext("You took your yes back.") if own else gettext("The other side took its yes back.")
    if standing.state is IntroductionState.EXPIRED:
        own = standing.of(pair.side).yes_at is not None
        return gettext("The other side did not answer in time.") if own else gettext("It was not answered in time.")
    return _closed(pair)


def _closed(pair: Pair) -> str:
    row = pair.introduction
    by_us = row is not None and bool(row.events) and row.events[-1].actor is actor_of(pair.side)
    if by_us:
        return gettext("Your posting was closed before both of you had answered.")
    if pair.side is PostingKind.OFFER:
        return gettext("This need was closed: a solution was found elsewhere, or it is no longer looked for.")
    return gettext("This offer was closed before both of you had answered.")


def told(event: Event, side: PostingKind) -> str:
    """What happened, in one sentence for one of the sides."""
    if event.actor is actor_of(side):
        return _BY_US[event.kind](event)
    if event.actor in (Actor.NEED, Actor.OFFER):
        return _BY_THEM[event.kind](event)
    return _BY_OTHERS[event.kind](event)


_BY_US: Final[dict[Kind, Callable[[Event], str]]] = {
    Kind.PROPOSED: lambda _e: gettext("You found the other side yourself"),
    Kind.SEEN: lambda _e: gettext("You read it"),
    Kind.INTERESTED: lambda _e: gettext("You said yes"),
    Kind.NOT_NOW: lambda e: gettext("You asked to wait until %(day)s", day=_day(e.until)),
    Kind.DECLINED: lambda e: gettext("You said no: %(reason)s", reason=_lower_first(label_of(e.reason))),
    Kind.WITHDRAWN: lambda _e: gettext("You took your yes back"),
    Kind.MET: lambda _e: gettext("You told that you met"),
    Kind.STARTED: lambda _e: gettext("You told that you work together"),
    Kind.OUTCOME: lambda e: gettext("You told what came of it: %(outcome)s", outcome=_lower_first(label_of(e.outcome))),
    Kind.CLOSED: lambda _e: gettext("Your posting was closed"),
}

_BY_THEM: Final[dict[Kind, Callable[[Event], str]]] = {
    Kind.PROPOSED: lambda _e: gettext("The other side found you itself"),
    Kind.SEEN: lambda _e: gettext("The other side read it"),
    Kind.INTERESTED: lambda _e: gettext("The other side said yes"),
    Kind.NOT_NOW: lambda e: gettext("The other side asked to wait until %(day)s", day=_day(e.until)),
    Kind.DECLINED: lambda e: gettext("The other side said no: %(reason)s", reason=_lower_first(label_of(e.reason))),
    Kind.WITHDRAWN: lambda _e: gettext("The other side took its yes back"),
    Kind.MET: lambda _e: gettext("The other side told that you met"),
    Kind.STARTED: lambda _e: gettext("The other side told that you work together"),
    Kind.OUTCOME: lambda e: gettext(
        "The other side told what came of it: %(outcome)s", outcome=_lower_first(label_of(e.outcome))
    ),
    Kind.CLOSED: lambda _e: gettext("The posting of the other side was closed"),
}

_BY_OTHERS: Final[dict[Kind, Callable[[Event], str]]] = {
    Kind.PROPOSED: lambda _e: gettext("The territory’s animator proposed that you meet"),
    Kind.INTRODUCED: lambda _e: gettext("You are introduced: both of you said yes"),
    Kind.EXPIRED: lambda _e: gettext("There was no answer in time"),
    Kind.CLOSED: lambda _e: gettext("One of the two postings was closed"),
}


def _day(value: object) -> str:
    return str(format_date(value, "d MMMM")) if value else ""


def _lower_first(words: str) -> str:
    return words[:1].lower() + words[1:]
