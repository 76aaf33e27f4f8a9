"""Roles and skills proposed from what somebody wrote of themselves, ticked in the form for them to correct."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.hackathons.profiles import propose_profile
from matcher.hackathons.registration_drafts import USUAL_LEVEL
from matcher.postings.references import References
from matcher.postings.suggestions import TermVectors
from matcher.store import Skill
from matcher.text import guess_language
from web.i18n import current_language
from web.registrations.forms import RegistrationForm
from web.wiring import db, services

#: Vectors of the skills of this site, kept for the process; one entry, by model and codes.
_kept: dict[tuple[str, ...], TermVectors] = {}


def propose(form: RegistrationForm) -> bool:
    """Tick the roles and skills that the text of ``form`` tells; False when none were recognised.

    What was ticked already stays. Without the encoder, words alone answer. Cost: some tens of milliseconds;
    the first time in a process all skills are encoded, which takes about a second.
    """
    text = str(form.about.data or "")
    language = guess_language(text, default=current_language().value)
    skills = list(References(db.session).skills.values())
    found = propose_profile(text, language, skills, _vectors(skills))
    form.roles.data = sorted({*(form.roles.data or ()), *(role.value for role in found.roles)})
    form.skills.propose([skill.code for skill in found.skills], USUAL_LEVEL)
    return not found.is_empty


def _vectors(skills: Sequence[Skill]) -> TermVectors | None:
    encoder = services().loader.ready()
    if encoder is None:
        return None
    key = (encoder.model_id, *sorted(skill.code for skill in skills))
    vectors = _kept.get(key)
    if vectors is None:
        vectors = TermVectors.of(skills, encoder.encode_documents, encoder.encode_queries)
        _kept.clear()
        _kept[key] = vectors
    return vectors
