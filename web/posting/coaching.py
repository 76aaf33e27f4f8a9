"""What the coach says about a form: what a partner will miss, terms to tick, postings that say the same.

Nothing here is stored and nothing is refused. Without the encoder, words alone answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from flask_babel import lazy_gettext as _l

from matcher.clock import today
from matcher.postings.coach import CoachCode, CoachReport, coach, suggest_skills, suggest_themes
from matcher.postings.duplicates import DuplicateWhy, near_duplicates
from matcher.postings.queries import get_organisation
from matcher.postings.references import References
from matcher.store import Need, Offer, Skill, Theme
from matcher.text import guess_language
from matcher.vocabulary import Engine, PostingKind
from web.posting.forms import NEW_ORGANISATION, PostingForm
from web.posting.sides import Side
from web.wiring import db, services

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

#: Characters of a text that says enough to be compared with the other side.
MIN_CHARS: Final = 40
#: Answers that are counted; beyond it the page says "or more".
MAX_ANSWERS: Final = 20
#: Points of advice shown at once: more would be a scolding.
SHOWN_POINTS: Final = 4
#: Postings nearest in meaning that are compared for duplicates.
NEIGHBOURS: Final = 10


class Words(NamedTuple):
    """A question of a partner: its name in the list of what is answered, and what to do while it is open."""

    name: LazyString
    advice: LazyString
    field: str


NEED_WORDS: Final[Mapping[CoachCode, Words]] = {
    CoachCode.PROBLEM: Words(
        _l("The problem is told"),
        _l("Tell what happens today: two or three plain sentences, with a figure if you have one."),
        "problem",
    ),
    CoachCode.WHO: Words(
        _l("We see who it is for"), _l("Say who it is for, and roughly how many they are."), "beneficiaries"
    ),
    CoachCode.TITLE: Words(
        _l("The title says what it is about"), _l("Give it a title that can be understood alone."), "title"
    ),
    CoachCode.OUTCOME: Words(
        _l("The result wanted is clear"), _l("Say what will be different once it is solved."), "outcome"
    ),
    CoachCode.TRIED: Words(
        _l("We know what was tried"), _l("Say what you have tried already, or that it is the first time."), "tried"
    ),
    CoachCode.LIMITS: Words(
        _l("The limits are known"),
        _l("Is there anything to respect: personal data, tools that stay, dates?"),
        "constraints",
    ),
    CoachCode.PLACE: Words(_l("The place is given"), _l("Give a place: nearby partners are proposed first."), "place"),
    CoachCode.BUDGET: Words(
        _l("The budget is settled"),
        _l("Give a range of budget, or tell why there is none: partners stop guessing."),
        "budget_min",
    ),
    CoachCode.CALENDAR: Words(_l("The calendar is given"), _l("By when do you need it? Even roughly."), "deadline"),
    CoachCode.LENGTH: Words(
        _l("Short enough to be read"), _l("It is long: keep the first problem; the rest can be told later."), "problem"
    ),
    CoachCode.PLAIN_WORDS: Words(
        _l("Plain words"), _l("Some words may not be understood by everybody. Explain or replace them:"), "problem"
    ),
    CoachCode.CONCRETE: Words(
        _l("Concrete"), _l("Some words stay vague. An example or a figure would say more than:"), "problem"
    ),
}

OFFER_WORDS: Final[Mapping[CoachCode, Words]] = {
    **NEED_WORDS,
    CoachCode.WHAT: Words(
        _l("We see what people get"),
        _l("Say what people have in the end: two or three plain sentences, with a figure if you have one."),
        "description",
    ),
    CoachCode.WHO: Words(
        _l("We see who it is for"), _l("Say for whom it is, and what they need to know or have beforehand."), "audience"
    ),
    CoachCode.PLACE: Words(_l("The place is given"), _l("Give a place: nearby needs are proposed first."), "place"),
    CoachCode.DELIVERY: Words(
        _l("We know how you work"), _l("Do you work on site, at a distance, or both?"), "delivery_modes"
    ),
    CoachCode.PRICE: Words(
        _l("The price is told"), _l("Say what it costs, or that it is free: small associations dare not ask."), "price"
    ),
    CoachCode.PROOF: Words(
        _l("There is a proof"), _l("Name one thing that you have done already, and what came out of it."), "proof"
    ),
    CoachCode.LENGTH: NEED_WORDS[CoachCode.LENGTH]._replace(
        advice=_l("It is long: keep what people get in the end; the rest can be told later."), field="description"
    ),
    CoachCode.PLAIN_WORDS: NEED_WORDS[CoachCode.PLAIN_WORDS]._replace(field="description"),
    CoachCode.CONCRETE: NEED_WORDS[CoachCode.CONCRETE]._replace(field="description"),
}
#: Fields that hold skills; a proposed one goes to the last.
_SKILL_FIELDS: Final = {PostingKind.NEED: ("skills_must", "skills_nice"), PostingKind.OFFER: ("skills",)}

WORDS: Final = {PostingKind.NEED: NEED_WORDS, PostingKind.OFFER: OFFER_WORDS}

WHY_SAME: Final[Mapping[DuplicateWhy, LazyString]] = {
    DuplicateWhy.SAME_TEXT: _l("the same text"),
    DuplicateWhy.SAME_ORGANISATION: _l("posted by your organisation"),
    DuplicateWhy.CLOSE_WORDS: _l("nearly the same words"),
    DuplicateWhy.CLOSE_MEANING: _l("nearly the same meaning"),
}


class Advice(NamedTuple):
    """One open point and the field that would close it."""

    text: LazyString
    field: str
    words: tuple[str, ...]


class TermTick(NamedTuple):
    """A theme or skill as a tick box beside the text: proposed, or ticked already."""

    name: str
    term: Theme | Skill
    ticked: bool


@dataclass(frozen=True, slots=True)
class Coaching:
    """What the coach found in a form."""

    report: CoachReport
    open_points: Sequence[Advice]
    done: Sequence[LazyString]
    themes: list[TermTick]
    skills: list[TermTick]
    duplicates: Sequence[tuple[Need | Offer, LazyString]]
    answers: Sequence[Any]  # matches of the other side, best first
    words_only: bool
    is_empty: bool

    @property
    def shown_terms(self) -> frozenset[str]:
        """Codes that have a tick box here, and need no second one in the lists of the page."""
        return frozenset(tick.term.code for tick in (*self.themes, *self.skills))

    @property
    def more_answers(self) -> bool:
        """True when the answers were not counted to the end."""
        return len(self.answers) >= MAX_ANSWERS


def coach_form(side: Side, form: PostingForm, exclude_id: int | None = None) -> Coaching:
    """Read the form as a partner would. Cost: some tens of milliseconds with the encoder loaded."""
    values = form.draft_values()
    told = str(values[form.text_field]).strip()
    text = f"{form.title.data or ''}. {told}" if form.title.data else told
    language = form.language.data or guess_language(text, default=form.page_language)
    report = coach(values, language, side.kind)
    enough = len(told) >= MIN_CHARS
    answers, words_only = _answers(side.kind.other, text, language) if enough else ([], False)
    references = References(db.session)
    themes = suggest_themes(text, language, list(references.themes.values()))
    skills = suggest_skills(text, language, list(references.skills.values()))
    return Coaching(
        report=report,
        open_points=_open_points(report, side.kind),
        done=[WORDS[side.kind][point.code].name for point in report.points if point.ok],
        themes=_ticks(form, ("themes",), themes, references.themes),
        skills=_ticks(form, _SKILL_FIELDS[side.kind], skills, references.skills),
        duplicates=_duplicates(side.kind, text, form, exclude_id) if enough else [],
        answers=answers,
        words_only=words_only,
        is_empty=not told,
    )


def _open_points(report: CoachReport, kind: PostingKind) -> list[Advice]:
    """The heaviest open points, and those that quote words of the text: these are mended in a moment."""
    shown = [point for index, point in enumerate(report.missing) if index < SHOWN_POINTS or point.words]
    return [Advice(WORDS[kind][point.code].advice, WORDS[kind][point.code].field, point.words) for point in shown]


def _ticks(
    form: PostingForm, names: tuple[str, ...], proposed: Sequence[Theme | Skill], known: Mapping[str, Theme | Skill]
) -> list[TermTick]:
    """What is ticked in the fields ``names``, then what the text suggests for the last of them."""
    ticked = {code: name for name in reversed(names) for code in form[name].data or () if code in known}
    found = [TermTick(name, known[code], True) for code, name in ticked.items()]
    return found + [TermTick(names[-1], term, False) for term in proposed if term.code not in ticked]


def _answers(kind: PostingKind, text: str, language: str) -> tuple[Sequence[Any], bool]:
    """Postings of the other side that the text alone would find, and whether only words were compared."""
    found = services().matcher.search(db.session, text, language, kinds=(kind,), limit=MAX_ANSWERS, draft=True)[kind]
    return found.items, found.engine is Engine.LEXICAL


def _duplicates(
    kind: PostingKind, text: str, form: PostingForm, exclude_id: int | None
) -> list[tuple[Need | Offer, LazyString]]:
    neighbours = services().matcher.similar(db.session, kind, text, NEIGHBOURS)
    found = near_duplicates(db.session, kind, text, _organisation_name(form), exclude_id, neighbours, today=today())
    return [(posting, WHY_SAME[why]) for posting, why in found]


def _organisation_name(form: PostingForm) -> str:
    picked = form.organisation_id.data or NEW_ORGANISATION
    if picked.isdecimal() and (row := get_organisation(db.session, int(picked[:9]))) is not None:
        return row.name
    return form.organisation.form.name.data or ""
