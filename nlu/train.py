"""From example sentences to weights: deterministic, under a minute on two cores."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from domain.labels import Intent
from nlu import classify, corpus, features
from nlu.corpus import Corpus, Example
from nlu.normalize import normalize

FOLDS = 8
SEED = 20_240
STRENGTH = 1.0  # inverse regularisation, of 0.3, 0.5, 1 and 2 the best on development sets
TITLES = 0.1  # what a sentence of the categories weighs among the reports
UNEVEN = frozenset({"categories"})  # most letters are about "other" things: that is left as it is
_NOT_ALL_REPORTS = frozenset({"care", "services"})  # wishes and questions of policy as well


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadReport:
    """What training found out about one head, on sentences it had not seen (folds of the examples)."""

    examples: int
    labels: int
    grams: int
    accuracy: float
    temperature: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainReport:
    """The outcome of a training run."""

    intents: HeadReport
    categories: HeadReport
    private: HeadReport
    fingerprint: str
    seconds: float


def train(examples_dir: Path | None = None, model_dir: Path | None = None) -> TrainReport:
    """Train the three heads, calibrate them and put the model in place in one move."""
    began = time.perf_counter()
    source = examples_dir or corpus.EXAMPLES
    fingerprint = corpus.fingerprint(source)
    data = corpus.read(source)
    arrays: dict[str, Any] = {}
    words: dict[str, Any] = {"fingerprint": fingerprint, "features": features.VERSION, "heads": {}}
    reports: dict[str, HeadReport] = {}
    for name in classify.HEADS:
        examples: tuple[Example, ...] = getattr(data, name)
        more = _titles(data) if name == "intents" else ()
        reports[name], words["heads"][name], held = _train_head(examples, more, even=name not in UNEVEN)
        arrays.update({f"{name}_{key}": value for key, value in held.items()})
    arrays["fingerprint"] = np.array(fingerprint)
    _save(model_dir or corpus.MODEL, words, arrays)
    return TrainReport(**reports, fingerprint=fingerprint, seconds=time.perf_counter() - began)


def _titles(data: Corpus) -> tuple[Example, ...]:
    """What the categories know of residents' titles, as reports."""
    told = {example.text for example in data.intents}
    reports = {example.label for example in data.intents} & {Intent.REPORT_ISSUE}
    return tuple(
        Example(text=example.text, label=Intent.REPORT_ISSUE)
        for example in data.categories
        if reports and example.label not in _NOT_ALL_REPORTS and example.text not in told
    )


def _train_head(
    examples: Sequence[Example], more: Sequence[Example], *, even: bool
) -> tuple[HeadReport, dict[str, Any], dict[str, Any]]:
    """One head; `more` teaches with less weight and is not counted; `even` makes all labels as heavy."""
    from sklearn.model_selection import StratifiedKFold

    counts = [features.grams(normalize(example.text)) for example in (*examples, *more)]
    labels = sorted({example.label for example in examples})
    wanted = np.array([labels.index(example.label) for example in (*examples, *more)])
    weights = np.array([1.0] * len(examples) + [TITLES] * len(more))
    if even:
        own_total = np.bincount(wanted[: len(examples)])
        weights = weights * len(examples) / len(labels) / own_total[wanted]
    own, beside = wanted[: len(examples)], list(range(len(examples), len(wanted)))
    folds = max(2, min(FOLDS, *Counter(own.tolist()).values()))
    scores = np.zeros((len(examples), len(labels)))
    splitter = StratifiedKFold(n_splits=folds, shuffle=True, random_state=SEED)
    for seen, unseen in splitter.split(np.zeros(len(own)), own):
        rows = [*seen.tolist(), *beside]
        head = _fit([counts[i] for i in rows], wanted[rows], weights[rows])
        scores[unseen] = _matrix([counts[i] for i in unseen], head[0], head[1]) @ head[2] + head[3]
    temperature = _temperature(scores, own)
    grams, idf, columns, bias = _fit(counts, wanted, weights)
    report = HeadReport(
        examples=len(examples),
        labels=len(labels),
        grams=len(grams),
        accuracy=float((scores.argmax(axis=1) == own).mean()),
        temperature=temperature,
    )
    words = {"labels": labels, "grams": "\n".join(grams), "temperature": temperature}
    held = {
        "idf": idf.astype(np.float32),
        "weights": columns.astype(np.float16),
        "bias": bias.astype(np.float32),
    }
    return report, words, held


def _fit(counts: Sequence[dict[str, int]], wanted: Any, weights: Any) -> tuple[dict[str, int], Any, Any, Any]:
    """Grams, their weights of rarity, and a linear machine a label over them."""
    from sklearn.svm import LinearSVC

    seen = Counter(gram for one in counts for gram in one)
    grams = {gram: row for row, gram in enumerate(sorted(g for g, n in seen.items() if n > 1 or len(g) < 3))}
    idf = np.array([1.0 + np.log((1 + len(counts)) / (1 + seen[gram])) for gram in grams])
    model = LinearSVC(C=STRENGTH, random_state=SEED)
    model.fit(_matrix(counts, grams, idf), wanted, sample_weight=weights)
    if len(model.classes_) == 2:  # the library keeps one column for two classes
        zeros = np.zeros_like(model.coef_.T)
        return grams, idf, np.hstack([zeros, model.coef_.T]), np.array([0.0, model.intercept_[0]])
    return grams, idf, model.coef_.T, model.intercept_


def _matrix(counts: Sequence[dict[str, int]], grams: dict[str, int], idf: Any) -> Any:
    from scipy.sparse import csr_matrix

    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for row, one in enumerate(counts):
        known = [(grams[gram], 1.0 + np.log(n)) for gram, n in one.items() if gram in grams]
        weighted = [value * idf[column] for column, value in known]
        length = max(float(np.sqrt(sum(value * value for value in weighted))), 1e-9)
        rows += [row] * len(known)
        columns += [column for column, _ in known]
        values += [value / length for value in weighted]
    return csr_matrix((values, (rows, columns)), shape=(len(counts), len(grams)))


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


def _save(folder: Path, words: dict[str, Any], arrays: dict[str, Any]) -> None:
    """Both files are complete before either takes its name, so that no half model is ever read."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        with open(Path(scratch) / classify.WEIGHTS, "wb") as out:
            np.savez(out, **arrays)  # read sooner than a compressed file
        text = json.dumps(words, ensure_ascii=False, sort_keys=True, indent=0)
        (Path(scratch) / classify.WORDS).write_text(text, encoding="utf-8")
        for name in (classify.WEIGHTS, classify.WORDS):
            os.replace(Path(scratch) / name, folder / name)
