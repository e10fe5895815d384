"""A new model takes the place of the old one only if nothing it is measured on falls; and the way back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nlu import corpus
from nlu.evaluate import evaluate
from nlu.understand import Understanding

SETS = Path(__file__).parent / "tests"  # own sentences that no example repeats
MEASURED = ("intents_a.csv", "intents_b.csv", "negated.csv", "danger.csv", "lookalikes.csv")
SAME = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """A figure that a new model has worse than the one in place."""

    figure: str
    before: float
    after: float


class NoWayBack(Exception):
    """There is no model to go back to."""


def figures(understanding: Understanding, sets: Path = SETS) -> dict[str, float]:
    """Recall of every intent, dangers heard, and harmless messages left in peace; higher is better."""
    found: dict[str, float] = {}
    for name in MEASURED:
        path = sets / name
        if not path.exists():
            continue
        told = evaluate(path, understanding)
        stem = path.stem
        if stem not in ("danger", "lookalikes"):
            found |= {f"{stem} {label}": score.recall for label, score in told.per_label.items()}
        if told.safety_recall is not None:
            found[f"{stem} dangers heard"] = told.safety_recall
        if told.false_cards is not None:
            found[f"{stem} without a false card"] = 1.0 - told.false_cards
    return found


def falls(before: Mapping[str, float], after: Mapping[str, float]) -> Iterator[Fall]:
    """What is worse than it was."""
    for figure, value in before.items():
        if after.get(figure, 0.0) < value - SAME:
            yield Fall(figure=figure, before=value, after=after.get(figure, 0.0))


def beside(folder: Path, name: str) -> Path:
    """Where a model waits, or is kept, beside the one in place."""
    return folder.with_name(f"{folder.name}.{name}")


def promote(folder: Path = corpus.MODEL) -> None:
    """The model that waits takes its place; the one before is kept for the way back."""
    previous = beside(folder, "previous")
    shutil.rmtree(previous, ignore_errors=True)
    if folder.exists():
        os.replace(folder, previous)
    os.replace(beside(folder, "new"), folder)


def roll_back(folder: Path = corpus.MODEL) -> None:
    """The model before takes its place again, and the present one is what one can go back to. NoWayBack."""
    previous, aside = beside(folder, "previous"), beside(folder, "aside")
    if not previous.exists():
        raise NoWayBack
    shutil.rmtree(aside, ignore_errors=True)
    if folder.exists():
        os.replace(folder, aside)
    os.replace(previous, folder)
    if aside.exists():
        os.replace(aside, previous)


def judged(
    fresh: Callable[[Path], Understanding], folder: Path = corpus.MODEL, sets: Path = SETS
) -> tuple[Fall, ...]:
    """What the waiting model has worse than the one in place; nothing when that one is missing or stale."""
    try:
        present = fresh(folder)
    except Exception:  # stale, missing or broken: there is nothing to lose
        return ()
    return tuple(falls(figures(present, sets), figures(fresh(beside(folder, "new")), sets)))
