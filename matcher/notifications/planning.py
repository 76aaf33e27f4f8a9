"""Writing the mails that stored state asks for. Nobody else writes mails about pairs.

A letter is found, given words outside any transaction (words may cost a search), and written with its key in one.
The key of its first recipient says that the reason was served: planning again, or two planners at once, change
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.notifications.cancelling import cancel_ended
from matcher.notifications.digest import find_digests, find_prompt_digests
from matcher.notifications.letters import Compose, DigestLetter, Letter, PairLetter, Recipient, SearchLetter, Words
from matcher.notifications.moderation_letters import find_moderation
from matcher.notifications.pair_letters import (
    find_answers_wanted,
    find_follow_ups,
    find_introduced,
    find_messages,
    find_reminders,
    find_solved_elsewhere,
)
from matcher.notifications.posting_letters import find_answers, find_expiring, find_near_misses, find_questions
from matcher.notifications.preferences import OWED, Verdict, kept_preference, verdict
from matcher.notifications.queueing import new_mail
from matcher.notifications.recipients import account_recipient, recipients
from matcher.notifications.searches import find_searches
from matcher.notifications.working_days import Calendar
from matcher.store import Mail, MailPreference, Organisation, SavedSearch
from matcher.store.session import writing

Find = Callable[[Session, datetime, Calendar], Iterable[Letter]]

#: What is looked for, most urgent first.
FINDERS: Final[tuple[Find, ...]] = (
    find_introduced,
    find_answers_wanted,
    find_messages,
    find_questions,
    find_answers,
    find_solved_elsewhere,
    find_moderation,
    find_reminders,
    find_follow_ups,
    find_expiring,
    find_near_misses,
    find_digests,
    find_searches,
)
#: What is looked for every minute: not the digests of everybody, for which all proposals of weeks are read.
EACH_MINUTE: Final = tuple(find_prompt_digests if find is find_digests else find for find in FINDERS)
#: What is looked for every hour.
EACH_HOUR: Final[tuple[Find, ...]] = (find_digests,)

#: Letters of one transaction: some tenths of a second of words, a few milliseconds of writing. Chosen.
BATCH: Final = 50
#: Keys in one statement: below SQLite's limit of bound variables.
_CHUNK: Final = 500

Written = tuple[Letter, list[tuple[Recipient, Words]]]


def plan_mails(
    session: Session,
    now: datetime,
    compose: Compose,
    calendar: Calendar | None = None,
    finders: Sequence[Find] = FINDERS,
) -> int:
    """Cancel what has lost its reason, then write every mail that ``finders`` find due; returns how many were written.

    Running it twice writes nothing the second time. Cost: a dozen indexed queries when nothing is due, and some
    milliseconds a mail.
    """
    calendar = calendar or Calendar()
    _mend_digests_of_the_future(session, now)
    cancel_ended(session, now, calendar)
    written = 0
    for find in finders:
        letters = _unserved(session, find(session, now, calendar))
        for batch in _batches(letters):
            written += _write(session, [_composed(session, letter, now, compose, calendar) for letter in batch], now)
    return written


def _mend_digests_of_the_future(session: Session, now: datetime) -> None:
    """After a clock went back, what comes from now on is new again."""
    ahead = select(MailPreference.organisation_id).where(MailPreference.digest_at > now)
    for organisation_id in session.scalars(ahead).all():
        with writing(session):
            kept_preference(session, organisation_id).digest_at = now


def _unserved(session: Session, found: Iterable[Letter]) -> list[Letter]:
    """Letters whose reason has no mail yet."""
    letters = list(found)
    known: set[str] = set()
    keys = [_key(letter, 0) for letter in letters]
    for start in range(0, len(keys), _CHUNK):
        known.update(session.scalars(select(Mail.key).where(Mail.key.in_(keys[start : start + _CHUNK]))))
    return [letter for letter, key in zip(letters, keys, strict=True) if key not in known]


def _batches(letters: Sequence[Letter]) -> Iterator[list[Letter]]:
    remaining = iter(letters)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def _composed(session: Session, letter: Letter, now: datetime, compose: Compose, calendar: Calendar) -> Written | None:
    """The letter in words for each of its recipients; None when it may not leave today."""
    if letter.organisation_id is not None:
        preference = session.get(MailPreference, letter.organisation_id)
        if verdict(preference, letter.kind, calendar.day_of(now)) is not Verdict.SEND:
            return None
    mails = []
    for recipient in _recipients(session, letter):
        words = compose(session, letter, recipient, now)
        if words is not None:
            mails.append((recipient, words))
    return letter, mails


def _recipients(session: Session, letter: Letter) -> list[Recipient]:
    if isinstance(letter, SearchLetter) and letter.account_id is not None:
        return account_recipient(session, letter.account_id)
    organisation = session.get(Organisation, letter.organisation_id)
    return recipients(session, organisation, owed=letter.kind in OWED) if organisation else []


def _write(session: Session, composed: Sequence[Written | None], now: datetime) -> int:
    wanted = [each for each in composed if each is not None]
    if not wanted:
        return 0
    written = 0
    with writing(session):
        fresh = {id(letter) for letter in _unserved(session, [letter for letter, _ in wanted])}
        for letter, mails in wanted:
            if id(letter) not in fresh:
                continue  # another planner was faster
            session.add_all(_row(letter, number, *mail, now) for number, mail in enumerate(mails))
            written += len(mails)
            _note(session, letter, now, told=bool(mails))
    return written


def _row(letter: Letter, number: int, recipient: Recipient, words: Words, now: datetime) -> Mail:
    mail = new_mail(_key(letter, number), letter.kind, recipient, words, now)
    mail.organisation_id = letter.organisation_id
    if isinstance(letter, SearchLetter):
        mail.account_id = letter.account_id
    if isinstance(letter, PairLetter):
        mail.introduction_id = letter.introduction_id
    return mail


def _note(session: Session, letter: Letter, now: datetime, *, told: bool) -> None:
    """Remember how far a recurring mail has come."""
    if isinstance(letter, DigestLetter) and told:
        kept_preference(session, letter.organisation_id).digest_at = now
    if isinstance(letter, SearchLetter):
        search = session.get(SavedSearch, letter.search_id)
        if search is not None:
            search.seen_until = now


def _key(letter: Letter, number: int) -> str:
    return f"{letter.reason}/{number}"
