"""The organisers' page of publication: who will see what, publish, then write to those whose place is new.

Publishing and writing are two steps, so that nobody writes to everybody by a slip of the hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time
from flask_babel import lazy_gettext as _l

from matcher.clock import utc_now
from matcher.hackathons import publication as use_cases
from matcher.hackathons.announcing import Progress, progress
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
from matcher.notifications.sending import outlook
from matcher.store import Hackathon, Registration, TeamPlace, TeamPlanVersion
from matcher.vocabulary import PlaceAnswer
from web.jobs import anybody_runs_them, send_after_answer, soon
from web.links import hackathon_of
from web.mail import sends_for_real
from web.organiser.access import acting
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
    "queued": _l("The mails are on their way. You may leave this page."),
}
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


class Mails(NamedTuple):
    """How far the mails are; `next_try` (a time) while the mail server is away, else empty; whether jobs are run."""

    progress: Progress
    next_try: str
    are_sent: bool


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
        account = acting(token)
        number = account.id if account is not None else None
        publish(db.session, hackathon.id, seen_revision=revision, force="force" in request.form, by=number)
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
    """Queue the mails that are due: they leave by themselves, and the page says how far they are."""
    if announce(hackathon_of(token)):
        send_after_answer()
        soon()
    return redirect(url_for("publication.show", token=token, fait="queued", _anchor="mails"), 303)


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
        mails=_mails(hackathon),
        without_email=use_cases.without_email(session, hackathon.id),
        sends_for_real=sends_for_real(),
        **{"done": None, "problem": None, **more},
    )


def _mails(hackathon: Hackathon) -> Mails:
    found, now = progress(db.session, hackathon.id), utc_now()
    if not found.waiting:
        return Mails(found, "", are_sent=True)
    away = outlook(db.session, now)
    next_try = str(format_time(away.next_try_at, "short")) if away.failures and away.next_try_at else ""
    return Mails(found, next_try, anybody_runs_them(db.session, now))


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
