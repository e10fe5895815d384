"""The daily backup: made by one process, however many run; the newest few are kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.settings import Settings
from domain.calendar import BEIJING
from storage.backups import daily, taking
from storage.store import Store

HOUR = 3  # Beijing time: due from then on, by whoever looks first
log = structlog.get_logger()


def name(moment: datetime) -> str:
    return f"linli-{moment.astimezone(BEIJING):%Y%m%d-%H%M%S}.zip"


def thin(folder: Path, keep: int) -> list[Path]:
    """Deletes all but the newest; returns what went."""
    old = sorted(folder.glob("linli-????????-??????.zip"))[:-keep]
    for path in old:
        path.unlink()
    return old


def due_since(now: datetime) -> datetime:
    """The last time the clock struck three."""
    here = now.astimezone(BEIJING)
    today = here.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return today if here >= today else today - timedelta(days=1)


def if_due(store: Store, settings: Settings, now: datetime) -> Path | None:
    """Makes today's backup unless somebody has or is at it; None then. A failure is tried again."""
    folder = settings.backup_to
    if folder is None:
        return None
    with store.read() as tx:
        last = daily.last(tx)
    if last is not None and last >= due_since(now):
        return None
    with store.begin() as tx:
        if not daily.begin(tx, due_since(now), now):
            return None
    path = folder / name(now)
    try:
        manifest = taking.take(store, settings.files, settings.learned, path, now)
    except Exception:
        with store.begin() as tx:
            daily.failed(tx)
        raise
    with store.begin() as tx:
        daily.made(tx, now)
    gone = thin(folder, settings.backup_keep)
    log.info(
        "backup_made",
        rows=manifest.rows,
        files=manifest.files,
        missing=len(manifest.missing),
        thinned=len(gone),
    )
    return path
