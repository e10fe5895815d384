"""What every community has unless its file says otherwise: categories, national numbers and holidays."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from domain.community import CategoryRow


@cache
def _defaults() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("defaults.toml").read_text("utf-8"))


def default_categories() -> tuple[CategoryRow, ...]:
    """The nineteen categories with who is responsible first and by when."""
    return tuple(
        CategoryRow(**(row | {name: tuple(row.get(name, ())) for name in ("first", "next", "merge_sorts")}))
        for row in _defaults()["categories"]
    )


def default_numbers() -> dict[str, str]:
    """110, 119, 120, 122, 12345, 96119."""
    return dict(_defaults()["numbers"])


_CALENDAR_FROM = 2025


@cache
def national_days() -> dict[date, bool]:
    """The State Council's holidays (False) and make-up working days (True), as far as they are published."""
    from chinese_calendar.constants import holidays, workdays

    off = {day: False for day in holidays if day.year >= _CALENDAR_FROM and day.weekday() < 5}
    return off | {day: True for day in workdays if day.year >= _CALENDAR_FROM}


def calendar_known_until() -> date:
    """The end of the last year whose holidays are known: beyond it only weekdays and the file count."""
    return date(max(national_days()).year, 12, 31)


def calendar_source() -> dict[str, str | int]:
    """Where the holidays are from, with its version, and the last year they are known for."""
    name = "chinesecalendar"
    return {"source": f"{name} {version(name)}", "until": calendar_known_until().year}
