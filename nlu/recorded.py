"""The figures once reached on the sentences held out for measuring, below which none may fall."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from domain.labels import Intent
from nlu.evaluate import NOW, read_rows, scores
from nlu.understand import Understanding

TESTS = Path(__file__).parent / "tests"
FIGURES = TESTS / "recorded.json"
MAY_FALL = 0.02  # of F1 or of a share; one sentence of fifty read otherwise is no loss

Figures = dict[str, dict[str, float]]  # of every intent and set: with characters alone, with vectors


def by_intent(understanding: Understanding, files: Iterable[Path] | None = None) -> dict[str, float]:
    """F1 of every intent over all held-out sentences together."""
    rows = [
        row
        for path in (files or sorted([*TESTS.glob("intents*.csv"), *TESTS.glob("negated*.csv")]))
        for row in read_rows(path)
    ]
    found = scores(
        [row["intent"].strip() for row in rows],
        [str(understanding.understand(row["text"], NOW).intent) for row in rows],
    )
    return {label: round(score.f1, 4) for label, score in found.items()}


def cards(understanding: Understanding) -> dict[str, float]:
    """For every set of dangers or look-alikes the share of rows with a card exactly where one is due."""
    found: dict[str, float] = {}
    for path in sorted([*TESTS.glob("danger*.csv"), *TESTS.glob("lookalikes*.csv")]):
        right = [
            (understanding.understand(row["text"], NOW).emergency is not None)
            == (row["intent"].strip() == Intent.CALL_EMERGENCY)
            for row in read_rows(path)
        ]
        found[path.stem] = round(sum(right) / len(right), 4)
    return found


def figures(understanding: Understanding) -> dict[str, float]:
    """Everything that is recorded."""
    return by_intent(understanding) | cards(understanding)


def read() -> Figures:
    """What was recorded; empty before the first time."""
    found: Figures = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    return found


def write(figures: Mapping[str, Mapping[str, float]]) -> None:
    text = json.dumps(figures, indent=1, sort_keys=True)
    FIGURES.write_text(text + "\n", encoding="utf-8")


def fallen(recorded: Mapping[str, float], now: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """What is worse than may be, with both figures."""
    return {
        label: (before, now.get(label, 0.0))
        for label, before in recorded.items()
        if now.get(label, 0.0) < before - MAY_FALL
    }
