"""The least that a site on the same libraries does: one table, one shape, one page that reads one row.

``benchmarks.cold_start`` starts it as it starts the service: what is above it is the service's own. Its database is
that of the service, and the collector is held back while it starts, as in ``wsgi.py``.
"""

import gc

gc.disable()

import os  # noqa: E402 - after the line above
from pathlib import Path  # noqa: E402

from flask import Flask, render_template_string  # noqa: E402
from pydantic import BaseModel  # noqa: E402
from sqlalchemy import create_engine, select  # noqa: E402
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column  # noqa: E402

PAGE = "<!doctype html><html><title>{{ shown.name }}</title></html>"


class Base(DeclarativeBase):
    """Base of the one model."""


class Organisation(Base):
    """A row, as far as it is shown."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Shown(BaseModel):
    """What the page says of a row."""

    name: str


app = Flask(__name__)
engine = create_engine(f"sqlite:///{Path(os.environ['PASSERELLE_VAR_DIR']) / 'passerelle.db'}")


@app.get("/")
def index() -> str:
    """The name of an organisation."""
    with Session(engine) as session:
        row = session.scalars(select(Organisation).limit(1)).one()
        return render_template_string(PAGE, shown=Shown.model_validate(row, from_attributes=True))


gc.freeze()
gc.enable()
