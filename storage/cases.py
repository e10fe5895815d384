"""Cases: numbers, queues, a person's own, notes and photos."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, and_, func, or_, select, union, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.access import Reach
from domain.case import UNFINISHED, Case, CaseKind, Status
from domain.supervision import SupervisionState
from storage.tables import cases, counters, events, files, joiners, notes, supervisions, tasks
from storage.tx import Tx


def next_number(tx: Tx, unit_id: int, year: int) -> int:
    """The next number of a community and year: no gaps that a reader would notice, never the same twice."""
    dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
    statement = (
        dialect.insert(counters)
        .values(unit_id=unit_id, year=year, last=1)
        .on_conflict_do_update(index_elements=["unit_id", "year"], set_={"last": counters.c.last + 1})
        .returning(counters.c.last)
    )
    return int(tx.connection.execute(statement).scalar_one())


def of_person(
    tx: Tx, person_id: int, statuses: Collection[Status] | None = None, limit: int = 10, offset: int = 0
) -> list[Case]:
    """The cases somebody filed, that were filed for them or that they joined, newest first."""
    where: list[Any] = [cases.c.id.in_(_theirs(person_id))]
    if statuses is not None:
        where.append(cases.c.status.in_(sorted(statuses)))
    return tx.all(Case, *where, order=cases.c.id.desc(), limit=limit, offset=offset)


def _theirs(person_id: int) -> CompoundSelect[Any]:
    """Three looks into three indexes: of one condition with "or" PostgreSQL would read all cases."""
    return union(
        select(cases.c.id).where(cases.c.reporter_id == person_id),
        select(cases.c.id).where(cases.c.beneficiary_id == person_id),
        select(joiners.c.case_id).where(joiners.c.person_id == person_id, joiners.c.left_at.is_(None)),
    )


def filed_since(tx: Tx, reporter_id: int, since: datetime, limit: int = 20) -> list[Case]:
    """What somebody reported after a moment, newest first."""
    mine = (cases.c.reporter_id == reporter_id, cases.c.created_at > since)
    return tx.all(Case, *mine, order=cases.c.id.desc(), limit=limit)


def by_number(tx: Tx, number: int, community_ids: Collection[int] | None = None) -> list[Case]:
    """Cases with this number, newest year first; numbers run per community."""
    where: list[Any] = [cases.c.number == number]
    if community_ids is not None:
        where.append(cases.c.community_id.in_(sorted(community_ids)))
    return tx.all(Case, *where, order=cases.c.year.desc(), limit=5)


def locked(tx: Tx, case_id: int) -> Case | None:
    """A case nobody else can change until this transaction ends."""
    return tx.first(Case, cases.c.id == case_id, lock=True)


def queue(tx: Tx, reach: Reach, which: str, now: datetime, limit: int = 10, offset: int = 0) -> list[Case]:
    """One part of a queue: new (nobody has it), claimed, overdue, wishes to verify, or all unfinished."""
    return tx.all(
        Case,
        *_part(reach, which, now),
        order=(cases.c.urgent.desc(), cases.c.answer_by),
        limit=limit,
        offset=offset,
    )


def queue_counts(tx: Tx, reach: Reach, now: datetime) -> dict[str, int]:
    """How many stand in each part of the queue."""
    return {
        which: int(
            tx.connection.execute(
                select(func.count()).select_from(cases).where(*_part(reach, which, now))
            ).scalar()
            or 0
        )
        for which in ("new", "claimed", "overdue", "supervised", "verify")
    }


def open_to(reach: Reach) -> list[Any]:
    """What somebody may see of a queue, as `Actor.may_run` says it of one case."""
    return [
        or_(
            cases.c.private.is_(False),
            cases.c.urgent.is_(True),
            cases.c.kind != CaseKind.ISSUE,
            cases.c.unit_id.in_(reach.own),
        ),
        or_(cases.c.subject_unit_id.is_(None), cases.c.subject_unit_id.not_in(reach.barred)),
    ]


def _part(reach: Reach, which: str, now: datetime) -> list[Any]:
    where: list[Any] = [cases.c.unit_id.in_(reach.units), *open_to(reach)]
    if which == "new":
        where.append(cases.c.status == Status.OPEN)
    elif which == "claimed":
        where.append(cases.c.status == Status.CLAIMED)
    elif which == "supervised":
        standing = supervisions.c.state != SupervisionState.LIFTED
        where.append(cases.c.id.in_(select(supervisions.c.case_id).where(standing)))
    elif which == "verify":
        where.append(cases.c.status == Status.UNVERIFIED)
    elif which == "overdue":
        where += [
            cases.c.status.in_(sorted(UNFINISHED)),
            cases.c.answer_by <= now,
            cases.c.paused_at.is_(None),
        ]
    else:
        where.append(cases.c.status.in_(sorted(UNFINISHED)))
    return where


def add_note(tx: Tx, case_id: int, person_id: int, text: str, now: datetime, kind: str = "") -> int:
    """Words kept with a case: what its people add (""), a question, a reason, progress."""
    result = tx.connection.execute(
        notes.insert().values(case_id=case_id, person_id=person_id, text=text, kind=kind, at=now)
    )
    return int((result.inserted_primary_key or (0,))[0])


def notes_of(tx: Tx, case_id: int) -> list[tuple[str, int]]:
    """What was added to a case or asked about it, and by whom, oldest first."""
    wanted = (
        select(notes.c.text, notes.c.person_id)
        .where(notes.c.case_id == case_id, notes.c.kind.in_(("", "question")))
        .order_by(notes.c.id)
    )
    return [(row.text, row.person_id) for row in tx.rows(wanted)]


def note_text(tx: Tx, note_id: int) -> str:
    return str(tx.connection.execute(select(notes.c.text).where(notes.c.id == note_id)).scalar() or "")


def keep_file(tx: Tx, person_id: int, sha256: str, mime: str, size: int, now: datetime) -> int:
    """Notes that a stored file belongs to a person; a case takes it later."""
    result = tx.connection.execute(
        files.insert().values(sha256=sha256, mime=mime, size=size, person_id=person_id, at=now)
    )
    return int((result.inserted_primary_key or (0,))[0])


def attach(tx: Tx, case_id: int, file_ids: Collection[int], person_id: int) -> int:
    """Puts a person's own files to a case; returns how many."""
    if not file_ids:
        return 0
    return tx.connection.execute(
        update(files)
        .where(files.c.id.in_(sorted(file_ids)), files.c.person_id == person_id)
        .values(case_id=case_id)
    ).rowcount


