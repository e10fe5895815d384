"""CSV and XLSX files as rows of cleaned cells, whatever their encoding and headers."""

from __future__ import annotations

import csv
import difflib
import functools
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from storage.community_files.cells import clean, is_formula
from storage.community_files.problems import Line, Problem
from storage.community_files.words import COLUMNS, HEADERS, IGNORED, REQUIRED, SHEET_NAMES, fold

LARGEST = 64 * 1024 * 1024
LARGEST_UNPACKED = 512 * 1024 * 1024
SHEETS = (".csv", ".txt", ".xlsx")
CELLS_AT_MOST = 3_000_000  # of the area a sheet spans
_CELL = re.compile(rb' r="([A-Z]{1,3})([0-9]{1,7})"')
_HEADER_WITHIN = 10  # a sheet may begin with a title and remarks
_ERROR_VALUE = re.compile(r"#(?:REF|N/A|NAME\?|VALUE|DIV/0|NULL|NUM)!?")

Cells = list[str]
Merged = frozenset[tuple[int, int]]


def lines(path: Path, kind: str, problems: list[Problem]) -> Iterator[Line]:
    """The rows of one sheet of this kind. What is wrong with the sheet itself goes to `problems`."""
    table, merged = _table(path, kind, problems)
    header = _header(path.name, table, kind, problems)
    if header is None:
        return
    at, fields, labels = header
    empty = True
    for number, cells in enumerate(table[at + 1 :], start=at + 2):
        if not any(cells):
            continue
        empty = False
        yield _line(path.name, number, cells, fields, labels, problems, merged)
    if empty:
        problems.append(Problem(file=path.name, key="loading.empty"))


def _line(
    file: str,
    number: int,
    cells: Cells,
    fields: list[str],
    labels: dict[str, str],
    problems: list[Problem],
    merged: Merged,
) -> Line:
    line = Line(file, number, {}, labels, problems)
    for name, text in zip(fields, cells, strict=False):
        if not name:
            continue
        if text[:1] in _SUSPECT and (is_formula(text) or _ERROR_VALUE.fullmatch(text)):
            line.complain(name, "formula", value=text[:40])
        line.cells[name] = clean(text)
    if merged:
        line.merged = frozenset(fields[c] for r, c in merged if r == number - 1 and c < len(fields))
    if any(cells[len(fields) :]):
        line.complain("", "too_many_cells", expected=len(fields))
    return line


_SUSPECT = frozenset("=@+-#＝＠＋－")


def _header(
    file: str, table: list[Cells], kind: str, problems: list[Problem]
) -> tuple[int, list[str], dict[str, str]] | None:
    """Where the header stands, each column's field and how the file calls it."""
    known = HEADERS[kind]
    if not any(any(row) for row in table):
        if not any(p.file == file for p in problems):
            problems.append(Problem(file=file, key="loading.empty"))
        return None
    at = max(
        range(min(_HEADER_WITHIN, len(table))),
        key=lambda row: sum(fold(clean(cell)) in known for cell in table[row]),
    )
    fields: list[str] = []
    labels: dict[str, str] = {}
    for cell in table[at]:
        label = clean(cell)
        name = known.get(fold(label), "")
        if label and not name and fold(label) not in IGNORED:
            problems.append(_unknown_column(file, at + 1, label, known))
        if name and name in labels:
            facts: dict[str, str | int] = {"other": labels[name]}
            problems.append(
                Problem(file=file, row=at + 1, column=label, key="loading.same_column", facts=facts)
            )
            name = ""
        if name:
            labels[name] = label
        fields.append(name)
    if not labels:
        facts = {"columns": "、".join(_shown(kind, name) for name in REQUIRED[kind])}
        problems[:] = [p for p in problems if (p.file, p.key) != (file, "loading.unknown_column")]
        problems.append(Problem(file=file, row=at + 1, key="loading.no_header", facts=facts))
        return None
    absent = [name for name in REQUIRED[kind] if name not in labels]
    for name in absent:
        problems.append(
            Problem(file=file, row=at + 1, column=_shown(kind, name), key="loading.missing_column")
        )
    return None if absent else (at, fields, labels)


