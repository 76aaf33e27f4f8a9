"""Structured data for search engines (schema.org), without anything that a page would not show."""

from __future__ import annotations

from typing import Any

from flask import url_for

from matcher.store import Need, Offer, Organisation, Place
from matcher.vocabulary import OrganisationType, Price
from web.i18n import public_url
from web.presenters import SUMMARY_CHARS, excerpt, posting_text, posting_url

JsonLd = dict[str, Any]

_TYPES = {
    OrganisationType.ASSOCIATION: "NGO",
    OrganisationType.FOUNDATION: "NGO",
    OrganisationType.COMPANY: "Corporation",
    OrganisationType.SCHOOL_UNIVERSITY: "EducationalOrganization",
    OrganisationType.COMMUNE: "GovernmentOrganization",
    OrganisationType.INTERCOMMUNAL: "GovernmentOrganization",
    OrganisationType.PUBLIC_BODY: "GovernmentOrganization",
}


def organisation_json_ld(organisation: Organisation) -> JsonLd:
    """``organisation`` as a schema.org Organization. Its private contact is never part of it."""
    numbers = (("SIREN", organisation.siren), ("SIRET", organisation.siret), ("RNA", organisation.rna))
    return {
        "@context": "https://schema.org",
        **_brief(organisation),
        **_told(
            alternateName=organisation.brand,
            description=organisation.description,
            sameAs=organisation.website,
            address=_address(organisation.place),
            identifier=[
                {"@type": "PropertyValue", "propertyID": name, "value": value} for name, value in numbers if value
            ],
            memberOf=[{"@type": "Organization", "name": name} for name in organisation.networks],
        ),
    }


def posting_json_ld(posting: Need | Offer) -> JsonLd:
    """An offer as a schema.org Offer, a need as a Demand; an anonymous need does not tell whose it is."""
    is_offer = isinstance(posting, Offer)
    named = isinstance(posting, Offer) or not posting.anonymous
    price = "0" if isinstance(posting, Offer) and posting.price in {Price.FREE, Price.PRO_BONO} else ""
    return {
        "@context": "https://schema.org",
        "@type": "Offer" if is_offer else "Demand",
        "@id": public_url(posting_url(posting)),
        "name": posting.title,
        "description": excerpt(posting_text(posting), SUMMARY_CHARS),
        **_told(
            url=public_url(posting_url(posting)),
            offeredBy=_brief(posting.organisation) if is_offer else None,
            seller=_brief(posting.organisation) if named and not is_offer else None,
            areaServed=_place(posting.place),
            price=price,
            priceCurrency="EUR" if price else "",
            validThrough=posting.expires_on.isoformat() if posting.expires_on else "",
        ),
    }


def _brief(organisation: Organisation) -> JsonLd:
    address = public_url(url_for("organisations.show", id=organisation))
    kind = _TYPES.get(organisation.organisation_type, "Organization")
    return {"@type": kind, "@id": address, "name": organisation.name, "url": address}


def _place(place: Place) -> JsonLd:
    return {"@type": "Place", "name": place.name, "address": _address(place)}


def _address(place: Place) -> JsonLd:
    return {"@type": "PostalAddress", "addressLocality": place.name, "addressCountry": place.country}


def _told(**values: Any) -> JsonLd:
    return {name: value for name, value in values.items() if value}
