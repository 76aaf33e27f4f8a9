"""One page of a list that an animator works through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, UnaryExpression, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from matcher.postings.queries import MAX_PAGE, MAX_PER_PAGE, Page

T = TypeVar("T")
Order = ColumnElement[Any] | UnaryExpression[Any] | InstrumentedAttribute[Any]


def page_of(
    session: Session,
    wanted: Select[*tuple[Any, ...]],
    order: Sequence[Order],
    page: int,
    per_page: int,
    read: Callable[[Sequence[Any]], list[T]],
) -> Page[T]:
    """One page of ``wanted``, its rows through ``read``; a page beyond the last is the last one.

    Cost: one count, one page.
    """
    per_page = max(1, min(per_page, MAX_PER_PAGE))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    pages = max(1, -(-total // per_page))
    page = max(1, min(page, pages, MAX_PAGE))
    rows = session.execute(wanted.order_by(*order).limit(per_page).offset((page - 1) * per_page)).all()
    return Page(read(rows), total, page, pages, per_page)
