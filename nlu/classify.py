"""The trained weights, read with numpy alone: a text in, calibrated probabilities out."""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass
from math import log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu import corpus

WEIGHTS, WORDS = "weights.npz", "vocabulary.json"
HEADS = ("intents", "categories", "private", "danger")

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What sentence vectors add to the scores of a head."""

    weights: Floats  # one row a dimension, one column a label
    bias: Floats
    temperature: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A linear classifier over weighted grams and, added to it, one over sentence vectors.

    Each has the temperature that makes its probabilities honest: alone, and with the vectors beside.
    """

    labels: tuple[str, ...]
    vocabulary: dict[str, int]  # of all heads together
    row_of: array[int]  # the head's row of a gram of the vocabulary, -1 for those of other heads only
    idf: Floats
    weights: NDArray[np.float16]  # one row a gram, one column a label
    bias: Floats
    temperature: float
    beside: Beside | None = None

    def scores(self, counts: dict[str, int], vector: Floats | None = None) -> Floats:
        """How near a text is to each label: above 0 it would be taken for it by itself."""
        known = [
            (row, n)
            for gram, n in counts.items()
            if (at := self.vocabulary.get(gram)) is not None and (row := self.row_of[at]) >= 0
        ]
        scores = self.bias
        if known:
            rows = np.fromiter((row for row, _ in known), dtype=np.intp, count=len(known))
            values = np.fromiter((1.0 + log(n) for _, n in known), dtype=np.float32, count=len(known))
            values = values * self.idf[rows]
            values = values / max(sqrt(float(values @ values)), 1e-9)
            scores = self.bias + values @ self.weights[rows].astype(np.float32)
        if vector is not None and self.beside is not None:
            scores = scores + self.beside.bias + vector @ self.beside.weights
        return scores

    def rank(self, counts: dict[str, int], vector: Floats | None = None) -> Ranking:
        """Labels by probability for the grams of a text, and for its vector where there is one."""
        scores = self.scores(counts, vector)
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
            with np.load(folder / WEIGHTS, allow_pickle=False) as arrays:
                held = {name: arrays[name] for name in arrays.files}
            vocabulary = _together(words["heads"])
            heads = {name: _head(name, words["heads"][name], held, vocabulary) for name in HEADS}
        except FileNotFoundError as missing:
            raise StaleModel("no trained model of the language understanding was found") from missing
        except (OSError, ValueError, KeyError, TypeError) as broken:
            raise StaleModel("the model of the language understanding cannot be read") from broken
        if str(held.get("fingerprint")) != words.get("fingerprint"):
            raise StaleModel("the two files of the model do not belong together")
        if words.get("fingerprint") != corpus.fingerprint(examples_dir or corpus.EXAMPLES):
            raise StaleModel("the examples have changed since the model was trained")
        return cls(**heads, fingerprint=words["fingerprint"], vectors=words.get("vectors", ""))


def _together(heads: dict[str, Any]) -> dict[str, int]:
    """One table of grams for all heads: most of them know the same ones."""
    vocabulary: dict[str, int] = {}
    for name in HEADS:
        for gram in heads[name]["grams"].split("\n"):
            vocabulary.setdefault(gram, len(vocabulary))
    return vocabulary


def _head(name: str, words: dict[str, Any], held: dict[str, Any], vocabulary: dict[str, int]) -> Head:
    row_of = array("i", [-1]) * len(vocabulary)
    for row, gram in enumerate(words["grams"].split("\n")):
        row_of[vocabulary[gram]] = row
    beside = None
    if "temperature_beside" in words:
        beside = Beside(
            weights=held[f"{name}_beside_weights"].astype(np.float32),
            bias=held[f"{name}_beside_bias"],
            temperature=float(words["temperature_beside"]),
        )
    return Head(
        labels=tuple(words["labels"]),
        vocabulary=vocabulary,
        row_of=row_of,
        idf=held[f"{name}_idf"],
        weights=held[f"{name}_weights"],
        bias=held[f"{name}_bias"],
        temperature=float(words["temperature"]),
        beside=beside,
    )
