"""A PostgreSQL server for the tests, started from Debian's programs on a free port of 127.0.0.1."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_NAMES = itertools.count(1)


class Cluster:
    """One running server; databases are made and cloned from templates."""

    def __init__(self, port: int, control: Callable[..., None]) -> None:
        self.port = port
        self._control = control

    def start(self) -> None:
        self._control("-w", "start")

    def crash(self) -> None:
        """Stops at once, as when its machine dies: nothing is finished."""
        self._control("-m", "immediate", "stop")

    def url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def create(self, name: str = "", template: str = "template1") -> str:
        name = name or f"t{next(_NAMES)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def clone(self, template: str) -> str:
        return self.create(template=template)

    def drop(self, name: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def programs() -> Path | None:
    """Where initdb and postgres lie."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@contextmanager
def cluster() -> Iterator[Cluster | None]:
    """Runs a server until the block ends; None where there are no programs."""
    where = programs()
    if where is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="linli-pg-") as folder:
        user = _user_for(folder)
        data = Path(folder) / "data"
        port = _free_port()
        _call(user, [str(where / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"])
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=60"

        def control(*words: str) -> None:
            _call(
                user, [str(where / "pg_ctl"), "-D", str(data), "-l", f"{folder}/log", "-o", options, *words]
            )

        one = Cluster(port, control)
        one.start()
        try:
            yield one
        finally:
            one.crash()


def _user_for(folder: str) -> str | None:
    """PostgreSQL refuses to run as root: its own user takes the folder."""
    if os.getuid() != 0:
        return None
    owner = pwd.getpwnam("postgres")
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return "postgres"


def _call(user: str | None, command: list[str]) -> None:
    prefix = ["runuser", "-u", user, "--"] if user else []
    subprocess.run(
        [*prefix, *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/"
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
