"""From example sentences to weights: deterministic, under a minute on two cores."""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from domain.labels import Intent
from nlu import classify, corpus, features, grams, hidden, stored, vectors
from nlu.alarm import KINDS, NONE
from nlu.corpus import Corpus, Example
from nlu.danger import danger
from nlu.normalize import normalize
from nlu.vectors import Vectors

FOLDS = 4
WORKERS = 2  # a fold each; more would not be quicker on two cores
QUICK = 2000  # examples up to which a second process takes longer to begin than to learn
SEED = 20_240
STRENGTH = 1.0  # inverse regularisation, of 0.3, 0.5, 1 and 3 the best on development sets
STRENGTH_BESIDE = 0.3  # the same for the vectors, of 0.1, 0.3 and 1
SHARE_BESIDE = 0.3  # what the scores of the vectors weigh beside the grams', of 0.1 to 1
TITLES = 0.1  # what a sentence of the categories weighs among the reports; 0.02 loses short complaints
_MAYBE_DANGER = frozenset({"safety", "care", "dispute", "lift"})
_MAY_HAPPEN = frozenset({"danger", "fire_lane"})  # reported before it does, unless a word of danger is in it
_NUMBERS = re.compile("电话|號碼|号码|几号|多少|打哪|number", re.IGNORECASE)
_NOT_ALL_REPORTS = frozenset({"care", "services"})  # wishes and questions of policy as well


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadReport:
    """What training found out about one head, on sentences it had not seen (folds of the examples)."""

    examples: int
    labels: int
    grams: int
    accuracy: float
    temperature: float
    accuracy_beside: float | None  # with sentence vectors; None without them


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainReport:
    """The outcome of a training run."""

    intents: HeadReport
    categories: HeadReport
    private: HeadReport
    danger: HeadReport
    fingerprint: str
    vectors: str  # the package of sentence vectors that took part; empty: characters alone
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lesson:
    """What one head learns from: examples, then sentences beside them that only teach."""

    texts: tuple[str, ...]
    wanted: Any
    weights: Any
    labels: tuple[str, ...]
    own: int  # how many of the texts are examples


def train(
    examples_dir: Path | None = None,
    model_dir: Path | None = None,
    encoder: Vectors | None = None,
    learned: Path | None = None,
) -> TrainReport:
    """Train the heads, calibrate them and put the model in place in one move.

    With the sentence vectors installed, or with an `encoder` given, each head also learns what they add;
    characters alone are learned either way. `learned` is a file of sentences a community has added: a model
    is not stale when that file grows, it only has not learned from it yet.
    """
    began = time.perf_counter()
    source = examples_dir or corpus.EXAMPLES
    fingerprint = corpus.fingerprint(source)
    data = corpus.read(source, learned)
    lessons = {
        "intents": _lesson(data.intents, _titles(data), TITLES),
        "categories": _lesson(data.categories),
        "private": _lesson(data.private),
        "danger": _lesson(data.danger, _safe_or_not(data)),
    }
    meant = _meant(lessons, encoder)
    arrays: dict[str, Any] = {}
    words: dict[str, Any] = {"fingerprint": fingerprint, "features": features.VERSION, "heads": {}}
    words["vectors"] = vectors.installed() if meant is not None else ""
    reports: dict[str, HeadReport] = {}
    for name, lesson in lessons.items():
        reports[name], words["heads"][name], held = _train_head(lesson, meant)
        arrays.update({f"{name}_{key}": value for key, value in held.items()})
    _save(model_dir or corpus.MODEL, words, _one_table(arrays, tuple(lessons)))
    return TrainReport(
        **reports,
        fingerprint=fingerprint,
        vectors=words["vectors"],
        seconds=time.perf_counter() - began,
    )


def _lesson(examples: Sequence[Example], more: Sequence[Example] = (), weight: float = 1.0) -> _Lesson:
    """`more` teaches, with a weight of its own, and is not counted.

    Labels weigh what their examples do: making all as heavy costs ten points of F1 out of scope.
    """
    labels = sorted({example.label for example in examples})
    wanted = np.array([labels.index(example.label) for example in (*examples, *more)])
    return _Lesson(
        texts=tuple(normalize(example.text) for example in (*examples, *more)),
        wanted=wanted,
        weights=np.array([1.0] * len(examples) + [weight] * len(more)),
        labels=tuple(labels),
        own=len(examples),
    )


