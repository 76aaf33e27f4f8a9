"""Structured logs: one JSON object a line in production, readable lines otherwise.

Nothing personal is logged: no address, no query string, no form value, and the endpoint instead of
the path, because a management link is a secret.
"""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time
from typing import Final

import structlog
from flask import Flask, Response, g, request

from web.config import Settings

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
log = structlog.get_logger("passerelle")


def init_app(app: Flask, settings: Settings) -> None:
    """Set structlog up and log every request of ``app`` but those for static files."""
    configure(json_lines=settings.in_production, level="WARNING" if app.testing else "INFO")
    app.before_request(_start)
    app.after_request(_finish)


def configure(*, json_lines: bool, level: str = "INFO") -> None:
    """Choose how lines look and which are kept."""
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if not json_lines:
        # Plain tracebacks: the richer ones print local variables, which hold what people typed.
        renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if json_lines:
        processors.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*processors, renderer],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # stdout is for what a command answers
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        cache_logger_on_first_use=False,
    )
    # The development server's own request lines hold addresses and searches; ours replace them.
    werkzeug = logging.getLogger("werkzeug")
    if not any(isinstance(known, _NoRequestLines) for known in werkzeug.filters):
        werkzeug.addFilter(_NoRequestLines())


class _NoRequestLines(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return " - - [" not in record.getMessage()


def request_id() -> str:
    """Identifier of the request at hand: in its log lines, in ``X-Request-ID`` and on error pages."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
    return str(g.request_id)


def _start() -> None:
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id())


def _finish(response: Response) -> Response:
    response.headers["X-Request-ID"] = request_id()
    if request.endpoint != "static":
        milliseconds = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
        log.info(
            "request",
            method=request.method,
            endpoint=request.endpoint or "-",
            status=response.status_code,
            ms=round(milliseconds, 1),
        )
    return response
