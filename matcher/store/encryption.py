"""Private texts, encrypted in the database with the key of the settings.

Fernet (AES-128-CBC with HMAC-SHA256, https://github.com/fernet/spec): whoever has the file of the database or a
backup of it, and not the key, reads nothing and changes nothing unseen. The same text is another cipher text each
time, so that nobody can look a value up: a column to search by is a :func:`blind_index`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from sqlalchemy import Dialect, Text, TypeDecorator, text

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

#: Default on the server of private columns that an earlier version kept readable: they were added to a full table.
NO_TEXT: Final = text("''")

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
    def secrets(self) -> tuple[bytes, ...]:
        if not self._secrets:
            raise KeyMissingError(_NO_KEY)
        return self._secrets

    @property
    def fernet(self) -> MultiFernet:
        if self._fernet is None:
            # Imported when the first private text is met: no page without one pays for it.
            from base64 import urlsafe_b64encode  # noqa: PLC0415

            from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415

            self._fernet = MultiFernet([Fernet(urlsafe_b64encode(key)) for key in self.secrets])
        return self._fernet


_keys = _Keys()


def use_keys(secrets: Sequence[str]) -> None:
    """Set the secrets of this process, the newest first; each is at least 32 random characters."""
    _keys.use(secrets)


def encrypt(plain: str) -> str:
    """Cipher text of ``plain``, url-safe characters. Raises KeyMissingError."""
    return _keys.fernet.encrypt(plain.encode()).decode("ascii")


def decrypt(stored: str) -> str:
    """What :func:`encrypt` was given. Raises KeyMissingError, and DecryptionError for a text of another key."""
    from cryptography.fernet import InvalidToken  # noqa: PLC0415 - as above

    try:
        return _keys.fernet.decrypt(stored.encode("ascii")).decode()
    except (InvalidToken, UnicodeError) as error:
        raise DecryptionError("a private field cannot be read with the keys of the settings") from error


def is_current(stored: str) -> bool:
    """Whether ``stored`` is cipher text of the newest key: rotating keys leaves it alone. Raises KeyMissingError."""
    from base64 import urlsafe_b64encode  # noqa: PLC0415 - as above

    from cryptography.fernet import Fernet, InvalidToken  # noqa: PLC0415

    try:
        Fernet(urlsafe_b64encode(_keys.secrets[0])).decrypt(stored.encode())
    except InvalidToken:
        return False
    return True


def blind_index(plain: str) -> str:
    """Keyed hash (HMAC-SHA256, 64 hexadecimal digits) of ``plain``, to find equal private values by.

    Case and outer blanks do not count. It changes with the newest key: rotating keys means writing it again,
    and whoever looks a value up meanwhile asks for one of :func:`blind_indexes`.
    """
    return _index(_keys.secrets[0], plain)


def blind_indexes(plain: str) -> tuple[str, ...]:
    """Index of ``plain`` under each key of the settings, the newest first: ``column.in_(blind_indexes(address))``."""
    return tuple(_index(key, plain) for key in _keys.secrets)


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


class EncryptedList(TypeDecorator[list[str]]):
    """A short ordered list of private texts, encrypted as one; an empty list is empty text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str:
        """Encrypt on the way in."""
        texts = list(value or ())
        return encrypt(json.dumps(texts, ensure_ascii=False)) if texts else ""

    def process_result_value(self, value: str | None, dialect: Dialect) -> list[str]:
        """Decrypt on the way out."""
        return list(json.loads(decrypt(value))) if value else []


class EncryptedTexts(TypeDecorator[dict[str, str]]):
    """Private texts by name, encrypted as one; None stays null."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, str] | None, dialect: Dialect) -> str | None:
        """Encrypt on the way in."""
        return None if value is None else encrypt(json.dumps(dict(value), ensure_ascii=False))

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, str] | None:
        """Decrypt on the way out."""
        return None if value is None else dict(json.loads(decrypt(value)))


def _index(key: bytes, plain: str) -> str:
    return hmac.new(key, b"blind index\0" + plain.strip().lower().encode(), hashlib.sha256).hexdigest()


def _derived(secret: str) -> bytes:
    """32 bytes that serve this purpose alone (HKDF of RFC 5869 with one block and no salt)."""
    extracted = hmac.new(b"\0" * 32, secret.encode(), hashlib.sha256).digest()
    return hmac.new(extracted, _INFO + b"\x01", hashlib.sha256).digest()
