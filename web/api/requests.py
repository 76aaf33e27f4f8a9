"""How requests are read: bodies, queries, headers, language, management tokens."""

from __future__ import annotations

from typing import Any, Final, get_origin

from apiflask.schema_adapters.pydantic import PydanticAdapter
from flask import Request, current_app, request
from flask_babel import gettext
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import MultiDict

from matcher.store import Hackathon, Need, Offer
from web.api.problems import BodyRefusedError, RequestRefusedError
from web.i18n import LANGUAGE_KEY
from web.links import hackathon_of_link
from web.manage.links import LinkRefusedError, posting_of_link

PREFIX: Final = "/api/"
DOCUMENTATION: Final = "api.documentation"
#: A body that pydantic refuses before it looks at a field.
_NO_JSON: Final = "json_invalid"


class TokenMissingError(LookupError):
    """No management token in the request."""


class ApiAdapter(PydanticAdapter):
    """Reads JSON strictly and straight from its bytes, queries with their repeated names, and named headers."""

    def validate_input(self, request: Request, location: str, **_options: Any) -> BaseModel:
        """The request's ``location`` as a model. Raises BodyRefusedError or RequestRefusedError."""
        try:
            if location == "json":
                return self.model_class.model_validate_json(json_bytes(request))
            if location == "headers":
                return self.model_class.model_validate(_headers(self.model_class, request))
            return self.model_class.model_validate(_query(self.model_class, request.args))
        except ValidationError as error:
            if any(detail["type"] == _NO_JSON for detail in error.errors(include_url=False, include_input=False)):
                raise BodyRefusedError(
                    400, gettext("It is not JSON in UTF-8, or a quotation mark or bracket is missing.")
                ) from None
            raise RequestRefusedError(self.model_class, error) from None


def json_bytes(request: Request) -> bytes:
    """Body of a request that says it is JSON. Raises BodyRefusedError; 413 beyond the limit of bodies."""
    body = request.get_data(cache=False)
    if not request.is_json:
        raise BodyRefusedError(415, gettext("Send JSON, with the header “Content-Type: application/json”."))
    return body


def _query(model: type[BaseModel], args: MultiDict[str, str]) -> dict[str, Any]:
    """Values by name: a list for a field that is one, else the last of those sent."""
    lists = {name for name, field in model.model_fields.items() if get_origin(field.annotation) is list}
    return {name: values if name in lists else values[-1] for name, values in args.lists()}


def _headers(model: type[BaseModel], request: Request) -> dict[str, str]:
    """The headers that are fields of ``model``, by their alias; all others mean nothing to it."""
    names = [field.alias or name for name, field in model.model_fields.items()]
    return {name: request.headers[name] for name in names if name in request.headers}


def choose_language(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Answer in the language that the program accepts, unless the address has one (``/en/api/``).

    The documentation is a page: its address alone tells its language.
    """
    if not request.path.startswith(PREFIX) or endpoint == DOCUMENTATION:
        return
    default = current_app.config["BABEL_DEFAULT_LOCALE"]
    if request.environ.get(LANGUAGE_KEY, default) == default:
        known = [language.value for language in current_app.config["SETTINGS"].languages]
        request.environ[LANGUAGE_KEY] = request.accept_languages.best_match(known, default)


def bearer_posting() -> Need | Offer | None:
    """The posting that the request's management token opens; None without a token. Raises LinkRefusedError."""
    token = _bearer_token()
    return None if token is None else posting_of_link(token)


def needed_bearer_posting() -> Need | Offer:
    """As :func:`bearer_posting`; raises TokenMissingError without a token."""
    posting = bearer_posting()
    if posting is None:
        raise TokenMissingError
    return posting


def needed_bearer_hackathon() -> Hackathon:
    """The event that the request's management token opens: the token of its organisers' link.

    Raises TokenMissingError, or LinkRefusedError.
    """
    token = _bearer_token()
    if token is None:
        raise TokenMissingError
    return hackathon_of_link(token)


def _bearer_token() -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        return None
    if scheme.lower() != "bearer" or not token.strip():
        raise LinkRefusedError
    return token.strip()
