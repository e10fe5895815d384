"""Whisper in a process of its own: started for the first recording, ended when nobody speaks for a while."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import structlog

from bot.hearing import Broken, Interrupted, NotHeard, Segment, Transcriber, believed, model
from domain.recordings import LONGEST

log = structlog.get_logger()

IDLE = 300.0  # seconds without a recording until the memory is given back
START = 90.0  # seconds a start may take
BASE = 20.0  # seconds a recording may take, and
PER_SECOND = 2.0  # as many more for each second of it
_HOUSE = Path(__file__).parent.parent.parent


def installed(home: Path) -> Transcriber | None:
    """What hears on this machine, when the voice extra is installed; it is loaded when it is needed."""
    return None if model.missing() else Whisper(home)


class Whisper:
    """Hears recordings through a child process, one at a time."""

    def __init__(self, home: Path, *, idle: float = IDLE, base: float = BASE) -> None:
        self.home = home
        self.idle = idle
        self.base = base
        self._hearing = threading.Lock()
        self._child: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self._unload: threading.Timer | None = None
        self._stopping = False

    def hear(self, recording: Path, language: str) -> str:
        """See Transcriber."""
        with self._hearing:
            self._stopping = False
            if self._unload is not None:
                self._unload.cancel()
            if self._child is None or self._child.poll() is not None:
                self._start()
            began = time.monotonic()
            try:
                return self._heard(recording, language, began)
            finally:
                log.info("recording_heard", took=round(time.monotonic() - began, 1))
                self._unload = threading.Timer(self.idle, self._rest)
                self._unload.daemon = True
                self._unload.start()

    def close(self) -> None:
        """See Transcriber."""
        self._stopping = True
        if self._unload is not None:
            self._unload.cancel()
        self._end()

    @property
    def pid(self) -> int | None:
        """The child that holds the model now."""
        child = self._child
        return child.pid if child is not None and child.poll() is None else None

    def _rest(self) -> None:
        if self._hearing.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._hearing.release()

    def _start(self) -> None:
        folder = model.ready(self.home)
        self._answers = queue.Queue()
        known = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
        self._child = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "bot.hearing.listener", str(folder.resolve()), str(LONGEST)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env=known | {"PYTHONPATH": str(_HOUSE), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
        )
        threading.Thread(target=_read, args=(self._child, self._answers), daemon=True).start()
        answer = self._answer(time.monotonic() + START)
        if "ready" not in answer:
            raise Broken(f"the speech engine does not start: {answer.get('broken', 'it ended')}")

    def _heard(self, recording: Path, language: str, began: float) -> str:
        assert self._child is not None
        assert self._child.stdin is not None
        job = {"path": str(recording.resolve()), "language": language}
        try:
            self._child.stdin.write(json.dumps(job) + "\n")
            self._child.stdin.flush()
        except OSError:
            self._end()
            raise NotHeard("the listener died") from None
        seconds = self._found("seconds", began + self.base)
        if seconds > LONGEST:
            raise NotHeard("too long")
        segments = self._found("segments", began + self.base + PER_SECOND * seconds)
        return believed([Segment(**one) for one in segments])

    def _found(self, name: str, until: float) -> Any:
        answer = self._answer(until)
        if name in answer:
            return answer[name]
        raise NotHeard(str(answer.get("failed", "the listener died")))

    def _answer(self, until: float) -> dict[str, Any]:
        """The child's next line, empty when it has died. Raises NotHeard when the time is over."""
        try:
            answer = self._answers.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            self._end()
            raise NotHeard("too slow") from None
        if not answer:
            self._end()
            if self._stopping:
                raise Interrupted
        return answer

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()


def _read(child: subprocess.Popen[str], answers: queue.Queue[dict[str, Any]]) -> None:
    assert child.stdout is not None
    for line in child.stdout:
        try:
            answers.put(json.loads(line))
        except ValueError:
            break
    answers.put({})
