"""What is only polite, only a time, only a promise of a photo; and what is more than that."""

from __future__ import annotations

import pytest

from bot.courtesy import courtesy
from nlu.fragments import announces_photo, only_a_time


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("谢谢", "common.welcome"),
        ("好的谢谢你啊", "common.welcome"),
        ("麻烦你了啊小伙子", "common.welcome"),
        ("唔该晒", "common.welcome"),
        ("Thank you very much!", "common.welcome"),
        ("哦哦知道了", "common.noted"),
        ("好", "common.noted"),
        ("👌", "common.noted"),
        ("好的再见", "common.bye"),
        ("那就先这样吧,谢谢", "common.bye"),
        ("你好", ""),
        ("大家好", ""),
        ("邻里好啊", ""),
        ("小李", ""),
        ("谢谢你,再帮我看看3栋的灯", ""),
        ("好像不行", ""),
        ("没事了", ""),
        ("知道了吗", ""),
        ("", ""),
        ("好" * 41, ""),
    ],
)
def test_what_is_only_polite_has_its_own_answer(text: str, key: str) -> None:
    assert courtesy(text) == key


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("下周二上午", True),
        ("明天八点以后都行", True),
        ("12月5号下午2点", True),
        ("周末", True),
        ("3栋2单元", False),
        ("明天停水吗", False),
        ("603", False),
        ("后天下午订活动室", False),
    ],
)
def test_a_time_alone_is_told_from_what_is_about_a_time(text: str, only: bool) -> None:
    assert only_a_time(text) is only


@pytest.mark.parametrize(
    ("text", "announces"),
    [
        ("再发张照片", True),
        ("我拍一张图给你", True),
        ("补充照片", True),
        ("照片里是3栋的门", False),
        ("发照片要去哪里", False),
    ],
)
def test_a_photo_to_come_is_no_addition_yet(text: str, announces: bool) -> None:
    assert announces_photo(text) is announces
