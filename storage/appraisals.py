"""Votes on people, and the stars of a period, as rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, insert, or_, select, update

from domain.appraisals import Appraisal, AppraisalKind, Earned, Mark, Result
from domain.people import RoleKind
from storage.tables import appraisal_tallies, appraisal_voters, appraisals, ratings, roles
from storage.tx import Tx


def freeze(tx: Tx, appraisal: Appraisal, subjects: Collection[int], voters: Collection[int]) -> None:
    """Keeps whom it is about and who may vote."""
    told = [
        {"appraisal_id": appraisal.id, "subject_id": subject, "mark": mark, "count": 0}
        for subject in subjects
        for mark in Mark
    ]
    tx.connection.execute(insert(appraisal_tallies), told)
    roll = [{"appraisal_id": appraisal.id, "person_id": voter, "voted": False} for voter in voters]
    tx.connection.execute(insert(appraisal_voters), roll)


def of_period(tx: Tx, unit_id: int, kind: AppraisalKind, period: str) -> Appraisal | None:
    table = appraisals.c
    return tx.first(Appraisal, table.unit_id == unit_id, table.kind == kind, table.period == period)


def locked(tx: Tx, appraisal_id: int) -> Appraisal | None:
    return tx.first(Appraisal, appraisals.c.id == appraisal_id, lock=True)


def of_units(tx: Tx, unit_ids: Collection[int], limit: int = 8) -> list[Appraisal]:
    """The appraisals of these units, newest first."""
    mine = appraisals.c.unit_id.in_(sorted(unit_ids))
    return tx.all(Appraisal, mine, order=appraisals.c.id.desc(), limit=limit)


def open_to(tx: Tx, person_id: int) -> list[Appraisal]:
    """Those in which somebody may still vote."""
    mine = select(appraisal_voters.c.appraisal_id).where(
        appraisal_voters.c.person_id == person_id, appraisal_voters.c.voted.is_(False)
    )
    return tx.all(Appraisal, appraisals.c.closed_at.is_(None), appraisals.c.id.in_(mine))


def has_voted(tx: Tx, appraisal_id: int, person_id: int) -> bool | None:
    """Whether somebody on the roll has voted; None when they are not on it."""
    found = tx.connection.execute(
        select(appraisal_voters.c.voted).where(
            appraisal_voters.c.appraisal_id == appraisal_id, appraisal_voters.c.person_id == person_id
        )
    ).first()
    return None if found is None else bool(found[0])


def mark_voted(tx: Tx, appraisal_id: int, person_id: int) -> bool:
    """False when they had voted before, be it in the same moment."""
    table = appraisal_voters.c
    changed = tx.connection.execute(
        update(appraisal_voters)
        .where(table.appraisal_id == appraisal_id, table.person_id == person_id, table.voted.is_(False))
        .values(voted=True)
    )
    return changed.rowcount == 1


def count_in(tx: Tx, appraisal_id: int, marks: Mapping[int, Mark]) -> None:
    """Adds a ballot. Every row is written, so that which ones were last touched tells nothing."""
    table = appraisal_tallies.c
    given = or_(*(and_(table.subject_id == who, table.mark == mark) for who, mark in marks.items()))
    tx.connection.execute(
        update(appraisal_tallies)
        .where(table.appraisal_id == appraisal_id)
        .values(count=table["count"] + case((given, 1), else_=0))
    )


def subjects(tx: Tx, appraisal_id: int) -> list[int]:
    table = appraisal_tallies.c
    found = select(table.subject_id).where(table.appraisal_id == appraisal_id).distinct()
    return sorted(row[0] for row in tx.rows(found))


def results(tx: Tx, appraisal_id: int) -> list[Result]:
    table = appraisal_tallies.c
    counted: dict[int, dict[Mark, int]] = {}
    found = select(table.subject_id, table.mark, table["count"]).where(table.appraisal_id == appraisal_id)
    for subject, mark, count in tx.rows(found.order_by(table.subject_id)):
        counted.setdefault(subject, {})[mark] = count
    return [Result(person_id=subject, marks=marks) for subject, marks in counted.items()]


def voted(tx: Tx, appraisal_id: int) -> int:
    """How many have voted."""
    table = appraisal_voters.c
    found = select(func.count()).where(table.appraisal_id == appraisal_id, table.voted.is_(True))
    return int(tx.connection.execute(found).scalar() or 0)


def roll(tx: Tx, appraisal_id: int, *, silent: bool = False) -> list[int]:
    """Who may vote; `silent`: who may still."""
    table = appraisal_voters.c
    where: list[Any] = [table.appraisal_id == appraisal_id]
    if silent:
        where.append(table.voted.is_(False))
    return [row[0] for row in tx.rows(select(table.person_id).where(*where).order_by(table.person_id))]


# -- the stars of a period -------------------------------------------------------------------------
def earned(
    tx: Tx, unit_ids: Collection[int], start: datetime, end: datetime, *, by_unit: bool
) -> list[Earned]:
    """The stars given by people served in [start, end): of members, or of the units that answered for it."""
    key = ratings.c.unit_id if by_unit else ratings.c.handler_id
    where: list[Any] = [
        ratings.c.unit_id.in_(sorted(unit_ids)),
        ratings.c.created_at >= start,
        ratings.c.created_at < end,
        or_(ratings.c.handler_id.is_(None), ratings.c.handler_id != ratings.c.person_id),
    ]
    if not by_unit:
        members = select(roles.c.person_id).where(roles.c.kind == RoleKind.MEMBER)
        where.append(ratings.c.handler_id.in_(members))
    found = select(key, func.count(), func.sum(ratings.c.stars)).where(*where).group_by(key).order_by(key)
    return [Earned(id=who, ratings=int(count), stars=int(stars)) for who, count, stars in tx.rows(found)]
