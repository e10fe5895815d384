"""One chat is not told several unasked things within a second; alarms and answers never wait for that."""

from __future__ import annotations

PER_CHAT = 1.0  # seconds between two unasked messages to one chat
AT_ONCE = ("reply", "alert")  # lanes
REMEMBERED = 10_000  # chats, and deliveries that have a second of their own


class Spacing:
    """Gives out the seconds of each chat in the order in which they are asked for. Times in seconds."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}  # address → the last second that was given out
        self._given: dict[int, float] = {}  # delivery → the second that is its own

    def wait(self, lane: str, delivery_id: int, address: str, at: float) -> float:
        """How long this delivery has to wait; 0 when it may go. Who waited goes when it comes again."""
        if lane in AT_ONCE or self._given.pop(delivery_id, None) is not None:
            return 0.0
        second = max(at, self._last.get(address, at - PER_CHAT) + PER_CHAT)
        self._forget(at)
        self._last[address] = second
        if second <= at:
            return 0.0
        self._given[delivery_id] = second
        return second - at

    def _forget(self, at: float) -> None:
        if len(self._last) > REMEMBERED:
            self._last = {who: then for who, then in self._last.items() if at - then < PER_CHAT}
        if len(self._given) > REMEMBERED:  # another process has sent what was due long ago
            self._given = {which: then for which, then in self._given.items() if at - then < 60 * PER_CHAT}
