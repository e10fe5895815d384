"""What a head learns: from everything, and from all but a part that then tells how right it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from nlu import classify, features, grams, hidden
from nlu.alarm import NONE

FOLDS = 4
WORKERS = 2  # a machine to learn each; more would not be quicker on two cores
QUICK = 2000  # examples up to which a second process takes longer to begin than to learn
SEED = 20_240
STRENGTH = 1.0  # inverse regularisation, of 0.3, 0.5, 1 and 3 the best on development sets
STRENGTH_BESIDE = 0.3  # the same for the vectors, of 0.1, 0.3 and 1
SHARE_BESIDE = 0.3  # what the scores of the vectors weigh beside the grams', of 0.1 to 1

Unseen = tuple[Any, Any, Any]  # which examples, and their scores by the grams and by the vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What one head learns from: examples, then sentences beside them that only teach."""

    texts: tuple[str, ...]
    wanted: Any
    weights: Any
    labels: tuple[str, ...]
    own: int  # how many of the texts are examples


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What one head learns from, as numbers."""

    lesson: Lesson
    counts: grams.Counts
    dense: Any  # the vectors of its texts, a row each; None without them


def head_of(lesson: Lesson, meant: dict[str, Any] | None) -> Head:
    counts = grams.Counts([features.grams(text) for text in lesson.texts])
    dense = None if meant is None else np.array([meant[text] for text in lesson.texts], dtype=np.float32)
    return Head(lesson=lesson, counts=counts, dense=dense)


def taught(heads: Sequence[Head]) -> list[tuple[dict[str, Any], list[Unseen]]]:
    """Of every head what it keeps, learned from everything, and its scores of parts it has not seen.

    All of it is dealt out among processes at once, so that none waits for a head to be ready: in one process,
    the machines of two threads would draw their order from the same source, and no two trainings be the same.
    """
    from joblib import Parallel, delayed

    parts = [_parts(head.lesson) for head in heads]
    workers = WORKERS if max(head.lesson.own for head in heads) > QUICK else 1
    with Parallel(n_jobs=workers) as pool:
        kept = [delayed(_kept)(head) for head in heads]
        folds = [
            delayed(_fold)(head, seen, unseen)
            for head, own in zip(heads, parts, strict=True)
            for seen, unseen in own
        ]
        done = pool(kept + folds)
    scored = iter(done[len(heads) :])
    return [(done[at], [(unseen, *next(scored)) for _, unseen in own]) for at, own in enumerate(parts)]


def _parts(lesson: Lesson) -> list[tuple[Any, Any]]:
    """Which examples are seen and which are not, so that each is once unseen.

    Scores of danger are never made chances, and what a part tells of them is near enough: one is learned.
    """
    from sklearn.model_selection import StratifiedKFold

    own = lesson.wanted[: lesson.own]
    folds = max(2, min(FOLDS, *Counter(own.tolist()).values()))
    splitter = StratifiedKFold(n_splits=folds, shuffle=True, random_state=SEED)
    parts = list(splitter.split(np.zeros(len(own)), own))
    return parts[:1] if NONE in lesson.labels else parts


def _kept(head: Head) -> dict[str, Any]:
    """What a head holds once it has learned from everything."""
    lesson, counts = head.lesson, head.counts
    everything = np.arange(len(lesson.texts))
    columns, idf = counts.known(everything)
    weights, bias = _fit(counts.matrix(everything, columns, idf), lesson, everything, STRENGTH)
    held = {
        "keys": counts.keys[columns],
        "idf": idf.astype(np.float32),
        "weights": weights.astype(np.float16),
        "bias": bias.astype(np.float32),
    }
    if head.dense is not None:
        held |= _beside(head.dense, lesson, everything[: lesson.own], everything)
    return held


def _fold(head: Head, seen: Any, unseen: Any) -> tuple[Any, Any]:
    """The scores of one part, of the grams and of the vectors, by machines that learned from the others."""
    lesson, counts = head.lesson, head.counts
    rows = np.concatenate([seen, np.arange(lesson.own, len(lesson.wanted))])
    columns, idf = counts.known(rows)
    weights, bias = _fit(counts.matrix(rows, columns, idf), lesson, rows, STRENGTH)
    by_grams = counts.matrix(unseen, columns, idf) @ weights + bias
    if head.dense is None:
        return by_grams, None
    beside = classify.beside_of(_beside(head.dense, lesson, seen, rows), 1.0)
    return by_grams, beside.scores(head.dense[unseen].astype(np.float64))


def _beside(dense: Any, lesson: Lesson, seen: Any, rows: Any) -> dict[str, Any]:
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


def _fit(matrix: Any, lesson: Lesson, rows: Any, strength: float) -> tuple[Any, Any]:
    """A linear machine a label; dense columns need no closer fit, and it would take half the training."""
    from sklearn.svm import LinearSVC

    sparse = not isinstance(matrix, np.ndarray)
    model = LinearSVC(C=strength, dual=True, tol=1e-4 if sparse else 1e-1, random_state=SEED)
    model.fit(matrix, lesson.wanted[rows], sample_weight=lesson.weights[rows])
    if len(model.classes_) == 2:  # the library keeps one column for two classes
        return np.hstack([np.zeros_like(model.coef_.T), model.coef_.T]), np.array([0.0, model.intercept_[0]])
    return model.coef_.T, model.intercept_
