"""Bring a directory in from a file: send it, see what would happen, confirm, fetch the rows that were refused.

Nothing is written before the last step. How columns are read stands in the address of the second step, so that
changing it is a POST that leads to another reading of the same file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from flask import Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matcher.clock import today
from matcher.exchange.columns import ImportKind
from matcher.exchange.imports import Outcome, apply_import, plan_import, rejected_csv
from matcher.exchange.readers import TableCode, TableProblem, read_table
from matcher.oversight import audit
from matcher.postings.cleaning import clean_text
from matcher.store.session import writing
from web.animator.area import bp, me
from web.animator.import_check import Check, check_of, sent_columns
from web.animator.words import DONE, IMPORT_KINDS, OUTCOMES, grouped
from web.cli.tables import table_sentence
from web.posting.views import csrf_refused
from web.problems import sentence
from web.registrations.importing import OPEN_TOO_LONG
from web.registrations.kept_files import KeptFiles
from web.security import csrf
from web.wiring import db

#: Bytes of a form around its file: names of fields, token, boundaries.
_FORM_BYTES: Final = 64 * 1024
SOURCE_CHARS: Final = 60
#: Source of what people typed on the site: no file speaks for them.
TYPED_HERE: Final = "site"


@bp.route("/import", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]  # asks itself, once it may read the file
def import_start() -> ResponseReturnValue:
    """Choose a file; a sent one that can be read as a table goes on to be checked."""
    if request.method == "GET":
        return _upload_page()
    try:
        _make_room()
        if csrf_refused():
            return _upload_page(problem=OPEN_TOO_LONG), 400
        name, content = _sent_file()
        source = clean_text(request.form.get("source", ""), lines=False)[:SOURCE_CHARS]
        if not name:
            return _upload_page(problem=gettext("Choose a file first.")), 422
        if not source or source == TYPED_HERE:
            return _upload_page(problem=gettext("Say where the file comes from."), field="source"), 422
        read_table(content)
    except TableProblem as problem:
        return _upload_page(problem=table_sentence(problem)), 422
    key = _kept().keep(content, name)
    return redirect(url_for("animator.import_check", key=key, kind=_kind(request.form).value, source=source), 303)


@bp.get("/import/<key>")
def import_check(key: str) -> ResponseReturnValue:
    """What the import would do, row by row; the reading of its columns can be changed."""
    check = _check(key)
    return _gone() if check is None else _check_page(key, check)


@bp.post("/import/<key>/colonnes")
def import_columns(key: str) -> ResponseReturnValue:
    """Read the columns otherwise."""
    check = _check(key)
    if check is None:
        return _gone()
    told = {f"c{at}": field or "-" for at, field in enumerate(sent_columns(check, request.form).values())}
    return redirect(url_for("animator.import_check", key=key, **_named(check), **told), 303)  # type: ignore[arg-type]


@bp.post("/import/<key>/confirmer")
def import_apply(key: str) -> ResponseReturnValue:
    """Write what the page showed; keep the refused rows for an hour."""
    check = _check(key)
    if check is None:
        return _gone()
    account = me().id
    plan = plan_import(db.session, check.kind, check.table, check.mapping, check.source, today())
    with writing(db.session):
        result = apply_import(db.session, plan)
        counts = {outcome.value: count for outcome, count in plan.counts.items()}
        audit.record(db.session, account, "directory.imported", check.kind.value, None, **counts)
    refused = rejected_csv(check.table, plan, sentence, (gettext("Line"), gettext("To mend")))
    told = counts | {"kind": check.kind.value, "created": len(result.created), "updated": len(result.updated)}
    _kept().finish(key, told, refused if result.rejected else b"")
    return redirect(url_for("animator.import_result", key=key), 303)


@bp.post("/import/<key>/abandonner")
def import_cancel(key: str) -> ResponseReturnValue:
    """Delete the file, import nothing."""
    _kept().forget(key)
    return redirect(url_for("animator.import_start", fait="given_up"), 303)


@bp.get("/import/<key>/resultat")
def import_result(key: str) -> ResponseReturnValue:
    """What came of an import."""
    result = _kept().result(key)
    if result is None:
        return _gone()
    return render_template("animator/import_result.html", key=key, result=result, outcomes=Outcome, words=OUTCOMES)


@bp.get("/import/<key>/refusees.csv")
def import_refused(key: str) -> ResponseReturnValue:
    """The rows that were refused, with what to mend; before or after the import."""
    content = _kept().left(key)
    if content is None:
        check = _check(key)
        if check is None:
            abort(404)
        plan = plan_import(db.session, check.kind, check.table, check.mapping, check.source, today())
        content = rejected_csv(check.table, plan, sentence, (gettext("Line"), gettext("To mend")))
    response = Response(content, mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="passerelle-lignes-refusees.csv"'
    return response


def _kept() -> KeptFiles:
    """Files of the account at work: a colleague's are not there."""
    return KeptFiles(Path(current_app.config["SETTINGS"].var_dir) / "directory-imports", me().id)


def _check(key: str) -> Check | None:
    file = _kept().table(key)
    if file is None:
        return None
    values = request.form if request.method == "POST" else request.args
    source = clean_text(values.get("source", ""), lines=False)[:SOURCE_CHARS]
    if not source:
        abort(404)
    return check_of(*file, _kind(values), source, values)


def _kind(values: Any) -> ImportKind:
    try:
        return ImportKind(values.get("kind", ""))
    except ValueError:
        abort(404)


def _named(check: Check) -> dict[str, str]:
    return {"kind": check.kind.value, "source": check.source}


def _sent_file() -> tuple[str, bytes]:
    """Name and content of the file at hand; an empty name when none was chosen. Raises TableProblem."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return "", b""
    content = file.read(_maximum() + 1)
    if len(content) > _maximum():
        raise TableProblem(TableCode.TOO_LARGE, maximum=_maximum())
    return file.filename[:120], content


def _make_room() -> None:
    """Let this request be as large as a file may be. Raises TableProblem for one that says that it is larger."""
    request.max_content_length = _maximum() + _FORM_BYTES
    if (request.content_length or 0) > request.max_content_length:
        raise TableProblem(TableCode.TOO_LARGE, maximum=_maximum())


def _maximum() -> int:
    return int(current_app.config["SETTINGS"].max_import_bytes)


def _gone() -> ResponseReturnValue:
    return redirect(url_for("animator.import_start", fait="file_gone"), 303)


def _upload_page(*, problem: Any = None, field: str = "file") -> str:
    _kept().forget_old()
    typed = request.form if request.method == "POST" and problem and request.content_length else {}
    return render_template(
        "animator/import_start.html",
        kinds=IMPORT_KINDS,
        problem=problem,
        field=field,
        kind=typed.get("kind", ImportKind.ORGANISATIONS.value),
        source=typed.get("source", ""),
        maximum=_maximum(),
        done=DONE.get(request.args.get("fait", "")),
    )


def _check_page(key: str, check: Check) -> str:
    plan = plan_import(db.session, check.kind, check.table, check.mapping, check.source, today())
    return render_template(
        "animator/import_check.html",
        key=key,
        check=check,
        plan=plan,
        outcomes=Outcome,
        words=OUTCOMES,
        refused=grouped(plan),
        kind_name=IMPORT_KINDS[check.kind],
    )
