"""Giving letters their words: the ``compose`` of :func:`matcher.notifications.planning.plan_mails`."""

from __future__ import annotations

from datetime import datetime

from flask_babel import force_locale
from sqlalchemy.orm import Session

from matcher.clock import local_day
from matcher.notifications.letters import (
    DigestLetter,
    Letter,
    PairLetter,
    PostingLetter,
    QuestionLetter,
    Recipient,
    Words,
)
from matcher.store import Organisation
from web.notifications.blocks import Body, drawn
from web.notifications.pair_words import pair_body
from web.notifications.parts import Reader, foot
from web.notifications.posting_words import digest_body, posting_body, question_body, search_body


def compose(session: Session, letter: Letter, recipient: Recipient, now: datetime) -> Words | None:
    """The mail of ``letter`` in the recipient's language; None when there is nothing to tell after all.

    Needs a request context, real or made by the jobs: addresses are those of the public site.
    """
    organisation = session.get(Organisation, letter.organisation_id) if letter.organisation_id is not None else None
    reader = Reader(session, recipient, organisation, now, local_day(now))
    with force_locale(recipient.language.value):
        body = _body(letter, reader)
        return None if body is None else drawn(body, foot(reader))


def _body(letter: Letter, reader: Reader) -> Body | None:
    if isinstance(letter, PairLetter):
        return pair_body(letter, reader)
    if isinstance(letter, DigestLetter):
        return digest_body(letter, reader)
    if isinstance(letter, PostingLetter):
        return posting_body(letter, reader)
    if isinstance(letter, QuestionLetter):
        return question_body(letter, reader)
    return search_body(letter, reader)
