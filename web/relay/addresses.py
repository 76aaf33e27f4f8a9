"""What mails of a thread carry, so that an answer from any mail program finds its way back.

Of the two people, neither sees the other's address: From is the site's own, with the writer's name, and Reply-To is
an address that is made for the reader's side of this thread alone (:mod:`matcher.relay.addresses`).
"""

from __future__ import annotations

from email.utils import formataddr, parseaddr

from flask import current_app
from flask_babel import gettext

from matcher.relay.addresses import RelayDomain, Writer
from matcher.relay.receiving import RelayRules
from matcher.store import Introduction, Organisation
from matcher.vocabulary import PostingKind
from web.config import Settings
from web.mail import NOBODY

#: Characters of a name in From. Chosen: mail programs show about as many.
MAX_NAME_CHARS = 60


def relay_rules() -> RelayRules | None:
    """How this site reads mails for threads; None when no relay is set up."""
    settings = _settings()
    domain = _domain(settings)
    if domain is None:
        return None
    return RelayRules(domain, settings.relay_max_bytes, settings.relay_trusted_server)


def reply_address(introduction: Introduction, side: PostingKind) -> str | None:
    """The address that people of ``side`` write to: Reply-To of mails to them, never shown to the other side.

    None when no relay is set up or the two were not introduced: such mails say to answer on the site.
    """
    domain = _domain(_settings())
    if domain is None or introduction.relay_key is None:
        return None
    return domain.address(Writer(introduction.relay_key, side))


def thread_headers(introduction: Introduction, side: PostingKind) -> dict[str, str]:
    """Headers of a mail of the thread to ``side``: Reply-To, and References that put all of them into one thread.

    The mail that they refer to was never sent: it stands for the introduction. Empty without a relay.
    """
    address, settings = reply_address(introduction, side), _settings()
    if address is None:
        return {}
    root = f"<thread-{introduction.relay_key}@{settings.relay_domain}>"
    return {"Reply-To": address, "In-Reply-To": root, "References": root}


def from_writer(organisation: Organisation) -> str:
    """From of a message that ``organisation`` wrote: "Prénom via Passerelle" and the site's own address.

    The first name of its contact when one is known, else the organisation's name. Only after two yeses.
    """
    site, address = parseaddr(_settings().mail_sender or NOBODY)
    first_name = next(iter(organisation.contact_name.split()), "")
    name = " ".join((first_name or organisation.brand or organisation.name).split())[:MAX_NAME_CHARS]
    return formataddr((gettext("%(name)s via %(site)s", name=name, site=site or "Passerelle"), address))


def _domain(settings: Settings) -> RelayDomain | None:
    if not settings.relay_domain:
        return None
    return RelayDomain(settings.relay_domain, settings.relay_mailbox, str(current_app.secret_key).encode())


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
