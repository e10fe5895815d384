"""Events to handle, deliveries to send, reminders that are due, and the mailbox of the web chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Update, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.events import Delivery, Event, Reminder
from storage.tables import addresses, cases, deliveries, events, mailbox, quarantine, reminders
from storage.tx import Tx
from storage.types import Moment

LEASE = timedelta(seconds=60)
_POST = mailbox.insert()
_SINCE = (
    select(mailbox)
    .where(mailbox.c.address_id == bindparam("of_address"), mailbox.c.id > bindparam("seen"))
    .order_by(mailbox.c.id)
    .limit(bindparam("most"))
)
_ADDRESS_ID = select(addresses.c.id).where(
    addresses.c.channel == bindparam("of_channel"), addresses.c.address == bindparam("of_address")
)
_AT = bindparam("at", type_=Moment())
_FAR = bindparam("far", type_=Moment())
_DUE = (deliveries.c.state == "queued", deliveries.c.notice_id.is_(None), deliveries.c.due_at <= _AT)
_IN_LANE = (
    select(deliveries.c.id)
    .where(*_DUE, deliveries.c.lane == bindparam("of_lane"))
    .order_by(deliveries.c.due_at, deliveries.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_WAITS = {
    "events": select(func.count()).select_from(events).where(events.c.handled_at.is_(None)),
    "deliveries": select(func.count()).select_from(deliveries).where(*_DUE),
    "reminders": select(func.count())
    .select_from(reminders)
    .where(reminders.c.done_at.is_(None), reminders.c.due_at <= _AT),
}
_LANES = select(deliveries.c.lane).where(*_DUE).distinct()
_ANYTHING = select(
    or_(
        select(events.c.id).where(events.c.handled_at.is_(None)).exists(),
        select(deliveries.c.id).where(*_DUE).exists(),
        select(deliveries.c.id)
        .where(
            deliveries.c.state.in_(("leased", "sending")),
            or_(deliveries.c.lease_until < _AT, deliveries.c.lease_until > _FAR),
        )
        .exists(),
    )
)


def unhandled(tx: Tx, limit: int = 50) -> list[Event]:
    """Events nobody was told of yet, danger to life first; rows another worker holds are passed over."""
    waiting = select(*tx.columns(Event)).where(events.c.handled_at.is_(None)).order_by(events.c.id)
    found = tx.values(Event, waiting.limit(limit).with_for_update(skip_locked=True))
    if len(found) < limit:
        return found
    dangers = select(cases.c.id).where(cases.c.urgent)
    behind = waiting.where(
        events.c.id > found[-1].id, events.c.subject == "case", events.c.subject_id.in_(dangers)
    )
    return tx.values(Event, behind.limit(limit).with_for_update(skip_locked=True)) + found


def handled(tx: Tx, event_ids: list[int], now: datetime) -> None:
    tx.connection.execute(update(events).where(events.c.id.in_(event_ids)).values(handled_at=now))


def put(tx: Tx, delivery: Delivery) -> bool:
    """Queues a delivery; False when the same one stands there already."""
    row = tx.row(delivery)
    del row["id"]
    return tx.add_once(deliveries, row, "key")


def put_all(tx: Tx, several: list[Delivery]) -> None:
    """Queues many at once; those that stand there already stay as they are."""
    if not several:
        return
    dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
    rows = [tx.row(one) for one in several]
    for row in rows:
        del row["id"]
    statement = dialect.insert(deliveries).on_conflict_do_nothing(index_elements=["key"])
    tx.connection.execute(statement, rows)


def anything(tx: Tx, now: datetime) -> bool:
    """Whether an event waits to be told or a delivery to be sent."""
    return bool(tx.connection.execute(_ANYTHING, {"at": now, "far": now + 2 * LEASE}).scalar())


def due_lanes(tx: Tx, now: datetime) -> set[str]:
    """The lanes in which something is to be sent now."""
    return {row[0] for row in tx.connection.execute(_LANES, {"at": now})}


def supersede(tx: Tx, delivery: Delivery) -> None:
    """Queues a delivery in place of one with the same key that has not gone out."""
    if put(tx, delivery):
        return
    tx.connection.execute(
        update(deliveries)
        .where(deliveries.c.key == delivery.key, deliveries.c.state == "queued")
        .values(payload=delivery.payload, due_at=delivery.due_at)
    )


def lease(tx: Tx, lane: str, now: datetime, limit: int) -> list[Delivery]:
    """Takes due deliveries of a lane for a minute; a crashed sender's come back as unknown (see `lost`)."""
    ids = [row.id for row in tx.rows(_IN_LANE, {"of_lane": lane, "at": now, "most": limit})]
    if not ids:
        return []
    tx.connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(ids))
        .values(state="sending", lease_until=now + LEASE, attempts=deliveries.c.attempts + 1)
    )
    return tx.all(Delivery, deliveries.c.id.in_(ids), order=(deliveries.c.due_at, deliveries.c.id))


