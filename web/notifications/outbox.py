"""The outbox of a site without a mail server, to look at while developing. Never in production."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Final, NamedTuple

from flask import Response, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from web.config import Settings
from web.mail import sends_for_real
from web.notifications.blueprint import bp

#: Files that the page lists. Chosen.
SHOWN: Final = 100
_NAME: Final = re.compile(r"[\w-]{1,80}")


class Kept(NamedTuple):
    """A mail in the outbox."""

    name: str
    written_at: datetime
    mail: EmailMessage


@bp.get("/boite-d-envoi")
def outbox() -> ResponseReturnValue:
    """Mails that were written into the folder, newest first."""
    folder = _folder()
    files = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True) if folder.exists() else []
    return render_template(
        "notifications/outbox.html", mails=[_read(path) for path in files[:SHOWN]], more=files[SHOWN:]
    )


@bp.get("/boite-d-envoi/<name>")
def outbox_mail(name: str) -> ResponseReturnValue:
    """One mail: its headers and its text."""
    kept = _kept(name)
    text = kept.mail.get_body(("plain",))
    return render_template("notifications/outbox_mail.html", kept=kept, text=text.get_content() if text else "")


@bp.get("/boite-d-envoi/<name>/html")
def outbox_html(name: str) -> ResponseReturnValue:
    """One mail as a mail program shows it: its own styles, no script, nothing from outside."""
    body = _kept(name).mail.get_body(("html",))
    if body is None:
        abort(404)
    response = Response(body.get_content(), mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-top-navigation-by-user-activation allow-popups"
    )
    return response


def _folder() -> Path:
    """The folder. Raises 404 where mails are private: in production, and where a server sends them."""
    settings: Settings = current_app.config["SETTINGS"]
    if settings.in_production or sends_for_real():
        abort(404)
    return settings.var_dir / "outbox"


def _kept(name: str) -> Kept:
    folder = _folder()
    path = folder / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.is_file():
        abort(404)
    return _read(path)


def _read(path: Path) -> Kept:
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Kept(path.stem, datetime.fromtimestamp(path.stat().st_mtime, UTC), mail)
