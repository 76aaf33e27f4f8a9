"""What programs are told when something is wrong: problem+json (RFC 9457) in their language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from flask import Response, json
from flask_babel import gettext
from pydantic import BaseModel, ValidationError

from matcher.postings.drafts import DraftProblems, FieldProblem, ProblemCode
from matcher.postings.problems import quoted
from web import errors
from web.problems import sentence

#: Problems told of one request: a body made of nothing but mistakes must not make a long answer.
MAX_PROBLEMS: Final = 50

_CODES: Final[dict[str, ProblemCode]] = {
    "missing": ProblemCode.REQUIRED,
    "extra_forbidden": ProblemCode.UNKNOWN_FIELD,
    "string_too_short": ProblemCode.TOO_SHORT,
    "string_too_long": ProblemCode.TOO_LONG,
    "int_type": ProblemCode.NOT_WHOLE,
    "int_from_float": ProblemCode.NOT_WHOLE,
    "float_type": ProblemCode.NOT_A_NUMBER,
    "finite_number": ProblemCode.NOT_A_NUMBER,
    "too_long": ProblemCode.TOO_MANY,
    "greater_than_equal": ProblemCode.OUT_OF_RANGE,
    "less_than_equal": ProblemCode.OUT_OF_RANGE,
    "enum": ProblemCode.UNKNOWN_CHOICE,
    "literal_error": ProblemCode.UNKNOWN_CHOICE,
    "bool_type": ProblemCode.UNKNOWN_CHOICE,
    "not_whole": ProblemCode.NOT_WHOLE,
    "unknown_choice": ProblemCode.UNKNOWN_CHOICE,
}


class BodyRefusedError(ValueError):
    """A body that cannot be read at all: ``status`` is 400 or 415, ``detail`` says what to send."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


class OtherPostingError(LookupError):
    """The management token opens another posting than the one at this address."""


class OtherEventError(LookupError):
    """The management token opens another event than the one at this address."""


class RequestRefusedError(ValueError):
    """Values that do not have the shape that the description asks for."""

    def __init__(self, model: type[BaseModel], error: ValidationError) -> None:
        super().__init__("the request does not have the described shape")
        self.problems = shape_problems(model, error)


def shape_problems(model: type[BaseModel], error: ValidationError) -> list[FieldProblem]:
    """What ``model`` refused, in the codes that forms and imports use; one problem a place of the request."""
    described = model.model_json_schema()
    found: dict[str, FieldProblem] = {}
    for detail in error.errors(include_url=False):
        field = ".".join(str(part) for part in detail["loc"])[:200]
        code = _code(detail["type"])
        params = _params(detail["input"], detail.get("ctx", {}))
        if code is ProblemCode.OUT_OF_RANGE:
            params |= _bounds(described, detail["loc"])
        found.setdefault(field, FieldProblem(field, code, params))
    return list(found.values())


def _code(kind: str) -> ProblemCode:
    if kind in _CODES:
        return _CODES[kind]
    if kind.startswith("date_"):
        return ProblemCode.BAD_DATE
    return ProblemCode.BAD_TEXT if kind.startswith("string_") else ProblemCode.UNKNOWN_CHOICE


def _params(given: Any, bounds: Mapping[str, Any]) -> dict[str, int | str]:
    params: dict[str, int | str] = {"value": quoted(given if isinstance(given, str) else _as_json(given))}
    if isinstance(given, str):
        params["length"] = len(given)
    for bound, name in (("min_length", "minimum"), ("max_length", "maximum")):
        if bound in bounds:
            params[name] = int(bounds[bound])
    return params


def _bounds(described: Mapping[str, Any], loc: Iterable[int | str]) -> dict[str, int | str]:
    """Both bounds of a number, from the description: pydantic tells only the one that was passed."""
    node = described
    for part in loc:
        node = _resolved(described, node)
        node = node["items"] if isinstance(part, int) else node["properties"][part]
    node = next((choice for choice in node.get("anyOf", []) if "minimum" in choice), node)
    return {name: f"{node[name]:.10g}" for name in ("minimum", "maximum") if name in node}


def _resolved(described: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = [choice for choice in node.get("anyOf", [node]) if choice.get("type") != "null"]
    reference = str(choices[0].get("$ref", "")).rpartition("/")[2]
    found: Mapping[str, Any] = described["$defs"][reference] if reference else choices[0]
    return found


def _as_json(value: object) -> str:
    try:
        return json.dumps(value)[:200]
    except (TypeError, ValueError):
        return type(value).__name__


def refused(problems: Iterable[FieldProblem]) -> Response:
    """422 with a sentence for each field."""
    told = [
        {"field": item.field, "code": item.code.value, "sentence": sentence(item)}
        for item in list(problems)[:MAX_PROBLEMS]
    ]
    return _refused(told)


def refused_with(field: str, code: str, words: str) -> Response:
    """422 for one field, where a use case and not a draft found what is wrong."""
    return _refused([{"field": field, "code": code, "sentence": words}])


def _refused(told: list[dict[str, str]]) -> Response:
    title, detail = gettext("Some values cannot be taken"), gettext("Mend the fields named below and send it again.")
    return errors.problem(422, title, detail, problems=told)


def unreadable(error: BodyRefusedError) -> Response:
    """400 or 415 for a body that cannot be read."""
    return errors.problem(error.status, gettext("This body cannot be read"), error.detail)


def token_missing() -> Response:
    """401: no management token."""
    detail = gettext("Send the token that was given on publication or creation: “Authorization: Bearer …”.")
    return _unauthorised(detail, "Bearer")


def token_refused() -> Response:
    """401: a token that opens nothing (RFC 6750)."""
    detail = gettext("The token is damaged or was cancelled, or what it opened was deleted. Use the newest one.")
    return _unauthorised(detail, 'Bearer error="invalid_token"')


def _unauthorised(detail: str, challenge: str) -> Response:
    response = errors.problem(401, gettext("A management token is needed"), detail)
    response.headers["WWW-Authenticate"] = challenge
    return response


def forbidden() -> Response:
    """403: the token opens another posting."""
    return errors.problem(
        403,
        gettext("This token opens another posting"),
        gettext("Use the token that was given when this very posting was published."),
    )


def forbidden_event() -> Response:
    """403: the token opens another event."""
    return errors.problem(
        403,
        gettext("This token opens another event"),
        gettext("Use the token of this very event: it is the end of its organisers’ link."),
    )


def conflict(detail: str, **more: Any) -> Response:
    """409: it was right when it was sent for, and is not any more, or not yet."""
    return errors.problem(409, gettext("It cannot be done as things stand"), detail, **more)


def absent(detail: str) -> Response:
    """404 that says what is not there."""
    return errors.problem(404, gettext("There is nothing at this address"), detail)


@contextmanager
def prefixed(prefix: str, known: Collection[str] | None = None, other: str = "") -> Iterator[None]:
    """Put the problems raised inside where their fields are in the body.

    Fields among ``known`` (all, for None) get ``prefix``, the others ``other``, unless they have it already.
    """
    try:
        yield
    except DraftProblems as error:
        raise DraftProblems(
            FieldProblem(_placed(item.field, prefix, known, other), item.code, item.params) for item in error.problems
        ) from error


def _placed(field: str, prefix: str, known: Collection[str] | None, other: str) -> str:
    if known is None or field in known:
        return prefix + field
    return field if other and field.startswith(other) else other + field
