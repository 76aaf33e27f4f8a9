"""Rows as pages show them: what may be told, in the reader's words, in one order everywhere.

Templates read these and never decide what is private: an anonymous need has no name here at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from flask import url_for
from flask_babel import format_date, gettext, ngettext

from matcher.clock import local_day
from matcher.store import Need, Offer, Organisation
from matcher.text import split_sentences
from matcher.vocabulary import (
    DeliveryMode,
    Engine,
    Level,
    PostingKind,
    PostingStatus,
    RangeScope,
    SkillImportance,
)
from web.filters import euros, label_of, labels_of, term_label
from web.reasons import near_miss_sentence, sentence

if TYPE_CHECKING:
    from matcher.pairs.cards import Match, NearMiss
    from matcher.pairs.service import Proposals

#: Characters of the text on a card: about three lines. Chosen, not measured.
EXCERPT_CHARS: Final = 220
#: Characters of a description in search engines and feeds.
SUMMARY_CHARS: Final = 300


@dataclass(frozen=True, slots=True)
class Author:
    """Who posts, as far as it may be told. ``url`` is empty for an anonymous need."""

    name: str
    url: str
    family: str
    family_code: str
    place: str
    size: str
    anonymous: bool


@dataclass(frozen=True, slots=True)
class State:
    """Why a posting is not in the searches: ``closed``, ``expired`` or ``paused``, and the sentence."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class PostingCard:
    """A need or an offer on a card."""

    id: int
    kind: PostingKind
    url: str
    title: str
    excerpt: str
    language: str
    author: Author
    place: str
    reach: str
    themes: list[str]
    facts: list[str]
    posted_on: date
    deadline: date | None
    state: State | None


@dataclass(frozen=True, slots=True)
class MatchCard:
    """A proposed posting and why, in sentences."""

    card: PostingCard
    level: Level
    level_label: str
    asked: str
    answered: str
    met: list[str]
    unmet: list[str]
    distance_km: float | None
    first_look: bool


@dataclass(frozen=True, slots=True)
class NearMissGroup:
    """What to change, and some of what that brings."""

    sentence: str
    count: int
    cards: list[PostingCard]


@dataclass(frozen=True, slots=True)
class Answer:
    """Proposals of one side as a page shows them. ``by_words_only`` asks for a notice."""

    kind: PostingKind
    matches: list[MatchCard]
    near_misses: list[NearMissGroup]
    considered: int
    by_words_only: bool


def author_of(posting: Need | Offer) -> Author:
    """Whose posting it is; an anonymous need keeps family, place and size only."""
    organisation = posting.organisation
    anonymous = isinstance(posting, Need) and posting.anonymous
    return Author(
        name=gettext("Name told once both sides say yes") if anonymous else organisation.brand or organisation.name,
        url="" if anonymous else url_for("organisations.show", id=organisation),
        family=label_of(organisation.family),
        family_code=organisation.family.value,
        place=organisation.place.label,
        size=label_of(organisation.size_band),
        anonymous=anonymous,
    )


def posting_url(posting: Need | Offer, view: str = "show") -> str:
    """Address of a page of ``posting``."""
    area = "needs" if isinstance(posting, Need) else "offers"
    return url_for(f"{area}.{view}", id=posting)


def posting_text(posting: Need | Offer) -> str:
    """The main text of ``posting``."""
    return posting.problem if isinstance(posting, Need) else posting.description


def excerpt(text: str, limit: int = EXCERPT_CHARS) -> str:
    """The beginning of ``text`` on one line: whole sentences while they fit, else whole words and an ellipsis.

    >>> excerpt("Un site. Lisible sur un téléphone.", 12)
    'Un site.'
    >>> excerpt("anticonstitutionnellement parlant", 28)
    'anticonstitutionnellement…'
    """
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    kept = ""
    for part in split_sentences(line):
        if len(kept) + len(part) + 1 > limit:
            break
        kept = f"{kept} {part}".strip()
    if len(kept) * 3 >= limit:  # a shorter beginning would say too little
        return kept
    cut = line[: limit - 1]
    words = cut.rpartition(" ")[0]
    return f"{(words or cut).rstrip(' ,;:')}…"


def reach(posting: Need | Offer) -> str:
    """How far ``posting`` reaches, as people say it."""
    if posting.range_scope is RangeScope.KM and posting.range_km:
        told = gettext("Up to %(km)s km around %(place)s", km=posting.range_km, place=posting.place.name)
    else:
        told = label_of(posting.range_scope)
    if is_remote(posting) and posting.range_scope is not RangeScope.ANYWHERE:
        return gettext("%(range)s, or at a distance", range=told)
    return told


def is_remote(posting: Need | Offer) -> bool:
    """True when work at a distance is possible."""
    return posting.remote_ok if isinstance(posting, Need) else DeliveryMode.REMOTE in posting.delivery_modes


