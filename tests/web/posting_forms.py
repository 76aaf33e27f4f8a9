"""The forms of needs and offers, filled in with the least that is asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from matcher.clock import today
from tests.web.browser import Form, visit
from web.wiring import db

NEED_PAGE = "/besoins/nouveau"
OFFER_PAGE = "/offres/nouvelle"

PROBLEM = (
    "Nos quarante bénévoles s'inscrivent aux tournées par SMS. Chaque semaine, quelqu'un est oublié et une "
    "tournée manque."
)
#: The least that a person has to fill in.
SHORT_NEED = {
    "problem": PROBLEM,
    "place": "Nancy",
    "organisation__name": "Les Paniers du Mardi",
    "organisation__organisation_type": "association",
    "organisation__contact_email": "benevole@paniers.example",
    "consent": "y",
}
SHORT_OFFER = {
    "description": "En trois demi-journées, nous choisissons avec vous un outil libre de planning, puis formons deux "
    "personnes.",
    "kind": "training",
    "place": "Metz",
    "organisation__name": "Atelier du Clavier",
    "organisation__organisation_type": "sole_trader",
    "organisation__family": "company",
    "organisation__contact_email": "atelier@clavier.example",
    "consent": "y",
}


def day_from_now(days: int) -> date:
    """A day as the territory counts them."""
    return today() + timedelta(days=days)


def need_form(client: FlaskClient, **more: Any) -> Form:
    """The need's form with the least that is asked, and ``more``."""
    return visit(client, NEED_PAGE).form(NEED_PAGE).fill(**{**SHORT_NEED, **more})


def offer_form(client: FlaskClient, **more: Any) -> Form:
    """The offer's form with the least that is asked, and ``more``."""
    return visit(client, OFFER_PAGE).form(OFFER_PAGE).fill(**{**SHORT_OFFER, **more})


def newest(model: type[Any]) -> Any:
    """The row that was stored last."""
    return db.session.scalars(select(model).order_by(model.id.desc()).limit(1)).one()


def count(model: type[Any]) -> int:
    """Rows of a table."""
    return len(db.session.scalars(select(model)).all())
