"""The site as it is served, telling with each answer how long argon2 took in it (``Server-Timing``).

``benchmarks.people`` measures sign-ins on it. Argon2 is told apart because it is slow on purpose.
"""

from __future__ import annotations

import time
from typing import Any

from argon2 import PasswordHasher
from flask import Response, g

from wsgi import app

_verify = PasswordHasher.verify


def _timed(hasher: PasswordHasher, *asked: Any) -> Any:
    """Look at a password; the time it takes holds waits for a processor and for Python's lock."""
    start = time.perf_counter()
    try:
        return _verify(hasher, *asked)
    finally:
        g.argon2_s = time.perf_counter() - start


@app.after_request
def _tell(response: Response) -> Response:
    if "argon2_s" in g:
        response.headers["Server-Timing"] = f"argon2;dur={g.argon2_s * 1000:.3f}"
    return response


PasswordHasher.verify = _timed  # type: ignore[assignment, method-assign]
