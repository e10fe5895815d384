"""Whether an answer reached whom it is for: asked of its deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from domain.case import Status
from domain.events import Delivery
from domain.tasks import Task, TaskState
from storage.tables import addresses, cases, deliveries, events, tasks
from storage.tx import Tx

ANSWER = "notify.case_answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """One delivery of a case's answer; without a state there is none (yet)."""

    case_id: int
    told: bool  # it was worked out who hears of the answer
    state: str | None
    channel: str | None
    sent_at: datetime | None
    read_at: datetime | None


def undelivered(tx: Tx, limit: int = 1000) -> list[Reach]:
    """Answers of which nobody knows yet that they arrived, and how far their deliveries are."""
    to = and_(deliveries.c.event_id == events.c.id, deliveries.c.person_id == cases.c.beneficiary_id)
    answered = and_(
        events.c.subject == "case",
        events.c.subject_id == cases.c.id,
        events.c.kind == "case_answered",
        events.c.at == cases.c.answered_at,
    )
    columns = (
        cases.c.id.label("case_id"),
        events.c.handled_at.is_not(None).label("told"),
        deliveries.c.state,
        addresses.c.channel,
        deliveries.c.sent_at,
        deliveries.c.read_at,
    )
    found = (
        select(*columns)
        .join(events, answered)
        .outerjoin(deliveries, to)
        .outerjoin(addresses, addresses.c.id == deliveries.c.address_id)
        .where(cases.c.status == Status.ANSWERED, cases.c.delivered_at.is_(None))
        .order_by(cases.c.id)
        .limit(limit)
    )
    return [Reach(**row._mapping) for row in tx.rows(found)]


def unread(tx: Tx, address_id: int, upto: int) -> list[Delivery]:
    """Answers that lie in a mailbox up to a message and that nobody has fetched."""
    found = tx.all(
        Delivery,
        deliveries.c.address_id == address_id,
        deliveries.c.kind == ANSWER,
        deliveries.c.state == "sent",
        deliveries.c.read_at.is_(None),
    )
    return [one for one in found if one.ref.isdecimal() and int(one.ref) <= upto]


def visit(tx: Tx, case_id: int) -> Task | None:
    """The visit that is to bring a case's answer, while it is not done."""
    waiting = tasks.c.state.in_((TaskState.OPEN, TaskState.FULL))
    return tx.first(Task, tasks.c.visits_case_id == case_id, waiting, lock=True)
