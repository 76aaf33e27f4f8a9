"""The site: pages, API and command line. The only package that knows HTTP."""

from __future__ import annotations

from typing import Final

from web import bytecode, cli, errors, filters, i18n, logs, permissions, routing, security, warmup, wiring
from web.accounts import session
from web.accounts.views import bp as accounts
from web.animator import bp as animator
from web.api import bp as api
from web.assets import Site
from web.browsing import facets
from web.config import Settings
from web.feeds.views import bp as feeds
from web.hackathons.views import bp as hackathons
from web.home.views import bp as home
from web.introductions import talking as _talking  # noqa: F401  (adds its routes to the blueprint of answers)
from web.introductions import views as _answers  # noqa: F401  (as above)
from web.introductions.area import bp as introductions
from web.manage.views import bp as manage
from web.map.views import bp as map_
from web.needs.views import bp as needs
from web.notifications import bp as notifications
from web.offers.views import bp as offers
from web.organisations.views import bp as organisations
from web.organiser import challenges as _challenges  # noqa: F401  (adds its routes to the organisers' blueprint)
from web.organiser import colleagues as _colleagues  # noqa: F401  (as above)
from web.organiser import views as _home  # noqa: F401  (as above)
from web.organiser.joining import bp as joining
from web.organiser.sections import bp as organiser
from web.places.views import bp as places
from web.posting import views as _forms  # noqa: F401  (adds its routes to the blueprints of needs and offers)
from web.privacy.views import bp as privacy
from web.registrations import bp as registrations
from web.results.views import bp as results
from web.results.views import jury
from web.search.views import bp as search
from web.statistics.views import bp as statistics
from web.teams import exports as _exports  # noqa: F401  (adds its routes to the blueprint of publication)
from web.teams.mine import bp as participation
from web.teams.organisers import bp as teams
from web.teams.public import bp as public_teams
from web.teams.publication import bp as publication

BLUEPRINTS: Final = (
    home,
    search,
    needs,
    offers,
    organisations,
    manage,
    introductions,
    map_,
    feeds,
    places,
    hackathons,
    organiser,
    joining,
    registrations,
    teams,
    publication,
    participation,
    public_teams,
    results,
    jury,
    accounts,
    animator,
    notifications,
    privacy,
    statistics,
    api,
)


def create_app(settings: Settings | None = None) -> Site:
    """Build the application; without ``settings`` they are read from the environment.

    Raises ConfigurationError, in one sentence, when a setting makes it impossible.
    """
    settings = settings or Settings()
    app = Site(__name__, title="Passerelle", docs_path=None, spec_path="/api/openapi.json", json_errors=False)
    app.testing = settings.environment == "testing"
    app.config.update(SETTINGS=settings, BASE_URL=settings.base_url.rstrip("/"))
    bytecode.init_app(app, settings)
    logs.init_app(app, settings)
    permissions.init_app(app)
    security.init_app(app, settings)
    i18n.init_app(app, settings)
    wiring.init_app(app, settings)
    session.init_app(app)
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
