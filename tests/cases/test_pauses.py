"""The time in which the resident was asked is not the desk's, whatever the case turns out to be about."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions import cases
from domain.case import Case
from storage import community
from tests.acting import Stage


def asked_and_answered(stage: Stage, *, hours: int) -> int:
    """A case of a day by the calendar, whose clock stood for so long an hour after it was filed."""
    stage.cast("wang-ayi", "sunli")
    place = stage.place("yangguanghuayuan-3-2")

    def report(tx, by):
        where = community.place(tx, place)
        return cases.report(tx, by, text="灯", category="utilities", place=where, now=stage.now).id

    case = stage.does("wang-ayi", report)
    stage.later(hours=1)
    stage.does("sunli", lambda tx, by: cases.inquire(tx, by, case, "几楼?", stage.now))
    stage.later(hours=hours)
    stage.does("wang-ayi", lambda tx, by: cases.add(tx, by, case, "三楼", (), stage.now))
    return case


def change(stage: Stage, case: int, category: str) -> Case:
    return stage.does("sunli", lambda tx, by: cases.correct_category(tx, by, case, category, stage.now))


def test_a_change_of_category_keeps_the_time_the_clock_stood(stage: Stage) -> None:
    begun = stage.now
    case = asked_and_answered(stage, hours=5)
    assert change(stage, case, "construction").answer_by == begun + timedelta(hours=24 + 5)


@pytest.mark.parametrize("category", ["repairs", "sanitation"])
def test_in_working_time_what_was_left_is_left_again(stage: Stage, category: str) -> None:
    begun = stage.now
    case = asked_and_answered(stage, hours=2)  # all of it in the office hours of a Monday morning
    changed = change(stage, case, category)
    with stage.store.read() as tx:
        rule = stage.conversation.community(tx)
    plain = rule.calendar.after(begun, rule.category(category).answer)
    assert rule.calendar.work_between(plain, changed.answer_by) == timedelta(hours=2)


def test_while_the_clock_stands_nothing_is_lost_either(stage: Stage) -> None:
    case = asked_and_answered(stage, hours=5)
    stage.does("sunli", lambda tx, by: cases.inquire(tx, by, case, "几号?", stage.now))
    stood = stage.now
    stage.later(hours=30)
    changed = change(stage, case, "construction")
    left = changed.answer_by - stood
    stage.does("wang-ayi", lambda tx, by: cases.add(tx, by, case, "五号", (), stage.now))
    with stage.store.read() as tx:
        goes_on = tx.get(Case, case)
    assert goes_on is not None
    assert goes_on.answer_by - stage.now == left
    assert left == timedelta(hours=24 - 1)
