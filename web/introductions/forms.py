"""The forms of a pair's page. Names of fields differ between forms: all of them may stand on one page."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice

from matcher.introductions import drafts
from matcher.people import Counterfactual, DeclineReason, Outcome
from matcher.vocabulary import ContactMode
from web.hackathons.forms import ToldForm
from web.posting.fields import Day, Line, OneOf, Paragraph, choices_of

_MODES: Final = [
    SelectChoice(ContactMode.MAIL.value, _l("In writing, through this site: my e-mail address stays hidden")),
    SelectChoice(ContactMode.PHONE.value, _l("By phone, at the number below")),
    SelectChoice(ContactMode.VISIO.value, _l("By video call, at a time that we agree on here")),
    SelectChoice(ContactMode.LINK.value, _l("By a page of mine, such as a booking page")),
]


class YesForm(ToldForm):
    """Yes, and how to be reached."""

    mode = OneOf(_l("How do you want to be reached?"), _MODES)
    phone = Line(
        _l("Phone number"),
        limit=drafts.PHONE,
        render_kw={"type": "tel", "inputmode": "tel", "autocomplete": "tel"},
    )
    link = Line(_l("Address of the page"), render_kw={"inputmode": "url"})


class NotNowForm(ToldForm):
    """A day on which to be asked again."""

    until = Day(_l("Ask me again on"))


class NoForm(ToldForm):
    """No, and why."""

    reason = OneOf(_l("Why not?"), choices_of(DeclineReason), _l("The other side learns the reason, and nothing else."))
    reason_text = Paragraph(
        _l("Anything to add?"),
        _l("For the territory’s animator alone, who looks for what is missing. You may leave it out."),
        limit=drafts.DECLINE,
    )


class MessageForm(ToldForm):
    """A message of the thread. ``form_key`` makes a form that is sent twice one message."""

    message = Paragraph(_l("Your message"), limit=drafts.MESSAGE, render_kw={"rows": 4})
    form_key = HiddenField()


class CallForm(ToldForm):
    """A proposed call."""

    day = Day(_l("Day"))
    time = OneOf(
        _l("Time"),
        [SelectChoice("", "–"), *(SelectChoice(f"{at:%H:%M}", f"{at:%H:%M}") for at in drafts.TIMES)],
    )
    call_link = Line(
        _l("Address of the video call"),
        _l("From any service that you use. You may leave it out and agree on it later."),
        render_kw={"inputmode": "url"},
    )
    note = Paragraph(_l("A word with it"), limit=drafts.NOTE, render_kw={"rows": 2})
    call_key = HiddenField()


class OutcomeForm(ToldForm):
    """What came of it."""

    outcome = OneOf(_l("What came of it?"), choices_of(Outcome))
    counterfactual = OneOf(
        _l("Would you have met without this site?"),
        choices_of(Counterfactual),
        _l("It tells us whether we are of use. The other side does not see your answer."),
    )
    outcome_text = Paragraph(
        _l("In a few words"),
        _l("For the statistics of the territory, without names. The other side does not see it."),
        limit=drafts.OUTCOME,
    )


class QuestionForm(ToldForm):
    """Something that a producer asks about a need."""

    question = Line(
        _l("Your question"),
        _l("It is shown with its answer on the public page of the need, without saying who asked."),
        limit=drafts.QUESTION,
    )


class AnswerForm(ToldForm):
    """The answer to a question, for everybody."""

    answer = Paragraph(_l("Your answer, for everybody"), limit=drafts.ANSWER)
