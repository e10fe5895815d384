"""Whether an answer reached whom it is for: asked of its deliveries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select

from domain.case import Status
from domain.events import Delivery
from domain.tasks import Task, TaskState
from storage.tables import addresses, cases, deliveries, events, joiners, tasks
from storage.tx import Tx

ANSWER = "notify.case_answered"
JOINERS_FOR = timedelta(days=30)  # so long it is looked whether an answer reached those who joined


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
    return [Reach(**row._mapping) for row in tx.rows(_undelivered(), {"most": limit})]


@cache  # a sweep asks it before each look: the statement is made once
def _undelivered() -> Select[Any]:
    to = and_(deliveries.c.event_id == events.c.id, deliveries.c.person_id == cases.c.beneficiary_id)
    waits_to_be_read = and_(
        cases.c.anonymity == "all",  # nobody goes there
        events.c.handled_at.is_not(None),
        func.coalesce(deliveries.c.state, "").not_in(("sent", "queued", "sending")),
    )
    columns = (
        cases.c.id.label("case_id"),
        events.c.handled_at.is_not(None).label("told"),
        deliveries.c.state,
        addresses.c.channel,
        deliveries.c.sent_at,
        deliveries.c.read_at,
    )
    return (
        select(*columns)
        .join(events, _answer_of_case())
        .outerjoin(deliveries, to)
        .outerjoin(addresses, addresses.c.id == deliveries.c.address_id)
        .where(cases.c.status == Status.ANSWERED, cases.c.delivered_at.is_(None), ~waits_to_be_read)
        .order_by(cases.c.id)
        .limit(bindparam("most"))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Somebody who joined a case, and what became of the message with its answer."""

    case_id: int
    joiner_id: int
    arrived_at: datetime | None  # None: no message will bring it


def joined(
    tx: Tx,
    now: datetime,
    unread_for: timedelta,
    fetched: Collection[str],
    limit: int = 1000,
    case_id: int = 0,
) -> list[Joined]:
    """Joiners of whom it is settled whether the answer arrived, and who are not noted down as reached."""
    asked = {"unread_since": now - unread_for, "joined_since": now - JOINERS_FOR, "most": limit}
    found = tx.rows(_joined(tuple(sorted(fetched)), bool(case_id)), asked | {"of_case": case_id})
    return [
        Joined(
            case_id=case,
            joiner_id=joiner,
            arrived_at=(read_at if channel in fetched else sent_at) if state == "sent" else None,
        )
        for case, joiner, state, channel, sent_at, read_at in found
    ]


@cache
def _joined(fetched: tuple[str, ...], of_one: bool) -> Select[Any]:
    lies_unread = and_(
        addresses.c.channel.in_(fetched),
        deliveries.c.read_at.is_(None),
        deliveries.c.sent_at > bindparam("unread_since"),
    )
    settled = or_(
        and_(deliveries.c.state == "sent", ~func.coalesce(lies_unread, False)),
        deliveries.c.state.not_in(("sent", "queued", "sending")),
        and_(deliveries.c.id.is_(None), events.c.handled_at.is_not(None)),
    )
    where: list[Any] = [
        cases.c.status.in_((Status.ANSWERED, Status.CLOSED)),
        cases.c.answered_at > bindparam("joined_since"),
        joiners.c.left_at.is_(None),
        joiners.c.person_id.not_in((cases.c.reporter_id, cases.c.beneficiary_id)),
        or_(joiners.c.delivered_at.is_(None), joiners.c.delivered_at < cases.c.answered_at),
        settled,
    ]
    if of_one:
        where.append(cases.c.id == bindparam("of_case"))
    return (
        select(
            cases.c.id, joiners.c.id, deliveries.c.state, addresses.c.channel, deliveries.c.sent_at,
            deliveries.c.read_at,
        )
        .join(joiners, joiners.c.case_id == cases.c.id)
        .join(events, _answer_of_case())
        .outerjoin(
            deliveries,
            and_(
                deliveries.c.event_id == events.c.id,
                deliveries.c.person_id == joiners.c.person_id,
                deliveries.c.kind == ANSWER,
            ),
        )
        .outerjoin(addresses, addresses.c.id == deliveries.c.address_id)
        .where(*where)
        .order_by(cases.c.id, joiners.c.id)
        .limit(bindparam("most"))
    )  # fmt: skip


def _answer_of_case() -> ColumnElement[bool]:
    return and_(
        events.c.subject == "case",
        events.c.subject_id == cases.c.id,
        events.c.kind == "case_answered",
        events.c.at == cases.c.answered_at,
    )


def unread(tx: Tx, address_id: int, upto: int) -> list[Delivery]:
    """Answers that lie in a mailbox up to a message and that nobody has fetched."""
    found = tx.values(Delivery, _unread(), {"of_address": address_id})
    return [one for one in found if one.ref.isdecimal() and int(one.ref) <= upto]


@cache  # every message of the web chat asks it
def _unread() -> Select[Any]:
    return (
        select(*Tx.columns(Delivery))
        .where(
            deliveries.c.address_id == bindparam("of_address"),
            deliveries.c.kind == ANSWER,
            deliveries.c.state == "sent",
            deliveries.c.read_at.is_(None),
        )
        .order_by(deliveries.c.id)
        .limit(200)
    )


def visit(tx: Tx, case_id: int) -> Task | None:
    """The visit that is to bring a case's answer, while it is not done."""
    waiting = tasks.c.state.in_((TaskState.OPEN, TaskState.FULL))
    return tx.first(Task, tasks.c.visits_case_id == case_id, waiting, lock=True)
