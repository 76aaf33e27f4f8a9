"""What never leaves in an export, decided in one place.

An anonymous need hides whose it is, a budget may be kept from the page, and who to contact is shown
to nobody before both sides have said yes. An import that finds these cells empty leaves what is stored.
"""

from __future__ import annotations

import hashlib
from typing import Final

from matcher.store import Need, Offer, Organisation

#: Fields of an organisation that no export has.
PRIVATE_FIELDS: Final = frozenset({"contact_name", "contact_email", "contact_modes"})

#: Beginning of the key under which an anonymous need is exported.
ANONYMOUS_KEY: Final = "anonymous-"


def public_key(row: Organisation | Need | Offer) -> tuple[str, str]:
    """Source and key to export: for an anonymous need neither, since both may tell whose it is, but a
    digest by which this database knows it again."""
    if isinstance(row, Need) and row.anonymous:
        told = f"{row.source}\n{row.external_key}"
        return "", ANONYMOUS_KEY + hashlib.sha256(told.encode()).hexdigest()[:20]
    return row.source, row.external_key or ""


def withheld(row: Organisation | Need | Offer) -> frozenset[str]:
    """Fields of ``row`` that an export leaves empty or has no column for.

    >>> sorted(withheld(Need(anonymous=True, budget_public=False)))
    ['budget_blank_reason', 'budget_max', 'budget_min', 'organisation']
    """
    if isinstance(row, Organisation):
        return PRIVATE_FIELDS
    if isinstance(row, Offer):
        return frozenset()
    hidden = {"organisation"} if row.anonymous else set()
    return frozenset(hidden | (set() if row.budget_public else {"budget_min", "budget_max", "budget_blank_reason"}))
