"""What was and will be sent to an organisation, for its owner to see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from matcher.people import MailKind
from matcher.store import Mail

#: Mails that a page shows. Chosen: about a year of an active organisation.
SHOWN = 60

#: What concerns one person and not their organisation.
_PERSONAL = (MailKind.ACCOUNT, MailKind.RETENTION, MailKind.HACKATHON)


@dataclass(frozen=True, slots=True)
class Sending:
    """One thing that was told, and the mails that tell it: one to each reader, in their own language."""

    mails: tuple[Mail, ...]

    @property
    def first(self) -> Mail:
        """The mail that stands for all of them."""
        return self.mails[0]


def sendings_of(session: Session, organisation_id: int, limit: int = SHOWN) -> list[Sending]:
    """Newest of what was told to an organisation, to whichever of its members; ``limit`` counts mails.

    Mails about accounts are their owners', and a link that lets in could be used by any reader: neither is here.
    """
    wanted = told_to(organisation_id).order_by(Mail.id.desc()).limit(limit)
    rows: Sequence[Mail] = session.scalars(wanted).all()
    return [Sending(tuple(reversed(list(mails)))) for _, mails in groupby(rows, key=_reason)]


def told_to(organisation_id: int) -> Select[Mail]:
    """The mails that an organisation may see, in no order."""
    own = select(Mail).where(Mail.organisation_id == organisation_id, Mail.kind.not_in(_PERSONAL))
    return own.where(Mail.link_ends_at.is_(None))


def masked(address: str) -> str:
    """An address that its owner and their colleagues recognise, and that nobody can write to.

    >>> masked("camille.durand@asso.example"), masked("c@x.example"), masked("")
    ('c…@asso.example', 'c…@x.example', '')
    """
    name, _, host = address.rpartition("@")
    return f"{name[:1]}…@{host}" if name else ""


def _reason(mail: Mail) -> str:
    return mail.key.rpartition("/")[0] or mail.key
