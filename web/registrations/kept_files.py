"""Uploaded tables between the steps of an import: below ``var``, under a random name, for an hour at most.

They hold names and addresses of people, so that they are readable by this account alone, never below a public
folder, and deleted as soon as the import is done or given up. What an import left aside is kept as long, for its
organisers to fetch.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

#: Seconds that a file waits for the next step. Chosen: a break, not a day.
KEPT_SECONDS: Final = 3600

_KEY = re.compile(r"[A-Za-z0-9_-]{22}")
_TABLE, _NAME, _RESULT, _LEFT = "table", "name", "result.json", "left.csv"


class KeptFiles:
    """Files of one event. A key that does not exist, or no longer, or is another event's, finds nothing."""

    def __init__(self, folder: Path, hackathon_id: int) -> None:
        self._folder, self._prefix = folder, f"{hackathon_id}-"

    def keep(self, content: bytes, name: str) -> str:
        """Keep an upload under a new key; what is out of date goes."""
        self.forget_old()
        key = secrets.token_urlsafe(16)
        place = self._folder / f"{self._prefix}{key}"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.mkdir(mode=0o700)
        _write(place / _TABLE, content)
        _write(place / _NAME, name.encode("utf-8", "replace"))
        return key

    def table(self, key: str) -> tuple[str, bytes] | None:
        """Name and content of an upload that waits."""
        name, content = self._read(key, _NAME), self._read(key, _TABLE)
        return None if name is None or content is None else (name.decode("utf-8", "replace"), content)

    def finish(self, key: str, result: Mapping[str, Any], left: bytes) -> None:
        """Delete the upload; keep what came of it, and the rows that were left, if any."""
        place = self._place(key)
        if place is None:
            return
        (place / _TABLE).unlink(missing_ok=True)
        _write(place / _RESULT, json.dumps(result).encode())
        if left:
            _write(place / _LEFT, left)

    def result(self, key: str) -> dict[str, Any] | None:
        """What came of an import."""
        told = self._read(key, _RESULT)
        return None if told is None else dict(json.loads(told))

    def left(self, key: str) -> bytes | None:
        """The rows that an import left, as CSV."""
        return self._read(key, _LEFT)

    def forget(self, key: str) -> None:
        """Delete everything under a key."""
        place = self._place(key)
        if place is not None:
            shutil.rmtree(place, ignore_errors=True)

    def forget_old(self) -> None:
        """Delete what has waited for too long, whoever's it is."""
        for place in self._folder.glob("*"):
            if _is_old(place):
                shutil.rmtree(place, ignore_errors=True)

    def _place(self, key: str) -> Path | None:
        place = self._folder / f"{self._prefix}{key}"
        return place if _KEY.fullmatch(key) and place.is_dir() and not _is_old(place) else None

    def _read(self, key: str, name: str) -> bytes | None:
        place = self._place(key)
        try:
            return None if place is None else (place / name).read_bytes()
        except FileNotFoundError:
            return None


def _is_old(place: Path) -> bool:
    try:
        return time.time() - place.stat().st_mtime > KEPT_SECONDS
    except FileNotFoundError:  # another process was faster
        return True


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
