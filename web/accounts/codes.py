"""Codes of authenticator apps (TOTP, RFC 6238): six digits, a new one every 30 seconds."""

from __future__ import annotations

import hmac
import time
from typing import Final

import pyotp

ISSUER: Final = "Passerelle"
#: Periods by which the clock of a phone may be off, either way (RFC 6238, section 5.2: at most one).
SKEW: Final = 1


def new_secret() -> str:
    """What a new app and the site share: 160 random bits in base32 (RFC 4226, section 4, asks for as much)."""
    return pyotp.random_base32()


def period_of(code: str, secret: str, after: int | None = None) -> int | None:
    """The period that ``code`` belongs to, near now and later than ``after``; None when it is wrong or old.

    Spaces between digits do not count. Every period is looked at, whichever fits.
    """
    typed = "".join(code.split())
    app = pyotp.TOTP(secret)
    now = int(time.time()) // app.interval
    fitting = [
        period
        for period in range(now - SKEW, now + SKEW + 1)
        if hmac.compare_digest(app.generate_otp(period).encode(), typed.encode())
    ]
    return next((period for period in fitting if after is None or period > after), None)


def code_now(secret: str) -> str:
    """What the app shows now."""
    return pyotp.TOTP(secret).now()


def address_of(secret: str, account: str) -> str:
    """The ``otpauth://`` address that an app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def readable(secret: str) -> str:
    """The secret in groups of four, to be typed where no picture can be read.

    >>> readable("ABCDEFGHIJ")
    'ABCD EFGH IJ'
    """
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
