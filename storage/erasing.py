"""Taking somebody out of every table: their words, their files, where they were reached.

Rows that others count stay, with nothing of the person in them; what happened is untouched, because it
holds ids only and its chain must stay whole.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, or_, select, update

from domain.case import Case
from domain.forgetting import GONE, Markers
from domain.people import Person
from storage import pushes
from storage.tables import (
    addresses,
    cases,
    claims,
    deliveries,
    desk_passes,
    desk_sessions,
    erasures,
    events,
    files,
    invites,
    joiners,
    lessons,
    mailbox,
    memberships,
    notes,
    opinions,
    people,
    quarantine,
    ratings,
    recordings,
    return_visits,
    roles,
    rosters,
    seen,
    signups,
    supervisions,
    tasks,
    webhook_sends,
)
from storage.tx import Tx


def mark_of(tx: Tx, person: Person) -> str:
    """What stands for somebody in the journal: the same for the same row of a backup, for nobody else."""
    since = person.created_at.astimezone(UTC).isoformat(timespec="microseconds")
    return tx.cipher.index(f"person|{person.id}|{since}")


def note(tx: Tx, mark: str, names: Collection[str], now: datetime) -> bool:
    """That this person was forgotten, and which files are still to go; False when it is noted already."""
    row = {"mark": mark, "at": now, "files": tuple(names), "noted_at": None}
    if tx.add_once(erasures, row, "mark"):
        return True
    tx.connection.execute(
        update(erasures).where(erasures.c.mark == mark).values(files=tuple(names), noted_at=None)
    )
    return False


def to_note(tx: Tx, limit: int = 100) -> list[Any]:
    """Erasures that the journal outside the database does not have yet."""
    waiting = select(erasures).where(erasures.c.noted_at.is_(None)).order_by(erasures.c.id).limit(limit)
    return list(tx.rows(waiting))


def noted(tx: Tx, key: int, now: datetime) -> None:
    tx.connection.execute(update(erasures).where(erasures.c.id == key).values(files=(), noted_at=now))


def marks(tx: Tx) -> set[str]:
    return {row[0] for row in tx.rows(select(erasures.c.mark))}


def everybody(tx: Tx, after: int, limit: int = 5_000) -> list[Person]:
    """A page of all people, to find those of the journal in a restored backup."""
    return tx.all(Person, people.c.id > after, order=people.c.id, limit=limit)


def unused(tx: Tx, names: Iterable[str]) -> list[str]:
    """Those of these files that no row names any more."""
    wanted = sorted(set(names))
    kept = {row[0] for row in tx.rows(select(files.c.sha256).where(files.c.sha256.in_(wanted)))}
    return [name for name in wanted if name not in kept]


# -- whose is what ---------------------------------------------------------------------------------
def cases_of(tx: Tx, person_id: int) -> list[Case]:
    """Every case they filed or that was filed for them."""
    about = or_(cases.c.reporter_id == person_id, cases.c.beneficiary_id == person_id)
    return tx.all(Case, about, limit=100_000)


def coming(tx: Tx, person_id: int) -> list[int]:
    """The activities they are signed up for or wait for."""
    stands = and_(signups.c.person_id == person_id, signups.c.state != "left")
    return [row[0] for row in tx.rows(select(signups.c.activity_id).where(stands))]


def words_of(tx: Tx, person_id: int, case_ids: Collection[int]) -> list[str]:
    """What they wrote: in their chats, in cases and in notes."""
    at = select(addresses.c.id).where(addresses.c.person_id == person_id)
    wrote = tx.rows(select(mailbox.c.body).where(mailbox.c.address_id.in_(at), mailbox.c.mine.is_(True)))
    said = [str(row.body.get("text", "")) for row in wrote]
    said += [row[0] for row in tx.rows(select(cases.c.text).where(cases.c.id.in_(case_ids)))]
    said += [row[0] for row in tx.rows(select(notes.c.text).where(_said_as_resident(person_id)))]
    said += [row[0] for row in tx.rows(select(opinions.c.text).where(opinions.c.person_id == person_id))]
    return [text for text in dict.fromkeys(said) if text and text != GONE]


# -- the rows --------------------------------------------------------------------------------------
def blank_cases(tx: Tx, case_ids: Collection[int]) -> list[str]:
    """Cases stay as figures: place, category and times. Returns the names of their files."""
    ids = sorted(case_ids)
    if not ids:
        return []
    nothing: dict[str, Any] = {"place_text": "", "room": "", "shared": ""}
    _set(tx, cases, cases.c.id.in_(ids), text=GONE, **nothing)
    _set(tx, cases, and_(cases.c.id.in_(ids), cases.c.answer != ""), answer=GONE)
    _set(tx, tasks, or_(tasks.c.case_id.in_(ids), tasks.c.visits_case_id.in_(ids)), title=GONE)
    _set(tx, notes, notes.c.case_id.in_(ids), text=GONE)
    _set(tx, supervisions, supervisions.c.case_id.in_(ids), reason=GONE)
    answered = and_(supervisions.c.case_id.in_(ids), supervisions.c.answer != "")
    _set(tx, supervisions, answered, answer=GONE)
    of_cases = select(tasks.c.id).where(tasks.c.case_id.in_(ids))
    _set(tx, claims, and_(claims.c.task_id.in_(of_cases), claims.c.note != ""), note=GONE)
    gone = select(events.c.id).where(events.c.subject == "case", events.c.subject_id.in_(ids))
    tx.connection.execute(delete(webhook_sends).where(webhook_sends.c.event_id.in_(gone)))
    return _drop_files(tx, files.c.case_id.in_(ids))


def blank_person(tx: Tx, person: Person, here: int) -> list[str]:
    """Everything that is theirs alone; the address `here` goes on, empty. Returns the names of files."""
    key = person.id
    _set(tx, notes, _said_as_resident(key), text=GONE)
    _set(tx, opinions, opinions.c.person_id == key, text=GONE, shown="")
    _set(tx, ratings, ratings.c.person_id == key, words="")
    rated = select(ratings.c.id).where(ratings.c.person_id == key)
    _set(tx, return_visits, return_visits.c.rating_id.in_(rated), words="")
    _set(tx, memberships, memberships.c.person_id == key, work_unit="", skills=(), duty="", state="ended")
    for row in tx.rows(select(joiners.c.id).where(joiners.c.person_id == key)):
        _set(tx, joiners, joiners.c.id == row.id, household=secrets.token_hex(32))  # counts, names no door
    for table in (invites, desk_passes, desk_sessions):
        tx.connection.execute(delete(table).where(table.c.person_id == key))
    tx.connection.execute(delete(rosters))  # any of them may name the person; they are handed in again
    _leave_addresses(tx, key, here)
    return _drop_files(tx, files.c.person_id == key)


def _leave_addresses(tx: Tx, person_id: int, here: int) -> None:
    mine = tx.rows(select(addresses).where(addresses.c.person_id == person_id))
    ids = [row.id for row in mine]
    pushes.leave(tx, ids)
    for table in (recordings, seen, mailbox):
        tx.connection.execute(delete(table).where(table.c.address_id.in_(ids)))
    told = or_(deliveries.c.address_id.in_(ids), deliveries.c.person_id == person_id)
    tx.connection.execute(delete(deliveries).where(told))
    for row in mine:
        crashed = and_(quarantine.c.channel == row.channel, quarantine.c.address == row.address)
        tx.connection.execute(delete(quarantine).where(crashed))
    tx.connection.execute(delete(addresses).where(addresses.c.id.in_(ids), addresses.c.id != here))


def _said_as_resident(person_id: int) -> ColumnElement[bool]:
    """Not what they noted while they handled somebody else's case: that belongs to the case."""
    return and_(notes.c.person_id == person_id, notes.c.kind == "")


