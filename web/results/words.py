"""Words of the jury's grid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from flask_babel import force_locale, format_decimal
from flask_babel import lazy_gettext as _l

from matcher.store import Hackathon

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

#: What is marked where the organisers named no criteria. Chosen.
USUAL_CRITERIA: Final = (
    _l("Usefulness for the people concerned"),
    _l("Can be done and kept up"),
    _l("Clear and well presented"),
)

#: What each number of points means, said at both ends and in the middle.
POINTS: Final[Mapping[int, LazyString]] = {
    0: _l("not at all"),
    1: _l("hardly"),
    2: _l("a little"),
    3: _l("fairly"),
    4: _l("well"),
    5: _l("very well"),
}


def criteria_of(hackathon: Hackathon) -> list[str]:
    """What the jury of an event marks, in the language of the event."""
    if hackathon.criteria:
        return list(hackathon.criteria)
    with force_locale(hackathon.language.value):
        return [str(criterion) for criterion in USUAL_CRITERIA]


def mean_words(mean: float | None) -> str:
    """A mean of points to one hundredth, as finely as projects are ranked; a dash for none."""
    return "–" if mean is None else str(format_decimal(mean, "0.00"))
