"""Notices, themes, activities, calls, and who an audience is."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, or_, select, union

from domain.notices import Activity, Call, Notice, SignUp, Theme
from domain.people import RoleKind
from storage.tables import (
    activities,
    calls,
    grids,
    notices,
    people,
    places,
    roles,
    signups,
    themes,
    units,
)
from storage.tx import Tx
from storage.types import Moment


def audience(tx: Tx, unit_path: str, audience: str) -> list[int]:
    """The ids of everybody a notice of a unit reaches: residents who live in its grids and its members.

    `audience` narrows it: all, members, homes (who lives there), grid:<id>, place:<id>.
    """
    members = (
        select(roles.c.person_id)
        .join(units, units.c.id == roles.c.unit_id)
        .where(units.c.path.startswith(unit_path), roles.c.until.is_(None))
    )
    if audience == "members":
        found = members.where(roles.c.kind == RoleKind.MEMBER)
        return sorted({row[0] for row in tx.rows(found)})
    kind, _, key = audience.partition(":")
    inside = _places_within(unit_path, kind, int(key) if key else 0)
    homes = select(people.c.id).where(people.c.home_place_id.in_(inside))
    if kind == "all":
        return sorted({row[0] for row in tx.rows(union(homes, members))})
    return sorted({row[0] for row in tx.rows(homes)})


def _places_within(unit_path: str, kind: str, key: int) -> Any:
    """The places a notice covers, with everything beneath them."""
    top = (
        select(places.c.id)
        .join(grids, grids.c.id == places.c.grid_id)
        .join(units, units.c.id == grids.c.branch_id)
        .where(units.c.path.startswith(unit_path))
    )
    if kind == "grid":
        top = top.where(places.c.grid_id == key)
    covered = _with_those_below("inside", top, places.c.grid_id.is_(None))
    if kind != "place":
        return covered
    return _with_those_below(
        "around", select(places.c.id).where(places.c.id == key, places.c.id.in_(covered))
    )


def _with_those_below(name: str, top: Any, *narrower: Any) -> Any:
    tree = top.cte(name, recursive=True)
    deeper = select(places.c.id).join(tree, places.c.parent_id == tree.c.id).where(*narrower)
    return select(tree.union(deeper).c.id)


def waiting_notices(tx: Tx, unit_ids: list[int]) -> list[Notice]:
    return tx.all(Notice, notices.c.unit_id.in_(unit_ids), notices.c.state == "waiting", limit=20)


def of_author(tx: Tx, person_id: int, limit: int = 5) -> list[Notice]:
    return tx.all(Notice, notices.c.author_id == person_id, order=notices.c.id.desc(), limit=limit)


def theme_of(tx: Tx, unit_ids: list[int], month: str) -> Theme | None:
    """The month's theme of the nearest of these units (given nearest first)."""
    found = {
        one.unit_id: one for one in tx.all(Theme, themes.c.unit_id.in_(unit_ids), themes.c.month == month)
    }
    return next((found[unit] for unit in unit_ids if unit in found), None)


def coming(tx: Tx, unit_ids: list[int], now: datetime, limit: int = 8) -> list[Activity]:
    """Activities that can still be joined, soonest first."""
    return tx.all(
        Activity,
        activities.c.unit_id.in_(unit_ids),
        activities.c.state == "open",
        activities.c.starts_at > now,
        order=activities.c.starts_at,
        limit=limit,
    )


def planned(tx: Tx, unit_id: int, title: str, starts_at: datetime, where: str) -> bool:
    """Whether a unit has this very activity, and has not called it off."""
    table = activities.c
    same = (table.title == title, table.starts_at == starts_at, table.where == where, table.state == "open")
    return tx.first(Activity, table.unit_id == unit_id, *same) is not None


def locked_activity(tx: Tx, activity_id: int) -> Activity | None:
    return tx.first(Activity, activities.c.id == activity_id, lock=True)


def sign_up(tx: Tx, activity_id: int, person_id: int) -> SignUp | None:
    return tx.first(SignUp, signups.c.activity_id == activity_id, signups.c.person_id == person_id)


def signed_up(tx: Tx, activity_id: int, state: str = "joined", limit: int = 10_000) -> list[SignUp]:
    """Who signed up, in the order they did; who left and came back stands at the end."""
    return tx.all(
        SignUp,
        signups.c.activity_id == activity_id,
        signups.c.state == state,
        order=(signups.c.created_at, signups.c.id),
        limit=limit,
    )


@cache
def _open_call() -> Select[Any]:
    who = bindparam("who", type_=Integer())
    return select(*Tx.columns(Call)).where(
        or_(calls.c.caller_id == who, calls.c.callee_id == who),
        calls.c.state == "open",
        calls.c.ends_at > bindparam("at", type_=Moment()),
    )


def call_of(tx: Tx, person_id: int, now: datetime) -> Call | None:
    """The open call somebody is in, on either side."""
    found = tx.values(Call, _open_call(), {"who": person_id, "at": now})
    return found[0] if found else None


def ringing(tx: Tx, person_id: int) -> Call | None:
    """The call that somebody has started and nobody has answered yet."""
    return tx.first(Call, calls.c.caller_id == person_id, calls.c.state == "ringing")


def locked_call(tx: Tx, call_id: int) -> Call | None:
    return tx.first(Call, calls.c.id == call_id, lock=True)
