"""The mails of accounts, as data: subject, sentences, button. They are queued, and leave once the page is answered.

The page for an address that has an account and the page for an address that has none are the same, and take the same
time: one mail is queued for either, and nobody waits for it to leave. While the mail server is away it waits in the
queue like every other mail, until its link would be dead.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from flask_limiter import RateLimitExceeded

from matcher.accounts.signing_in import account_at
from matcher.clock import utc_now
from matcher.notifications.letters import Recipient
from matcher.notifications.queueing import queue_mail
from matcher.people import MailKind
from matcher.store.encryption import blind_index
from matcher.vocabulary import Language
from web.accounts.links import ADDRESS_LIFE, INVITATION_LIFE, RESET_LIFE, SIGN_IN_LIFE, SIGN_UP_LIFE
from web.i18n import current_language
from web.jobs import send_after_answer
from web.mail import message, words_of
from web.security import limiter
from web.wiring import db

if TYPE_CHECKING:
    from datetime import timedelta

    from flask_babel.speaklater import LazyString

#: Mails about accounts that one address gets. Chosen: somebody who asks again and again finds the first ones.
PER_ADDRESS: Final = "6/hour"


class Letter(NamedTuple):
    """One mail; ``%(name)s`` in its texts stand for what it is sent with.

    ``life`` is that of its link when whoever has the link may do something with it.
    """

    subject: LazyString
    sentences: tuple[LazyString, ...]
    button: LazyString | None = None
    foot: LazyString | None = None
    life: timedelta | None = None


_NOT_YOU: Final = _l("If it was not you, do nothing: nothing changes.")
_SECURE: Final = _l(
    "If it was not you, sign in, choose a new password and sign out everywhere; or write to the operator of the site."
)

LETTERS: Final[dict[str, Letter]] = {
    "sign_up": Letter(
        _l("Confirm your address for Passerelle"),
        (_l("Somebody, most likely you, wants to make an account with this address."),),
        _l("Make my account"),
        _l("The link works for three days. If it was not you, do nothing: nothing is kept."),
        SIGN_UP_LIFE,
    ),
    "has_account": Letter(
        _l("You already have an account on Passerelle"),
        (_l("Somebody, most likely you, wanted to make an account with this address. There is one already."),),
        _l("Sign in"),
        _l("The link works for half an hour, once. If it was not you, do nothing: nothing changes."),
        SIGN_IN_LIFE,
    ),
    "sign_in": Letter(
        _l("Your link to sign in to Passerelle"),
        (_l("Here is the link that you asked for. Whoever opens it can use your account: do not pass it on."),),
        _l("Sign in"),
        _l("The link works for half an hour, once. If it was not you, do nothing: nothing changes."),
        SIGN_IN_LIFE,
    ),
    "reset": Letter(
        _l("Choose a new password for Passerelle"),
        (_l("Here is the link that you asked for."),),
        _l("Choose a new password"),
        _l("The link works for two hours, once. If it was not you, do nothing: nothing changes."),
        RESET_LIFE,
    ),
    "no_account": Letter(
        _l("No account with this address on Passerelle"),
        (
            _l("Somebody, most likely you, wanted to sign in with this address. There is no account with it."),
            _l("Perhaps you use another address. Otherwise you can make an account."),
        ),
        _l("Make an account"),
        _NOT_YOU,
    ),
    "new_address": Letter(
        _l("Confirm your new address for Passerelle"),
        (_l("You want to use this address for your account on Passerelle."),),
        _l("Use this address"),
        _l("The link works for a day. If it was not you, do nothing: nothing changes."),
        ADDRESS_LIFE,
    ),
    "address_taken": Letter(
        _l("This address has an account on Passerelle"),
        (
            _l("Somebody, most likely you, wanted to move another account to this address. It has one already."),
            _l("Two accounts cannot be made one. Sign in with this address, or delete one of the two first."),
        ),
        _l("Sign in"),
        _NOT_YOU,
    ),
    "address_changed": Letter(
        _l("The address of your account on Passerelle has changed"),
        (_l("Your account uses another address from now on. This one gets no more mail from us."),),
        None,
        _l("If it was not you, write to the operator of the site at once."),
    ),
    "password_changed": Letter(
        _l("Your password for Passerelle has changed"),
        (_l("Your password was changed, and you were signed out everywhere else."),),
        _l("Security of my account"),
        _SECURE,
    ),
    "second_step": Letter(
        _l("How you sign in to Passerelle has changed"),
        (_l("The second step of your sign-in was changed."),),
        _l("Security of my account"),
        _SECURE,
    ),
    "passkey_added": Letter(
        _l("A passkey was added to your account on Passerelle"),
        (_l("Your account can now be opened with the passkey “%(passkey)s”."),),
        _l("Security of my account"),
        _SECURE,
    ),
    "invitation": Letter(
        _l("%(who)s invites you to Passerelle"),
        (
            _l("%(who)s invites you to act for %(organisation)s on Passerelle, where needs meet digital help."),
            _l("You will edit its postings and answer those who write to it."),
        ),
        _l("See the invitation"),
        _l("The link works for two weeks. If you do nothing, nothing happens."),
        INVITATION_LIFE,
    ),
    "asks_to_join": Letter(
        _l("%(who)s would like to join %(organisation)s"),
        (
            _l("%(who)s (%(address)s) has a management link of %(organisation)s and would like to join it."),
            _l("If you know them, invite them. Otherwise do nothing."),
        ),
        _l("Colleagues of %(organisation)s"),
    ),
    "claimed": Letter(
        _l("%(organisation)s now has an account on Passerelle"),
        (_l("Somebody who has a management link of %(organisation)s attached it to their account."),),
        None,
        _l("If it was none of you, write to the operator of the site at once."),
    ),
    "role": Letter(
        _l("Your role on Passerelle has changed"),
        (_l("What you may do on the site has changed. You see it on your account’s page."),),
        _l("My account"),
    ),
    "deleted": Letter(
        _l("Your account on Passerelle is deleted"),
        (_l("Your account and everything that hung on it are gone. Thank you for having been here."),),
    ),
}


def send(name: str, to: str, *, link: str | None = None, language: Language | None = None, **values: Any) -> None:
    """Queue one of :data:`LETTERS`, to leave after the answer at hand; more than :data:`PER_ADDRESS` are not written.

    ``language`` is the reader's; None for the reader of the page at hand.
    """
    if _too_many(to):
        return
    letter, chosen, now = LETTERS[name], language or current_language(), utc_now()
    with force_locale(chosen.value):
        mail = message(
            "account_letter",
            to,
            link=link,
            subject_line=letter.subject % values,
            sentences=[sentence % values for sentence in letter.sentences],
            button=letter.button % values if letter.button else None,
            foot=letter.foot,
        )
    account = account_at(db.session, to)
    queue_mail(
        db.session,
        f"account:{name}:{secrets.token_hex(16)}",  # whoever asks again has lost the first one: a reason of its own
        MailKind.ACCOUNT,
        Recipient(to, chosen, account.id if account is not None else None),
        words_of(mail),
        now=now,
        link_ends_at=now + letter.life if letter.life is not None else None,
    )
    send_after_answer()


def _too_many(address: str) -> bool:
    """True when an address got as many mails as it may. Counts one more otherwise."""
    key = blind_index(address)
    try:
        with limiter.limit(PER_ADDRESS, key_func=lambda: f"mail {key}"):
            return False
    except RateLimitExceeded:
        return True
