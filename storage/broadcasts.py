"""The recipients of a notice: one row each, frozen when it is approved, with one state that stays."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from domain.events import Delivery
from domain.notices import DoorVisit, Notice, NoticeState
from domain.people import Person
from storage.outbox import LEASE
from storage.tables import addresses, deliveries, door_visits, notices, people
from storage.tx import Tx

WAITING = ("queued", "leased", "sending")
HEARD = ("sent", "unknown", "visited")
"""States of people who have, or may have, heard a notice."""

MISSED = ("unreached", "refused", "unknown")


def freeze(tx: Tx, notice_id: int, person_ids: Sequence[int], due: datetime) -> int:
    """One row per recipient of a notice, all at once, in the order in which they will hear it."""
    rows = [
        {
            "key": f"notice:{notice_id}:{person}",
            "kind": "notice",
            "lane": "bulk",
            "notice_id": notice_id,
            "person_id": person,
            "due_at": due,
            "payload": {},
        }
        for person in person_ids
    ]
    if rows:
        tx.connection.execute(deliveries.insert(), rows)
    return len(rows)


def stop(tx: Tx, notice_id: int) -> int:
    """Whoever has not heard it will not; how many."""
    mine = (deliveries.c.notice_id == notice_id, deliveries.c.state.in_(("queued", "leased")))
    return tx.connection.execute(
        update(deliveries).where(*mine).values(state="cancelled", lease_until=None)
    ).rowcount


def counts(tx: Tx, notice_id: int) -> dict[str, int]:
    """A notice's recipients by state, and how many acknowledged it ("read")."""
    rows = tx.rows(
        select(deliveries.c.state, func.count(), func.count(deliveries.c.read_at))
        .where(deliveries.c.notice_id == notice_id)
        .group_by(deliveries.c.state)
    )
    found = {state: number for state, number, _ in rows}
    found["read"] = sum(read for _, _, read in rows)
    return found


def heard_by(tx: Tx, notice_id: int) -> list[int]:
    """Who has, or may have, heard a notice: those a correction goes to."""
    states = (*HEARD, "sending")
    rows = tx.rows(
        select(deliveries.c.person_id)
        .where(deliveries.c.notice_id == notice_id, deliveries.c.state.in_(states))
        .order_by(deliveries.c.id)
    )
    return [row.person_id for row in rows]


# -- on the way ------------------------------------------------------------------------------------
def going(tx: Tx) -> list[Notice]:
    """The notices that go out now: corrections first, then those of safety, then the oldest."""
    found = tx.all(Notice, notices.c.state == NoticeState.SENT, order=notices.c.goes_at)
    return sorted(found, key=lambda one: (one.corrects_id is None, not one.safety))


def anything(tx: Tx, now: datetime) -> bool:
    """Whether somebody is to hear a notice now."""
    due = (deliveries.c.notice_id == notices.c.id, deliveries.c.state == "queued", deliveries.c.due_at <= now)
    waits = select(deliveries.c.id).where(*due).exists()
    going = select(notices.c.id).where(notices.c.state == NoticeState.SENT, waits).limit(1)
    return tx.connection.execute(going).first() is not None


