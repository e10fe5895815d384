"""Tables for other programs: CSV that a spreadsheet opens as text, never as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from bot import texts
from domain.calendar import BEIJING

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
Cell = str | int | datetime | None


def safe(cell: Cell) -> str:
    """A cell as text: what a spreadsheet would run begins with an apostrophe; moments in Beijing time."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    text = str(cell).replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]], locale: str) -> int:
    """Writes a CSV with headings in a language; returns how many rows. UTF-8 with the mark Excel needs."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow([texts.say(locale, f"export.{column}") for column in columns])
        for row in rows:
            table.writerow([safe(cell) for cell in row])
            count += 1
    return count
