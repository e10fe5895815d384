"""Webhooks and what is to be sent to them: rows with a lease, so that a crash loses nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, update

from domain.systems import Sending, Webhook, WebhookSend
from storage.tables import webhook_sends, webhooks
from storage.tx import Tx

LEASE = timedelta(seconds=60)
KEPT = timedelta(days=30)  # what was sent or given up


def active(tx: Tx) -> list[Webhook]:
    return tx.all(Webhook, webhooks.c.state == "active", limit=1000)


def every(tx: Tx) -> list[Webhook]:
    return tx.all(Webhook, limit=1000)


def stop(tx: Tx, webhook_id: int, reason: str, now: datetime) -> bool:
    """Nothing more goes there; what waited is given up. False when it was stopped before."""
    standing = (webhooks.c.id == webhook_id, webhooks.c.state == "active")
    done = tx.connection.execute(
        update(webhooks).where(*standing).values(state="stopped", reason=reason[:200])
    ).rowcount
    waiting = webhook_sends.c.state.in_((Sending.QUEUED, Sending.SENDING))
    tx.connection.execute(
        update(webhook_sends)
        .where(webhook_sends.c.webhook_id == webhook_id, waiting)
        .values(state=Sending.DEAD, answer=reason[:200], lease_until=None, due_at=now)
    )
    return bool(done)


def put(tx: Tx, one: WebhookSend) -> bool:
    """Queues a message; False when there is one about the same event."""
    row = tx.row(one)
    del row["id"]
    return tx.add_once(webhook_sends, row, "webhook_id", "event_id")


def anything(tx: Tx, now: datetime, busy: Collection[int] = ()) -> bool:
    """Whether something is to be sent now to a webhook that is not busy."""
    found = select(webhook_sends.c.id).where(*_due(now, busy)).limit(1)
    return tx.connection.execute(found).first() is not None


def _due(now: datetime, busy: Collection[int]) -> list[Any]:
    sends = webhook_sends.c
    due = or_(
        and_(sends.state == Sending.QUEUED, sends.due_at <= now),
        and_(sends.state == Sending.SENDING, sends.lease_until < now),  # its sender died
    )
    return [due, sends.webhook_id.not_in(sorted(busy))]


def lease(tx: Tx, now: datetime, busy: Collection[int] = ()) -> list[tuple[WebhookSend, Webhook]]:
    """Takes the oldest due message of each webhook for a minute; a sender that dies leaves it to the next."""
    sends = webhook_sends.c
    oldest = select(func.min(sends.id)).where(*_due(now, busy)).group_by(sends.webhook_id)
    due = select(sends.id).where(sends.id.in_(oldest), *_due(now, busy)).with_for_update(skip_locked=True)
    ids = [row.id for row in tx.rows(due)]
    if not ids:
        return []
    tx.connection.execute(
        update(webhook_sends)
        .where(sends.id.in_(ids))
        .values(state=Sending.SENDING, lease_until=now + LEASE, attempts=sends.attempts + 1)
    )
    found = tx.all(WebhookSend, sends.id.in_(ids), order=sends.id, limit=1000)
    wanted = {one.webhook_id for one in found}
    to = {one.id: one for one in tx.all(Webhook, webhooks.c.id.in_(wanted), limit=1000)}
    return [(one, to[one.webhook_id]) for one in found]


def keep(tx: Tx, one: WebhookSend) -> None:
    """How an attempt ended; nothing when the webhook was stopped meanwhile."""
    row = {name: getattr(one, name) for name in ("state", "due_at", "lease_until", "answer", "sent_at")}
    mine = (webhook_sends.c.id == one.id, webhook_sends.c.state == Sending.SENDING)
    tx.connection.execute(update(webhook_sends).where(*mine).values(**row))


def counts(tx: Tx) -> dict[int, dict[str, int]]:
    """Each webhook's messages by state."""
    sends = webhook_sends.c
    found: dict[int, dict[str, int]] = {}
    grouped = select(sends.webhook_id, sends.state, func.count()).group_by(sends.webhook_id, sends.state)
    for webhook_id, state, count in tx.rows(grouped):
        found.setdefault(webhook_id, {})[state] = count
    return found


def last_answer(tx: Tx, webhook_id: int) -> str:
    """What came back last that was not a success."""
    sends = webhook_sends.c
    bad = (sends.webhook_id == webhook_id, sends.state != Sending.SENT, sends.answer != "")
    row = tx.connection.execute(select(sends.answer).where(*bad).order_by(sends.id.desc()).limit(1)).first()
    return str(row[0]) if row else ""


def purge(tx: Tx, now: datetime) -> int:
    """Deletes messages whose time is over."""
    over = (webhook_sends.c.state.in_((Sending.SENT, Sending.DEAD)), webhook_sends.c.due_at < now - KEPT)
    return tx.connection.execute(webhook_sends.delete().where(*over)).rowcount
