"""What each public figure is called and how it is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from flask_babel import lazy_gettext as _l

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString


class Definition(NamedTuple):
    """A figure in words."""

    name: LazyString
    meaning: LazyString


DEFINITIONS: Final = {
    "needs": Definition(
        _l("Needs"), _l("Needs that were ever posted, those that are closed or deleted since included.")
    ),
    "offers": Definition(_l("Offers"), _l("Offers that were ever posted, counted in the same way.")),
    "proposals": Definition(
        _l("Proposals"),
        _l(
            "Pairs of a need and an offer that the service, one of the two sides or the animator brought up. Each once."
        ),
    ),
    "answered": Definition(
        _l("Answered"), _l("Proposals to which at least one side said yes, no or not now. Reading is no answer.")
    ),
    "answered_share": Definition(_l("Share of proposals answered"), _l("Answered proposals, of all proposals.")),
    "median_days": Definition(
        _l("Median days to the first answer"),
        _l("Half of the answered proposals got their first answer within so many whole days. 0 means: within a day."),
    ),
    "never_proposed": Definition(
        _l("Needs that nothing was proposed to"),
        _l("Needs posted at least seven days ago for which no offer that is on the site was ever proposed."),
    ),
    "never_proposed_share": Definition(
        _l("Share never proposed to"), _l("The same, of all needs posted at least seven days ago.")
    ),
    "introduced": Definition(
        _l("Introduced"), _l("Pairs of which both sides said yes: they got each other’s contact.")
    ),
    "met": Definition(_l("Met"), _l("Pairs of which one side told us that they met or spoke.")),
    "started": Definition(
        _l("Started together"), _l("Pairs of which one side told us that they work on something together.")
    ),
    "declined": Definition(
        _l("Why sides say no"), _l("Refusals by the reason that was chosen. A pair can be declined by each side once.")
    ),
    "outcomes": Definition(
        _l("What came of it"),
        _l("What each side told last, 45 days after the introduction or later. Up to two a pair."),
    ),
    "counterfactual": Definition(
        _l("Would you have met without us?"), _l("What each side answered last to this question. Up to two a pair.")
    ),
    "years": Definition(
        _l("Year by year"), _l("By the year in which it was posted, or in which the second side said yes.")
    ),
}
