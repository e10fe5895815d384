"""Draws docs/lifecycle.md from the table of moves: `python docs/draw_lifecycle.py`."""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from domain.case import MOVES, Status  # noqa: E402

FIRST = (Status.OPEN, Status.UNVERIFIED)
HEAD = """# The life of a case

Drawn by `docs/draw_lifecycle.py` from `MOVES` in `domain/case.py`; a test says when it is out of date.
`escalate` goes up one level, `reopen` too; `lapse` and `expire` are the clock's.

"""


def drawing() -> str:
    """The page with the diagram, as it should be now."""
    moves: dict[tuple[Status, Status], list[str]] = defaultdict(list)
    for (before, how), after in MOVES.items():
        moves[before, after].append(how)
    ends = [status for status in Status if not any(before is status for before, _ in MOVES)]
    lines = ["stateDiagram-v2"]
    lines += [f"    [*] --> {status}" for status in FIRST]
    lines += [f"    {before} --> {after}: {', '.join(how)}" for (before, after), how in moves.items()]
    lines += [f"    {status} --> [*]" for status in ends]
    return f"{HEAD}```mermaid\n" + "\n".join(lines) + "\n```\n"


if __name__ == "__main__":
    (HERE / "lifecycle.md").write_text(drawing(), encoding="utf-8")
