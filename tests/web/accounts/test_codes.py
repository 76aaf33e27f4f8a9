"""Codes of authenticator apps, against the published test values of RFC 6238."""

from __future__ import annotations

import base64

import pytest

from web.accounts import codes

#: Appendix B of RFC 6238: the secret of its table for SHA-1, in base32.
SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(("at", "code"), [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")])
def test_codes_are_those_of_the_standard(monkeypatch: pytest.MonkeyPatch, at: int, code: str) -> None:
    """The last six digits of the table's eight."""
    monkeypatch.setattr(codes.time, "time", lambda: at)
    assert codes.period_of(code, SECRET) == at // 30


@pytest.mark.parametrize(("late", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_off_by_one_period(monkeypatch: pytest.MonkeyPatch, late: int, taken: bool) -> None:
    """The code of second 59 is right half a minute before and after its period, and no longer."""
    monkeypatch.setattr(codes.time, "time", lambda: 45 + late + 60)
    code = codes.pyotp.TOTP(SECRET).at(45 + 60)
    assert (codes.period_of(code, SECRET) is not None) is taken


def test_a_code_is_used_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the same period nor an earlier one counts again."""
    monkeypatch.setattr(codes.time, "time", lambda: 59)
    assert codes.period_of("287082", SECRET, after=0) == 1
    assert codes.period_of("287082", SECRET, after=1) is None


@pytest.mark.parametrize("typed", ["287 082", " 287082 "])
def test_spaces_between_digits_do_not_count(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    """Apps show codes in two groups."""
    monkeypatch.setattr(codes.time, "time", lambda: 59)
    assert codes.period_of(typed, SECRET) == 1


@pytest.mark.parametrize("typed", ["", "28708", "2870822", "é87082", "２８７０８２"])
def test_what_is_no_code_is_refused(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    """Too short, too long, not of this alphabet: wrong, and no error."""
    monkeypatch.setattr(codes.time, "time", lambda: 59)
    assert codes.period_of(typed, SECRET) is None


def test_an_app_reads_the_address_and_shows_our_codes() -> None:
    """Issuer, account and secret stand in it; new secrets have 160 bits and differ."""
    first, second = codes.new_secret(), codes.new_secret()
    assert len(base64.b32decode(first)) == 20
    assert first != second
    read = codes.pyotp.parse_uri(codes.address_of(first, "zoé@asso.example"))
    assert (read.issuer, read.name, read.secret) == ("Passerelle", "zoé@asso.example", first)
    assert codes.period_of(codes.code_now(first), first) is not None
