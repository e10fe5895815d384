"""What a trial has counted, and the table in which it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table


@dataclass(slots=True, kw_only=True)
class Outcome:
    """`acknowledged` is what we said yes to, `done` its effects, `sent` what went out.

    `lost` was acknowledged and not done, `doubled` done more than once, `unexpected` never asked for.
    """

    trial: str
    acknowledged: int = 0
    done: int = 0
    sent: int = 0
    lost: int = 0
    doubled: int = 0
    unexpected: int = 0
    kills: int = 0
    seconds: float = 0.0
    notes: dict[str, object] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)  # whatever else must not be

    @property
    def failures(self) -> list[str]:
        """Why the trial fails; one that acknowledged nothing says nothing."""
        found = list(self.wrong)
        if not self.acknowledged:
            found.append("nothing was acknowledged")
        return found + [
            f"{name} {n}" for name in ("lost", "doubled", "unexpected") if (n := getattr(self, name))
        ]

    def check(self, true: object, otherwise: str) -> None:
        """Notes what must not be."""
        if not true:
            self.wrong.append(otherwise)


def show(outcomes: Iterable[Outcome]) -> None:
    """Prints one row per trial."""
    table = Table(title="Faults")
    table.add_column("trial")
    columns = ("acknowledged", "done", "sent", "lost", "doubled", "unexpected", "kills", "seconds")
    for name in columns:
        table.add_column(name, justify="right")
    table.add_column("notes")
    for one in outcomes:
        cells = [f"{getattr(one, name):.0f}" for name in columns]
        notes = ", ".join(f"{name} {value}" for name, value in one.notes.items())
        bad = "; ".join(one.failures)
        table.add_row(one.trial, *cells, notes + (f" [red]{bad}[/red]" if bad else ""))
    Console(width=170).print(table)
