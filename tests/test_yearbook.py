"""年终台账: rebuilt from the record alone, the same twice, and what the tables say."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import create_engine, text

from actions import cases, closing, escalations, joining, progress, ratings, tasks
from bot import schedule
from domain.case import CaseKind
from domain.errors import Conflict, Refusal
from domain.figures import FEWEST
from nlu.understand import Understanding
from storage import community
from storage.store import Store
from tests.acting import Stage, hurried
from tests.counting import agree, from_the_record
from tests.test_cli import home  # noqa: F401 - a fixture
from tests.typed import linli

RESIDENTS = ("wang-ayi", "li-nainai")
MEMBERS = ("liming", "zhaoqiang", "linfeng")
DESK = ("sunli", "guozhiyuan", "xujing")
PLACES = ("yangguanghuayuan-3-2", "yangguanghuayuan-5", "cuizhuyaju-1")


class Lives:
    """Cases that live as chance has it."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage = stage
        self.chance = random.Random(seed)
        self.places = [stage.place(key) for key in PLACES]
        stage.cast(*RESIDENTS, *MEMBERS, *DESK)

    def do(self, who: str, act, *given) -> None:
        try:
            self.stage.does(who, lambda tx, by: act(tx, by, *given))
        except (Refusal, Conflict):
            self.refused = True

    def report(self) -> None:
        kind = self.chance.choice([CaseKind.ISSUE] * 6 + [CaseKind.WISH, CaseKind.INQUIRY])

        def act(tx, by):
            place = community.place(tx, self.chance.choice(self.places))
            return cases.report(
                tx, by, text="灯", category="repairs", kind=kind, place=place, now=self.stage.now
            )

        self.do(self.chance.choice(RESIDENTS), act)

    def step(self) -> None:
        """Something happens to some case."""
        now, chance = self.stage.now, self.chance
        case = chance.choice(self.stage.rows("cases"))
        of_it = [row.id for row in self.stage.rows("tasks") if case.id in (row.case_id, row.visits_case_id)]
        task = chance.choice(of_it) if of_it else 0
        other = chance.choice(self.stage.rows("cases")).id
        member, desk = chance.choice(MEMBERS), chance.choice(DESK)
        resident = next(who for who in RESIDENTS if self._is(who, case.reporter_id))
        chance.choice(
            [
                self.report,
                lambda: self.do(member, tasks.claim, task, now),
                lambda: self.do(member, tasks.claim, task, now),
                lambda: self.do(member, tasks.finish, task, "好了", (), now),
                lambda: self.do(member, tasks.give_back, task, "没空", now),
                lambda: self.do(member, progress.progress, task, "在办", (), now),
                lambda: self.do(member, closing.told_at_the_door, task, "", "见到了", now),
                lambda: self.do(desk, cases.answer, case.id, "好了", (), now),
                lambda: self.do(desk, cases.assign, case.id, self._id(member), now),
                lambda: self.do(desk, cases.verify_wish, case.id, now),
                lambda: self.do(desk, escalations.escalate, case.id, "权限", now),
                lambda: self.do(desk, joining.merge, case.id, other, now),
                lambda: self.do(desk, joining.unmerge, case.id, now),
                lambda: self.do(resident, cases.confirm, case.id, now),
                lambda: self.do(resident, cases.reopen, case.id, "没好", now),
                lambda: self.do(resident, ratings.rate, task, chance.randint(1, 5), "", now),
                lambda: self.do(resident, joining.take_back, case.id, now),
                self.time_passes,
            ]
        )()

    def _id(self, who: str) -> int:
        return self.stage.does(who, lambda tx, by: by.id)

    def _is(self, who: str, person: int) -> bool:
        return self._id(who) == person

    def time_passes(self) -> None:
        self.stage.later(hours=self.chance.choice((1, 30, 200)))
        self.stage.work()
        for look in (schedule.tick, schedule.settle, schedule.sweep):
            look(self.stage.conversation, self.stage.now)


