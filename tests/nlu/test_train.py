"""Training gives the same bytes twice, and a model that no longer fits refuses to answer."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from domain.labels import Category, Intent
from nlu import corpus
from nlu.classify import WEIGHTS, WORDS, Model, StaleModel
from nlu.normalize import normalize
from nlu.train import train

SMALL = {
    "a.yml": [("greet", ["你好", "您好", "在吗", "hi"]), ("cancel", ["取消", "算了", "不弄了", "退出"])],
    "categories/lift.yml": [("category/lift", ["电梯坏了", "电梯困人", "电梯停了", "电梯响"])],
    "categories/noise.yml": [("category/noise", ["太吵", "噪音大", "半夜吵", "狗叫"])],
    "private.yml": [("private/yes", ["老公打我", "我病了"]), ("private/no", ["灯坏了", "停水"])],
    "danger.yml": [
        ("danger/fire", ["着火了", "冒烟了", "烧起来了", "火好大"]),
        ("danger/none", ["灯坏了", "停水了", "火锅店油烟", "怕着火"]),
    ],
}  # fmt: skip


def write(folder: Path) -> Path:
    for name, blocks in SMALL.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = ['version: "3.1"', "nlu:"]
        for label, examples in blocks:
            lines += [f"- intent: {label}", "  examples: |", *(f"    - {example}" for example in examples)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_training_twice_gives_the_same_bytes(tmp_path: Path):
    examples = write(tmp_path / "examples")
    for name in ("one", "two"):
        train(examples, tmp_path / name)
    for file in (WEIGHTS, WORDS):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_a_changed_example_makes_the_model_stale(tmp_path: Path):
    examples = write(tmp_path / "examples")
    train(examples, tmp_path / "model")
    assert Model.load(tmp_path / "model", examples).intents.labels == ("cancel", "greet")
    with open(examples / "a.yml", "a", encoding="utf-8") as more:
        more.write("    - 不要了\n")
    with pytest.raises(StaleModel, match="linli nlu train"):
        Model.load(tmp_path / "model", examples)


def test_a_missing_or_broken_model_says_what_to_do(tmp_path: Path):
    with pytest.raises(StaleModel, match="linli nlu train"):
        Model.load(tmp_path)
    (tmp_path / WEIGHTS).write_bytes(b"not an archive")
    (tmp_path / WORDS).write_text("{}", encoding="utf-8")
    with pytest.raises(StaleModel, match="linli nlu train"):
        Model.load(tmp_path)


def test_every_intent_and_category_has_its_own_examples():
    data = corpus.read()
    counts = {label: sum(e.label == label for e in data.intents) for label in {e.label for e in data.intents}}
    assert counts.keys() == {str(intent) for intent in Intent}
    assert min(counts.values()) >= 60
    assert {e.label for e in data.categories} == {str(category) for category in Category}
    assert min(Counter(e.label for e in data.categories).values()) >= 100
    assert {e.label for e in data.private} == {"yes", "no"}
    assert len(data.private) >= 400


def test_no_sentence_is_an_example_of_two_intents():
    seen: dict[str, str] = {}
    for example in corpus.read().intents:
        assert seen.setdefault(example.text, example.label) == example.label, example.text


def test_no_held_out_sentence_is_an_example():
    with open(Path(__file__).with_name("heldout.csv"), encoding="utf-8", newline="") as lines:
        held = {normalize(row["text"]) for row in csv.DictReader(lines)}
    data = corpus.read()
    assert not held & {normalize(example.text) for example in (*data.intents, *data.danger)}


def test_a_danger_sentence_is_told_once_and_never_also_as_harmless():
    told = Counter(normalize(example.text) for example in corpus.read().danger)
    assert not [text for text, times in told.items() if times > 1]


def test_each_kind_of_danger_has_its_own_examples():
    kinds = Counter(example.label for example in corpus.read().danger)
    wanted = "none fire gas lift shock medical suicide violence child water collapse other"
    assert kinds.keys() == set(wanted.split())
    assert min(kinds.values()) >= 60


def test_what_is_learned_holds_on_folds_it_has_not_seen(tmp_path: Path):
    folder = corpus.MODEL
    try:
        Model.load(folder)  # its training has written down how it fared
    except StaleModel:
        train(model_dir=(folder := tmp_path))
    heads = json.loads((folder / WORDS).read_text(encoding="utf-8"))["heads"]
    assert heads["categories"]["accuracy"] >= 0.75
    assert heads["private"]["accuracy"] >= 0.85
