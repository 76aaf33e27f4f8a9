"""What animators of the territory and support bodies do: looks, basket, duplicates, funnel, imports, log."""

from web.animator import (  # noqa: F401  (each adds its routes)
    basket,
    cases,
    directory,
    duplicates,
    funnel,
    home,
    importing,
    journal,
    reviewing,
)
from web.animator.area import bp

__all__ = ["bp"]
