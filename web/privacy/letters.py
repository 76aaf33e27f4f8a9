"""The one mail about keeping: an account that nobody uses is going to end."""

from __future__ import annotations

from datetime import date

from flask import url_for
from flask_babel import force_locale, format_date, gettext

from matcher.notifications.letters import Words
from matcher.privacy.retention import ACCOUNT_MONTHS
from matcher.store import Account
from web.i18n import public_url
from web.mail import message


def warning(account: Account, ends_on: date) -> Words:
    """Words of the warning in the language of the account, with a link to sign in. Needs a request context."""
    with force_locale(account.language.value):
        day = format_date(ends_on, "long")
        mail = message(
            "account_letter",
            account.email,
            subject_line=gettext("Your account on Passerelle ends on %(day)s", day=day),
            sentences=[
                gettext("Nobody has used your account for almost %(years)s years.", years=ACCOUNT_MONTHS // 12),
                gettext(
                    "If you want to keep it, sign in once before that day. Otherwise it is deleted on %(day)s.", day=day
                ),
            ],
            link=public_url(url_for("accounts.sign_in")),
            button=gettext("Sign in"),
            foot=gettext("What your organisation posted stays, closed, if nobody else looks after it."),
        )
    return Words(mail.subject, mail.text, mail.html)
