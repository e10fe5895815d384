"""Structured logs: what happened and where, never what people wrote.

An exception is logged as its type and the places in the code it went through; its message and the values
around it may hold words, numbers or addresses and stay out.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, TextIO, cast

import structlog

_HOUSE = Path(__file__).parent.parent


def _places_only(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if event.pop("exc_info", None):
        kind, _, trace = sys.exc_info()
        event["exception"] = kind.__name__ if kind else ""
        event["at"] = [
            f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)
        ][-6:]
    return event


def _short(path: str) -> str:
    try:
        return str(Path(path).relative_to(_HOUSE))
    except ValueError:
        return Path(path).name


class _StandardError:
    """Standard error as it is when something is written; the one of the beginning may be closed by then."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def set_up(*, stream: Any = None) -> None:
    """One JSON line per event, on standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _places_only,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=stream or cast(TextIO, _StandardError())),
        cache_logger_on_first_use=True,
    )
