"""The trained weights, read with numpy alone: a text in, calibrated probabilities out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu import corpus, stored
from nlu.table import Found, Table

WEIGHTS, WORDS = "weights.bin", "model.json"
HEADS = ("intents", "categories", "private", "danger")
BESIDE = ("beside_weights", "beside_bias", "beside_inner", "beside_inner_bias")

Floats = NDArray[np.float32]


class StaleModel(Exception):
    """The model is missing, unreadable, or was trained on other examples than those present."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}; run `linli nlu train`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Labels with their probabilities, best first."""

    labels: tuple[str, ...]
    chances: tuple[float, ...]

    def chance(self, label: str) -> float:
        """The probability of one label; 0 for an unknown one."""
        return next(
            (chance for name, chance in zip(self.labels, self.chances, strict=True) if name == label), 0.0
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What sentence vectors add to the scores of a head, straight or by hidden units between."""

    weights: Floats  # one row a dimension or hidden unit, one column a label
    bias: Floats
    temperature: float
    inner: NDArray[np.float16] | None = None  # one row a dimension, one column a unit
    inner_bias: Floats | None = None

    def scores(self, vector: Floats) -> Floats:
        """Of one vector, or of many, a row each."""
        if self.inner is not None and self.inner_bias is not None:
            vector = np.maximum(vector @ self.inner.astype(np.float32) + self.inner_bias, 0.0)
        return self.bias + vector @ self.weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A linear classifier over weighted grams and, added to it, one over sentence vectors.

    Each has the temperature that makes its probabilities honest: alone, and with the vectors beside.
    """

    labels: tuple[str, ...]
    row_of: NDArray[np.int32]  # the head's row of a gram of the table, -1 for those of other heads only
    idf: Floats
    weights: NDArray[np.float16]  # one row a gram, one column a label
    bias: Floats
    temperature: float
    beside: Beside | None = None

    def scores(self, found: Found, vector: Floats | None = None) -> Floats:
        """How near a text is to each label: above 0 it would be taken for it by itself."""
        rows = self.row_of[found.at]
        mine = rows >= 0
        rows = rows[mine]
        values = found.counts[mine] * self.idf[rows]
        values = values / max(sqrt(float(values @ values)), 1e-9)
        scores = self.bias + values @ self.weights[rows].astype(np.float32)
        if vector is not None and self.beside is not None:
            scores = scores + self.beside.scores(vector)
        return scores

    def rank(self, found: Found, vector: Floats | None = None) -> Ranking:
        """Labels by probability for the grams of a text, and for its vector where there is one."""
        scores = self.scores(found, vector)
        beside = self.beside if vector is not None else None
        temperature = beside.temperature if beside else self.temperature
        chances = np.exp((scores - scores.max()) / temperature)
        chances = chances / chances.sum()
        order = np.argsort(-chances, kind="stable")
        return Ranking(
            labels=tuple(self.labels[i] for i in order), chances=tuple(float(chances[i]) for i in order)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The heads that were trained together, and what they were trained on."""

    table: Table
    intents: Head
    categories: Head
    private: Head
    danger: Head
    fingerprint: str
    vectors: str = ""  # the package of sentence vectors it was trained with; empty: characters alone

    @classmethod
    def load(cls, model_dir: Path | None = None, examples_dir: Path | None = None) -> Model:
        """Read a model and refuse one whose examples have changed since."""
        folder = model_dir or corpus.MODEL
        try:
            words: dict[str, Any] = json.loads((folder / WORDS).read_text(encoding="utf-8"))
            held = stored.opened(folder / WEIGHTS, words)
            heads = {name: _head(name, words["heads"][name], held) for name in HEADS}
            table, fingerprint = Table(held["keys"]), words["fingerprint"]
        except FileNotFoundError as missing:
            raise StaleModel("no trained model of the language understanding was found") from missing
        except (OSError, ValueError, KeyError, TypeError) as broken:
            raise StaleModel("the model of the language understanding cannot be read") from broken
        if fingerprint != corpus.fingerprint(examples_dir or corpus.EXAMPLES):
            raise StaleModel("the examples have changed since the model was trained")
        return cls(table=table, **heads, fingerprint=fingerprint, vectors=words.get("vectors", ""))

    def find(self, words: str) -> Found:
        """What the heads read of a normalised text."""
        return self.table.find(words)


def beside_of(held: Mapping[str, Any], temperature: float) -> Beside:
    """From the arrays that training keeps."""
    return Beside(
        weights=held["beside_weights"].astype(np.float32),
        bias=held["beside_bias"],
        temperature=temperature,
        inner=held.get("beside_inner"),
        inner_bias=held.get("beside_inner_bias"),
    )


def _head(name: str, words: dict[str, Any], held: dict[str, Any]) -> Head:
    beside = None
    if "temperature_beside" in words:
        own = {key: held[f"{name}_{key}"] for key in BESIDE if f"{name}_{key}" in held}
        beside = beside_of(own, float(words["temperature_beside"]))
    return Head(
        labels=tuple(words["labels"]),
        row_of=held[f"{name}_row_of"],
        idf=held[f"{name}_idf"],
        weights=held[f"{name}_weights"],
        bias=held[f"{name}_bias"],
        temperature=float(words["temperature"]),
        beside=beside,
    )
