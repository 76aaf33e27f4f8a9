"""The organisers' board: teams side by side, people moved by hand, held in place, and the last change undone.

Dragging, choosing from a menu and the plain form of a person's page all end in the same POST.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from flask import abort, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matcher.hackathons import plans
from matcher.hackathons.locks import Locks, slot_of, team_key
from matcher.teams.problem import Slot
from web.teams import pages
from web.teams.blueprint import bp
from web.teams.board_cards import Board, Event, board_of, explanation_of, refusal_sentence
from web.teams.pages import Attempt, Opened, author, back_to, event_of, opened, page, seen_revision
from web.teams.ready import readiness
from web.teams.state import state_of
from web.teams.words import sentence
from web.wiring import db

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matcher.store import TeamPlanVersion

#: What a held thing is, in the fields of the form.
PERSON: Final = "person"
TEAM: Final = "team"
#: How many teams may be marked as the worst. Chosen: where many share the lowest score, none stands out.
MOST_WORST: Final = 3


@dataclass(frozen=True, slots=True)
class Refused:
    """A change that breaks rules: what it is, which ones, and (`may_force`) what does it all the same."""

    title: str
    lines: list[str]
    endpoint: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    may_force: bool = True


@bp.get("")
def board(token: str) -> ResponseReturnValue:
    """The teams that the organisers work on; before the first ones, what there is to form them from."""
    at = opened(token)
    return _board_page(at, event_of(at.hackathon))


@bp.get("/personnes/<who>")
def person(token: str, who: str) -> ResponseReturnValue:
    """Why somebody is where they are, and the plain forms that move them."""
    at = opened(token)
    event = event_of(at.hackathon)
    if at.version is None or who not in event.registrations:
        abort(404)
    standing = plans.standing(db.session, at.hackathon, at.version)
    shown = board_of(event, standing, plans.plan_of(at.version).assignment, plans.locks_of(at.version))
    reasons, others = reasons_for(standing, event, who)
    return page(
        "teams/person.html",
        at,
        board=shown,
        registration=event.registrations[who],
        card=shown.person(who),
        place=pages.place_words(standing.assignment.get(who), event),
        reasons=reasons,
        others=others,
        choices=[event.names.challenge(str(choice.challenge_id)) for choice in event.registrations[who].choices],
    )


@bp.post("/deplacer")
def move(token: str) -> ResponseReturnValue:
    """Put somebody into a team."""
    at = opened(token)
    event, who = event_of(at.hackathon), request.form.get("who", "")
    to = _asked_slot(request.form.get("to", ""))
    name = event.names.person(who)
    if to is None or who not in event.registrations:
        refused = Refused(gettext("Nobody was moved"), [gettext("Choose a team from the list.")], may_force=False)
        return _board_page(at, event, refused), 422
    words = gettext("Put %(name)s into: %(team)s", name=name, team=pages.place_words(to, event))
    attempt = Attempt("teams.move", {"who": who, "to": team_key(to)}, words, {})

    def change() -> TeamPlanVersion:
        return plans.move_person(
            db.session, at.hackathon.id, who, to, author=author(), seen_revision=seen_revision(), force=_is_forced()
        )

    return _made(at, event, attempt, change) or back_to("board", token, anchor=f"person-{who}", fait="moved", qui=who)


@bp.post("/echanger")
def swap(token: str) -> ResponseReturnValue:
    """Let two people change places."""
    at = opened(token)
    event, who, other = event_of(at.hackathon), request.form.get("who", ""), request.form.get("other", "")
    words = gettext(
        "Let %(name)s and %(other)s change places", name=event.names.person(who), other=event.names.person(other)
    )
    attempt = Attempt("teams.swap", {"who": who, "other": other}, words, {})

    def change() -> TeamPlanVersion:
        return plans.swap_people(
            db.session, at.hackathon.id, who, other, author=author(), seen_revision=seen_revision(), force=_is_forced()
        )

    return _made(at, event, attempt, change) or back_to("board", token, anchor=f"person-{who}", fait="moved", qui=who)


@bp.post("/tenir")
def hold(token: str) -> ResponseReturnValue:
    """Hold a person or a team in place, or let go of it."""
    at = opened(token)
    if at.version is None:
        abort(404)
    event = event_of(at.hackathon)
    action = "hold" if "hold" in request.form else "release"
    what = request.form.get(action, "")
    locks = _with(plans.locks_of(at.version), what, held=action == "hold")
    words = gettext("Hold in place") if action == "hold" else gettext("Let go")
    attempt = Attempt("teams.hold", {action: what}, words, {})

    def change() -> TeamPlanVersion:
        return plans.set_locks(
            db.session, at.hackathon.id, locks, author=author(), seen_revision=seen_revision(), note=words
        )

    return _made(at, event, attempt, change) or back_to("board", token, fait="held" if action == "hold" else "released")


@bp.post("/annuler")
def undo(token: str) -> ResponseReturnValue:
    """Go back to the teams from which the present ones were made."""
    at = opened(token)
    try:
        plans.undo(db.session, at.hackathon.id, seen_revision=seen_revision())
    except plans.PlanChangedMeanwhile:
        return pages.changed_meanwhile(token, event_of(at.hackathon), None)
    except plans.NoPlanError:
        return back_to("board", token)
    return back_to("board", token, fait="undone")


@bp.post("/signer")
def sign(token: str) -> ResponseReturnValue:
    """Keep, in this browser, the name under which its changes are signed; an empty one signs nothing."""
    opened(token)
    session[pages.SIGNER] = " ".join(request.form.get("name", "").split())[: pages.SIGNER_CHARS]
    return back_to("versions", token, fait="signed")


def reasons_for(standing: plans.Standing, event: Event, who: str) -> tuple[list[str], list[list[str]]]:
    """Why somebody is where they are; and for each choice that they like better, what it would take."""
    explained = explanation_of(standing)
    if explained is None or who not in explained.yardstick.people:
        return [], []
    told = explained.person(who)
    why = told.messages[: len(told.messages) - sum(len(each.messages) for each in told.counterfactuals)]
    others = [[sentence(message, event.names) for message in each.messages] for each in told.counterfactuals]
    return [sentence(message, event.names) for message in why], others


def _made(
    at: Opened, event: Event, attempt: Attempt, change: Callable[[], TeamPlanVersion]
) -> ResponseReturnValue | None:
    """Make a change; None when it is made, else the page that says why not."""
    try:
        change()
    except plans.PlanChangedMeanwhile:
        return pages.changed_meanwhile(at.token, event, attempt)
    except plans.RulesBroken as error:
        lines = [refusal_sentence(each, event.names) for each in error.broken]
        may_force = plans.ABSOLUTE.isdisjoint(each.rule for each in error.broken)
        return _board_page(at, event, Refused(attempt.words, lines, attempt.endpoint, attempt.fields, may_force)), 422
    except plans.NoPlanError:
        return back_to("board", at.token)
    return None


def _board_page(at: Opened, event: Event, refused: Refused | None = None) -> str:
    run = pages.telling_run(at)
    if at.version is None:
        ready = readiness(at.hackathon, event)
        return page("teams/board.html", at, state=None, refused=refused, run=run, ready=ready)
    standing = plans.standing(db.session, at.hackathon, at.version)
    shown = board_of(event, standing, plans.plan_of(at.version).assignment, plans.locks_of(at.version))
    moved = request.args.get("qui", "") if request.args.get("fait") == "moved" else ""
    more = {"done": _moved_words(shown, event, moved)} if moved else {}
    return page(
        "teams/board.html",
        at,
        board=shown,
        state=state_of(at, at.version, standing, shown),
        refused=refused,
        run=run,
        worst=_worst(shown),
        moved=moved,
        **more,
    )


def _worst(shown: Board) -> set[str]:
    """Anchors of the teams with the lowest score; none where many share it."""
    scores = {team.anchor: team.score for lane in shown.lanes for team in lane.teams if team.score is not None}
    found = {anchor for anchor, score in scores.items() if score == min(scores.values())}
    return found if len(found) <= MOST_WORST else set()


def _moved_words(shown: Board, event: Event, who: str) -> str | None:
    card = shown.person(who)
    if card is None or not card.code:
        return None
    return gettext(
        "%(name)s is there now: %(team)s.", name=card.name, team=pages.place_words(slot_of(card.code), event)
    )


def _asked_slot(typed: str) -> Slot | None:
    try:
        return slot_of(typed)
    except ValueError:
        return None


def _with(locks: Locks, what: str, *, held: bool) -> Locks:
    """The locks with one more, or one less, of "person:12" or "team:3:1"."""
    kind, _, name = what.partition(":")
    people, teams = ({name} if kind == PERSON else set()), ({name} if kind == TEAM else set())
    if held:
        return Locks(locks.people | people, locks.teams | teams)
    return Locks(locks.people - people, locks.teams - teams)


def _is_forced() -> bool:
    return request.form.get("force") == "1"
