"""The blueprint of the API and what holds for each of its answers.

No session, no cookie: the API is exempt from CSRF protection because nothing that a browser sends by
itself means anything to it. Reading is open to every origin, since what is read is public; writing
needs a token or a JSON body, which another site's page cannot send without a permission never given.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from apiflask import APIBlueprint
from apiflask.schema_adapters import registry
from flask import Response, current_app, request

from matcher.postings.drafts import DraftProblems
from web.api import problems, spec
from web.api.problems import BodyRefusedError, OtherEventError, OtherPostingError, RequestRefusedError
from web.api.requests import PREFIX, ApiAdapter, TokenMissingError, choose_language
from web.i18n import current_language
from web.manage.links import LinkRefusedError
from web.security import csrf, limiter

#: What a view gives to APIFlask: a model, or a model with status and headers, or a whole response.
ApiAnswer: TypeAlias = Any

_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

registry.register("pydantic", ApiAdapter)  # before any view is decorated
bp = APIBlueprint("api", __name__, url_prefix="/api")
csrf.exempt(bp)
limiter.limit(lambda: str(current_app.config["RATE_API"]))(bp)
bp.record_once(spec.configure)
bp.app_url_value_preprocessor(choose_language)


@bp.after_app_request
def _open_to_all(response: Response) -> Response:
    """Open to every site what is public, keep nothing that a token opened, say that language depends on the reader."""
    if not request.path.startswith(PREFIX):
        return response
    if "Authorization" in request.headers:
        response.headers["Cache-Control"] = "no-store"  # what a token opens is not for everybody
    elif request.method in _READS:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "Link, Retry-After, X-Request-ID"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Content-Language"] = current_language().value
    response.vary.add("Accept-Language")
    return response


@bp.errorhandler(RequestRefusedError)
def _shape(error: RequestRefusedError) -> Response:
    return problems.refused(error.problems)


@bp.errorhandler(DraftProblems)
def _draft(error: DraftProblems) -> Response:
    return problems.refused(error.problems)


@bp.errorhandler(BodyRefusedError)
def _unreadable(error: BodyRefusedError) -> Response:
    return problems.unreadable(error)


@bp.errorhandler(TokenMissingError)
def _no_token(_error: TokenMissingError) -> Response:
    return problems.token_missing()


@bp.errorhandler(OtherPostingError)
def _other_posting(_error: OtherPostingError) -> Response:
    return problems.forbidden()


@bp.errorhandler(OtherEventError)
def _other_event(_error: OtherEventError) -> Response:
    return problems.forbidden_event()


@bp.errorhandler(LinkRefusedError)
def _bad_token(_error: LinkRefusedError) -> Response:
    return problems.token_refused()
