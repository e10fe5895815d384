"""No file of named things falls below the shares of exact cells it has reached."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands.nlu import names_of
from nlu.evaluate import NOW, evaluate
from nlu.recorded import TESTS
from nlu.understand import Understanding

GUANGMING = Path(__file__).parents[2] / "demo" / "guangming"
REACHED = {  # right of how many: place, time, phone
    "entities": (405, 405, 402, 405),
    "entities_2": (153, 151, 151, 153),
    "entities_3": (120, 119, 120, 120),
    "entities_4": (120, 119, 120, 120),
    "entities_5": (62, 62, 62, 62),
    "entities_6": (47, 47, 47, 47),
    "entities_7": (165, 165, 165, 165),
    "entities_8": (165, 165, 165, 165),
    "entities_9": (80, 80, 79, 80),
    "entities_10": (97, 97, 97, 97),
    "entities_11": (101, 100, 101, 101),
    "entities_12": (96, 96, 96, 96),
    "entities_13": (83, 83, 82, 83),
    "entities_14": (83, 83, 83, 83),
    "entities_15": (153, 152, 153, 153),
    "entities_16": (180, 180, 180, 180),
}


@pytest.fixture(scope="module")
def in_guangming(understanding: Understanding) -> Understanding:
    return understanding.with_places(names_of(GUANGMING))


@pytest.mark.parametrize("name", REACHED)
def test_no_file_of_named_things_falls(in_guangming: Understanding, name: str):
    rows, *reached = REACHED[name]
    found = evaluate(TESTS / f"{name}.csv", in_guangming, NOW)
    assert found.rows == rows
    shares = (found.place, found.time, found.phone)
    fallen = {
        column: round((share or 0) * rows)
        for column, share, right in zip(("place", "time", "phone"), shares, reached, strict=True)
        if round((share or 0) * rows) < right
    }
    assert fallen == {}


def test_every_file_of_named_things_has_its_figures():
    assert {path.stem for path in TESTS.glob("entities*.csv")} == REACHED.keys()
