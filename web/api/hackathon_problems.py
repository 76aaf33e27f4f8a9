"""What programs of organisers are told when an event or its teams are not as they were taken to be."""

from __future__ import annotations

from typing import Final

from flask import Response
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound, ServiceUnavailable

from matcher.hackathons.events import ChangedMeanwhile, PhaseRefused
from matcher.hackathons.plans import NoPlanError, PlanChangedMeanwhile, RulesBroken
from matcher.hackathons.runs import AlreadyRunningError, NoRunError, TooManyRunsError
from matcher.teams.entities import ProblemError
from web import errors
from web.api import problems
from web.api.blueprint import bp
from web.api.requests import needed_bearer_hackathon
from web.posting.submission import ChangedMeanwhileError
from web.teams.board_cards import refusal_sentence
from web.teams.pages import event_of
from web.teams.runs import NO_PLAN, NOT_READY, TOO_MANY

CHANGED: Final = _l("Somebody changed it meanwhile: nothing was stored. Read it again, then send your change again.")


@bp.errorhandler(ChangedMeanwhile)
def _event_changed(_error: ChangedMeanwhile) -> Response:
    return problems.conflict(str(CHANGED), revision=needed_bearer_hackathon().revision)


@bp.errorhandler(ChangedMeanwhileError)
def _registration_changed(_error: ChangedMeanwhileError) -> Response:
    return problems.conflict(str(CHANGED))


@bp.errorhandler(PlanChangedMeanwhile)
def _teams_changed(error: PlanChangedMeanwhile) -> Response:
    return problems.conflict(str(CHANGED), revision=error.revision)


@bp.errorhandler(PhaseRefused)
def _phase_refused(_error: PhaseRefused) -> Response:
    return problems.conflict(gettext("An event goes one phase on or back at a time."))


@bp.errorhandler(RulesBroken)
def _rules_broken(error: RulesBroken) -> Response:
    names = event_of(needed_bearer_hackathon()).names
    sentences = dict.fromkeys(refusal_sentence(each, names) for each in error.broken)
    return problems.conflict(gettext("These teams break rules of the event."), rules=list(sentences))


@bp.errorhandler(NoPlanError)
def _no_teams(_error: NoPlanError) -> Response:
    return problems.conflict(str(NO_PLAN))


@bp.errorhandler(ProblemError)
def _not_ready(_error: ProblemError) -> Response:
    return problems.conflict(str(NOT_READY))


@bp.errorhandler(AlreadyRunningError)
def _already_running(error: AlreadyRunningError) -> Response:
    return problems.conflict(gettext("A computation of this event is under way already."), run=error.run.id)


@bp.errorhandler(TooManyRunsError)
def _too_many_runs(_error: TooManyRunsError) -> Response:
    return errors.answer(ServiceUnavailable(retry_after=60), str(TOO_MANY))


@bp.errorhandler(NoRunError)
def _no_run(_error: NoRunError) -> Response:
    return errors.answer(NotFound())
