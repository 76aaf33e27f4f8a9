"""The forms of the management pages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from matcher.vocabulary import ClosedReason
from web.posting.fields import Day, DraftForm, Number, OneOf, choices_of
from web.posting.forms import OrganisationPart


class OrganisationPageForm(OrganisationPart):
    """The organisation of a posting, on a page of its own."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.organisation.form.place.description = ""  # no place is given above it here


class CloseForm(DraftForm):
    """Why a posting is closed."""

    reason = OneOf(_l("Why do you close it?"), choices_of(ClosedReason), default=ClosedReason.MATCHED_HERE.value)


class PauseForm(DraftForm):
    """Until when a posting is out of every search."""

    paused_until = Day(_l("Pause until"))


class TakenForm(DraftForm):
    """Requests taken on this month."""

    taken = Number(_l("Requests that you have taken on this month"))
