"""What somebody is told whose mail was not passed on, or not with everything that was in it."""

from __future__ import annotations

from typing import Final

from flask_babel import force_locale, lazy_gettext

from matcher.notifications.letters import Words
from matcher.relay.receiving import NoticeCode
from matcher.vocabulary import Language
from web.mail import message

_SUBJECTS: Final = {
    NoticeCode.OVER: lazy_gettext("Not passed on: your message about “%(title)s”"),
    NoticeCode.EMPTY: lazy_gettext("Not passed on: your message about “%(title)s”"),
    NoticeCode.TOO_LONG: lazy_gettext("Not passed on: your message about “%(title)s”"),
    NoticeCode.FILES_LEFT: lazy_gettext("Passed on without its files: your message about “%(title)s”"),
}
_SENTENCES: Final = {
    NoticeCode.OVER: lazy_gettext("This exchange has ended, so your message was not passed on."),
    NoticeCode.EMPTY: lazy_gettext(
        "We found no text of yours in your message, so it was not passed on. Files alone are not passed on either."
    ),
    NoticeCode.TOO_LONG: lazy_gettext(
        "Your message is longer than 5,000 characters, so it was not passed on. Please send it again in parts."
    ),
    NoticeCode.FILES_LEFT: lazy_gettext(
        "Your message was passed on without its files: to send files, please write the other side your own address."
    ),
}


def compose(code: NoticeCode, title: str, language: Language) -> Words:
    """The mail that says ``code`` about the exchange on the need called ``title``. Needs an application context."""
    with force_locale(language.value):
        subject = str(_SUBJECTS[code] % {"title": title})
        made = message("relay_notice", "", heading=subject, sentence=_SENTENCES[code])
    return Words(made.subject, made.text, made.html)
