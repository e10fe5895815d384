"""督办: asking, answering, lifting, and what follows when no answer comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.access import Actor
from domain.case import UNFINISHED, Case
from domain.errors import AlreadyDone, NotFound, WrongState
from domain.events import Event, Reminder
from domain.supervision import Supervision, SupervisionState, level_of
from domain.tree import Community
from storage import outbox
from storage import supervisions as rows
from storage.tx import Tx

DAILY = timedelta(days=1)


def supervise(tx: Tx, by: Actor, case_id: int, span: str, reason: str, now: datetime) -> Supervision:
    """A level above asks for an answer within a span.

    Raises NotFound, NotAllowed, WrongState, AlreadyDone.
    """
    case = by.case_of_queue(tx.get(Case, case_id))
    level = level_of(by.community, by.roles, case)
    if case.status not in UNFINISHED:
        raise WrongState(number=case.number, status=case.status)
    if rows.of_case(tx, case.id) is not None:
        raise AlreadyDone(number=case.number)
    asked = tx.add(
        Supervision(
            case_id=case.id,
            unit_id=level,
            by_id=by.id,
            span=span,
            reason=reason,
            created_at=now,
            since=now,
            answer_by=by.community.calendar.after(now, span),
        )
    )
    _watch(tx, by.community, asked)
    tx.add(_happened("case_supervised", asked, case, by.id, now))
    return asked


def _happened(kind: str, about: Supervision, case: Case, by: int | None, now: datetime, **data: Any) -> Event:
    return Event(
        kind=kind,
        at=now,
        subject="case",
        subject_id=case.id,
        actor_id=by,
        unit_id=about.unit_id,
        data={"supervision": about.id, **data},
    )


def _watch(tx: Tx, community: Community, asked: Supervision) -> None:
    half = community.calendar.after(asked.since, asked.span, 0.5)
    for kind, due in (("supervision_half", half), ("supervision_late", asked.answer_by)):
        outbox.remind(tx, Reminder(key=_key(kind, asked), kind=kind, subject_id=asked.id, due_at=due))


def _key(kind: str, asked: Supervision) -> str:
    return f"{kind}:{asked.id}:{int(asked.answer_by.timestamp())}"


def of(tx: Tx, supervision_id: int) -> tuple[Supervision, Case]:
    """A supervision with its case. Raises NotFound."""
    asked = tx.get(Supervision, supervision_id)
    case = tx.get(Case, asked.case_id) if asked else None
    if asked is None or case is None:
        raise NotFound()
    return asked, case


def to_answer(tx: Tx, by: Actor, supervision_id: int) -> tuple[Supervision, Case]:
    """One that this person may answer: they hold the case or run its queue.

    Raises NotFound, AlreadyDone when it has an answer.
    """
    asked = rows.locked(tx, supervision_id)
    case = tx.get(Case, asked.case_id) if asked else None
    if asked is None or case is None or not by.handles(case):
        raise NotFound()
    if asked.state is not SupervisionState.OPEN:
        raise AlreadyDone(number=case.number)
    return asked, case


def answer(tx: Tx, by: Actor, supervision_id: int, text: str, now: datetime) -> Case:
    """What becomes of it, for the supervisor. Raises NotFound, AlreadyDone."""
    asked, case = to_answer(tx, by, supervision_id)
    done = asked.answered(text, by.id, now)
    tx.save(done, _happened("supervision_answered", done, case, by.id, now))
    return case


def answered_to_resident(tx: Tx, by: Actor, case: Case, text: str, now: datetime) -> None:
    """The answer to the resident is an answer to the supervisor, too."""
    asked = rows.of_case(tx, case.id)
    if asked is not None and asked.state is SupervisionState.OPEN:
        done = asked.answered(text, by.id, now)
        tx.save(done, _happened("supervision_answered", done, case, by.id, now))


def again(tx: Tx, community: Community, case: Case, now: datetime) -> None:
    """The resident says it is not solved: a supervision that is not lifted asks once more."""
    asked = rows.of_case(tx, case.id)
    if asked is not None and asked.state is SupervisionState.ANSWERED:
        renewed = asked.again(now, community.calendar.after(now, asked.span))
        tx.save(renewed, _happened("case_supervised", renewed, case, None, now))
        _watch(tx, community, renewed)


def lift(tx: Tx, by: Actor, supervision_id: int, now: datetime) -> Case:
    """解除督办, by the level that asked or one above it. Raises NotFound, NotAnswered, AlreadyDone."""
    asked = rows.locked(tx, supervision_id)
    case = tx.get(Case, asked.case_id) if asked else None
    if asked is None or case is None or not by.runs(asked.unit_id):
        raise NotFound()
    done = asked.lifted(by.id, now)
    tx.save(done, _happened("supervision_lifted", done, case, by.id, now))
    return case


# -- when a reminder's moment has come ----------------------------------------------------------------
def half(tx: Tx, reminder: Reminder, now: datetime) -> None:
    asked = tx.get(Supervision, reminder.subject_id)
    case = tx.get(Case, asked.case_id) if asked else None
    if asked is None or case is None or asked.state is not SupervisionState.OPEN:
        return
    if reminder.key == _key("supervision_half", asked):
        tx.add(_happened("supervision_half", asked, case, None, now))


def late(tx: Tx, supervision_id: int, now: datetime) -> bool:
    """The time is over without an answer: said now and each day. False when it is not so."""
    asked = tx.get(Supervision, supervision_id)
    case = tx.get(Case, asked.case_id) if asked else None
    if asked is None or case is None or not asked.late(now):
        return False
    if asked.late_at is not None and now - asked.late_at < DAILY:
        return False
    told = replace(asked, late_at=now)
    tx.save(told, _happened("supervision_late", told, case, None, now))
    key = f"supervision_late:{asked.id}:again:{int(now.timestamp())}"
    outbox.remind(tx, Reminder(key=key, kind="supervision_late", subject_id=asked.id, due_at=now + DAILY))
    return True
