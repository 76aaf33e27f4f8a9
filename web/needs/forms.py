"""The page on which a need is written."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from matcher.postings.limits import NEED_TEXTS, PLACE_TEXT
from matcher.vocabulary import BudgetBlankReason, CollaborationKind, ContactMode, Family, Phase, RangeScope
from web.posting.fields import Day, Line, Number, OneOf, Paragraph, PlaceLine, SomeOf, Tick, choices_of
from web.posting.forms import PostingForm


class NeedForm(PostingForm):
    """Five questions, a place, who asks; everything else has a default that suits most people."""

    text_field = "problem"
    usual_family = Family.USER_SECTOR

    def values(self) -> dict[str, object]:
        """Values of the draft; a question is a line, whatever marks it holds."""
        return {**super().values(), "questions": (self.questions.data or "").splitlines()}

    problem = Paragraph(
        _l("What is the problem?"),
        _l("As you would tell it to a neighbour: what happens today, and what it costs you. No technical word needed."),
        example=_l(
            "Our 40 volunteers sign up for the food rounds by text message. Every week somebody is forgotten "
            "and a round is missed."
        ),
        limit=NEED_TEXTS["problem"],
        render_kw={"rows": 5},
    )
    beneficiaries = Paragraph(
        _l("Who is it for?"),
        _l("Who will use it or feel the difference, and roughly how many they are."),
        example=_l("40 volunteers, half of them over 65, often with an old phone."),
        limit=NEED_TEXTS["beneficiaries"],
        render_kw={"rows": 3},
    )
    tried = Paragraph(
        _l("What have you tried already?"),
        _l("Even what did not work. “Nothing yet” is a good answer too."),
        example=_l("A shared spreadsheet: nobody could open it on a phone."),
        limit=NEED_TEXTS["tried"],
        render_kw={"rows": 3},
    )
    outcome = Paragraph(
        _l("What result do you want?"),
        _l("What will be different in the end, and how you will see that it works."),
        example=_l("Everybody sees at a glance which rounds lack people; no round is missed by June."),
        limit=NEED_TEXTS["outcome"],
        render_kw={"rows": 3},
    )
    constraints = Paragraph(
        _l("What limits are there?"),
        _l("What a partner has to respect: personal data, tools that you keep, accessibility, dates."),
        example=_l("The families' addresses must never be visible. It has to be ready before the autumn collection."),
        limit=NEED_TEXTS["constraints"],
        render_kw={"rows": 3},
    )
    title = Line(
        _l("Title"),
        _l("One line that people will see in the lists. Left blank, it is the beginning of your first answer."),
        example=_l("A simple timetable for the volunteers of our food rounds"),
        limit=NEED_TEXTS["title"],
    )
    place = PlaceLine(
        _l("Where?"),
        _l("Commune or postcode."),
        example=_l("Nancy, 54000, Esch-sur-Alzette"),
        limit=PLACE_TEXT,
    )
    remote_ok = Tick(_l("A partner may also work from a distance"), default=True)
    kinds = SomeOf(
        _l("What kind of help do you look for?"),
        choices_of(CollaborationKind),
        _l("Tick nothing when you are open to everything."),
    )
    range_scope = OneOf(
        _l("How far may a partner come from?"),
        choices_of(RangeScope),
        default=RangeScope.DEPARTMENT.value,
    )
    range_km = Number(_l("Distance"), _l("Only for a distance in kilometres."), unit=_l("km"))

    budget_min = Number(_l("Budget, at least"), unit=_l("€"))
    budget_max = Number(_l("Budget, at most"), unit=_l("€"))
    budget_blank_reason = OneOf(_l("No figure? Tell us why"), choices_of(BudgetBlankReason, _l("Not said")))
    budget_public = Tick(_l("Show the budget on the page"), default=True)

    deadline = Day(_l("Result wanted by"))
    starts_on = Day(_l("Could begin on"))
    duration_weeks = Number(_l("Lasts about"), unit=_l("weeks"))
    effort_days_per_week = Number(
        _l("Time that you can give"), _l("Your own people's time with the partner."), unit=_l("days a week")
    )
    phase = OneOf(_l("How far are you?"), choices_of(Phase, _l("Not said")))

    themes = SomeOf(_l("Themes"), hint=_l("At most 5."))
    skills_must = SomeOf(_l("Skills that you cannot do without"))
    skills_nice = SomeOf(_l("Skills that would help"))
    existing_team = Paragraph(
        _l("Who works on it on your side?"), limit=NEED_TEXTS["existing_team"], render_kw={"rows": 2}
    )
    partner_role = Line(_l("What the partner would do"), limit=NEED_TEXTS["partner_role"])
    families_wanted = SomeOf(
        _l("Partners that you would rather have"), choices_of(Family), _l("A wish: others are proposed too.")
    )
    families_excluded = SomeOf(_l("Partners that you do not want"), choices_of(Family), _l("They are never proposed."))

    contact_modes = SomeOf(_l("How you would like to talk, once both have said yes"), choices_of(ContactMode))
    anonymous = Tick(
        _l("Hide our name until both sides have said yes"),
        _l("The page then shows only the kind of organisation, its size and its place."),
    )
    questions = Paragraph(
        _l("Questions to whoever answers"),
        _l("One a line, five at most."),
        example=_l("Have you worked with volunteers before?"),
        render_kw={"rows": 3},
    )
    expires_on = Day(_l("Take the need off the site on"), _l("Left blank: after six months. You can renew it."))
