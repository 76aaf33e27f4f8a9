"""``/api/``: everything that the pages show, for programs. ``bp`` carries it all."""

from __future__ import annotations

from web.api import directory, docs, finding, postings  # noqa: F401  (each adds its routes)
from web.api.blueprint import bp

__all__ = ["bp"]
