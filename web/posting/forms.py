"""What the forms of needs and offers share: who posts, consent, language of the text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final

from flask_babel import lazy_gettext as _l
from wtforms import Field, FormField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice

from matcher.postings.problems import FieldProblem, ProblemCode
from matcher.store import Organisation
from matcher.vocabulary import Family, Language
from web.i18n import current_language
from web.organisations.forms import OrganisationForm
from web.posting.fields import DraftForm, OneOf, PlaceLine, Tick, choices_of
from web.posting.titles import proposed_title
from web.problems import sentence

LANGUAGE_CHOICES: Final = choices_of(Language, _l("Recognise it"))

#: Answer to "who posts?" of somebody whose organisation is not known in this browser.
NEW_ORGANISATION: Final = "new"


class OrganisationPart(DraftForm):
    """A page's form that holds an organisation, alone or beside a posting."""

    outside = DraftForm.outside | {"seen_at"}

    organisation = FormField(OrganisationForm)
    #: What the stored values looked like when the form was opened.
    seen_at = HiddenField()

    def organisation_problems(self) -> list[FieldProblem]:
        """What the site asks of an organisation beyond what a draft needs: an address to send the answers to."""
        given = str(self.organisation.form.contact_email.data or "")
        return [] if given.strip() else [FieldProblem("organisation.contact_email", ProblemCode.REQUIRED)]

    def attach(self, problems: Iterable[FieldProblem]) -> None:
        """Put each problem on its field, as a sentence; a field that is not on the page raises KeyError."""
        for problem in problems:
            field = self.field_of(problem.field)
            field.errors = [*field.errors, sentence(problem)]
            if isinstance(field, PlaceLine):
                candidates = str(problem.params.get("candidates", ""))
                field.candidates = candidates.split(", ") if candidates else ()

    def field_of(self, name: str) -> Field:
        """The field of a problem: "organisation.place" is that of the organisation, "siret" too."""
        part, _, inner = name.rpartition(".")
        if part or name not in self:
            return self.organisation.form[inner]
        return self[name]

    def problem_list(self) -> list[tuple[str, Any, Any]]:
        """Identifier and label of the field, and sentence, of every problem: posting, organisation, consent."""
        shared = set(PostingForm.shared)
        own = [field for field in self if field.name not in shared and not isinstance(field, FormField)]
        last = [field for field in self if field.name in shared]
        fields = [*own, *self.organisation.form, *last]
        return [(field.id, field.label.text, error) for field in fields for error in field.errors]


class PostingForm(OrganisationPart):
    """A need or an offer, the organisation that posts it, and its author's consent."""

    outside = OrganisationPart.outside | {"organisation_id", "consent"}
    #: Fields of both sides that stand below the organisation.
    shared: ClassVar[tuple[str, ...]] = ("language", "consent")
    #: Field whose first sentence stands in for a title that was left blank.
    text_field: ClassVar[str]
    #: Family of most authors of this form.
    usual_family: ClassVar[Family | None] = None

    language = OneOf(_l("Language of your text"), LANGUAGE_CHOICES)
    organisation_id = RadioField(_l("Who posts?"), validate_choice=False, default=NEW_ORGANISATION)
    consent = Tick(
        _l("I agree that what I wrote is published on this site"),
        _l("Your name and your e-mail address are not. You can change, close or delete all of it at any time."),
    )

    def draft_values(self) -> dict[str, object]:
        """Values of the posting, with a title made from the text when none was typed."""
        values = self.values()
        if not str(values["title"]).strip():
            values["title"] = proposed_title(str(values[self.text_field]))
        return values

    def organisation_values(self) -> dict[str, object]:
        """Values of the organisation; its place is the posting's unless it was given."""
        values: dict[str, object] = self.organisation.form.values()
        if not str(values["place"]).strip():
            values["place"] = self.place.data or ""
        values["language"] = self.page_language
        return values

    @property
    def page_language(self) -> str:
        """Language in which the author reads this page, and most likely writes."""
        return current_language().value

    def prepare(self, organisations: Iterable[Organisation]) -> None:
        """Let the author choose one of the organisations that this browser posted for; fill in the usual family."""
        known = [SelectChoice(str(row.id), row.name) for row in organisations]
        self.organisation_id.choices = [*known, SelectChoice(NEW_ORGANISATION, _l("Another organisation"))]
        if known and not self.is_submitted():
            self.organisation_id.data = known[0].value
        if self.usual_family and not self.is_submitted():
            self.organisation.form.family.data = self.usual_family.value

    def site_problems(self, *, new_organisation: bool) -> list[FieldProblem]:
        """What the site asks of an author beyond what the drafts need."""
        found = self.organisation_problems() if new_organisation else []
        return found if self.consent.data else [*found, FieldProblem("consent", ProblemCode.REQUIRED)]
