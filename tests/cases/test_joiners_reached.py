"""An answer is owed to everybody behind a case: whom no message reaches is told at the door, in one visit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions import cases, closing, joining, tasks
from bot import schedule
from domain.case import Case
from storage import community, people
from tests.acting import Stage, only

JOINERS = ("zhang-xiansheng", "li-nainai", "xiaochen")


@pytest.fixture(autouse=True)
def cast(stage: Stage) -> None:
    stage.cast("wang-ayi", *JOINERS, "sunli", "liming")


def joined(stage: Stage) -> int:
    place = stage.place("yangguanghuayuan-3-2")

    def report(tx, by):
        where = community.place(tx, place)
        return cases.report(tx, by, text="停水了", category="utilities", place=where, now=stage.now).id

    case = stage.does("wang-ayi", report)
    for who in JOINERS:
        stage.does(who, lambda tx, by: joining.join(tx, by, case, (), (), stage.now))
    return case


def switch_off(stage: Stage, *who: str) -> None:
    with stage.store.begin() as tx:
        for one in who:
            for address in people.reachable(tx, stage.person(tx, one).id):
                people.close_address(tx, address.id)


def answer(stage: Stage, case: int) -> None:
    stage.does("sunli", lambda tx, by: cases.answer(tx, by, case, "来水了", (), stage.now))
    stage.work()
    for _ in range(2):
        schedule.settle(stage.conversation, stage.now)


def visits(stage: Stage) -> list[str]:
    return [row.state for row in stage.rows("tasks") if row.visits_case_id]


def test_everybody_reached_needs_no_visit(stage: Stage) -> None:
    case = joined(stage)
    answer(stage, case)
    assert visits(stage) == []
    reached = [row.delivered_at for row in stage.rows("joiners") if row.person_id != 1]
    assert len([one for one in reached if one]) == 3


def test_three_doors_are_one_visit_and_one_word_there_is_enough(stage: Stage) -> None:
    case = joined(stage)
    switch_off(stage, *JOINERS)
    answer(stage, case)
    assert visits(stage) == ["open"]
    visit = only(row for row in stage.rows("tasks") if row.visits_case_id).id
    stage.does("liming", lambda tx, by: tasks.claim(tx, by, visit, stage.now))
    stage.does(
        "liming", lambda tx, by: closing.told_at_the_door(tx, by, visit, "solved", "都说了", stage.now)
    )
    schedule.settle(stage.conversation, stage.now)
    assert visits(stage) == ["done"]
    with stage.store.read() as tx:
        found = tx.get(Case, case)
    assert found is not None
    assert found.status == "answered", "only whom it is for says that it is solved"


def test_who_is_reached_ends_nobody_elses_visit(stage: Stage) -> None:
    case = joined(stage)
    switch_off(stage, "zhang-xiansheng")
    answer(stage, case)
    stage.does("wang-ayi", lambda tx, by: cases.confirm(tx, by, case, stage.now))
    assert visits(stage) == ["open"]
    stage.cast("zhang-xiansheng")  # he is back, and looks
    assert "来水了" in stage.told("zhang-xiansheng", "我的诉求")
    schedule.settle(stage.conversation, stage.now)
    assert visits(stage) == ["gone"]


def test_who_left_is_owed_nothing(stage: Stage) -> None:
    case = joined(stage)
    switch_off(stage, "zhang-xiansheng")
    stage.does("zhang-xiansheng", lambda tx, by: joining.take_back(tx, by, case, stage.now))
    answer(stage, case)
    assert visits(stage) == []


def test_an_answer_at_night_arrives_in_the_morning_and_sends_nobody_to_a_door(stage: Stage) -> None:
    case = joined(stage)
    stage.later(hours=14)  # eleven at night
    answer(stage, case)
    assert visits(stage) == []
    assert only(stage.rows("cases")).delivered_at is None
    stage.later(hours=9)
    stage.work()
    schedule.settle(stage.conversation, stage.now)
    assert visits(stage) == []
    assert only(stage.rows("cases")).delivered_at == stage.now
    reached = [row.delivered_at for row in stage.rows("joiners") if row.person_id != 1]
    assert reached.count(stage.now) == 3


def test_another_answer_is_another_delivery(stage: Stage) -> None:
    case = joined(stage)
    answer(stage, case)
    stage.later(hours=1)
    stage.does("wang-ayi", lambda tx, by: cases.reopen(tx, by, case, "还是没水", stage.now))
    switch_off(stage, "li-nainai")
    stage.cast("xujing")
    stage.later(hours=1)
    stage.does("xujing", lambda tx, by: cases.answer(tx, by, case, "这次来水了", (), stage.now))
    stage.work()
    stage.later(seconds=timedelta(minutes=1).total_seconds())
    schedule.settle(stage.conversation, stage.now)
    assert visits(stage) == ["open"]
