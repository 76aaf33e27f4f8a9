"""Who comes to a hackathon: the public form, each person's own page, the organisers' lists and the desk."""

from web.registrations import addresses, checkin, desk, importing, lists, own, views, wishes  # noqa: F401  (each adds its routes)
from web.registrations.area import bp

__all__ = ["bp"]
