"""The second step of an import: a kept file, how its columns are read, and what people send back about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

from flask_babel import gettext

from matcher.exchange.readers import Table, read_table
from matcher.exchange.registrations.applying import columns_for
from matcher.exchange.registrations.columns import NAMING, REPEATABLE, Field
from matcher.exchange.registrations.sources import Maker, header_row, recognise
from matcher.store import Hackathon
from web.registrations.import_words import FIELDS
from web.wiring import db

#: Values of a column that are shown, and characters of each: enough to see what it holds. Chosen.
SHOWN_VALUES: Final = 3
SHOWN_CHARS: Final = 40


class Column(NamedTuple):
    """One column as the page shows it: number, header, some of its values, and its field ("" to leave it out)."""

    number: int
    header: str
    examples: list[str]
    field: str

    @property
    def id(self) -> str:
        """Name of its choice in the form, and where an error leads to."""
        return f"column-{self.number}"


@dataclass(frozen=True, slots=True)
class Check:
    """A file that waits to be confirmed, and how its columns are read as things stand."""

    hackathon: Hackathon
    name: str
    table: Table
    mapping: Mapping[str, Field | None]

    @property
    def maker(self) -> Maker:
        """Whose kind of file it is."""
        return recognise(self.table.headers).maker

    def columns(self, mapping: Mapping[str, Field | None]) -> list[Column]:
        """All columns, with the fields of `mapping`."""
        return [
            Column(at, header, self._examples(at), field.value if (field := mapping.get(header)) else "")
            for at, header in enumerate(self.table.headers)
        ]

    def _examples(self, at: int) -> list[str]:
        different = dict.fromkeys(row.cells[at] for row in self.table.rows if row.cells[at])
        told = [" ".join(text.split()) for text in list(different)[:SHOWN_VALUES]]
        return [text if len(text) <= SHOWN_CHARS else f"{text[: SHOWN_CHARS - 1]}…" for text in told]


@dataclass(frozen=True, slots=True)
class Columns:
    """The fields that were chosen, and what is wrong with the choice: identifier of the column, header, sentence."""

    mapping: Mapping[str, Field | None]
    problems: tuple[tuple[str, str, str], ...] = ()

    @classmethod
    def sent(cls, headers: Sequence[str], form: Mapping[str, str]) -> Self:
        """What a form chose. A field that does not exist leaves its column out."""
        known = {field.value: field for field in Field}
        mapping = {header: known.get(form.get(f"column-{at}", "")) for at, header in enumerate(headers)}
        return cls(mapping, tuple(_problems(mapping)))

    def sentence_of(self, column: Column) -> str:
        """What is wrong with a column; empty when nothing is."""
        return next((sentence for at, _, sentence in self.problems if at == column.id), "")


def check_of(hackathon: Hackathon, name: str, content: bytes) -> Check:
    """A kept file, which could be read when it was sent."""
    table = read_table(content, header_row)
    return Check(hackathon, name, table, columns_for(db.session, hackathon, table.headers))


def _problems(mapping: Mapping[str, Field | None]) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    first: dict[Field, str] = {}
    for at, (header, field) in enumerate(mapping.items()):
        if field is None or field in REPEATABLE:
            continue
        other = first.setdefault(field, header)
        if other != header:
            said = gettext(
                "“%(field)s” is already the column “%(other)s”. Choose another, or leave this column out.",
                field=FIELDS[field],
                other=other,
            )
            found.append((f"column-{at}", header, said))
    if not NAMING & set(mapping.values()):
        said = gettext("No column holds names of people. Choose at least one that does.")
        found.append(("column-0", next(iter(mapping), ""), said))
    return found
