"""Challenges of an event, for its organisers: from a need in one click, written, edited, ordered, withdrawn."""

from __future__ import annotations

from typing import Any, Final

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from matcher.clock import today, utc_now
from matcher.hackathons import challenges as use_cases
from matcher.hackathons.partners import partner_groups
from matcher.hackathons.queries import get_challenge, needs_near
from matcher.postings.cleaning import clean_text
from matcher.postings.problems import DraftProblems
from matcher.postings.queries import get_need
from matcher.postings.references import References
from matcher.store import Challenge, Hackathon, Need
from matcher.text import guess_language
from matcher.vocabulary import PostingKind
from web.hackathons.presenters import anchor_of, challenge_card, challenge_cards
from web.i18n import current_language
from web.links import hackathon_of
from web.organiser.editing import challenge_form, save_challenge
from web.organiser.forms import ChallengeForm
from web.organiser.sections import bp
from web.organiser.words import HELPS
from web.posting.terms import grouped
from web.posting.views import SENT_TOO_LATE, csrf_refused
from web.presenters import card_of, match_card
from web.search.views import MAX_QUERY
from web.security import csrf, limited
from web.wiring import db, services

#: Needs shown to choose from. Chosen: a page that can be read through.
SHOWN_NEEDS: Final = 8
#: Offers asked of the matcher for the partners of a challenge.
SHOWN_PARTNERS: Final = 20

DONE: Final = {
    "added": _l("The challenge is added. Look at it: you may want to say more, or bound the number of teams."),
    "saved": _l("The challenge is saved."),
    "gone": _l("That need is no longer open, so it was not added."),
    "full": _l("The event has as many challenges as it can hold. Withdraw one first."),
    "withdrawn": _l("The challenge is withdrawn: no team is formed for it. You can bring it back."),
    "restored": _l("The challenge is back."),
    "moved": _l("The order is saved."),
}


@bp.get("/defis")
@limited("search")
def challenges(token: str) -> ResponseReturnValue:
    """The challenges of the event, and needs that could become one."""
    hackathon = hackathon_of(token)
    text = clean_text(request.args.get("q", ""), lines=False)[:MAX_QUERY]
    taken = {row.need_id for row in hackathon.open_challenges}
    needs = [need for need in _needs(hackathon, text, SHOWN_NEEDS + len(taken)) if need.id not in taken]
    return render_template(
        "organiser/challenges.html",
        hackathon=hackathon,
        token=token,
        challenges=challenge_cards(hackathon),
        withdrawn=[challenge_card(row) for row in hackathon.challenges if row.withdrawn_at is not None],
        needs=[card_of(need, today()) for need in needs[:SHOWN_NEEDS]],
        text=text,
        done=DONE.get(request.args.get("fait", "")),
    )


@bp.post("/defis/besoin")
def add_need(token: str) -> ResponseReturnValue:
    """Make a need a challenge, in one click."""
    hackathon = hackathon_of(token)
    number = request.form.get("need", "")
    need = get_need(db.session, int(number)) if number.isdecimal() and len(number) < 10 else None
    try:
        if need is None:
            raise use_cases.NeedNotOpen
        challenge = use_cases.add_from_need(db.session, hackathon, need, today())
    except use_cases.NeedNotOpen:
        return _done(token, "gone")
    except DraftProblems:
        return _done(token, "full")
    return _done(token, "added", challenge)


