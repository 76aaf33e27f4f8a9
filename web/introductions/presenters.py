"""Pairs as the pages of one side show them. Templates read these and never decide what is private."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from embeddings.model_files import ModelUnavailable
from matcher.clock import today
from matcher.introductions import queries
from matcher.introductions.queries import Group, Pair
from matcher.introductions.states import Act, allowed
from matcher.people import Actor, IntroductionState
from matcher.store import Need, Offer, Organisation
from matcher.vocabulary import Level, PostingKind
from web.filters import label_of
from web.introductions.wording import next_step, told
from web.presenters import Author, PostingCard, card_of
from web.reasons import sentence
from web.wiring import db, services

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

    from matcher.introductions.explaining import Explanation

GROUP_TITLES: Final[dict[Group, LazyString]] = {
    Group.TO_ANSWER: _l("To answer"),
    Group.WAITING: _l("Waiting for the other side"),
    Group.LATER: _l("Later, as you asked"),
    Group.INTRODUCED: _l("Introduced"),
    Group.OVER: _l("Over"),
}


@dataclass(frozen=True, slots=True)
class PairCard:
    """One pair on a card: the other posting, why it fits, and what comes next.

    It has the attributes of :class:`web.presenters.MatchCard`, so that the same macro draws both; ``level`` is None
    for a pair that people brought up, ``is_asked`` tells that a person waits for the answer, and ``unread`` counts
    messages of the other side.
    """

    card: PostingCard
    level: Level | None
    level_label: str
    asked: str
    answered: str
    met: list[str]
    unmet: list[str]
    next_step: str
    is_asked: bool
    other_said_yes: bool
    unread: int
    first_look: bool = False


@dataclass(frozen=True, slots=True)
class Talks:
    """Threads of the pairs at hand, by introduction: messages to read, and those in which anything was written."""

    unread: Mapping[int, int] = field(default_factory=dict)
    begun: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Section:
    """Pairs of one group; ``count`` may be more than the cards shown."""

    group: Group
    title: LazyString
    count: int
    cards: list[PairCard]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened, for the timeline. ``actor``: need, offer, animator or system."""

    at: datetime
    actor: str
    sentence: str
    text: str


@dataclass(frozen=True, slots=True)
class Bank:
    """One end of the bridge: whose it is, and what it said. ``state``: "yes", "no" or "open"."""

    kind: PostingKind
    who: str
    said: str
    state: str


def sections(pairs: Sequence[Pair], explanations: Mapping[int, Explanation], shown: Mapping[Group, int],
             talks: Talks, urls: Mapping[int, str]) -> list[Section]:  # fmt: skip
    """The groups of the page in its order, each with at most so many cards as ``shown`` says."""
    found = []
    for group in Group:
        own = [pair for pair in pairs if pair.group is group]
        cards = [
            pair_card(pair, explanations.get(pair.other.id), talks, urls[pair.other.id]) for pair in own[: shown[group]]
        ]
        found.append(Section(group, GROUP_TITLES[group], len(own), cards))
    return found


def explained(posting: Need | Offer, pairs: Sequence[Pair]) -> dict[int, Explanation]:
    """Reasons of ``pairs``, by the other posting's id."""
    from matcher.introductions.explaining import explain  # noqa: PLC0415 - with numpy, which no other page needs

    return explain(db.session, posting, [pair.other for pair in pairs], _model_id(), today())


def pair_card(pair: Pair, why: Explanation | None, talks: Talks, url: str) -> PairCard:
    """One pair as a card that leads to ``url``."""
    sentences = why.sentences if why else None
    row = pair.introduction
    return PairCard(
        card=replace(other_card(pair, today()), url=url),
        level=pair.level,
        level_label=label_of(pair.level),
        asked=sentences.query if sentences else "",
        answered=sentences.own if sentences else "",
        met=[sentence(reason) for reason in why.met] if why else [],
        unmet=[sentence(reason) for reason in why.unmet] if why else [],
        next_step=next_step(pair, have_talked=row is not None and row.id in talks.begun),
        is_asked=pair.other_said_yes or pair.standing.proposed_by is not Actor.SYSTEM,
        other_said_yes=pair.other_said_yes,
        unread=talks.unread.get(row.id, 0) if row else 0,
        first_look=bool(pair.proposal and pair.proposal.first_look),
    )


def other_card(pair: Pair, day: date) -> PostingCard:
    """The other posting; its organisation is named once both said yes, however it was posted."""
    card = card_of(pair.other, day)
    if not pair.standing.contacts_are_shown:
        return card
    organisation = pair.other.organisation
    author: Author = replace(card.author, name=name_of(organisation), anonymous=False)
    return replace(card, author=author)


def name_of(organisation: Organisation) -> str:
    """What an organisation is called."""
    return organisation.brand or organisation.name


def steps(pair: Pair) -> list[Step]:
    """The timeline, oldest first: the same for both sides, but for texts, which stay with who wrote them."""
    found = [
        Step(event.at, event.actor.value, told(event, pair.side), queries.readable_text(row, pair.side))
        for row, event in queries.timeline(pair)
    ]
    if pair.proposal is None:
        return found
    return sorted([Step(pair.proposal.shown_at, "system", gettext("Proposed by the site"), ""), *found], key=_when)


def banks(pair: Pair) -> tuple[Bank, Bank]:
    """The two ends of the bridge, the need's first: each yes lays its half."""
    return _bank(pair, PostingKind.NEED), _bank(pair, PostingKind.OFFER)


def _bank(pair: Pair, kind: PostingKind) -> Bank:
    own, standing = pair.standing.of(kind), pair.standing
    who = gettext("You") if kind is pair.side else gettext("The other side")
    if standing.declined_by is not None and standing.declined_by.value == kind.value:
        return Bank(kind, who, gettext("said no"), "no")
    if own.yes_at is not None:
        if standing.state is IntroductionState.WITHDRAWN:
            return Bank(kind, who, gettext("took the yes back"), "no")
        return Bank(kind, who, gettext("said yes"), "yes")
    if own.not_before is not None and pair.group is not Group.OVER:
        return Bank(kind, who, gettext("not now"), "open")
    silent = gettext("have not answered") if kind is pair.side else gettext("has not answered")
    return Bank(kind, who, silent, "open")


def shared_with_yes(pair: Pair) -> list[str]:
    """What the other side will see of this one once both said yes, in whole sentences."""
    organisation = pair.own.organisation
    lines = [gettext("the name of your organisation: %(name)s", name=name_of(organisation))]
    if organisation.contact_name:
        lines.append(gettext("the name of the person to talk to: %(name)s", name=organisation.contact_name))
    return lines


def may(pair: Pair) -> frozenset[str]:
    """Names of the acts that this side may do now."""
    found = {act.value for act in allowed(pair.standing, pair.side)}
    return frozenset(found - {Act.SEE.value})


def _model_id() -> str | None:
    try:
        return services().encoder.model_id
    except ModelUnavailable:
        return None


def _when(step: Step) -> datetime:
    return step.at
