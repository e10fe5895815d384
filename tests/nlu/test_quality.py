"""How well unseen sentences are understood; floors stand a little under the measured figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.evaluate import evaluate
from nlu.understand import Understanding

HELD_OUT = Path(__file__).with_name("heldout.csv")
DEVELOPMENT = Path(__file__).parents[3] / "shared" / "data" / "intents_dev.csv"


def test_held_out_sentences_are_understood(understanding: Understanding):
    figures = evaluate(HELD_OUT, understanding)
    assert figures.rows >= 250
    assert figures.accuracy >= 0.90
    assert figures.macro_f1 >= 0.90
    assert figures.safety_recall is not None
    assert figures.safety_recall >= 0.97
    assert figures.false_cards is not None
    assert figures.false_cards <= 0.03


@pytest.mark.skipif(not DEVELOPMENT.exists(), reason="the shared development set is not here")
def test_the_development_set_is_understood(understanding: Understanding):
    figures = evaluate(DEVELOPMENT, understanding)
    assert figures.accuracy >= 0.92
    assert figures.safety_recall is not None
    assert figures.safety_recall >= 0.97


def test_an_evaluation_can_be_written_as_json(understanding: Understanding, tmp_path: Path):
    path = tmp_path / "some.csv"
    path.write_text("text,category,private\n电梯坏了,lift,0\n路灯不亮,repairs,0\n", encoding="utf-8")
    answer = evaluate(path, understanding).to_json()
    assert (answer["rows"], answer["column"], answer["private_accuracy"]) == (2, "category", 1.0)
