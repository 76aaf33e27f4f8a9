"""The other members of a team whom one row names, each in columns of their own. Pure.

Some makers leave the headers of the last members out: their cells go on in the order of the last one that has any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matcher.exchange.readers import Row
from matcher.exchange.registrations.cells import plain
from matcher.exchange.registrations.columns import MEMBER, Field, Mapped, member_number
from matcher.exchange.registrations.entities import Person, Reason, derived_key
from matcher.vocabulary import TeamStatus

Cells = dict[Field, str]


def with_members(person: Person, headers: Sequence[str], row: Row, mapping: Mapped) -> list[Person]:
    """The person whose row it is and those whom it names, all of one team; the person alone where it names nobody."""
    groups: dict[int, Cells] = {}
    for header, cell in zip(headers, row.cells, strict=True):
        field = mapping.get(header)
        if field in MEMBER:
            groups.setdefault(member_number(header), {})[field] = plain(cell)
    goes_on = bool(headers) and mapping.get(headers[-1]) in MEMBER
    cells = [*groups.values(), *(_without_headers(row, list(groups[max(groups)])) if goes_on else ())]
    team = person.values.get("team_name") or person.name
    members = [_member(person, each, str(team)) for each in cells if any(each.values())]
    if goes_on:
        person = replace(person, cells_over=0)
    if not members:
        return [person]
    remarks = tuple(remark for remark in person.remarks if remark.reason is not Reason.TEAM_WITHOUT_NAME)
    values = {**person.values, "team_status": TeamStatus.TEAM.value, "team_name": team}
    return [replace(person, values=values, remarks=remarks), *members]


def _without_headers(row: Row, order: Sequence[Field]) -> list[Cells]:
    parts = [row.rest[at : at + len(order)] for at in range(0, len(row.rest), len(order))]
    return [dict(zip(order, map(plain, part), strict=False)) for part in parts]


def _member(person: Person, cells: Cells, team: str) -> Person:
    given = (cells.get(Field.MEMBER_FIRST_NAME, ""), cells.get(Field.MEMBER_LAST_NAME, ""))
    name = cells.get(Field.MEMBER_NAME) or " ".join(filter(None, given))
    email = cells.get(Field.MEMBER_EMAIL, "").lower()
    values = {"team_status": TeamStatus.TEAM.value, "team_name": team}
    key = derived_key(name, email, "")
    return Person(person.line, key, name, email, values, moment=person.moment, is_member=True)
