"""What a message is about does not hang on its address."""

from __future__ import annotations

import pytest

from nlu.evaluate import NOW
from nlu.matter import without_doors
from nlu.understand import Understanding


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("阳光花园3栋2单元外墙掉瓷砖", "外墙掉瓷砖"),
        ("5号楼601室漏水", "漏水"),
        ("外墙掉瓷砖", "外墙掉瓷砖"),
        ("3栋2单元", "3栋2单元"),
        ("", ""),
    ],
)
def test_doors_are_left_out(text: str, left: str) -> None:
    assert without_doors(text) == left


@pytest.mark.parametrize("door", ["", "阳光花园3栋2单元", "秀水苑12号楼1单元301室"])
def test_the_category_is_the_same_with_any_door(understanding: Understanding, door: str) -> None:
    assert understanding.understand(f"{door}外墙掉瓷砖", NOW).category == "danger"
