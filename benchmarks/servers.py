"""The servers that are compared, each in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.load import SECRET, Running

ROOT = Path(__file__).parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, environment: dict[str, str]) -> Iterator[Running]:
    """Starts a server, waits until it listens, and ends it."""
    started = time.monotonic()
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not _listens(port):
            if process.poll() is not None or time.monotonic() - started > 60:
                raise RuntimeError(f"did not start: {' '.join(command)}")
            time.sleep(0.02)
        yield Running(pid=process.pid, url=f"http://127.0.0.1:{port}", started=started)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def echo_bot(token: str, api: str) -> Iterator[Running]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.echo_bot", str(port), token, api, SECRET]
    with running(command, port, {}) as server:
        yield server


@contextmanager
def echo_web() -> Iterator[Running]:
    port = free_port()
    with running([sys.executable, "-m", "benchmarks.echo_web", str(port)], port, {}) as server:
        yield server


@contextmanager
def linli(extra: dict[str, str]) -> Iterator[Running]:
    """Linli as it is run, on SQLite on disk with the demo community."""
    port = free_port()
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as home:
        environment = {"LINLI_HOME": home, "LINLI_PORT": str(port), "LINLI_MODE": "demo"} | extra
        program = str(Path(sys.executable).parent / "linli")
        load = [program, "load", "demo/guangming"]
        subprocess.run(load, cwd=ROOT, env=os.environ | environment, check=True, capture_output=True)
        with running([program, "run"], port, environment) as server:
            yield server


@contextmanager
def linli_web() -> Iterator[Running]:
    with linli({}) as server:
        yield server


@contextmanager
def linli_telegram(token: str, api: str) -> Iterator[Running]:
    extra = {
        "LINLI_TELEGRAM_TOKEN": token,
        "LINLI_TELEGRAM_API": api,
        "LINLI_TELEGRAM_WEBHOOK_SECRET": SECRET,
        "LINLI_PUBLIC_URL": "https://127.0.0.1",
    }
    with linli(extra) as server:
        yield server
