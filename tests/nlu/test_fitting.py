"""A matter named by a few words: whose it is, what it is, and nothing where two fit."""

from __future__ import annotations

import pytest

from nlu.fitting import best, called, fit

LAMP = "公共设施：3栋2单元楼道的灯坏了 阳光花园3栋2单元"
NOISE = "邻里噪声：楼上天天半夜吵 阳光花园5栋1单元"


@pytest.mark.parametrize(
    ("phrase", "which"),
    [
        ("王阿姨的灯", 0),
        ("灯", 0),
        ("3栋的灯", 0),
        ("楼上吵", 1),
        ("噪音", 1),
        ("张先生", 1),
        ("王阿姨的轮椅", None),
        ("张先生的灯", None),  # it is not his
        ("阳光花园", None),
        ("那件", None),
    ],
)
def test_a_phrase_names_one_matter_or_none(phrase: str, which: int | None):
    assert best([fit(phrase, LAMP, "王阿姨"), fit(phrase, NOISE, "张先生")]) == which


def test_a_surname_with_a_title_is_somebodys_and_a_stranger_is_nobodys():
    assert fit("王阿姨的灯", LAMP, "王秀英") > fit("王阿姨的灯", LAMP, "") == 0.0
    assert fit("李奶奶的灯", LAMP, "王秀英") < 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("电梯那件不用了", "电梯"),
        ("垃圾的事怎么样了", "垃圾"),
        ("我的诉求", ""),
        ("那件怎么样了", ""),
        ("好的", ""),
    ],
)
def test_what_a_matter_is_called(text: str, name: str):
    assert called(text) == name
