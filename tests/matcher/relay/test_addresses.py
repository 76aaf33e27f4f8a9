"""Reply addresses: one for each side, and none can be guessed from another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.relay.addresses import MAX_LOCAL_CHARS, RelayDomain, Writer
from matcher.vocabulary import PostingKind

KEY = "0123456789abcdef" * 2
ONE_MAILBOX = RelayDomain("relay.example.org", "relais", b"a secret of this test")
WHOLE_DOMAIN = RelayDomain("relay.example.org", "", b"a secret of this test")


@pytest.mark.parametrize("domain", [ONE_MAILBOX, WHOLE_DOMAIN])
@pytest.mark.parametrize("side", list(PostingKind))
def test_an_address_says_thread_and_side(domain: RelayDomain, side: PostingKind) -> None:
    """Also after a mail program wrote it in capitals, and it fits into what mail servers accept."""
    address = domain.address(Writer(KEY, side))
    assert domain.writer(address) == Writer(KEY, side)
    assert domain.writer(address.upper()) == Writer(KEY, side)
    assert len(address.partition("@")[0]) <= MAX_LOCAL_CHARS


def test_one_side_cannot_make_the_address_of_the_other() -> None:
    """Changing the letter, the key or the signature makes an address of nobody."""
    address = ONE_MAILBOX.address(Writer(KEY, PostingKind.NEED))
    assert ONE_MAILBOX.writer(address.replace(".n.", ".o.")) is None
    assert ONE_MAILBOX.writer(address.replace("0123", "0124", 1)) is None
    assert ONE_MAILBOX.writer(f"relais+{KEY}@relay.example.org") is None


def test_another_secret_or_domain_makes_an_address_worthless() -> None:
    """What another site signed opens nothing here."""
    address = ONE_MAILBOX.address(Writer(KEY, PostingKind.NEED))
    assert RelayDomain("relay.example.org", "relais", b"another").writer(address) is None
    assert ONE_MAILBOX.writer(address.replace("example.org", "example.net")) is None


def test_a_key_that_no_address_can_hold_is_refused() -> None:
    """Rather than made into an address that never comes back."""
    with pytest.raises(ValueError, match="relay key"):
        ONE_MAILBOX.address(Writer("With Capitals", PostingKind.NEED))


@given(st.text(max_size=120))
def test_no_text_raises_or_opens_a_thread(text: str) -> None:
    """Whatever stands in a header."""
    assert ONE_MAILBOX.writer(text) is None
    assert WHOLE_DOMAIN.writer(f"{text}@relay.example.org") is None


def test_addresses_of_the_relay_are_taken_out_of_a_text() -> None:
    """A quoted reply address would give the other side a key to write as this one; other addresses stay."""
    own = ONE_MAILBOX.address(Writer(KEY, PostingKind.NEED))
    text = f"Écrivez à claire@example.org, pas à <{own}>."
    assert ONE_MAILBOX.without_addresses(text) == "Écrivez à claire@example.org, pas à ."
