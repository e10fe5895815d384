"""What people answer in a few words rings no alarm, and a cry as short does: sentences written apart."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from nlu.evaluate import NOW
from nlu.understand import Understanding

HEARD, FALSE = 0.94, 0.03  # .958 and .022 when they were last read


@pytest.fixture(scope="module")
def rung(understanding: Understanding) -> list[tuple[str, bool, bool]]:
    """The text, whether it tells of a danger, whether it was taken for one."""
    with open(Path(__file__).with_name("short_answers.csv"), encoding="utf-8", newline="") as lines:
        return [
            (
                row["text"],
                row["danger"] == "1",
                understanding.understand(row["text"], NOW).emergency is not None,
            )
            for row in csv.DictReader(lines)
        ]


def test_short_cries_are_heard(rung: list[tuple[str, bool, bool]]) -> None:
    heard = [alarm for _, danger, alarm in rung if danger]
    assert len(heard) == 120
    assert sum(heard) / len(heard) >= HEARD


def test_short_answers_ring_nothing(rung: list[tuple[str, bool, bool]]) -> None:
    answers = [(text, alarm) for text, danger, alarm in rung if not danger]
    assert len(answers) == 320
    assert sum(alarm for _, alarm in answers) / len(answers) <= FALSE, [
        text for text, alarm in answers if alarm
    ]
