"""Proposals as programs read them: the posting, how well it fits, and every reason with its sentence.

A level is told, never a score: levels were fixed on labelled pairs, and a figure would promise more.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pydantic import Field

from matcher.pairs.reasons import Reason, ReasonCode
from matcher.vocabulary import Engine, Level, PostingKind
from web.api.outputs import NeedOut, OfferOut, posting_out
from web.api.shapes import Out
from web.api.words import N_
from web.reasons import near_miss_sentence, sentence

if TYPE_CHECKING:
    from matcher.pairs.cards import Match, NearMiss
    from matcher.pairs.service import Proposals


class SentencesOut(Out):
    """The two sentences that met."""

    asked: str
    answered: str


class ReasonOut(Out):
    """One thing that speaks for or against a proposal."""

    code: ReasonCode
    sentence: str = Field(description=N_("In the language of the answer"))


class MatchOut(Out):
    """One proposed posting and why."""

    kind: PostingKind
    posting: NeedOut | OfferOut
    level: Level
    distance_km: float | None = Field(description=N_("As the crow flies; null for a search by text"))
    sentences: SentencesOut | None = Field(description=N_("The two sentences that met"))
    shared_themes: list[str]
    shared_skills: list[str]
    met: list[ReasonOut]
    unmet: list[ReasonOut]
    first_look: bool = Field(description=N_("A newcomer's offer, shown once whatever its rank"))


class NearMissOut(Out):
    """What one lifted condition would add."""

    code: ReasonCode
    sentence: str = Field(description=N_("In the language of the answer"))
    count: int
    items: list[MatchOut]


class ProposalsOut(Out):
    """Proposals, best first, and what to change when there are few."""

    kind: PostingKind = Field(description=N_("Which side the proposals are on"))
    engine: Engine = Field(description=N_("lexical: the language model did not answer, words alone were compared"))
    considered: int = Field(description=N_("Postings that passed every condition"))
    items: list[MatchOut]
    near_misses: list[NearMissOut]


class SearchOut(Out):
    """Answers of each side to a sentence; null for a side that was not asked."""

    q: str
    needs: ProposalsOut | None
    offers: ProposalsOut | None


def proposals_out(proposals: Proposals, today: date) -> ProposalsOut:
    """An answer of the matcher."""
    return ProposalsOut(
        kind=proposals.kind,
        engine=proposals.engine,
        considered=int(proposals.considered),
        items=[match_out(match, today) for match in proposals.items],
        near_misses=[_near_miss(near, today) for near in proposals.near_misses],
    )


def match_out(match: Match, today: date) -> MatchOut:
    """One proposed posting and why."""
    pair = match.sentence_pair
    return MatchOut(
        kind=match.posting.posting_kind,
        posting=posting_out(match.posting, today),
        level=match.level,
        distance_km=None if match.distance_km is None else round(match.distance_km, 1),
        sentences=SentencesOut(asked=pair.query, answered=pair.own) if pair else None,
        shared_themes=[theme.code for theme in match.shared_themes],
        shared_skills=[skill.code for skill in match.shared_skills],
        met=[reason_out(reason) for reason in match.met],
        unmet=[reason_out(reason) for reason in match.unmet],
        first_look=match.first_look,
    )


def reason_out(reason: Reason) -> ReasonOut:
    """One reason with its sentence."""
    return ReasonOut(code=reason.code, sentence=sentence(reason))


def _near_miss(near: NearMiss, today: date) -> NearMissOut:
    return NearMissOut(
        code=near.code,
        sentence=near_miss_sentence(near),
        count=near.count,
        items=[match_out(match, today) for match in near.matches],
    )
