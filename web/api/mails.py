"""Mails to the organisation of the posting whose token is sent, and how often it wants them.

Kind, state, subject and times are told. The text is not: it holds links that answer in somebody's name.
"""

from __future__ import annotations

from datetime import date, timedelta

from matcher.clock import today, utc_now
from matcher.notifications.mail_pages import page_of_mails
from matcher.notifications.preferences import (
    LATEST_PAUSE_DAYS,
    PauseRefused,
    preference_of,
    save_preference,
    stop_mails,
)
from matcher.postings.problems import DraftProblems, FieldProblem, ProblemCode
from web.api.blueprint import ApiAnswer, bp
from web.api.listing import page_out
from web.api.requests import needed_bearer_posting
from web.api.side_inputs import MailPreferencesIn, MailsQuery
from web.api.side_outputs import MailPage, MailPreferencesOut, mail_out, preferences_out
from web.api.words import N_
from web.wiring import db


@bp.get("/posting/mails")
@bp.input(MailsQuery, location="query")
@bp.output(MailPage)
@bp.doc(
    operation_id="listMails",
    tags=["Mails"],
    summary=N_("Mails that were or will be sent to the organisation, the newest first"),
    description=N_("Those about accounts and the law are not among them: they are for the person alone."),
    security="managementToken",
)
def mails(query_data: MailsQuery) -> ApiAnswer:
    """Mails of the organisation, without their texts."""
    number = needed_bearer_posting().organisation_id
    page = page_of_mails(db.session, number, query_data.state, query_data.page, query_data.per_page)
    return page_out(MailPage, page, query_data, mail_out)


@bp.get("/posting/mail-preferences")
@bp.output(MailPreferencesOut)
@bp.doc(
    operation_id="getMailPreferences",
    tags=["Mails"],
    summary=N_("How often the organisation wants to hear of proposals"),
    security="managementToken",
)
def mail_preferences() -> MailPreferencesOut:
    """Preferences as they hold."""
    return preferences_out(preference_of(db.session, needed_bearer_posting().organisation_id), today())


@bp.put("/posting/mail-preferences")
@bp.input(MailPreferencesIn)
@bp.output(MailPreferencesOut)
@bp.doc(
    operation_id="changeMailPreferences",
    tags=["Mails"],
    summary=N_("Change how often the organisation wants to hear of proposals"),
    description=N_("It holds for all postings of the organisation."),
    security="managementToken",
)
def change_mail_preferences(json_data: MailPreferencesIn) -> MailPreferencesOut:
    """Replace the preferences."""
    number, until = needed_bearer_posting().organisation_id, json_data.paused_until
    try:
        row = save_preference(db.session, number, json_data.frequency, until, today=today())
    except PauseRefused:
        raise DraftProblems([_pause_problem(until)]) from None
    return preferences_out(row, today())


@bp.post("/posting/mail-preferences/stop")
@bp.output(MailPreferencesOut)
@bp.doc(
    operation_id="stopMails",
    tags=["Mails"],
    summary=N_("End all mails about proposals to the organisation"),
    description=N_("They begin again when the preferences are changed."),
    security="managementToken",
)
def stop_all_mails() -> MailPreferencesOut:
    """Unsubscribe the organisation."""
    number = needed_bearer_posting().organisation_id
    stop_mails(db.session, number, None, now=utc_now())
    return preferences_out(preference_of(db.session, number), today())


def _pause_problem(until: date | None) -> FieldProblem:
    if until is not None and until <= today():
        return FieldProblem("paused_until", ProblemCode.DATE_IN_PAST, {"value": until.isoformat()})
    latest = today() + timedelta(days=LATEST_PAUSE_DAYS)
    return FieldProblem("paused_until", ProblemCode.DATE_TOO_FAR, {"latest": latest.isoformat()})
