"""What every answer and every form is guarded by: headers, CSRF, rates, trap fields, odd requests."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote_to_bytes

from flask import Flask, Request, Response, abort, current_app, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_babel import lazy_gettext
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect
from itsdangerous import BadSignature, TimestampSigner
from werkzeug.middleware.proxy_fix import ProxyFix

from matcher.clock import utc_now
from web.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask_babel.speaklater import LazyString

#: Secrets stand in these addresses: their pages tell no one where the reader came from.
MANAGEMENT_PATHS: Final = (
    *("/gerer/", "/organiser/", "/participation/", "/jury/"),
    *("/connexion", "/compte", "/reponse/", "/courriels/", "/animation", "/boite-d-envoi"),
)
#: Here no cookie means anything: programs need no session, and what is the same for everybody may be kept by caches.
SESSIONLESS_PATHS: Final = ("/api/", "/static/")
PERMISSIONS: Final = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
#: Name of the trap field: no browser fills it in by itself, a robot fills in everything.
TRAP_FIELD: Final = "fax_number"
OPENED_FIELD: Final = "form_opened"

#: Where a view notes that its page may be shown in a frame.
_FRAMED: Final = "passerelle.framed"

csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, default_limits=[lambda: current_app.config["RATE_PAGES"]])


class HeadAsGet:
    """WSGI middleware: a HEAD is its GET without the body. No view can then take it for the POST of a form."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on; the answer keeps its headers alone."""
        if environ["REQUEST_METHOD"] != "HEAD":
            return self.app(environ, start_response)
        body = self.app({**environ, "REQUEST_METHOD": "GET"}, start_response)
        close = getattr(body, "close", None)
        if close is not None:
            close()
        return []


class PageSessions(SecureCookieSessionInterface):
    """Sessions for pages alone: below :data:`SESSIONLESS_PATHS` the cookie is neither read nor written."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of the reader; an empty one that keeps nothing where no cookie counts."""
        if request.path.startswith(SESSIONLESS_PATHS):
            return self.make_null_session(app)
        return super().open_session(app, request)


def init_app(app: Flask, settings: Settings) -> None:
    """Guard every request of ``app``."""
    app.session_interface = PageSessions()
    app.wsgi_app = HeadAsGet(app.wsgi_app)  # type: ignore[method-assign]
    app.config.update(
        SECRET_KEY=settings.effective_secret_key(),
        SESSION_COOKIE_NAME="passerelle",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.in_production if settings.secure_cookies is None else settings.secure_cookies,
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        MAX_FORM_MEMORY_SIZE=settings.max_body_bytes,
        TRUSTED_HOSTS=list(settings.allowed_hosts) or None,
        # A form may stay open for a day: its token lives as long as the session.
        WTF_CSRF_TIME_LIMIT=None,
        # Flask-WTF would ask for a Referer over HTTPS, which management pages rightly withhold.
        WTF_CSRF_SSL_STRICT=False,
        RATE_PAGES=settings.rate_pages,
        RATE_SEARCH=settings.rate_search,
        RATE_POSTING=settings.rate_posting,
        RATE_SIGN_IN=settings.rate_sign_in,
        RATE_COACH=settings.rate_coach,
        RATE_API=settings.rate_api,
        RATELIMIT_ENABLED=settings.rate_limits_enabled,
        RATELIMIT_STORAGE_URI=settings.rate_storage,
        RATELIMIT_HEADERS_ENABLED=True,
        HONEYPOT_SECONDS=settings.honeypot_seconds,
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.before_request(_refuse_odd_bytes)
    csrf.init_app(app)
    limiter.init_app(app)
    app.after_request(_guard_answer)
    app.context_processor(lambda: {"csp_nonce": csp_nonce, "honeypot": honeypot, "is_secret_page": is_secret_page})


@limiter.request_filter
def _is_free() -> bool:
    return request.endpoint in {"static", "home.healthz"}


def limited(name: str, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: the rate of the setting ``rate_<name>`` instead of that of pages."""
    return limiter.limit(lambda: str(current_app.config[f"RATE_{name.upper()}"]), **options)


def csp_nonce() -> str:
    """Nonce of the page at hand, for the few inline scripts (structured data)."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def is_secret_page() -> bool:
    """True when the address at hand holds somebody's key."""
    return request.path.startswith(MANAGEMENT_PATHS)


def allow_frames() -> None:
    """Let other sites show the answer at hand in a frame: for pages without a form and without a secret alone."""
    request.environ[_FRAMED] = True


def _guard_answer(response: Response) -> Response:
    headers = response.headers
    framed = _FRAMED in request.environ
    policy = {
        "default-src": "'none'",
        "script-src": f"'self' 'nonce-{csp_nonce()}'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "*" if framed else "'none'",
        "base-uri": "'none'",
    }
    headers.setdefault("Content-Security-Policy", "; ".join(f"{name} {value}" for name, value in policy.items()))
    secret = is_secret_page()
    headers.setdefault("Referrer-Policy", "no-referrer" if secret else "same-origin")
    if secret:
        headers["Cache-Control"] = "no-store"
        headers["X-Robots-Tag"] = "noindex"
    headers.setdefault("X-Content-Type-Options", "nosniff")
    if not framed:
        headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Permissions-Policy", PERMISSIONS)
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if request.is_secure and current_app.config["SETTINGS"].in_production:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _refuse_odd_bytes() -> None:
    """400 for a path or query that holds NUL or is not UTF-8: no part of the service can mean it."""
    for raw in (request.environ.get("PATH_INFO", "").encode("latin-1"), unquote_to_bytes(request.query_string)):
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            abort(400)
        if "\0" in text:
            abort(400)


class Honeypot(NamedTuple):
    """Two hidden fields of a form: a trap that people never see, and when the form was opened."""

    trap_name: str
    opened_name: str
    opened: str


def honeypot(form: Mapping[str, str] | None = None) -> Honeypot:
    """Fields for a form; one that is shown again with errors keeps the time of its first opening."""
    kept = (form or {}).get(OPENED_FIELD, "")
    try:
        _signer().unsign(kept)
    except BadSignature:
        kept = _signer().sign("form").decode("ascii")
    return Honeypot(TRAP_FIELD, OPENED_FIELD, kept)


def honeypot_problem(form: Mapping[str, str]) -> LazyString | None:
    """What to tell a sender who looks like a robot; None for a person.

    The form is shown again with everything in it, so that a person who was taken for a robot only has to
    send it once more.
    """
    if form.get(TRAP_FIELD):
        return lazy_gettext("Leave the field “Fax number” empty: it is a trap for robots. Then send the form again.")
    try:
        _, opened = _signer().unsign(form.get(OPENED_FIELD, ""), return_timestamp=True)
    except BadSignature:
        return lazy_gettext("We could not tell when this form was opened. Please send it again.")
    age = (utc_now() - opened).total_seconds()
    if age < current_app.config["HONEYPOT_SECONDS"]:
        return lazy_gettext("This form was sent faster than anyone can type. Please read it again and send it.")
    return None


def _signer() -> TimestampSigner:
    return TimestampSigner(current_app.config["SECRET_KEY"], salt="form-opened")
