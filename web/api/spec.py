"""The description of the API (OpenAPI 3.1), made from the views and the models that really answer.

APIFlask writes most of it. Here: its settings, names without the name of their parent, the bounds of
numbers in addresses, and the errors that every operation may answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, cast

from apiflask import APIFlask
from flask.sansio.blueprints import BlueprintSetupState
from pydantic import Field

from web.api.shapes import Out
from web.api.words import N_

Spec = dict[str, Any]

#: Largest number of a row in an address: 15 digits, which JavaScript holds exactly and databases too.
MAX_ROW: Final = 10**15 - 1

DESCRIPTION: Final = N_(
    "Needs of the social and solidarity economy, offers of digital producers, and why they fit. Reading is open to "
    "everybody, without a key. What is published through the API gets a management token, given once: it is the only "
    "key to change or close it. Errors are problem+json, in the language of Accept-Language (French or English)."
)
TAGS: Final = {
    "Needs": N_("What organisations are looking for"),
    "Offers": N_("What producers bring"),
    "Organisations": N_("The directory"),
    "Introductions": N_(
        "The posting whose management token is sent: who was proposed to it, what both sides said, threads, questions"
    ),
    "Mails": N_("Mails to the organisation of that posting, and how often it wants them"),
    "Hackathons": N_("Events, their challenges and published teams; the token is the end of the organisers’ link"),
    "Registrations": N_("Who comes to an event, for its organisers"),
    "Teams": N_("Versions of the teams of an event and their computation, for its organisers"),
    "Results": N_("What the teams of an event made, its jury, and what became of its challenges"),
    "Search": N_("Proposals for a sentence or a draft"),
    "Vocabulary": N_("Closed lists, themes and skills"),
    "Service": N_("The service itself"),
}
#: Which errors an operation may answer beyond its own. 400 and 429 come before the view is reached.
_ALWAYS: Final = {
    "400": N_("The request cannot be read"),
    "429": N_("Too many requests"),
    "503": N_("The service cannot answer right now"),
}
_OF_BODY: Final = {
    "413": N_("The body is too large"),
    "415": N_("The body is not JSON"),
    "422": N_("Some values cannot be taken: each is named with a sentence"),
}
_OF_TOKEN: Final = {"401": N_("No valid management token"), "403": N_("The token opens something else")}
#: Which errors an operation names itself, with its own words.
_EXPLAINED: Final = frozenset({"409"})
_NOT_FOUND: Final = N_("There is nothing at this address")

_REFERENCE: Final = "#/components/schemas/"
_PROBLEM: Final = {"application/problem+json": {"schema": {"$ref": f"{_REFERENCE}Problem"}}}
_PATH_NUMBER: Final = {"type": "integer", "minimum": 1, "maximum": MAX_ROW}


class FieldProblemOut(Out):
    """One thing to mend, and where."""

    field: str = Field(description=N_("Path of the field, such as need.title"))
    code: str
    sentence: str = Field(description=N_("What is wrong and what to do"))


class Problem(Out):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str = Field(description=N_("To quote when you write to the operator"))
    revision: int | None = Field(None, description=N_("With the status 409: the present revision"))
    code: str | None = Field(None, description=N_("With the status 409: why, as one word for programs"))
    run: int | None = Field(None, description=N_("With the status 409: number of the computation that is under way"))
    rules: list[str] = Field([], description=N_("With the status 409: each rule that would be broken"))
    problems: list[FieldProblemOut] = Field([], description=N_("With the status 422: each field to mend"))


def configure(state: BlueprintSetupState) -> None:
    """Make ``app`` describe the API when its blueprint is registered."""
    app = cast("APIFlask", state.app)
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_404_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        AUTO_OPERATION_ID=False,
        SECURITY_SCHEMES={"managementToken": {"type": "http", "scheme": "bearer"}},
        DESCRIPTION=DESCRIPTION,
        LICENSE={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        SERVERS=[{"url": "/"}],
        TAGS=[{"name": name, "description": description} for name, description in TAGS.items()],
    )
    app.spec_processor(finish)


def finish(written: Spec | str) -> Spec:
    """Complete what APIFlask wrote."""
    spec = _short_names(cast("Spec", written))
    schemas = spec["components"]["schemas"]
    schemas |= _problem_schemas()
    for path, _, operation in operations(spec):
        _finish_parameters(operation)
        for status, description in _errors(path, operation).items():
            operation["responses"].setdefault(status, {"description": description, "content": _PROBLEM})
        for status in operation["responses"].keys() & _EXPLAINED:
            operation["responses"][status]["content"] = _PROBLEM
        if body := operation.get("requestBody"):
            body["required"] = True
    return spec


def operations(spec: Spec) -> Iterator[tuple[str, str, Spec]]:
    """Path, method and description of each operation."""
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _errors(path: str, operation: Spec) -> dict[str, str]:
    found = dict(_ALWAYS)
    if "requestBody" in operation:
        found |= _OF_BODY
    elif any(parameter["in"] != "path" for parameter in operation["parameters"]):
        found["422"] = _OF_BODY["422"]
    if operation.get("security"):
        found |= _OF_TOKEN
    if "{" in path or any(parameter["name"] == "page" for parameter in operation["parameters"]):
        found["404"] = _NOT_FOUND
    return found


def _finish_parameters(operation: Spec) -> None:
    for parameter in operation["parameters"]:
        schema = parameter["schema"]
        if parameter["in"] == "path":
            parameter["schema"] = dict(_PATH_NUMBER)
            continue
        if description := schema.pop("description", None):
            parameter["description"] = description
        if "anyOf" in schema:  # an address has no null: the parameter is left out instead
            parameter["schema"] = next(choice for choice in schema["anyOf"] if choice.get("type") != "null")
        schema.pop("title", None)


def _problem_schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template=f"{_REFERENCE}{{model}}")
    return {**schema.pop("$defs"), "Problem": schema}


def _short_names(spec: Spec) -> Spec:
    """Call a nested model by its own name: APIFlask writes ``Parent.Model`` once for each parent."""
    schemas = spec["components"]["schemas"]
    for name in [name for name in schemas if "." in name]:
        schemas.setdefault(name.rpartition(".")[2], schemas[name])
        del schemas[name]
    return cast("Spec", _renamed(spec))


def _renamed(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: re.sub(rf"^({_REFERENCE})[^/]*\.", r"\1", item) if key == "$ref" else _renamed(item)
            for key, item in value.items()
        }
    return [_renamed(item) for item in value] if isinstance(value, list) else value
