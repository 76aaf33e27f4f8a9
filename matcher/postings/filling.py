"""From a draft to a row and back: which field of a draft is which column. No commit here.

Values that are equal are not set again, so a row that says the same is not written again.
"""

from __future__ import annotations

from typing import Any

from matcher.postings.drafts import NeedDraft, OfferDraft, OrganisationDraft
from matcher.postings.references import References
from matcher.store import Need, NeedSkill, Offer, Organisation, Skill
from matcher.vocabulary import SkillImportance

# Fields of a draft that are not a column of the same name.
_ELSEWHERE = frozenset({"key", "organisation", "place", "themes", "skills", "skills_must", "skills_nice", "expires_on"})


def fill_organisation(row: Organisation, draft: OrganisationDraft, references: References) -> None:
    """Give ``row`` what ``draft`` tells."""
    _set_columns(row, draft)
    _set(row, "place", references.settled_place(draft.place))


def fill_need(row: Need, draft: NeedDraft, references: References) -> None:
    """Give ``row`` what ``draft`` tells; a draft without expiry leaves the row's own."""
    _fill_posting(row, draft, references)
    wanted = {skill.id: (skill, SkillImportance.NICE) for skill in references.skills_of(draft.skills_nice)}
    wanted |= {skill.id: (skill, SkillImportance.MUST) for skill in references.skills_of(draft.skills_must)}
    _set_need_skills(row, wanted)


def fill_offer(row: Offer, draft: OfferDraft, references: References) -> None:
    """Give ``row`` what ``draft`` tells; a draft without expiry leaves the row's own."""
    _fill_posting(row, draft, references)
    _set(row, "skills", references.skills_of(draft.skills))


def changed_fields(
    row: Organisation | Need | Offer, draft: OrganisationDraft | NeedDraft | OfferDraft, references: References
) -> list[str]:
    """Names of the fields in which ``draft`` tells something else than ``row``, in their order."""
    now: dict[str, Any] = dict(draft)
    stored: dict[str, Any] = data_of(row)
    now["place"], stored["place"] = references.settled_place(draft.place).id, row.place_id
    if now.get("expires_on") is None:
        stored.pop("expires_on", None)
    return [name for name in type(draft).model_fields if name in stored and _plain(now[name]) != _plain(stored[name])]


def _plain(value: Any) -> Any:
    """Lists without their order of writing: the database keeps codes sorted, and texts as they came."""
    return sorted(value) if isinstance(value, list | tuple) else value


def data_of(row: Organisation | Need | Offer) -> dict[str, Any]:
    """Field values of any row, as its draft reads them back."""
    if isinstance(row, Organisation):
        return organisation_data(row)
    return need_data(row) if isinstance(row, Need) else offer_data(row)


def organisation_data(row: Organisation) -> dict[str, Any]:
    """What :func:`fill_organisation` wrote, as field values that a draft reads back."""
    return _column_data(row, OrganisationDraft) | {"place": {"place_id": row.place_id}}


def need_data(row: Need) -> dict[str, Any]:
    """What :func:`fill_need` wrote, as field values that a draft reads back."""
    by_importance = {
        importance: sorted(link.skill.code for link in row.skills if link.importance is importance)
        for importance in SkillImportance
    }
    return _posting_data(row, NeedDraft) | {
        "skills_must": by_importance[SkillImportance.MUST],
        "skills_nice": by_importance[SkillImportance.NICE],
    }


def offer_data(row: Offer) -> dict[str, Any]:
    """What :func:`fill_offer` wrote, as field values that a draft reads back."""
    return _posting_data(row, OfferDraft) | {"skills": sorted(skill.code for skill in row.skills)}


def _fill_posting(row: Need | Offer, draft: NeedDraft | OfferDraft, references: References) -> None:
    _set_columns(row, draft)
    _set(row, "place", references.settled_place(draft.place))
    _set(row, "themes", references.themes_of(draft.themes))
    if draft.expires_on is not None:
        _set(row, "expires_on", draft.expires_on)


def _set_columns(row: Organisation | Need | Offer, draft: OrganisationDraft | NeedDraft | OfferDraft) -> None:
    for name in type(draft).model_fields:
        if name not in _ELSEWHERE:
            value = getattr(draft, name)
            _set(row, name, list(value) if isinstance(value, tuple) else value)


def _set(row: object, name: str, value: object) -> None:
    if getattr(row, name) != value:
        setattr(row, name, value)


def _set_need_skills(row: Need, wanted: dict[int, tuple[Skill, SkillImportance]]) -> None:
    kept = {link.skill_id: link for link in row.skills if link.skill_id in wanted}
    if len(kept) != len(row.skills):
        row.skills = list(kept.values())
    for skill_id, (skill, importance) in wanted.items():
        if skill_id not in kept:
            row.skills.append(NeedSkill(skill_id=skill_id, skill=skill, importance=importance))
        elif kept[skill_id].importance is not importance:
            kept[skill_id].importance = importance


def _column_data(row: Organisation | Need | Offer, draft: type[Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in draft.model_fields if name not in _ELSEWHERE}


def _posting_data(row: Need | Offer, draft: type[Any]) -> dict[str, Any]:
    return _column_data(row, draft) | {
        "expires_on": row.expires_on,
        "place": {"place_id": row.place_id},
        "themes": [theme.code for theme in row.themes],
    }
