"""Shared skills and themes of one posting and many candidates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from matcher.store import Need, NeedSkill, Offer
from matcher.store.postings import need_theme, offer_skill, offer_theme
from matcher.vocabulary import PostingKind, SkillImportance

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Terms:
    """Identifiers of the themes and skills of one posting. An offer's skills all count as ``must``."""

    themes: AbstractSet[int] = frozenset()
    must: AbstractSet[int] = frozenset()
    nice: AbstractSet[int] = frozenset()


def terms_of(posting: Need | Offer) -> Terms:
    """Terms of a loaded posting."""
    themes = {theme.id for theme in posting.themes}
    if isinstance(posting, Offer):
        return Terms(themes, {skill.id for skill in posting.skills})
    of = {
        importance: {s.skill_id for s in posting.skills if s.importance is importance} for importance in SkillImportance
    }
    return Terms(themes, of[SkillImportance.MUST], of[SkillImportance.NICE])


def load_terms(session: Session, kind: PostingKind, ids: Sequence[int]) -> dict[int, Terms]:
    """Terms of each posting of ``ids``: two statements, no row objects."""
    themes: dict[int, set[int]] = defaultdict(set)
    skills: dict[SkillImportance, dict[int, set[int]]] = {level: defaultdict(set) for level in SkillImportance}
    if kind is PostingKind.NEED:
        theme_rows = select(need_theme.c.need_id, need_theme.c.theme_id).where(need_theme.c.need_id.in_(ids))
        skill_rows = select(NeedSkill.need_id, NeedSkill.skill_id, NeedSkill.importance).where(
            NeedSkill.need_id.in_(ids)
        )
    else:
        theme_rows = select(offer_theme.c.offer_id, offer_theme.c.theme_id).where(offer_theme.c.offer_id.in_(ids))
        skill_rows = select(offer_skill.c.offer_id, offer_skill.c.skill_id, literal(SkillImportance.MUST.value)).where(
            offer_skill.c.offer_id.in_(ids)
        )
    for posting_id, theme_id in session.execute(theme_rows).all():
        themes[posting_id].add(theme_id)
    for posting_id, skill_id, importance in session.execute(skill_rows).all():
        skills[SkillImportance(importance)][posting_id].add(skill_id)
    must, nice = skills[SkillImportance.MUST], skills[SkillImportance.NICE]
    return {row: Terms(themes.get(row, set()), must.get(row, set()), nice.get(row, set())) for row in ids}


def shares(asker: Terms, others: Sequence[Terms], asks: PostingKind) -> Mapping[str, Floats]:
    """Shares in [0, 1], each of shape (n,): required skills, wished skills and themes of the need that are met.

    The need sets the measure in both directions; what it does not name counts 0.
    """
    pairs = [(asker, other) if asks is PostingKind.NEED else (other, asker) for other in others]
    return {
        "must": np.array([_share(need.must, offer.must) for need, offer in pairs]),
        "nice": np.array([_share(need.nice, offer.must) for need, offer in pairs]),
        "themes": np.array([_share(need.themes, offer.themes) for need, offer in pairs]),
    }


def _share(wanted: AbstractSet[int], there: AbstractSet[int]) -> float:
    return len(wanted & there) / len(wanted) if wanted else 0.0
