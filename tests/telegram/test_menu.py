"""Numbered menus for channels without buttons, and what was meant by an answer."""

from __future__ import annotations

import json

import pytest

from bot.channels.menu import Menu, as_menu, card_text, pick
from bot.messages import Button, Card, Reply

ROWS = (
    (Button(label="认领", payload="claim"), Button(label="转给 物业", payload="pass")),
    (Button(label="Later", payload="later"), Button(label="网页", url="https://example.org")),
)
MENU = as_menu(Reply(text="新诉求", buttons=ROWS))
MARKS = as_menu(
    Reply(text="几分?", buttons=(tuple(Button(label=str(n), payload=f"r{n}") for n in (5, 4, 3, 2, 1)),))
)
LONG = Menu(
    text="", payloads=tuple(f"t{n}" for n in range(1, 26)), labels=tuple(f"任务{n}" for n in range(1, 26))
)


def test_choices_are_numbered_beneath_the_text_row_by_row() -> None:
    assert MENU.text == "新诉求\n1. 认领  2. 转给 物业\n3. Later  网页 https://example.org"
    assert MENU.payloads == ("claim", "pass", "later")


def test_a_reply_without_choices_is_its_text_and_card() -> None:
    card = Card(kind="case", title="1 号", lines=("3号楼",), progress=1.0)
    assert as_menu(Reply(text="进度", card=card)) == Menu(text="进度\n\n1 号\n▓▓▓▓▓▓▓▓▓▓ 100%\n3号楼")


LISTED = Reply(
    text="这里有一条说明\n近期活动：\n1. 包饺子",
    lead="近期活动：",
    cards=(Card(kind="activity", title="包饺子", lines=("时间：15:00",), presses=("join 1",)),),
    buttons=((Button(label="报名", payload="join 1"),),),
    settles="got 1",
)


def test_cards_that_say_the_text_thing_by_thing_leave_it_to_the_text() -> None:
    assert as_menu(LISTED).text == "这里有一条说明\n近期活动：\n1. 包饺子\n1. 报名"


def test_cards_come_back_from_where_they_were_kept_as_they_were() -> None:
    assert Reply.from_json(json.loads(json.dumps(LISTED.as_json()))) == LISTED
    with_bar = Reply(text="x", card=Card(kind="case", title="1 号", lines=("a",), progress=0.5))
    assert Reply.from_json(json.loads(json.dumps(with_bar.as_json()))) == with_bar


def test_what_has_to_be_said_first_stands_above_the_cards_too() -> None:
    under = LISTED.under(["请先看这里"])
    assert under.text.startswith("请先看这里\n")
    assert under.lead == "请先看这里\n近期活动："
    assert Reply(text="好").under(["先说"]) == Reply(text="先说\n好")
    assert LISTED.under([]) == LISTED


@pytest.mark.parametrize(
    ("share", "bar"), [(-1, "░░░░░░░░░░ 0%"), (0.5, "▓▓▓▓▓░░░░░ 50%"), (9, "▓" * 10 + " 100%")]
)
def test_a_bar_stays_between_nothing_and_all(share: float, bar: str) -> None:
    assert card_text(Card(kind="case", title="x", progress=share)) == f"x\n{bar}"


@pytest.mark.parametrize(
    "text",
    ["3", "\uff13", " \uff13\u3000", "3.", "3、", "三", "第三个", "第3个", "第三個", "第三", "3个", "选3",
     "我选第三项", "③", "3️⃣", "later", "LATER", "[Later]", "Later"],
)  # fmt: skip
def test_the_third_choice_can_be_named_in_many_ways(text: str) -> None:
    assert pick(text, MENU) == "later"


@pytest.mark.parametrize(
    "text",
    ["", " ", "0", "4", "99", "-1", "3.5", "3号楼", "三个", "第四个", "认领吧", "3 3 4", "13800138000",
     "十十", "三三", "3楼电梯坏了", "一二", "第", "个", "。"],
)  # fmt: skip
def test_what_is_no_choice_picks_nothing(text: str) -> None:
    assert pick(text, MENU) is None


@pytest.mark.parametrize("text", ["认领", "[认领]", "【认领】", "认领。", " 认 领 "])
def test_an_exact_label_picks(text: str) -> None:
    assert pick(text, MENU) == "claim"


def test_marks_are_read_as_marks_and_shown_without_numbers() -> None:
    assert MARKS.text == "几分?\n5  4  3  2  1"
    assert [pick(mark, MARKS) for mark in ("5", "1", "4")] == ["r5", "r1", "r4"]


@pytest.mark.parametrize("stars", [1, 2, 4, 5])
def test_stars_are_numbered_by_their_stars(stars: int) -> None:
    """Whoever types 5 means five stars, though they stand on the first line."""
    asked = Reply(
        text="几颗星？",
        buttons=tuple((Button(label="★" * n, payload=f"stars={n}"),) for n in (5, 4, 3, 2, 1)),
    )
    menu = as_menu(asked)
    assert menu.text.splitlines() == ["几颗星？", "5. ★★★★★", "4. ★★★★", "3. ★★★", "2. ★★", "1. ★"]
    assert pick(str(stars), menu) == pick("★" * stars, menu) == f"stars={stars}"
    assert pick("6", menu) is None


@pytest.mark.parametrize(
    ("text", "payload"),
    [("十", "t10"), ("十二", "t12"), ("第二十个", "t20"), ("二十五", "t25"), ("25", "t25"), ("二十六", None)],
)
def test_longer_menus_are_counted_in_chinese(text: str, payload: str | None) -> None:
    assert pick(text, LONG) == payload


def test_the_same_label_for_two_choices_picks_neither() -> None:
    menu = Menu(text="", payloads=("a", "b"), labels=("好", "好"))
    assert pick("好", menu) is None
    assert pick("2", menu) == "b"


def test_among_buildings_a_number_is_the_building() -> None:
    labels = ("阳光花园8栋3单元", "1栋", "2栋", "8栋", "小区公共区域")
    menu = Menu(text="", labels=labels, payloads=("home", "one", "two", "eight", "grounds"))
    assert [pick(said, menu) for said in ("8", "1", "3", "第二个", "小区公共区域", "0", "好")] == [
        "eight", "one", None, "two", "grounds", None, None,
    ]  # fmt: skip
