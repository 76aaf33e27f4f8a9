"""Mails as mail programs and servers write them, for tests."""

from __future__ import annotations

from email.message import EmailMessage

RELAY = "relais+0123456789abcdef0123456789abcdef.n.aaaaaaaaaaaaaaaa@relay.example.org"


def mail(text: str = "Bonjour, mardi 14 h ?", html: str = "", **headers: str) -> EmailMessage:
    """A mail of a person; a header is named with underscores for its hyphens, and one told as "" is left out."""
    told = {
        "From": "Claire <claire@asso.example>",
        "To": RELAY,
        "Subject": "Re: site",
        "Message-ID": "<one@asso.example>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    made = EmailMessage()
    for name, value in told.items():
        if value:
            made[name] = value
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    return made


BOUNCE = b"""From: MAILER-DAEMON@mx.example.org
To: bonjour@example.org
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not arrive.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; someone@asso.example
Action: %(action)s
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

From: Passerelle <bonjour@example.org>
Message-ID: <mail-12@example.org>
Subject: one

--b--
"""
