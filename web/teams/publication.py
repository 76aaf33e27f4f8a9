"""The organisers' page of publication: who will see what, publish, then write to those whose place is new.

Publishing and writing are two steps, so that nobody writes to everybody by a slip of the hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from matcher.hackathons import publication as use_cases
from matcher.hackathons.plans import (
    NoPlanError,
    PlanChangedMeanwhile,
    RulesBroken,
    Standing,
    current,
    current_version,
    publish,
    standing,
)
from matcher.hackathons.registration_queries import list_registrations
from matcher.store import Hackathon, Registration, TeamPlace, TeamPlanVersion
from matcher.vocabulary import PlaceAnswer
from web.links import hackathon_of
from web.mail import MailError, sends_for_real
from web.security import limited
from web.teams.announcing import announce
from web.teams.naming import Names, names_at
from web.teams.rule_words import broken_sentence
from web.wiring import db

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

bp = Blueprint("publication", __name__, url_prefix="/organiser/<token>/equipes")

DONE: Final[Mapping[str, LazyString]] = {
    "published": _l("The teams are published. Nobody has been written to yet."),
    "sent": _l("The mails have left."),
    "some": _l("Some mails have left, others are still to be sent: press the button again."),
    "refused": _l("The mail server refused some mails. Check the addresses of these people, then try again."),
}
NOT_SENT: Final = _l("The mail server cannot be reached: no mail has left. Try again later; nothing is lost.")
CHANGED: Final = _l("Somebody changed the teams meanwhile. Look at what would be published now, then decide again.")
BROKEN: Final = _l("Nothing was published: these teams break rules. Tick the box if you want them all the same.")


@dataclass(frozen=True, slots=True)
class Preview:
    """What publishing would change: people by what becomes of their place."""

    version: TeamPlanVersion
    revision: int
    is_published: bool
    teams: int
    new: list[Registration]
    moved: list[Registration]
    kept: int
    without_team: list[Registration]
    consenting: int
    people: int
    broken: list[str]


@bp.get("/publier")
def show(token: str) -> ResponseReturnValue:
    """Who will see what, and how things stand when the teams are out."""
    return _page(hackathon_of(token), token, done=DONE.get(request.args.get("fait", "")))


@bp.post("/publier")
def publish_teams(token: str) -> ResponseReturnValue:
    """Let people see the teams that the page showed."""
    hackathon = hackathon_of(token)
    try:
        revision = request.form.get("revision", type=int) or 0
        publish(db.session, hackathon.id, seen_revision=revision, force="force" in request.form)
    except PlanChangedMeanwhile:
        return _page(hackathon, token, problem=CHANGED), 409
    except RulesBroken:
        return _page(hackathon, token, problem=BROKEN), 422
    except NoPlanError:
        pass  # the page says that there are no teams
    return redirect(url_for("publication.show", token=token, fait="published"), 303)


@bp.post("/ecrire")
@limited("posting")
def write(token: str) -> ResponseReturnValue:
    """Send the mails that are due."""
    hackathon = hackathon_of(token)
    try:
        outcome = announce(hackathon)
    except MailError:
        return _page(hackathon, token, problem=NOT_SENT), 503
    done = "refused" if outcome.refused else "some" if outcome.left else "sent"
    return redirect(url_for("publication.show", token=token, fait=done), 303)


def _page(hackathon: Hackathon, token: str, **more: Any) -> str:
    session = db.session
    places = use_cases.places(session, hackathon.id)
    people = list_registrations(session, hackathon.id)
    return render_template(
        "teams/publication.html",
        hackathon=hackathon,
        token=token,
        preview=_preview(hackathon, {str(each.id): each for each in people}),
        places=places,
        answers=use_cases.answers(places),
        declined=_named(places, PlaceAnswer.DECLINED),
        untold=len(use_cases.untold(session, hackathon.id)),
        without_email=use_cases.without_email(session, hackathon.id),
        sends_for_real=sends_for_real(),
        **{"done": None, "problem": None, **more},
    )


def _preview(hackathon: Hackathon, people: Mapping[str, Registration]) -> Preview | None:
    """None before there are teams."""
    try:
        version = current_version(db.session, hackathon.id)
    except NoPlanError:
        return None
    pointer = current(db.session, hackathon.id)
    stands = standing(db.session, hackathon, version)
    known = use_cases.places_by_participant(db.session, hackathon.id)
    there = {who: people[who] for who in stands.assignment}
    new = [person for who, person in there.items() if who not in known]
    moved = [
        person
        for who, person in there.items()
        if who in known and use_cases.slot_of(known[who]) != stands.assignment[who]
    ]
    return Preview(
        version=version,
        revision=pointer.revision,
        is_published=pointer.published_id == version.id and not new and not moved,
        teams=len(set(stands.assignment.values())),
        new=_sorted(new),
        moved=_sorted(moved),
        kept=len(there) - len(new) - len(moved),
        without_team=_sorted([people[who] for who in stands.arrived]),
        consenting=sum(person.directory_consent for person in there.values()),
        people=len(there),
        broken=_broken(stands, names_at(hackathon, people.values())),
    )


def _broken(stands: Standing, names: Names) -> list[str]:
    return list(dict.fromkeys(broken_sentence(each, names) for each in stands.broken))


def _named(places: Sequence[TeamPlace], answer: PlaceAnswer) -> list[Registration]:
    return _sorted([place.registration for place in places if place.answer is answer])


def _sorted(people: list[Registration]) -> list[Registration]:
    return sorted(people, key=lambda person: person.name.casefold())
