"""A look at a database's health, without changing anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Table, func, select
from sqlalchemy.exc import SQLAlchemyError

from domain.community import UnitKind
from domain.people import RUNS_A_QUEUE
from storage import community, schema
from storage.backups import daily
from storage.secret import WrongKey
from storage.store import Store
from storage.tables import deliveries, people, places, roles, units
from storage.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What was found; fields keep their defaults where the look could not go on."""

    answers: bool = False
    reason: str = ""
    up_to_date: bool = False
    name: str = ""
    units: int = 0
    places: int = 0
    people: int = 0
    without_secretary: tuple[str, ...] = ()
    oldest_waiting: datetime | None = None
    calendar: dict[str, str | int] = field(default_factory=dict)  # "source" and "until", the last year known
    last_sweep: datetime | None = None
    last_backup: datetime | None = None


WRONG_KEY = (
    "{key} is not the key this database was written with; put the right one back from its backup "
    "(a new key cannot read the names and numbers that are there)"
)


def key_fits(store: Store) -> bool:
    """Whether the store's key opens what is in the database; any key fits an empty one."""
    with store.read() as tx:
        kept = tx.connection.execute(select(people.c.name).where(people.c.name != "").limit(1)).scalar()
        try:
            tx.cipher.read(kept or "")
        except WrongKey:
            return False
    return True


def look(store: Store, now: datetime) -> Health:
    """Answers, schema, community, branches without anybody, the oldest message that waits."""
    try:
        with store.read() as tx:
            if schema.current(tx.connection) != schema.head():
                return Health(answers=True)
            staffed = select(roles.c.unit_id).where(
                roles.c.kind.in_(sorted(RUNS_A_QUEUE)), roles.c.until.is_(None)
            )
            bare = select(units.c.name).where(units.c.kind == UnitKind.BRANCH, units.c.id.not_in(staffed))
            waiting = select(func.min(deliveries.c.due_at)).where(
                deliveries.c.state == "queued", deliveries.c.due_at < now
            )
            swept = community.meta_value(tx, "sweep_at", "")
            return Health(
                answers=True,
                up_to_date=True,
                name=community.meta_value(tx, "name", ""),
                units=_count(tx, units),
                places=_count(tx, places),
                people=_count(tx, people),
                without_secretary=tuple(row.name for row in tx.rows(bare)),
                oldest_waiting=tx.connection.execute(waiting).scalar(),
                calendar=community.meta_value(tx, "calendar", {}),
                last_sweep=datetime.fromisoformat(swept) if swept else None,
                last_backup=daily.last(tx),
            )
    except SQLAlchemyError as error:
        return Health(reason=type(error).__name__)


def _count(tx: Tx, table: Table) -> int:
    return int(tx.connection.execute(select(func.count()).select_from(table)).scalar() or 0)
