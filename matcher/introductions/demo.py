"""Pairs of the demonstration territory in every state, made by the use cases that real people's clicks call.

``matcher/demo/introductions.jsonl`` holds a pair a line, and what was done about it: day (relative to today), who,
act, and what the act needs. Organisations, people and telephone numbers are invented; the numbers begin with 03 53 01,
which the French numbering plan keeps for works of fiction. A pair that somebody spoke about is left as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.clock import local_day
from matcher.exchange.columns import ImportKind
from matcher.exchange.planning import stored_rows
from matcher.introductions import answering, progress, questions, threads
from matcher.introductions.closing import close_posting
from matcher.introductions.expiry import expire_due
from matcher.introductions.proposing import propose_pair
from matcher.introductions.recording import find, sides_of
from matcher.people import Actor, Counterfactual, DeclineReason, Outcome
from matcher.postings.publish import reopen_posting
from matcher.postings.seed import DEMO_FOLDER, DEMO_SOURCE, DemoProblem
from matcher.store import Need, PostingQuestion, Proposal
from matcher.store.session import writing
from matcher.vocabulary import ClosedReason, ContactMode, PostingKind

FILE: Final = DEMO_FOLDER / "introductions.jsonl"
#: The site proposes a pair so long before anybody does something about it.
_BEFORE: Final = timedelta(days=2)

#: Writes the matcher's proposals for a need.
Propose = Callable[[Need], object]
_Act = Callable[[Session, int, int, Any, datetime, list[Any]], object]


def load_pairs(session: Session, now: datetime, propose: Propose, file: Path = FILE) -> int:
    """Play what the file tells, oldest pair first; returns how many pairs are new. Cost: some seconds.

    Raises DemoProblem when the file names a posting that is not there, and ActRefused when it tells an act that the
    rules do not allow.
    """
    pairs = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    needs, offers = _rows(session, ImportKind.NEEDS, pairs, "need"), _rows(session, ImportKind.OFFERS, pairs, "offer")
    for need in needs.values():
        propose(need)
    made = 0
    for pair in pairs:
        ids = (needs[pair["need"]].id, offers[pair["offer"]].id)
        if find(session, *ids) is None:
            _play(session, ids, pair["acts"], now)
            made += 1
    expire_due(session, now)
    return made


def _play(session: Session, ids: tuple[int, int], acts: list[list[Any]], now: datetime) -> None:
    _date_proposal(session, ids, now + timedelta(days=acts[0][0]) - _BEFORE)
    for days, who, act, *told in acts:
        side = Actor.ANIMATOR if who == "animator" else PostingKind(who)
        _ACTS[act](session, *ids, side, now + timedelta(days=days), told)


def _date_proposal(session: Session, ids: tuple[int, int], shown_at: datetime) -> None:
    """What was just recorded was shown before its sides did something about it."""
    with writing(session):
        proposal = session.get(Proposal, ids)
        if proposal is not None:
            proposal.shown_at = min(proposal.shown_at, shown_at)


def _answer(session: Session, need_id: int, offer_id: int, _side: object, now: datetime, told: list[Any]) -> None:
    asked = select(PostingQuestion.id).filter_by(need_id=need_id, offer_id=offer_id, answered_at=None)
    questions.answer(session, need_id, session.scalars(asked).one(), told[0], now=now)


def _call(session: Session, need_id: int, offer_id: int, side: PostingKind, now: datetime, told: list[Any]) -> None:
    text, days = told  # days after it is proposed, at two or three in the afternoon of the territory
    starts_at = (now + timedelta(days=days)).replace(hour=13, minute=0, second=0, microsecond=0)
    threads.write(session, need_id, offer_id, side, text, now=now, call_starts_at=starts_at)


def _close_and_reopen(
    session: Session, need_id: int, offer_id: int, _side: object, now: datetime, _told: list[Any]
) -> None:
    """The pair ends with its need, which the demonstration still has afterwards."""
    need, _ = sides_of(session, need_id, offer_id)
    close_posting(session, need, ClosedReason.MATCHED_ELSEWHERE, now)
    reopen_posting(session, need, local_day(now))


_ACTS: Final[Mapping[str, _Act]] = {
    "propose": lambda s, n, o, side, at, _told: propose_pair(s, n, o, side, now=at),
    "seen": lambda s, n, o, side, at, _told: progress.mark_seen(s, n, o, side, now=at),
    "yes": lambda s, n, o, side, at, told: answering.say_yes(
        s, n, o, side, ContactMode(told[0]), now=at, detail="".join(told[1:])
    ),
    "no": lambda s, n, o, side, at, told: answering.say_no(s, n, o, side, DeclineReason(told[0]), told[1], now=at),
    "not_now": lambda s, n, o, side, at, told: answering.say_not_now(
        s, n, o, side, local_day(at) + timedelta(days=told[0]), now=at
    ),
    "withdraw": lambda s, n, o, side, at, _told: answering.withdraw(s, n, o, side, now=at),
    "met": lambda s, n, o, side, at, _told: progress.record_met(s, n, o, side, now=at),
    "started": lambda s, n, o, side, at, _told: progress.record_started(s, n, o, side, now=at),
    "outcome": lambda s, n, o, side, at, told: progress.record_outcome(
        s, n, o, side, Outcome(told[0]), Counterfactual(told[1]), told[2], now=at
    ),
    "message": lambda s, n, o, side, at, told: threads.write(s, n, o, side, told[0], now=at),
    "ask": lambda s, n, o, _side, at, told: questions.ask(s, n, o, told[0], now=at),
    "call": _call,
    "answer": _answer,
    "close_and_reopen": _close_and_reopen,
}


def _rows(session: Session, kind: ImportKind, pairs: list[dict[str, Any]], name: str) -> dict[str, Any]:
    keys = {pair[name] for pair in pairs}
    stored = stored_rows(session, kind, [(DEMO_SOURCE, key) for key in sorted(keys)])
    missing = sorted(key for key in keys if (DEMO_SOURCE, key) not in stored)
    if missing:
        raise DemoProblem(f"{FILE.name}: the demonstration has no {name} {', '.join(missing)}.")
    return {key: stored[DEMO_SOURCE, key] for key in keys}
