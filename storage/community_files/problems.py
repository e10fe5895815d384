"""What is wrong with a file, as facts: the sentences live in texts/loading.toml."""

from __future__ import annotations

from dataclasses import dataclass, field

Fact = str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to mend. `row` counts as a spreadsheet does; 0 and "" mean the file as a whole."""

    file: str
    row: int = 0
    column: str = ""  # as the file writes it
    key: str  # a key of texts: "loading.unknown_parent"
    facts: dict[str, Fact] = field(default_factory=dict)

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.file}:{self.row}:{self.column}: {self.key} {facts}".strip()


class BadFiles(Exception):
    """The files cannot be loaded; nothing was. `problems` holds every one of them."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(slots=True)
class Line:
    """One row of a sheet, or one table of the TOML file, with the way to complain about it."""

    file: str
    row: int
    cells: dict[str, str]  # field → cleaned text
    labels: dict[str, str]  # field → the column as the file calls it
    problems: list[Problem]
    merged: frozenset[str] = frozenset()  # fields that lie inside a merged cell

    def text(self, name: str) -> str:
        return self.cells.get(name, "")

    def need(self, name: str) -> str:
        """The text of a cell that must not be empty."""
        value = self.cells.get(name, "")
        if not value:
            self.complain(name, "merged" if name in self.merged else "missing")
        return value

    def complain(self, column: str, key: str, /, **facts: Fact) -> None:
        self.problems.append(
            Problem(
                file=self.file,
                row=self.row,
                column=self.labels.get(column, column),
                key=f"loading.{key}",
                facts=facts,
            )
        )
