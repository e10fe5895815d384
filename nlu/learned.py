"""The sentences a community has added to the examples: one file in Rasa's format beside its database."""

from __future__ import annotations

import os
from pathlib import Path

from nlu.corpus import Example, read_file

_PREFIX = {"intent": "", "category": "category/"}


def label_of(question: str, label: str) -> str:
    """The name a label has in the examples: categories stand under `category/`."""
    return _PREFIX[question] + label


def add(path: Path, question: str, label: str, text: str) -> bool:
    """Puts a sentence into the file; False when it stands there already. The file is replaced in one move."""
    known = read_file(path) if path.exists() else []
    new = Example(text=" ".join(text.split()), label=label_of(question, label))
    if new in known:
        return False
    _write(path, [*known, new])
    return True


def _write(path: Path, examples: list[Example]) -> None:
    lines = ['version: "3.1"', "nlu:"]
    for label in sorted({example.label for example in examples}):
        lines += [f"- intent: {label}", "  examples: |"]
        lines += [f"    - {example.text}" for example in examples if example.label == label]
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(".new")
    scratch.write_text("\n".join([*lines, ""]), encoding="utf-8")
    os.replace(scratch, path)
