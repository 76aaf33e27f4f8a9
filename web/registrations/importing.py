"""Bring in registrations from a file: send it, check what would happen, confirm, see what came of it.

Nothing is written before the last step. Reading a page changes nothing; how columns are read is kept for the next
file of the same kind by the button that checks it again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from flask import Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from matcher.clock import today
from matcher.exchange.readers import TableCode, TableProblem, read_table
from matcher.exchange.registrations.applying import import_registrations, remember_columns
from matcher.exchange.registrations.planning import Outcome, plan_import
from matcher.exchange.registrations.rejects import LEFT, left_csv
from matcher.exchange.registrations.sources import header_row
from matcher.store import Hackathon
from web.cli.tables import table_sentence
from web.links import hackathon_of
from web.posting.views import csrf_refused
from web.registrations.area import bp
from web.registrations.import_checking import Check, Columns, check_of
from web.registrations.import_words import FIELD_GROUPS, MAKERS, OUTCOMES, by_sentence, row_sentences
from web.registrations.kept_files import KeptFiles
from web.security import csrf
from web.wiring import db

#: Bytes of a form around its file: names of fields, token, boundaries.
_FORM_BYTES: Final = 64 * 1024

OPEN_TOO_LONG: Final = _l(
    "This page had been open for so long that we could not be sure that it was you. Choose the file again and send it."
)

#: What the page of the first step says, by the name in its address.
NOTICES: Final = {
    "parti": _l("The file is no longer kept here: it waits for an hour, or until its import is done. Send it again."),
    "abandonne": _l("Nothing was imported, and the file is deleted."),
}


@bp.route("/organiser/<token>/inscriptions/import", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]  # asks itself, once it may read the file
def import_file(token: str) -> ResponseReturnValue:
    """Choose a file; a sent one that can be read as a table goes on to be checked."""
    hackathon = hackathon_of(token)
    if request.method == "GET":
        notice = NOTICES.get(request.args.get("fait", ""))
        return _upload_page(hackathon, token, notice=notice)
    try:
        _make_room()
        if csrf_refused():
            return _upload_page(hackathon, token, problem=OPEN_TOO_LONG), 400
        name, content = _sent_file()
        if not name:
            return _upload_page(hackathon, token, problem=gettext("Choose a file first.")), 422
        read_table(content, header_row)
    except TableProblem as problem:
        return _upload_page(hackathon, token, problem=table_sentence(problem)), 422
    key = _kept(hackathon).keep(content, name)
    return redirect(url_for("registrations.import_check", token=token, key=key), 303)


@bp.route("/organiser/<token>/inscriptions/import/<key>", methods=["GET", "POST"])
def import_check(token: str, key: str) -> ResponseReturnValue:
    """What the import would do, and how its columns are read; the columns can be changed and checked again."""
    hackathon = hackathon_of(token)
    file = _kept(hackathon).table(key)
    if file is None:
        return _gone(token)
    check = check_of(hackathon, *file)
    if request.method == "GET":
        return _check_page(token, key, check, overwrite="remplacer" in request.args)
    columns = Columns.sent(check.table.headers, request.form)
    if columns.problems:
        return _check_page(token, key, check, columns, overwrite=_overwrite()), 422
    remember_columns(db.session, hackathon, check.table.headers, columns.mapping)
    return _to_check(token, key)


@bp.post("/organiser/<token>/inscriptions/import/<key>/confirmer")
def import_confirm(token: str, key: str) -> ResponseReturnValue:
    """Write what the page showed; where the columns were changed after it was shown, show it again first."""
    hackathon = hackathon_of(token)
    kept = _kept(hackathon)
    file = kept.table(key)
    if file is None:
        return _gone(token)
    check = check_of(hackathon, *file)
    columns = Columns.sent(check.table.headers, request.form)
    if columns.problems:
        return _check_page(token, key, check, columns, overwrite=_overwrite()), 422
    if columns.mapping != check.mapping or str(_overwrite()) != request.form.get("shown_overwrite"):
        remember_columns(db.session, hackathon, check.table.headers, columns.mapping)
        return _to_check(token, key, change=1)
    result = import_registrations(db.session, hackathon, check.table, columns.mapping, today(), overwrite=_overwrite())
    left = left_csv(
        check.table, result.plan, lambda row: " / ".join(row_sentences(row)), (gettext("Line"), gettext("Why"))
    )
    told = {outcome.value: count for outcome, count in result.plan.counts.items()}
    told |= {"waiting": result.plan.waiting, "open_names": result.open_names}
    kept.finish(key, told, left if result.plan.of(*LEFT) else b"")
    return redirect(url_for("registrations.import_result", token=token, key=key), 303)


@bp.post("/organiser/<token>/inscriptions/import/<key>/abandonner")
def import_cancel(token: str, key: str) -> ResponseReturnValue:
    """Delete the file, import nothing."""
    _kept(hackathon_of(token)).forget(key)
    return redirect(url_for("registrations.import_file", token=token, fait="abandonne"), 303)


@bp.get("/organiser/<token>/inscriptions/import/<key>/resultat")
def import_result(token: str, key: str) -> ResponseReturnValue:
    """What came of an import."""
    hackathon = hackathon_of(token)
    result = _kept(hackathon).result(key)
    if result is None:
        return _gone(token)
    return render_template(
        "registrations/import_result.html",
        hackathon=hackathon,
        token=token,
        key=key,
        result=result,
        outcomes=Outcome,
        outcome_names=OUTCOMES,
    )


@bp.get("/organiser/<token>/inscriptions/import/<key>/ecartees.csv")
def import_left(token: str, key: str) -> ResponseReturnValue:
    """The rows that an import left, with what to mend."""
    hackathon = hackathon_of(token)
    left = _kept(hackathon).left(key)
    if left is None:
        abort(404)
    response = Response(left, mimetype="text/csv")
    name = f"hackathon-{hackathon.id}-lignes-non-importees.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _kept(hackathon: Hackathon) -> KeptFiles:
    return KeptFiles(Path(current_app.config["SETTINGS"].var_dir) / "imports", hackathon.id)


def _sent_file() -> tuple[str, bytes]:
    """Name and content of the file at hand; an empty name when none was chosen. Raises TableProblem."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return "", b""
    maximum = _maximum()
    content = file.read(maximum + 1)
    if len(content) > maximum:
        raise TableProblem(TableCode.TOO_LARGE, maximum=maximum)
    return file.filename[:120], content


