"""Challenges, for the organisers of their event: from a need or written, change, order, withdraw."""

from __future__ import annotations

from typing import Final

from flask import url_for
from pydantic import Field
from werkzeug.exceptions import NotFound

from matcher.clock import today, utc_now
from matcher.hackathons import challenges as use_cases
from matcher.hackathons.drafts import parse_challenge
from matcher.hackathons.events import check_revision
from matcher.hackathons.outcomes import parse_outcome
from matcher.hackathons.partners import Help, partner_groups
from matcher.postings.problems import DraftProblems, FieldProblem, ProblemCode, quoted
from matcher.postings.queries import get_need
from matcher.store import Challenge
from matcher.store.session import writing
from web.api.blueprint import ApiAnswer, bp
from web.api.hackathon_inputs import ChallengeChange, ChallengeFromNeed, ChallengeOutcomeIn, ChallengePosition
from web.api.hackathon_outputs import ChallengeStored, challenge_stored
from web.api.hackathons import CHANGED
from web.api.matches import MatchOut, match_out
from web.api.organising import challenge_of, organised
from web.api.problems import prefixed
from web.api.shapes import Out
from web.api.words import N_
from web.organiser.challenges import SHOWN_PARTNERS
from web.security import limited
from web.wiring import db, services

_LIST: Final = "/hackathons/<number:number>/challenges"
_ONE: Final = f"{_LIST}/<number:challenge>"
_STORED: Final = N_("Stored; its address is in the header Location")


class PartnerGroupOut(Out):
    """Offers that can help in one way."""

    help: Help
    items: list[MatchOut]


class PartnerList(Out):
    """Who could help with a challenge."""

    groups: list[PartnerGroupOut] = Field(description=N_("Kinds of help that nobody offers are left out"))


@bp.post(_LIST)
@bp.input(ChallengeChange)
@bp.output(ChallengeStored, status_code=201, description=_STORED)
@bp.doc(
    operation_id="addChallenge",
    tags=["Hackathons"],
    summary=N_("Add a challenge that was written for the event"),
    description=N_("After the others. The revision makes it happen once, however often it is sent."),
    security="managementToken",
    responses={409: CHANGED},
)
def add_challenge(number: int, json_data: ChallengeChange) -> ApiAnswer:
    """Store a challenge."""
    hackathon = organised(number)
    with prefixed("challenge."), writing(db.session):
        draft = parse_challenge(json_data.challenge.told())
        check_revision(hackathon, json_data.revision)
        challenge = use_cases.add_challenge(db.session, hackathon, draft)
    return _created(challenge)


@bp.post(f"{_LIST}/from-need")
@bp.input(ChallengeFromNeed)
@bp.output(ChallengeStored, status_code=201, description=_STORED)
@bp.doc(
    operation_id="addChallengeFromNeed",
    tags=["Hackathons"],
    summary=N_("Make an open need a challenge"),
    description=N_(
        "With its words and skills, and roles to begin with. A need that is a challenge of the event already answers "
        "that one, brought back when it was withdrawn."
    ),
    security="managementToken",
)
def add_from_need(number: int, json_data: ChallengeFromNeed) -> ApiAnswer:
    """Make a need a challenge."""
    hackathon = organised(number)
    need = get_need(db.session, json_data.need)
    try:
        if need is None:
            raise use_cases.NeedNotOpen
        return _created(use_cases.add_from_need(db.session, hackathon, need, today()))
    except use_cases.NeedNotOpen:
        params: dict[str, int | str] = {"value": quoted(str(json_data.need))}
        raise DraftProblems([FieldProblem("need", ProblemCode.UNKNOWN_CHOICE, params)]) from None
    except DraftProblems as error:  # the event is full: the need is all that was sent
        raise DraftProblems(FieldProblem("need", item.code, item.params) for item in error.problems) from None


