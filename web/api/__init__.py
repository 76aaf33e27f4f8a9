"""``/api/``: everything that the pages show, for programs. ``bp`` carries it all."""

from __future__ import annotations

from web.api import (  # noqa: F401  (each adds its routes or its answers to errors)
    challenges,
    conflicts,
    directory,
    docs,
    finding,
    hackathon_problems,
    hackathons,
    lifecycle,
    mails,
    measures,
    pairs,
    plans,
    postings,
    registrations,
    results,
    runs,
    talks,
    weights,
)
from web.api.blueprint import bp

__all__ = ["bp"]
