"""The training sentences: reading Rasa's NLU format, and the fingerprint of what was read."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from nlu import features

EXAMPLES = Path(__file__).parent / "examples"
MODEL = Path(__file__).parent / "model"

_ANNOTATION = re.compile(r"\[([^\]\[]{1,200})\](?:\([^()]{1,200}\)|\{[^{}]{1,200}\})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    text: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Sentences of the four questions asked of a text: what for, about what, is it private, is it danger."""

    intents: tuple[Example, ...]
    categories: tuple[Example, ...]
    private: tuple[Example, ...]
    danger: tuple[Example, ...]


def read_file(path: Path) -> list[Example]:
    """The examples of one file in Rasa's NLU format, entity annotations taken off."""
    import yaml

    data = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 safe in both forms
    found: list[Example] = []
    for block in data.get("nlu", []):
        for line in str(block.get("examples", "")).splitlines():
            text = line.strip().removeprefix("-").strip()
            if text:
                found.append(Example(text=_ANNOTATION.sub(r"\1", text), label=block["intent"]))
    return found


def read(folder: Path = EXAMPLES, learned: Path | None = None) -> Corpus:
    """Every example under a folder, in the order of the file names, then what a community has added."""
    intents: list[Example] = []
    categories: list[Example] = []
    private: list[Example] = []
    danger: list[Example] = []
    more = [learned] if learned is not None and learned.exists() else []
    for path in [*files(folder), *more]:
        for example in read_file(path):
            kind, _, label = example.label.partition("/")
            if kind == "category":
                categories.append(Example(text=example.text, label=label))
            elif kind == "private":
                private.append(Example(text=example.text, label=label))
            elif kind == "danger":
                danger.append(Example(text=example.text, label=label))
            else:
                intents.append(example)
    return Corpus(
        intents=tuple(intents),
        categories=tuple(categories),
        private=tuple(private),
        danger=tuple(danger),
    )


def files(folder: Path = EXAMPLES) -> list[Path]:
    return sorted(folder.rglob("*.yml"), key=lambda path: path.relative_to(folder).as_posix())


def fingerprint(folder: Path = EXAMPLES) -> str:
    """SHA-256 over names and contents of the examples and over the code that reads them."""
    digest = hashlib.sha256(f"features {features.VERSION}\n".encode())
    for path in files(folder):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