def lease(tx: Tx, notice_id: int, now: datetime, limit: int) -> list[Delivery]:
    """Takes the next recipients of a notice. What was not begun when a sender dies goes back on the list."""
    due = (
        select(deliveries.c.id)
        .where(
            deliveries.c.notice_id == notice_id, deliveries.c.state == "queued", deliveries.c.due_at <= now
        )
        .order_by(deliveries.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = [row.id for row in tx.rows(due)]
    if not ids:
        return []
    taken = {"state": "leased", "lease_until": now + LEASE, "attempts": deliveries.c.attempts + 1}
    tx.connection.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(taken))
    moved(tx, notice_id, now)
    return tx.all(Delivery, deliveries.c.id.in_(ids), limit=limit)


def moved(tx: Tx, notice_id: int, now: datetime) -> None:
    """It took a step just now."""
    tx.connection.execute(update(notices).where(notices.c.id == notice_id).values(moved_at=now))


def begin(tx: Tx, delivery_ids: Collection[int], now: datetime) -> set[int]:
    """These are being sent from now on: if nobody says how that ended, it is unknown. Who was still to be."""
    mine = (deliveries.c.id.in_(delivery_ids), deliveries.c.state == "leased")
    begun = update(deliveries).where(*mine).values(state="sending", lease_until=now + LEASE)
    return {row.id for row in tx.rows(begun.returning(deliveries.c.id))}


def give_back(tx: Tx, delivery_ids: Collection[int], due: datetime) -> None:
    """These were taken and not begun."""
    mine = (deliveries.c.id.in_(delivery_ids), deliveries.c.state == "leased")
    back = {"state": "queued", "lease_until": None, "due_at": due, "attempts": deliveries.c.attempts - 1}
    tx.connection.execute(update(deliveries).where(*mine).values(back))


def ahead(tx: Tx) -> int:
    """How many recipients of other notices wait before a new one's."""
    waits = (
        select(func.count())
        .select_from(deliveries.join(notices, notices.c.id == deliveries.c.notice_id))
        .where(notices.c.state == NoticeState.SENT, deliveries.c.state.in_(WAITING))
    )
    return int(tx.connection.execute(waits).scalar() or 0)


def by_channel(tx: Tx, person_ids: Sequence[int]) -> dict[str, int]:
    """How many of these people would hear it through which channel; who has no address is in none."""
    wanted = set(person_ids)
    rows = tx.rows(
        select(addresses.c.person_id, addresses.c.channel)
        .where(addresses.c.active.is_(True))
        .order_by(addresses.c.seen_at)
    )
    last = {row.person_id: row.channel for row in rows if row.person_id in wanted}
    found: dict[str, int] = {}
    for channel in last.values():
        found[channel] = found.get(channel, 0) + 1
    return found


# -- a recipient -----------------------------------------------------------------------------------
def acknowledge(tx: Tx, notice_id: int, person_id: int, now: datetime) -> bool:
    """收到: the first time counts."""
    return (
        tx.connection.execute(
            update(deliveries)
            .where(
                deliveries.c.notice_id == notice_id,
                deliveries.c.person_id == person_id,
                deliveries.c.read_at.is_(None),
                deliveries.c.state != "cancelled",
            )
            .values(read_at=now)
        ).rowcount
        == 1
    )


def was_sent(tx: Tx, notice_id: int, person_id: int) -> bool:
    """Whether they are among its recipients."""
    return (
        tx.first(Delivery, deliveries.c.notice_id == notice_id, deliveries.c.person_id == person_id)
        is not None
    )


def of_person(tx: Tx, person_id: int, limit: int = 10) -> list[int]:
    """The notices somebody was sent, newest first."""
    rows = tx.rows(
        select(deliveries.c.notice_id)
        .where(
            deliveries.c.person_id == person_id,
            deliveries.c.notice_id.is_not(None),
            deliveries.c.state.in_((*HEARD, "unreached")),
        )
        .order_by(deliveries.c.notice_id.desc())
        .limit(limit)
    )
    return [row.notice_id for row in rows]


# -- doors -----------------------------------------------------------------------------------------
def homes(tx: Tx, notice_id: int) -> list[tuple[Person, bool]]:
    """The recipients with a home, and whether somebody knows that the notice arrived."""
    columns = [*Tx.columns(Person), deliveries.c.state, deliveries.c.read_at]
    rows = tx.rows(
        select(*columns)
        .join(deliveries, deliveries.c.person_id == people.c.id)
        .where(deliveries.c.notice_id == notice_id, people.c.home_place_id.is_not(None))
        .order_by(people.c.id)
    )
    return [
        (tx.value(Person, row[:-2]), row.read_at is not None or row.state in ("sent", "visited"))
        for row in rows
    ]


def visit_of(tx: Tx, task_id: int) -> DoorVisit | None:
    """The homes a task is about."""
    return tx.first(DoorVisit, door_visits.c.task_id == task_id)


def visited(tx: Tx, notice_id: int, person_ids: Collection[int], now: datetime) -> None:
    """They were told at the door."""
    done: dict[str, Any] = {"state": "visited", "read_at": now, "lease_until": None}
    tx.connection.execute(
        update(deliveries)
        .where(
            deliveries.c.notice_id == notice_id,
            deliveries.c.person_id.in_(person_ids),
            deliveries.c.state.in_(MISSED),
        )
        .values(done)
    )
