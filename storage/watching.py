"""How much waits and since when, and when somebody last looked: figures without people in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from storage import community, heartbeats, outbox
from storage.broadcasts import WAITING
from storage.tables import deliveries, events, notices, quarantine, reminders
from storage.tx import Tx

Figures = dict[str, tuple[str, float]]


def figures(tx: Tx, now: datetime) -> Figures:
    """Each figure with what it is; ages in seconds, 0 where nothing waits."""
    waits = outbox.backlog(tx, now)

    def age(column: Any, *where: Any) -> float:
        oldest = tx.connection.execute(select(func.min(column)).where(*where)).scalar()
        return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0

    due = (deliveries.c.state == "queued", deliveries.c.notice_id.is_(None), deliveries.c.due_at <= now)
    bulk = (
        deliveries.c.notice_id == notices.c.id,
        notices.c.state == "sent",
        deliveries.c.state.in_(WAITING),
    )
    found: Figures = {
        "events_waiting": ("Events nobody was told of yet.", waits["events"]),
        "events_oldest_seconds": (
            "Age of the oldest of them.",
            age(events.c.at, events.c.handled_at.is_(None)),
        ),
        "deliveries_waiting": ("Messages to one person that are due.", waits["deliveries"]),
        "deliveries_oldest_seconds": (
            "How long the oldest of them has been due.",
            age(deliveries.c.due_at, *due),
        ),
        "reminders_waiting": ("Reminders that are due.", waits["reminders"]),
        "reminders_oldest_seconds": (
            "How long the oldest of them has been due.",
            age(reminders.c.due_at, reminders.c.done_at.is_(None)),
        ),
        "recipients_waiting": (
            "Recipients of notices on their way.",
            float(tx.connection.execute(select(func.count(deliveries.c.id)).where(*bulk)).scalar() or 0),
        ),
        "quarantined": (
            "Messages and other things that broke three times.",
            float(tx.connection.execute(select(func.count()).select_from(quarantine)).scalar() or 0),
        ),
    }
    if swept := community.meta_value(tx, "sweep_at"):
        found["sweep_age_seconds"] = (
            "Since the last look around.",
            _since(datetime.fromisoformat(swept), now),
        )
    for kind, at in heartbeats.last(tx).items():
        found[f"{kind}_age_seconds"] = (f"Since a {kind} process was last known to live.", _since(at, now))
    return found


def _since(at: datetime, now: datetime) -> float:
    return max(0.0, (now - at).total_seconds())
