"""The organisers' pages about teams: ``bp`` carries them all."""

from __future__ import annotations

from web.teams import board, fairness, impossible, runs, versions, weights  # noqa: F401  (each adds its routes)
from web.teams.blueprint import bp

__all__ = ["bp"]
