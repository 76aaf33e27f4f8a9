"""What tests of the API send, and how they read what it refuses."""

from __future__ import annotations

from typing import Any

from matcher.store import Need, Offer
from web.assets import Site
from web.manage.links import token_for
from web.wiring import db

PROBLEM = "application/problem+json"

ORGANISATION = {
    "name": "Compost et Compagnie",
    "family": "user_sector",
    "organisation_type": "association",
    "place": {"name": "Nancy"},
    "contact_name": "Dominique Discrète",
    "contact_email": "dominique@discrete.example",
}
NEED = {
    "title": "Suivre nos bacs à compost",
    "problem": "Nous notons à la main le poids de trente bacs à compost et nous perdons les feuilles chaque semaine.",
    "place": {"insee": "54395"},
    "themes": ["waste"],
    "language": "fr",
}
OFFER = {
    "title": "Capteurs de poids pour bacs",
    "description": "Nous installons des capteurs de poids et un tableau de bord que tout le monde comprend.",
    "kind": "product",
    "place": {"name": "Luxembourg", "country": "LU"},
    "delivery_modes": ["on_site"],
    "range_scope": "anywhere",
}


def publication(**changes: Any) -> dict[str, Any]:
    """A need and who posts it, both right."""
    return {"organisation": ORGANISATION, "need": NEED, "consent": True, **changes}


def authorised(token: str) -> dict[str, str]:
    """The header of a management token."""
    return {"Authorization": f"Bearer {token}"}


def token_of(app: Site, model: type[Need] | type[Offer], number: int) -> str:
    """Management token of a stored posting."""
    with app.app_context():
        row = db.session.get(model, number)
        assert row is not None
        return token_for(row)


def fields_of(response: Any) -> dict[str, str]:
    """Code of each field that a 422 names."""
    assert response.status_code == 422, response.json
    assert response.mimetype == PROBLEM
    assert all(problem["sentence"] for problem in response.json["problems"])
    return {problem["field"]: problem["code"] for problem in response.json["problems"]}
