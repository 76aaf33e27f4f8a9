"""Every failure as a page in the reader's language, or as problem+json (RFC 9457) under ``/api/``."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from flask import Flask, Response, g, json, make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, StatementError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError, ServiceUnavailable, TooManyRequests

from embeddings.errors import StoreNotWritable
from web.logs import log, request_id

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

#: Seconds after which a busy database is worth another try. Chosen, not measured.
RETRY_SECONDS: Final = 5


class Words(NamedTuple):
    """Title and advice of an error page."""

    title: LazyString
    advice: LazyString


#: Fields that a page never gives back: they are typed again.
NEVER_REPEATED: Final = frozenset({"csrf_token", "password", "current", "code"})


class Sent(NamedTuple):
    """What a form held that was not taken; it can be sent again at once only when it came from a page of this site."""

    typed: list[tuple[str, str]]
    can_resend: bool


WORDS: Final[Mapping[int, Words]] = {
    400: Words(
        lazy_gettext("We did not understand this request"),
        lazy_gettext("Its address or its content is damaged. Go back, check it, and send it again."),
    ),
    403: Words(
        lazy_gettext("This page is not open to you"),
        lazy_gettext("The link may have been cancelled, or copied in part. Use the newest link that you were given."),
    ),
    404: Words(
        lazy_gettext("This page does not exist"),
        lazy_gettext("The address may have a typing error, or the page has gone. Search for what you wanted:"),
    ),
    405: Words(
        lazy_gettext("This address cannot be used in that way"),
        lazy_gettext("Go back to the page that you came from and use its buttons."),
    ),
    410: Words(
        lazy_gettext("This page has been removed"),
        lazy_gettext("It is gone for good. Search for something like it:"),
    ),
    413: Words(
        lazy_gettext("This is too large to send"),
        lazy_gettext("Shorten the text or choose a smaller file, and send it again."),
    ),
    429: Words(
        lazy_gettext("That is a lot of requests in a short time"),
        lazy_gettext("We slow down when too many come from one address. Wait a little and try again."),
    ),
    500: Words(
        lazy_gettext("Something broke on our side"),
        lazy_gettext("It is not your fault. Try again; if it goes on, tell us the number below."),
    ),
    503: Words(
        lazy_gettext("The service cannot answer right now"),
        lazy_gettext("Wait a few seconds and try again. What you sent has not been saved."),
    ),
}


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(SecurityError, _host_refused)
    app.register_error_handler(CSRFError, _csrf_refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(OSError, _system_error)
    app.register_error_handler(StoreNotWritable, _index_error)
    app.register_error_handler(Exception, _unexpected)


def wants_problem_json() -> bool:
    """True for requests of programs."""
    return request.path.startswith("/api/")


def answer(error: HTTPException, advice: str | None = None) -> Response:
    """Page or problem+json for ``error``; ``advice`` says more than the usual words."""
    status = error.code or 500
    words = WORDS.get(status) or WORDS[500 if status >= 500 else 400]
    if error.response is not None and status < 400:
        return make_response(error.response)
    detail = str(advice or words.advice)
    if wants_problem_json():
        response = problem(status, str(words.title), detail)
    else:
        response = make_response(_page(status, words, detail), status)
    for name, value in error.get_headers(request.environ):
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _page(status: int, words: Words, advice: str) -> str:
    kept = _sent() if status == TooManyRequests.code or status >= 500 else Sent([], can_resend=False)
    return render_template(
        "errors/error.html", status=status, words=words, advice=advice, request_id=request_id(), **kept._asdict()
    )


def _sent() -> Sent:
    """The form of the request at hand, if it could be read."""
    try:
        form = request.form
    except HTTPException:  # too large, or damaged: the same error again
        return Sent([], can_resend=False)
    typed = [(name, value) for name, value in form.items(multi=True) if name not in NEVER_REPEATED]
    return Sent(typed, can_resend=request.headers.get("Sec-Fetch-Site") == "same-origin")


def problem(status: int, title: str, detail: str, **more: Any) -> Response:
    """An ``application/problem+json`` answer."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "request_id": request_id()}
    response = make_response(json.dumps({**body, **more}), status)
    response.mimetype = "application/problem+json"
    return response


def _http_error(error: HTTPException) -> Response:
    if isinstance(error, TooManyRequests):
        response = answer(error)
        response.headers.setdefault("Retry-After", "60")
        return response
    return answer(error)


def _host_refused(_error: SecurityError) -> Response:
    """No page: its links could not be made without a host to trust."""
    response = make_response(gettext("This site does not answer under this name.") + "\n", 400)
    response.mimetype = "text/plain"
    return response


def _csrf_refused(error: CSRFError) -> Response:
    """Keep what was typed."""
    if wants_problem_json():
        return answer(error)
    g.pop("csrf_token", None)  # a new one, in case the session was lost with the old one
    return make_response(render_template("errors/form_expired.html", **_sent()._asdict()), 400)


def _database_error(error: DBAPIError) -> Response:
    reason = getattr(error.orig, "sqlite_errorname", None) or SQLSTATES.get(getattr(error.orig, "sqlstate", None) or "")
    advice = _advice(reason or "")
    if advice is None:
        return _unexpected(error)
    log.error("database", reason=reason)
    return _unavailable(advice)


#: PostgreSQL's states that have the same remedy as an error of SQLite.
SQLSTATES: Final = {"55P03": "SQLITE_BUSY", "53100": "SQLITE_FULL", "25006": "SQLITE_READONLY"}


def _advice(sqlite_error: str) -> str | None:
    """What to say about an error that the reader or the host can mend; None for any other."""
    if sqlite_error.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return gettext("Many people are writing at this moment. Wait a few seconds and send it again.")
    if sqlite_error.startswith("SQLITE_FULL"):
        return gettext("The disk of the server is full: nothing can be saved until its operator makes room.")
    if sqlite_error.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")):
        return gettext("The database of the server cannot be opened for writing: its operator has to allow it.")
    if sqlite_error.startswith(("SQLITE_IOERR", "SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return gettext("The database of the server cannot be read: its operator has to check the disk.")
    return None


def _system_error(error: OSError) -> Response:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        log.error("disk", reason="full")
        return _unavailable(
            gettext("The disk of the server is full: nothing can be saved until its operator makes room.")
        )
    if error.errno == errno.EROFS:
        log.error("disk", reason="read-only")
        return _unavailable(
            gettext("The database of the server cannot be opened for writing: its operator has to allow it.")
        )
    return _unexpected(error)


def _index_error(error: StoreNotWritable) -> Response:
    log.error("index", reason=str(error))
    return _unavailable(
        gettext("The folder of the search index cannot be written: the operator of the server has to allow it.")
    )


def _unavailable(advice: str) -> Response:
    return answer(ServiceUnavailable(retry_after=RETRY_SECONDS), advice)


def _unexpected(error: Exception) -> Response:
    if isinstance(error, StatementError):
        error.hide_parameters = True  # values of a statement may be personal: not for the log
    log.error("unexpected error", exc_info=error)
    return answer(InternalServerError(original_exception=error))
