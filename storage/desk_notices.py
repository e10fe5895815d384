"""Notices and activities as the desk lists them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from domain.community import PlaceKind
from domain.notices import Activity, Notice, NoticeState, Theme
from storage import community
from storage.tables import activities, grids, notices, places, themes
from storage.tx import Tx


def latest(tx: Tx, unit_ids: Collection[int], limit: int) -> list[Notice]:
    """The newest notices of these units."""
    return tx.all(Notice, notices.c.unit_id.in_(sorted(unit_ids)), order=notices.c.id.desc(), limit=limit)


def places_of(
    tx: Tx, unit_ids: Collection[int], kinds: Collection[PlaceKind], limit: int = 600
) -> list[tuple[int, str]]:
    """Places in these units' grids with their full names."""
    up = places.alias("up")
    rows = tx.rows(
        select(places.c.id, up.c.name.label("above"), places.c.name)
        .outerjoin(up, up.c.id == places.c.parent_id)
        .join(grids, grids.c.id == func.coalesce(places.c.grid_id, up.c.grid_id))
        .where(places.c.kind.in_(sorted(kinds)), grids.c.branch_id.in_(sorted(unit_ids)))
        .order_by(places.c.id)
        .limit(limit)
    )
    return [(row.id, f"{row.above or ''}{row.name}") for row in rows]


def place_name(tx: Tx, place_id: int) -> str:
    found = community.place(tx, place_id)
    return found.full_name if found else ""


def in_span(tx: Tx, unit_ids: Collection[int], start: datetime, end: datetime) -> list[Activity]:
    """What these units do in [start, end), called off ones too."""
    return tx.all(
        Activity,
        activities.c.unit_id.in_(sorted(unit_ids)),
        activities.c.starts_at >= start,
        activities.c.starts_at < end,
        order=(activities.c.starts_at, activities.c.id),
        limit=300,
    )


def themes_of(tx: Tx, unit_ids: Collection[int], month: str) -> list[Theme]:
    """The themes of a month."""
    return tx.all(Theme, themes.c.unit_id.in_(sorted(unit_ids)), themes.c.month == month)


def sent_before(tx: Tx, unit_id: int, words: Collection[str]) -> bool:
    """Whether a unit has sent one of these texts, and not taken it back."""
    same = (notices.c.unit_id == unit_id, notices.c.text.in_(sorted(words)))
    return tx.first(Notice, *same, notices.c.state != NoticeState.CANCELLED) is not None