@pytest.mark.parametrize("seed", range(3))
def test_the_record_tells_what_the_tables_tell(
    demo_store: Store, understanding: Understanding, seed: int
) -> None:
    lives = Lives(Stage(hurried(demo_store), understanding), seed)
    lives.report()
    for _ in range(120):
        lives.step()
    agree(lives.stage)
    whole, each = from_the_record(lives.stage)
    assert whole["reported"] > 3
    assert each


@pytest.fixture
def lived(home: Path, understanding: Understanding, demo_sqlite: Path) -> Path:  # noqa: F811
    """A home in which a year has been lived."""
    from storage.secret import Cipher
    from tests.conftest import KEY

    store = Store(f"sqlite:///{home / 'linli.db'}", Cipher(KEY))
    lives = Lives(Stage(hurried(store), understanding), 7)
    lives.report()
    for _ in range(80):
        lives.step()
    schedule.seal_up(store, lives.stage.now)
    store.close()
    return home


def exported(home: Path, name: str, *more: str) -> dict[str, bytes]:  # noqa: F811
    told = linli(home, "export", "year", "2026", str(home / name), *more)
    assert told.returncode == 0, told.stderr
    return {file.name: file.read_bytes() for file in sorted(home.glob(f"{Path(name).stem}*"))}


def wipe(home: Path) -> None:  # noqa: F811
    """Everything is gone but the record, the units and the people."""
    with create_engine(f"sqlite:///{home / 'linli.db'}").begin() as raw:
        for table in ("ratings", "claims", "offers", "reminders", "deliveries", "supervisions", "joiners"):
            raw.execute(text(f"DELETE FROM {table}"))
        for table in ("clusters", "notes", "files", "tasks", "cases"):
            raw.execute(text(f"DELETE FROM {table}"))


@pytest.mark.parametrize("name", ["y.csv", "y.xlsx"])
def test_the_year_is_the_same_twice_and_without_the_tables(lived: Path, name: str) -> None:
    first = exported(lived, name)
    assert len(first) == (4 if name.endswith("csv") else 1)
    assert exported(lived, name) == first
    wipe(lived)
    assert exported(lived, name) == first


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(content.decode("utf-8-sig").splitlines()))


def test_the_months_add_up_and_names_are_masked(lived: Path) -> None:
    files = exported(lived, "y.csv")
    units, months, service = (rows(files[name]) for name in ("y.csv", "y-months.csv", "y-service.csv"))
    for unit in units:
        own = [row for row in months if row["承办单位"] == unit["承办单位"]]
        for column in ("诉求", "撤回", "已答复", "评价"):
            assert sum(int(row[column]) for row in own) == int(unit[column])
    assert service
    assert all(row["姓名"].endswith("*") for row in service)
    assert all(int(row["评价条数"]) >= FEWEST or not row["平均星级"] for row in service)
    assert not {"李明", "赵强", "孙丽"} & set(b"".join(files.values()).decode("utf-8", "replace").split(","))


def test_a_secretary_reads_the_names_of_their_own_branch_only_and_that_is_kept(lived: Path) -> None:
    files = exported(lived, "y.csv", "--as", "孙丽")
    units = {row["承办单位"] for row in rows(files["y.csv"])}
    assert units == {"阳光花园网格党支部"}
    names = {row["姓名"] for row in rows(files["y-service.csv"])}
    assert "李明" in names
    with create_engine(f"sqlite:///{lived / 'linli.db'}").begin() as raw:
        kept = raw.execute(text("SELECT count(*) FROM events WHERE kind = 'roster_exported'")).scalar()
    assert kept == 1


@pytest.mark.parametrize("who", ["王阿姨", "李明", "没有这个人"])
def test_who_has_no_desk_gets_no_names(home: Path, who: str) -> None:  # noqa: F811
    told = linli(home, "export", "year", "2026", str(home / "y.csv"), "--as", who)
    assert told.returncode == 2
    assert not (home / "y.csv").exists()


def test_a_workbook_has_four_sheets(lived: Path) -> None:
    exported(lived, "y.xlsx")
    assert CalamineWorkbook.from_path(lived / "y.xlsx").sheet_names == ["各级", "每月", "党员服务", "议事"]
