"""The one mail about keeping that goes to an account: nobody uses it, and it is going to end."""

from __future__ import annotations

from datetime import date

from flask import url_for
from flask_babel import force_locale, format_date, gettext

from matcher.notifications.letters import Words
from matcher.privacy.retention import ACCOUNT_MONTHS
from matcher.store import Account
from web.notifications.blocks import Body, Foot, Link, Links, Paragraph, drawn
from web.notifications.parts import signature
from web.teams.announcing import in_language


def warning(account: Account, ends_on: date) -> Words:
    """Words of the warning in the language of the account, with a link to sign in. Needs a request context."""
    language = account.language.value
    with force_locale(language):
        day = format_date(ends_on, "long")
        keep = Link(gettext("Sign in"), in_language(language, url_for("accounts.sign_in")), main=True)
        body = Body(
            gettext("Your account on Passerelle ends on %(day)s", day=day),
            [
                Paragraph(
                    gettext("Nobody has used your account for almost %(years)s years.", years=ACCOUNT_MONTHS // 12)
                ),
                Paragraph(
                    gettext(
                        "If you want to keep it, sign in once before that day. Otherwise it is deleted on %(day)s.",
                        day=day,
                    )
                ),
                Links([keep]),
                Paragraph(
                    gettext("What your organisation posted stays, closed, if nobody else looks after it."), small=True
                ),
            ],
        )
        why = gettext("You receive this mail because you have an account on Passerelle.")
        return drawn(body, Foot(signature(), why))
