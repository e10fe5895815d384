"""From example sentences to weights: deterministic, about a minute on two quiet cores."""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from domain.labels import Intent
from nlu import classify, corpus, features, stored, vectors
from nlu.alarm import KINDS, NONE
from nlu.corpus import Corpus, Example
from nlu.danger import danger
from nlu.lessons import Head, Lesson, Unseen, head_of, taught
from nlu.normalize import normalize
from nlu.vectors import Vectors

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
    heads = {name: head_of(lesson, meant) for name, lesson in lessons.items()}
    for name, done in zip(heads, taught(list(heads.values())), strict=True):
        reports[name], words["heads"][name], held = _calibrated(heads[name], *done)
        arrays.update({f"{name}_{key}": value for key, value in held.items()})
    _save(model_dir or corpus.MODEL, words, _one_table(arrays, tuple(lessons)))
    return TrainReport(
        **reports,
        fingerprint=fingerprint,
        vectors=words["vectors"],
        seconds=time.perf_counter() - began,
    )


def _lesson(examples: Sequence[Example], more: Sequence[Example] = (), weight: float = 1.0) -> Lesson:
    """`more` teaches, with a weight of its own, and is not counted.

    Labels weigh what their examples do: making all as heavy costs ten points of F1 out of scope.
    """
    labels = sorted({example.label for example in examples})
    wanted = np.array([labels.index(example.label) for example in (*examples, *more)])
    return Lesson(
        texts=tuple(normalize(example.text) for example in (*examples, *more)),
        wanted=wanted,
        weights=np.array([1.0] * len(examples) + [weight] * len(more)),
        labels=tuple(labels),
        own=len(examples),
    )


def _meant(lessons: dict[str, Lesson], encoder: Vectors | None) -> dict[str, Any] | None:
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


def _calibrated(
    head: Head, held: dict[str, Any], parts: Sequence[Unseen]
) -> tuple[HeadReport, dict[str, Any], dict[str, Any]]:
    """The parts tell how right a head is and how sure it may be."""
    lesson = head.lesson
    unseen = np.concatenate([of_part for of_part, _, _ in parts])
    order = np.argsort(unseen)
    wanted = lesson.wanted[unseen[order]]
    scores = np.concatenate([by_grams for _, by_grams, _ in parts])[order]
    temperature = _temperature(scores, wanted)
    accuracy = float((scores.argmax(axis=1) == wanted).mean())
    words = {"labels": list(lesson.labels), "temperature": temperature, "accuracy": accuracy}
    accuracy_beside = None
    if head.dense is not None:
        both = scores + np.concatenate([by_vectors for _, _, by_vectors in parts])[order]
        words["temperature_beside"] = _temperature(both, wanted)
        accuracy_beside = float((both.argmax(axis=1) == wanted).mean())
    report = HeadReport(
        examples=lesson.own,
        labels=len(lesson.labels),
        grams=len(held["keys"]),
        accuracy=accuracy,
        temperature=temperature,
        accuracy_beside=accuracy_beside,
    )
    return report, words, held


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