def lost(tx: Tx, now: datetime) -> list[Delivery]:
    """Deliveries whose sender died: nobody knows whether they went out.

    A lease longer than any that is given was written before the clock was turned back.
    """
    over = or_(deliveries.c.lease_until < now, deliveries.c.lease_until > now + 2 * LEASE)
    return tx.all(Delivery, deliveries.c.state.in_(("leased", "sending")), over)


def mark(tx: Tx, delivery_id: int, **values: Any) -> None:
    tx.connection.execute(
        _mark(tuple(values)),
        {"of_id": delivery_id} | {f"new_{name}": value for name, value in values.items()},
    )


@cache  # every letter is marked: the statement is made once for the columns that are written
def _mark(names: tuple[str, ...]) -> Update:
    cells: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(deliveries).where(deliveries.c.id == bindparam("of_id")).values(cells)


def backlog(tx: Tx, now: datetime) -> dict[str, int]:
    """How much waits: events without recipients, deliveries due, reminders due."""
    return {name: int(tx.rows(what, {"at": now})[0][0]) for name, what in _WAITS.items()}


# -- reminders -------------------------------------------------------------------------------------
def remind(tx: Tx, reminder: Reminder) -> bool:
    """Notes something due; False when its key stands there already."""
    row = tx.row(reminder)
    del row["id"]
    return tx.add_once(reminders, row, "key")


def forget(tx: Tx, kind: str, subject_id: int, now: datetime) -> None:
    """Whatever was due about this no longer is."""
    tx.connection.execute(
        update(reminders)
        .where(reminders.c.kind == kind, reminders.c.subject_id == subject_id, reminders.c.done_at.is_(None))
        .values(done_at=now)
    )


def due(tx: Tx, now: datetime, limit: int = 100) -> list[Reminder]:
    """Reminders whose moment has come, taken by this transaction."""
    statement = (
        select(*tx.columns(Reminder))
        .where(reminders.c.done_at.is_(None), reminders.c.due_at <= now)
        .order_by(reminders.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = tx.values(Reminder, statement)
    if found:
        tx.connection.execute(
            update(reminders).where(reminders.c.id.in_([one.id for one in found])).values(done_at=now)
        )
    return found


# -- the mailbox -----------------------------------------------------------------------------------
def post(
    tx: Tx, address_id: int, *, mine: bool, body: dict[str, Any], now: datetime, client_id: str = ""
) -> int:
    """Puts a message into an address's mailbox; the caller holds the address row, so ids are in order."""
    result = tx.connection.execute(
        _POST, {"address_id": address_id, "mine": mine, "body": body, "at": now, "client_id": client_id}
    )
    return int((result.inserted_primary_key or (0,))[0])


def mail_since(tx: Tx, address_id: int, after: int, limit: int = 200) -> list[Any]:
    """Messages of a mailbox after a cursor, oldest first."""
    return list(tx.rows(_SINCE, {"of_address": address_id, "seen": after, "most": limit}))


def mail_before(tx: Tx, address_id: int, before: int | None, limit: int = 50) -> list[Any]:
    """The newest messages of a mailbox, or those before a cursor; oldest first."""
    where = [mailbox.c.address_id == address_id]
    if before is not None:
        where.append(mailbox.c.id < before)
    rows = tx.rows(select(mailbox).where(*where).order_by(mailbox.c.id.desc()).limit(limit))
    return list(reversed(rows))


def find_address(tx: Tx, channel: str, address: str) -> int | None:
    row = tx.connection.execute(_ADDRESS_ID, {"of_channel": channel, "of_address": address}).first()
    return None if row is None else int(row[0])


# -- messages that break us ------------------------------------------------------------------------
def crashed(
    tx: Tx, channel: str, address: str, message_id: str, words: str, reason: str, now: datetime
) -> int:
    """Counts a crash on one message; returns how many there were."""
    same = (
        quarantine.c.channel == channel,
        quarantine.c.address == address,
        quarantine.c.message_id == message_id,
    )
    changed = tx.connection.execute(
        update(quarantine)
        .where(*same)
        .values(crashes=quarantine.c.crashes + 1, reason=reason)
        .returning(quarantine.c.crashes)
    ).first()
    if changed is not None:
        return int(changed[0])
    tx.connection.execute(
        quarantine.insert().values(
            channel=channel,
            address=address,
            message_id=message_id,
            crashes=1,
            words=words,
            reason=reason[:200],
            at=now,
        )
    )
    return 1


def waiting_mail(tx: Tx, address_ids: Sequence[int]) -> dict[int, int]:
    """The newest message id of each mailbox, to see whether a stream has missed one."""
    rows = tx.rows(
        select(mailbox.c.address_id, func.max(mailbox.c.id))
        .where(or_(mailbox.c.address_id.in_(address_ids)))
        .group_by(mailbox.c.address_id)
    )
    return {row[0]: row[1] for row in rows}
