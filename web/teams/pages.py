"""What every organisers' page about teams shares: whose event it is, what was seen, who signs, who was quicker.

Each form carries the revision and the version that its author saw. When somebody else was quicker, the answer is 409
with what is different now and a button that does the same again on the new teams.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime, gettext
from flask_babel import lazy_gettext as _l

from matcher.clock import utc_now
from matcher.hackathons import plans, runs
from matcher.hackathons.registration_queries import list_registrations
from matcher.store import Hackathon, TeamPlanVersion
from matcher.teams.moves import moves
from matcher.teams.problem import Slot
from matcher.vocabulary import RunStatus
from web.links import hackathon_of
from web.organiser.access import acting
from web.teams.board_cards import Event
from web.teams.naming import CHOICES, names_at
from web.wiring import db

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

#: Key of the name under which this browser signs changes, and its greatest length (that of the column).
SIGNER: Final = "organiser_name"
SIGNER_CHARS: Final = 120

#: Ends of a computation that made no teams.
_WITHOUT_TEAMS: Final = frozenset({RunStatus.IMPOSSIBLE, RunStatus.FAILED, RunStatus.INTERRUPTED})

#: What a page says after a change; the address carries the name alone.
DONE: Final[Mapping[str, LazyString]] = {
    "undone": _l("The last change is undone."),
    "held": _l("They stay where they are in every later computation."),
    "released": _l("Later computations may move them again."),
    "published": _l("These teams are published: everybody finds theirs on their own page."),
    "restored": _l("An earlier version is taken up again, as a new version."),
    "weights": _l("It is saved. The teams stay as they are; the next computation counts in this way."),
    "reset": _l("Everything counts as usual again. The teams stay as they are until the next computation."),
    "relaxed": _l("It is changed. Have the teams computed now: the rules may hold together."),
    "signed": _l("Your changes are signed with this name from now on."),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page shows, for its forms: the revision of the teams, and the number of the version (None: none yet)."""

    revision: int
    number: int | None


@dataclass(frozen=True, slots=True)
class Opened:
    """The event of a link, and the version that its organisers work on (None before the first teams)."""

    token: str
    hackathon: Hackathon
    version: TeamPlanVersion | None
    published: TeamPlanVersion | None
    seen: Seen


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Somebody who is not where the page showed them."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """A change that was asked for: where it is sent, with which fields, and what it is in words."""

    endpoint: str
    fields: Mapping[str, str]
    words: str
    address: Mapping[str, Any]


class TellingRun(NamedTuple):
    """A computation that organisers should know of."""

    id: int
    status: RunStatus


def opened(token: str) -> Opened:
    """The event that the link opens. Raises LinkRefusedError."""
    hackathon = hackathon_of(token)
    pointer = plans.current(db.session, hackathon.id)
    number = pointer.plan.number if pointer.plan else None
    return Opened(token, hackathon, pointer.plan, pointer.published, Seen(pointer.revision, number))


def event_of(hackathon: Hackathon) -> Event:
    """Everybody ever registered, and all challenges. Cost: a few queries."""
    rows = list_registrations(db.session, hackathon.id)
    registrations = {str(row.id): row for row in rows}
    return Event(hackathon.challenges, registrations, names_at(hackathon, rows))


def seen_revision() -> int:
    """The revision that the form at hand was made from; -1, which is never a present one, for anything else."""
    typed = request.form.get("revision", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 15 else -1


def author() -> str:
    """The name under which changes are signed: that of the account that runs the event; else what this browser keeps,
    which may be empty."""
    return account_name() or str(session.get(SIGNER, ""))


def account_name() -> str:
    """The name of the account by which the page at hand was opened, or its address; empty for a link."""
    account = acting(str((request.view_args or {}).get("token", "")))
    return "" if account is None else (account.name or account.email)[:SIGNER_CHARS]


def page(template: str, at: Opened, **values: Any) -> str:
    """A page about the teams of an event."""
    return render_template(
        template,
        hackathon=at.hackathon,
        token=at.token,
        seen=at.seen,
        signer=author(),
        by_account=bool(account_name()),
        choice_words=CHOICES,
        **{"done": DONE.get(request.args.get("fait", "")), "moved": "", **values},
    )


def back_to(endpoint: str, token: str, anchor: str | None = None, **values: Any) -> ResponseReturnValue:
    """Send the browser on after a change, so that a reload sends nothing twice."""
    return redirect(url_for(f"teams.{endpoint}", token=token, _anchor=anchor, **values), 303)


def changed_meanwhile(token: str, event: Event, attempt: Attempt | None) -> ResponseReturnValue:
    """The page for whoever was slower: what is different now, and how to do the same again."""
    db.session.expire_all()
    at = opened(token)
    changed = {
        "who_words": _who_words(at.version),
        "moves": _elsewhere(at, event),
        "again": attempt.endpoint if attempt else None,
        "fields": attempt.fields if attempt else {},
        "address": attempt.address if attempt else {},
        "wanted": attempt.words if attempt else "",
    }
    return page("teams/changed.html", at, changed=changed), 409


def telling_run(at: Opened) -> TellingRun | None:
    """The newest computation, when organisers should know of it: under way, or ended without teams since."""
    run = runs.latest(db.session, at.hackathon.id)
    if run is None:
        return None
    status = runs.state(run, utc_now())
    is_later = at.version is None or run.created_at > at.version.created_at
    if status in runs.ACTIVE or (is_later and status in _WITHOUT_TEAMS):
        return TellingRun(run.id, status)
    return None


def place_words(slot: Slot | None, event: Event) -> str:
    """A team in the words of a table."""
    if slot is None:
        return gettext("no team")
    return gettext(
        "%(challenge)s, team %(number)s", challenge=event.names.challenge(slot.challenge), number=slot.number
    )


def moment(version: TeamPlanVersion) -> str:
    """When a version was made, in the zone of the territory."""
    return str(format_datetime(version.created_at, "d MMM HH:mm"))


def _who_words(version: TeamPlanVersion | None) -> str:
    if version is None:
        return gettext("There are no teams now.")
    if version.author:
        return gettext("%(name)s made version %(number)s.", name=version.author, number=version.number)
    return gettext("The teams are version %(number)s now.", number=version.number)


def _elsewhere(at: Opened, event: Event) -> list[Elsewhere]:
    typed = request.form.get("version", "")
    if at.version is None or not (typed.isascii() and typed.isdigit() and len(typed) <= 9):
        return []
    try:
        before = plans.version_of(db.session, at.hackathon.id, int(typed))
    except plans.NoPlanError:
        return []
    found = moves(plans.plan_of(before).assignment, plans.plan_of(at.version).assignment)
    return [
        Elsewhere(event.names.person(move.participant), place_words(move.before, event), place_words(move.after, event))
        for move in found
    ]
