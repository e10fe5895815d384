"""`linli run` as a process of its own, that can be killed and started again on the same data."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.conftest import ROOT


class Linli:
    """One installation: a home with its database, a port, a bot's token."""

    def __init__(self, home: Path, model: Path, **settings: str) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        own = {"HOME": home, "PORT": self.port, "MODEL": model, "MODE": "demo"} | settings
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
        self.environment = kept | {f"LINLI_{name}": str(value) for name, value in own.items()}
        self.environment["PYTHONPATH"] = str(ROOT)
        self.process: subprocess.Popen[bytes] | None = None
        self.log = home / "log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs another command of the installation to its end."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=self.home, env=self.environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def start(self, role: str = "run", module: str = "bot", **environment: str) -> None:
        """Returns when the page answers; at once for a worker, which has none."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, role],
                cwd=self.home, env=self.environment | environment, stdout=log, stderr=log,
            )  # fmt: skip
        if role == "worker":
            return
        end = time.monotonic() + 120
        while time.monotonic() < end:
            if self.process.poll() == -signal.SIGKILL:
                return
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            try:
                httpx.get(f"{self.url}/api/messages", timeout=1)
                return
            except httpx.HTTPError:
                time.sleep(0.02)
        raise AssertionError("it did not start in time")

    def kill(self) -> None:
        """As a power cut does: nothing is finished."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def pause(self) -> None:
        """As a machine that hangs."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    @property
    def dead(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def stop(self) -> int:
        """As at a deployment; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)
