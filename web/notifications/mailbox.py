"""Every mail of an organisation, and its saved searches, on pages of its own."""

from __future__ import annotations

import re
from typing import Final

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from matcher.clock import today, utc_now
from matcher.notifications.mailbox import masked, sendings_of
from matcher.notifications.preferences import preference_of
from matcher.notifications.searches import TooManySearches, delete_search, save_search, searches_of
from matcher.notifications.sending import outlook
from matcher.people import MailFrequency, MailState
from matcher.postings.cleaning import clean_text
from matcher.vocabulary import PostingKind
from web import jobs
from web.accounts.session import current_account
from web.manage.links import posting_of
from web.notifications.blueprint import bp
from web.notifications.forms import KeepSearchForm, SearchForm
from web.notifications.posting_words import search_address
from web.notifications.preference_links import preference_token
from web.wiring import db

#: What opens something in the text of a mail: the page shows that there was a link, not the key.
_KEYS: Final = re.compile(r"(/(?:gerer|reponse|courriels)/)[\w.~-]{12,}")

DONE: Final = {
    "kept": _l("Saved: you are told by mail when something new answers it."),
    "deleted": _l("The search is deleted."),
}


@bp.get("/gerer/<token>/courriels")
def mailbox(token: str) -> ResponseReturnValue:
    """Every mail that was or will be sent to the organisation of a posting, and its saved searches."""
    return _mailbox_page(token)


@bp.post("/gerer/<token>/recherches")
def save_side_search(token: str) -> ResponseReturnValue:
    """Keep a search for the organisation of a posting; it looks for the other side."""
    posting = posting_of(token)
    form = SearchForm()
    query = clean_text(form.query.data or "", lines=False)
    if not query:
        form.query.errors = [gettext("Write what you look for.")]
        return _mailbox_page(token, form), 422
    frequency = MailFrequency.AT_ONCE if form.frequency.data == MailFrequency.AT_ONCE else MailFrequency.WEEKLY
    try:
        save_search(
            db.session,
            posting.posting_kind.other,
            query=query,
            filters="",
            frequency=frequency,
            organisation_id=posting.organisation_id,
            now=utc_now(),
        )
    except TooManySearches:
        form.query.errors = [_too_many()]
        return _mailbox_page(token, form), 422
    return redirect(url_for("notifications.mailbox", token=token, fait="kept"), 303)


@bp.post("/gerer/<token>/recherches/<number:search_id>/supprimer")
def delete_side_search(token: str, search_id: int) -> ResponseReturnValue:
    """Forget a search of the organisation."""
    if not delete_search(db.session, search_id, organisation_id=posting_of(token).organisation_id):
        abort(404)
    return redirect(url_for("notifications.mailbox", token=token, fait="deleted"), 303)


@bp.get("/compte/recherches")
def searches() -> ResponseReturnValue:
    """Searches of the account that is signed in."""
    return _searches_page()


@bp.post("/compte/recherches")
def save_search_of_page() -> ResponseReturnValue:
    """Keep the search of the page that the button is on."""
    form = KeepSearchForm()
    try:
        kind = PostingKind(form.looks_for.data or "")
        save_search(
            db.session,
            kind,
            query=clean_text(form.query.data or "", lines=False),
            filters=(form.filters.data or "")[:1000],
            account_id=_account_id(),
            now=utc_now(),
        )
    except TooManySearches:
        return _searches_page(problem=_too_many()), 422
    except ValueError:
        abort(400)
    return redirect(url_for("notifications.searches", fait="kept"), 303)


@bp.post("/compte/recherches/<number:search_id>/supprimer")
def delete_search_of_account(search_id: int) -> ResponseReturnValue:
    """Forget a search of the account that is signed in."""
    if not delete_search(db.session, search_id, account_id=_account_id()):
        abort(404)
    return redirect(url_for("notifications.searches", fait="deleted"), 303)


def without_keys(text: str) -> str:
    """The text of a mail with its keys taken out.

    >>> without_keys("https://example.org/reponse/WzEsMiwzXQ.abc-DEF_123 puis /gerer/besoin-12")
    'https://example.org/reponse/… puis /gerer/besoin-12'
    """
    return _KEYS.sub(r"\1…", text)


def _mailbox_page(token: str, form: SearchForm | None = None) -> str:
    posting = posting_of(token)
    now = utc_now()
    account = current_account()
    return render_template(
        "notifications/mailbox.html",
        token=token,
        posting=posting,
        sendings=sendings_of(db.session, posting.organisation_id),
        masked=masked,
        waiting=MailState.WAITING,
        without_keys=without_keys,
        preference=preference_of(db.session, posting.organisation_id),
        preference_token=preference_token(posting.organisation_id, account.id if account else None),
        outlook=outlook(db.session, now),
        jobs_run=jobs.anybody_runs_them(db.session, now),
        today=today(),
        searches=searches_of(db.session, organisation_id=posting.organisation_id),
        search_address=search_address,
        form=form or SearchForm(formdata=None),
        done=DONE.get(request.args.get("fait", "")),
    )


def _searches_page(problem: str = "") -> str:
    return render_template(
        "notifications/searches.html",
        searches=searches_of(db.session, account_id=_account_id()),
        search_address=search_address,
        problem=problem,
        done=DONE.get(request.args.get("fait", "")),
    )


def _account_id() -> int:
    account = current_account()
    if account is None:  # the table of permissions lets nobody else come here
        abort(403)
    return account.id


def _too_many() -> str:
    return gettext("You keep twenty searches already. Delete one first.")