def _drop_files(tx: Tx, which: ColumnElement[bool]) -> list[str]:
    found = tx.rows(select(files.c.id, files.c.sha256).where(which))
    ids = [row.id for row in found]
    tx.connection.execute(delete(recordings).where(recordings.c.file_id.in_(ids)))
    tx.connection.execute(delete(files).where(files.c.id.in_(ids)))
    return [row.sha256 for row in found]


def drop_lessons(tx: Tx, keys: Collection[str]) -> None:
    tx.connection.execute(delete(lessons).where(lessons.c.key.in_(sorted(keys))))


def _set(tx: Tx, table: Table, where: ColumnElement[bool], **values: Any) -> None:
    tx.connection.execute(update(table).where(where).values(**values))


# -- what others were told -------------------------------------------------------------------------
def who_handled(tx: Tx, found: Collection[Case]) -> list[int]:
    """Those who may have read of these cases: who acted in them, who was told, and the desks' people."""
    ids = sorted(case.id for case in found)
    of_tasks = select(tasks.c.id).where(or_(tasks.c.case_id.in_(ids), tasks.c.visits_case_id.in_(ids)))
    about = or_(
        and_(events.c.subject == "case", events.c.subject_id.in_(ids)),
        and_(events.c.subject == "task", events.c.subject_id.in_(of_tasks)),
    )
    happened = tx.rows(select(events.c.id, events.c.actor_id, events.c.unit_id).where(about))
    units = {case.unit_id for case in found} | {case.community_id for case in found}
    units |= {row.unit_id for row in happened if row.unit_id}
    event_ids = [row.id for row in happened]
    told = tx.rows(select(deliveries.c.person_id).where(deliveries.c.event_id.in_(event_ids)).distinct())
    staff = tx.rows(select(roles.c.person_id).where(roles.c.unit_id.in_(sorted(units))).distinct())
    joined = tx.rows(select(joiners.c.person_id).where(joiners.c.case_id.in_(ids)).distinct())
    known = {row.actor_id for row in happened} | {row[0] for row in (*told, *staff, *joined)}
    return sorted(key for key in known if key)


def forget_with(tx: Tx, person_ids: Collection[int], markers: Markers, since: datetime) -> None:
    """In what these people were told and said since then, a dash stands for what the markers find."""
    rows = tx.rows(
        select(addresses.c.id, addresses.c.state).where(addresses.c.person_id.in_(sorted(person_ids)))
    )
    at = [row.id for row in rows]
    for row in rows:
        _rewrite(tx, addresses, addresses.c.id == row.id, "state", row.state, markers)
    for row in tx.rows(
        select(mailbox.c.id, mailbox.c.body).where(mailbox.c.address_id.in_(at), mailbox.c.at >= since)
    ):
        _rewrite(tx, mailbox, mailbox.c.id == row.id, "body", row.body, markers)
    for row in tx.rows(select(seen).where(seen.c.address_id.in_(at), seen.c.at >= since)):
        one = and_(seen.c.address_id == row.address_id, seen.c.message_id == row.message_id)
        _rewrite(tx, seen, one, "reply", row.reply, markers)
    told = and_(deliveries.c.person_id.in_(sorted(person_ids)), deliveries.c.due_at >= since)
    for row in tx.rows(select(deliveries.c.id, deliveries.c.payload).where(told)):
        _rewrite(tx, deliveries, deliveries.c.id == row.id, "payload", row.payload, markers)


def _rewrite(
    tx: Tx, table: Table, where: ColumnElement[bool], column: str, value: Any, markers: Markers
) -> None:
    clean = markers.out_of(value)
    if clean != value:
        _set(tx, table, where, **{column: clean})
