"""One-time codes that tie an address to a person of the roster; only their hashes are kept."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from storage.tables import invites
from storage.tx import Tx


def issue(tx: Tx, person_id: int, token: str, now: datetime, expires: datetime) -> None:
    tx.connection.execute(
        invites.insert().values(
            token_hash=_hash(token), person_id=person_id, issued_at=now, expires_at=expires
        )
    )


def use(tx: Tx, token: str, now: datetime) -> int | None:
    """The person an invite was for; it works once and until it expires."""
    changed = tx.connection.execute(
        update(invites)
        .where(invites.c.token_hash == _hash(token), invites.c.used_at.is_(None), invites.c.expires_at > now)
        .values(used_at=now)
        .returning(invites.c.person_id)
    ).first()
    return None if changed is None else int(changed[0])


def whose(tx: Tx, token: str, now: datetime) -> int | None:
    """The person a code is for, while it works; it is not used up."""
    works = (invites.c.token_hash == _hash(token), invites.c.used_at.is_(None), invites.c.expires_at > now)
    found = tx.connection.execute(select(invites.c.person_id).where(*works)).first()
    return None if found is None else int(found[0])


def open_for(tx: Tx, person_id: int, now: datetime, within: timedelta) -> int:
    """How many of their codes issued within a span still work."""
    works = (invites.c.used_at.is_(None), invites.c.expires_at > now, invites.c.issued_at > now - within)
    counted = select(func.count()).select_from(invites).where(invites.c.person_id == person_id, *works)
    return int(tx.connection.execute(counted).scalar_one())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
