"""Rules for short sentences: what they are meant for, and what looks like it and is not."""

from __future__ import annotations

import pytest

from nlu import alarm
from nlu.complaints import unnamed
from nlu.fragments import drops_it, only_a_number, only_a_time
from nlu.greeting import asks_who
from nlu.handbook import goes_on
from nlu.offices import asks_for_an_office, named, near


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("物业电话多少", "property", ""),
        ("你们支部的电话是多少", "branch", ""),
        ("居委会在哪", "community", ""),
        ("派出所电话", "", "派出所"),
        ("供电局怎么联系", "", "供电"),
        ("物业怎么联系", "property", ""),
        ("怎么联系物业", "property", ""),
        ("请问城管的电话", "", "执法"),
        ("where is the police station?", "", "派出所"),
        ("what is the phone number of the property office?", "property", ""),
    ],
)
def test_an_office_is_asked_for(text: str, kind: str, name: str) -> None:
    assert asks_for_an_office(text)
    assert (near(text), named(text)) == (kind, name)


@pytest.mark.parametrize(
    "text",
    [
        "物业电话没人接",
        "物业电话打不通",
        "社区在哪办居住证",
        "网格员电话多少",
        "我的电话是多少",
        "医院的救护车进不来",
        "物业不接电话",
        "打了三次物业电话",
        "社区给我打来电话",
        "社区的猫跑到楼顶在哪叫",
        "please call the property, water is leaking",
        "where is the community event held",
    ],
)
def test_no_office_is_asked_for(text: str) -> None:
    assert not asks_for_an_office(text)


@pytest.mark.parametrize(
    "text", ["别让楼上知道是我说的", "不要说是我反映的", "匿名", "please dont tell them it was me"]
)
def test_nobody_is_to_learn_the_name(text: str) -> None:
    assert unnamed(text)


@pytest.mark.parametrize("text", ["别让小孩在楼道玩", "不要告诉我没人管", "让他说清楚"])
def test_nothing_is_said_of_the_name(text: str) -> None:
    assert not unnamed(text)


@pytest.mark.parametrize("text", ["你是机器人吧", "你是谁", "您是真人吗?", "are you a robot?", "who are you"])
def test_somebody_asks_whom_they_talk_to(text: str) -> None:
    assert asks_who(text)


@pytest.mark.parametrize("text", ["你是谁派来的师傅", "是谁在楼上装修", "机器人坏了"])
def test_nobody_asks_whom_they_talk_to(text: str) -> None:
    assert not asks_who(text)


@pytest.mark.parametrize(
    "text", ["周六上班吗", "要本人去吗", "要带什么材料", "is it open on saturday", "要钱吗"]
)
def test_a_question_goes_on_with_the_entry(text: str) -> None:
    assert goes_on(text)


@pytest.mark.parametrize("text", ["电梯周六坏了", "我老伴82了", "李明周六上班的时候电梯坏了", "有水了"])
def test_a_message_does_not_go_on_with_the_entry(text: str) -> None:
    assert not goes_on(text)


@pytest.mark.parametrize(
    "text", ["刚才那个事算了", "那件不用了", "我说的那件事作废吧", "前面的问题不用管了,谢谢"]
)
def test_what_was_said_is_dropped(text: str) -> None:
    assert drops_it(text)


@pytest.mark.parametrize(
    "text", ["那个灯不亮了", "刚才那个事怎么样了", "算了算了吵死了", "那个垃圾桶不要了,谁来拉走"]
)
def test_nothing_is_dropped(text: str) -> None:
    assert not drops_it(text)


@pytest.mark.parametrize("text", ["大概十个人", "for 10 people", "一共3户"])
def test_only_a_number_is_said(text: str) -> None:
    assert only_a_number(text)


@pytest.mark.parametrize(
    "text", ["after 6pm", "tomorrow morning", "monday or tuesday afternoon", "每天到凌晨两点"]
)
def test_only_a_time_is_said(text: str) -> None:
    assert only_a_time(text)


@pytest.mark.parametrize("text", ["1 2 3 4 5 6 7 8 9 " * 60 + "x", "at " * 900 + "!", "9" * 4000 + "x"])
def test_hostile_times_are_read_at_once(text: str) -> None:
    assert not only_a_time(text)


@pytest.mark.parametrize("text", ["打12345", "那我打12345投诉", "12345投诉"])
def test_the_citys_hotline_is_no_call_for_help(text: str) -> None:
    assert alarm.hotline(text)


@pytest.mark.parametrize("text", ["打12345没用,楼下着火了", "打110", "快打120", "12345"])
def test_what_is_more_than_the_hotline(text: str) -> None:
    assert not alarm.hotline(text)


def test_a_long_message_is_heard_in_its_clauses() -> None:
    long = "高龄津贴怎么申请,户口是去年迁来的。另外她今天叫不醒,半边身子是软的。津贴能补发吗"
    assert alarm.clauses(long)[1].startswith("另外她今天叫不醒")
    assert alarm.clauses("她今天叫不醒") == []
    assert len(alarm.clauses("灯坏了好几天没人修。" * 400)) == alarm.CLAUSES
