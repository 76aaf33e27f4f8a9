"""``flask mail``: what a mail server calls."""

from __future__ import annotations

import sys
from typing import Final

import click
import structlog
from flask.cli import AppGroup

from matcher.clock import utc_now
from matcher.notifications.bounces import record_bounce
from matcher.notifications.preferences import MAX_BOUNCES
from matcher.relay.receiving import Received, Refused, RelayRules, Undelivered, receive
from matcher.relay.refusals import RefusalCode
from web.relay.addresses import relay_rules
from web.relay.notices import compose
from web.wiring import db

group = AppGroup("mail", help="Mails that arrive for this site, and mails that came back.")

#: Exit codes of sysexits.h, which mail servers understand: no readable mail, try again later, may not pass.
EX_DATAERR: Final = 65
EX_TEMPFAIL: Final = 75
EX_NOPERM: Final = 77

#: Refusals that the mail server tells the sender. All others end in silence, or in a notice of our own:
#: an answer to a machine makes a loop, and an answer to a forged sender reaches somebody who wrote nothing.
_EXITS: Final = {
    RefusalCode.TOO_LARGE: EX_DATAERR,
    RefusalCode.UNREADABLE: EX_DATAERR,
    RefusalCode.UNKNOWN_ADDRESS: EX_NOPERM,
    RefusalCode.OTHER_SENDER: EX_NOPERM,
}
#: What the mail server puts into its answer. English, as the rest of such an answer.
_SENTENCES: Final = {
    RefusalCode.TOO_LARGE: "This mail is too large: please write without files.",
    RefusalCode.UNREADABLE: "This mail cannot be read.",
    RefusalCode.UNKNOWN_ADDRESS: "No exchange has this address.",
    RefusalCode.OTHER_SENDER: "Please write from the address at which you receive our mails.",
}

log = structlog.get_logger()


@group.command("receive")
@click.option("--recipient", default="", help="For whom the mail server took the mail; else its headers say it.")
def receive_command(recipient: str) -> None:
    """Read one mail from standard input and put it into its exchange.

    Exit codes: 0 taken (also when it is left out in silence), 65 no readable mail, 75 try again later,
    77 not for this sender or address. See docs/relay.md for mail servers.
    """
    rules = relay_rules()
    if rules is None:
        click.echo("PASSERELLE_RELAY_DOMAIN is not set.", err=True)
        raise SystemExit(EX_TEMPFAIL)
    result = _received(rules, recipient)
    if isinstance(result, Refused) and result.code in _EXITS:
        click.echo(_SENTENCES[result.code], err=True)
        raise SystemExit(_EXITS[result.code])


@group.command()
@click.argument("message_id")
def bounce(message_id: str) -> None:
    """Note that the mail with this MESSAGE_ID came back; after three in a row its address gets none."""
    count = record_bounce(db.session, message_id)
    if count is None:
        raise click.ClickException("No mail of this site has this Message-ID.")
    click.echo(f"Noted: {count} in a row." + (" The address gets no more mails." if count >= MAX_BOUNCES else ""))


def _received(rules: RelayRules, recipient: str) -> Received | Refused | Undelivered:
    try:
        raw = sys.stdin.buffer.read(rules.max_bytes + 1)
        result = receive(db.session, raw, rules, compose, now=utc_now(), recipient=recipient)
        if isinstance(result, Undelivered):
            record_bounce(db.session, result.message_id)
    except Exception as error:  # noqa: BLE001 - whatever fails here, the mail must wait and not be lost
        # The name alone: an error may repeat what it stumbled over.
        log.error("mail could not be taken", error=type(error).__name__)
        click.echo("This mail cannot be taken now.", err=True)
        raise SystemExit(EX_TEMPFAIL) from None
    log.info("mail received", result=result.code.value if isinstance(result, Refused) else type(result).__name__)
    return result
