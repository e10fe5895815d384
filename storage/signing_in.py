"""Passes to the desk and the sessions there; only keyed hashes of what opens them are kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select, update

from domain.signing_in import DeskPass, DeskSession
from storage.tables import desk_passes, desk_sessions
from storage.tx import Tx


def issued_since(tx: Tx, person_id: int, since: datetime) -> int:
    """How many passes somebody has asked for."""
    mine = (desk_passes.c.person_id == person_id, desk_passes.c.issued_at >= since)
    return int(
        tx.connection.execute(select(func.count()).select_from(desk_passes).where(*mine)).scalar() or 0
    )


def drop_unused(tx: Tx, person_id: int, now: datetime) -> None:
    """What was issued before no longer opens anything."""
    tx.connection.execute(
        update(desk_passes)
        .where(desk_passes.c.person_id == person_id, desk_passes.c.used_at.is_(None))
        .values(used_at=now)
    )


def use(tx: Tx, hashed: str, now: datetime) -> int | None:
    """The person a pass was for; it works once and until it expires."""
    changed = tx.connection.execute(
        update(desk_passes)
        .where(
            or_(desk_passes.c.link_hash == hashed, desk_passes.c.code_hash == hashed),
            desk_passes.c.used_at.is_(None),
            desk_passes.c.expires_at > now,
        )
        .values(used_at=now)
        .returning(desk_passes.c.person_id)
    ).first()
    return None if changed is None else int(changed[0])


def session(tx: Tx, token_hash: str, *, lock: bool = False) -> DeskSession | None:
    return tx.first(DeskSession, desk_sessions.c.token_hash == token_hash, lock=lock)


def touch(tx: Tx, session_id: int, before: datetime, now: datetime) -> None:
    """Somebody was there, unless that is known to be so since `before`, or the session has ended."""
    desk = desk_sessions.c
    mine = (desk.id == session_id, desk.ended_at.is_(None), desk.seen_at <= before)
    tx.connection.execute(update(desk_sessions).where(*mine).values(seen_at=now))


def standing(tx: Tx, person_id: int) -> list[DeskSession]:
    """The browsers in which somebody is signed in, or about to be."""
    return tx.all(DeskSession, desk_sessions.c.person_id == person_id, desk_sessions.c.ended_at.is_(None))


__all__ = ["DeskPass", "drop_unused", "issued_since", "session", "standing", "touch", "use"]
