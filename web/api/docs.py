"""The description of the API as a page: made from the same document that programs read, without any script."""

from __future__ import annotations

from typing import Final, NamedTuple

from flask import current_app, json, render_template
from flask_babel import gettext

from web.api.blueprint import bp
from web.api.spec import Spec, operations

_REFERENCE: Final = "#/components/schemas/"


class Line(NamedTuple):
    """A parameter or a field."""

    name: str
    type: str
    required: bool
    description: str
    bounds: str


class Answer(NamedTuple):
    """One status that an operation may answer."""

    status: str
    description: str
    schema: str


class Operation(NamedTuple):
    """One thing that the API does."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    token: str  # "", "optional" or "needed"
    parameters: list[Line]
    body: str
    example: str
    answers: list[Answer]


class Schema(NamedTuple):
    """The shape of a body."""

    name: str
    description: str
    fields: list[Line]
    values: list[str]


@bp.get("/docs")
@bp.doc(hide=True)
def documentation() -> str:
    """Every operation and every shape, in the reader's language."""
    spec: Spec = current_app.view_functions["openapi.spec"]().get_json()  # type: ignore[union-attr]
    by_tag: dict[str, list[Operation]] = {tag["name"]: [] for tag in spec["tags"]}
    for path, method, operation in operations(spec):
        by_tag[operation["tags"][0]].append(_operation(spec, path, method, operation))
    return render_template(
        "api/docs.html",
        description=_told(spec["info"]["description"]),
        version=spec["info"]["version"],
        tags=[(_told(tag["name"]), _told(tag["description"]), by_tag[tag["name"]]) for tag in spec["tags"]],
        schemas=[_schema(name, schema) for name, schema in sorted(spec["components"]["schemas"].items())],
    )


def _told(text: str) -> str:
    """``text`` in the reader's language when the catalog has it."""
    return gettext(text) if text else ""


def _operation(spec: Spec, path: str, method: str, operation: Spec) -> Operation:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    body = _name_of(content.get("schema", {}))
    security = operation.get("security", [])
    return Operation(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=_told(operation.get("summary", "")),
        description=_told(operation.get("description", "")),
        token="" if not security else "optional" if {} in security else "needed",
        parameters=[_parameter(parameter) for parameter in operation["parameters"]],
        body=body,
        example=_example(spec, body),
        answers=[_answer(status, answer) for status, answer in sorted(operation["responses"].items())],
    )


def _parameter(parameter: Spec) -> Line:
    told = parameter.get("description", "")
    return _line(parameter["name"], parameter["schema"] | {"description": told}, parameter.get("required", False))


def _answer(status: str, answer: Spec) -> Answer:
    content: Spec = next(iter(answer.get("content", {}).values()), {})
    return Answer(status, _told(answer.get("description", "")), _name_of(content.get("schema", {})))


def _schema(name: str, schema: Spec) -> Schema:
    needed = schema.get("required", [])
    fields = [_line(field, told, field in needed) for field, told in schema.get("properties", {}).items()]
    return Schema(name, "", fields, [str(value) for value in schema.get("enum", [])])


def _line(name: str, schema: Spec, required: bool) -> Line:
    return Line(name, _type(schema), required, _told(schema.get("description", "")), _bounds(schema))


def _type(schema: Spec) -> str:
    """A shape in one word or two: names of schemas stay what the page links to."""
    if name := _name_of(schema):
        return name
    if "anyOf" in schema:
        return " | ".join(_type(choice) for choice in schema["anyOf"])
    if schema.get("type") == "array":
        return f"[{_type(schema['items'])}]"
    if "const" in schema:
        return json.dumps(schema["const"])
    return str(schema.get("format") or schema.get("type", "object"))


def _bounds(schema: Spec) -> str:
    """Bounds as a range, such as ``40–2000`` characters or values."""
    inner = next((choice for choice in schema.get("anyOf", []) if choice.get("type") != "null"), schema)
    for low, high in (("minLength", "maxLength"), ("minimum", "maximum"), ("minItems", "maxItems")):
        if low in inner or high in inner:
            return f"{inner.get(low, 0):g}–{inner[high]:g}" if high in inner else f"≥ {inner[low]:g}"
    return ""


def _name_of(schema: Spec) -> str:
    return str(schema.get("$ref", "")).removeprefix(_REFERENCE)


def _example(spec: Spec, body: str) -> str:
    examples = spec["components"]["schemas"].get(body, {}).get("examples", [])
    return json.dumps(examples[0], indent=2, ensure_ascii=False) if examples else ""
