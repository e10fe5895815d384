"""One row of each kind: from cells to a value of the domain, complaining about each bad cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from domain.community import (
    CategoryRow,
    GridRow,
    PersonRow,
    PlaceKind,
    PlaceRow,
    PolicyRow,
    UnitKind,
    UnitRow,
)
from domain.labels import Category
from domain.people import RUNS_A_QUEUE
from storage.community_files import cells
from storage.community_files.problems import Line
from storage.community_files.words import LOCALES, PLACE_KINDS, ROLES, UNIT_KINDS, YES_NO, fold

T = TypeVar("T")


LONGEST = {"key": 64, "name": 120, "title": 120, "phone": 40, "address": 200, "work_unit": 120, "duty": 120}
"""Characters a cell may have; others may have 2,000."""


def _key(line: Line) -> str:
    for field, text in line.cells.items():
        if len(text) > (limit := LONGEST.get(field, 2000)):
            line.complain(field, "too_long", limit=limit)
    return cells.narrow(line.need("key"))


def _word(line: Line, field: str, words: Mapping[str, T], otherwise: T, key: str) -> T:
    """A word of a table: a kind, a role, yes or no."""
    text = line.text(field)
    folded = fold(cells.narrow(text))
    if folded in words:
        return words[folded]
    line.complain(field, key, value=text)
    return otherwise


def _yes(line: Line, field: str) -> bool:
    return _word(line, field, YES_NO, False, "bad_yes_no")


def _small(line: Line, field: str, read: Callable[[str], str | None], key: str, default: str = "") -> str:
    """A cell in one of the small languages: a span, a duty, a phone number."""
    text = line.text(field)
    if not text:
        return default
    value = read(text)
    if value is None:
        line.complain(field, key, value=text)
    return value or default


def _number(line: Line, field: str, default: float, most: float) -> float:
    text = cells.narrow(line.text(field))
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= most:
        line.complain(field, "bad_number", value=text, most=f"{most:g}")
        return default
    return value


def unit(line: Line) -> UnitRow:
    line.need("kind")
    kind = UnitKind.PARTNER
    if line.text("kind"):
        kind = _word(line, "kind", UNIT_KINDS, kind, "unknown_unit_kind")
    return UnitRow(
        key=_key(line),
        kind=kind,
        name=line.need("name"),
        parent=line.text("parent"),
        phone=_small(line, "phone", lambda text: cells.phone(text, office=True), "bad_phone"),
        address=line.text("address"),
    )


def grid(line: Line) -> GridRow:
    return GridRow(key=_key(line), name=line.need("name"), branch=line.need("branch"))


def place(line: Line) -> PlaceRow:
    line.need("kind")
    kind = PlaceKind.SPOT
    if line.text("kind"):
        kind = _word(line, "kind", PLACE_KINDS, kind, "unknown_place_kind")
    return PlaceRow(
        key=_key(line),
        kind=kind,
        name=cells.narrow(line.need("name")),
        parent=line.text("parent"),
        grid=line.text("grid"),
        aliases=cells.words_of(line.text("aliases")),
        households=int(_number(line, "households", 0, 100_000)),
        x=_number(line, "x", 0.0, 100),
        y=_number(line, "y", 0.0, 100),
    )


def category(line: Line) -> CategoryRow:
    key = _key(line)
    if key and key not in set(Category):
        line.complain("key", "unknown_category", value=key)
    names = {locale: line.text(f"name_{locale}") for locale in ("zh_Hans", "zh_Hant", "en")}
    line.need("name_zh_Hans")
    return CategoryRow(
        key=key,
        names={locale: name for locale, name in names.items() if name},
        first=cells.words_of(line.text("first")),
        next=cells.words_of(line.text("next")),
        sign=_small(line, "sign", cells.span, "bad_span", "4wh"),
        answer=_small(line, "answer", cells.span, "bad_span", "24h"),
        emergency=_yes(line, "emergency"),
        private=_yes(line, "private"),
        lapse_days=int(_number(line, "lapse_days", 3, 365)),
        merge_hours=int(_number(line, "merge_hours", 24, 24 * 365)),
        merge_at=_merge_at(line, line.text("merge_at") or "building"),
        merge_sorts=tuple(
            f"{words}@{_merge_at(line, at)}" if at else words
            for sort in cells.words_of(line.text("merge_sorts"))
            for words, _, at in (sort.partition("@"),)
        ),
    )


_AROUND = frozenset({PlaceKind.UNIT, PlaceKind.BUILDING, PlaceKind.ESTATE})


def _merge_at(line: Line, value: str) -> str:
    """How far around a place reports may be one: a unit, a building, an estate."""
    kind = PLACE_KINDS.get(value)
    if kind not in _AROUND:
        line.complain("merge_at", "unknown_place_kind", value=value)
        return PlaceKind.BUILDING
    return str(kind)


def person(line: Line) -> PersonRow:
    role = _word(line, "role", ROLES, None, "unknown_role")
    name = line.need("name")
    if role not in RUNS_A_QUEUE and cells.claims_to_be_secretary(name):
        line.complain("name", "looks_like_secretary", name=name)
    return PersonRow(
        key=_key(line),
        name=name,
        role=role,
        unit=line.text("unit"),
        phone=_small(line, "phone", cells.phone, "bad_phone"),
        home=line.text("home"),
        room=cells.narrow(line.text("room")),
        work_unit=line.text("work_unit"),
        skills=cells.words_of(line.text("skills")),
        full_time=_yes(line, "full_time"),
        duty=_small(line, "duty", cells.duty, "bad_duty"),
        locale=_word(line, "locale", LOCALES, "zh_Hans", "unknown_locale"),
    )


def policy(line: Line) -> PolicyRow:
    return PolicyRow(
        key=_key(line),
        title=line.need("title"),
        words=cells.words_of(line.text("words")),
        bring=line.text("bring"),
        where=line.text("where"),
        hours=line.text("hours"),
        unit=line.text("unit"),
    )
