"""Places, times, telephones and numbers in the ways people write them."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path

import pytest

from nlu.entities import entities
from nlu.gazetteer import Gazetteer
from nlu.meaning import Entities, NamedPlace, PlaceMention
from nlu.normalize import normalize
from nlu.notation import cells, same
from tests.nlu.conftest import NOW, PLACES

GAZETTEER = Gazetteer(PLACES)


def read(text: str) -> Entities:
    return entities(normalize(text), NOW, GAZETTEER)


def said(mention: object) -> dict[str, object]:
    pairs = ((name, getattr(mention, name)) for name in type(mention).__slots__)
    return {name: value for name, value in pairs if value not in (None, "", False, ())}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("三栋二单元灯坏了", {"building": "3", "unit": "2"}),
        ("3#2门", {"building": "3", "unit": "2"}),
        ("5幢602漏水", {"building": "5", "room": "602"}),
        ("6号楼西单元", {"building": "6", "unit": "西"}),
        ("3-2-501下水堵了", {"building": "3", "unit": "2", "room": "501"}),
        ("负一楼积水", {"floor": "-1"}),
        ("地下二层漏水", {"floor": "-2"}),
        ("B座1203", {"building": "B", "room": "1203"}),
        ("12棟3樓", {"building": "12", "floor": "3"}),
        ("三洞二单元", {"building": "3", "unit": "2"}),
        ("十二栋一单元八楼803", {"building": "12", "unit": "1", "floor": "8", "room": "803"}),
        ("3号楼5楼冒烟", {"building": "3", "floor": "5"}),
        ("不是3栋是5栋", {"building": "5"}),
        ("是3栋不是5栋", {"building": "3"}),
        ("我住3栋，5栋的灯坏了", {"building": "5"}),
        ("景田路18号", {"road": "景田路", "no": "18"}),
        ("有两个洞", {}),
        ("走路要三分钟", {}),
        ("他说的是一动不动", {}),
    ],
)
def test_doors_in_all_written_forms(text: str, expected: dict[str, str]):
    assert said(read(text).place) == expected


@pytest.mark.parametrize(
    ("text", "estate"),
    [
        ("翠湖花园5幢漏水", "翠湖花园"),
        ("桂苑小区的门坏了", "金桂苑"),
        ("金贵苑三栋灯不亮", "金桂苑"),
        ("翠湖花圆门口", "翠湖花园"),
        ("萬科城市花園", "万科城市花园"),
        ("万科成是花圆停水", "万科城市花园"),
        ("万科城市花国", "万科城市花园"),
        ("翠竹花园", "翠竹花园"),
        ("锦绣江南停水", ""),
        ("锦绣江南三期", "锦绣江南"),
        ("小区花园里灯坏了", ""),
        ("阳光很好", ""),
    ],
)
def test_an_estate_is_one_the_community_knows_or_stays_as_written(text: str, estate: str):
    place = read(text).place
    assert place.estate == estate
    assert bool(place.estate_id) == (estate in {known.name for known in PLACES})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "我住翠湖花园3栋，金桂苑门口的灯坏了",
            {"estate": "金桂苑", "community": "桂湖社区", "spot": "门口"},
        ),
        ("我住翠湖花园3栋，要投诉的是对面的丽水大厦，二楼太吵", {"estate": "丽水大厦", "floor": "2"}),
        ("我住翠湖花园3栋，旁边花园里的灯坏了", {"estate": "翠湖花园", "building": "3", "spot": "花园里"}),
    ],
)
def test_the_writers_own_estate_is_not_that_of_the_problem(text: str, expected: dict[str, str]):
    held = said(read(text).place)
    held.pop("estate_id", None)
    assert held == expected


def test_five_thousand_estates_are_looked_up_quickly(understanding):
    import time

    chars = "金银翠碧锦绣江南北海天华龙凤阳光春秋山水云月星城"
    places = [
        NamedPlace(id=i, name=f"{chars[i % 24]}{chars[i // 24 % 24]}{chars[(i * 7 + i // 576) % 24]}花园")
        for i in range(5000)
    ]
    wide = understanding.with_places(places)
    wide.understand("三栋二单元灯坏了", NOW)
    began = time.perf_counter()
    for _ in range(50):
        wide.understand("金翠海花园三栋二单元的路灯坏了好几天了，麻烦来看看", NOW)
    assert (time.perf_counter() - began) / 50 < 0.01


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=NOW.tzinfo)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今晚", {"date": date(2026, 11, 22), "part": "evening"}),
        ("今晚七点", {"at": at(22, 19)}),
        ("明天下午三点", {"at": at(23, 15)}),
        ("明天下午三点半", {"at": at(23, 15, 30)}),
        ("下周三", {"date": date(2026, 11, 25)}),
        ("下周一", {"date": date(2026, 11, 23)}),
        ("上周五", {"date": date(2026, 11, 13)}),
        ("周末", {"start": at(28, 0), "end": at(29, 23, 59)}),
        ("这个月28号", {"date": date(2026, 11, 28)}),
        ("12月3日上午", {"date": date(2026, 12, 3), "part": "morning"}),
        ("5点", {"at": at(22, 17)}),
        ("半小时后", {"at": at(22, 10, 30)}),
        ("两个小时前", {"at": at(22, 8)}),
        ("三天后", {"date": date(2026, 11, 25)}),
        ("晚上12点", {"at": at(23, 0)}),
        ("24:00", {"at": at(23, 0)}),
        ("停水三天了", {"dur": "P3D"}),
        ("每天凌晨两点", {"every": "DAILY", "at": at(23, 2)}),
        ("每周二、四", {"every": "WEEKLY:TU,TH"}),
        ("每个月15号", {"every": "MONTHLY:15"}),
        ("周五晚上七点到九点", {"start": at(27, 19), "end": at(27, 21)}),
        ("国庆", {"date": date(2027, 10, 1)}),
    ],
)
def test_times_are_absolute_in_beijing(text: str, expected: dict[str, object]):
    (mention,) = read(text).times
    assert said(mention) == expected


@pytest.mark.parametrize("text", ["2月29号", "13月1号", "25:00", "三点建议", "一共三栋"])
def test_what_is_no_time_is_not_made_one(text: str):
    assert read(text).times == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电话13812345678", ("13812345678",)),
        ("１３８ １２３４ ５６７８", ("13812345678",)),
        ("138-1234-5678", ("13812345678",)),
        ("幺三八一二三四五六七八", ("13812345678",)),
        ("0755-82345678转8003", ("075582345678-8003",)),
        ("身份证110101199001011234", ()),
        ("打12345没人接", ()),
        ("不是13800000000，是13911112222", ("13911112222",)),
        ("手机号138o0045566", ("13800045566",)),
        ("13l12345678", ("13112345678",)),
        ("幺五九然后是三三八八再是四四七幺", ("15933884471",)),
        ("137后面是2266后面是9081", ("13722669081",)),
        ("一三九零零零零一二三四一三九零零零零一二三五", ("13900001234", "13900001235")),
        ("幺三九零零零零幺二三四两个人都能接", ("13900001234",)),
        ("电话13900001234二楼的", ("13900001234",)),
        ("手机幺三九四个零幺二三四", ("13900001234",)),
        ("138 0000 1122两部手机都能打", ("13800001122",)),
        ("13900001234是我爸的，留错了，用13900001235", ("13900001235",)),
        ("号码记错了：13900001234，正确的是13900001235", ("13900001235",)),
        ("电话留错了，13900001235", ("13900001235",)),
    ],
)
def test_telephones(text: str, expected: tuple[str, ...]):
    assert read(text).phones == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("尾号7788的师傅", ("7788",)),
        ("她的尾号是五五零二", ("5502",)),
        ("我手机尾号四个六", ("6666",)),
        ("手机尾号5566的车主请挪车", ("5566",)),
        ("退到尾号3321的建行卡", ()),
        ("扣款的尾号0099的信用卡是谁的", ()),
        ("京牌尾号八零三的车主挪一下车", ()),
    ],
)
def test_last_digits_are_those_of_a_telephone(text: str, expected: tuple[str, ...]):
    assert read(text).tails == expected


def test_case_numbers_stars_counts_and_people():
    assert read("3号诉求怎么样了").case_number == 3
    assert read("编号 12").case_number == 12
    assert read("#7").case_number == 7
    assert read("3号楼灯坏了").case_number is None
    assert read("给5分").stars == 5
    assert read("四颗星").stars == 4
    assert read("五星好评").stars == 5
    assert read("⭐⭐⭐").stars == 3
    assert read("好评").stars is None
    assert read("需要三个人").count == 3
    assert read("找李明").person == "李明"
    assert read("找党员").person == ""


def test_nothing_said_is_nothing_found():
    held = read("谢谢")
    assert held == Entities()
    assert not held.place
    assert held.place == PlaceMention()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一期东区3栋", {"phase": "1", "zone": "东区", "building": "3"}),
        ("一期东区的灯坏了", {"phase": "1", "zone": "东区"}),
        ("12号602室漏水", {"building": "12", "room": "602"}),
        ("幸福路12号602室", {"road": "幸福路", "no": "12", "room": "602"}),
        ("是602不是620", {"room": "602"}),
        ("不是620是602", {"room": "602"}),
        ("和平路上有个大坑", {"road": "和平路"}),
        ("和顺里东街9号院门口积雪", {"road": "和顺里东街", "no": "9"}),
        ("七栋二单元第五层漏水", {"building": "7", "unit": "2", "floor": "5"}),
        ("5栋102楼下有人吵", {"building": "5", "room": "102"}),
        ("9栋12楼上水管响", {"building": "9", "floor": "12"}),
        ("青云街道柳园路1900弄64号", {"road": "柳园路", "lane": "1900", "no": "64"}),
        ("这条路的灯坏了", {}),
        ("小区门口的道路坏了", {}),
        ("lift broken in building 3, unit 2", {"building": "3", "unit": "2"}),
        ("flat 12B on the third floor", {"room": "12B", "floor": "3"}),
    ],
)
def test_zones_roads_corrections_and_english_doors(text: str, expected: dict[str, str]):
    held = said(read(text).place)
    held.pop("spot", None)
    assert held == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tomorrow 3 pm", {"at": at(23, 15)}),
        ("3:30 pm on Friday", {"at": at(27, 15, 30)}),
        ("next Monday morning", {"date": date(2026, 11, 23), "part": "morning"}),
        ("tonight", {"date": date(2026, 11, 22), "part": "evening"}),
        ("since yesterday", {"since": at(21, 0)}),
        ("from 2 pm to 4 pm", {"start": at(22, 14), "end": at(22, 16)}),
        ("for three days", {"dur": "P3D"}),
        ("停水半天了", {"dur": "PT12H"}),
        ("坏了一个半月", {"dur": "P45D"}),
        ("一年半了", {"dur": "P18M"}),
        ("三天半", {"dur": "PT84H"}),
    ],
)
def test_english_times_and_half_lengths(text: str, expected: dict[str, object]):
    (mention,) = read(text).times
    assert said(mention) == expected


def forms(column: str) -> list[tuple[str, str]]:
    """Our own sentences, one form of speech each, with the cell a person would write."""
    table = Path(__file__).with_name(f"{column}s.csv").read_text(encoding="utf-8")
    return [(row["text"], row[column]) for row in csv.DictReader(table.splitlines())]


@pytest.mark.parametrize(("text", "expected"), forms("time"))
def test_every_way_to_say_when(text: str, expected: str):
    got = cells(read(text))["time"]
    assert same("time", expected, got), got


@pytest.mark.parametrize(("text", "expected"), forms("place"))
def test_every_way_to_say_where(text: str, expected: str):
    got = cells(entities(normalize(text), NOW, Gazetteer()))["place"]
    assert same("place", expected, got), got


@pytest.mark.parametrize("month", range(1, 13))
def test_a_day_that_its_month_has_not_got_is_no_crash(month: int) -> None:
    for text in ("2月5号、30号停水", "11月25号和31号", "4月28号、31号", "2月5号,29号,30号,31号"):
        entities(text, NOW.replace(month=month, day=1), Gazetteer(()))
