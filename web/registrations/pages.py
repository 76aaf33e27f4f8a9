"""The page of the form, shared by the public form, a person's own page and the organisers' desk."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import render_template, request

from matcher.hackathons.registration_drafts import REGISTRATION_TEXTS
from matcher.postings.references import References
from matcher.store import Hackathon, Skill
from web.i18n import current_language
from web.posting.terms import grouped
from web.registrations.forms import RegistrationForm
from web.registrations.proposing import propose
from web.registrations.words import LEVELS, RANKS
from web.wiring import db

#: Name of the button that reads the text about oneself instead of sending the form.
PROPOSE_BUTTON = "propose"


class SkillChoice(NamedTuple):
    """A skill with the level that was chosen, "" for none."""

    skill: Skill
    level: str


class OfferedSkills(NamedTuple):
    """Skills of the form: the chosen ones first, then all others by group."""

    chosen: list[SkillChoice]
    groups: list[tuple[str, list[Skill]]]


def offered_skills(form: RegistrationForm) -> OfferedSkills:
    """Skills as the form shows them. One that does not exist is left out: the draft refuses it in words."""
    known = References(db.session).skills
    levels = form.skills.levels
    chosen = [SkillChoice(known[code], level) for code, level in levels.items() if code in known]
    others = [skill for code, skill in known.items() if code not in levels]
    return OfferedSkills(chosen, grouped(others, current_language().value))


def form_page(template: str, hackathon: Hackathon, form: RegistrationForm, **more: Any) -> str:
    """The page of ``template`` with the form as it stands."""
    form.prepare(hackathon)
    return render_template(
        template,
        hackathon=hackathon,
        form=form,
        offered=offered_skills(form),
        levels=LEVELS,
        ranks=RANKS,
        answer_limit=REGISTRATION_TEXTS["answers"],
        problems=form.problem_list(),
        **{"notice": None, "differences": None, "proposed": None, **more},
    )


def proposal_page(template: str, hackathon: Hackathon, form: RegistrationForm, **more: Any) -> str:
    """The page again with roles and skills ticked from the text; for htmx the part that holds them alone."""
    proposed = propose(form)
    part = "registrations/_profile.html" if request.headers.get("HX-Request") else template
    return form_page(part, hackathon, form, proposed=proposed, **more)
