"""How well messages are understood, measured on a file of labelled sentences."""

from __future__ import annotations

import csv
import time
from collections import Counter, defaultdict
from collections.abc import Sequence, Set
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from domain.labels import Intent
from nlu import notation
from nlu.meaning import Meaning
from nlu.thresholds import SURE
from nlu.understand import Understanding

BINS = 10
MOST_GROUPS = 60  # a column with more values than this is no grouping
_MEASURED = {"text", "intent", "category", "private", "parts", *notation.COLUMNS}

_ACTS = frozenset({Intent.HELP, Intent.CANCEL})
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
class Bin:
    """Answers of a like confidence: how sure they were on average, and how often right."""

    low: float
    high: float
    rows: int
    said: float
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The figures of one file; what its columns do not tell is None.

    `asked` and `silent_misfiling` are shares of all rows: below SURE a question is put; from there on, and
    wherever a card of danger is shown, the message is acted on, and this is how often wrongly.
    """

    rows: int
    column: str  # "intent", "category", or "" where only named things are labelled
    accuracy: float | None
    macro_f1: float | None
    per_label: dict[str, LabelScore]
    confusions: tuple[tuple[str, str, int], ...]  # expected, got, how often; most frequent first
    out_of_scope_f1: float | None
    safety_recall: float | None
    false_cards: float | None
    silent_misfiling: float | None
    asked: float | None
    place: float | None  # exact-match rates of the named things
    time: float | None
    phone: float | None
    private_accuracy: float | None
    p50_ms: float
    p99_ms: float
    groups: dict[str, dict[str, float]]  # share of right rows by value of every further column
    reliability: tuple[Bin, ...]
    mistakes: tuple[Mistake, ...]

    def to_json(self) -> dict[str, Any]:
        """The same figures as JSON-able data; `per_tag` is the group that is usually there."""
        told = asdict(self)
        told["confusions"] = [{"expected": e, "got": g, "count": n} for e, g, n in self.confusions]
        return told | {"per_tag": self.groups.get("tag", {})}


def evaluate(csv_path: Path, understanding: Understanding, now: datetime = NOW) -> Evaluation:
    """Measure a file with columns text,intent or text,category[,private] or text,place,time,phone."""
    rows = read_rows(csv_path)
    columns = set(rows[0]) if rows else {"intent"}
    column = next((name for name in ("intent", "category") if name in columns), "")
    named = [name for name in notation.COLUMNS if name in columns]
    if not column and not named:
        raise ValueError("the file needs a column `text` and an `intent`, a `category` or `place,time,phone`")
    meanings, spent = _ask(rows, understanding, now)
    wanted = [(row[column] or "").strip() for row in rows] if column else []
    if column == "intent":
        meanings = [_without_acts(meaning, _ACTS - set(wanted)) for meaning in meanings]
    got = [str(getattr(meaning, column)) for meaning in meanings] if column else []
    exact = notation.rates(rows, (meaning.entities for meaning in meanings)) if rows else {}
    right = [
        (not column or wanted[i] == got[i]) and not _unlike(row, meanings[i], named)
        for i, row in enumerate(rows)
    ]
    per_label = scores(wanted, got)
    intents = column == "intent"
    return Evaluation(
        rows=len(rows),
        column=column,
        accuracy=_share(w == g for w, g in zip(wanted, got, strict=True)) if column else None,
        macro_f1=sum(s.f1 for s in per_label.values()) / max(1, len(per_label)) if column else None,
        per_label=per_label,
        confusions=_confusions(wanted, got),
        out_of_scope_f1=per_label[Intent.OUT_OF_SCOPE].f1 if Intent.OUT_OF_SCOPE in per_label else None,
        safety_recall=_carded(wanted, meanings, danger=True) if intents else None,
        false_cards=_carded(wanted, meanings, danger=False) if intents else None,
        silent_misfiling=_silent(wanted, meanings) if intents else None,
        asked=_share(not _acted_on(meaning) for meaning in meanings) if intents else None,
        place=exact.get("place"),
        time=exact.get("time"),
        phone=exact.get("phone"),
        private_accuracy=_private(rows, meanings),
        p50_ms=_percentile(spent, 0.50),
        p99_ms=_percentile(spent, 0.99),
        groups=_groups(rows, right),
        reliability=_reliability(wanted, got, meanings, column),
        mistakes=(*_mistakes(wanted, got, meanings, column), *_unlike_cells(rows, meanings, named)),
    )


def _without_acts(meaning: Meaning, acts: Set[str]) -> Meaning:
    """Acts of a dialogue are no intents: where a file knows none, the best intent behind one is compared."""
    if meaning.intent not in acts:
        return meaning
    guesses = tuple(guess for guess in meaning.guesses if guess.intent not in acts)
    first = guesses[0]
    return replace(meaning, intent=first.intent, confidence=first.confidence, guesses=guesses)


def read_rows(csv_path: Path) -> list[dict[str, str]]:
    """The rows of a file that have a text; a row with too many cells is an error with its number."""
    with open(csv_path, encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        rows = []
        for row in reader:
            if None in row:
                raise ValueError(f"line {reader.line_num} has more cells than the first one")
            if (row.get("text") or "").strip():
                rows.append({key: value or "" for key, value in row.items()})
        return rows


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


def scores(wanted: Sequence[str], got: Sequence[str]) -> dict[str, LabelScore]:
    expected, answered = Counter(wanted), Counter(got)
    right = Counter(w for w, g in zip(wanted, got, strict=True) if w == g)
    found: dict[str, LabelScore] = {}
    for label in sorted(expected):
        precision = right[label] / answered[label] if answered[label] else 0.0
        recall = right[label] / expected[label]
        f1 = 2 * precision * recall / (precision + recall) if right[label] else 0.0
        found[label] = LabelScore(precision=precision, recall=recall, f1=f1, rows=expected[label])
    return found


def _confusions(wanted: Sequence[str], got: Sequence[str]) -> tuple[tuple[str, str, int], ...]:
    wrong = Counter((w, g) for w, g in zip(wanted, got, strict=True) if w != g)
    return tuple((w, g, n) for (w, g), n in sorted(wrong.items(), key=lambda item: (-item[1], item[0])))


def _groups(rows: Sequence[dict[str, str]], right: Sequence[bool]) -> dict[str, dict[str, float]]:
    """How much is right by each value of the columns that are not measured themselves."""
    columns = [name for name in (rows[0] if rows else ()) if name not in _MEASURED]
    found: dict[str, dict[str, float]] = {}
    for column in columns:
        held: dict[str, list[bool]] = defaultdict(list)
        for row, one in zip(rows, right, strict=True):
            if row[column].strip():
                held[row[column].strip()].append(one)
        if held and len(held) <= MOST_GROUPS:
            found[column] = {value: _share(ones) for value, ones in sorted(held.items())}
    return found


def _acted_on(meaning: Meaning) -> bool:
    return meaning.confidence >= SURE or meaning.emergency is not None


def _silent(wanted: Sequence[str], meanings: Sequence[Meaning]) -> float:
    return _share(_acted_on(m) and m.intent != w for w, m in zip(wanted, meanings, strict=True))


def _reliability(
    wanted: Sequence[str], got: Sequence[str], meanings: Sequence[Meaning], column: str
) -> tuple[Bin, ...]:
    held: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for w, g, meaning in zip(wanted, got, meanings if column else (), strict=True):
        sure = _confidence(meaning, column)
        held[min(BINS - 1, int(sure * BINS))].append((sure, w == g))
    return tuple(
        Bin(
            low=at / BINS,
            high=(at + 1) / BINS,
            rows=len(ones),
            said=sum(sure for sure, _ in ones) / len(ones),
            right=_share(right for _, right in ones),
        )
        for at, ones in sorted(held.items())
    )


def _confidence(meaning: Meaning, column: str) -> float:
    return meaning.confidence if column == "intent" else meaning.category_confidence


def _unlike(row: dict[str, str], meaning: Meaning, named: Sequence[str]) -> list[str]:
    """The columns of named things in which a row was not understood."""
    if not named:
        return []
    got = notation.cells(meaning.entities)
    return [name for name in named if not notation.same(name, row[name], got[name])]


def _unlike_cells(
    rows: Sequence[dict[str, str]], meanings: Sequence[Meaning], named: Sequence[str]
) -> tuple[Mistake, ...]:
    return tuple(
        Mistake(
            text=row["text"],
            expected=f"{name}: {row[name]}",
            got=notation.cells(meaning.entities)[name],
            confidence=0.0,
        )
        for row, meaning in zip(rows, meanings, strict=True)
        for name in _unlike(row, meaning, named)
    )


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
            confidence=_confidence(m, column),
        )
        for w, g, m in zip(wanted, got, meanings if column else (), strict=True)
        if w != g
    ]
    return tuple(sorted(wrong, key=lambda mistake: -mistake.confidence))


def _share(values: Any) -> float:
    listed = list(values)
    return sum(1 for value in listed if value) / len(listed) if listed else 0.0


def _percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
