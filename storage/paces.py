"""How fast each channel may be sent to, shared by all processes: one row a channel, kept over restarts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from domain.calendar import BEIJING
from storage.tables import paces
from storage.tx import Tx

AHEAD = timedelta(seconds=0.5)  # so far ahead slots are given out


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """`per_second` is for notices alone; what the channel takes beyond is kept for replies."""

    channel: str
    per_second: float
    per_day: int = 0  # 0: no limit
    free_at: datetime
    left: int | None = None  # of today's; None: no limit

    def open_at(self, now: datetime) -> datetime:
        """When the next one may go."""
        if self.left is not None and self.left <= 0:
            day = now.astimezone(BEIJING).date() + timedelta(days=1)
            return max(self.free_at, datetime(day.year, day.month, day.day, tzinfo=BEIJING))
        return self.free_at


def keep(tx: Tx, channel: str, per_second: float, per_day: int, now: datetime) -> None:
    """What the operator has set for a channel."""
    new = {"channel": channel, "per_second": per_second, "per_day": per_day, "free_at": now}
    if not tx.add_once(paces, new, "channel"):
        tx.connection.execute(
            update(paces).where(paces.c.channel == channel).values(per_second=per_second, per_day=per_day)
        )


def every(tx: Tx, now: datetime, *, lock: bool = False) -> dict[str, Pace]:
    """The paces of all channels; `lock` keeps other processes from giving out the same slots."""
    statement = select(paces).order_by(paces.c.channel)
    today = _day(now)
    return {
        row.channel: Pace(
            channel=row.channel,
            per_second=row.per_second,
            per_day=row.per_day,
            free_at=row.free_at,
            left=row.per_day - (row.used if row.day == today else 0) if row.per_day else None,
        )
        for row in tx.rows(statement.with_for_update() if lock else statement)
    }


def take(tx: Tx, pace: Pace, count: int, now: datetime) -> datetime:
    """Takes so many slots in a row; when the first of them is."""
    begins = max(now, pace.free_at)
    used = (pace.per_day - pace.left if pace.left is not None else 0) + count
    values: dict[str, Any] = {"free_at": begins + timedelta(seconds=count / pace.per_second)}
    tx.connection.execute(
        update(paces).where(paces.c.channel == pace.channel).values(values | {"day": _day(now), "used": used})
    )
    return begins


def hold(tx: Tx, channel: str, until: datetime) -> None:
    """The channel said that it is crowded: nothing to many goes before."""
    tx.connection.execute(
        update(paces).where(paces.c.channel == channel, paces.c.free_at < until).values(free_at=until)
    )


def _day(now: datetime) -> str:
    return now.astimezone(BEIJING).date().isoformat()
