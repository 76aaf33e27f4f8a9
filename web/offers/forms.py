"""The page on which an offer is written."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from matcher.postings.limits import OFFER_TEXTS, PLACE_TEXT
from matcher.vocabulary import DeliveryMode, Family, OfferKind, OrganisationType, Price, RangeScope, SizeBand
from web.posting.fields import Day, Line, Number, OneOf, Paragraph, PlaceLine, SomeOf, choices_of
from web.posting.forms import PostingForm


class OfferForm(PostingForm):
    """What somebody brings, for whom, where, at what price; the rest has defaults."""

    text_field = "description"

    description = Paragraph(
        _l("What do you offer?"),
        _l("What people have in their hands in the end. Say the result before the technology."),
        example=_l(
            "In three half-days we look at how you plan your volunteers, choose a free tool with you, set it up "
            "and train two people who can then show the others."
        ),
        limit=OFFER_TEXTS["description"],
        render_kw={"rows": 6},
    )
    kind = OneOf(_l("What kind of offer is it?"), choices_of(OfferKind, _l("Choose…")))
    audience = Paragraph(
        _l("Who is it for?"),
        _l("Kinds of organisations or people, and what they need to have or know beforehand."),
        example=_l("Associations with 5 to 100 volunteers, nobody at ease with computers required."),
        limit=OFFER_TEXTS["audience"],
        render_kw={"rows": 3},
    )
    proof = Paragraph(
        _l("What shows that it works?"),
        _l("References, labels, figures, links."),
        example=_l("Done for six associations since 2023; four still use their timetable every week."),
        limit=OFFER_TEXTS["proof"],
        render_kw={"rows": 3},
    )
    price = OneOf(_l("What does it cost?"), choices_of(Price, _l("Not said")))
    price_note = Line(
        _l("Price in a few words"),
        example=_l("450 € a half-day, free below 3 employees"),
        limit=OFFER_TEXTS["price_note"],
    )
    title = Line(
        _l("Title"),
        _l("One line that people will see in the lists. Left blank, it is the beginning of your description."),
        example=_l("A timetable for your volunteers, set up in three half-days"),
        limit=OFFER_TEXTS["title"],
    )
    place = PlaceLine(
        _l("Where are you?"),
        _l("Commune or postcode."),
        example=_l("Nancy, 54000, Esch-sur-Alzette"),
        limit=PLACE_TEXT,
    )
    range_scope = OneOf(_l("How far do you go?"), choices_of(RangeScope), default=RangeScope.DEPARTMENT.value)
    range_km = Number(_l("Distance"), _l("Only for a distance in kilometres."), unit=_l("km"))
    delivery_modes = SomeOf(
        _l("How do you work?"),
        choices_of(DeliveryMode),
        default=[DeliveryMode.ON_SITE.value, DeliveryMode.REMOTE.value],
    )
    monthly_capacity = Number(
        _l("New requests that you can take on in a month"),
        _l("Beyond this number you are proposed to nobody until the next month."),
        default="2",
    )

    themes = SomeOf(_l("Themes"), hint=_l("At most 5; none means all of them."))
    skills = SomeOf(_l("Skills that you bring"))

    project_min = Number(_l("Smallest project"), unit=_l("€"))
    project_max = Number(_l("Largest project"), unit=_l("€"))
    client_types = SomeOf(
        _l("Organisations that you work for"), choices_of(OrganisationType), _l("Tick nothing when you work for all.")
    )
    client_sizes = SomeOf(
        _l("Their size, in paid staff"), choices_of(SizeBand), _l("Tick nothing when every size suits you.")
    )
    families_excluded = SomeOf(
        _l("Organisations that you do not work for"), choices_of(Family), _l("They are never proposed.")
    )

    available_from = Day(_l("Available from"))
    paused_until = Day(_l("Pause until"), _l("Nothing is proposed to you before this day."))
    link = Line(
        _l("Page about this offer"),
        limit=OFFER_TEXTS["link"],
        render_kw={"inputmode": "url", "autocomplete": "url", "autocapitalize": "none"},
    )
    expires_on = Day(_l("Take the offer off the site on"), _l("Left blank: after one year. You can renew it."))
