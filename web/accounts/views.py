"""Everything that the blueprint of accounts answers; each module adds its routes."""

from web.accounts import claiming, colleagues, entering, keys, own, roles, secure  # noqa: F401
from web.accounts.blueprint import bp

__all__ = ["bp"]
