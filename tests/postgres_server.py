"""A real PostgreSQL for the tests: made in a temporary folder, without network, thrown away at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from matcher.store.schema import upgrade
from matcher.store.session import open_engine

#: Nothing of a test needs to survive a power cut.
CAREFREE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=")

TEMPLATE = "migrated"


class NotAvailable(Exception):
    """Why no server can be started, in one line."""


class PostgresServer:
    """A running server. Each test gets a database of its own, copied from a migrated one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        engine = self.open(self._created(TEMPLATE, "template0"))
        upgrade(engine)
        engine.dispose()

    def empty(self) -> Engine:
        """Engine on a database without any table."""
        return self.open(self._created(f"test_{next(self._numbers)}", "template0"))

    def migrated(self) -> Engine:
        """Engine on a database at the newest migration."""
        return self.open(self._created(f"test_{next(self._numbers)}", TEMPLATE))

    def open(self, name: str) -> Engine:
        """Engine as the service opens it."""
        return open_engine(self._url(name))

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://passerelle@/{name}?host={self._folder}"

    def _created(self, name: str, template: str) -> str:
        engine = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        engine.dispose()
        return name


@contextmanager
def running() -> Iterator[PostgresServer]:
    """Start a server, and stop it at the end. Raises NotAvailable where there is nothing to start."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not programs:
        raise NotAvailable("no PostgreSQL here: install it with “apt-get install postgresql”")
    if find_spec("psycopg") is None:
        raise NotAvailable("no driver: install it with “pip install -r requirements-postgres.txt”")
    # In /tmp, because the path of a Unix socket may have 107 characters at most.
    folder = Path(tempfile.mkdtemp(prefix="passerelle-pg-", dir="/tmp"))
    owner = _owner()
    try:
        shutil.chown(folder, owner)
        data = folder / "data"
        locale = ("--encoding=UTF8", "--locale=C.UTF-8")
        _run(owner, programs[-1] / "initdb", "-D", data, "-U", "passerelle", "-A", "trust", "--no-sync", *locale)
        options = " ".join(f"-c {setting}" for setting in CAREFREE)
        log = folder / "log"
        _run(owner, programs[-1] / "pg_ctl", "-D", data, "-w", "-l", log, "-o", f"-k {folder} {options}", "start")
        try:
            yield PostgresServer(folder)
        finally:
            _run(owner, programs[-1] / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> str:
    """Who runs the server: PostgreSQL refuses to run as root."""
    if os.geteuid():
        return pwd.getpwuid(os.geteuid()).pw_name
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _run(owner: str, *command: str | Path) -> None:
    dropped = {"user": owner, "group": pwd.getpwnam(owner).pw_gid, "extra_groups": []} if not os.geteuid() else {}
    done = subprocess.run(
        [str(part) for part in command], cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        check=False, timeout=60, **dropped,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed: {done.stderr.strip()}")
