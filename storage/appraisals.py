"""Votes on people, and the stars of a period, as rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from domain.appraisals import Appraisal, AppraisalKind, Earned, Mark, Result
from domain.people import RoleKind
from storage.rolls import Roll
from storage.tables import appraisal_tallies, appraisal_voters, appraisals, ratings, roles
from storage.tx import Tx

ROLL = Roll(appraisal_voters, appraisal_tallies, "appraisal_id")


def freeze(tx: Tx, appraisal: Appraisal, subjects: Collection[int], voters: Collection[int]) -> None:
    """Keeps whom it is about and who may vote."""
    sums = [{"subject_id": subject, "mark": mark} for subject in subjects for mark in Mark]
    ROLL.freeze(tx, appraisal.id, [{"person_id": voter} for voter in voters], sums)


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
    still = appraisals.c.id.in_(ROLL.open_to(person_id))
    return tx.all(Appraisal, appraisals.c.closed_at.is_(None), still)


def count_in(tx: Tx, appraisal_id: int, marks: Mapping[int, Mark]) -> None:
    """Adds a ballot."""
    table = appraisal_tallies.c
    given = or_(*(and_(table.subject_id == who, table.mark == mark) for who, mark in marks.items()))
    ROLL.count_in(tx, appraisal_id, given)


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
