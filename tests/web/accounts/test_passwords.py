"""Hashes of passwords: which one fits, and when one is made again."""

from __future__ import annotations

from argon2 import PasswordHasher

from web.accounts.passwords import hashed, matches, rehashed


def test_the_hash_says_how_it_was_made() -> None:
    """argon2id, 19 MiB, two rounds, one lane; a new salt each time."""
    first = hashed("une phrase que je garde")
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != hashed("une phrase que je garde")


def test_only_the_right_password_matches() -> None:
    """Accents and case count; without a hash nothing matches, nor against what is no hash."""
    kept = hashed("Été 2026 à Nancy")
    assert matches("Été 2026 à Nancy", kept)
    assert not matches("été 2026 à Nancy", kept)
    assert not matches("", kept)
    assert not matches("Été 2026 à Nancy", None)
    assert not matches("Été 2026 à Nancy", "no hash")


def test_an_older_way_of_hashing_is_renewed() -> None:
    """A hash with other parameters gives a new one for the same password; today's gives none."""
    old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash("phrase de passe")
    renewed = rehashed("phrase de passe", old)
    assert renewed is not None
    assert matches("phrase de passe", renewed)
    assert rehashed("phrase de passe", renewed) is None
    assert rehashed("phrase de passe", None) is None
