"""Several requests in one message are told apart, and one request is never torn."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.labels import Intent
from nlu import several
from nlu.meaning import Meaning

Meant = Callable[[str], Meaning]


@pytest.mark.parametrize(
    ("text", "first", "others"),
    [
        ("电梯坏了，另外我妈想要个轮椅", Intent.REPORT_ISSUE, ("我妈想要个轮椅",)),
        ("楼道灯坏了，还有我想报名周六的包饺子活动", Intent.REPORT_ISSUE, ("我想报名周六的包饺子活动",)),
        ("三栋的垃圾三天没人清了。对了，居住证怎么续签？", Intent.REPORT_ISSUE, ("居住证怎么续签?",)),
        (
            "这周末有什么活动，顺便问一下我的报修处理到哪了",
            Intent.LIST_ACTIVITIES,
            ("问一下我的报修处理到哪了",),
        ),
        ("1、路灯不亮 2、楼上半夜跳舞太吵", Intent.REPORT_ISSUE, ("楼上半夜跳舞太吵",)),
    ],
)
def test_each_request_is_kept(meant: Meant, text: str, first: Intent, others: tuple[str, ...]):
    meaning = meant(text)
    assert meaning.intent == first
    assert meaning.others == others


@pytest.mark.parametrize(
    "text",
    [
        "电梯坏了，另外电梯里的灯也不亮",
        "楼道灯坏了好几天，还有人差点摔跤",
        "水管漏水，对了我家是602",
        "另外一个电梯也坏了",
        "路灯坏了，还有电话13812345678",
        "你好，对了，我想报修",
        "明天下午1.5小时",
        "垃圾没人收，顺便说一下，都三天了",
        "",
    ],
)
def test_one_request_stays_whole(meant: Meant, text: str):
    assert meant(text).others == ()


def test_a_danger_is_alone(meant: Meant):
    meaning = meant("路灯坏了，还有我家厨房着火了")
    assert meaning.emergency is not None
    assert meaning.others == ()


def test_a_letter_is_not_torn():
    assert len(several.parts("我们小区问题很多。" * 40 + "另外请修路灯")) == 1
