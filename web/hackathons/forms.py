"""The page on which an event is created: short, everything else has a default and is edited later."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, FormField

from matcher.hackathons.limits import HACKATHON_TEXTS
from matcher.postings.limits import ORGANISATION_TEXTS, PLACE_TEXT
from matcher.postings.problems import FieldProblem
from web.posting.fields import Day, DraftForm, Line, Number, Paragraph, PlaceLine, Tick
from web.problems import sentence


class ToldForm(DraftForm):
    """A form that can say what has to be mended, on its fields and above them all."""

    def draft_values(self) -> dict[str, object]:
        """Values in the shape that the draft reads."""
        return self.values()

    def attach(self, problems: Iterable[FieldProblem]) -> None:
        """Put each problem on its field, as a sentence; a field that is not on the page raises KeyError."""
        for problem in problems:
            field: Field = self[problem.field]
            field.errors = [*field.errors, sentence(problem)]
            if isinstance(field, PlaceLine):
                candidates = str(problem.params.get("candidates", ""))
                field.candidates = candidates.split(", ") if candidates else ()

    def problem_list(self) -> list[tuple[str, Any, Any]]:
        """Identifier and label of the field, and sentence, of every problem, in the order of the page."""
        fields = (field for field in self if not isinstance(field, FormField))
        return [(field.id, field.label.text, error) for field in fields for error in field.errors]


class HackathonForm(ToldForm):
    """What has to be known of an event before anything else."""

    title = Line(
        _l("Name of the event"),
        example=_l("48 hours for food aid"),
        limit=HACKATHON_TEXTS["title"],
    )
    description = Paragraph(
        _l("What is it about?"),
        _l("For whom, why, and what people will do there. In plain words: many have never been to a hackathon."),
        example=_l(
            "Two days to build simple tools with food banks of the area. No need to know how to program: "
            "every team needs people who draw, tell, organise and know the field."
        ),
        limit=HACKATHON_TEXTS["description"],
        render_kw={"rows": 5},
    )
    starts_on = Day(_l("First day"))
    ends_on = Day(_l("Last day"), _l("Left blank: one day."))
    is_online = Tick(_l("It takes place online"), _l("Then no place is needed."))
    place = PlaceLine(_l("Where?"), _l("Commune or postcode."), example=_l("Nancy, 54000"), limit=PLACE_TEXT)
    organiser = Line(_l("Who organises?"), _l("Shown on the page of the event."), limit=HACKATHON_TEXTS["organiser"])
    contact_email = Line(
        _l("Your e-mail address"),
        _l("Private: it is on no public page."),
        limit=ORGANISATION_TEXTS["contact_email"],
        render_kw={"type": "email", "autocomplete": "email"},
    )
    capacity = Number(
        _l("How many people can come?"),
        _l("Further ones go onto a waiting list. Left blank: no limit."),
        unit=_l("people"),
    )
    size_min = Number(_l("Smallest team"), unit=_l("people"), default="3")
    size_target = Number(_l("Best size"), unit=_l("people"), default="5")
    size_max = Number(_l("Largest team"), unit=_l("people"), default="6")
