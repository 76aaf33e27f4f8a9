"""Private texts, encrypted in the database with the key of the settings.

Fernet (AES-128-CBC with HMAC-SHA256, https://github.com/fernet/spec): whoever has the file of the database or a
backup of it, and not the key, reads nothing and changes nothing unseen. The same text is another cipher text each
time, so that nobody can look a value up: a column to search by is a :func:`blind_index`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from sqlalchemy import Dialect, Text, TypeDecorator

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

_INFO: Final = b"passerelle private fields"
_NO_KEY: Final = "private fields need a key: call matcher.store.encryption.use_keys first"


class KeyMissingError(RuntimeError):
    """A private text was read or written before :func:`use_keys`."""


class DecryptionError(RuntimeError):
    """A stored private text belongs to a key that is not among those of the settings."""


class _Keys:
    """Keys of this process: the newest one writes, all of them read."""

    def __init__(self) -> None:
        self._secrets: tuple[bytes, ...] = ()
        self._fernet: MultiFernet | None = None

    def use(self, secrets: Sequence[str]) -> None:
        derived = tuple(_derived(secret) for secret in secrets)
        if derived != self._secrets:
            self._secrets, self._fernet = derived, None

    @property
    def newest(self) -> bytes:
        if not self._secrets:
            raise KeyMissingError(_NO_KEY)
        return self._secrets[0]

    @property
    def fernet(self) -> MultiFernet:
        if self._fernet is None:
            # Imported when the first private text is met: no page without one pays for it.
            from base64 import urlsafe_b64encode  # noqa: PLC0415

            from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415

            if not self._secrets:
                raise KeyMissingError(_NO_KEY)
            self._fernet = MultiFernet([Fernet(urlsafe_b64encode(key)) for key in self._secrets])
        return self._fernet


_keys = _Keys()


def use_keys(secrets: Sequence[str]) -> None:
    """Set the secrets of this process, the newest first; each is at least 32 random characters."""
    _keys.use(secrets)


def encrypt(text: str) -> str:
    """Cipher text of ``text``, url-safe characters. Raises KeyMissingError."""
    return _keys.fernet.encrypt(text.encode()).decode("ascii")


def decrypt(stored: str) -> str:
    """What :func:`encrypt` was given. Raises KeyMissingError, and DecryptionError for a text of another key."""
    from cryptography.fernet import InvalidToken  # noqa: PLC0415 - as above

    try:
        return _keys.fernet.decrypt(stored.encode("ascii")).decode()
    except (InvalidToken, UnicodeError) as error:
        raise DecryptionError("a private field cannot be read with the keys of the settings") from error


def blind_index(text: str) -> str:
    """Keyed hash (HMAC-SHA256, 64 hexadecimal digits) of ``text``, to find equal private values by.

    Case and outer blanks do not count. It changes with the newest key: rotating keys means writing it again.
    """
    return hmac.new(_keys.newest, b"blind index\0" + text.strip().lower().encode(), hashlib.sha256).hexdigest()


class EncryptedText(TypeDecorator[str]):
    """A private text. An empty one stays empty: there is nothing to hide."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypt on the way in."""
        return encrypt(value) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypt on the way out."""
        return decrypt(value) if value else value


def _derived(secret: str) -> bytes:
    """32 bytes that serve this purpose alone (HKDF of RFC 5869 with one block and no salt)."""
    extracted = hmac.new(b"\0" * 32, secret.encode(), hashlib.sha256).digest()
    return hmac.new(extracted, _INFO + b"\x01", hashlib.sha256).digest()
