"""The second step of an import: a kept file, and how each of its columns is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from matcher.exchange.columns import ImportKind, fields_of, guess_mapping
from matcher.exchange.readers import Table, read_table

#: Values of a column that are shown, and characters of each: enough to see what it holds. Chosen.
SHOWN_VALUES: Final = 3
SHOWN_CHARS: Final = 40
#: What stands in the address for a column that is left out.
LEFT_OUT: Final = "-"


class Column(NamedTuple):
    """One column as the page shows it: name of its choice, header, some of its values, its field ("": left out)."""

    id: str
    header: str
    examples: list[str]
    field: str


@dataclass(frozen=True, slots=True)
class Check:
    """A file that waits to be confirmed: what it holds, where it comes from, and the field of each header."""

    name: str
    table: Table
    kind: ImportKind
    source: str
    mapping: Mapping[str, str | None]

    @property
    def fields(self) -> list[str]:
        """Every field that a column may have, by name."""
        return sorted(fields_of(self.kind))

    @property
    def columns(self) -> list[Column]:
        """All columns in the order of the file."""
        headers = enumerate(self.table.headers)
        return [Column(f"c{at}", name, self._examples(at), self.mapping.get(name) or "") for at, name in headers]

    def _examples(self, at: int) -> list[str]:
        different = dict.fromkeys(row.cells[at] for row in self.table.rows if row.cells[at])
        told = [" ".join(text.split()) for text in list(different)[:SHOWN_VALUES]]
        return [text if len(text) <= SHOWN_CHARS else f"{text[: SHOWN_CHARS - 1]}…" for text in told]


def check_of(name: str, content: bytes, kind: ImportKind, source: str, values: Mapping[str, Any]) -> Check:
    """A kept file, which could be read when it was sent; columns as ``values`` tell, else as their headers do."""
    table = read_table(content)
    return Check(name, table, kind, source, _mapping(table, kind, values))


def sent_columns(check: Check, form: Mapping[str, Any]) -> dict[str, str | None]:
    """The fields that a form chose; of two columns with one field the first has it."""
    return _mapping(check.table, check.kind, {"c0": LEFT_OUT, **form})


def _mapping(table: Table, kind: ImportKind, values: Mapping[str, Any]) -> dict[str, str | None]:
    if not any(f"c{at}" in values for at in range(len(table.headers))):
        return dict(guess_mapping(table.headers, kind))
    known, taken = set(fields_of(kind)), set()
    chosen: dict[str, str | None] = {}
    for at, header in enumerate(table.headers):
        field = str(values.get(f"c{at}", LEFT_OUT))
        chosen[header] = field if field in known and field not in taken else None
        taken.add(field)
    return chosen
