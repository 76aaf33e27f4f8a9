"""The site: pages, API and command line. The only package that knows HTTP."""

from __future__ import annotations

from typing import Final

from web import bytecode, cli, errors, filters, i18n, logs, routing, security, warmup, wiring
from web.api import bp as api
from web.assets import Site
from web.browsing import facets
from web.config import Settings
from web.feeds.views import bp as feeds
from web.home.views import bp as home
from web.manage.views import bp as manage
from web.map.views import bp as map_
from web.needs.views import bp as needs
from web.offers.views import bp as offers
from web.organisations.views import bp as organisations
from web.places.views import bp as places
from web.posting import views as _forms  # noqa: F401  (adds its routes to the blueprints of needs and offers)
from web.search.views import bp as search

BLUEPRINTS: Final = (home, search, needs, offers, organisations, manage, map_, feeds, places, api)


def create_app(settings: Settings | None = None) -> Site:
    """Build the application; without ``settings`` they are read from the environment.

    Raises ConfigurationError, in one sentence, when a setting makes it impossible.
    """
    settings = settings or Settings()
    app = Site(__name__, title="Passerelle", docs_path=None, spec_path="/api/openapi.json", json_errors=False)
    app.testing = settings.environment == "testing"
    app.config.update(SETTINGS=settings, BASE_URL=settings.base_url.rstrip("/"))
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    bytecode.init_app(app, settings)
    logs.init_app(app, settings)
    security.init_app(app, settings)
    i18n.init_app(app, settings)
    wiring.init_app(app, settings)
    warmup.init_app(app, settings)
    routing.init_app(app)
    filters.init_app(app)
    facets.init_app(app)
    errors.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    cli.init_app(app)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    return app
