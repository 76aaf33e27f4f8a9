"""What a link of a mail answers: the form that it opens, and the act behind its button."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from matcher.introductions import drafts
from matcher.introductions.answering import say_no, say_not_now, say_yes
from matcher.introductions.queries import Group, Pair, pair_of
from matcher.people import DeclineReason
from matcher.postings.drafts import parse_draft
from matcher.vocabulary import ContactMode
from web.clock import calendar
from web.hackathons.forms import ToldForm
from web.introductions.forms import NoForm, NotNowForm, YesForm
from web.notifications.one_click import Asked, Choice
from web.wiring import db

#: Days that "not now" proposes. Chosen.
LATER_DAYS: Final = 30

_FORMS: Final[dict[Choice, type[ToldForm]]] = {
    Choice.YES: YesForm,
    Choice.NOT_NOW: NotNowForm,
    Choice.NO: NoForm,
}


def form_of(choice: Choice, today: date) -> ToldForm:
    """The form of an answer, filled in so that its button alone is enough."""
    filled = {
        "mode": ContactMode.MAIL.value,
        "until": (today + timedelta(days=LATER_DAYS)).isoformat(),
        "reason": DeclineReason.OTHER.value,
    }
    return _FORMS[choice](data=filled)


def pair_at(asked: Asked, today: date) -> Pair | None:
    """How the pair stands for the side that was asked; None when the other posting is gone."""
    return pair_of(db.session, asked.own, asked.other.id, today)


def may_answer(pair: Pair | None) -> bool:
    """Whether the side may still answer."""
    return pair is not None and pair.group in {Group.TO_ANSWER, Group.LATER}


def act(asked: Asked, choice: Choice, form: ToldForm, *, now: datetime, today: date) -> None:
    """Say what the form says. Raises DraftProblems for what has to be mended, ActRefused for what cannot be."""
    pair = (asked.need.id, asked.offer.id, asked.side)
    values = form.draft_values()
    if choice is Choice.YES:
        yes = drafts.parse_yes(values, today)
        say_yes(db.session, *pair, yes.mode, now=now, detail=yes.detail, calendar=calendar())
    elif choice is Choice.NOT_NOW:
        say_not_now(db.session, *pair, drafts.parse_not_now(values, today).until, now=now, calendar=calendar())
    else:
        no = parse_draft(drafts.NoDraft, values, today)
        say_no(db.session, *pair, no.reason, no.reason_text, now=now)
