"""The account of a month: counted from what happened, the same twice, and nothing in it runs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from actions.figures import Period, account, of_member
from bot import exports, schedule
from domain.events import Event
from domain.figures import Figures, counted
from nlu.understand import Understanding
from storage.store import Store
from tests.acting import Stage
from tests.conftest import NOW
from tests.test_cli import home, linli  # noqa: F401 - a fixture

START, END = NOW - timedelta(days=1), NOW + timedelta(days=1)


def happened(*told: tuple[str, int, float]) -> Figures:
    """Events of case 1 in unit 7: kind, who did it, hours after the report."""
    reported = Event(kind="case_reported", at=NOW, subject="case", subject_id=1, unit_id=7)
    later = [
        Event(
            kind=kind,
            at=NOW + timedelta(hours=hours),
            subject="case",
            subject_id=1,
            unit_id=9,
            actor_id=who,
            data={"case": 1, "stars": who},
        )
        for kind, who, hours in told
    ]
    return counted([reported, *later], START, END)[7]


@pytest.mark.parametrize(("hours", "responded"), [(0.1, 1), (23.9, 1), (24.1, 0)])
def test_a_response_counts_within_a_day(hours: float, responded: int) -> None:
    assert happened(("task_claimed", 2, hours)).responded == responded


def test_what_was_solved_and_came_back_is_not_solved() -> None:
    found = happened(("case_answered", 2, 1), ("case_confirmed", 3, 2), ("case_reopened", 3, 3))
    assert (found.confirmed, found.unsolved) == (0, 1)


def test_what_came_back_and_was_then_solved_is_solved() -> None:
    found = happened(("case_reopened", 3, 3), ("case_answered", 2, 4), ("case_confirmed", 3, 5))
    assert (found.confirmed, found.unsolved) == (1, 0)


def test_silence_is_counted_apart() -> None:
    found = happened(("case_answered", 2, 1), ("case_expired", 0, 200))
    assert (found.confirmed, found.unconfirmed, found.solution_rate) == (0, 1, None)


def test_changed_stars_count_once() -> None:
    found = happened(("service_rated", 5, 1), ("rating_changed", 5, 2), ("service_rated", 1, 3))
    assert (found.ratings, found.content, found.stars) == (2, 1, 6)


def test_a_rate_of_too_few_is_no_rate() -> None:
    few, enough = Figures(reported=4, responded=4), Figures(reported=5, responded=4)
    assert (few.response_rate, enough.response_rate) == (None, 0.8)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2026", "2026-01-01", "2027-01-01"),
        ("2028-02", "2028-02-01", "2028-03-01"),
    ],
)
def test_a_period_is_in_beijing_time(text: str, first: str, last: str) -> None:
    period = Period.read(text)
    assert (str(period.start.date()), str(period.end.date())) == (first, last)
    assert period.start.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize("text", ["", "2026-13", "x", "26", "2026-1-1", "0-1"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Period.read(text)


@pytest.fixture
def stage(demo_store: Store, understanding: Understanding) -> Stage:
    stage = Stage(demo_store, understanding)
    stage.cast("wang-ayi", "liming", "sunli")
    for number in range(6):
        stage.say("wang-ayi", f"阳光花园{number + 1}栋1单元楼道灯不亮")
        task = next(row.id for row in stage.rows("tasks") if row.case_id == number + 1)
        stage.press("liming", f"claim_task task={task}")
        stage.press("liming", f"finish_task task={task} answer=换好了")
        stage.press("wang-ayi", f"rate_service task={task} stars={5 if number else 2} words=x")
        stage.later(minutes=3)
    return stage


def test_every_level_has_its_account(stage: Stage) -> None:
    with stage.store.read() as tx:
        community = stage.conversation.community(tx)
        found = account(tx, community, Period.month_of(stage.now))
    branch, above = found[stage.unit("b-yangguanghuayuan")], found[stage.unit("c-yangguang")]
    assert (branch.reported, branch.response_rate) == (above.reported, above.response_rate) == (6, 1.0)
    assert branch.content_rate == pytest.approx(5 / 6)


def test_a_members_ratings_come_a_month_late(stage: Stage) -> None:
    now = stage.does("liming", lambda tx, by: of_member(tx, by, stage.now))
    stage.later(days=20)
    schedule.tick(stage.conversation, stage.now)
    later = stage.does("liming", lambda tx, by: of_member(tx, by, stage.now))
    assert (now.done, now.ratings, now.average) == (6, 0, None)
    assert (later.ratings, later.average) == (6, pytest.approx(4.5))


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_same_account_twice_is_the_same_file(home: Path, suffix: str) -> None:  # noqa: F811
    linli(home, "chat", "--as", "王阿姨", said="楼道灯不亮\n同意\n3号楼2单元\n")
    first, second = home / f"a.{suffix}", home / f"b.{suffix}"
    for file in (first, second):
        told = linli(home, "export", "account", "2026", str(file))
        assert told.returncode == 0, told.stderr
    assert first.read_bytes() == second.read_bytes()


def test_what_is_no_period_is_a_sentence(home: Path) -> None:  # noqa: F811
    told = linli(home, "export", "account", "2026-13", "x.csv")
    assert (told.returncode, "2026-11" in told.stderr) == (2, True)


def test_nothing_in_a_workbook_runs(tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    cells = ["=1+1", "+A1", "-2", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "007", 7]
    exports.write(file, ("number",), [[cell] for cell in cells], "zh_Hans")
    read = [row[0] for row in CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()][1:]
    assert read[-2:] == ["007", 7.0]
    assert all(str(cell).startswith("'") for cell in read[:-2])
    assert b"<f>" not in file.read_bytes()
