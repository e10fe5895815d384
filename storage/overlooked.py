"""What should have happened and did not: asked of the cases themselves, not of the reminders."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from domain.case import UNFINISHED, Status
from domain.supervision import SupervisionState
from domain.tasks import ClaimState
from storage import tables
from storage.tables import cases, claims, reminders
from storage.tx import Tx

GRACE = timedelta(minutes=2)  # so long a reminder that is due may wait for its clock


def _no_reminder(kind: str, subject: ColumnElement[int], now: datetime) -> ColumnElement[bool]:
    """No reminder of this kind is about to do it."""
    return ~(
        select(reminders.c.id)
        .where(
            reminders.c.kind == kind,
            reminders.c.subject_id == subject,
            reminders.c.done_at.is_(None),
            reminders.c.due_at <= now,
            reminders.c.due_at > now - GRACE,
        )
        .exists()
    )


def _ids(tx: Tx, key: ColumnElement[int], *where: Any) -> list[int]:
    return [row[0] for row in tx.rows(select(key).where(*where).order_by(key).limit(500))]


def overdue(tx: Tx, now: datetime, alarmed_before: datetime) -> list[int]:
    """Unfinished cases whose time is over and that neither went up nor gave the day's alarm."""
    return _ids(
        tx,
        cases.c.id,
        cases.c.status.in_(sorted(UNFINISHED)),
        cases.c.answer_by <= now,
        cases.c.paused_at.is_(None),
        or_(cases.c.alarmed_at.is_(None), cases.c.alarmed_at <= alarmed_before),
        _no_reminder("overdue", cases.c.id, now),
    )


def paused(tx: Tx, now: datetime) -> list[int]:
    """Cases whose clock has stood too long."""
    return _ids(
        tx,
        cases.c.id,
        cases.c.status.in_(sorted(UNFINISHED)),
        cases.c.paused_until <= now,
        _no_reminder("pause_over", cases.c.id, now),
    )


def lapsed(tx: Tx, now: datetime) -> list[int]:
    """Claims whose days without progress are over."""
    return _ids(
        tx,
        claims.c.id,
        claims.c.state == ClaimState.HELD,
        claims.c.lapses_at <= now,
        _no_reminder("lapse", claims.c.id, now),
    )


def supervisions(tx: Tx, now: datetime, told_before: datetime) -> list[int]:
    """Supervisions without an answer in time, of which nobody was told since that moment."""
    table = tables.supervisions.c
    return _ids(
        tx,
        table.id,
        table.state == SupervisionState.OPEN,
        table.answer_by <= now,
        or_(table.late_at.is_(None), table.late_at <= told_before),
        _no_reminder("supervision_late", table.id, now),
    )


def silent(tx: Tx, now: datetime, delivered_before: datetime) -> list[int]:
    """Answers that arrived long ago, and nobody said whether they are right."""
    return _ids(
        tx,
        cases.c.id,
        cases.c.status == Status.ANSWERED,
        cases.c.delivered_at <= delivered_before,
        _no_reminder("silence", cases.c.id, now),
    )
