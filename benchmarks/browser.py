"""A browser of few words: one connection, cookies of its own, and the hidden fields of forms."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from html import unescape
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

#: Seconds after which gunicorn may have closed a connection that rests (its setting ``keepalive`` is 2).
KEPT_ALIVE_S = 1.5
#: Longest wait for an answer, in seconds.
PATIENCE_S = 120.0

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_ARGON2 = re.compile(r"argon2;dur=([0-9.]+)")


class Answer(NamedTuple):
    """What a request brought: seconds until its last byte, and how many of them argon2 took in the server."""

    status: int
    text: str
    location: str
    seconds: float
    argon2_s: float
    ended: float

    @property
    def hidden(self) -> dict[str, str]:
        """Hidden fields of the page; those of several forms have the same value under the same name."""
        return {name: unescape(value) for name, value in _HIDDEN.findall(self.text)}


class Browser:
    """One reader. ``forwarded`` is the address that a reverse proxy would tell of them."""

    def __init__(self, address: str, forwarded: str) -> None:
        told = urlsplit(address)
        self._connection = HTTPConnection(str(told.hostname), told.port, timeout=PATIENCE_S)
        self._headers = {"X-Forwarded-For": forwarded, "Accept-Language": "fr", "Host": told.netloc}
        self._cookies: dict[str, str] = {}
        self._used = 0.0

    def get(self, path: str) -> Answer:
        """Ask for a page; redirects are not followed."""
        return self._send("GET", path, None)

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send a form."""
        return self._send("POST", path, urlencode(fields))

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _send(self, method: str, path: str, body: str | None) -> Answer:
        headers = dict(self._headers)
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        start = time.perf_counter()
        if start - self._used > KEPT_ALIVE_S:
            self._connection.close()  # the next request opens it again, in the time that is measured
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        self._used = time.perf_counter()
        for line in response.headers.get_all("Set-Cookie", []):
            self._cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        argon2 = _ARGON2.search(response.headers.get("Server-Timing", ""))
        return Answer(
            response.status,
            content.decode("utf-8", "replace"),
            urlsplit(response.headers.get("Location", ""))._replace(scheme="", netloc="").geturl(),
            self._used - start,
            float(argon2[1]) / 1000 if argon2 else 0.0,
            self._used,
        )
