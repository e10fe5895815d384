"""The picture of a case's life is the table of its moves."""

from __future__ import annotations

from docs.draw_lifecycle import drawing
from domain.case import MOVES, Status
from tests.conftest import ROOT


def test_the_drawing_is_current() -> None:
    assert (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8") == drawing()


def test_every_move_and_every_state_is_in_the_drawing() -> None:
    lines = drawing().splitlines()
    for (before, how), after in MOVES.items():
        assert any(f"{before} --> {after}:" in line and how in line for line in lines)
    assert all(any(str(status) in line for line in lines) for status in Status)