def files_of(tx: Tx, case_id: int) -> list[tuple[int, str]]:
    rows = tx.rows(select(files.c.id, files.c.mime).where(files.c.case_id == case_id).order_by(files.c.id))
    return [(row.id, row.mime) for row in rows]


def file_row(tx: Tx, file_id: int) -> Any | None:
    return tx.connection.execute(select(files).where(files.c.id == file_id)).first()


def closings(tx: Tx, unit_ids: list[int], since: datetime) -> dict[str, int]:
    """How cases were closed since a moment: "confirmed" by the person, or "unconfirmed"."""
    found = tx.rows(
        select(cases.c.closed_how, func.count())
        .where(cases.c.unit_id.in_(unit_ids), cases.c.status == Status.CLOSED, cases.c.closed_at >= since)
        .group_by(cases.c.closed_how)
    )
    counts = {how or "confirmed": count for how, count in found}
    return {how: counts.get(how, 0) for how in ("confirmed", "unconfirmed")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One line of a case's history."""

    kind: str
    at: datetime
    actor_id: int | None
    unit_id: int | None
    data: dict[str, Any]


def history(tx: Tx, case_id: int) -> list[Happened]:
    """What happened to a case and to its task, oldest first."""
    task = select(tasks.c.id).where(tasks.c.case_id == case_id).scalar_subquery()
    return [
        Happened(**row._mapping)
        for row in tx.rows(
            select(events.c.kind, events.c.at, events.c.actor_id, events.c.unit_id, events.c.data)
            .where(
                or_(
                    and_(events.c.subject == "case", events.c.subject_id == case_id),
                    and_(events.c.subject == "task", events.c.subject_id == task),
                )
            )
            .order_by(events.c.id)
        )
    ]
