"""Make one organisation of two: everything of the second becomes the first one's, and no posting is ever lost.

There is no way back, so that :func:`preview` tells beforehand what would move. Who acts for the second organisation
acts for the first one afterwards.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from matcher.oversight import audit
from matcher.people import MailFrequency, MembershipRole
from matcher.store import (
    Challenge,
    Invitation,
    Mail,
    MailPreference,
    Membership,
    Need,
    Offer,
    Organisation,
    SavedSearch,
)
from matcher.store.session import writing

#: What may be taken from either organisation; columns of one group only make sense together.
GROUPS: Final = {
    "name": ("name",),
    "brand": ("brand",),
    "family": ("family",),
    "organisation_type": ("organisation_type", "legal_form"),
    "identifiers": ("siren", "siret", "rna", "no_identifier_reason"),
    "activity": ("naf_code", "naf_version"),
    "sse": ("is_sse", "sse_source", "sse_checked_at", "is_esus"),
    "place": ("place_id",),
    "size_band": ("size_band",),
    "website": ("website",),
    "description": ("description", "language"),
    "contact": ("contact_name", "contact_email", "contact_modes"),
}
#: Column of a group that tells whether the group says anything.
_TELLING: Final = {"identifiers": ("siren", "siret", "rna"), "contact": ("contact_email",), "sse": ("is_sse",)}
#: The calmer one of two wishes about mails stays.
_CALM: Final = (MailFrequency.AT_ONCE, MailFrequency.WEEKLY, MailFrequency.NEVER)


class MergeProblem(StrEnum):
    """Why two organisations were not merged."""

    GONE = "gone"  # one of them was merged or deleted already
    SAME = "same"
    CHANGED = "changed"  # one of them was changed since the page was opened


class MergeRefusedError(ValueError):
    """A merge that was not done; nothing was written."""

    def __init__(self, problem: MergeProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class MergePreview:
    """How much of the second organisation would move to the first one."""

    needs: int
    offers: int
    members: int
    mails: int
    searches: int
    challenges: int


def both(session: Session, keep_id: int, drop_id: int) -> tuple[Organisation, Organisation]:
    """The two organisations. Raises MergeRefusedError."""
    if keep_id == drop_id:
        raise MergeRefusedError(MergeProblem.SAME)
    keep, drop = session.get(Organisation, keep_id), session.get(Organisation, drop_id)
    if keep is None or drop is None:
        raise MergeRefusedError(MergeProblem.GONE)
    return keep, drop


def preview(session: Session, drop: Organisation) -> MergePreview:
    """What of ``drop`` would move. Cost: one count for each kind of row."""

    def count(model: Any) -> int:
        query = select(func.count()).select_from(model).where(model.organisation_id == drop.id)
        return session.scalar(query) or 0

    return MergePreview(*map(count, (Need, Offer, Membership, Mail, SavedSearch, Challenge)))


def differing(one: Organisation, other: Organisation) -> list[str]:
    """Groups in which the two say different things, in the order of :data:`GROUPS`."""
    return [group for group in GROUPS if _values(one, group) != _values(other, group)]


def tells(row: Organisation, group: str) -> bool:
    """Whether ``row`` says anything in this group."""
    return any(getattr(row, name) not in {None, ""} for name in _TELLING.get(group, GROUPS[group]))


def seen_mark(one: Organisation, other: Organisation) -> str:
    """What a page shows of the two, for :func:`merge` to tell that nothing has changed since."""
    rows = sorted((one, other), key=lambda row: row.id)
    told = [(row.id, *(_values(row, group) for group in GROUPS)) for row in rows]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def merge(
    session: Session, keep_id: int, drop_id: int, taken: frozenset[str], *, account_id: int, seen: str, now: datetime
) -> Organisation:
    """Move everything of ``drop_id`` to ``keep_id`` and remove the row; the organisation that stays.

    Parameters
    ----------
    taken
        Groups of :data:`GROUPS` whose values come from the one that goes.
    seen
        :func:`seen_mark` of the page on which somebody decided.

    Raises
    ------
    MergeRefusedError
        When one of the two is gone, or was changed since.
    """
    with writing(session):
        keep, drop = both(session, keep_id, drop_id)
        if seen != seen_mark(keep, drop):
            raise MergeRefusedError(MergeProblem.CHANGED)
        moved = preview(session, drop)
        _move_postings(session, keep, drop)
        _move_members(session, keep, drop)
        _move_invitations(session, keep, drop)
        _move_preference(session, keep, drop)
        for model in (Mail, SavedSearch, Challenge):
            session.execute(update(model).where(model.organisation_id == drop.id).values(organisation_id=keep.id))
        _take(session, keep, drop, taken)
        details = {name: getattr(moved, name) for name in MergePreview.__slots__}
        audit.record(
            session, account_id, "organisation.merged", "organisation", keep.id, gone=drop_id, at=now, **details
        )
    return keep


def _values(row: Organisation, group: str) -> list[Any]:
    values = [getattr(row, name) for name in GROUPS[group]]
    return [sorted(value) if isinstance(value, frozenset) else value for value in values]


def _move_postings(session: Session, keep: Organisation, drop: Organisation) -> None:
    """Row by row, so that the change log tells every index and board."""
    for model in (Need, Offer):
        own: Any = session.scalars(select(model).where(model.organisation_id == drop.id))
        for posting in own:
            posting.organisation = keep
    session.flush()


def _move_members(session: Session, keep: Organisation, drop: Organisation) -> None:
    """Somebody of both organisations keeps the greater right, and gets mails when one of the two sent them."""
    own = {row.account_id: row for row in session.scalars(_of(Membership, keep))}
    for row in session.scalars(_of(Membership, drop)).all():
        known = own.get(row.account_id)
        if known is None:
            row.organisation = keep
            continue
        if row.role is MembershipRole.MANAGER:
            known.role = row.role
        known.receives_mail = known.receives_mail or row.receives_mail
        session.delete(row)
    session.flush()


def _move_invitations(session: Session, keep: Organisation, drop: Organisation) -> None:
    invited = {row.address_index for row in session.scalars(_of(Invitation, keep))}
    for row in session.scalars(_of(Invitation, drop)).all():
        if row.address_index in invited:
            session.delete(row)
        else:
            row.organisation_id = keep.id
    session.flush()


def _move_preference(session: Session, keep: Organisation, drop: Organisation) -> None:
    """Nobody gets more mails than the calmer of the two wanted. No row means: weekly."""
    old = session.get(MailPreference, drop.id)
    if old is None:
        return
    new = session.get(MailPreference, keep.id)
    if new is None:
        new = MailPreference(organisation_id=keep.id)
        session.add(new)
    new.frequency = max(old.frequency, new.frequency, key=_CALM.index)
    new.stopped_at = new.stopped_at or old.stopped_at
    new.paused_until = max(filter(None, (new.paused_until, old.paused_until)), default=None)
    new.digest_at = max(filter(None, (new.digest_at, old.digest_at)), default=None)
    session.delete(old)
    session.flush()


def _take(session: Session, keep: Organisation, drop: Organisation, taken: frozenset[str]) -> None:
    """Remove ``drop``, and give ``keep`` what was chosen of it: two rows never hold one SIRET, not for an instant."""
    chosen = {name: getattr(drop, name) for group in GROUPS if group in taken for name in GROUPS[group]}
    chosen["labels"] = [*keep.labels, *(label for label in drop.labels if label not in keep.labels)]
    chosen["networks"] = [*keep.networks, *(name for name in drop.networks if name not in keep.networks)]
    chosen["verified_at"] = keep.verified_at or drop.verified_at
    chosen["last_active_at"] = max(keep.last_active_at, drop.last_active_at)
    chosen["created_at"] = min(keep.created_at, drop.created_at)
    session.delete(drop)
    session.flush()
    for name, value in chosen.items():
        setattr(keep, name, value)


def _of(model: Any, organisation: Organisation) -> Any:
    return select(model).where(model.organisation_id == organisation.id)
