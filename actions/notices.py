"""Notices to many, and what became of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from domain.access import Actor
from domain.errors import AlreadyDone, NobodyThere, NotAllowed, NotFound
from domain.events import Event, Reminder
from domain.notices import SECOND_PERSON_ABOVE, UNDO_SECONDS, Notice, NoticeState
from domain.tree import Unit
from storage import notices as rows
from storage import outbox
from storage.tx import Tx

BULK_PER_SECOND = 25


def count(tx: Tx, by: Actor, unit_id: int, audience: str) -> int:
    """How many people a notice would reach. Raises NotAllowed beyond their own units."""
    return len(recipients(tx, by, unit_id, audience))


def recipients(tx: Tx, by: Actor, unit_id: int, audience: str) -> list[int]:
    by.must_run(unit_id)
    return rows.audience(tx, by.community.units[unit_id].path, audience)


def approver(by: Actor, unit_id: int, number: int) -> Unit | None:
    """The unit above whose staff must say yes, or None when the author may send alone."""
    return by.community.next_up(unit_id) if number > SECOND_PERSON_ABOVE else None


def send(
    tx: Tx,
    by: Actor,
    unit_id: int,
    *,
    text: str,
    audience: str,
    previewed: int,
    now: datetime,
    safety: bool = False,
) -> Notice:
    """Freezes the recipients and sends after the undo window; above the limit it waits for a second person.

    Raises NotAllowed, NobodyThere.
    """
    people = recipients(tx, by, unit_id, audience)
    if not people:
        raise NobodyThere()
    waits = approver(by, unit_id, len(people)) is not None
    notice = tx.add(
        Notice(
            unit_id=unit_id,
            author_id=by.id,
            text=text,
            audience=audience,
            safety=safety,
            state=NoticeState.WAITING if waits else NoticeState.SENDING,
            recipients=len(people),
            created_at=now,
            goes_at=None if waits else _goes(by, now, safety=safety),
        )
    )
    if waits:
        tx.add(_event("notice_waits", notice, by, now, previewed=previewed))
        return notice
    _freeze(tx, notice, people, by)
    tx.add(_event("notice_confirmed", notice, by, now, previewed=previewed))
    return notice


def _goes(by: Actor, now: datetime, *, safety: bool) -> datetime:
    """When the undo window ends; what is no matter of safety waits for the end of the quiet hours."""
    after = now + timedelta(seconds=UNDO_SECONDS)
    return after if safety else by.community.calendar.wake(after)


def _freeze(tx: Tx, notice: Notice, people: list[int], by: Actor) -> None:
    assert notice.goes_at is not None
    due = notice.goes_at
    outbox.freeze(tx, notice.id, people, "alert" if notice.safety else "bulk", due)
    outbox.remind(
        tx, Reminder(key=f"notice:{notice.id}", kind="notice_sent", subject_id=notice.id, due_at=due)
    )


def _event(kind: str, notice: Notice, by: Actor, now: datetime, **data: object) -> Event:
    return Event(
        kind=kind,
        at=now,
        subject="notice",
        subject_id=notice.id,
        actor_id=by.id,
        unit_id=notice.unit_id,
        data=data,
    )


def approve(tx: Tx, by: Actor, notice_id: int, now: datetime) -> Notice:
    """The second person says yes. Raises NotFound, NotAllowed for the author, AlreadyDone."""
    notice = tx.get(Notice, notice_id)
    if notice is None or not by.runs(by.community.next_up(notice.unit_id).id):
        raise NotFound()
    if notice.author_id == by.id:
        raise NotAllowed()
    if notice.state is not NoticeState.WAITING:
        raise AlreadyDone(number=notice.id)
    people = rows.audience(tx, by.community.units[notice.unit_id].path, notice.audience)
    goes = _goes(by, now, safety=notice.safety)
    going = tx.save(
        replace(notice, state=NoticeState.SENDING, approved_by=by.id, goes_at=goes, recipients=len(people)),
        _event("notice_approved", notice, by, now),
    )
    _freeze(tx, going, people, by)
    return going


def cancel(tx: Tx, by: Actor, notice_id: int, now: datetime) -> Notice:
    """Takes a notice back before it has gone. Raises NotFound, TooLate."""
    notice = tx.get(Notice, notice_id)
    if notice is None or not by.runs(notice.unit_id):
        raise NotFound()
    if notice.state is NoticeState.CANCELLED:
        raise AlreadyDone(number=notice.id)
    gone = tx.save(notice.cancel(now), _event("notice_cancelled", notice, by, now))
    outbox.cancel_notice(tx, notice.id)
    outbox.forget(tx, "notice_sent", notice.id, now)
    return gone


def went_out(tx: Tx, notice_id: int) -> Notice | None:
    """The undo window is over."""
    notice = tx.get(Notice, notice_id)
    if notice is None or notice.state is not NoticeState.SENDING:
        return None
    return tx.save(replace(notice, state=NoticeState.SENT))


def acknowledge(tx: Tx, by: Actor, notice_id: int, now: datetime) -> bool:
    """收到. Raises NotFound when it was not sent to them; False when they said so before."""
    if not outbox.was_sent_notice(tx, notice_id, by.id):
        raise NotFound()
    return outbox.acknowledge(tx, notice_id, by.id, now)


def receipts(tx: Tx, by: Actor, notice_id: int) -> tuple[Notice, dict[str, int]]:
    """Totals, never names."""
    notice = tx.get(Notice, notice_id)
    if notice is None or not by.runs(notice.unit_id):
        raise NotFound()
    return notice, outbox.notice_counts(tx, notice.id)
