"""Whose turn it is to make the daily backup, however many processes there are."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from storage.community import meta_value, set_meta
from storage.tables import meta
from storage.tx import Tx

KEY = "backup"
GIVEN_UP = timedelta(hours=2)  # who began and was not heard of again


def last(tx: Tx) -> datetime | None:
    """When the last one was made."""
    found = meta_value(tx, KEY, {}).get("made_at")
    return datetime.fromisoformat(found) if found else None


def begin(tx: Tx, since: datetime, now: datetime) -> bool:
    """True for the one who is to make the backup that is due since a moment."""
    tx.add_once(meta, {"key": KEY, "value": {}}, "key")
    tx.connection.execute(select(meta.c.key).where(meta.c.key == KEY).with_for_update()).all()
    kept = meta_value(tx, KEY, {})
    made, began = (
        datetime.fromisoformat(kept[one]) if one in kept else None for one in ("made_at", "began_at")
    )
    if (made and made >= since) or (began and now - began < GIVEN_UP):
        return False
    set_meta(tx, KEY, kept | {"began_at": now.isoformat()})
    return True


def made(tx: Tx, now: datetime) -> None:
    set_meta(tx, KEY, {"made_at": now.isoformat()})


def failed(tx: Tx) -> None:
    """The next look tries again."""
    kept = meta_value(tx, KEY, {})
    set_meta(tx, KEY, {name: value for name, value in kept.items() if name != "began_at"})
