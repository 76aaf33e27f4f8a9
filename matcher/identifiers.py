"""French identifiers of organisations: SIREN, SIRET, RNA, activity and legal-form codes.

All are optional everywhere (associations of local law have no RNA, many small ones have no SIREN);
what is given must be right. Pure functions on text; nothing is asked of a register, so a right
check digit does not prove that the organisation exists.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: La Poste gave its offices SIRET numbers before they had check digits; INSEE admits for its SIREN
#: a sum of digits that is a multiple of 5. Source: INSEE, documentation of the SIRENE directory.
LA_POSTE_SIREN: Final = "356000000"

_SEPARATORS = re.compile(r"[\s.\-_/]+")
_SIREN = re.compile(r"[0-9]{9}")
_SIRET = re.compile(r"[0-9]{14}")
# W, the prefecture (two digits, 2A or 2B in Corsica, 9 and a letter overseas), then seven digits.
_RNA = re.compile(r"W(?:[0-9]{2}|2[AB]|9[A-Z])[0-9]{7}")
# Numbers that prefectures gave before the national register: département on three signs, then seven.
_OLD_RNA = re.compile(r"(?:[0-9]{3}|02[AB])[0-9P][0-9]{6}")
_NAF = re.compile(r"([0-9]{2})\.?([0-9]{2})([A-Z])")
_LEGAL_FORM = re.compile(r"[0-9]{4}")


def normalise_siren(text: str) -> str:
    """Digits of a SIREN as typed: spaces, dots and hyphens removed. Nothing is verified.

    >>> normalise_siren(" 732 829 320 ")
    '732829320'
    """
    return _compact(text)


def normalise_siret(text: str) -> str:
    """Digits of a SIRET as typed: spaces, dots and hyphens removed. Nothing is verified."""
    return _compact(text)


def normalise_rna(text: str) -> str:
    """An RNA number as typed, without separators, in capitals. Nothing is verified.

    >>> normalise_rna("w 751 515 517")
    'W751515517'
    """
    return _compact(text)


def normalise_naf(text: str) -> str:
    """An activity code with its dot, or the compacted text when it is none.

    >>> normalise_naf("6201z")
    '62.01Z'
    """
    compact = _compact(text)
    found = _NAF.fullmatch(compact)
    return f"{found[1]}.{found[2]}{found[3]}" if found else compact


def is_siren(text: str) -> bool:
    """Nine digits whose Luhn sum is right. Separators are not accepted: normalise first.

    >>> is_siren("732829320"), is_siren("732829321"), is_siren("245400676")
    (True, False, True)
    """
    return _SIREN.fullmatch(text) is not None and text != "0" * 9 and luhn_sum(text) % 10 == 0


def is_siret(text: str) -> bool:
    """Fourteen digits: a SIREN, an office number, a right Luhn sum (or La Poste's own rule).

    >>> is_siret("73282932000074"), is_siret("73282932000075")
    (True, False)
    >>> is_siret("35600000049837"), is_siret("35600000049838")  # La Poste: digits add up to 45
    (True, False)
    """
    if _SIRET.fullmatch(text) is None or not is_siren(text[:9]):
        return False
    if luhn_sum(text) % 10 == 0:
        return True
    return text.startswith(LA_POSTE_SIREN) and sum(map(int, text)) % 5 == 0


def is_rna(text: str) -> bool:
    """Ten signs in one of the register's forms. RNA numbers carry no check digit.

    >>> is_rna("W751515517"), is_rna("W2A1000123"), is_rna("0541012345"), is_rna("W75151551")
    (True, True, True, False)
    """
    return _RNA.fullmatch(text) is not None or _OLD_RNA.fullmatch(text) is not None


def is_naf(text: str) -> bool:
    """An activity code in the form shared by NAF rev. 2 and NAF 2025, such as 62.01Z."""
    return _NAF.fullmatch(text) is not None and text[2] == "."


def is_legal_form(text: str) -> bool:
    """Four digits: level 3 of INSEE's legal categories, such as 9260 (association of local law)."""
    return _LEGAL_FORM.fullmatch(text) is not None


def luhn_sum(digits: str) -> int:
    """Luhn sum of a number: from the right, every second digit counts double, less 9 beyond 9.

    >>> luhn_sum("18")
    10
    """
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    return sum(map(int, digits[::-2])) + sum(value - 9 if value > 9 else value for value in doubled)


def _compact(text: str) -> str:
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
