"""Grams are numbers: each has its own, and a model's two files belong together."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu import features
from nlu.classify import WEIGHTS, Model, StaleModel
from nlu.stored import keep, opened
from nlu.train import train
from tests.nlu.test_train import write


def spelled(text: str) -> Counter[str]:
    """The same grams, spelled out."""
    line = features.prepare(text)
    parts = [line[at : at + size] for size in (1, 2, 3) for at in range(len(line) - size + 1)]
    return Counter(part for part in parts if part != "|")


@given(st.text(st.characters(exclude_characters="\0"), max_size=80))  # normalised texts hold no NUL
def test_every_gram_has_a_number_of_its_own_and_is_counted(text: str):
    keys, counts = features.grams(text)
    of_characters = keys < np.uint64(1 << 63)
    assert sorted(counts[of_characters].tolist()) == sorted(spelled(text).values())
    assert np.array_equal(keys, np.unique(keys))
    numbers = {sum(ord(c) << 21 * at for at, c in enumerate(reversed(gram))) for gram in spelled(text)}
    assert numbers == set(keys[of_characters].tolist())


def test_latin_words_count_as_words_beside_their_letters():
    with_words, _ = features.grams("the lift is broken")
    assert int((with_words >= np.uint64(1 << 63)).sum()) == 4
    assert not (features.grams("电梯坏了")[0] >= np.uint64(1 << 63)).any()


def test_arrays_come_back_as_they_were_kept(tmp_path: Path):
    arrays = {"a": np.arange(7, dtype=np.uint64), "b": np.ones((3, 2), np.float16), "c": np.zeros((0, 4))}
    told = keep(tmp_path / "x", arrays)
    found = opened(tmp_path / "x", told)
    assert all(
        np.array_equal(found[name], array) and found[name].dtype == array.dtype
        for name, array in arrays.items()
    )
    assert not found["a"].flags.writeable


def test_files_of_two_models_do_not_go_together(tmp_path: Path):
    examples = write(tmp_path / "examples")
    train(examples, tmp_path / "one")
    with open(examples / "a.yml", "a", encoding="utf-8") as more:
        more.write("    - 不要了\n")
    train(examples, tmp_path / "two")
    Model.load(tmp_path / "two", examples)
    shutil.copy(tmp_path / "one" / WEIGHTS, tmp_path / "two" / WEIGHTS)
    with pytest.raises(StaleModel, match="cannot be read"):
        Model.load(tmp_path / "two", examples)
