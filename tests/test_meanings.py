"""Meanings at hand: the same as read anew, kept only where no time stands, and no more than so many."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import meanings
from bot.meanings import Meanings
from nlu.understand import Understanding
from tests.conftest import LOADED


@pytest.fixture
def asked(understanding: Understanding, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that was read anew."""
    read: list[str] = []
    own = Understanding.understand

    def listening(one: Understanding, text: str, now: object) -> object:
        read.append(text)
        return own(one, text, now)  # type: ignore[arg-type]

    monkeypatch.setattr(Understanding, "understand", listening)
    return read


def test_the_same_words_are_read_once_a_day_and_mean_the_same(
    understanding: Understanding, asked: list[str]
) -> None:
    at_hand, text = Meanings(understanding), "阳光花园3栋停水了"
    first = at_hand.of(text, LOADED)
    assert at_hand.of(text, LOADED + timedelta(minutes=5)) == first == understanding.understand(text, LOADED)
    assert asked == [text, text]  # by the first and by the comparison
    at_hand.of(text, LOADED + timedelta(days=1))
    assert len(asked) == 3


def test_where_a_time_stands_it_is_read_anew(understanding: Understanding, asked: list[str]) -> None:
    at_hand = Meanings(understanding)
    early, late = (at_hand.of("20分钟以后来修灯", LOADED + timedelta(hours=hours)) for hours in (0, 1))
    assert early.entities.times != late.entities.times
    assert len(asked) == 2


def test_the_oldest_makes_room(
    understanding: Understanding, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meanings, "KEPT", 2)
    at_hand = Meanings(understanding)
    for text in ("你好", "谢谢", "电梯坏了", "谢谢", "你好"):
        at_hand.of(text, LOADED)
    assert asked == ["你好", "谢谢", "电梯坏了", "你好"]


def test_nothing_is_kept_while_sentence_vectors_are_on_their_way(
    understanding: Understanding, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Understanding, "steady", property(lambda _one: False))
    at_hand = Meanings(understanding)
    at_hand.of("你好", LOADED)
    at_hand.of("你好", LOADED)
    assert asked == ["你好", "你好"]