@bp.route("/defis/nouveau", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
def new_challenge(token: str) -> ResponseReturnValue:
    """Write a challenge that comes from no need."""
    return _edited(hackathon_of(token), token, None)


@bp.route("/defis/<number:number>/modifier", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
def edit_challenge(token: str, number: int) -> ResponseReturnValue:
    """Edit a challenge."""
    hackathon = hackathon_of(token)
    return _edited(hackathon, token, _challenge(hackathon, number))


@bp.post("/defis/<number:number>/<any(monter, descendre):where>")
def move_challenge(token: str, number: int, where: str) -> ResponseReturnValue:
    """Move a challenge one place towards the first or the last."""
    challenge = _challenge(hackathon_of(token), number)
    use_cases.move_challenge(db.session, challenge, -1 if where == "monter" else 1)
    return _done(token, "moved", challenge)


@bp.post("/defis/<number:number>/retirer")
def withdraw_challenge(token: str, number: int) -> ResponseReturnValue:
    """Take a challenge off the event; it can be brought back."""
    use_cases.withdraw_challenge(db.session, _challenge(hackathon_of(token), number), utc_now())
    return _done(token, "withdrawn")


@bp.post("/defis/<number:number>/remettre")
def restore_challenge(token: str, number: int) -> ResponseReturnValue:
    """Bring a withdrawn challenge back."""
    challenge = _challenge(hackathon_of(token), number)
    use_cases.restore_challenge(db.session, challenge)
    return _done(token, "restored", challenge)


@bp.get("/defis/<number:number>/partenaires")
def partners(token: str, number: int) -> ResponseReturnValue:
    """Who could help with a challenge that comes from a need."""
    hackathon = hackathon_of(token)
    challenge = _challenge(hackathon, number)
    if challenge.need is None:
        abort(404)
    found = services().matcher.proposals(db.session, challenge.need, limit=SHOWN_PARTNERS)
    return render_template(
        "organiser/partners.html",
        hackathon=hackathon,
        token=token,
        challenge=challenge,
        groups=[
            (*HELPS[group.help], [match_card(match, today()) for match in group.matches])
            for group in partner_groups(found.items)
        ],
    )


def _edited(hackathon: Hackathon, token: str, challenge: Challenge | None) -> ResponseReturnValue:
    """The form of a challenge, or what becomes of the one that was sent."""
    if request.method == "GET":
        return _form_page(hackathon, token, challenge, challenge_form(hackathon, challenge))
    form = ChallengeForm()
    form.prepare(challenge)
    if csrf_refused():
        return _form_page(hackathon, token, challenge, form, notice=SENT_TOO_LATE), 400
    try:
        differences = save_challenge(hackathon, challenge, form)
    except DraftProblems as error:
        form.attach(error.problems)
        return _form_page(hackathon, token, challenge, form), 422
    if differences:
        return _form_page(hackathon, token, challenge, form, differences=differences), 409
    return _done(token, "saved", challenge)


def _form_page(hackathon: Hackathon, token: str, challenge: Challenge | None, form: ChallengeForm, **more: Any) -> str:
    return render_template(
        "organiser/challenge.html",
        hackathon=hackathon,
        token=token,
        challenge=challenge,
        form=form,
        skills=grouped(References(db.session).skills.values(), current_language().value),
        posting=hackathon,
        problems=form.problem_list(),
        **{"notice": None, "differences": None, **more},
    )


def _needs(hackathon: Hackathon, text: str, limit: int) -> list[Need]:
    """Needs that answer ``text``, best first; without one those nearest to the event."""
    if not text:
        return list(needs_near(db.session, hackathon.place, limit, today=today()))
    language = guess_language(text, default=current_language())
    found = services().matcher.search(db.session, text, language, (PostingKind.NEED,), limit)
    return [match.posting for match in found[PostingKind.NEED].items if isinstance(match.posting, Need)]


def _challenge(hackathon: Hackathon, number: int) -> Challenge:
    """A challenge of this event. Raises 404 for any other number."""
    challenge = get_challenge(hackathon, number)
    if challenge is None:
        abort(404)
    return challenge


def _done(token: str, what: str, challenge: Challenge | None = None) -> ResponseReturnValue:
    """Back to the list, at the challenge that was changed, so that a reload sends nothing twice."""
    anchor = anchor_of(challenge) if challenge else None
    return redirect(url_for("organiser.challenges", token=token, fait=what, _anchor=anchor), 303)
