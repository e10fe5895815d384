"""After a restore: the record must be whole, nothing is said twice, what is kept too long goes again."""

from __future__ import annotations

from datetime import datetime

from actions import audit, broadcasts
from domain.events import Event
from storage import retention
from storage.backups import holding
from storage.tx import Tx


def verify(tx: Tx, made_at: datetime) -> list[audit.Tampering]:
    """What in the restored record is not what was sealed. Events of the last moments had no seal yet."""
    return list(audit.verify(tx, [], made_at))


def settle(tx: Tx, made_at: datetime, now: datetime, *, moved: bool) -> dict[str, int]:
    """Holds what waited, unless the installation only `moved`, and deletes what had to go since the backup.

    Returns how many rows, by what was done. The restore itself becomes part of the record.
    """
    held = {} if moved else _hold(tx, now)
    gone = retention.purge(tx, now)
    data = {"made_at": made_at.isoformat(), "moved": moved} | held
    tx.add(Event(kind="restored", at=now, subject="audit", subject_id=0, data=data))
    return held | {"deleted again": sum(gone.values())}


def _hold(tx: Tx, now: datetime) -> dict[str, int]:
    """What may have gone out since does not go out by itself; a notice that was still to begin asks."""
    held = holding.hold(tx, now)
    asks = holding.begun_by_now(tx, now)
    for notice in asks:
        broadcasts.hold(tx, notice, now)
    return held | {"notices": len(asks)}
