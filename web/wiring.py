"""Where the pieces meet: the database, and the services on it. Nothing is loaded before it is used."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from flask import Flask, current_app
from flask_sqlalchemy_lite import SQLAlchemy

from matcher.store.encryption import use_keys
from matcher.store.session import configure_engine
from web.config import Settings

if TYPE_CHECKING:
    from web.services import Services

#: Where the application keeps its services once they are put together.
EXTENSION: Final = "passerelle"

db = SQLAlchemy(engine_options={"hide_parameters": True})
_building = threading.Lock()


def init_app(app: Flask, settings: Settings) -> None:
    """Open the engine; services are put together when they are first asked for."""
    use_keys(settings.effective_encryption_keys())
    app.config["SQLALCHEMY_ENGINES"] = {"default": settings.effective_database_url}
    db.init_app(app)
    with app.app_context():
        configure_engine(db.engine)


def services() -> Services:
    """Services of the application at hand, one for its process; neither model nor index is read here.

    Cost: about 0.1 s the first time, which imports FAISS and the matcher; nothing afterwards.
    """
    with _building:
        known = current_app.extensions
        if EXTENSION not in known:
            from web.services import build_services  # noqa: PLC0415 - see there

            known[EXTENSION] = build_services(db.engine, current_app.config["SETTINGS"])
        found: Services = known[EXTENSION]
        return found
