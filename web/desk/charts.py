"""The geometry of the desk's drawings: bars, small lines and the plan of the buildings. No numbers are lost:
beside every drawing stands its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.looking import Spot, heat

HEIGHT = 120  # of the bars, in the drawing's own units
STEP = 96
WIDE = 60
PLAN = 760  # width of the plan
MARGIN = 44
SQUARE = 34  # of a building, when there is room
SMALLEST = 8
SPACING = 0.6  # of the file's unit: how much of it a building may take
DRAWN = 500  # buildings; a larger unit is looked at part by part


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of a column chart."""

    x: int
    y: float
    height: float
    label: str
    count: int
    dull: bool  # nothing happened: drawn grey


def columns(labels: Sequence[str], counts: Sequence[int], dull: int = -1) -> list[Bar]:
    """Bars beside each other; the one at `dull` is no good news."""
    most = max([*counts, 1])
    return [
        Bar(
            x=n * STEP + (STEP - WIDE) // 2,
            y=round(HEIGHT - HEIGHT * count / most, 1),
            height=round(HEIGHT * count / most, 1),
            label=label,
            count=count,
            dull=n == dull,
        )
        for n, (label, count) in enumerate(zip(labels, counts, strict=True))
    ]


def line(counts: Sequence[int], width: int = 180, height: int = 36) -> str:
    """The points of a small line, for a polyline."""
    most, step = max([*counts, 1]), width / max(1, len(counts) - 1)
    return " ".join(
        f"{n * step:.1f},{height - (height - 6) * count / most - 3:.1f}" for n, count in enumerate(counts)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A building on the plan."""

    x: float
    y: float
    short: str
    spot: Spot
    heat: int  # 0 to 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A schematic plan: where the buildings stand to each other, and nothing of a map."""

    width: int
    height: int
    size: float  # of a building
    houses: list[House]
    estates: list[tuple[float, float, str]]  # x, y, name


def plan(spots: Sequence[Spot]) -> Plan:
    """Buildings where the community's file puts them, drawn apart when two share a point."""
    placed = [one for one in spots if one.x or one.y]
    if not placed or len(placed) > DRAWN:
        return Plan(width=PLAN, height=0, size=0, houses=[], estates=[])
    left, low = min(one.x for one in placed), min(one.y for one in placed)
    wide = max(one.x for one in placed) - left or 1.0
    high = max(one.y for one in placed) - low or 1.0
    scale = min((PLAN - 2 * MARGIN) / wide, 90.0)
    size = max(SMALLEST, min(SQUARE, scale * SPACING))
    height = int(high * scale + 2 * MARGIN)
    most = max(one.count for one in spots)
    houses, taken = [], set()
    for one in placed:
        x, y = MARGIN + (one.x - left) * scale, height - MARGIN - (one.y - low) * scale
        while (cell := (round(x / size), round(y / size))) in taken:
            x += size
        taken.add(cell)
        houses.append(
            House(x=round(x, 1), y=round(y, 1), short=short(one), spot=one, heat=heat(one.count, most))
        )
    return Plan(width=PLAN, height=height, size=round(size, 1), houses=houses, estates=_estates(houses, size))


def short(spot: Spot) -> str:
    """What fits into a square: 3 of 3栋, the first sign of a spot."""
    digits = "".join(char for char in spot.name if char.isdecimal())
    return digits[:3] or spot.name[:1]


def _estates(houses: Sequence[House], size: float) -> list[tuple[float, float, str]]:
    """Each estate's name over the middle of its buildings."""
    found: dict[str, list[House]] = {}
    for one in houses:
        if one.spot.estate:
            found.setdefault(one.spot.estate, []).append(one)
    return [
        (sum(one.x for one in here) / len(here), min(one.y for one in here) - size * 0.75, name)
        for name, here in found.items()
    ]
