"""The house keeps its promises: an intent is one name in four places, and a story plays it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

import handlers  # noqa: F401 - registers the flows
from bot import texts
from bot.channels.menu import Menu, pick
from bot.talk import INTENTS, texts_of
from bot.texts import commands
from domain.errors import Refusal
from domain.labels import Intent
from tests.test_stories import ELSEWHERE, STORIES

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "nlu" / "examples"
FEWEST = 60  # own examples of an intent
TOGETHER = {"help": "greet", "cancel": "greet", "out_of_scope": "greet"}
"""Flows of a line or two that share a file."""


# -- four places -----------------------------------------------------------------------------------
def examples(intent: str) -> int:
    """How many examples of an intent the model learns from."""
    file = EXAMPLES / f"{intent}.yml"
    known = yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"] if file.exists() else []
    return sum(one["examples"].count("- ") for one in known if one.get("intent") == intent)


def missing(intent: str) -> Iterator[str]:
    """What an intent that is understood lacks, a sentence each."""
    if intent not in INTENTS:
        yield f"handlers/{intent}.py has no flow of that name"
        return
    if INTENTS[intent].run.__module__ != f"handlers.{TOGETHER.get(intent, intent)}":
        yield f"its flow stands in {INTENTS[intent].run.__module__}"
    if examples(intent) < FEWEST:
        yield f"nlu/examples/{intent}.yml has {examples(intent)} examples, {FEWEST} are wanted"
    for locale in texts.LOCALES:
        if not (texts.HOME / locale / f"{texts_of(intent)}.toml").exists():
            yield f"bot/texts/{locale}/{texts_of(intent)}.toml does not exist"


@pytest.mark.parametrize("intent", sorted(Intent))
def test_an_intent_is_one_name_in_four_places(intent: str) -> None:
    assert not list(missing(intent))


# -- what people hear ------------------------------------------------------------------------------
@cache
def transcripts() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in STORIES)


def heard(sentence: str) -> bool:
    """Whether a sentence stands in a transcript, whatever fills its gaps."""
    parts = re.split(r"\{[^}]*\}", sentence.replace("\n", "\n  "))
    return re.search(".*".join(re.escape(part) for part in parts), transcripts()) is not None


def test_a_story_tells_everything_people_hear_unasked() -> None:
    told = {key: text for key, text in texts.sentences("zh_Hans").items() if key.startswith("notify.")}
    assert {key for key, text in told.items() if not heard(text)} <= set(ELSEWHERE)


@pytest.mark.parametrize("key", ["NotFound", "NotAllowed", "MembersOnly", "AlreadyClaimed", "AlreadyYours"])
def test_a_story_refuses_kindly(key: str) -> None:
    assert heard(texts.sentences("zh_Hans")[f"refusals.{key}"])


def test_every_refusal_has_its_sentence() -> None:
    assert not [kind for kind in Refusal.__subclasses__() if not texts.has(f"refusals.{kind.__name__}")]


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_no_command_can_be_taken_for_a_choice(locale: str) -> None:
    """A word that starts an intent is never read as the number of a menu."""
    numbers = Menu(text="", labels=tuple("abcdefgh"), payloads=tuple("abcdefgh"))
    assert not [word for word in commands(locale) if len(word) > 1 and pick(word, numbers)]
