"""``flask export``: the public lists as files. What is private on the site is in none of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext

from matcher.clock import today, utc_now
from matcher.exchange.exports import export_rows, headers_of, to_csv, to_json, to_xlsx
from matcher.exchange.murmurations import to_murmurations
from matcher.postings.queries import MAX_PER_PAGE, Page, list_organisations, list_postings
from matcher.store import Need, Offer, Organisation
from matcher.vocabulary import PostingKind
from web.wiring import db

group = AppGroup("export", help="Write the public lists to files.")

TABLES = ("csv", "json", "xlsx")
PROFILES = "murmurations"

_to_file = click.option(
    "--output", type=click.File("wb", atomic=True), default="-", show_default=True, help="File; - for the terminal."
)


@group.command()
@click.option("--format", "fmt", type=click.Choice(TABLES), default="csv", show_default=True)
@_to_file
def organisations(fmt: str, output: IO[bytes]) -> None:
    """Every organisation, without its private contact."""
    rows = list(_every(lambda page: list_organisations(db.session, None, page, MAX_PER_PAGE, facets=False)))
    output.write(_table(rows, Organisation, "organisations", fmt))


@group.command()
@click.option("--format", "fmt", type=click.Choice([*TABLES, PROFILES]), default="csv", show_default=True)
@_to_file
def needs(fmt: str, output: IO[bytes]) -> None:
    """Needs that can be found today."""
    output.write(_postings(PostingKind.NEED, Need, fmt))


@group.command()
@click.option("--format", "fmt", type=click.Choice([*TABLES, PROFILES]), default="csv", show_default=True)
@_to_file
def offers(fmt: str, output: IO[bytes]) -> None:
    """Offers that can be found today."""
    output.write(_postings(PostingKind.OFFER, Offer, fmt))


def _postings(kind: PostingKind, model: type[Need] | type[Offer], fmt: str) -> bytes:
    def page_of(number: int) -> Page[Any]:
        return list_postings(db.session, kind, None, number, MAX_PER_PAGE, today=today(), facets=False)

    rows = list(_every(page_of))
    return _profiles(rows) if fmt == PROFILES else _table(rows, model, f"{kind.value}s", fmt)


def _every(page_of: Callable[[int], Page[Any]]) -> Iterator[Any]:
    number = 1
    while True:
        page = page_of(number)
        yield from page.items
        if number >= page.pages:
            return
        number += 1


def _table(rows: Sequence[Any], model: type[Any], name: str, fmt: str) -> bytes:
    exported, headers = export_rows(rows), headers_of(model)
    if fmt == "csv":
        return to_csv(exported, headers)
    if fmt == "xlsx":
        return to_xlsx(exported, headers, name)
    return to_json(exported, name, utc_now())


def _profiles(rows: Sequence[Need | Offer]) -> bytes:
    base_url = current_app.config["BASE_URL"]
    if not base_url:
        raise click.UsageError(
            gettext(
                "Profiles hold addresses of the site: set PASSERELLE_BASE_URL, such as https://passerelle.example.org."
            )
        )
    language = current_app.config["BABEL_DEFAULT_LOCALE"]
    profiles = [to_murmurations(row, base_url, language) for row in rows]
    return json.dumps(profiles, ensure_ascii=False, indent=1).encode()
