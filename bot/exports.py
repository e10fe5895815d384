"""Tables for other programs: CSV and workbooks that a spreadsheet opens as text, never as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import texts
from domain.calendar import BEIJING

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
Cell = str | int | datetime | None
Sheet = tuple[str, list[str], Iterable[Sequence[Cell]]]


def safe(cell: Cell) -> str:
    """A cell as text: what a spreadsheet would run begins with an apostrophe; moments in Beijing time."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    text = str(cell).replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def write(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    locale: str,
    dated: datetime = datetime(2026, 1, 1, tzinfo=BEIJING),
) -> int:
    """Writes a CSV, or a workbook for a name that ends in .xlsx; returns how many rows.

    `dated` is the workbook's own date: the same rows give the same file, byte for byte.
    """
    headings = _headings(columns, locale)
    if path.suffix.lower() == ".xlsx":
        return _workbook(path, [("", headings, rows)], dated)
    return _csv(path, headings, rows)


def write_several(
    path: Path,
    sheets: Sequence[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]],
    locale: str,
    dated: datetime,
) -> int:
    """One workbook with a sheet for each (name, columns, rows), or as many CSV files: year-months.csv.

    The first CSV has the name that was given. Returns how many rows.
    """
    found = [(name, _headings(columns, locale), rows) for name, columns, rows in sheets]
    if path.suffix.lower() == ".xlsx":
        titled = [(texts.say(locale, f"export.sheet_{name}"), columns, rows) for name, columns, rows in found]
        return _workbook(path, titled, dated)
    count = 0
    for place, (name, columns, rows) in enumerate(found):
        count += _csv(path.with_stem(f"{path.stem}-{name}") if place else path, columns, rows)
    return count


def _headings(columns: Sequence[str], locale: str) -> list[str]:
    return [texts.say(locale, f"export.{column}") for column in columns]


def _csv(path: Path, headings: list[str], rows: Iterable[Sequence[Cell]]) -> int:
    """UTF-8 with the mark Excel needs."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(headings)
        for row in rows:
            table.writerow([safe(cell) for cell in row])
            count += 1
    return count


def _workbook(path: Path, sheets: Sequence[Sheet], dated: datetime) -> int:
    """Numbers as numbers, everything else as text and never as a formula or a link."""
    import xlsxwriter

    plain = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, plain) as book:
        book.set_properties({"created": dated.astimezone(BEIJING).replace(tzinfo=None)})
        bold = book.add_format({"bold": True})
        return sum(
            _fill(book.add_worksheet(name or None), bold, headings, rows) for name, headings, rows in sheets
        )


def _fill(sheet: Any, bold: Any, headings: list[str], rows: Iterable[Sequence[Cell]]) -> int:
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(headings) - 1, 16)
    sheet.write_row(0, 0, headings, bold)
    count = 0
    for row in rows:
        count += 1
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(count, column, cell)
            else:
                sheet.write_string(count, column, safe(cell))
    return count
