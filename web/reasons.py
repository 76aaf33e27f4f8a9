"""Sentences for reasons, levels and near misses, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from flask_babel import format_date, format_decimal, gettext, ngettext

from matcher.pairs.reasons import Reason, ReasonCode
from matcher.store import Skill, Theme
from matcher.vocabulary import Price
from web.i18n import current_language
from web.labels import label

if TYPE_CHECKING:
    from matcher.pairs.cards import NearMiss

Params = Mapping[str, Any]


def sentence(reason: Reason) -> str:
    """What a card says for one reason."""
    return _SENTENCES[reason.code](reason.params)


def near_miss_sentence(near: NearMiss) -> str:
    """What lifting one condition would bring."""
    return _NEAR[near.code](near.params, near.count)


def _names(terms: Sequence[Theme | Skill]) -> str:
    return ", ".join(term.label(current_language().value) for term in terms)


def _shared_skills(params: Params) -> str:
    skills = params["skills"]
    return ngettext(
        "Brings the skill you need: %(names)s",
        "Brings skills of the need: %(names)s",
        len(skills),
        names=_names(skills),
    )


def _same_themes(params: Params) -> str:
    return ngettext(
        "Same theme: %(names)s", "Same themes: %(names)s", len(params["themes"]), names=_names(params["themes"])
    )


def _missing_skills(params: Params) -> str:
    return ngettext(
        "Does not mention a required skill: %(names)s", "Does not mention required skills: %(names)s",
        len(params["skills"]), names=_names(params["skills"]),
    )  # fmt: skip


def _free(params: Params) -> str:
    if params["price"] is Price.PRO_BONO:
        return gettext("Free of charge: given time")
    return gettext("Free of charge")


def _euros(params: Params, name: str) -> str:
    return format_decimal(params[name])


_SENTENCES: Final[Mapping[ReasonCode, Callable[[Params], str]]] = {
    ReasonCode.SAME_THEMES: _same_themes,
    ReasonCode.SHARED_SKILLS: _shared_skills,
    ReasonCode.SAME_PLACE: lambda p: gettext("Both in %(place)s", place=p["place"]),
    ReasonCode.DISTANCE: lambda p: gettext("%(km)s km away", km=p["km"]),
    ReasonCode.REMOTE: lambda p: gettext("Works at a distance (%(km)s km away)", km=p["km"]),
    ReasonCode.FAMILY_WANTED: lambda p: gettext(
        "The kind of partner looked for: %(family)s", family=label(p["family"])
    ),
    ReasonCode.FREE: _free,
    ReasonCode.BUDGET_FITS: lambda _: gettext("The budgets are compatible"),
    ReasonCode.NEWCOMER: lambda _: gettext("New here: shown early so that everybody gets a chance"),
    ReasonCode.MISSING_SKILLS: _missing_skills,
    ReasonCode.FAMILY_NOT_WANTED: lambda p: gettext(
        "Not the kind of partner looked for: %(family)s", family=label(p["family"])
    ),
    ReasonCode.BUDGET_TOO_LOW: lambda p: gettext(
        "The offer starts at %(amount)s €, above the budget", amount=_euros(p, "minimum")
    ),
    ReasonCode.BUDGET_TOO_HIGH: lambda p: gettext(
        "The offer is for projects up to %(amount)s €", amount=_euros(p, "maximum")
    ),
    ReasonCode.PAID_WITHOUT_BUDGET: lambda _: gettext("The offer is paid and the need has no budget"),
    ReasonCode.AVAILABLE_AFTER_DEADLINE: lambda p: gettext(
        "Only available from %(date)s, after the deadline", date=format_date(p["date"], "long")
    ),
    ReasonCode.AVAILABLE_LATER: lambda p: gettext("Available from %(date)s", date=format_date(p["date"], "long")),
    ReasonCode.OTHER_LANGUAGE: lambda p: gettext(
        "Written in another language: %(language)s", language=label(p["language"])
    ),
    ReasonCode.LAST_PLACE: lambda _: gettext("Room for one more request this month"),
    ReasonCode.REMOTE_ONLY: lambda _: gettext("At a distance only: nobody comes on site"),
    ReasonCode.TOO_FAR: lambda _: gettext("Beyond the range asked for"),
    ReasonCode.OTHER_KIND: lambda _: gettext("Another kind of collaboration"),
    ReasonCode.EXCLUDED_FAMILY: lambda _: gettext("A kind of partner that was excluded"),
    ReasonCode.NO_ROOM: lambda _: gettext("No room left this month"),
}

_NEAR: Final[Mapping[ReasonCode, Callable[[Params, int], str]]] = {
    ReasonCode.TOO_FAR: lambda p, n: ngettext(
        "Accept %(km)s km more: %(num)s more proposal", "Accept %(km)s km more: %(num)s more proposals", n, km=p["km"]
    ),
    ReasonCode.REMOTE: lambda _, n: ngettext(
        "Accept working at a distance: %(num)s more proposal", "Accept working at a distance: %(num)s more proposals", n
    ),
    ReasonCode.OTHER_KIND: lambda _, n: ngettext(
        "Accept another kind of collaboration: %(num)s more proposal",
        "Accept other kinds of collaboration: %(num)s more proposals",
        n,
    ),
    ReasonCode.EXCLUDED_FAMILY: lambda _, n: ngettext(
        "Accept the kinds of partners that were excluded: %(num)s more proposal",
        "Accept the kinds of partners that were excluded: %(num)s more proposals",
        n,
    ),
    ReasonCode.NO_ROOM: lambda _, n: ngettext(
        "No room this month, worth asking next month: %(num)s proposal",
        "No room this month, worth asking next month: %(num)s proposals",
        n,
    ),
}
