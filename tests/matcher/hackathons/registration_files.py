"""The files of registrations made for these tests, with the oddities of real ones; everybody in them is invented."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from matcher.exchange.readers import Table, read_table
from matcher.exchange.registrations.sources import header_row
from matcher.postings.seed import seed_vocabularies
from matcher.store import Hackathon
from tests.hackathons import make_challenge, make_hackathon

FOLDER = Path(__file__).parents[1] / "registrations_files"

#: Titles of the challenges that the files name; the second has commas of its own.
TITLES = ("Un four solaire", "Prêter, réparer, partager")


def table_of(name: str) -> Table:
    """One of the files, read."""
    return read_table((FOLDER / name).read_bytes(), header_row)


def table(text: str) -> Table:
    """A table written in a test: semicolons, UTF-8."""
    return read_table(text.encode(), header_row)


def event(session: Session, **values: object) -> Hackathon:
    """An event on a Saturday and Sunday, with both challenges and the skills of the service."""
    seed_vocabularies(session)
    session.commit()
    hackathon = make_hackathon(session, **values)
    for title in TITLES:
        make_challenge(session, hackathon, title)
    return hackathon
