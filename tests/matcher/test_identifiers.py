"""SIREN, SIRET and RNA: what is accepted, what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.identifiers import (
    is_legal_form,
    is_naf,
    is_rna,
    is_siren,
    is_siret,
    luhn_sum,
    normalise_naf,
    normalise_rna,
    normalise_siret,
)

digits = st.text("0123456789", min_size=8, max_size=8)


def with_check_digit(number: str) -> str:
    """``number`` and the digit that makes its Luhn sum a multiple of ten."""
    return number + str(-luhn_sum(number + "0") % 10)


@settings(deadline=None)  # the first example pays for imports
@given(digits)
def test_the_one_right_check_digit_makes_a_siren(number: str) -> None:
    """Of the ten numbers that begin with the same eight digits exactly one is a SIREN."""
    right = [f"{number}{last}" for last in range(10) if is_siren(f"{number}{last}")]
    assert right == ([] if number == "00000000" else [with_check_digit(number)])


@settings(deadline=None)  # the first example pays for imports
@given(digits, st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number: str, position: int, shift: int) -> None:
    """The Luhn sum catches every single typing error."""
    siren = with_check_digit(number)
    wrong = siren[:position] + str((int(siren[position]) + shift) % 10) + siren[position + 1 :]
    assert not is_siren(wrong)


@settings(deadline=None)  # the first example pays for imports
@given(st.text())
def test_no_text_makes_the_checks_fail(text: str) -> None:
    """Whatever is typed, every check answers."""
    answers = [check(text) for check in (is_siren, is_siret, is_rna, is_naf, is_legal_form)]
    assert all(isinstance(answer, bool) for answer in answers)
    assert isinstance(normalise_siret(text), str)


@pytest.mark.parametrize("siret", ["73282932000074", "35600000000048", "35600000049837"])
def test_real_sirets_are_accepted(siret: str) -> None:
    """The last one has no right Luhn sum: La Poste's offices follow their own rule."""
    assert is_siret(siret)


@pytest.mark.parametrize("siret", ["73282932000075", "7328293200007", "35600000049838", "٧٣٢٨٢٩٣٢٠٠٠٠٧٤", ""])
def test_wrong_sirets_are_refused(siret: str) -> None:
    """Wrong sum, a digit too few, La Poste's rule broken, digits of another script, nothing."""
    assert not is_siret(siret)


def test_the_rule_of_la_poste_is_its_own() -> None:
    """A sum that is a multiple of five is not enough for anybody else."""
    others = [f"732829320{number:05}" for number in range(100)]
    by_five = [siret for siret in others if sum(map(int, siret)) % 5 == 0 and luhn_sum(siret) % 10]
    assert by_five
    assert not any(is_siret(siret) for siret in by_five)


@pytest.mark.parametrize(
    ("typed", "right"),
    [("w 543 001 234", True), ("W2A1000123", True), ("W9R1000123", True), ("0541012345", True), ("W54300123", False)],
)
def test_rna_numbers_of_every_form(typed: str, right: bool) -> None:
    """The national form, Corsica, overseas, the prefectures' old numbers; a digit too few is refused."""
    assert is_rna(normalise_rna(typed)) is right


def test_activity_codes_get_their_dot() -> None:
    """62.01Z is written in many ways."""
    assert {normalise_naf(text) for text in ("6201Z", "62.01z", "62 01 Z")} == {"62.01Z"}
