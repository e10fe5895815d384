"""Calls through the bot: words are relayed, numbers and accounts are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from actions import people
from domain.access import Actor
from domain.errors import Busy, NobodyThere, NotFound
from domain.events import Delivery, Event, Reminder
from domain.notices import Call
from domain.people import Person, RoleKind
from storage import notices as rows
from storage import outbox
from storage import people as person_rows
from storage.tx import Tx

RINGS = timedelta(minutes=5)
LASTS = timedelta(hours=2)


def start(tx: Tx, by: Actor, unit_id: int, now: datetime, member_id: int | None = None) -> Call:
    """Rings a member of the branch, the one asked for first. Raises Busy, NobodyThere."""
    if rows.call_of(tx, by.id, now) or rows.ringing(tx, by.id):
        raise Busy()
    callee = member_id if _may_be_rung(tx, by, unit_id, member_id, now) else None
    callee = callee or _next(tx, unit_id, (), by.id, now)
    if callee is None:
        raise NobodyThere()
    call = tx.add(
        Call(
            caller_id=by.id,
            callee_id=callee,
            tried=(callee,),
            unit_id=unit_id,
            ring_until=now + RINGS,
            ends_at=now + LASTS,
            created_at=now,
        )
    )
    _ring(tx, call, now)
    return call


def _may_be_rung(tx: Tx, by: Actor, unit_id: int, member_id: int | None, now: datetime) -> bool:
    return member_id is not None and any(
        person.id == member_id and person.id != by.id for person, _, _ in people.on_duty(tx, unit_id, now)
    )


def _next(tx: Tx, unit_id: int, tried: tuple[int, ...], caller: int, now: datetime) -> int | None:
    """The next member on duty, then the secretary."""
    for person, _, on_duty in people.on_duty(tx, unit_id, now):
        if on_duty and person.id not in tried and person.id != caller:
            return person.id
    secretaries = person_rows.in_unit(
        tx, [unit_id], frozenset({RoleKind.SECRETARY, RoleKind.DEPUTY, RoleKind.OFFICER}), now
    )
    return next((one.id for one in secretaries if one.id not in tried and one.id != caller), None)


def _ring(tx: Tx, call: Call, now: datetime) -> None:
    tx.add(_event("call_rings", call, now, to=call.callee_id))
    outbox.remind(
        tx,
        Reminder(
            key=f"call:{call.id}:{len(call.tried)}", kind="call", subject_id=call.id, due_at=call.ring_until
        ),
    )


def _event(kind: str, call: Call, now: datetime, by: Actor | None = None, **data: object) -> Event:
    return Event(
        kind=kind,
        at=now,
        subject="call",
        subject_id=call.id,
        actor_id=by.id if by else call.caller_id,
        unit_id=call.unit_id,
        data=data,
    )


def answer(tx: Tx, by: Actor, call_id: int, now: datetime) -> Call:
    """The one who is rung picks up. Raises NotFound when it rings elsewhere by now."""
    call = rows.locked_call(tx, call_id)
    if call is None or call.callee_id != by.id or call.state != "ringing":
        raise NotFound()
    if rows.call_of(tx, by.id, now):
        raise Busy()
    return tx.save(replace(call, state="open"), _event("call_answered", call, now, by))


def decline(tx: Tx, by: Actor, call_id: int, now: datetime) -> Call:
    """Not now: the next one is rung at once."""
    call = rows.locked_call(tx, call_id)
    if call is None or call.callee_id != by.id or call.state != "ringing":
        raise NotFound()
    return pass_on(tx, call, now)


def ring_is_over(tx: Tx, call_id: int, now: datetime) -> Call | None:
    """Nobody picked up in five minutes."""
    call = rows.locked_call(tx, call_id)
    if call is None or call.state != "ringing" or call.ring_until > now:
        return None
    return pass_on(tx, call, now)


def pass_on(tx: Tx, call: Call, now: datetime) -> Call:
    """The next member, then the secretary, then the branch's office line."""
    callee = _next(tx, call.unit_id, call.tried, call.caller_id, now)
    if callee is None:
        return tx.save(
            replace(call, state="unanswered", callee_id=None), _event("call_unanswered", call, now)
        )
    rung = tx.save(replace(call, callee_id=callee, tried=(*call.tried, callee), ring_until=now + RINGS))
    tx.add(_event("call_passed_on", rung, now))
    _ring(tx, rung, now)
    return rung


def end(tx: Tx, by: Actor, call_id: int, now: datetime) -> Call:
    """Either side hangs up, or the caller stops ringing."""
    call = rows.locked_call(tx, call_id)
    if call is None or by.id not in (call.caller_id, call.callee_id):
        raise NotFound()
    if call.state not in ("open", "ringing"):
        raise NotFound()
    if call.state == "ringing" and by.id != call.caller_id:
        raise NotFound()
    return tx.save(replace(call, state="ended"), _event("call_ended", call, now, by))


def other_side(tx: Tx, call: Call, person_id: int) -> Person | None:
    return tx.get(Person, call.callee_id if person_id == call.caller_id else call.caller_id)


def open_call(tx: Tx, by: Actor, now: datetime) -> Call:
    """The call somebody is in. Raises NotFound."""
    call = rows.call_of(tx, by.id, now)
    if call is None:
        raise NotFound()
    return call


def relay(tx: Tx, by: Actor, call: Call, text: str, now: datetime, files: tuple[int, ...] = ()) -> None:
    """Words from one side to the other. The event says that something was said, the delivery what."""
    to = other_side(tx, call, by.id)
    if to is None:
        return
    event = tx.add(_event("call_words", call, now, by))
    payload = {
        "facts": {"text": text},
        "buttons": [["hang_up", f"end_call call={call.id}"]],
        "files": list(files),
    }
    delivery = Delivery(
        key=f"{event.id}:{to.id}:relay",
        kind="notify.relay",
        lane="reply",
        event_id=event.id,
        person_id=to.id,
        payload=payload,
        due_at=now,
    )
    outbox.put(tx, delivery)
