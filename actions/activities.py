"""Monthly themes, activities, and who comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from actions.people import branch_of_home
from domain.access import Actor
from domain.calendar import BEIJING
from domain.errors import AlreadyDone, NoSuchTime, NotFound
from domain.events import Event, Reminder
from domain.notices import Activity, SignUp, Theme
from storage import notices as rows
from storage import outbox
from storage.tx import Tx


def set_theme(tx: Tx, by: Actor, unit_id: int, month: str, title: str, now: datetime) -> Theme:
    """The unit's theme of a month; setting it again renames it. The month's first reminder is noted."""
    by.must_run(unit_id)
    found = rows.theme_of(tx, [unit_id], month)
    if found is not None:
        theme = tx.save(replace(found, title=title))
    else:
        theme = tx.add(Theme(unit_id=unit_id, month=month, title=title, author_id=by.id, created_at=now))
    tx.add(_event("theme_set", "theme", theme.id, unit_id, by, now))
    year, number = (int(part) for part in month.split("-"))
    first = by.community.calendar.first_work_day(year, number)
    due = datetime.combine(first, time(9), BEIJING)
    outbox.remind(
        tx,
        Reminder(key=f"theme:{theme.id}", kind="theme", subject_id=theme.id, due_at=max(due, now)),
    )
    return theme


def _event(
    kind: str, subject: str, subject_id: int, unit_id: int, by: Actor | None, now: datetime, **data: object
) -> Event:
    return Event(
        kind=kind,
        at=now,
        subject=subject,
        subject_id=subject_id,
        actor_id=by.id if by else None,
        unit_id=unit_id,
        data=data,
    )


def plan(
    tx: Tx,
    by: Actor,
    unit_id: int,
    *,
    title: str,
    starts_at: datetime,
    where: str,
    places: int,
    now: datetime,
) -> Activity:
    """An activity people can join. Raises NotAllowed, NoSuchTime (the past), AlreadyDone (the same twice)."""
    by.must_run(unit_id)
    if starts_at <= now:
        raise NoSuchTime(when=starts_at)
    if rows.planned(tx, unit_id, title, starts_at, where):
        raise AlreadyDone()
    month = starts_at.astimezone(BEIJING).strftime("%Y-%m")
    theme = rows.theme_of(tx, [unit.id for unit in by.community.up(unit_id)], month)
    activity = tx.add(
        Activity(
            unit_id=unit_id,
            theme_id=theme.id if theme else None,
            title=title,
            where=where,
            starts_at=starts_at,
            places=places,
            created_at=now,
        )
    )
    tx.add(_event("activity_planned", "activity", activity.id, unit_id, by, now))
    _remind(tx, by, activity, now)
    return activity


def _remind(tx: Tx, by: Actor, activity: Activity, now: datetime, again: str = "") -> None:
    """Two days and two hours before; `again` tells the reminders of a new time from those of the old."""
    for hours in (48, 2):
        due = by.community.calendar.before_quiet(activity.starts_at - timedelta(hours=hours))
        if due > now:
            outbox.remind(
                tx,
                Reminder(
                    key=f"activity:{activity.id}:{hours}{again}",
                    kind=f"activity_{hours}h",
                    subject_id=activity.id,
                    due_at=due,
                ),
            )


def _forget(tx: Tx, activity: Activity, now: datetime) -> None:
    for hours in (48, 2):
        outbox.forget(tx, f"activity_{hours}h", activity.id, now)


def _own(tx: Tx, by: Actor, activity_id: int) -> Activity:
    """One of a unit that this person runs, and still on. Raises NotFound, AlreadyDone."""
    activity = rows.locked_activity(tx, activity_id)
    if activity is None or not by.runs(activity.unit_id):
        raise NotFound()
    if activity.state == "cancelled":
        raise AlreadyDone(number=activity.id)
    return activity


def move(tx: Tx, by: Actor, activity_id: int, *, starts_at: datetime, where: str, now: datetime) -> Activity:
    """At another time or place: everybody who signed up hears so and is reminded anew.

    Raises NotFound, also when it has begun; NoSuchTime (the past); AlreadyDone: off, or it stands there.
    """
    activity = _own(tx, by, activity_id)
    if activity.starts_at <= now:
        raise NotFound()
    if starts_at <= now:
        raise NoSuchTime(when=starts_at)
    if (starts_at, where) == (activity.starts_at, activity.where):
        raise AlreadyDone(number=activity.id)
    _forget(tx, activity, now)
    moved = replace(activity, starts_at=starts_at, where=where)
    _remind(tx, by, moved, now, again=f":{int(now.timestamp() * 1000)}")
    was = {"was": activity.starts_at.isoformat(), "where_was": activity.where}
    return tx.save(moved, _event("activity_moved", "activity", activity.id, activity.unit_id, by, now, **was))


def cancel(tx: Tx, by: Actor, activity_id: int, now: datetime) -> Activity:
    """Called off: everybody who signed up hears so. Raises NotFound, AlreadyDone."""
    activity = _own(tx, by, activity_id)
    _forget(tx, activity, now)
    happened = _event("activity_cancelled", "activity", activity.id, activity.unit_id, by, now)
    return tx.save(replace(activity, state="cancelled"), happened)


def coming(tx: Tx, by: Actor, now: datetime) -> list[Activity]:
    """What somebody can join: their branch's activities and those of the levels above."""
    return rows.coming(tx, _area(tx, by), now)


