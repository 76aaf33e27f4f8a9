"""What may be asked of a computation of teams: the form, and what it says when it is right."""

from __future__ import annotations

from typing import Final, NamedTuple

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from matcher.hackathons.runs import LEAST_S, MOST_S
from matcher.postings.cleaning import parse_number
from matcher.postings.problems import DraftProblems, FieldProblem, ProblemCode, quoted
from matcher.vocabulary import RunKind
from web.hackathons.forms import ToldForm
from web.posting.fields import Number, OneOf, choices_of

#: How many people a repair may move; empty: any number.
MOVES: Final = {"0": 0, "2": 2, "": None}
#: Highest seed; any bound would do.
MOST_SEED: Final = 1_000_000_000
#: Seconds when the form says nothing. Chosen: enough for some 200 people.
USUAL_S: Final = 60


class RunForm(ToldForm):
    """Which computation, and for how long at most. Fields that are not sent are as usual."""

    kind = OneOf(_l("What is to be done?"), choices_of(RunKind), default=RunKind.FORM.value)
    time_limit_s = Number(_l("How long may it look?"), unit=_l("seconds"), default=str(USUAL_S))
    max_moves = OneOf(
        _l("People who may change team in a repair, besides those to place"),
        [
            SelectChoice("0", _l("nobody")),
            SelectChoice("2", _l("at most two")),
            SelectChoice("", _l("as many as it takes")),
        ],
        default="2",
    )
    seed = Number(
        _l("Number to begin with"),
        _l("Another number leads to other teams that are about as good."),
        default="0",
    )


class RunRequest(NamedTuple):
    """What was asked for."""

    kind: RunKind
    time_limit_s: int
    max_moves: int | None
    seed: int


def request_in(form: RunForm) -> RunRequest:
    """What the form asks for. Raises DraftProblems."""
    problems: list[FieldProblem] = []
    kind, moves = str(form.kind.data or ""), str(form.max_moves.data or "")
    for name, value, known in (("kind", kind, [each.value for each in RunKind]), ("max_moves", moves, list(MOVES))):
        if value not in known:
            problems.append(FieldProblem(name, ProblemCode.UNKNOWN_CHOICE, {"value": quoted(value)}))
    seconds = _whole(form, "time_limit_s", LEAST_S, MOST_S, USUAL_S, problems)
    seed = _whole(form, "seed", 0, MOST_SEED, 0, problems)
    if problems:
        raise DraftProblems(problems)
    return RunRequest(RunKind(kind), seconds, MOVES[moves], seed)


def _whole(form: RunForm, name: str, least: int, most: int, usual: int, problems: list[FieldProblem]) -> int:
    """A whole number in that range; what is wrong with it goes to the problems."""
    typed = str(form[name].data or "").strip()
    if not typed:
        return usual
    number = parse_number(typed)
    if number is None:
        problems.append(FieldProblem(name, ProblemCode.NOT_A_NUMBER, {"value": quoted(typed)}))
    elif not number.is_integer():
        problems.append(FieldProblem(name, ProblemCode.NOT_WHOLE, {"value": quoted(typed)}))
    elif not least <= number <= most:
        problems.append(FieldProblem(name, ProblemCode.OUT_OF_RANGE, {"minimum": least, "maximum": most}))
    else:
        return int(number)
    return usual
