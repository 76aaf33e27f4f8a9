"""The block of a posting form that says who posts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from matcher.postings.limits import ORGANISATION_TEXTS, PLACE_TEXT
from matcher.vocabulary import Family, NoIdentifierReason, OrganisationType, SizeBand
from web.posting.fields import DraftPart, Line, OneOf, Paragraph, PlaceLine, choices_of

#: Where an organisation's people may say whether it is part of the social and solidarity economy.
SSE_CHOICES = [SelectChoice("", _l("I do not know")), SelectChoice("true", _l("Yes")), SelectChoice("false", _l("No"))]


class OrganisationForm(DraftPart):
    """Who posts. Only the name, the family, the type and the e-mail address are asked of everybody."""

    name = Line(
        _l("Name of your organisation"),
        example=_l("Association, company, school… or the name of your group."),
        limit=ORGANISATION_TEXTS["name"],
        render_kw={"autocomplete": "organization"},
    )
    organisation_type = OneOf(_l("What it is"), choices_of(OrganisationType, _l("Choose…")))
    family = OneOf(
        _l("Which group do you belong to?"),
        choices_of(Family, _l("Choose…")),
    )
    contact_name = Line(
        _l("Your name"),
        _l("Private: shown to a partner only once you have both said yes."),
        limit=ORGANISATION_TEXTS["contact_name"],
        render_kw={"autocomplete": "name"},
    )
    contact_email = Line(
        _l("Your e-mail address"),
        _l("Nobody sees it until you and a partner have both said yes. It is never on a page nor in an export."),
        example=_l("name@example.org"),
        limit=ORGANISATION_TEXTS["contact_email"],
        render_kw={"type": "email", "inputmode": "email", "autocomplete": "email", "autocapitalize": "none"},
    )
    place = PlaceLine(
        _l("Its commune"),
        _l("Leave it blank when it is the place given above."),
        limit=PLACE_TEXT,
    )
    size_band = OneOf(_l("Paid staff"), choices_of(SizeBand, _l("Not said")))
    siren = Line(_l("SIREN"), _l("9 digits."), render_kw={"inputmode": "numeric", "autocomplete": "off"})
    siret = Line(_l("SIRET"), _l("14 digits."), render_kw={"inputmode": "numeric", "autocomplete": "off"})
    rna = Line(_l("RNA number"), _l("W and 9 digits."), render_kw={"autocomplete": "off"})
    no_identifier_reason = OneOf(_l("No number? Tell us why"), choices_of(NoIdentifierReason, _l("Not said")))
    is_sse = OneOf(_l("Is it part of the social and solidarity economy?"), SSE_CHOICES)
    website = Line(
        _l("Website"),
        limit=ORGANISATION_TEXTS["website"],
        render_kw={"inputmode": "url", "autocomplete": "url", "autocapitalize": "none"},
    )
    description = Paragraph(
        _l("What it does, in two sentences"),
        limit=ORGANISATION_TEXTS["description"],
        render_kw={"rows": 3},
    )
