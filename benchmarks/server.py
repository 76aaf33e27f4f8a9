"""The site in processes of its own, as it is served: gunicorn with one worker."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.report import ROOT
from matcher.store.encryption import use_keys
from matcher.store.session import open_engine
from web.config import Settings

#: Longest wait for a first answer, in seconds.
PATIENCE_S = 120.0


def environment(var: Path) -> dict[str, str]:
    """Settings of a site whose encoder is not loaded before it is needed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PASSERELLE_")}
    return kept | {
        "PASSERELLE_VAR_DIR": str(var),
        "PASSERELLE_ENCODER_WARMUP": "0",
        "PASSERELLE_RATE_LIMITS_ENABLED": "0",
    }


@cache
def demo(folder: Path) -> Path:
    """The demonstration territory, without vectors, in a folder of its own in ``folder``; made once."""
    var = folder / "demo"
    var.mkdir()
    for command in (("i18n", "compile"), ("db", "upgrade"), ("demo", "load")):
        flask = (sys.executable, "-m", "flask", "--app", "wsgi", *command)
        subprocess.run(flask, cwd=ROOT, env=environment(var), check=True, capture_output=True)
    return var


def open_database(var: Path) -> Engine:
    """The database of a site in ``var``, with the key with which that site reads private fields."""
    use_keys(Settings(var_dir=var).effective_encryption_keys())
    return open_engine(f"sqlite:///{var / 'passerelle.db'}")


@contextmanager
def served(var: Path, app: str = "wsgi:app", settings: Mapping[str, str] | None = None) -> Iterator[tuple[str, float]]:
    """A running site: its address, and when its process was started (``time.perf_counter``).

    ``settings`` are added to those of :func:`environment`.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = (sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "8",
               "--log-level", "error", app)  # fmt: skip
    start = time.perf_counter()
    process = _started(command, var, "server.log", settings)
    try:
        yield f"http://127.0.0.1:{port}", start
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


@contextmanager
def jobs(var: Path, settings: Mapping[str, str] | None = None) -> Iterator[None]:
    """The process of the jobs beside a site, as ``make serve`` starts it."""
    command = (sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "run")
    process = _started(command, var, "jobs.log", settings)
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _started(
    command: Sequence[str], var: Path, log: str, settings: Mapping[str, str] | None
) -> subprocess.Popen[bytes]:
    with (var / log).open("wb") as told:
        environ = environment(var) | dict(settings or {})
        return subprocess.Popen(command, cwd=ROOT, env=environ, stdout=told, stderr=told)


def get(address: str) -> bytes:
    """A page, asked for again until the server listens. Raises TimeoutError."""
    end = time.perf_counter() + PATIENCE_S
    while time.perf_counter() < end:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:  # noqa: S310 - our own server
                content: bytes = answer.read()
                return content
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.005)
    raise TimeoutError(f"no answer from {address}")


def workers(port: int) -> list[int]:
    """Processes of the server that listens on ``port``: gunicorn's parent first, then its worker."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"127.0.0.1:{port}".encode() in words:
            found.append(int(folder.name))
    return sorted(found)


def memory_mb(pid: int) -> dict[str, float]:
    """Resident memory and proportional share (pages shared with n processes count 1/n), in MB of 10^6 bytes."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    return {"rss": _kilobytes(status, "VmRSS:"), "pss": _kilobytes(rollup, "Pss:")}


def _kilobytes(text: str, name: str) -> float:
    line = next(line for line in text.splitlines() if line.startswith(name))
    return round(int(line.split()[1]) * 1024 / 1e6, 1)