@bp.put(_ONE)
@bp.input(ChallengeChange)
@bp.output(ChallengeStored)
@bp.doc(
    operation_id="changeChallenge",
    tags=["Hackathons"],
    summary=N_("Change a challenge"),
    description=N_("What is left out gets its default."),
    security="managementToken",
    responses={409: CHANGED},
)
def change_challenge(number: int, challenge: int, json_data: ChallengeChange) -> ChallengeStored:
    """Replace what a challenge tells."""
    row = challenge_of(organised(number), challenge)
    with prefixed("challenge."):
        draft = parse_challenge(json_data.challenge.told())
        return challenge_stored(use_cases.revise_challenge(db.session, row, draft, json_data.revision))


@bp.put(f"{_ONE}/position")
@bp.input(ChallengePosition)
@bp.output(ChallengeStored)
@bp.doc(
    operation_id="moveChallenge",
    tags=["Hackathons"],
    summary=N_("Put a challenge at another place of the list"),
    description=N_("A place beyond the last is the last. A withdrawn one stays where it is."),
    security="managementToken",
)
def move_challenge(number: int, challenge: int, json_data: ChallengePosition) -> ChallengeStored:
    """Change the order of challenges."""
    row = challenge_of(organised(number), challenge)
    order = row.hackathon.open_challenges
    steps = json_data.position - 1 - order.index(row) if row in order else 0
    if steps:
        use_cases.move_challenge(db.session, row, steps)
    return challenge_stored(row)


@bp.post(f"{_ONE}/withdraw")
@bp.output(ChallengeStored)
@bp.doc(
    operation_id="withdrawChallenge",
    tags=["Hackathons"],
    summary=N_("Take a challenge off the event"),
    description=N_("No team is formed for it any more. It can be brought back."),
    security="managementToken",
)
def withdraw_challenge(number: int, challenge: int) -> ChallengeStored:
    """Withdraw a challenge."""
    row = challenge_of(organised(number), challenge)
    use_cases.withdraw_challenge(db.session, row, utc_now())
    return challenge_stored(row)


@bp.post(f"{_ONE}/restore")
@bp.output(ChallengeStored)
@bp.doc(
    operation_id="restoreChallenge",
    tags=["Hackathons"],
    summary=N_("Bring a withdrawn challenge back"),
    security="managementToken",
)
def restore_challenge(number: int, challenge: int) -> ChallengeStored:
    """Take a withdrawal back."""
    row = challenge_of(organised(number), challenge)
    use_cases.restore_challenge(db.session, row)
    return challenge_stored(row)


@bp.put(f"{_ONE}/outcome")
@bp.input(ChallengeOutcomeIn)
@bp.output(ChallengeStored)
@bp.doc(
    operation_id="recordChallengeOutcome",
    tags=["Results"],
    summary=N_("Say what became of a challenge after the event"),
    description=N_("Everybody can read it, on the page of the need too."),
    security="managementToken",
)
def record_challenge_outcome(number: int, challenge: int, json_data: ChallengeOutcomeIn) -> ChallengeStored:
    """Keep what became of a challenge."""
    row = challenge_of(organised(number), challenge)
    draft = parse_outcome(json_data.told())
    use_cases.record_outcome(db.session, row, draft.outcome, draft.note)
    return challenge_stored(row)


@bp.get(f"{_ONE}/partners")
@limited("search")
@bp.output(PartnerList)
@bp.doc(
    operation_id="listPartners",
    tags=["Hackathons"],
    summary=N_("Who could help with a challenge that was made from a need"),
    description=N_("Mentors, holders of data, places and funders among the offers that fit the need, best first."),
    security="managementToken",
)
def partners(number: int, challenge: int) -> PartnerList:
    """Offers that fit the need of a challenge, by what they can be for it."""
    need = challenge_of(organised(number), challenge).need
    if need is None:
        raise NotFound
    found = services().matcher.proposals(db.session, need, limit=SHOWN_PARTNERS)
    return PartnerList(
        groups=[
            PartnerGroupOut(help=group.help, items=[match_out(match, today()) for match in group.matches])
            for group in partner_groups(found.items)
        ]
    )


def _created(challenge: Challenge) -> ApiAnswer:
    address = url_for("api.challenges", number=challenge.hackathon_id)
    return challenge_stored(challenge), 201, {"Location": address}
