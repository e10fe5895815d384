"""A day of writing, with its accidents, leaves no word, number or name in the log."""

from __future__ import annotations

import contextlib
import io
import logging
import random
import sys
from collections.abc import Iterator

import pytest
import structlog

from bot import conversation, logs, worker
from bot.talk import INTENTS
from bot.telling import TELLS
from storage.store import Unavailable
from tests.acting import Stage

WORDS = (
    "电梯坏了",
    "独孤求败",
    "阳光花园3栋2单元",
    "我家钥匙在花盆下",
    "the key is under the mat",
    "身份证号码是",
)
NUMBERS = ("13800138000", "19900000001", "440301199001011234")
NAMES = ("王阿姨", "孙丽", "李明")


class Accident(Exception):
    """Carries what was written, as real errors do."""


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that is logged from now on, by us and by the libraries."""
    written = io.StringIO()
    configured = structlog.get_config()
    logs.set_up(stream=written)
    for module in (conversation, worker):
        monkeypatch.setattr(module, "log", structlog.get_logger())
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    before = logging.getLogger().level
    logging.getLogger().setLevel(logging.INFO)
    yield written
    logging.getLogger().removeHandler(handler)
    logging.getLogger().setLevel(before)
    structlog.configure(**configured)  # not `set_up`: standard error is this test's own, and closed after it


def breaks(monkeypatch: pytest.MonkeyPatch, chance: random.Random) -> None:
    """Every third flow and every third telling fails, with the words in its error."""
    for name, definition in list(INTENTS.items()):
        run = definition.run

        def sometimes(talk, run=run):
            if chance.random() < 0.3:
                raise Accident(talk.heard.text, talk.person.name, talk.person.phone)
            return run(talk)

        changed = object.__new__(type(definition))
        for slot in definition.__slots__:
            object.__setattr__(changed, slot, sometimes if slot == "run" else getattr(definition, slot))
        monkeypatch.setitem(INTENTS, name, changed)
    for kind, teller in list(TELLS.items()):

        def fails(world, teller=teller):
            if chance.random() < 0.3:
                raise Accident(WORDS, world.event.data)
            return teller(world)

        monkeypatch.setitem(TELLS, kind, fails)


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_no_word_number_or_name_is_logged(
    stage: Stage, log: io.StringIO, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(7)
    stage.cast("wang-ayi", "sunli", "liming")
    breaks(monkeypatch, chance)
    for number in range(300):
        who = chance.choice(("wang-ayi", "sunli", "liming", f"stranger-{number % 9}"))
        words = chance.choice(WORDS) + chance.choice(NUMBERS) + chance.choice(NAMES)
        with contextlib.suppress(Unavailable):
            if chance.random() < 0.3:
                stage.press(who, f"{chance.choice(sorted(INTENTS))} name={words} task=1 case=1"[:200])
            else:
                stage.say(who, words)
        stage.later(seconds=30)
        if number % 25 == 0:
            stage.work()
    shown = capfd.readouterr()
    written = log.getvalue() + shown.out + shown.err
    assert written.count("turn_crashed") > 50
    assert "telling_failed" in written
    assert "Accident" in written
    for secret in (*WORDS, *NUMBERS, *NAMES, 'm1"', "stranger-"):
        assert secret not in written, secret


def test_a_database_that_fails_logs_no_words(stage: Stage, log: io.StringIO) -> None:
    stage.cast("wang-ayi")
    stage.store.close()
    with stage.store.begin() as tx:
        tx.connection.exec_driver_sql("ALTER TABLE notes RENAME TO notes_gone")
        tx.connection.exec_driver_sql("ALTER TABLE events RENAME TO events_gone")
    with contextlib.suppress(Exception):
        stage.say("wang-ayi", WORDS[2] + WORDS[0] + NUMBERS[0])
    written = log.getvalue()
    assert not [secret for secret in (*WORDS, *NUMBERS) if secret in written]


def test_a_log_goes_to_standard_error_as_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stood there when logging began may be closed; a line that cannot be written stops no loop."""
    configured = structlog.get_config()
    first, second = io.StringIO(), io.StringIO()
    try:
        monkeypatch.setattr(sys, "stderr", first)
        logs.set_up()
        log = structlog.get_logger()
        log.info("before")
        monkeypatch.setattr(sys, "stderr", second)
        first.close()
        log.info("after")
    finally:
        structlog.configure(**configured)
    assert '"event": "after"' in second.getvalue()
