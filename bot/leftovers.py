"""Files that no row names: of a form that was turned away, a turn that failed, a case that ended long ago."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from bot.media import Files
from storage import erasing
from storage.store import Store

REST = timedelta(days=1)  # a file may wait so long for the row that names it
log = structlog.get_logger()


def clear_away(store: Store, files: Files, now: datetime) -> int:
    """Deletes them, halves of a broken write included; returns how many there were."""
    gone = 0
    for shelf in files.shelves():
        found = {path.name: path for path in files.untouched(shelf.iterdir(), now - REST)}
        if not found:
            continue
        with store.begin() as tx:  # on SQLite nobody names one of them meanwhile
            unused = [found[name] for name in erasing.unused(tx, found)]
            for path in files.untouched(unused, now - REST):
                path.unlink(missing_ok=True)
                gone += 1
    log.info("leftovers_cleared", files=gone)
    return gone
