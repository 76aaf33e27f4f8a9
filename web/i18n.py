"""Languages: French without a prefix, every other one under its own (``/en/…``).

A middleware moves the prefix into ``SCRIPT_NAME``, so that every ``url_for`` stays in the language of
the page and no route has to know about languages.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel, get_locale
from markupsafe import Markup

from matcher.clock import TERRITORY_ZONE
from matcher.vocabulary import Language
from web.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TRANSLATIONS: Final = Path(__file__).parent / "translations"
LANGUAGE_KEY: Final = "passerelle.language"
ROOT_KEY: Final = "passerelle.root"
#: Names of the languages in themselves: never translated.
NATIVE_NAMES: Final = {Language.FR: "Français", Language.EN: "English"}


class LanguagePrefix:
    """WSGI middleware: takes ``/en`` off the path and notes the language."""

    def __init__(self, app: WSGIApplication, default: str, others: Iterable[str]) -> None:
        self.app = app
        self.default = default
        self.others = tuple(others)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on with the prefix moved."""
        path = environ.get("PATH_INFO", "")
        environ[LANGUAGE_KEY] = self.default
        environ[ROOT_KEY] = environ.get("SCRIPT_NAME", "")
        for language in self.others:
            prefix = f"/{language}"
            if path == prefix or path.startswith(f"{prefix}/"):
                environ[LANGUAGE_KEY] = language
                environ["SCRIPT_NAME"] = environ[ROOT_KEY] + prefix
                environ["PATH_INFO"] = path.removeprefix(prefix) or "/"
                break
        return self.app(environ, start_response)


def init_app(app: Flask, settings: Settings) -> None:
    """Give ``app`` its languages; the first one is that of addresses without a prefix."""
    compile_stale_catalogs()
    default, *others = settings.languages
    app.wsgi_app = LanguagePrefix(app.wsgi_app, default, others)  # type: ignore[method-assign]
    app.config["BABEL_DEFAULT_LOCALE"] = default.value
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    app.config["BABEL_DEFAULT_TIMEZONE"] = TERRITORY_ZONE.key
    Babel(app, locale_selector=_language_of_request)
    app.context_processor(_context)


def _language_of_request() -> str:
    if has_request_context():
        return str(request.environ.get(LANGUAGE_KEY, current_app.config["BABEL_DEFAULT_LOCALE"]))
    return str(current_app.config["BABEL_DEFAULT_LOCALE"])


def current_language() -> Language:
    """Language that the page at hand is written in."""
    locale = get_locale()
    return Language(locale.language if locale else current_app.config["BABEL_DEFAULT_LOCALE"])


def switch_language_url(language: str, *, external: bool = False) -> str:
    """Address of the page at hand in another language: same path, same query.

    A page that answers a POST has no address of its own in the other language: its path is kept when it
    also answers GET, else the home page stands in.
    """
    rule = request.url_rule
    answers_get = rule is None or rule.methods is None or "GET" in rule.methods
    path = quote(request.path, safe="/:@!$&'()*+,;=~-._") if answers_get else "/"
    query = request.query_string.decode("ascii", "replace") if request.method == "GET" else ""
    prefix = "" if language == current_app.config["BABEL_DEFAULT_LOCALE"] else f"/{language}"
    address = f"{request.environ.get(ROOT_KEY, '')}{prefix}{path}" + (f"?{query}" if query else "")
    return f"{public_root()}{address}" if external else address


def public_root() -> str:
    """Scheme and host of the site, without a final slash."""
    configured = str(current_app.config["BASE_URL"])
    return configured or f"{request.scheme}://{request.host}"


def public_url(path: str) -> str:
    """Absolute address of ``path`` (that ``url_for`` gave) on the public site."""
    return f"{public_root()}{path}"


def _context() -> dict[str, Any]:
    languages: tuple[Language, ...] = current_app.config["SETTINGS"].languages
    return {
        "current_language": current_language().value,
        "languages": [(language.value, NATIVE_NAMES[language]) for language in languages],
        "switch_language_url": switch_language_url,
        "lang_attribute": lang_attribute,
        "public_url": public_url,
    }


def lang_attribute(language: str | None) -> Markup:
    """``lang="en"`` for a text that is not in the page's language, so that it is read out rightly."""
    if not language or language == current_language().value:
        return Markup()
    return Markup(' lang="{}"').format(str(language))


def compile_stale_catalogs(root: Path = TRANSLATIONS) -> list[Path]:
    """Compile each catalog whose ``.mo`` is missing or older than its ``.po``; answers what was written.

    Two processes that start together write the same bytes, each through its own file and a rename. A
    folder that cannot be written leaves the site in English msgids, which is better than no site.
    """
    written = []
    for source in sorted(root.glob("*/LC_MESSAGES/messages.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        try:
            compile_catalog(source, target)
        except OSError:
            continue
        written.append(target)
    return written


def compile_catalog(source: Path, target: Path) -> None:
    """Compile one ``.po`` file."""
    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parent.parent.name)
    aside = target.with_name(f"{target.name}.{os.getpid()}")
    with aside.open("wb") as file:
        write_mo(file, catalog)
    aside.replace(target)
