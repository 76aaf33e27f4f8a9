"""The forms of what an organisation says about its mails."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from matcher.people import MailFrequency
from matcher.postings.limits import TextLimit
from matcher.vocabulary import PostingKind
from web.hackathons.forms import ToldForm
from web.posting.fields import Day, Line, OneOf, Tick, choices_of

#: Longest search that is kept.
SEARCH = TextLimit(500)


class PreferenceForm(ToldForm):
    """How often, and a pause."""

    frequency = OneOf(
        _l("How often do you want to hear of new proposals?"),
        choices_of(MailFrequency),
        _l("A yes of the other side is told at once in any case: somebody waits for your answer."),
    )
    paused_until = Day(
        _l("Pause until"),
        _l("No mail before this day, but what both sides agreed on. Leave it empty for no pause."),
    )
    receives = Tick(_l("I get the mails of this organisation"), _l("Your colleagues each decide for themselves."))


class SearchForm(ToldForm):
    """A search to be told of; the side that it looks for is fixed by the page."""

    query = Line(_l("What do you look for?"), limit=SEARCH)
    frequency = OneOf(_l("How often?"), choices_of(MailFrequency)[:2], default=MailFrequency.WEEKLY.value)


class KeepSearchForm(ToldForm):
    """The search of the page at hand, in hidden fields."""

    looks_for = HiddenField(default=PostingKind.OFFER.value)
    query = HiddenField()
    filters = HiddenField()