def _make_room() -> None:
    """Let this request be as large as a file may be. Raises TableProblem for one that says that it is larger."""
    request.max_content_length = _maximum() + _FORM_BYTES
    if (request.content_length or 0) > request.max_content_length:
        raise TableProblem(TableCode.TOO_LARGE, maximum=_maximum())


def _maximum() -> int:
    return int(current_app.config["SETTINGS"].max_import_bytes)


def _overwrite() -> bool:
    return "overwrite" in request.form


def _gone(token: str) -> ResponseReturnValue:
    return redirect(url_for("registrations.import_file", token=token, fait="parti"), 303)


def _to_check(token: str, key: str, **more: Any) -> ResponseReturnValue:
    more |= {"remplacer": 1} if _overwrite() else {}
    return redirect(url_for("registrations.import_check", token=token, key=key, **more), 303)


def _upload_page(hackathon: Hackathon, token: str, *, notice: Any = None, problem: Any = None) -> str:
    _kept(hackathon).forget_old()
    return render_template(
        "registrations/import_upload.html",
        hackathon=hackathon,
        token=token,
        notice=notice,
        problem=problem,
        maximum=_maximum(),
    )


def _check_page(token: str, key: str, check: Check, columns: Columns | None = None, *, overwrite: bool) -> str:
    plan = plan_import(db.session, check.hackathon, check.table, check.mapping, today(), overwrite=overwrite)
    return render_template(
        "registrations/import_check.html",
        hackathon=check.hackathon,
        token=token,
        key=key,
        check=check,
        columns=columns or Columns(check.mapping),
        plan=plan,
        maker=MAKERS[check.maker],
        field_groups=FIELD_GROUPS,
        outcomes=Outcome,
        outcome_names=OUTCOMES,
        by_sentence=by_sentence,
        overwrite=overwrite,
        is_changed="change" in request.args,
    )
