"""What a participant sees of their own place, and the answer to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from matcher.clock import utc_now
from matcher.hackathons.locks import slot_of as slot_of_key
from matcher.hackathons.locks import team_key
from matcher.hackathons.publication import (
    NoPlaceError,
    OwnTeam,
    answer_place,
    explanation_for,
    names_told,
    organisations_of,
    own_team,
    slot_of,
)
from matcher.hackathons.submissions import submission_of
from matcher.store import Hackathon, Registration, Submission
from matcher.teams.messages import Key
from matcher.vocabulary import HackathonPhase, PlaceAnswer
from web.links import registration_of
from web.teams.naming import Names, event_names
from web.teams.words import own_sentence
from web.wiring import db

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

    from matcher.teams.explanations import PersonExplanation

bp = Blueprint("participation", __name__, url_prefix="/participation/<token>")

#: What the page says after an answer, by the word in its address.
ANSWERED: Final[Mapping[str, LazyString]] = {
    "accepted": _l("Thank you: your team counts on you."),
    "declined": _l("You declined your place. The organisers will offer it to somebody else."),
    "project": _l("The project of your team is saved."),
    "changed": _l("Your team changed meanwhile. Look at the new one, then answer."),
}

#: Phases in which a team may hand in what it made.
HANDING_IN: Final = frozenset({HackathonPhase.EVENT, HackathonPhase.JUDGING})

#: Sentences that begin the answer to "why not a challenge that I put higher".
_FIRST_OF_CHANGE: Final = frozenset({Key.CHANGE_COSTS, Key.CHANGE_IS_FREE, Key.NO_CHANGE})
#: Sentences about what the person did not get.
_UNMET: Final = frozenset({Key.GOT_UNRANKED, Key.WITHOUT_FRIEND})


class Why(NamedTuple):
    """One reason; `is_met` is whether it is what the person wished."""

    text: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class Instead:
    """What it would take to give the person a challenge that they put higher: a sentence, and what others lose."""

    first: str
    consequences: list[str]


@dataclass(frozen=True, slots=True)
class Mine:
    """A person's place as their page shows it; `why` may be empty for a place that was given by hand."""

    own: OwnTeam
    key: str
    why: list[Why]
    instead: list[Instead]
    answered: LazyString | None
    submission: Submission | None
    may_hand_in: bool


def mine_of(registration: Registration) -> Mine | None:
    """The place of one person with the reasons, in the language of the page; None before publication.

    Nothing in it depends on a wish to avoid somebody.
    """
    own = own_team(db.session, registration)
    if own is None:
        return None
    why, instead = _reasons(registration, own)
    hackathon = registration.hackathon
    return Mine(
        own=own,
        key=team_key(slot_of(own.place)),
        why=why,
        instead=instead,
        answered=ANSWERED.get(request.args.get("reponse", "")),
        submission=submission_of(db.session, own.challenge.id, own.place.team_number),
        may_hand_in=hackathon.phase in HANDING_IN and own.place.answer is not PlaceAnswer.DECLINED,
    )


@bp.post("/place")
def answer(token: str) -> ResponseReturnValue:
    """Accept or decline the place that the page showed."""
    registration = registration_of(token)
    try:
        said = PlaceAnswer(request.form.get("answer", ""))
        answer_place(db.session, registration, said, slot_of_key(request.form.get("place", "")), utc_now())
        told = said.value
    except (ValueError, NoPlaceError):
        told = "changed"
    return redirect(url_for("registrations.show", token=token, reponse=told, _anchor="equipe"), 303)


def _reasons(registration: Registration, own: OwnTeam) -> tuple[list[Why], list[Instead]]:
    explained = explanation_for(db.session, registration)
    if explained is None or explained.slot != slot_of(own.place):
        return [], []
    names = _names(registration.hackathon, explained)
    why: list[Why] = []
    instead: list[Instead] = []
    for message in explained.messages:
        if message.key in _FIRST_OF_CHANGE:
            instead.append(Instead(own_sentence(message, names), []))
        elif instead:
            instead[-1].consequences.append(own_sentence(message, names))
        else:
            why.append(Why(own_sentence(message, names), message.key not in _UNMET))
    return why, instead


def _names(hackathon: Hackathon, explained: PersonExplanation) -> Names:
    told = {*explained.friends_kept, *explained.friends_apart, *explained.mates}
    return event_names(hackathon, names_told(db.session, told), organisations_of(db.session, hackathon.id))
