"""Compiled templates, kept in ``var/cache/templates``: a new process reads them instead of compiling again."""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from web.config import Settings

#: How templates are read; part of the mark of a kept one, with the version of Jinja.
OPTIONS: Final[dict[str, Any]] = {"trim_blocks": True, "lstrip_blocks": True}
_DIGEST_BYTES: Final = hashlib.sha256().digest_size


def init_app(app: Flask, settings: Settings) -> None:
    """Give the templates of ``app`` their options and their cache; nothing is written before one is compiled."""
    app.jinja_options = {**OPTIONS, "bytecode_cache": KeptTemplates(settings.var_dir / "cache" / "templates")}


class KeptTemplates(BytecodeCache):
    """One file a template, which may be deleted at any time.

    Parameters
    ----------
    folder
        Made when the first file is written, for the service's user alone: what lies in it is run. Where it
        cannot be written, templates are compiled by each process.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._compiler = f"Jinja {version('jinja2')} {sorted(OPTIONS.items())}\n"

    def get_source_checksum(self, source: str) -> str:
        """Mark of a template that another source, another Jinja or other options would not have."""
        return hashlib.sha256((self._compiler + source).encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill ``bucket`` from its file; leave it empty when that is missing, damaged or of another source."""
        try:
            kept = (self._folder / bucket.key).read_bytes()
        except OSError:
            return
        digest, compiled = kept[:_DIGEST_BYTES], kept[_DIGEST_BYTES:]
        if hashlib.sha256(compiled).digest() == digest:  # half a file could crash the interpreter
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, through a file aside and a rename: several processes may do it at once."""
        compiled = bucket.bytecode_to_string()
        target = self._folder / bucket.key
        aside = target.with_name(f"{bucket.key}.{os.getpid()}.{secrets.token_hex(4)}")
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                aside.write_bytes(hashlib.sha256(compiled).digest() + compiled)
                aside.replace(target)
            finally:
                aside.unlink(missing_ok=True)