def _meant(lessons: dict[str, _Lesson], encoder: Vectors | None) -> dict[str, Any] | None:
    """The vector of every text, in one fixed order so that the same data gives the same bytes."""
    if encoder is None and not vectors.installed():
        return None
    encoder = encoder or Vectors()
    if not encoder.load():
        return None
    texts = sorted({text for lesson in lessons.values() for text in lesson.texts})
    with threadpool_limits(1):  # shared among threads, sums come in another order when a core is busy
        return dict(zip(texts, encoder.of_all(texts), strict=True))


def _titles(data: Corpus) -> tuple[Example, ...]:
    """What the categories know of residents' titles, as reports."""
    told = {example.text for example in data.intents}
    reports = {example.label for example in data.intents} & {Intent.REPORT_ISSUE}
    return tuple(
        Example(text=example.text, label=Intent.REPORT_ISSUE)
        for example in data.categories
        if reports and example.label not in _NOT_ALL_REPORTS and example.text not in told
    )


def _safe_or_not(data: Corpus) -> tuple[Example, ...]:
    """What the other examples know of danger: an emergency is one, whatever else people want is none."""
    told = {example.text for example in data.danger}
    wants = [one for one in data.intents if one.text not in told and not _asks_numbers(one)]
    about = [
        one
        for one in data.categories
        if one.label not in _MAYBE_DANGER
        and one.text not in told
        and not (one.label in _MAY_HAPPEN and danger(normalize(one.text)))
    ]
    return tuple(
        Example(text=one.text, label=_kind(one.text) if one.label == Intent.CALL_EMERGENCY else NONE)
        for one in (*wants, *about)
    )


def _asks_numbers(example: Example) -> bool:
    """Which number to call is asked in danger and out of it."""
    return example.label == Intent.CALL_EMERGENCY and bool(_NUMBERS.search(example.text))


def _kind(text: str) -> str:
    """The kind of danger that its words tell."""
    said = danger(normalize(text))
    return next((kind for kind, emergency in KINDS.items() if emergency is said), "other")


def _train_head(
    lesson: _Lesson, meant: dict[str, Any] | None
) -> tuple[HeadReport, dict[str, Any], dict[str, Any]]:
    """One head: folds tell how right and how sure it is, then it learns from everything."""
    counts = grams.Counts([features.grams(text) for text in lesson.texts])
    dense = None if meant is None else np.array([meant[text] for text in lesson.texts], dtype=np.float64)
    own = lesson.wanted[: lesson.own]
    scores, added = _unseen(lesson, counts, dense)
    temperature = _temperature(scores, own)
    everything = np.arange(len(lesson.texts))
    columns, idf = counts.known(everything)
    weights, bias = _fit(counts.matrix(everything, columns, idf), lesson, everything, STRENGTH)
    accuracy = float((scores.argmax(axis=1) == own).mean())
    words = {
        "labels": list(lesson.labels),
        "temperature": temperature,
        "accuracy": accuracy,
    }
    held = {
        "keys": counts.keys[columns],
        "idf": idf.astype(np.float32),
        "weights": weights.astype(np.float16),
        "bias": bias.astype(np.float32),
    }
    accuracy_beside = None
    if dense is not None:
        held |= _beside(dense, lesson, everything[: lesson.own], everything)
        words["temperature_beside"] = _temperature(scores + added, own)
        accuracy_beside = float(((scores + added).argmax(axis=1) == own).mean())
    report = HeadReport(
        examples=lesson.own,
        labels=len(lesson.labels),
        grams=len(columns),
        accuracy=accuracy,
        temperature=temperature,
        accuracy_beside=accuracy_beside,
    )
    return report, words, held


def _unseen(lesson: _Lesson, counts: grams.Counts, dense: Any) -> tuple[Any, Any]:
    """Scores of every example by machines that have not seen it: of the grams, and of the vectors."""
    from joblib import Parallel, delayed
    from sklearn.model_selection import StratifiedKFold

    own = lesson.wanted[: lesson.own]
    beside = np.arange(lesson.own, len(lesson.wanted))
    scores = np.zeros((lesson.own, len(lesson.labels)))
    added = np.zeros_like(scores)
    folds = max(2, min(FOLDS, *Counter(own.tolist()).values()))
    splitter = StratifiedKFold(n_splits=folds, shuffle=True, random_state=SEED)

    parts = list(splitter.split(np.zeros(len(own)), own))
    # Processes: in one, the machines of two threads would draw their order from the same source, and no two
    # trainings would be the same.
    workers = WORKERS if lesson.own > QUICK else 1
    done = Parallel(n_jobs=workers)(delayed(_fold)(lesson, counts, dense, *part, beside) for part in parts)
    for (_, unseen), (by_grams, by_vectors) in zip(parts, done, strict=True):
        scores[unseen] = by_grams
        if dense is not None:
            added[unseen] = by_vectors
    return scores, added


