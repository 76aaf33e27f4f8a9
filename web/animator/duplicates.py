"""Organisations that are probably there twice: the list, the two side by side, and what stays of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.clock import utc_now
from matcher.oversight import duplicates as candidates
from matcher.oversight import merging
from matcher.oversight.duplicates import Candidate
from matcher.oversight.merging import MergeProblem, MergeRefusedError
from matcher.postings.queries import MAX_PER_PAGE, Page, get_organisation
from matcher.store import Organisation
from web.animator import arguments
from web.animator.area import PER_PAGE, bp, done, me
from web.animator.words import DONE, GROUP_NAMES, MERGE_PROBLEMS, SIGNS, shown_group
from web.browsing.files import file_answer
from web.browsing.pages import page_number
from web.wiring import db

EXPORT_HEADERS: Final = (
    "first",
    "first_name",
    "first_place",
    "second",
    "second_name",
    "second_place",
    "signs",
    "likeness",
)
_PAIR: Final = "/doublons/<number:first>/<number:second>"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two organisations that look like one, and why."""

    one: Organisation
    other: Organisation
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that the two say differently; ``chosen`` is the number of the organisation whose answer stays."""

    group: str
    name: Any
    one: str
    other: str
    chosen: int


@bp.get("/doublons")
def duplicates() -> ResponseReturnValue:
    """Pairs that look like one organisation, the surest first."""
    found = candidates.find_duplicates(db.session)
    pages = max(1, -(-len(found) // PER_PAGE))
    number = max(1, min(page_number(), pages))
    shown = _pairs(found[(number - 1) * PER_PAGE : number * PER_PAGE])
    return render_template(
        "animator/duplicates.html",
        page=Page(shown, len(found), number, pages, PER_PAGE),
        signs=SIGNS,
        exports=arguments.exports("export_duplicates", ()),
        done=DONE.get(request.args.get("fait", "")),
    )


@bp.get("/doublons/export.<any(csv, xlsx, json):fmt>")
def export_duplicates(fmt: str) -> Response:
    """Every pair, as a file."""
    found = candidates.find_duplicates(db.session)
    rows = [
        _exported(pair)
        for start in range(0, len(found), MAX_PER_PAGE)
        for pair in _pairs(found[start : start + MAX_PER_PAGE])
    ]
    return file_answer(rows, EXPORT_HEADERS, "duplicates", fmt)


@bp.get(_PAIR)
def compare(first: int, second: int) -> ResponseReturnValue:
    """The two side by side, what differs, and what would move."""
    one, other = _both(first, second)
    keep = max((one, other), key=lambda row: (sum(_weight(row)), -row.id))
    return _page(one, other, keep.id, _defaults(keep, other if keep is one else one))


@bp.post(f"{_PAIR}/reunir")
def merge(first: int, second: int) -> ResponseReturnValue:
    """Make one of the two, as chosen on the page."""
    one, other = _both(first, second)
    keep = second if request.form.get("keep") == str(second) else first
    drop = first if keep == second else second
    chosen = {group: drop if request.form.get(group) == str(drop) else keep for group in merging.GROUPS}
    if "sure" not in request.form:
        return _page(one, other, keep, chosen, problem="not_sure"), 422
    taken = frozenset(group for group, number in chosen.items() if number == drop)
    account, seen = me().id, request.form.get("seen", "")
    try:
        kept = merging.merge(db.session, keep, drop, taken, account_id=account, seen=seen, now=utc_now())
    except MergeRefusedError as refused:
        if refused.problem is MergeProblem.GONE:
            return done("duplicates", "gone")
        return _page(*_both(first, second), keep, chosen, problem=refused.problem), 409
    return redirect(url_for("animator.organisations", fait="merged", q=kept.name[:80]), 303)


@bp.post(f"{_PAIR}/distinctes")
def keep_apart(first: int, second: int) -> ResponseReturnValue:
    """These are two: do not ask again."""
    _both(first, second)
    candidates.keep_apart(db.session, first, second, me().id)
    return done("duplicates", "apart")


def _both(first: int, second: int) -> tuple[Organisation, Organisation]:
    one, other = get_organisation(db.session, first), get_organisation(db.session, second)
    if one is None or other is None or first == second:
        abort(404)
    return one, other


def _pairs(found: list[Candidate]) -> list[Pair]:
    pairs = [
        (get_organisation(db.session, pair.first), get_organisation(db.session, pair.second), pair) for pair in found
    ]
    return [Pair(one, other, pair) for one, other, pair in pairs if one is not None and other is not None]


def _weight(row: Organisation) -> tuple[int, ...]:
    """How much hangs on a row: the one with more of it is proposed to stay."""
    counts = merging.preview(db.session, row)
    told = sum(merging.tells(row, group) for group in merging.GROUPS)
    return counts.needs, counts.offers, counts.members, counts.challenges, told


def _defaults(keep: Organisation, drop: Organisation) -> dict[str, int]:
    """What stays unless somebody chooses otherwise: the answers of the one that stays, where it has any."""
    return {
        group: drop.id if merging.tells(drop, group) and not merging.tells(keep, group) else keep.id
        for group in merging.GROUPS
    }


def _page(
    one: Organisation, other: Organisation, keep: int, chosen: Mapping[str, int], *, problem: str | None = None
) -> str:
    lines = [
        Line(group, GROUP_NAMES[group], shown_group(one, group), shown_group(other, group), chosen[group])
        for group in merging.differing(one, other)
    ]
    return render_template(
        "animator/compare.html",
        one=one,
        other=other,
        keep=keep,
        lines=lines,
        moved={row.id: merging.preview(db.session, row) for row in (one, other)},
        seen=merging.seen_mark(one, other),
        problem=problem,
        problem_text=MERGE_PROBLEMS[problem] if problem else None,
    )


def _exported(pair: Pair) -> dict[str, Any]:
    return {
        "first": pair.one.id,
        "first_name": pair.one.name,
        "first_place": pair.one.place.label,
        "second": pair.other.id,
        "second_name": pair.other.name,
        "second_place": pair.other.place.label,
        "signs": [sign.value for sign in pair.candidate.signs],
        "likeness": round(pair.candidate.likeness, 1),
    }
