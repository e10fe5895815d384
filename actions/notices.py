"""Notices to many: who hears them, when, and who has to agree. On their way: actions/broadcasts.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from actions import muting
from domain.access import Actor
from domain.errors import AlreadyDone, NobodyThere, NotAllowed, NotFound
from domain.events import Event, Reminder
from domain.notices import SECOND_PERSON_ABOVE, UNDO_SECONDS, Notice, NoticeState, Topic
from domain.tree import Unit
from storage import broadcasts, outbox, paces
from storage import notices as rows
from storage.tx import Tx

QUICK = timedelta(minutes=1)  # what goes without a channel's pace


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a notice would do if it went now."""

    count: int  # recipients
    reachable: int  # of them, with an address that is switched on
    first: int  # of them, in the places that hear it first
    muted: int  # beside them, who have turned this kind off
    begins_at: datetime
    ends_at: datetime


def forecast(
    tx: Tx,
    by: Actor,
    unit_id: int,
    audience: str,
    now: datetime,
    *,
    first: Sequence[str] = (),
    at: datetime | None = None,
    safety: bool = False,
    topic: Topic = Topic.GENERAL,
) -> Forecast:
    """How many people a notice would reach, and until when. Raises NotAllowed beyond their own units."""
    people, muted = muting.split(tx, recipients(tx, by, unit_id, audience), topic, safety=safety)
    channels = broadcasts.by_channel(tx, people)
    begins = _goes(by, now, at, safety=safety)
    return Forecast(
        count=len(people),
        reachable=sum(channels.values()),
        first=len(_in_front(tx, by, unit_id, people, first)),
        muted=muted,
        begins_at=begins,
        ends_at=begins + _takes(tx, channels, now),
    )


def _takes(tx: Tx, channels: dict[str, int], now: datetime) -> timedelta:
    """How long so many sends take, behind what is on its way already."""
    longest = QUICK
    for name, pace in paces.every(tx, now).items():
        waits = (channels.get(name, 0) + broadcasts.ahead(tx)) / pace.per_second
        days = (channels.get(name, 0) - 1) // pace.per_day if pace.per_day else 0
        longest = max(longest, timedelta(days=max(0, days), seconds=waits))
    return longest


def recipients(tx: Tx, by: Actor, unit_id: int, audience: str) -> list[int]:
    """Everybody a notice of the unit would be for, whatever they have turned off.

    Raises NotAllowed beyond their own units.
    """
    by.must_run(unit_id)
    return rows.audience(tx, by.community.units[unit_id].path, audience)


def _in_front(tx: Tx, by: Actor, unit_id: int, people: Sequence[int], first: Sequence[str]) -> list[int]:
    """Those of these people who live where the notice is urgent."""
    path = by.community.units[unit_id].path
    there = {one for place in first for one in rows.audience(tx, path, f"place:{place}")}
    return [one for one in people if one in there]


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
    topic: Topic = Topic.GENERAL,
    first: Sequence[str] = (),
    at: datetime | None = None,
) -> Notice:
    """Freezes the recipients and sends after the undo window, or at a moment; `first` are places' ids.

    Who has turned the topic off is none of them, unless it is a matter of safety.

    Above the limit it waits for a second person. Raises NotAllowed, NobodyThere.
    """
    people, _ = muting.split(tx, recipients(tx, by, unit_id, audience), topic, safety=safety)
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
            topic=topic,
            first=tuple(first),
            state=NoticeState.WAITING if waits else NoticeState.SENDING,
            recipients=len(people),
            created_at=now,
            goes_at=at if waits else _goes(by, now, at, safety=safety),
        )
    )
    if waits:
        tx.add(event("notice_waits", notice, by, now, previewed=previewed))
        return notice
    _freeze(tx, notice, people, by)
    tx.add(event("notice_confirmed", notice, by, now, previewed=previewed))
    return notice


def _goes(by: Actor, now: datetime, at: datetime | None, *, safety: bool) -> datetime:
    """When the undo window ends; what is no matter of safety waits for the end of the quiet hours."""
    after = max(now + timedelta(seconds=UNDO_SECONDS), at or now)
    return after if safety else by.community.calendar.wake(after)


def _freeze(tx: Tx, notice: Notice, people: list[int], by: Actor) -> None:
    assert notice.goes_at is not None
    front = _in_front(tx, by, notice.unit_id, people, notice.first)
    others = set(people) - set(front)
    broadcasts.freeze(tx, notice.id, [*front, *(one for one in people if one in others)], notice.goes_at)
    go_at(tx, notice, notice.goes_at)


def go_at(tx: Tx, notice: Notice, due: datetime) -> None:
    """The notice begins to go at a moment."""
    outbox.remind(
        tx, Reminder(key=f"notice:{notice.id}", kind="notice_sent", subject_id=notice.id, due_at=due)
    )


def event(kind: str, notice: Notice, by: Actor | None, now: datetime, **data: object) -> Event:
    """Something that happened to a notice."""
    return Event(
        kind=kind,
        at=now,
        subject="notice",
        subject_id=notice.id,
        actor_id=by.id if by else None,
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
    everybody = rows.audience(tx, by.community.units[notice.unit_id].path, notice.audience)
    people, _ = muting.split(tx, everybody, notice.topic, safety=notice.safety)
    goes = _goes(by, now, notice.goes_at, safety=notice.safety)
    going = tx.save(
        replace(notice, state=NoticeState.SENDING, approved_by=by.id, goes_at=goes, recipients=len(people)),
        event("notice_approved", notice, by, now),
    )
    _freeze(tx, going, people, by)
    return going


def theirs(tx: Tx, by: Actor, notice_id: int) -> Notice:
    """A notice of a unit they run. Raises NotFound."""
    notice = tx.get(Notice, notice_id)
    if notice is None or not by.runs(notice.unit_id):
        raise NotFound()
    return notice


def cancel(tx: Tx, by: Actor, notice_id: int, now: datetime) -> Notice:
    """Takes a notice back before it has gone. Raises NotFound, TooLate."""
    notice = theirs(tx, by, notice_id)
    if notice.state is NoticeState.CANCELLED:
        raise AlreadyDone(number=notice.id)
    gone = tx.save(notice.cancel(now), event("notice_cancelled", notice, by, now))
    broadcasts.stop(tx, notice.id)
    outbox.forget(tx, "notice_sent", notice.id, now)
    return gone


def acknowledge(tx: Tx, by: Actor, notice_id: int, now: datetime) -> bool:
    """收到. Raises NotFound when it was not sent to them; False when they said so before."""
    if not broadcasts.was_sent(tx, notice_id, by.id):
        raise NotFound()
    return broadcasts.acknowledge(tx, notice_id, by.id, now)


def receipts(tx: Tx, by: Actor, notice_id: int) -> tuple[Notice, dict[str, int]]:
    """Totals, never names."""
    notice = theirs(tx, by, notice_id)
    return notice, broadcasts.counts(tx, notice.id)
