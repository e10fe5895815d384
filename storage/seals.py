"""The chain over what happened: every event gets a number and a digest that holds all before it.

Ids are given out before a commit and may be committed in another order; a seal is put on what is
committed, by one sealer at a time. The digests are keyed, and the key is not in the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, text

from storage.tables import events, seals
from storage.tx import Tx

START = "0" * 64
LATE = 1_000  # ids that a slow transaction may lie behind
_LOCK = 7165422
_CELLS = ("id", "kind", "at", "subject", "subject_id", "actor_id", "unit_id", "data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One seal with the event it was put on, whose `words` are empty when the event is gone."""

    seq: int
    event_id: int
    digest: str
    at: datetime | None
    words: str


def head(tx: Tx) -> tuple[int, str]:
    """The last seal's number and digest; 0 before the first."""
    found = tx.connection.execute(
        select(seals.c.seq, seals.c.digest).order_by(seals.c.seq.desc()).limit(1)
    ).first()
    return (int(found[0]), str(found[1])) if found else (0, START)


def behind(tx: Tx) -> bool:
    """Whether something has happened since the last seal."""
    newest = select(func.coalesce(func.max(events.c.id), 0)).scalar_subquery()
    sealed = select(func.coalesce(func.max(seals.c.event_id), 0)).scalar_subquery()
    return bool(tx.connection.execute(select(newest > sealed)).scalar_one())


def seal(tx: Tx, limit: int = 500) -> int:
    """Seals what is committed and has no seal; returns how much."""
    if tx.connection.dialect.name != "sqlite":
        tx.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    seq, digest = head(tx)
    newest = tx.connection.execute(select(func.coalesce(func.max(seals.c.event_id), 0))).scalar_one()
    statement = (
        select(*(events.c[name] for name in _CELLS))
        .outerjoin(seals, seals.c.event_id == events.c.id)
        .where(events.c.id > newest - LATE, seals.c.seq.is_(None))
        .order_by(events.c.id)
        .limit(limit)
    )
    rows: list[dict[str, Any]] = []
    for event in tx.rows(statement):
        seq, digest = seq + 1, next_digest(tx, digest, words_of(dict(zip(_CELLS, event, strict=True))))
        rows.append({"seq": seq, "event_id": event.id, "digest": digest})
    if rows:
        tx.connection.execute(seals.insert(), rows)
    return len(rows)


def next_digest(tx: Tx, before: str, words: str) -> str:
    return tx.cipher.index(f"{before}\n{words}")


def words_of(cells: Mapping[str, Any]) -> str:
    """An event as one line that is the same on every database."""
    at: datetime = cells["at"]
    plain = dict(cells) | {"at": at.astimezone(UTC).isoformat(timespec="microseconds")}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def links(tx: Tx, page: int = 2_000) -> Iterator[Link]:
    """The whole chain in its order."""
    after = 0
    while True:
        statement = (
            select(
                seals.c.seq,
                seals.c.event_id,
                seals.c.digest,
                *(events.c[name].label(f"event_{place}") for place, name in enumerate(_CELLS)),
            )
            .outerjoin(events, events.c.id == seals.c.event_id)
            .where(seals.c.seq > after)
            .order_by(seals.c.seq)
            .limit(page)
        )
        found = tx.rows(statement)
        for row in found:
            yield _link(row)
        if len(found) < page:
            return
        after = found[-1].seq


def _link(row: Any) -> Link:
    cells = {name: row[3 + place] for place, name in enumerate(_CELLS)}
    return Link(
        seq=row.seq,
        event_id=row.event_id,
        digest=row.digest,
        at=cells["at"],
        words=words_of(cells) if cells["id"] is not None else "",
    )


def unsealed(tx: Tx, before: datetime, limit: int = 20) -> list[int]:
    """Events that have waited for their seal since before a moment."""
    statement = (
        select(events.c.id)
        .outerjoin(seals, seals.c.event_id == events.c.id)
        .where(seals.c.seq.is_(None), events.c.at < before)
        .order_by(events.c.id)
        .limit(limit)
    )
    return [row[0] for row in tx.rows(statement)]


def count(tx: Tx) -> int:
    return int(tx.connection.execute(select(func.count()).select_from(seals)).scalar_one())
