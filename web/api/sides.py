"""The side that a management token speaks for, its pairs, and why an act of it is refused.

Addresses name no posting of one's own: the token does. The only number is that of the other posting, and a pair that
does not exist, or is not to be seen, answers 404 whatever its reason.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response
from werkzeug.exceptions import NotFound

from matcher.clock import today
from matcher.introductions import threads
from matcher.introductions.queries import Pair, pair_of
from matcher.introductions.questions import QuestionProblem, QuestionRefused
from matcher.introductions.states import ActRefused
from matcher.introductions.threads import MessageRefused
from matcher.store import Need, Offer
from web import errors
from web.api import problems
from web.api.blueprint import bp
from web.api.requests import needed_bearer_posting
from web.api.side_outputs import PairStoryOut, story_out
from web.api.words import N_
from web.introductions import presenters
from web.introductions.wording import MESSAGE_PROBLEMS, QUESTION_PROBLEMS, REFUSALS
from web.wiring import db

#: Why an act is refused as the pair stands.
REFUSED = N_("The pair does not allow it as it stands: “code” and “detail” say why")


@bp.errorhandler(ActRefused)
def _act_refused(error: ActRefused) -> Response:
    return problems.conflict(str(REFUSALS[error.code]), code=error.code.value)


@bp.errorhandler(QuestionRefused)
def _question_refused(error: QuestionRefused) -> Response:
    if error.code is QuestionProblem.UNKNOWN:
        return errors.answer(NotFound())
    return problems.conflict(str(QUESTION_PROBLEMS[error.code]), code=error.code.value)


@bp.errorhandler(MessageRefused)
def _message_refused(error: MessageRefused) -> Response:
    """Texts were measured before: it is about the time of a call, whose day may be right and its hour past."""
    return problems.refused_with("time", error.code.value, str(MESSAGE_PROBLEMS[error.code]))


def side_pair(other: int) -> Pair:
    """The pair of the token's posting and the posting ``other`` of the other side.

    Raises TokenMissingError, LinkRefusedError, or 404 for what does not exist, may not be seen, or is of the same
    organisation.
    """
    posting = needed_bearer_posting()
    pair = pair_of(db.session, posting, other, today())
    if pair is None or pair.other.organisation_id == posting.organisation_id:
        raise NotFound
    return pair


def ids_of(pair: Pair) -> tuple[int, int]:
    """Numbers of need and offer, as use cases take them."""
    return pair.need.id, pair.offer.id


def story(pair: Pair) -> PairStoryOut:
    """The pair as it stands now."""
    fresh = pair_of(db.session, pair.own, pair.other.id, today()) or pair
    why = presenters.explained(fresh.own, [fresh])[fresh.other.id]
    return story_out(fresh, talks_of([fresh]), why, today())


def talks_of(pairs: Sequence[Pair]) -> presenters.Talks:
    """What was written in the threads of pairs of one side."""
    rows = [pair.introduction.id for pair in pairs if pair.introduction]
    unread = threads.unread(db.session, rows, pairs[0].side) if pairs else {}
    return presenters.Talks(unread, threads.talked(db.session, rows))


def side_need() -> Need:
    """The need of the token. Raises 404 for an offer: nobody asks questions about one."""
    posting = needed_bearer_posting()
    if not isinstance(posting, Need):
        raise NotFound
    return posting


def asking(other: int) -> Pair:
    """The pair of an offer that asks about a need. Raises 404 for a need: it answers."""
    pair = side_pair(other)
    if not isinstance(pair.own, Offer):
        raise NotFound
    return pair
