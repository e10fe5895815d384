"""From a place as it was said to a place we know."""

from __future__ import annotations

from dataclasses import dataclass

from domain.community import PlaceKind
from domain.tree import Place
from nlu.meaning import PlaceMention
from storage import community as rows
from storage.tx import Tx

INSIDE_A_BUILDING = (
    "电梯",
    "楼道",
    "楼梯",
    "单元门",
    "门禁",
    "楼顶",
    "天台",
    "楼上",
    "楼下",
    "走廊",
    "我家",
    "家里",
    "厨房",
    "卫生间",
    "阳台",
    "厕所",
    "lift",
    "elevator",
    "corridor",
    "hallway",
    "stair",
    "lobby",
    "roof",
)


AT_HOME = frozenset({"家门口", "家门外", "家门前"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """How far a mention could be followed. `missing` says what would make it exact."""

    place: Place | None = None
    text: str = ""  # what no row says: floor, spot, a road
    room: str = ""
    missing: str = ""  # "" | estate | building | no_building (the estate has none of that name)
    said: str = ""  # the building that was not found


def resolve(tx: Tx, mention: PlaceMention, home: Place | None) -> Resolved:
    """Follows a mention down the tree; a building without an estate is one of the home's estate."""
    estate = rows.place(tx, mention.estate_id) if mention.estate_id else None
    named = bool(mention.estate or mention.road)
    if estate is None and home is not None and not named:
        estate = estate_of(tx, home)
    text = _leftover(mention, with_estate=estate is None)
    if estate is None:
        return Resolved(text=text, room=mention.room, missing="estate")
    if not mention.building:
        inside = any(word in mention.spot for word in INSIDE_A_BUILDING)
        same = home is not None and estate_of(tx, home) == estate
        if home is not None and same and mention.spot in AT_HOME:
            return Resolved(place=home, text=text, room=mention.room)
        known = bool(mention.estate_id) or (bool(mention.spot) and same)
        missing = "building" if inside or not known else ""
        return Resolved(place=estate, text=text, room=mention.room, missing=missing)
    building = rows.child(tx, estate.id, mention.building, PlaceKind.BUILDING)
    if building is None:
        said = mention.building
        return Resolved(
            place=estate, text=f"{said}栋{text}", room=mention.room, missing="no_building", said=said
        )
    unit = rows.child(tx, building.id, mention.unit, PlaceKind.UNIT) if mention.unit else None
    if mention.unit and unit is None:
        text = f"{mention.unit}单元{text}"
    return Resolved(place=unit or building, text=text, room=mention.room)


def estate_of(tx: Tx, place: Place | None) -> Place | None:
    """The estate a place lies in, or itself."""
    while place is not None and place.kind in (PlaceKind.BUILDING, PlaceKind.UNIT):
        place = rows.place(tx, place.parent_id)
    return place


def building_of(tx: Tx, place: Place | None) -> Place | None:
    while place is not None and place.kind is PlaceKind.UNIT:
        place = rows.place(tx, place.parent_id)
    return place if place is not None and place.kind is PlaceKind.BUILDING else None


def buildings(tx: Tx, estate: Place, limit: int = 60) -> list[Place]:
    return [one for one in rows.children(tx, estate.id, limit) if one.kind is PlaceKind.BUILDING]


def _leftover(mention: PlaceMention, *, with_estate: bool) -> str:
    spot = mention.spot.removeprefix("单元") if mention.unit else mention.spot
    spot = "" if spot.isascii() else spot  # an English word among Chinese ones: the message itself has it
    parts = [mention.road, mention.lane, mention.no and f"{mention.no}号"]
    if with_estate:
        parts += [mention.estate, mention.building and f"{mention.building}栋"]
        parts += [mention.unit and f"{mention.unit}单元"]
    parts += [mention.phase, mention.zone, mention.floor and f"{mention.floor}楼", spot]
    return "".join(part for part in parts if part)
