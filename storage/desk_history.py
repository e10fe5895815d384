"""What was done at desks, read from the record of what happened."""

from __future__ import annotations

from collections.abc import Collection

from domain.events import Event
from storage.tables import events
from storage.tx import Tx


def imports(tx: Tx, unit_ids: Collection[int], limit: int) -> list[Event]:
    """The last sheets of people that these units brought in, the newest first."""
    mine = (events.c.subject == "roster", events.c.kind == "roster_imported", events.c.unit_id.in_(unit_ids))
    return tx.all(Event, *mine, order=events.c.id.desc(), limit=limit)


def of_settings(tx: Tx, edit_ids: Collection[int] | None, limit: int) -> list[Event]:
    """The last changes of these settings, or of all, the newest first."""
    which = [events.c.subject == "setting", events.c.kind == "setting_changed"]
    if edit_ids is not None:
        which.append(events.c.subject_id.in_(sorted(edit_ids)))
    return tx.all(Event, *which, order=events.c.id.desc(), limit=limit)
