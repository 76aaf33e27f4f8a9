"""Reply addresses: one for each side of each thread, signed.

An address says in whose name its holder writes. Its local part is ``<relay key>.<n or o>.<signature>``, behind
``<mailbox>+`` where one mailbox takes the mail of all threads. The signature is an HMAC-SHA256 of key and side,
cut to 80 bits: a thread number or an address of the other side lets nobody guess it, so that a forged From alone
is worth nothing. Only lower-case letters and digits are used, because mail programs may change the case.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b32encode
from dataclasses import dataclass, field
from typing import Final

from matcher.vocabulary import PostingKind

#: Bytes of a signature: 80 bits, 16 characters of base 32. Chosen: each guess costs a mail through the mail server.
SIGNATURE_BYTES: Final = 10
#: Longest local part (RFC 5321, 4.5.3.1.1).
MAX_LOCAL_CHARS: Final = 64

_LETTERS: Final = {"n": PostingKind.NEED, "o": PostingKind.OFFER}
_LETTER_OF: Final = {kind: letter for letter, kind in _LETTERS.items()}
_CLAIM: Final = re.compile(r"([0-9a-z]{8,32})\.([no])\.([0-9a-z]{16})")


@dataclass(frozen=True, slots=True)
class Writer:
    """In whose name a mail is written: the thread's key, and the side."""

    key: str
    side: PostingKind


@dataclass(frozen=True, slots=True)
class RelayDomain:
    """Where mails for threads arrive.

    ``mailbox`` is the part before the plus sign, empty when the whole ``domain`` is for the relay. ``secret`` signs
    the addresses: another one makes every address given so far worthless.
    """

    domain: str
    mailbox: str
    secret: bytes = field(repr=False)

    def address(self, writer: Writer) -> str:
        """The address that the side of ``writer`` answers to. Raises ValueError for a key that no address can hold."""
        local = f"{self._prefix}{writer.key}.{_LETTER_OF[writer.side]}.{self._signature(writer)}"
        if self.writer(f"{local}@{self.domain}") != writer:
            raise ValueError("a relay key is 8 to 32 lower-case letters and digits, and fits into an address")
        return f"{local}@{self.domain}"

    def writer(self, address: str) -> Writer | None:
        """Whose name ``address`` gives, or None when it was not made here. Case does not count."""
        local, _, domain = address.strip().lower().rpartition("@")
        if domain != self.domain.lower() or len(local) > MAX_LOCAL_CHARS or not local.startswith(self._prefix):
            return None
        found = _CLAIM.fullmatch(local.removeprefix(self._prefix))
        if found is None:
            return None
        writer = Writer(found[1], _LETTERS[found[2]])
        return writer if hmac.compare_digest(self._signature(writer), found[3]) else None

    def without_addresses(self, text: str) -> str:
        """``text`` with the relay's own addresses taken out: quoted on, one would let the other side use it."""
        return re.sub(rf"<?[\w.+-]{{1,80}}@{re.escape(self.domain)}>?", "", text, flags=re.IGNORECASE)

    @property
    def _prefix(self) -> str:
        return f"{self.mailbox.lower()}+" if self.mailbox else ""

    def _signature(self, writer: Writer) -> str:
        told = f"relay address\0{writer.key}\0{writer.side.value}".encode()
        digest = hmac.new(self.secret, told, hashlib.sha256).digest()[:SIGNATURE_BYTES]
        return b32encode(digest).decode("ascii").lower()
