"""How well messages are understood, measured on a file of labelled sentences."""

from __future__ import annotations

import csv
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from domain.labels import Intent
from nlu.meaning import Meaning
from nlu.understand import Understanding

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelScore:
    """How one label fares: of what was said to be it, and of what is it."""

    precision: float
    recall: float
    f1: float
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    text: str
    expected: str
    got: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The figures of one file; `safety_recall` and `false_cards` only where intents are labelled."""

    rows: int
    column: str  # "intent" or "category"
    accuracy: float
    macro_f1: float
    per_label: dict[str, LabelScore]
    confusions: tuple[tuple[str, str, int], ...]  # expected, got, how often; most frequent first
    per_tag: dict[str, float]
    p50_ms: float
    p99_ms: float
    safety_recall: float | None
    false_cards: float | None
    private_accuracy: float | None
    mistakes: tuple[Mistake, ...]

    def to_json(self) -> dict[str, Any]:
        """The same figures as JSON-able data."""
        scores = {
            label: {"precision": s.precision, "recall": s.recall, "f1": s.f1, "rows": s.rows}
            for label, s in self.per_label.items()
        }
        return {
            "rows": self.rows,
            "column": self.column,
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "per_label": scores,
            "confusions": [{"expected": e, "got": g, "count": n} for e, g, n in self.confusions],
            "per_tag": self.per_tag,
            "p50_ms": self.p50_ms,
            "p99_ms": self.p99_ms,
            "safety_recall": self.safety_recall,
            "false_cards": self.false_cards,
            "private_accuracy": self.private_accuracy,
            "out_of_scope_f1": _f1(self.per_label, Intent.OUT_OF_SCOPE),
            "mistakes": [
                {"text": m.text, "expected": m.expected, "got": m.got, "confidence": m.confidence}
                for m in self.mistakes
            ],
        }


def evaluate(csv_path: Path, understanding: Understanding, now: datetime = NOW) -> Evaluation:
    """Measure a file with columns text,intent[,tag] or text,category[,private]."""
    with open(csv_path, encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if (row.get("text") or "").strip()]
    columns = rows[0].keys() if rows else ()
    column = "intent" if "intent" in columns else "category"
    if rows and column not in columns:
        raise ValueError("the file needs a column `text` and a column `intent` or `category`")
    meanings, spent = _ask(rows, understanding, now)
    wanted = [row[column].strip() for row in rows]
    got = [str(getattr(meaning, column)) for meaning in meanings]
    per_label = _scores(wanted, got)
    return Evaluation(
        rows=len(rows),
        column=column,
        accuracy=_share(w == g for w, g in zip(wanted, got, strict=True)),
        macro_f1=sum(s.f1 for s in per_label.values()) / max(1, len(per_label)),
        per_label=per_label,
        confusions=_confusions(wanted, got),
        per_tag=_per_tag(rows, wanted, got),
        p50_ms=_percentile(spent, 0.50),
        p99_ms=_percentile(spent, 0.99),
        safety_recall=_carded(wanted, meanings, danger=True) if column == "intent" else None,
        false_cards=_carded(wanted, meanings, danger=False) if column == "intent" else None,
        private_accuracy=_private(rows, meanings),
        mistakes=_mistakes(wanted, got, meanings, column),
    )


def _ask(
    rows: Sequence[dict[str, str]], understanding: Understanding, now: datetime
) -> tuple[list[Meaning], list[float]]:
    meanings: list[Meaning] = []
    spent: list[float] = []
    if rows:
        understanding.understand(rows[0]["text"], now)  # tables load on first use
    for row in rows:
        began = time.perf_counter()
        meanings.append(understanding.understand(row["text"], now))
        spent.append((time.perf_counter() - began) * 1000)
    return meanings, spent


def _scores(wanted: Sequence[str], got: Sequence[str]) -> dict[str, LabelScore]:
    expected, answered = Counter(wanted), Counter(got)
    right = Counter(w for w, g in zip(wanted, got, strict=True) if w == g)
    scores: dict[str, LabelScore] = {}
    for label in sorted(expected):
        precision = right[label] / answered[label] if answered[label] else 0.0
        recall = right[label] / expected[label]
        f1 = 2 * precision * recall / (precision + recall) if right[label] else 0.0
        scores[label] = LabelScore(precision=precision, recall=recall, f1=f1, rows=expected[label])
    return scores


def _confusions(wanted: Sequence[str], got: Sequence[str]) -> tuple[tuple[str, str, int], ...]:
    wrong = Counter((w, g) for w, g in zip(wanted, got, strict=True) if w != g)
    return tuple((w, g, n) for (w, g), n in sorted(wrong.items(), key=lambda item: (-item[1], item[0])))


def _per_tag(rows: Sequence[dict[str, str]], wanted: Sequence[str], got: Sequence[str]) -> dict[str, float]:
    groups: dict[str, list[bool]] = defaultdict(list)
    for row, w, g in zip(rows, wanted, got, strict=True):
        if row.get("tag"):
            groups[row["tag"]].append(w == g)
    return {tag: _share(values) for tag, values in sorted(groups.items())}


def _carded(wanted: Sequence[str], meanings: Sequence[Meaning], *, danger: bool) -> float | None:
    """The share of dangerous (or of harmless) messages for which the emergency card is shown."""
    cards = [
        meaning.emergency is not None
        for w, meaning in zip(wanted, meanings, strict=True)
        if (w == Intent.CALL_EMERGENCY) == danger
    ]
    return _share(cards) if cards else None


def _private(rows: Sequence[dict[str, str]], meanings: Sequence[Meaning]) -> float | None:
    told = [
        (row["private"].strip() in ("1", "true", "yes")) == meaning.private
        for row, meaning in zip(rows, meanings, strict=True)
        if (row.get("private") or "").strip()
    ]
    return _share(told) if told else None


def _mistakes(
    wanted: Sequence[str], got: Sequence[str], meanings: Sequence[Meaning], column: str
) -> tuple[Mistake, ...]:
    """Wrong answers, the surest first."""
    wrong = [
        Mistake(
            text=m.text,
            expected=w,
            got=g,
            confidence=m.confidence if column == "intent" else m.category_confidence,
        )
        for w, g, m in zip(wanted, got, meanings, strict=True)
        if w != g
    ]
    return tuple(sorted(wrong, key=lambda mistake: -mistake.confidence))


def _share(values: Any) -> float:
    listed = list(values)
    return sum(1 for value in listed if value) / len(listed) if listed else 0.0


def _percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _f1(scores: dict[str, LabelScore], label: str) -> float | None:
    return scores[label].f1 if label in scores else None