def _fold(
    lesson: _Lesson, counts: grams.Counts, dense: Any, seen: Any, unseen: Any, beside: Any
) -> tuple[Any, Any]:
    """The scores of one part by machines that learned from the others."""
    rows = np.concatenate([seen, beside])
    columns, idf = counts.known(rows)
    weights, bias = _fit(counts.matrix(rows, columns, idf), lesson, rows, STRENGTH)
    by_grams = counts.matrix(unseen, columns, idf) @ weights + bias
    if dense is None:
        return by_grams, None
    return by_grams, classify.beside_of(_beside(dense, lesson, seen, rows), 1.0).scores(dense[unseen])


def _beside(dense: Any, lesson: _Lesson, seen: Any, rows: Any) -> dict[str, Any]:
    """What the vectors add, learned from the examples that are seen; hidden units learn from all rows."""
    if NONE in lesson.labels:
        none = lesson.labels.index(NONE)
        with threadpool_limits(1):  # as below: the same data gives the same bytes
            return hidden.learn(dense[rows], lesson.wanted[rows] != none, none, len(lesson.labels))
    weights, bias = _fit(dense[seen], lesson, seen, STRENGTH_BESIDE)
    return {
        "beside_weights": (SHARE_BESIDE * weights).astype(np.float16),
        "beside_bias": (SHARE_BESIDE * bias).astype(np.float32),
    }


def _fit(matrix: Any, lesson: _Lesson, rows: Any, strength: float) -> tuple[Any, Any]:
    """A linear machine a label; dense columns need no closer fit, and it would take half the training."""
    from sklearn.svm import LinearSVC

    sparse = not isinstance(matrix, np.ndarray)
    model = LinearSVC(C=strength, dual=True, tol=1e-4 if sparse else 1e-1, random_state=SEED)
    model.fit(matrix, lesson.wanted[rows], sample_weight=lesson.weights[rows])
    if len(model.classes_) == 2:  # the library keeps one column for two classes
        return np.hstack([np.zeros_like(model.coef_.T), model.coef_.T]), np.array([0.0, model.intercept_[0]])
    return model.coef_.T, model.intercept_


def _temperature(scores: Any, wanted: Any) -> float:
    """The temperature that makes held-out probabilities most likely, by a fixed grid."""
    best, lowest = 1.0, float("inf")
    for temperature in np.geomspace(0.05, 5.0, 120):
        scaled = scores / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        lost = float((np.log(np.exp(scaled).sum(axis=1)) - scaled[np.arange(len(wanted)), wanted]).mean())
        if lost < lowest:
            best, lowest = float(temperature), lost
    return best


def _one_table(arrays: dict[str, Any], heads: Sequence[str]) -> dict[str, Any]:
    """One sorted table of grams for all heads, most of which know the same ones; each knows its rows."""
    keys = {name: arrays.pop(f"{name}_keys") for name in heads}
    arrays["keys"] = np.unique(np.concatenate(list(keys.values())))
    for name, own in keys.items():
        row_of = np.full(len(arrays["keys"]), -1, dtype=np.int32)
        row_of[np.searchsorted(arrays["keys"], own)] = np.arange(len(own))
        arrays[f"{name}_row_of"] = row_of
    return arrays


def _save(folder: Path, words: dict[str, Any], arrays: dict[str, Any]) -> None:
    """Both files are complete before either takes its name, and belong together: no half model is read."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        told = words | stored.keep(Path(scratch) / classify.WEIGHTS, arrays)
        text = json.dumps(told, ensure_ascii=False, sort_keys=True, indent=0)
        (Path(scratch) / classify.WORDS).write_text(text, encoding="utf-8")
        for name in (classify.WEIGHTS, classify.WORDS):
            os.replace(Path(scratch) / name, folder / name)
