"""The demonstration's pairs: every state, made by the use cases, and left alone by a second loading."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import count

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.introductions.demo import FILE, load_pairs
from matcher.introductions.queries import pairs_of
from matcher.introductions.recording import columns, standing_of
from matcher.people import IntroductionState
from matcher.postings.seed import DEMO_FOLDER, load_demo, seed_places, seed_vocabularies
from matcher.store import Introduction, IntroductionEvent, Need, Offer, Proposal
from matcher.store.session import writing
from matcher.vocabulary import Engine, Level

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_the_demonstration_shows_every_state(session: Session) -> None:
    """Each state has a pair; rows say what their events add up to; nothing is dated ahead; again changes nothing."""
    seed_vocabularies(session)
    seed_places(session)
    load_demo(session, DEMO_FOLDER, NOW.date())
    wanted = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
    offers = {row.external_key: row.id for row in session.scalars(select(Offer))}

    def propose(need: Need) -> None:
        """What the matcher would write, without the model."""
        places, number = count(1), need.id
        with writing(session):
            for pair in wanted:
                ids = (number, offers[pair["offer"]])
                if pair["need"] == need.external_key and session.get(Proposal, ids) is None:
                    session.add(
                        Proposal(
                            need_id=ids[0], offer_id=ids[1], position=next(places), score=0.7, level=Level.GOOD,
                            engine=Engine.LEXICAL, shown_at=NOW,
                        )
                    )  # fmt: skip

    assert load_pairs(session, NOW, propose) == len(wanted)
    rows = session.scalars(select(Introduction)).all()
    assert {row.state for row in rows} == {None, *IntroductionState}
    for row in rows:
        stored = columns(standing_of(row))
        assert {name: getattr(row, name) for name in stored} == stored
        assert all(event.at <= NOW for event in row.events)
    busy = session.scalars(select(Need).filter_by(external_key="n-roue-inscr")).one()
    assert len({pair.group for pair in pairs_of(session, busy, NOW.date())}) >= 4
    events = session.scalar(select(func.count()).select_from(IntroductionEvent))
    assert load_pairs(session, NOW, propose) == 0
    assert session.scalar(select(func.count()).select_from(IntroductionEvent)) == events
