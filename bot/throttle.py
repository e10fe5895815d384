"""How often somebody may ask: so many at once, and so many a minute after that."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

KNOWN = 10_000  # callers that are remembered; those who have not asked for longest are forgotten first


class Throttle:
    """A bucket for each caller. Safe to call from several threads."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self.clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # who → tokens, since when
        self._lock = threading.Lock()

    def wait(self, who: str) -> float:
        """0 when they may ask now, which counts; else after how many seconds."""
        now, rate = self.clock(), self.per_minute / 60
        with self._lock:
            tokens, since = self._left.pop(who, (float(self.per_minute), now))
            tokens = min(float(self.per_minute), tokens + (now - since) * rate)
            allowed = tokens >= 1
            self._left[who] = (tokens - 1 if allowed else tokens, now)
            if len(self._left) > KNOWN:
                self._left.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / rate
