"""Danger to life is heard wherever it stands, and its look-alikes are left alone."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from domain.labels import Emergency
from nlu.alarm import heard
from nlu.danger import danger
from nlu.evaluate import NOW
from nlu.normalize import normalize
from nlu.understand import Understanding

DANGERS = [
    ("你好，想问下活动，对了我家厨房着火了", Emergency.FIRE),
    ("著火了快來", Emergency.FIRE),
    ("楼道全是浓烟下不去", Emergency.FIRE),
    ("着伙了", Emergency.FIRE),
    ("屋里好大煤气味头晕", Emergency.GAS),
    ("燃气管漏了在呲气", Emergency.GAS),
    ("有人触电倒在地上", Emergency.ELECTRIC),
    ("有人困喺𨋢入面", Emergency.LIFT),
    ("我被关电梯里出不去了", Emergency.LIFT),
    ("电梯坏了里面还困着一个老太太", Emergency.LIFT),
    ("我爸倒在厕所里叫不醒", Emergency.MEDICAL),
    ("奶奶摔了一跤起不来了", Emergency.MEDICAL),
    ("我不小心摔倒了动不了", Emergency.MEDICAL),
    ("快打120", Emergency.MEDICAL),
    ("楼下有人拿刀追人", Emergency.VIOLENCE),
    ("我老公又在打我", Emergency.VIOLENCE),
    ("帮我报警", Emergency.VIOLENCE),
    ("我不想活了", Emergency.SUICIDE),
    ("有人站在天台边上要跳下来", Emergency.SUICIDE),
    ("再不给我解决我就从楼上跳楼", Emergency.SUICIDE),
    ("孩子掉进池塘了", Emergency.DROWNING),
    ("脚手架塌了压着人", Emergency.COLLAPSE),
    ("我妈走丢了，有老年痴呆", Emergency.MISSING),
    ("独居的张大爷两天没出门，敲门没人应", Emergency.MISSING),
    ("门口出车祸了", Emergency.TRAFFIC),
    ("电动车把老人撞倒了", Emergency.TRAFFIC),
    ("着火了怎么办", Emergency.FIRE),
]

LOOKALIKES = [
    "灭火器过期了找谁换",
    "消防演练几点开始",
    "火锅店味道大",
    "煤气费怎么交",
    "电梯困人应急演练通知",
    "跳楼价清仓大喇叭太吵",
    "气死我了电梯又坏了",
    "吵死人了睡不着",
    "烟雾报警器没电了一直响",
    "防溺水讲座什么时候",
    "去年三栋着火烧了一户，建议装烟感",
    "楼道堆满杂物，万一着火跑不出去",
    "花盆差点砸到人",
    "消防车根本进不来，通道被占了",
    "报名急救知识培训",
    "燃气什么时候通到我们小区",
    "我要报名跌倒预防讲座",
    "给五星",
    "火车票怎么买",
    "想死你了",
    "楼下烧烤店油烟太大",
    "手机掉进下水道了",
    "小心触电的牌子掉了",
    "电梯老是坏",
    "公交站牌被撞倒了没人扶",
    "我那个社保卡不见了要到哪里补",
    "锅炉房的烟囱天天冒黑烟",
    "煤气灶打不着火，是气压低",
    "电梯停运三天了，高层老人出不了门",
]


@pytest.mark.parametrize(("text", "kind"), DANGERS)
def test_a_danger_is_heard(text: str, kind: Emergency):
    assert danger(normalize(text)) is kind


@pytest.mark.parametrize("text", LOOKALIKES)
def test_a_lookalike_is_left_alone(text: str):
    assert danger(normalize(text)) is None


def test_a_danger_is_heard_at_the_end_of_a_long_message():
    assert danger(normalize("小区绿化不错。" * 400 + "我家着火了")) is Emergency.FIRE


HELD_OUT = Path(__file__).with_name("heldout_danger.csv")
PUBLIC = Path(__file__).parents[3] / "shared" / "data" / "residents_messages.csv"


def test_nearly_every_held_out_danger_is_heard_and_few_lookalikes_are():
    with open(HELD_OUT, encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    dangers = [danger(normalize(row["text"])) is not None for row in rows if row["kind"]]
    others = [danger(normalize(row["text"])) is not None for row in rows if not row["kind"]]
    assert len(dangers) + len(others) >= 150
    assert sum(dangers) / len(dangers) >= 0.97
    assert sum(others) / len(others) <= 0.05


@pytest.mark.skipif(not PUBLIC.exists(), reason="the public messages are not here")
def test_residents_titles_seldom_show_a_card():
    with open(PUBLIC, encoding="utf-8-sig", newline="") as lines:
        titles = {row["title"] for row in csv.DictReader(lines)}
    cards = sum(danger(normalize(title)) is not None for title in titles)
    assert cards / len(titles) <= 0.005


def test_a_danger_told_of_in_a_long_letter_is_not_a_cry():
    letter = (
        "我们小区的问题反映了很多次。" * 8
        + "消防通道停满了车，浓烟一起谁也跑不了，请重视，"
        + "希望尽快处理。" * 10
    )
    assert danger(normalize(letter)) is None
    assert danger(normalize(letter.replace("浓烟一起谁也跑不了", "现在三楼浓烟滚滚"))) is Emergency.FIRE


def test_a_code_is_no_cry(understanding: Understanding):
    """Invitations and devices' codes are random letters, and some look like English words of alarm."""
    chance = random.Random(20261130)
    signs = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
    plain = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
    for _ in range(500):
        device = "".join(chance.choices(plain, k=4)) + "-" + "".join(chance.choices(plain, k=4))
        for code in ("i_" + "".join(chance.choices(signs, k=22)), device):
            meant = understanding.understand(code, NOW)
            assert meant.emergency is None and not meant.perhaps_danger, code


def test_help_alone_asks_for_the_menu_and_with_a_shout_is_read_as_any_cry():
    assert not heard("help", 1.0, "other").kind
    assert heard("help!", 1.0, "other").kind is Emergency.OTHER
    assert heard("fire-fire", 1.0, "fire").kind is Emergency.FIRE
