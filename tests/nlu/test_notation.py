"""What is named in a message, written as cells and compared."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from nlu.meaning import Entities, PlaceMention, TimeMention
from nlu.notation import cells, rates, same
from tests.nlu.conftest import NOW


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=NOW.tzinfo)


def test_nothing_named_is_three_empty_cells():
    assert cells(Entities()) == {"place": "", "time": "", "phone": ""}


def test_a_place_is_written_from_the_large_to_the_small():
    place = PlaceMention(estate="曲水公馆", building="A", spot="电梯", further=(("building", "E"),))
    assert cells(Entities(place=place))["place"] == "estate=曲水公馆;building=A,E;spot=电梯"


@pytest.mark.parametrize(
    ("mention", "cell"),
    [
        (TimeMention(at=at(25, 15)), "at=2026-11-25T15:00+08:00"),
        (TimeMention(date=date(2026, 11, 23), part="morning"), "date=2026-11-23;part=morning"),
        (TimeMention(period="2026-10"), "date=2026-10"),
        (TimeMention(by=at(27, 23, 59)), "by=2026-11-27"),
        (TimeMention(by=at(23, 0)), "by=2026-11-23T00:00+08:00"),
        (TimeMention(since=at(21, 0)), "since=2026-11-21"),
        (TimeMention(start=at(14, 0), end=at(15, 23, 59)), "from=2026-11-14;to=2026-11-15"),
        (TimeMention(start=at(22, 14), end=at(22, 16)),
         "from=2026-11-22T14:00+08:00;to=2026-11-22T16:00+08:00"),
        (TimeMention(every="WEEKLY:SU", at=at(29, 19)), "every=WEEKLY:SU;from=19:00"),
        (TimeMention(every="DAILY", start=at(22, 7), end=at(22, 9)), "every=DAILY;from=07:00;to=09:00"),
        (TimeMention(dur="P1M", approx=True), "dur=P1M;approx=1"),
    ],
)  # fmt: skip
def test_times_are_written_as_precisely_as_they_were_said(mention: TimeMention, cell: str):
    assert cells(Entities(times=(mention,)))["time"] == cell


def test_telephones_stand_in_order_and_last_digits_are_marked():
    found = Entities(phones=("13800004321", "075526001234-8003"), tails=("7730",))
    assert cells(found)["phone"] == "13800004321;075526001234-8003;tail=7730"


@pytest.mark.parametrize(
    ("column", "expected", "got", "verdict"),
    [
        ("place", "", "", True),
        ("place", "", "building=3", False),
        ("place", "building=3;unit=2", "unit=2;building=3", True),
        ("place", "building=3;spot=楼道", "building=3;spot=一楼楼道", True),
        ("place", "building=3;spot=楼道", "building=3;spot=电梯", False),
        ("place", "building=3;spot=楼道", "building=3", False),
        ("place", "building=3", "building=3;spot=楼道", False),
        ("place", "road=阳光路,东篱路", "road=东篱路,阳光路", True),
        ("time", "every=WEEKLY:TU,TH", "every=WEEKLY:TU,TH", True),
        ("time", "every=WEEKLY:TU,TH", "every=WEEKLY:TU", False),
        ("time", "dur=P1W", "dur=P7D", True),
        ("time", "dur=P15D;alt=P2W", "dur=P14D", True),
        ("time", "by=2027-01-01;alt=2026-12-31", "by=2026-12-31", True),
        ("time", "by=2027-01-01;alt=2026-12-31", "by=2026-12-30", False),
        ("time", "at=2026-11-24T16:00+08:00,2026-11-26T16:00+08:00",
         "at=2026-11-26T16:00+08:00,2026-11-24T16:00+08:00", True),
        ("time", "dur=P1M;approx=1", "dur=P1M", False),
        ("phone", "13800004321;13600001001", "13600001001;13800004321", True),
        ("phone", "tail=4321", "4321", False),
    ],
)  # fmt: skip
def test_cells_are_compared_by_what_they_say(column: str, expected: str, got: str, verdict: bool):
    assert same(column, expected, got) is verdict


def test_rates_are_of_the_columns_a_file_has():
    rows = [{"text": "a", "place": "building=3", "time": ""}, {"text": "b", "place": "", "time": ""}]
    found = [Entities(place=PlaceMention(building="3")), Entities(place=PlaceMention(building="4"))]
    assert rates(rows, found) == {"place": 0.5, "time": 1.0}
