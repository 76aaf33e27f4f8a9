"""Who may open what: one table of every endpoint, asked before every request.

An endpoint that is not in the table answers 403, and a test fails: a new page is closed until somebody says for whom
it is. Where a signed link decides (``LINK``), the view reads it: the table says only that nothing else is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum, auto
from typing import Final

from flask import Flask, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matcher.accounts.membership import may_act_for
from matcher.accounts.second_step import has_second_step
from matcher.accounts.signing_in import note_visit
from matcher.clock import utc_now
from matcher.people import AccountRole
from matcher.store import Account
from web.accounts.addresses import here
from web.accounts.session import current_account, lacks_second_factor
from web.links import hackathon_of, is_event_reference
from web.manage.links import is_reference, posting_of
from web.wiring import db


class Who(Enum):
    """Whom an endpoint is for."""

    PUBLIC = auto()  # everybody
    LINK = auto()  # who holds a signed link, in the address or in a header: the view reads it
    SIDE = auto()  # who acts for the posting of the address: by its link, or as a member of its organisation
    EVENT = auto()  # who runs the hackathon of the address: by its organisers' link, or as one of its organisers
    MEMBER = auto()  # members of the organisation whose number is in the address
    SIGNED_IN = auto()
    ANIMATOR = auto()  # administrators too, here and below
    SUPPORT = auto()  # animators and support bodies
    ADMINISTRATOR = auto()


#: Endpoints by blueprint ("" for those without one). Add a line for each blueprint of yours.
TABLE: Final[Mapping[Who, Mapping[str, str]]] = {
    Who.PUBLIC: {
        "": "static",
        "openapi": "spec",
        "home": "index about healthz privacy robots sitemap",
        "search": "index",
        "needs": "index show export proposals new coach",
        "offers": "index show export proposals new coach",
        "organisations": "index show export",
        "map": "index",
        "places": "suggest",
        "feeds": "needs offers",
        "privacy": "register",
        "statistics": "index export",
        "hackathons": "index show new",
        "registrations": "new received",
        "public_teams": "described show",
        "results": "picture public",
        "notifications": "outbox outbox_mail outbox_html",
        "api": (
            "start documentation status vocabulary themes skills search propose "
            "needs show_need need_as_murmurations propose_for_need publish_need "
            "offers show_offer offer_as_murmurations propose_for_offer publish_offer "
            "organisations show_organisation hackathons show_hackathon challenges teams create public_results"
        ),
        "accounts": (
            "sign_in second_step ask_link open_link sign_up confirm ask_reset reset sign_in_options sign_in_passkey "
            "sent confirm_address"
        ),
    },
    Who.LINK: {
        "api": (
            "change_need close_need delete_need change_offer close_offer delete_offer "
            "change phase show_organiser add_challenge add_from_need change_challenge move_challenge restore_challenge "
            "withdraw_challenge registrations add_registration show_registration change_registration "
            "withdraw_registration set_attendance wishes settle plans show_plan compare_plans publish_teams undo_teams "
            "move_person set_locks start_run show_run stop_run "
            "own_posting pause resume renew reopen taken cancel_links "
            "pairs show_pair mark_pair_seen say_yes say_not_now say_no withdraw_yes record_met "
            "record_started record_outcome messages write_message propose_call asked_questions ask_question "
            "own_questions answer_question hide_question show_question "
            "mails mail_preferences change_mail_preferences stop_all_mails "
            "cancel_hackathon_links delete record_challenge_outcome partners give_place renew_participation_link "
            "take_up_wish swap_people restore_plan announce_teams fairness place_reasons latest_run resume_run "
            "conflicts relax_event run_conflicts relax_run weights change_weights organiser_results "
            "jurors add_juror renew_juror_link end_juror_link delete_juror"
        ),
        "registrations": "show edit withdraw cancel_links erase export badge confirm_email",
        "participation": "answer picture project",
        "jury": "mark picture_for_jury show",
        "notifications": "answer preferences stop",
    },
    Who.EVENT: {
        "organiser": (
            "show edit phase preview links delete challenges new_challenge edit_challenge move_challenge "
            "withdraw_challenge restore_challenge add_need partners colleagues invite cancel_invitation "
            "change_organiser remove_organiser leave"
        ),
        "registrations": (
            "index add one edit_one attendance place note "
            "take_off renew_link export_list export_needs import_file import_check import_confirm import_cancel "
            "import_left import_result wishes confirm set_aside settle take_up checkin arrival arrive undo missing "
            "mark_missing"
        ),
        "teams": (
            "board compare compute fairness hold impossible move person relax relax_run reset_weights restore "
            "resume_run run run_progress save_weights sign start stop_run swap undo versions weights"
        ),
        "publication": "badges cards publish_teams show table write",
        "results": "invite organise outcome picture_for_organisers end_link renew_link remove_juror",
    },
    Who.SIDE: {
        "privacy": "posting_data posting_export posting_delete",
        "manage": "show edit organisation close reopen pause resume renew taken cancel_links",
        "introductions": (
            "index show seen yes not_now no withdraw met started outcome write propose_call call_file ask "
            "asked answer hide show_again"
        ),
        "notifications": "mailbox save_side_search delete_side_search",
    },
    Who.SIGNED_IN: {
        "privacy": "own_data own_export own_delete",
        "accounts": (
            "home sign_out confirm_self details change_address security change_password sign_out_everywhere "
            "set_up_codes stop_codes new_recovery_codes passkey_options add_passkey remove_passkey "
            "invitation claim"
        ),
        "organiser": "claim",
        "joining": "invitation",
        "notifications": "searches save_search_of_page delete_search_of_account",
    },
    Who.MEMBER: {
        "accounts": "colleagues invite cancel_invitation change_member remove_member leave",
    },
    Who.SUPPORT: {
        "animator": "home basket export_basket look_for_cases case claim release note close suggest",
    },
    Who.ANIMATOR: {
        "animator": (
            "queue export_queue review decide duplicates export_duplicates compare merge keep_apart "
            "organisations export_organisations check_organisation show_funnel export_funnel "
            "import_start import_check import_columns import_apply import_cancel import_result import_refused "
            "journal export_journal"
        ),
    },
    Who.ADMINISTRATOR: {"accounts": "roles change_role lock"},
}

#: Roles that open what is not for everybody.
ROLES: Final[Mapping[Who, frozenset[AccountRole]]] = {
    Who.ANIMATOR: frozenset({AccountRole.ANIMATOR, AccountRole.ADMINISTRATOR}),
    Who.SUPPORT: frozenset({AccountRole.ANIMATOR, AccountRole.ADMINISTRATOR, AccountRole.SUPPORT_BODY}),
    Who.ADMINISTRATOR: frozenset({AccountRole.ADMINISTRATOR}),
}

#: Open to an account that still has to set up its second step: what it needs for that, and the way out.
_SETTING_UP: Final = frozenset({"accounts.set_up_codes", "accounts.sign_out", "accounts.confirm_self"})


def _endpoints() -> Iterator[tuple[str, Who]]:
    for who, blueprints in TABLE.items():
        for blueprint, names in blueprints.items():
            yield from ((f"{blueprint}.{name}" if blueprint else name, who) for name in names.split())


WHO_MAY: Final[Mapping[str, Who]] = dict(_endpoints())


def init_app(app: Flask) -> None:
    """Ask the table before every request of ``app``."""
    app.before_request(_check)


def may(account: Account | None, who: Who) -> bool:
    """Whether the role of ``account`` opens what is for ``who``; not for what an object decides."""
    if who is Who.SIGNED_IN:
        return account is not None
    return account is not None and not ROLES[who].isdisjoint(row.role for row in account.role_rows)


def _check() -> ResponseReturnValue | None:
    """None lets the request pass; a redirect leads to sign-in. Raises Forbidden or NotFound."""
    if request.endpoint is None:
        return None  # no such page: 404 or 405, from where it is always answered
    who = WHO_MAY.get(request.endpoint)
    if who is None:
        abort(403)
    return _CHECKS.get(who, _role_decides)(who)


def _open(_who: Who) -> ResponseReturnValue | None:
    return None


def _side_decides(_who: Who) -> ResponseReturnValue | None:
    """A signed link speaks for itself; a plain reference is for members, and exists for nobody else."""
    token = str((request.view_args or {})["token"])
    if not is_reference(token):
        return None
    wanted = _wanted(Who.SIGNED_IN)
    if wanted is None:
        posting_of(token)  # raises LinkRefusedError, which answers 404
    return wanted


def _event_decides(_who: Who) -> ResponseReturnValue | None:
    """As for a side; an account sees much of other people here, so that it needs a second step."""
    token = str((request.view_args or {})["token"])
    if not is_event_reference(token):
        return None
    wanted = _wanted(Who.SIGNED_IN)
    if wanted is None:
        hackathon_of(token)  # raises LinkRefusedError, which answers 404
        account = current_account()
        if account is not None and not has_second_step(account):
            flash(
                gettext(
                    "Whoever runs an event reads what people told: its pages need a second step to sign in. "
                    "It takes two minutes."
                ),
                "done",
            )
            return redirect(url_for("accounts.set_up_codes", next=here()), 303)
    return wanted


def _member_decides(_who: Who) -> ResponseReturnValue | None:
    """Another's organisation does not exist."""
    wanted = _wanted(Who.SIGNED_IN)
    if wanted is None:
        account = current_account()
        number = int((request.view_args or {})["organisation_id"])
        if account is None or not may_act_for(db.session, account.id, number):
            abort(404)
    return wanted


def _role_decides(who: Who) -> ResponseReturnValue | None:
    return _wanted(who)


def _wanted(who: Who) -> ResponseReturnValue | None:
    """Where the reader has to go before this page; None when it is open. Raises Forbidden."""
    account = current_account()
    if account is None:
        return redirect(url_for("accounts.sign_in", next=here()), 303)
    if not may(account, who):
        abort(403)
    if lacks_second_factor(account) and request.endpoint not in _SETTING_UP:
        return redirect(url_for("accounts.set_up_codes", next=here()), 303)
    note_visit(db.session, account, utc_now())
    return None


_CHECKS: Final[Mapping[Who, Callable[[Who], ResponseReturnValue | None]]] = {
    Who.PUBLIC: _open,
    Who.LINK: _open,
    Who.SIDE: _side_decides,
    Who.EVENT: _event_decides,
    Who.MEMBER: _member_decides,
}
