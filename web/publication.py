"""What follows the publication or revision of a need or an offer, wherever it came from."""

from __future__ import annotations

from matcher.clock import utc_now
from matcher.store import Need, Offer
from web.jobs import anybody_runs_them, soon
from web.logs import log
from web.wiring import db, services


def propose(posting: Need | Offer) -> None:
    """Have ``posting`` encoded and matched, and its proposals recorded: by the jobs, or here where nobody runs them.

    It is four fifths of what a publication costs, and nobody waits for it: the author's page and that of proposals
    find what fits when they are read, and mails are written by the jobs.

    One that is held back until the animator has looked at it is shown to nobody yet: its approval calls this again.

    The posting is stored already, and its author must get the management link: a failure here is
    logged, and the page of proposals tries again when it is read.
    """
    if posting.held_at is not None:
        return
    if anybody_runs_them(db.session, utc_now()):
        soon()  # they follow the log of changes, in which it stands
        return
    kind, number = posting.posting_kind.value, posting.id
    try:
        services().encode_now(db.session, posting)
        services().matcher.propose(db.session, posting)
    except Exception as error:  # noqa: BLE001
        db.session.rollback()
        log.error("proposals not recorded", kind=kind, id=number, exc_info=error)
