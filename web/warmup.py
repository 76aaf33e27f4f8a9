"""When the encoder is loaded: after an answer has been sent, never before or during one, and never before a fork."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request

from web.config import Settings
from web.wiring import services

#: Pages whose reader is about to ask for a comparison by meaning.
ENDPOINTS: Final = frozenset({"search.index", "needs.new", "offers.new", "needs.proposals", "offers.proposals"})
#: Requests that nobody waits behind.
QUIET: Final = frozenset({"static", "home.healthz", "home.robots", "openapi.spec"})


def init_app(app: Flask, settings: Settings) -> None:
    """Start loading after the first page, or with ``encoder_warmup`` off after the first that needs it."""

    @app.after_request
    def start(response: Response) -> Response:
        endpoint = request.endpoint or ""
        if endpoint in ENDPOINTS or (settings.encoder_warmup and endpoint and endpoint not in QUIET):
            response.call_on_close(warm_up)
        return response

    def warm_up() -> None:
        with app.app_context():  # that of the request is over when its answer has been sent
            services().warm_up()
