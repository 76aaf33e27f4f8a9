"""What the teams of an event made and how the jury saw it: for everybody once the event is over, before for organisers.

The jury marks on its own pages, each member by a link of their own; here organisers give and end these links.
"""

from __future__ import annotations

from typing import Final

from flask import url_for
from pydantic import ConfigDict, Field
from werkzeug.exceptions import NotFound

from matcher.clock import utc_now
from matcher.hackathons import jury as use_cases
from matcher.hackathons.jury import JUROR_TEXT, Result
from matcher.hackathons.queries import get_hackathon
from matcher.store import Hackathon, Juror
from matcher.vocabulary import HackathonPhase
from web.api.blueprint import ApiAnswer, bp
from web.api.inputs import Body
from web.api.organising import organised
from web.api.shapes import Address, Out
from web.api.words import N_
from web.links import juror_link
from web.results.words import criteria_of
from web.wiring import db

_EVENT: Final = "/hackathons/<number:number>"
_JURORS: Final = f"{_EVENT}/jurors"
_JUROR: Final = f"{_JURORS}/<number:juror>"


class ProjectOut(Out):
    """What a team made, and the mean of what the jury gave it."""

    id: int
    challenge: int
    team: int = Field(description=N_("Number of the team of that challenge"))
    team_name: str
    title: str
    text: str
    link: str
    rank: int | None = Field(description=N_("From 1; equal means share a rank; null: nobody marked it"))
    mean: float | None = Field(description=N_("Of the criteria, 0 to 5"))
    means: list[float | None] = Field(description=N_("Of each criterion over the jurors who marked it"))
    jurors: int = Field(description=N_("How many people marked it"))


class ResultsOut(Out):
    """Projects, best first, and what was marked."""

    criteria: list[str]
    items: list[ProjectOut]


class JurorIn(Body):
    """Somebody who is to mark."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Marie Essai"}]})

    name: str = Field(
        description=N_("Their marks are kept under this name"),
        min_length=JUROR_TEXT.minimum,
        max_length=JUROR_TEXT.maximum,
    )


class JurorOut(Out):
    """A member of the jury."""

    id: int
    name: str
    link: Address | None = Field(description=N_("Their own page, for them alone; null: their link was ended"))
    marked: int = Field(description=N_("How many projects they marked"))


class JurorList(Out):
    """The jury, by name."""

    items: list[JurorOut]


@bp.get(f"{_EVENT}/results")
@bp.output(ResultsOut)
@bp.doc(
    operation_id="listResults",
    tags=["Results"],
    summary=N_("Projects of an event that is over, and how the jury saw them"),
    description=N_("What became of each challenge is told by the list of challenges."),
)
def public_results(number: int) -> ResultsOut:
    """Results that anybody may read."""
    hackathon = get_hackathon(db.session, number)
    if hackathon is None or hackathon.phase is not HackathonPhase.CLOSED:
        raise NotFound
    return _results(hackathon)


@bp.get(f"{_EVENT}/organiser/results")
@bp.output(ResultsOut)
@bp.doc(
    operation_id="listOrganisersResults",
    tags=["Results"],
    summary=N_("Projects and means as they stand"),
    security="managementToken",
)
def organiser_results(number: int) -> ResultsOut:
    """Results before anybody else sees them."""
    return _results(organised(number))


@bp.get(_JURORS)
@bp.output(JurorList)
@bp.doc(
    operation_id="listJurors", tags=["Results"], summary=N_("The jury, with their links"), security="managementToken"
)
def jurors(number: int) -> JurorList:
    """Everybody who may mark, or marked."""
    return JurorList(items=[_juror_out(*each) for each in use_cases.jurors_at(db.session, organised(number).id)])


@bp.post(_JURORS)
@bp.input(JurorIn)
@bp.output(JurorOut, status_code=201, description=N_("Stored; the answer holds their link"))
@bp.doc(
    operation_id="addJuror",
    tags=["Results"],
    summary=N_("Give somebody a link to mark with"),
    description=N_("The same name answers the same juror; a link that was ended is given anew."),
    security="managementToken",
)
def add_juror(number: int, json_data: JurorIn) -> ApiAnswer:
    """Somebody who is to mark."""
    hackathon = organised(number)
    row = use_cases.add_juror(db.session, hackathon.id, use_cases.parse_juror(json_data.told()))
    return _out(hackathon, row), 201, {"Location": url_for("api.jurors", number=number)}


@bp.post(f"{_JUROR}/links")
@bp.output(JurorOut)
@bp.doc(
    operation_id="renewJurorLink",
    tags=["Results"],
    summary=N_("Cancel the links of a juror, and get the new one"),
    security="managementToken",
)
def renew_juror_link(number: int, juror: int) -> JurorOut:
    """Give a juror a new link."""
    hackathon = organised(number)
    row = _juror(hackathon, juror)
    use_cases.renew_link(db.session, row)
    return _out(hackathon, row)


@bp.post(f"{_JUROR}/end")
@bp.output(JurorOut)
@bp.doc(
    operation_id="endJurorLink",
    tags=["Results"],
    summary=N_("End the link of a juror"),
    description=N_("What they marked goes on counting."),
    security="managementToken",
)
def end_juror_link(number: int, juror: int) -> JurorOut:
    """Let a juror mark no more."""
    hackathon = organised(number)
    row = _juror(hackathon, juror)
    use_cases.end_link(db.session, row, utc_now())
    return _out(hackathon, row)


@bp.delete(_JUROR)
@bp.doc(
    operation_id="deleteJuror",
    tags=["Results"],
    summary=N_("Take a juror off with everything that they marked"),
    security="managementToken",
    responses={204: N_("It is gone")},
)
def delete_juror(number: int, juror: int) -> ApiAnswer:
    """Remove a juror and their marks."""
    use_cases.remove_juror(db.session, _juror(organised(number), juror))
    return "", 204


def _juror(hackathon: Hackathon, number: int) -> Juror:
    """A juror of this event. Raises 404."""
    found = use_cases.juror_at(db.session, hackathon.id, number)
    if found is None:
        raise NotFound
    return found


def _out(hackathon: Hackathon, row: Juror) -> JurorOut:
    marked = {juror.id: count for juror, count in use_cases.jurors_at(db.session, hackathon.id)}
    return _juror_out(row, marked[row.id])


def _juror_out(row: Juror, marked: int) -> JurorOut:
    return JurorOut(id=row.id, name=row.name, link=None if row.ended_at is not None else juror_link(row), marked=marked)


def _results(hackathon: Hackathon) -> ResultsOut:
    criteria = criteria_of(hackathon)
    found = use_cases.results(db.session, hackathon.id, len(criteria))
    return ResultsOut(criteria=criteria, items=[_project(result) for result in found])


def _project(result: Result) -> ProjectOut:
    made = result.submission
    told = {name: getattr(made, name) for name in ("id", "team_name", "title", "text", "link")}
    return ProjectOut(
        challenge=made.challenge_id,
        team=made.team_number,
        rank=result.rank,
        mean=None if result.mean is None else round(result.mean, 2),
        means=[None if mean is None else round(mean, 2) for mean in result.means],
        jurors=result.jurors,
        **told,
    )
