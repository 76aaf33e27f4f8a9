"""Why a pair fits and what does not, computed from what was compared.

A reason is a code and its parameters; ``web/reasons.py`` makes the sentence, in the reader's
language. Nothing private enters a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from matcher.store import Need, Offer, Skill, Theme
from matcher.vocabulary import BudgetBlankReason, DeliveryMode, Price, SkillImportance


class ReasonCode(StrEnum):
    """Everything a card can say for or against a pair."""

    # met
    SAME_THEMES = "same_themes"
    SHARED_SKILLS = "shared_skills"
    SAME_PLACE = "same_place"
    DISTANCE = "distance"
    REMOTE = "remote"
    FAMILY_WANTED = "family_wanted"
    FREE = "free"
    BUDGET_FITS = "budget_fits"
    NEWCOMER = "newcomer"
    # not met
    MISSING_SKILLS = "missing_skills"
    FAMILY_NOT_WANTED = "family_not_wanted"
    BUDGET_TOO_LOW = "budget_too_low"
    BUDGET_TOO_HIGH = "budget_too_high"
    PAID_WITHOUT_BUDGET = "paid_without_budget"
    AVAILABLE_AFTER_DEADLINE = "available_after_deadline"
    AVAILABLE_LATER = "available_later"
    OTHER_LANGUAGE = "other_language"
    LAST_PLACE = "last_place"
    REMOTE_ONLY = "remote_only"
    # near misses: the one rule in the way
    TOO_FAR = "too_far"
    OTHER_KIND = "other_kind"
    EXCLUDED_FAMILY = "excluded_family"
    NO_ROOM = "no_room"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing to say; ``params`` holds numbers, dates, enum members, and theme or skill rows."""

    code: ReasonCode
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SentencePair:
    """The two sentences that met: the asker's, the other's; ``cosine`` None when only words met."""

    query: str
    own: str
    cosine: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One need, one offer and what lies between them."""

    need: Need
    offer: Offer
    distance_km: float
    today: date
    newcomer: bool = False

    @property
    def is_remote(self) -> bool:
        """Both sides accept remote work, and it is what makes them meet."""
        return self.need.remote_ok and DeliveryMode.REMOTE in self.offer.delivery_modes


def shared_themes(pair: Comparison) -> list[Theme]:
    """Themes that both name, in the need's order."""
    codes = {theme.code for theme in pair.offer.themes}
    return [theme for theme in pair.need.themes if theme.code in codes]


def shared_skills(pair: Comparison) -> list[Skill]:
    """Skills that the need asks for and the offer names, those it must have first."""
    codes = {skill.code for skill in pair.offer.skills}
    links = sorted(pair.need.skills, key=lambda link: (link.importance is not SkillImportance.MUST, link.skill.code))
    return [link.skill for link in links if link.skill.code in codes]


def missing_skills(pair: Comparison) -> list[Skill]:
    """Skills that the need cannot do without and the offer does not name."""
    codes = {skill.code for skill in pair.offer.skills}
    links = sorted(pair.need.skills, key=lambda link: link.skill.code)
    return [link.skill for link in links if link.importance is SkillImportance.MUST and link.skill.code not in codes]


def met(pair: Comparison) -> list[Reason]:
    """What speaks for the pair, most telling first."""
    need, offer = pair.need, pair.offer
    reasons = []
    if skills := shared_skills(pair):
        reasons.append(Reason(ReasonCode.SHARED_SKILLS, {"skills": skills}))
    if themes := shared_themes(pair):
        reasons.append(Reason(ReasonCode.SAME_THEMES, {"themes": themes}))
    reasons.append(_where(pair))
    if offer.organisation.family in need.families_wanted:
        reasons.append(Reason(ReasonCode.FAMILY_WANTED, {"family": offer.organisation.family}))
    if offer.price in (Price.FREE, Price.PRO_BONO):
        reasons.append(Reason(ReasonCode.FREE, {"price": offer.price}))
    elif need.budget_public and _budgets_meet(need, offer):
        reasons.append(Reason(ReasonCode.BUDGET_FITS))
    if pair.newcomer:
        reasons.append(Reason(ReasonCode.NEWCOMER))
    return reasons


def unmet(pair: Comparison) -> list[Reason]:
    """What speaks against the pair, gravest first. An undisclosed budget is never told, even by hints."""
    need, offer = pair.need, pair.offer
    reasons = []
    if skills := missing_skills(pair):
        reasons.append(Reason(ReasonCode.MISSING_SKILLS, {"skills": skills}))
    reasons += _money(need, offer) + _calendar(pair)
    if need.families_wanted and offer.organisation.family not in need.families_wanted:
        reasons.append(Reason(ReasonCode.FAMILY_NOT_WANTED, {"family": offer.organisation.family}))
    if offer.delivery_modes == {DeliveryMode.REMOTE} and need.remote_ok:
        reasons.append(Reason(ReasonCode.REMOTE_ONLY))
    if offer.language is not need.language:
        reasons.append(Reason(ReasonCode.OTHER_LANGUAGE, {"language": offer.language}))
    if offer.room_left(pair.today) == 1:
        reasons.append(Reason(ReasonCode.LAST_PLACE))
    return reasons


def _where(pair: Comparison) -> Reason:
    if pair.need.place_id == pair.offer.place_id:
        return Reason(ReasonCode.SAME_PLACE, {"place": pair.need.place.name})
    code = ReasonCode.REMOTE if pair.is_remote else ReasonCode.DISTANCE
    return Reason(code, {"km": max(1, round(pair.distance_km))})


def _budgets_meet(need: Need, offer: Offer) -> bool:
    if need.budget_max is None or (offer.project_min is None and offer.project_max is None):
        return False
    return (offer.project_min or 0) <= need.budget_max and (
        offer.project_max is None or (need.budget_min or 0) <= offer.project_max
    )


def _money(need: Need, offer: Offer) -> list[Reason]:
    if not need.budget_public:
        return []
    if need.budget_blank_reason is BudgetBlankReason.NO_BUDGET and offer.price is Price.PAID:
        return [Reason(ReasonCode.PAID_WITHOUT_BUDGET)]
    if need.budget_max is not None and offer.project_min is not None and offer.project_min > need.budget_max:
        return [Reason(ReasonCode.BUDGET_TOO_LOW, {"minimum": offer.project_min})]
    if need.budget_min is not None and offer.project_max is not None and offer.project_max < need.budget_min:
        return [Reason(ReasonCode.BUDGET_TOO_HIGH, {"maximum": offer.project_max})]
    return []


def _calendar(pair: Comparison) -> list[Reason]:
    free_from = pair.offer.available_from
    if free_from is None or free_from <= pair.today:
        return []
    late = pair.need.deadline is not None and free_from > pair.need.deadline
    code = ReasonCode.AVAILABLE_AFTER_DEADLINE if late else ReasonCode.AVAILABLE_LATER
    return [Reason(code, {"date": free_from})]
