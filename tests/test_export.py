"""The list of supervisions for a spreadsheet: complete, and nothing in it runs."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from sqlalchemy import update

from actions import cases, supervision
from bot import exports, schedule
from bot.commands.export import SUPERVISION, supervision_rows
from domain.errors import NotAnswered
from nlu.understand import Understanding
from storage import community, tables
from storage.store import Store
from tests.acting import Stage, hurried
from tests.conftest import NOW


@pytest.fixture
def stage(demo_store: Store, understanding: Understanding) -> Stage:
    stage = Stage(hurried(demo_store), understanding)
    stage.cast("wang-ayi", "sunli", "xujing", "tangning")
    return stage


def supervised(stage: Stage, text: str = "灯", **more) -> tuple[int, int]:
    place = stage.place("yangguanghuayuan-3-2")

    def act(tx, by):
        found = community.place(tx, place)
        return cases.report(tx, by, text=text, category="repairs", place=found, now=stage.now, **more).id

    case = stage.does("wang-ayi", act)
    asked = stage.does("xujing", lambda tx, by: supervision.supervise(tx, by, case, "4wh", "快", stage.now))
    return case, asked.id


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\0=1", " =1", "＝1"])
def test_what_a_spreadsheet_would_run_is_text(cell: str) -> None:
    assert exports.safe(cell).startswith("'")


def test_plain_cells_stay_as_they_are() -> None:
    assert [exports.safe(cell) for cell in ("灯", 7, None, NOW)] == ["灯", "7", "", "2026-11-23 09:00"]


def test_the_list_has_every_supervision_and_names_no_resident(stage: Stage, tmp_path: Path) -> None:
    supervised(stage, "=HYPERLINK(1)")
    kept, _ = supervised(stage, "家里的事")
    with stage.store.begin() as tx:  # it turns out to be a family matter once it is supervised
        found = tables.cases
        tx.connection.execute(update(found).where(found.c.id == kept).values(private=True))
    stage.later(days=1)
    schedule.tick(stage.conversation, stage.now)
    with stage.store.read() as tx:
        count = exports.write(tmp_path / "list.csv", SUPERVISION, supervision_rows(tx, "zh_Hans"), "zh_Hans")
    with (tmp_path / "list.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert count == len(rows) == 2
    assert [row["内容"] for row in rows] == ["'=HYPERLINK(1)", "（不公开）"]
    assert {row["是否逾期"] for row in rows} == {"逾期"}
    assert {row["督办状态"] for row in rows} == {"等回复"}
    assert "王阿姨" not in (tmp_path / "list.csv").read_text(encoding="utf-8")


def test_nobody_lifts_what_has_no_answer_and_the_top_may_lift_what_has(stage: Stage) -> None:
    case, asked = supervised(stage)
    for who in ("xujing", "tangning"):
        with pytest.raises(NotAnswered):
            stage.does(who, lambda tx, by: supervision.lift(tx, by, asked, stage.now))
    stage.does("sunli", lambda tx, by: cases.answer(tx, by, case, "好了", (), stage.now))
    stage.does("tangning", lambda tx, by: supervision.lift(tx, by, asked, stage.now))
    (row,) = stage.rows("supervisions")
    assert (row.state, row.answer) == ("lifted", "好了")


def test_a_late_answer_is_told_daily_even_without_reminders(stage: Stage) -> None:
    supervised(stage)
    with stage.store.begin() as tx:
        tx.connection.execute(update(tables.reminders).values(done_at=stage.now))
    stage.later(hours=7)
    assert schedule.sweep(stage.conversation, stage.now) == 1
    assert schedule.sweep(stage.conversation, stage.now) == 0
    with stage.store.begin() as tx:
        tx.connection.execute(update(tables.reminders).values(done_at=stage.now))
    stage.later(days=1, minutes=1)
    assert schedule.sweep(stage.conversation, stage.now) == 1
    late = [row for row in stage.rows("events") if row.kind == "supervision_late"]
    assert len(late) == 2