def _shown(kind: str, name: str) -> str:
    """A field as people know it: the first Chinese heading and the English one."""
    return f"{COLUMNS[kind][name].split()[0]}/{name}"


def _unknown_column(file: str, row: int, label: str, known: dict[str, str]) -> Problem:
    near = difflib.get_close_matches(fold(label), known, n=1, cutoff=0.5)
    if near:
        key, facts = "loading.unknown_column_near", {"near": near[0]}
    else:
        key, facts = "loading.unknown_column", {}
    return Problem(file=file, row=row, column=label, key=key, facts={**facts})


def _table(path: Path, kind: str, problems: list[Problem]) -> tuple[list[Cells], Merged]:
    try:
        size = path.stat().st_size
    except OSError:
        problems.append(Problem(file=path.name, key="loading.no_file"))
        return [], frozenset()
    if size > LARGEST:
        problems.append(Problem(file=path.name, key="loading.too_large", facts={"limit": LARGEST >> 20}))
        return [], frozenset()
    if path.suffix.lower() == ".xlsx":
        return _xlsx(path, kind, problems)
    return _csv(path, problems), frozenset()


def _csv(path: Path, problems: list[Problem]) -> list[Cells]:
    text = decode(path.name, path.read_bytes(), problems)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    if delimiter == ";" and first.count(",") == 0 and first.count(";") == 0:
        delimiter = ","
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        problems.append(Problem(file=path.name, key="loading.bad_csv", facts={"reason": str(error)}))
        return []


def decode(file: str, raw: bytes, problems: list[Problem]) -> str:
    """UTF-8 with or without mark, UTF-16 with its mark, else GB18030 (of which GBK is a part)."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
    mended = raw.decode("utf-8", "replace")
    broken = mended.count("\ufffd")
    if broken * 10 < sum(char > "\x7f" for char in mended):  # almost UTF-8: damaged, not GBK
        problems.append(Problem(file=file, row=row, key="loading.bad_encoding"))
        return ""
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        problems.append(Problem(file=file, row=row, key="loading.bad_encoding"))
        return ""


def _xlsx(path: Path, kind: str, problems: list[Problem]) -> tuple[list[Cells], Merged]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > LARGEST_UNPACKED:
            limit = LARGEST_UNPACKED >> 20
            problems.append(Problem(file=path.name, key="loading.too_large", facts={"limit": limit}))
            return [], frozenset()
        if far := _far_cell(path):
            problems.append(Problem(file=path.name, key="loading.too_wide", facts={"cell": far}))
            return [], frozenset()
        with CalamineWorkbook.from_path(path) as book:
            named = [name for name in book.sheet_names if fold(name) in SHEET_NAMES[kind]]
            sheet = book.get_sheet_by_name((named or book.sheet_names)[0])
            cells = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
            areas = sheet.merged_cell_ranges or []
    except (CalamineError, zipfile.BadZipFile, OSError, IndexError) as error:
        problems.append(Problem(file=path.name, key="loading.bad_xlsx", facts={"reason": str(error)}))
        return [], frozenset()
    return cells, frozenset(_inside(areas))


def _far_cell(path: Path) -> str:
    """The last cell of a sheet whose area no table fills: one cell far out makes all before it be read."""
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
                continue
            with packed.open(name) as sheet:
                furthest, rows, columns, rest = "", 0, 0, b""
                while block := sheet.read(1 << 20):
                    for column, row in _CELL.findall(rest + block):
                        wide = functools.reduce(lambda sum_, char: sum_ * 26 + char - 64, column, 0)
                        if int(row) > rows or wide > columns:
                            rows, columns = max(rows, int(row)), max(columns, wide)
                            furthest = (column + row).decode()
                    rest = block[-32:]
            if rows * columns > CELLS_AT_MOST:
                return furthest
    return ""


def _inside(areas: list[tuple[tuple[int, int], tuple[int, int]]]) -> Iterator[tuple[int, int]]:
    """The (row, column) of every cell of merged areas of a sensible size."""
    for (top, left), (bottom, right) in areas:
        for row in range(top, min(bottom, top + 10_000) + 1):
            for column in range(left, min(right, left + 50) + 1):
                yield row, column


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
