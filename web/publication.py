"""What follows the publication or revision of a need or an offer, wherever it came from."""

from __future__ import annotations

from matcher.store import Need, Offer
from web.logs import log
from web.wiring import db, services


def propose(posting: Need | Offer) -> None:
    """Encode ``posting`` if the encoder is there, match it and record who is shown to whom.

    One that is held back until the animator has looked at it is shown to nobody yet: its approval calls this again.

    The posting is stored already, and its author must get the management link: a failure here is
    logged, and the page of proposals tries again when it is read.
    """
    if posting.held_at is not None:
        return
    kind, number = posting.posting_kind.value, posting.id
    try:
        services().encode_now(db.session, posting)
        services().matcher.record(db.session, posting, services().matcher.proposals(db.session, posting))
    except Exception as error:  # noqa: BLE001
        db.session.rollback()
        log.error("proposals not recorded", kind=kind, id=number, exc_info=error)
