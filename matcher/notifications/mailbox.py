"""What was and will be sent to an organisation, for its owner to see."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.notifications.preferences import OWED
from matcher.store import Mail

#: Mails that a page shows. Chosen: about a year of an active organisation.
SHOWN = 60


def mails_of(session: Session, organisation_id: int, limit: int = SHOWN) -> Sequence[Mail]:
    """Newest mails about the pairs of an organisation, to whichever of its members; those about accounts are theirs."""
    wanted = select(Mail).where(Mail.organisation_id == organisation_id, Mail.kind.not_in(OWED))
    return session.scalars(wanted.order_by(Mail.id.desc()).limit(limit)).all()
