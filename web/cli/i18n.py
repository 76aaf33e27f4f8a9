"""``flask i18n``: collect the sentences of the site, bring the catalogs up to date, compile them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po
from flask.cli import AppGroup

from web.config import ROOT
from web.i18n import TRANSLATIONS, compile_catalog

TEMPLATE: Final = TRANSLATIONS / "messages.pot"
KEYWORDS: Final = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "N_": None,  # marked now, looked up later (web.api.words)
}

#: Named parts of a sentence, such as %(title)s, and the tags in it.
PARTS: Final = re.compile(r"%\(\w+\)[a-z]|</?\w[^>]*>")

group = AppGroup("i18n", help="Sentences of the site and their translations.")


def extract(root: Path = ROOT) -> Catalog:
    """Every sentence of ``web`` that is marked for translation; a broken template fails."""
    with (root / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    catalog = Catalog(project="Passerelle", charset="utf-8", fuzzy=False)
    found = extract_from_dir(root / "web", methods, options, keywords=KEYWORDS, comment_tags=("TRANSLATORS:",))
    for filename, line, message, comments, context in found:
        catalog.add(message, None, [(f"web/{filename}", line)], auto_comments=comments, context=context)
    return catalog


@group.command("extract")
def extract_command() -> None:
    """Write the template of all catalogs (messages.pot)."""
    catalog = extract()
    TRANSLATIONS.mkdir(exist_ok=True)
    _write(TEMPLATE, catalog)
    click.echo(f"{len(catalog)} sentences in {TEMPLATE.relative_to(ROOT)}")


@group.command("update")
@click.option("--language", default="fr", show_default=True, help="ISO 639-1 code of the catalog.")
def update_command(language: str) -> None:
    """Bring a catalog up to date with the code; what is no longer used is dropped."""
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    catalog = Catalog(locale=language, project="Passerelle", charset="utf-8", fuzzy=False)
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
    catalog.update(extract(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, catalog)
    missing = [message.id for message in catalog if message.id and not _is_translated(message.string)]
    click.echo(f"{len(catalog)} sentences in {path.relative_to(ROOT)}, {len(missing)} without translation")


@group.command("compile")
def compile_command() -> None:
    """Compile every catalog."""
    for source in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")):
        compile_catalog(source, source.with_suffix(".mo"))
        click.echo(f"compiled {source.relative_to(ROOT)}")


@group.command("check")
def check_command() -> None:
    """Fail unless every catalog says every sentence of the site, with all its parts."""
    wanted = extract()
    found = []
    for path in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale=path.parent.parent.name)
        found += [f"{catalog.locale}: {problem}" for problem in problems(wanted, catalog)]
        click.echo(f"{path.relative_to(ROOT)}: {len(catalog)} sentences")
    for problem in found:
        click.echo(problem, err=True)
    if found:
        raise click.ClickException(f"{len(found)} to mend. Run: flask i18n extract, flask i18n update; then translate.")


def problems(wanted: Catalog, catalog: Catalog) -> Iterator[str]:
    """What is wrong with ``catalog``, a sentence each: missing, unsure, no longer used, or with other parts."""
    for message in wanted:
        told = catalog.get(message.id, message.context) if message.id else None
        if message.id and (told is None or not _is_translated(told.string)):
            yield f"not translated: {_first(message)}"
        elif told is not None and told.fuzzy:
            yield f"marked as unsure (fuzzy): {_first(message)}"
        elif told is not None and not _has_same_parts(told):
            yield f"other placeholders or tags than in English: {_first(message)}"
    for message in catalog:
        if message.id and wanted.get(message.id, message.context) is None:
            yield f"no longer on the site: {_first(message)}"


def _first(message: Message) -> str:
    return _forms(message.id)[0]


def _forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return list(text) if isinstance(text, list | tuple) else [text or ""]


def _has_same_parts(message: Message) -> bool:
    """True when no part was lost or made up; a singular may do without the number ("once")."""
    *singular, plural = (sorted(PARTS.findall(form)) for form in _forms(message.string))
    wanted = sorted(PARTS.findall(_forms(message.id)[-1]))
    return plural == wanted and all(set(form) <= set(wanted) for form in singular)


def _is_translated(string: str | list[str] | tuple[str, ...] | None) -> bool:
    return all(_forms(string))


def _write(path: Path, catalog: Catalog) -> None:
    # A fixed date: the file changes when a sentence does, not when a command is run.
    catalog.header_comment = "# Sentences of Passerelle."
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    with path.open("wb") as file:
        # No line numbers: they would change the catalog with every edit of a file.
        write_po(file, catalog, width=100, sort_output=True, include_lineno=False)
