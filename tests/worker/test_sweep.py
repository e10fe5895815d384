"""A case finds its way up even when its reminder is lost: the look once a minute."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from actions import cases
from bot import schedule
from domain.people import Role, RoleKind
from nlu.understand import Understanding
from storage import community, tables
from storage.store import Store
from tests.acting import Stage, hurried


@pytest.fixture
def stage(demo_store: Store, understanding: Understanding) -> Stage:
    stage = Stage(hurried(demo_store), understanding)
    stage.cast("wang-ayi", "liming", "sunli", "gaoyuan")
    return stage


def report(stage: Stage, count: int = 1, category: str = "repairs") -> None:
    place = stage.place("yangguanghuayuan-3-2")

    def act(tx, by):
        found = community.place(tx, place)
        for _ in range(count):
            cases.report(tx, by, text="灯", category=category, place=found, now=stage.now)

    stage.does("wang-ayi", act)


def lose(stage: Stage, *where) -> int:
    with stage.store.begin() as tx:
        return tx.connection.execute(delete(tables.reminders).where(*where)).rowcount


def kinds(stage: Stage) -> Counter[str]:
    return Counter(row.kind for row in stage.rows("events"))


def test_a_case_whose_reminders_are_lost_goes_up_all_the_same(stage: Stage) -> None:
    report(stage)
    assert lose(stage)
    stage.later(days=4)
    assert schedule.tick(stage.conversation, stage.now) == 0
    assert schedule.sweep(stage.conversation, stage.now) == 1
    (case,) = stage.rows("cases")
    assert case.unit_id == stage.unit("c-yangguang")
    assert kinds(stage)["case_escalated"] == 1
    stage.work()
    told = [row for row in stage.rows("deliveries") if row.kind == "notify.sweep_found"]
    assert [row.payload["facts"]["count"] for row in told] == [1]


def test_what_the_tick_is_about_to_do_the_sweep_leaves_alone(stage: Stage) -> None:
    report(stage)
    with stage.store.read() as tx:
        due = tx.connection.execute(select(tables.cases.c.answer_by)).scalar_one()
    stage.now = due + timedelta(seconds=30)
    assert schedule.sweep(stage.conversation, stage.now) == 0
    assert schedule.tick(stage.conversation, stage.now) > 0
    assert schedule.sweep(stage.conversation, stage.now) == 0
    assert kinds(stage)["case_escalated"] == 1


def test_a_clock_that_stood_still_is_overtaken_after_two_minutes(stage: Stage) -> None:
    report(stage)
    stage.later(days=4)
    assert schedule.sweep(stage.conversation, stage.now) == 1
    schedule.tick(stage.conversation, stage.now)
    assert kinds(stage)["case_escalated"] == 1


def test_three_hundred_overdue_cases_go_up_though_a_third_of_the_reminders_is_lost(stage: Stage) -> None:
    report(stage, 300)
    keys = [row.id for row in stage.rows("reminders")]
    lost = random.Random(9).sample(keys, len(keys) * 3 // 10)
    assert lose(stage, tables.reminders.c.id.in_(lost)) == len(lost)
    stage.later(days=3)
    schedule.tick(stage.conversation, stage.now)
    swept = schedule.sweep(stage.conversation, stage.now)
    assert 45 < swept < 135
    events = [row.subject_id for row in stage.rows("events") if row.kind == "case_escalated"]
    assert sorted(events) == sorted({row.id for row in stage.rows("cases")})


def test_at_the_top_the_alarm_comes_daily_without_reminders_too(stage: Stage) -> None:
    report(stage)
    top = stage.unit("subdistrict")
    with stage.store.begin() as tx:
        tx.connection.execute(update(tables.cases).values(unit_id=top))
    lose(stage)
    stage.later(days=4)
    for expected in (1, 0, 0):
        assert schedule.sweep(stage.conversation, stage.now) == expected
        stage.later(minutes=10)
    lose(stage)
    stage.later(days=1)
    assert schedule.sweep(stage.conversation, stage.now) == 1
    assert kinds(stage)["case_alarm"] == 2


def test_a_level_with_somebody_is_reached_one_by_one(stage: Stage) -> None:
    """With staff in the district: branch, community, subdistrict, district; no level is skipped."""
    report(stage)
    levels = ["b-yangguanghuayuan", "c-yangguang", "subdistrict", "district"]
    with stage.store.begin() as tx:
        person = stage.person(tx, "gaoyuan")
        tx.add(
            Role(person_id=person.id, kind=RoleKind.OFFICER, unit_id=stage.unit("district"), since=stage.now)
        )
    for _ in range(60 * 24):
        stage.later(hours=1)
        schedule.tick(stage.conversation, stage.now)
    ups = [row for row in stage.rows("events") if row.kind == "case_escalated"]
    assert [row.data["before"] for row in ups] == [stage.unit(key) for key in levels[:-1]]
    assert [row.unit_id for row in ups] == [stage.unit(key) for key in levels[1:]]
    assert kinds(stage)["case_alarm"] > 20


def test_a_lost_lapse_and_a_lost_end_of_a_pause_are_made_up_for(stage: Stage) -> None:
    report(stage, category="illegal_build")
    report(stage, category="illegal_build")
    tasks = [row.id for row in stage.rows("tasks")]
    ids = [row.id for row in stage.rows("cases")]
    stage.press("liming", f"claim_task task={tasks[0]}")
    stage.does("sunli", lambda tx, by: cases.inquire(tx, by, ids[1], "哪里?", stage.now))
    lose(stage)
    stage.later(days=12)
    assert schedule.sweep(stage.conversation, stage.now) == 2
    assert {row.status for row in stage.rows("cases")} == {"open"}
    assert all(row.paused_at is None for row in stage.rows("cases"))
    assert kinds(stage)["claim_lapsed"] == kinds(stage)["case_resumed"] == 1


def test_one_reminder_that_breaks_stops_no_other(stage: Stage) -> None:
    report(stage, 2)
    with stage.store.begin() as tx:
        tx.connection.execute(
            update(tables.reminders).where(tables.reminders.c.subject_id == 1).values(kind="nonsense")
        )
    stage.later(days=3)
    schedule.tick(stage.conversation, stage.now)
    assert kinds(stage)["case_escalated"] == 1
    assert [row.address for row in stage.crashes()].count("nonsense") > 0
    schedule.sweep(stage.conversation, stage.now)
    assert kinds(stage)["case_escalated"] == 2


def test_the_beat_is_written_down(stage: Stage) -> None:
    before = stage.count("events")
    schedule.sweep(stage.conversation, stage.now)
    with stage.store.read() as tx:
        assert community.meta_value(tx, "sweep_at") == stage.now.isoformat()
    assert stage.count("events") == before, "a sweep that finds nothing says nothing"
