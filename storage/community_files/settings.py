"""The tables of community.toml that are not rows: numbers, hours, holidays, which files to read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from domain.community import Hours
from domain.tree import QUEUES
from storage.community_files import cells
from storage.community_files.problems import Line, Problem
from storage.community_files.sheets import LARGEST, decode
from storage.community_files.words import COLUMNS, KINDS

_TOP = {"name", "numbers", "hours", "holidays", "levels", "files", *KINDS}
_HOURS = {"spans", "weekdays", "quiet_from", "quiet_until"}


class Toml:
    """A community.toml that was read, and where in it each table stands."""

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        self.path, self.file, self.problems = path, path.name, problems
        self.source: list[str] = []
        self.data = self._read()
        for name in self.data:
            if name not in _TOP:
                self.complain(self.row(name), name, "unknown_key", value=name)

    def _read(self) -> dict[str, Any]:
        try:
            raw = self.path.read_bytes()
        except OSError:
            self.complain(0, "", "no_file")
            return {}
        if len(raw) > LARGEST or not raw.strip():
            self.complain(0, "", "too_large" if raw.strip() else "empty", limit=LARGEST >> 20)
            return {}
        text = decode(self.file, raw, self.problems)
        self.source = text.splitlines()
        try:
            return tomllib.loads(text.replace("\r\n", "\n"))
        except tomllib.TOMLDecodeError as error:
            where = str(error).rpartition("(at line ")[2].partition(",")[0]
            row = int(where) if where.isdigit() else 0
            self.complain(row, "", "bad_toml", reason=str(error))
            return {}

    def complain(self, row: int, column: str, key: str, /, **facts: str | int) -> None:
        self.problems.append(
            Problem(file=self.file, row=row, column=column, key=f"loading.{key}", facts=facts)
        )

    def row(self, table: str, nth: int = 0) -> int:
        """The line on which the nth table (or top key) of this name begins; 0 when it cannot be told."""
        lines = [line.replace(" ", "") for line in self.source]
        for begins in ((f"[[{table}]]",), (f"[{table}]", f"[{table}."), (f"{table}=",)):
            heads = [number for number, line in enumerate(lines, start=1) if line.startswith(begins)]
            if heads:
                break
        return heads[nth] if nth < len(heads) else (heads[0] if heads else 0)

    def table(self, name: str) -> Mapping[str, Any]:
        value = self.data.get(name, {})
        if isinstance(value, dict):
            return value
        self.complain(self.row(name), name, "not_a_table")
        return {}

    def name(self) -> str:
        value = self.data.get("name", "")
        name = cells.clean(value) if isinstance(value, str) else ""
        if not name and self.data:
            self.complain(1, "name", "missing")
        return name

    def numbers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for key, value in self.table("numbers").items():
            number = cells.phone(str(value), office=True)
            if number is None:
                self.complain(self.row("numbers"), key, "bad_phone", value=str(value))
            else:
                found[key] = number
        return found

    def hours(self) -> Hours:
        table, row = self.table("hours"), self.row("hours")
        for key in table:
            if key not in _HOURS:
                self.complain(row, key, "unknown_key", value=key)
        plain = Hours()
        quiet = {name: self._clock(name, table.get(name), row) for name in ("quiet_from", "quiet_until")}
        return Hours(
            spans=self._spans(table.get("spans"), row) or plain.spans,
            weekdays=self._weekdays(table.get("weekdays"), row) or plain.weekdays,
            quiet_from=quiet["quiet_from"] or plain.quiet_from,
            quiet_until=quiet["quiet_until"] or plain.quiet_until,
        )

    def _clock(self, name: str, value: object, row: int) -> str:
        if value is None:
            return ""
        found = cells.clock(str(value))
        if found is None:
            self.complain(row, name, "bad_hours", value=str(value))
        return found or ""

    def _spans(self, value: object, row: int) -> tuple[tuple[str, str], ...]:
        """[["09:00", "12:00"], …] or ["09:00-12:00", …], one after the other."""
        if value is None:
            return ()
        spans: list[tuple[str, str]] = []
        for part in value if isinstance(value, list) else [value]:
            text = "-".join(map(str, part)) if isinstance(part, list) else str(part)
            span = cells.clock_span(text)
            if span is None or (spans and span[0] < spans[-1][1]):
                self.complain(row, "spans", "bad_hours", value=text)
            else:
                spans.append(span)
        return tuple(spans)

    def _weekdays(self, value: object, row: int) -> tuple[int, ...]:
        """["MO", "TU"], "MO-FR", "周一至周五", or numbers from 0 = Monday."""
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(day, int) and 0 <= day <= 6 for day in value):
            return tuple(sorted(set(value)))
        found = cells.weekdays("、".join(map(str, value)) if isinstance(value, list) else str(value))
        if not found:
            self.complain(row, "weekdays", "bad_weekdays", value=str(value))
        return found or ()

    def holidays(self) -> dict[date, bool]:
        """`off` and `work`: dates, or ranges "2027-02-05..2027-02-11"."""
        found: dict[date, bool] = {}
        row = self.row("holidays")
        for key, value in self.table("holidays").items():
            if key not in ("off", "work"):
                self.complain(row, key, "unknown_key", value=key)
                continue
            for part in value if isinstance(value, list) else [value]:
                days = cells.days(str(part))
                if days is None:
                    self.complain(row, key, "bad_date", value=str(part))
                for day in days or []:
                    if found.setdefault(day, key == "work") != (key == "work"):
                        self.complain(row, key, "day_twice", value=day.isoformat())
        return found

    def levels(self) -> dict[str, str]:
        """How long a case may take at a level to which it came up: community = "2wd"."""
        found: dict[str, str] = {}
        row = self.row("levels")
        for kind, value in self.table("levels").items():
            span = cells.span(str(value))
            if kind not in set(QUEUES):
                self.complain(row, kind, "unknown_key", value=kind)
            elif span is None or span == "now":
                self.complain(row, kind, "bad_span", value=str(value))
            else:
                found[kind] = span
        return found

    def files(self) -> dict[str, list[Path]]:
        """kind → the sheets that hold it; only files beside this one."""
        named: dict[str, list[Path]] = {}
        row = self.row("files")
        for kind, value in self.table("files").items():
            if kind not in KINDS:
                self.complain(row, kind, "unknown_key", value=kind)
                continue
            for name in value if isinstance(value, list) else [value]:
                path = self.path.parent / str(name)
                if not path.resolve().is_relative_to(self.path.parent.resolve()):
                    self.complain(row, kind, "outside", value=str(name))
                else:
                    named.setdefault(kind, []).append(path)
        return named

    def lines(self, kind: str) -> list[Line]:
        """The tables [[kind]] as lines, like a sheet's."""
        tables = self.data.get(kind, [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self.complain(self.row(kind), kind, "not_a_table")
            return []
        return [self._line(kind, table, self.row(kind, nth)) for nth, table in enumerate(tables)]

    def _line(self, kind: str, table: dict[str, Any], row: int) -> Line:
        line = Line(self.file, row, {}, {}, self.problems)
        names = table.get("names")
        if kind == "categories" and isinstance(names, dict):
            flat = {f"name_{locale}": name for locale, name in names.items()}
            table = {name: value for name, value in table.items() if name != "names"} | flat
        for name, value in table.items():
            if name not in COLUMNS[kind]:
                line.complain(name, "unknown_key", value=name)
            elif isinstance(value, list):
                line.cells[name] = "|".join(cells.clean(str(part)) for part in value)
            elif isinstance(value, dict):
                line.complain(name, "not_text")
            else:
                line.cells[name] = cells.clean(str(value))
        return line
