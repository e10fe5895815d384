"""The examples are what Rasa reads: the shape of its NLU training data, file by file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from nlu.corpus import EXAMPLES, files

FILES = files(EXAMPLES)


def problems(data: Any) -> list[str]:
    """What Rasa's own check of an NLU file would refuse or warn of."""
    if not isinstance(data, dict) or set(data) - {"version", "nlu"}:
        return ["only `version` and `nlu` are wanted at the top"]
    found = [] if data.get("version") == "3.1" else ['`version` is the text "3.1"']
    blocks = data.get("nlu")
    if not isinstance(blocks, list) or not blocks:
        return [*found, "`nlu` is a list of blocks"]
    for number, block in enumerate(blocks):
        if not isinstance(block, dict) or set(block) != {"intent", "examples"}:
            found.append(f"block {number} has an `intent` and its `examples`")
            continue
        if not isinstance(block["intent"], str) or not block["intent"].strip():
            found.append(f"block {number} names no intent")
        if not isinstance(block["examples"], str):
            found.append(f"the examples of block {number} are one text")
            continue
        lines = [line for line in block["examples"].splitlines() if line.strip()]
        found += [f"not an example: {line}" for line in lines if not line.startswith("- ") or line == "- "]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(EXAMPLES).as_posix())
def test_rasa_reads_the_examples_unchanged(path: Path) -> None:
    assert problems(yaml.safe_load(path.read_text(encoding="utf-8"))) == []


BROKEN: list[Any] = [
    [],
    {"version": 3.1, "nlu": [{"intent": "a", "examples": "- x"}]},
    {"version": "3.1", "nlu": []},
    {"version": "3.1", "nlu": [{"intent": "", "examples": "- x"}]},
    {"version": "3.1", "nlu": [{"intent": "a", "examples": ["x"]}]},
    {"version": "3.1", "nlu": [{"intent": "a", "examples": "x"}]},
    {"version": "3.1", "nlu": [{"intent": "a", "examples": "- x", "more": 1}]},
    {"version": "3.1", "nlu": [{"intent": "a", "examples": "- x"}], "rules": []},
]


@pytest.mark.parametrize("data", BROKEN, ids=str)
def test_what_rasa_would_not_read_is_found(data: Any) -> None:
    assert problems(data)
