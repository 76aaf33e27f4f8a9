"""What was and will be sent to an organisation, page by page, for programs."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from matcher.notifications.mailbox import told_to
from matcher.people import MailState
from matcher.postings.queries import Page
from matcher.store import Mail


def page_of_mails(
    session: Session, organisation_id: int, states: Collection[MailState], page: int = 1, per_page: int = 20
) -> Page[Mail]:
    """One page of mails in any of ``states`` (all, for none), the newest first; a page beyond the last is the last.

    Texts are loaded when they are read. Cost: two queries.
    """
    wanted = told_to(organisation_id)
    if states:
        wanted = wanted.where(Mail.state.in_(states))
    total = session.scalar(select(func.count()).select_from(wanted.with_only_columns(Mail.id).subquery())) or 0
    pages = max(1, -(-total // per_page))
    page = min(max(1, page), pages)
    shown = wanted.order_by(Mail.id.desc()).limit(per_page).offset((page - 1) * per_page)
    rows = session.scalars(shown.options(defer(Mail.text), defer(Mail.html), defer(Mail.calendar))).all()
    return Page(rows, total, page, pages, per_page)
