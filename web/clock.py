"""Today, where the territory is."""

from web.wiring import today

__all__ = ["today"]
