"""Word search inside the database: the rows that hold some stems, best first.

SQLite and PostgreSQL find the same rows in the tables of :mod:`matcher.store.words`; they only order them (BM25,
``ts_rank``) for the cut to ``k`` candidates. The score that counts is computed by ``matcher.pairs.relevance`` from
the stems themselves and is the same on both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from matcher.store.words import table
from matcher.vocabulary import PostingKind

#: A filter that keeps at most this share of the rows goes into the statement as a list of ids: only these
#: are ranked, which is most of the cost. With 100 000 rows, at 1 % a list takes a tenth of the time of ranking
#: all, at 30 % half of it, at 70 % as long. Measured.
LISTED_SHARE = 0.5

#: Rows asked for where a filter keeps more, beyond what that share would need on average: what words find is
#: seldom spread evenly, and asking again costs a second search. Chosen.
SLACK = 4


def find_words(
    session: Session,
    kind: PostingKind,
    stems: Sequence[str],
    k: int,
    allowed: NDArray[np.int64] | None = None,
    live_count: int | None = None,
) -> NDArray[np.int64]:
    """Ids of at most ``k`` rows that hold any of ``stems``, best first.

    ``allowed`` : sorted ids that may be returned; None for all. ``live_count`` is the number of rows, from
    which follows what share ``allowed`` keeps. A narrow filter is part of the statement; a wide one is applied
    to a list of the best rows, which is long enough nearly always.
    Returns shape (<= k,). Empty stems or an empty filter give no row.
    Cost: the length of the postings lists of ``stems``; give the rarest ones.
    """
    if not stems or k < 1 or (allowed is not None and allowed.size == 0):
        return np.empty(0, dtype=np.int64)
    if allowed is None:
        return _ranked(session, kind, stems, k)
    rows = max(allowed.size, live_count or 0)
    if allowed.size > LISTED_SHARE * rows:
        limit = SLACK * k * rows // allowed.size
        found = _ranked(session, kind, stems, limit)
        kept = found[_is_in(found, allowed)]
        if kept.size >= k or found.size < limit:
            return kept[:k]
    return _ranked(session, kind, stems, k, allowed)


def _is_in(values: NDArray[np.int64], sorted_ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    positions = np.searchsorted(sorted_ids, values)
    positions[positions == sorted_ids.size] = 0
    return np.asarray(sorted_ids[positions] == values)


def _ranked(
    session: Session, kind: PostingKind, stems: Sequence[str], limit: int, allowed: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    name = table(kind)
    parameters: dict[str, Any] = {"limit": limit}
    if session.get_bind().dialect.name == "sqlite":
        # Not "ORDER BY rank": FTS5 then ranks every row it finds, before any other condition is looked at, and
        # keeps them all. The plus sign keeps it from being asked for the ids of the list one by one.
        statement = f"SELECT rowid FROM {name} WHERE {name} MATCH :query"
        listed = "+rowid IN (SELECT value FROM json_each(:allowed))"
        order = f"bm25({name}), rowid"
        brackets = "[]"
        parameters["query"] = " OR ".join(f'"{stem}"' for stem in stems)
    else:
        statement = f"SELECT rowid FROM {name}, to_tsquery('simple', :query) AS q WHERE words @@ q"
        listed = "rowid = ANY (CAST(:allowed AS bigint[]))"
        order = "ts_rank(words, q, 1) DESC, rowid"
        brackets = "{}"
        parameters["query"] = " | ".join(f"'{stem}'" for stem in stems)
    if allowed is not None:
        statement += f" AND {listed}"
        parameters["allowed"] = ",".join(map(str, allowed.tolist())).join(brackets)
    rows = session.execute(text(f"{statement} ORDER BY {order} LIMIT :limit"), parameters).scalars().all()
    return np.array(rows, dtype=np.int64)
