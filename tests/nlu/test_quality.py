"""How well unseen sentences are understood; floors stand a little under the measured figures."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nlu.drawings import draw
from nlu.evaluate import evaluate
from nlu.understand import Understanding

HELD_OUT = Path(__file__).with_name("heldout.csv")
DEVELOPMENT = Path(__file__).parents[3] / "shared" / "data" / "intents_dev.csv"
TESTS = Path(__file__).parents[2] / "nlu" / "tests"


def test_held_out_sentences_are_understood(understanding: Understanding):
    figures = evaluate(HELD_OUT, understanding)
    assert figures.rows >= 250
    assert (figures.accuracy or 0) >= 0.90
    assert (figures.macro_f1 or 0) >= 0.90
    assert figures.safety_recall is not None
    assert figures.safety_recall >= 0.97
    assert figures.false_cards is not None
    assert figures.false_cards <= 0.03


@pytest.mark.skipif(not DEVELOPMENT.exists(), reason="the shared development set is not here")
def test_the_development_set_is_understood(understanding: Understanding):
    figures = evaluate(DEVELOPMENT, understanding)
    assert (figures.accuracy or 0) >= 0.92
    assert figures.safety_recall is not None
    assert figures.safety_recall >= 0.97


@pytest.mark.parametrize("name", ["intents_c", "intents_d", "intents_e", "intents_f"])
def test_plain_sentences_of_every_intent_are_understood(understanding: Understanding, name: str):
    figures = evaluate(TESTS / f"{name}.csv", understanding)
    assert len(figures.per_label) == 25
    assert (figures.accuracy or 0) >= 0.93
    assert (figures.macro_f1 or 0) >= 0.92
    assert (figures.out_of_scope_f1 or 0) >= 0.90
    assert (figures.asked or 0) <= 0.12
    assert (figures.silent_misfiling or 0) <= 0.025


@pytest.mark.parametrize("name", ["categories_c", "categories_d"])
def test_what_a_message_is_about_and_whether_it_is_private(understanding: Understanding, name: str):
    figures = evaluate(TESTS / f"{name}.csv", understanding)
    assert len(figures.per_label) == 19
    assert (figures.accuracy or 0) >= 0.86
    assert (figures.private_accuracy or 0) >= 0.93


def test_what_a_message_in_cantonese_is_about(understanding: Understanding):
    figures = evaluate(TESTS / "categories_yue.csv", understanding)
    assert len(figures.per_label) == 19
    assert (figures.accuracy or 0) >= 0.72


def written(folder: Path, text: str) -> Path:
    path = folder / "some.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_categories_is_measured(understanding: Understanding, tmp_path: Path):
    path = written(tmp_path, "text,category,private\n电梯坏了,lift,0\n路灯不亮,repairs,0\n")
    answer = evaluate(path, understanding).to_json()
    assert (answer["rows"], answer["column"], answer["private_accuracy"]) == (2, "category", 1.0)
    assert answer["silent_misfiling"] is None


def test_a_file_of_named_things_is_measured(understanding: Understanding, tmp_path: Path):
    path = written(
        tmp_path,
        "text,place,time,phone,tag\n3栋2单元明天停水吗,building=3;unit=2,date=2026-11-23,,a\n电话13812345678,,,,b\n",
    )
    answer = evaluate(path, understanding).to_json()
    assert (answer["place"], answer["time"], answer["phone"], answer["accuracy"]) == (1.0, 1.0, 0.5, None)
    assert answer["per_tag"] == {"a": 1.0, "b": 0.0}


def test_a_file_of_intents_says_what_is_asked_and_what_is_silently_wrong(
    understanding: Understanding, tmp_path: Path
):
    path = written(
        tmp_path, "text,intent\n电梯坏了没人修,report_issue\n电梯坏了没人管,rate_service\n那个嘛就是,cancel\n"
    )
    answer = evaluate(path, understanding).to_json()
    assert (answer["silent_misfiling"], answer["asked"]) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert {
        "rows",
        "accuracy",
        "macro_f1",
        "per_label",
        "confusions",
        "out_of_scope_f1",
        "safety_recall",
    } <= set(answer)
    assert {"false_cards", "place", "time", "phone", "p50_ms", "p99_ms"} <= set(answer)
    assert json.loads(json.dumps(answer))["rows"] == 3


def test_the_pictures_stand_beside_the_file(understanding: Understanding, tmp_path: Path):
    path = written(tmp_path, "text,intent\n电梯坏了没人修,report_issue\n电梯坏了没人管,rate_service\n")
    pictures = draw(evaluate(path, understanding), path)
    assert [picture.name for picture in pictures] == ["some.confusions.svg", "some.reliability.svg"]
    assert all(ElementTree.parse(picture).getroot().tag.endswith("svg") for picture in pictures)


@pytest.mark.parametrize("text", ["text,what\n你好,greet\n", "text,intent\n你好,greet,more\n"])
def test_a_file_that_cannot_be_measured_says_why(understanding: Understanding, tmp_path: Path, text: str):
    with pytest.raises(ValueError, match=r"column|line 2"):
        evaluate(written(tmp_path, text), understanding)
