"""Pages that the links of mails lead to. Opening one changes nothing, whoever or whatever opens it."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from matcher.clock import today, utc_now
from matcher.introductions.queries import Pair
from matcher.introductions.states import ActRefused
from matcher.introductions.threads import talked
from matcher.notifications.preferences import PauseRefused, preference_of, receives, save_preference, stop_mails
from matcher.people import MailFrequency
from matcher.postings.cleaning import parse_date
from matcher.postings.drafts import DraftProblems
from web import jobs
from web.introductions.wording import REFUSALS, next_step
from web.notifications.answering import act, form_of, may_answer, pair_at
from web.notifications.blueprint import bp
from web.notifications.forms import PreferenceForm
from web.notifications.one_click import Asked, Choice, asked_by
from web.notifications.preference_links import Subscriber, subscriber_of
from web.presenters import card_of
from web.security import csrf
from web.wiring import db

#: What the pages say after a change; the address carries the name alone.
DONE = {
    "saved": _l("Saved. The mails follow what you chose from now on."),
    "stopped": _l("Done: no more mails about proposals. You can begin again below at any time."),
}


@bp.route("/reponse/<token>", methods=["GET", "POST"])
def answer(token: str) -> ResponseReturnValue:
    """The answer that was clicked in a mail: a page with its button, and what became of it."""
    asked = asked_by(token)
    choice = _choice(asked)
    if request.method != "POST":
        return _answer_page(token, asked, choice)
    form = form_of(choice, today())
    try:
        act(asked, choice, form, now=utc_now(), today=today())
    except DraftProblems as error:
        form.attach(error.problems)
        return _answer_page(token, asked, choice, form=form), 422
    except ActRefused as error:
        return _answer_page(token, asked, choice, refused=str(REFUSALS[error.code])), 409
    jobs.soon()
    return redirect(url_for("notifications.answer", token=token, fait="1"), 303)


def _choice(asked: Asked) -> Choice:
    """The answer of the link, or another one that its page offers."""
    wanted = request.args.get("choix", "")
    return Choice(wanted) if wanted in set(Choice) else asked.choice


def _answer_page(token: str, asked: Asked, choice: Choice, *, form: object = None, refused: str = "") -> str:
    pair = pair_at(asked, today())
    return render_template(
        "notifications/answer.html",
        token=token,
        asked=asked,
        choice=choice,
        choices=Choice,
        card=card_of(asked.other, today()),
        open=may_answer(pair),
        step=_next_step(pair),
        done=request.args.get("fait") == "1",
        refused=refused,
        form=form or form_of(choice, today()),
    )


def _next_step(pair: Pair | None) -> str:
    if pair is None:
        return gettext("This posting is no longer on the site.")
    rows = [pair.introduction.id] if pair.introduction else []
    return next_step(pair, have_talked=bool(talked(db.session, rows)))


@bp.route("/courriels/<token>", methods=["GET", "POST"])
def preferences(token: str) -> ResponseReturnValue:
    """How often an organisation wants mails."""
    who = subscriber_of(token)
    if request.method != "POST":
        return _preference_page(token, who)
    form = PreferenceForm()
    typed = (form.paused_until.data or "").strip()
    until = parse_date(typed)
    try:
        frequency = MailFrequency(form.frequency.data or "")
        if typed and until is None:
            raise PauseRefused
        member = None if who.account_id is None else (who.account_id, bool(form.receives.data))
        save_preference(db.session, who.organisation.id, frequency, until, today=today(), member=member)
    except PauseRefused:
        form.paused_until.errors = [gettext("Choose a day between tomorrow and a year from now, or leave it empty.")]
        return _preference_page(token, who, form), 422
    except ValueError:
        form.frequency.errors = [gettext("Choose one of these answers.")]
        return _preference_page(token, who, form), 422
    return redirect(url_for("notifications.preferences", token=token, fait="saved"), 303)


@bp.route("/courriels/<token>/stop", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]  # mail programs post here by themselves (RFC 8058); the token is the key
def stop(token: str) -> ResponseReturnValue:
    """End all mails about proposals: a page with a button for people, one POST for mail programs."""
    who = subscriber_of(token)
    if request.method != "POST":
        return render_template("notifications/stop.html", token=token, who=who)
    stop_mails(db.session, who.organisation.id, who.account_id, now=utc_now())
    if request.form.get("List-Unsubscribe") == "One-Click":
        return gettext("Done: no more mails about proposals."), 200, {"Content-Type": "text/plain; charset=utf-8"}
    return redirect(url_for("notifications.preferences", token=token, fait="stopped"), 303)


def _preference_page(token: str, who: Subscriber, form: PreferenceForm | None = None) -> str:
    kept = preference_of(db.session, who.organisation.id)
    gets = who.account_id is None or receives(db.session, who.organisation.id, who.account_id)
    paused = kept.paused_until if kept.paused_until and kept.paused_until > today() else None
    filled = {
        "frequency": kept.frequency.value,
        "paused_until": paused.isoformat() if paused else "",
        "receives": gets,
    }
    return render_template(
        "notifications/preferences.html",
        token=token,
        who=who,
        form=form or PreferenceForm(formdata=None, data=filled),
        stopped=kept.stopped_at is not None or not gets,
        paused=paused,
        done=DONE.get(request.args.get("fait", "")),
    )
