"""How requests are read: bodies, queries, language, management tokens."""

from __future__ import annotations

from typing import Any, Final, get_origin

from apiflask.schema_adapters.pydantic import PydanticAdapter
from flask import Request, current_app, request
from flask_babel import gettext
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import MultiDict

from matcher.store import Need, Offer
from web.api.problems import BodyRefusedError, RequestRefusedError
from web.i18n import LANGUAGE_KEY
from web.manage.links import LinkRefusedError, posting_of

PREFIX: Final = "/api/"
DOCUMENTATION: Final = "api.documentation"
#: A body that pydantic refuses before it looks at a field.
_NO_JSON: Final = "json_invalid"


class TokenMissingError(LookupError):
    """No management token in the request."""


class ApiAdapter(PydanticAdapter):
    """Reads JSON strictly and straight from its bytes, and queries with their repeated names."""

    def validate_input(self, request: Request, location: str, **_options: Any) -> BaseModel:
        """The request's ``location`` as a model. Raises BodyRefusedError or RequestRefusedError."""
        try:
            if location == "json":
                return self.model_class.model_validate_json(json_bytes(request))
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
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        return None
    if scheme.lower() != "bearer" or not token.strip():
        raise LinkRefusedError
    return posting_of(token.strip())


def needed_bearer_posting() -> Need | Offer:
    """As :func:`bearer_posting`; raises TokenMissingError without a token."""
    posting = bearer_posting()
    if posting is None:
        raise TokenMissingError
    return posting