def _area(tx: Tx, by: Actor) -> list[int]:
    """Their home's branch and what stands above it, and the same for each role; else the whole community."""
    home = branch_of_home(tx, by)
    starts = [home.id] if home else []
    starts += [role.unit_id for role in by.roles]
    found = {unit.id for start in starts for unit in by.community.up(start)}
    return sorted(found) if found else sorted(by.community.units)


def theme(tx: Tx, by: Actor, now: datetime) -> Theme | None:
    """This month's theme where they live."""
    home = branch_of_home(tx, by)
    if home is None:
        return None
    month = now.astimezone(BEIJING).strftime("%Y-%m")
    return rows.theme_of(tx, [unit.id for unit in by.community.up(home.id)], month)


def open_to(tx: Tx, by: Actor, activity: Activity | None, now: datetime) -> Activity:
    """An activity they can join. Raises NotFound for one of another part of the community, off or over."""
    if activity is None or activity.unit_id not in _area(tx, by):
        raise NotFound()
    if activity.state != "open" or activity.starts_at <= now:
        raise NotFound()
    return activity


def join(tx: Tx, by: Actor, activity_id: int, now: datetime) -> tuple[Activity, SignUp]:
    """Signs up; when it is full they wait in order. Raises NotFound, AlreadyDone."""
    activity = open_to(tx, by, rows.locked_activity(tx, activity_id), now)
    known = rows.sign_up(tx, activity_id, by.id)
    if known is not None and known.state != "left":
        raise AlreadyDone(number=activity.id, title=activity.title)
    full = bool(activity.places) and activity.taken >= activity.places
    state = "waiting" if full else "joined"
    if not full:
        activity = tx.save(replace(activity, taken=activity.taken + 1))
    if known is not None:
        signed = tx.save(replace(known, state=state, created_at=now))
    else:
        signed = tx.add(SignUp(activity_id=activity_id, person_id=by.id, state=state, created_at=now))
    tx.add(_event("activity_joined", "activity", activity.id, activity.unit_id, by, now, state=state))
    return activity, signed


def joined(tx: Tx, by: Actor, now: datetime) -> list[Activity]:
    """What is to come and they have signed up for, or wait for."""
    signed = [(one, rows.sign_up(tx, one.id, by.id)) for one in coming(tx, by, now)]
    return [one for one, known in signed if known is not None and known.state != "left"]


def leave(tx: Tx, by: Actor, activity_id: int, now: datetime) -> Activity:
    """Cannot come after all: the first who waits gets the place. Raises NotFound."""
    activity = rows.locked_activity(tx, activity_id)
    known = rows.sign_up(tx, activity_id, by.id)
    if activity is None or known is None or known.state == "left":
        raise NotFound()
    tx.save(replace(known, state="left"))
    if known.state == "joined":
        waiting = rows.signed_up(tx, activity_id, "waiting", limit=1)
        if waiting:
            tx.save(replace(waiting[0], state="joined"))
            to = waiting[0].person_id
            tx.add(
                _event("activity_place_freed", "activity", activity.id, activity.unit_id, None, now, to=to)
            )
        else:
            activity = tx.save(replace(activity, taken=max(0, activity.taken - 1)))
    tx.add(_event("activity_left", "activity", activity.id, activity.unit_id, by, now))
    return activity