def money(posting: Need | Offer) -> str:
    """Budget of a need (only when it is public) or price of an offer; empty when nothing is told."""
    if isinstance(posting, Offer):
        projects = euros(posting.project_min, posting.project_max)
        price = label_of(posting.price)
        return (
            gettext("%(price)s, %(amount)s", price=price, amount=projects) if price and projects else price or projects
        )
    if not posting.budget_public:
        return ""
    amount = euros(posting.budget_min, posting.budget_max)
    return amount or label_of(posting.budget_blank_reason)


def facts(posting: Need | Offer) -> list[str]:
    """Short facts of a card: kind first, then money."""
    if isinstance(posting, Offer):
        return [fact for fact in (label_of(posting.kind), money(posting)) if fact]
    budget = euros(posting.budget_min, posting.budget_max) if posting.budget_public else ""
    told = gettext("Budget: %(amount)s", amount=budget) if budget else money(posting)
    return [fact for fact in (*labels_of(posting.kinds), told) if fact]


def state_of(posting: Need | Offer, today: date) -> State | None:
    """Why ``posting`` is not in the searches; None while it is."""
    if posting.status is PostingStatus.CLOSED:
        closed_on = format_date(posting.closed_at, "long") if posting.closed_at else ""
        sentence = gettext(
            "Closed on %(date)s: %(reason)s.", date=closed_on, reason=label_of(posting.closed_reason).lower()
        )
        return State("closed", sentence if posting.closed_reason else gettext("Closed on %(date)s.", date=closed_on))
    if posting.expires_on is not None and posting.expires_on < today:
        return State("expired", gettext("Ended on %(date)s.", date=format_date(posting.expires_on, "long")))
    if posting.paused_until is not None and posting.paused_until > today:
        return State("paused", gettext("Paused until %(date)s.", date=format_date(posting.paused_until, "long")))
    return None


def card_of(posting: Need | Offer, today: date) -> PostingCard:
    """``posting`` as a card."""
    return PostingCard(
        id=posting.id,
        kind=posting.posting_kind,
        url=posting_url(posting),
        title=posting.title,
        excerpt=excerpt(posting_text(posting)),
        language=posting.language.value,
        author=author_of(posting),
        place=posting.place.label,
        reach=reach(posting),
        themes=[term_label(theme) for theme in posting.themes],
        facts=facts(posting),
        posted_on=local_day(posting.created_at),
        deadline=posting.deadline if isinstance(posting, Need) else None,
        state=state_of(posting, today),
    )


def match_card(match: Match, today: date) -> MatchCard:
    """A proposal with its reasons as sentences."""
    pair = match.sentence_pair
    return MatchCard(
        card=card_of(match.posting, today),
        level=match.level,
        level_label=label_of(match.level),
        asked=pair.query if pair else "",
        answered=pair.own if pair else "",
        met=[sentence(reason) for reason in match.met],
        unmet=[sentence(reason) for reason in match.unmet],
        distance_km=match.distance_km,
        first_look=match.first_look,
    )


def answer_of(proposals: Proposals, today: date) -> Answer:
    """Proposals of one side as a page shows them."""
    return Answer(
        kind=proposals.kind,
        matches=[match_card(match, today) for match in proposals.items],
        near_misses=[_near_miss(near, today) for near in proposals.near_misses],
        considered=proposals.considered,
        by_words_only=proposals.engine is Engine.LEXICAL,
    )


def _near_miss(near: NearMiss, today: date) -> NearMissGroup:
    cards = [card_of(match.posting, today) for match in near.matches]
    return NearMissGroup(near_miss_sentence(near), near.count, cards)


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    """An organisation of the directory. Nothing private is in it."""

    id: int
    url: str
    name: str
    brand: str
    family: str
    family_code: str
    organisation_type: str
    place: str
    size: str
    is_sse: bool
    excerpt: str
    language: str


def organisation_card(organisation: Organisation) -> OrganisationCard:
    """``organisation`` as a card."""
    return OrganisationCard(
        id=organisation.id,
        url=url_for("organisations.show", id=organisation),
        name=organisation.name,
        brand=organisation.brand,
        family=label_of(organisation.family),
        family_code=organisation.family.value,
        organisation_type=label_of(organisation.organisation_type),
        place=organisation.place.label,
        size=label_of(organisation.size_band),
        is_sse=bool(organisation.is_sse),
        excerpt=excerpt(organisation.description),
        language=organisation.language.value,
    )


def room_left(offer: Offer, today: date) -> str:
    """How many more requests ``offer`` takes on this month, in words; none is worth telling too."""
    left = offer.room_left(today)
    return ngettext("%(num)s more request", "%(num)s more requests", left) if left else gettext("None left")


def skills_of(posting: Need | Offer) -> tuple[list[str], list[str]]:
    """Labels of skills: necessary ones (all, for an offer) and welcome ones."""
    if isinstance(posting, Offer):
        return [term_label(skill) for skill in posting.skills], []
    necessary = [link for link in posting.skills if link.importance is SkillImportance.MUST]
    return _labels(necessary), _labels([link for link in posting.skills if link not in necessary])


def _labels(links: Sequence[object]) -> list[str]:
    return sorted(term_label(link.skill) for link in links)  # type: ignore[attr-defined]
