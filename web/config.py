"""Settings of one installation: the only place that reads environment variables (``PASSERELLE_…``)."""

from __future__ import annotations

import os
import secrets
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from matcher.people import Moderation
from matcher.vocabulary import Language

ROOT: Final = Path(__file__).parent.parent

#: Fewest characters of a production key: 32 random characters hold at least 128 bits in any alphabet
#: of 16 signs or more (RFC 4086 asks for that much).
MIN_SECRET_CHARS: Final = 32


class Environment(StrEnum):
    """What the process is run for."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"
    TESTING = "testing"


class ConfigurationError(RuntimeError):
    """A setting that the service cannot start with, said in one sentence."""


class Settings(BaseSettings):
    """Every setting, its default and its bounds.

    Each field reads ``PASSERELLE_<NAME>`` from the environment; tests give values to the constructor.
    Rates are in the notation of the ``limits`` library ("60/minute;600/hour"). All defaults of limits
    are chosen, not measured: they leave room for a class of thirty people behind one address.
    """

    model_config = SettingsConfigDict(env_prefix="PASSERELLE_", frozen=True, extra="ignore")

    environment: Environment = Environment.DEVELOPMENT
    secret_key: str = Field("", description="signs sessions and management links")
    encryption_keys: tuple[str, ...] = Field(
        (), max_length=5, description="for private fields, the newest first; empty: made from secret_key"
    )
    var_dir: Path = Field(ROOT / "var", description="everything that the service writes")
    database_url: str = Field("", description="any SQLAlchemy URL; empty: SQLite in var_dir")
    model: str = Field(
        str(ROOT / "embeddings" / "model"), description="folder or hub name of a sentence-transformers model"
    )
    encoder_warmup: bool = Field(True, description="load the encoder aside when the process starts")

    territory_name: str = "Grand Nancy"
    # Centre of the commune of Nancy (INSEE 54395), WGS 84, as in the list of communes.
    territory_latitude: float = Field(48.6889, ge=-90, le=90)
    territory_longitude: float = Field(6.1709, ge=-180, le=180)
    languages: tuple[Language, ...] = Field((Language.FR, Language.EN), min_length=1)
    operator: str = Field("", max_length=200, description="who runs this site; named on the privacy page")
    operator_contact: str = Field("", max_length=200, description="where to write to about personal data")

    base_url: str = Field("", description="public address without a final slash; empty: that of the request")
    allowed_hosts: tuple[str, ...] = Field((), description="accepted Host headers; empty: any")
    trusted_proxies: int = Field(0, ge=0, le=5, description="reverse proxies in front that set X-Forwarded-*")
    secure_cookies: bool | None = Field(None, description="None: yes in production")

    mail_sender: str = Field("", max_length=200, description="From of mails: Name <address@example.org>")
    smtp_host: str = Field("", description="server that sends mails; empty: they are written into var_dir/outbox")
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_starttls: bool = Field(True, description="False only for a server on this machine or network")
    mail_person: str = Field("", max_length=120, description="name of the person who signs the mails about proposals")
    local_law_holidays: bool = Field(
        False, description="Good Friday and 26 December are no working days (Alsace and Moselle)"
    )

    relay_domain: str = Field(
        "", max_length=190, pattern=r"^$|^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$",
        description="domain of the addresses by which two sides write to each other; empty: they answer on the site",
    )  # fmt: skip
    relay_mailbox: str = Field(
        "",
        pattern=r"^[a-z0-9_-]{0,10}$",
        description="before the plus sign of those addresses; empty: the whole domain",
    )
    relay_trusted_server: str = Field(
        "", max_length=200, description="name in the Authentication-Results that the mail server writes; empty: none"
    )
    relay_max_bytes: int = Field(
        10 * 1024 * 1024, ge=10_000, le=50 * 1024 * 1024, description="of a mail that is read at all"
    )

    moderation: Moderation = Field(
        Moderation.AFTER, description="whether postings are on the site before the animator looks at them"
    )

    max_body_bytes: int = Field(1024 * 1024, ge=1024, description="of a page or API request")
    max_import_bytes: int = Field(10 * 1024 * 1024, ge=1024, description="of a file to import")
    rate_pages: str = "600/minute"
    rate_search: str = "120/minute"
    rate_posting: str = "30/hour;120/day"
    rate_sign_in: str = Field(
        "30/minute;200/hour", description="passwords, codes and mails of accounts from one address"
    )
    rate_registration: str = Field(
        "200/hour", description="registrations for hackathons from one address: a whole school may sit behind one"
    )
    rate_coach: str = "120/minute"
    rate_api: str = "300/minute"
    rate_storage: str = Field("memory://", description="shared storage when several processes serve")
    rate_limits_enabled: bool = True
    honeypot_seconds: float = Field(3.0, ge=0, le=60, description="a form sent faster was not typed")

    @model_validator(mode="after")
    def _production_needs_a_key(self) -> Self:
        if self.environment is Environment.PRODUCTION and len(self.secret_key) < MIN_SECRET_CHARS:
            raise ConfigurationError(
                f"PASSERELLE_SECRET_KEY must hold at least {MIN_SECRET_CHARS} characters in production. "
                'Make one with: python -c "import secrets; print(secrets.token_urlsafe(32))"'
            )
        if any(len(key) < MIN_SECRET_CHARS for key in self.encryption_keys):
            raise ConfigurationError(
                f"Each of PASSERELLE_ENCRYPTION_KEYS must hold at least {MIN_SECRET_CHARS} characters."
            )
        return self

    @model_validator(mode="after")
    def _mail_needs_a_sender(self) -> Self:
        if self.smtp_host and "@" not in self.mail_sender:
            raise ConfigurationError(
                "PASSERELLE_MAIL_SENDER must hold an e-mail address when PASSERELLE_SMTP_HOST is set."
            )
        return self

    @property
    def in_production(self) -> bool:
        """True when real people use the site."""
        return self.environment is Environment.PRODUCTION

    @property
    def effective_database_url(self) -> str:
        """The SQLAlchemy URL to open."""
        return self.database_url or f"sqlite:///{self.var_dir / 'passerelle.db'}"

    def environment_of_process(self) -> dict[str, str]:
        """Environment of another process of this program, which then works on the same data."""
        own = {
            "ENVIRONMENT": self.environment.value,
            "VAR_DIR": str(self.var_dir),
            "DATABASE_URL": self.database_url,
        }
        return {**os.environ, **{f"PASSERELLE_{name}": value for name, value in own.items()}}

    def effective_secret_key(self) -> str:
        """The key to sign with: the setting, or one that is made once and kept in ``var_dir``.

        Raises ConfigurationError when no key is set and ``var_dir`` cannot be written.
        """
        if self.secret_key:
            return self.secret_key
        if self.environment is Environment.TESTING:
            return secrets.token_urlsafe(32)
        return _kept_key(self.var_dir / "secret_key")

    def effective_encryption_keys(self) -> tuple[str, ...]:
        """Keys of private fields, the newest first. Raises ConfigurationError as :meth:`effective_secret_key` does."""
        if self.environment is Environment.TESTING:
            return self.encryption_keys or ("a key for tests alone",)
        return self.encryption_keys or (self.effective_secret_key(),)


def _kept_key(path: Path) -> str:
    """Key in ``path``, made there first when it is missing; two processes that start together agree."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(32))
        key = path.read_text("ascii").strip()
    except OSError as error:
        raise ConfigurationError(
            f"The signing key cannot be kept in {path} ({error.strerror}). "
            "Make that folder writable, or set PASSERELLE_SECRET_KEY or PASSERELLE_VAR_DIR."
        ) from error
    if len(key) < MIN_SECRET_CHARS:
        raise ConfigurationError(f"The signing key in {path} is too short: delete that file and start again.")
    return key
