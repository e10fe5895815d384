"""The things named in a message written as cells of a table, and compared with what a person wrote.

A cell is `key=value;key=value` in any order, several values of one key joined by a comma, and empty when
nothing is named. Places: `estate=阳光花园;building=3`; times: `at=2026-11-25T15:00+08:00`; telephones are
bare digits or `tail=4321`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Final

from nlu import late_re as re
from nlu.meaning import Entities, PlaceMention, TimeMention

COLUMNS: Final = ("place", "time", "phone")
_PLACE_KEYS: Final = (
    "district", "community", "estate", "phase", "zone", "grid", "road", "lane", "no", "building", "unit",
    "floor", "room", "spot",
)  # fmt: skip
_LAST_MINUTE = time(23, 59)
_CALENDAR = re.compile(r"(?<==)(WEEKLY|MONTHLY|YEARLY):([^;]+)")
_SMALL_WORDS = re.compile(r"[的里内外上下边旁处那这个儿 ]|小区|the\b|\bin\b|\bat\b")
_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$"
)

Pair = tuple[str, str]


def cells(found: Entities) -> dict[str, str]:
    """The three cells of a message."""
    return {"place": place_cell(found.place), "time": time_cell(found.times), "phone": phone_cell(found)}


def place_cell(place: PlaceMention) -> str:
    values: dict[str, list[str]] = {key: [] for key in _PLACE_KEYS}
    for key in _PLACE_KEYS:
        if getattr(place, key):
            values["spot" if key == "estate" and place.public else key].append(getattr(place, key))
    for key, value in place.further:
        values[key].append(value)
    return _cell((key, ",".join(dict.fromkeys(said))) for key, said in values.items() if said)


def time_cell(mentions: Sequence[TimeMention]) -> str:
    values: dict[str, list[str]] = {}
    for mention in mentions:
        for key, value in _time_pairs(mention):
            if value not in values.setdefault(key, []):
                values[key].append(value)
    return _cell((key, ",".join(said)) for key, said in values.items())


def phone_cell(found: Entities) -> str:
    return ";".join((*found.phones, *(f"tail={tail}" for tail in found.tails)))


def same(column: str, expected: str, got: str) -> bool:
    """Whether two cells say the same: spots and lengths of time by their sense, `alt` as a second reading."""
    if column == "phone":
        return _items(expected) == _items(got)
    wanted, said = _pairs(expected), _pairs(got)
    if column == "place":
        return _same_place(wanted, said)
    said = {(key, value) for key, value in said if key != "alt"}
    main = {(key, value) for key, value in wanted if key != "alt"}
    if said == main:
        return True
    others = [value for key, value in wanted if key == "alt"]
    return any(said == (main - {(key, value)}) | {(key, other)} for other in others for key, value in main)


def rates(rows: Iterable[Mapping[str, str]], found: Iterable[Entities]) -> dict[str, float]:
    """The share of rows whose cell is found exactly, for each column of entities the rows have."""
    right: dict[str, list[bool]] = {}
    for row, entities in zip(rows, found, strict=True):
        got = cells(entities)
        for column in COLUMNS:
            if column in row:
                right.setdefault(column, []).append(same(column, row[column] or "", got[column]))
    return {column: sum(values) / len(values) for column, values in right.items()}


def _cell(pairs: Iterable[Pair]) -> str:
    return ";".join(f"{key}={value}" for key, value in pairs)


# -- times -----------------------------------------------------------------------------------------
def _time_pairs(mention: TimeMention) -> list[Pair]:
    pairs = _habit_pairs(mention) if mention.every else _moment_pairs(mention)
    if mention.part:
        pairs.append(("part", mention.part))
    if mention.dur:
        pairs.append(("dur", mention.dur))
    if mention.approx:
        pairs.append(("approx", "1"))
    if mention.alt is not None:
        pairs.append(("alt", _day_or_moment(mention.alt)))
    return pairs


def _habit_pairs(mention: TimeMention) -> list[Pair]:
    pairs = [("every", mention.every)]
    start = mention.start or mention.at
    if start is not None:
        pairs.append(("from", start.strftime("%H:%M")))
    if mention.end is not None:
        pairs.append(("to", mention.end.strftime("%H:%M")))
    if mention.since is not None:
        pairs.append(("since", mention.period or _whole_day(mention.since, time(0, 0))))
    if mention.by is not None:
        pairs.append(("by", mention.period or _whole_day(mention.by, _LAST_MINUTE)))
    return pairs


def _moment_pairs(mention: TimeMention) -> list[Pair]:
    pairs: list[Pair] = []
    if mention.at is not None:
        pairs.append(("at", _moment(mention.at)))
    if mention.date is not None:
        pairs.append(("date", mention.date.isoformat()))
    if mention.start is not None and mention.end is not None:
        pairs += _range_pairs(mention.start, mention.end, mention.period)
    elif mention.start is not None:
        pairs.append(("from", mention.period or _whole_day(mention.start, time(0, 0))))
    elif mention.end is not None:
        pairs.append(("to", _moment(mention.end)))
    if mention.by is not None:
        pairs.append(("by", mention.period or _whole_day(mention.by, _LAST_MINUTE)))
    if mention.since is not None:
        pairs.append(("since", mention.period or _whole_day(mention.since, time(0, 0))))
    if not pairs and mention.period:
        pairs.append(("date", mention.period))
    return pairs


def _range_pairs(start: datetime, end: datetime, period: str) -> list[Pair]:
    if "/" in period:
        first, _, last = period.partition("/")
        return [("from", first), ("to", last)]
    if start.time() == time(0, 0) and end.time() == _LAST_MINUTE:
        return [("from", start.date().isoformat()), ("to", end.date().isoformat())]
    return [("from", _moment(start)), ("to", _moment(end))]


def _whole_day(moment: datetime, edge: time) -> str:
    """A deadline at the last minute of a day, or a beginning at its first, is the day itself."""
    return moment.date().isoformat() if moment.time() == edge else _moment(moment)


def _day_or_moment(said: date | datetime | str) -> str:
    if isinstance(said, str):
        return said
    return _moment(said) if isinstance(said, datetime) else said.isoformat()


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


# -- comparison ------------------------------------------------------------------------------------
def _items(cell: str) -> set[str]:
    return {item.strip() for item in cell.split(";") if item.strip()}


def _pairs(cell: str) -> set[Pair]:
    """The values of a cell one by one; a calendar rule keeps its commas."""
    found: set[Pair] = set()
    for item in _items(_CALENDAR.sub(lambda rule: rule.group().replace(",", "+"), cell)):
        key, _, values = item.partition("=")
        found |= {(key.strip(), _plain(value)) for value in values.split(",") if value.strip()}
    return found


def _plain(value: str) -> str:
    value = value.strip()
    length = _DURATION.match(value) if value.startswith("P") and len(value) > 1 else None
    if length is None:
        return re.sub(r":00(?=\+08:00$)", "", value) if re.search(r":\d\d:00\+", value) else value
    years, months, weeks, days, hours, minutes, seconds = (int(group or 0) for group in length.groups())
    day_seconds = ((weeks * 7 + days) * 24 + hours) * 3600 + minutes * 60 + seconds
    return f"P{years * 12 + months}M+{day_seconds}"


def _same_place(wanted: set[Pair], said: set[Pair]) -> bool:
    def split(pairs: set[Pair]) -> tuple[set[Pair], str]:
        spots = [_SMALL_WORDS.sub("", value.lower()) for key, value in pairs if key == "spot"]
        doors = {pair for pair in pairs if pair[0] != "spot"}
        return doors, "".join(sorted(spots, key=len, reverse=True))

    (doors, spot), (got_doors, got_spot) = split(wanted), split(said)
    return doors == got_doors and _same_spot(spot, got_spot)


def _same_spot(spot: str, got: str) -> bool:
    if not spot or not got:
        return spot == got
    return spot in got or got in spot
