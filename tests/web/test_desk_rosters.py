"""导入名册: looked at first, all or nothing, once, and only one's own people."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import func, select, update

from domain.rosters import RosterState
from nlu.understand import Understanding
from storage import people
from storage.tables import desk_sessions, events, memberships, roles, rosters
from storage.tables import people as people_table
from tests.acting import at_once
from tests.conftest import KEY
from tests.web.desk import Desk
from tests.web.serving import Server, clock

HEAD = "编号,姓名,电话,住址,房号"
HOME = "/desk/people/import"


@pytest.fixture(scope="module")
def server_(
    tmp_path_factory: pytest.TempPathFactory, demo_sqlite: Path, understanding: Understanding
) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("rosters") / "home", demo_sqlite, KEY, understanding)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def sunli(server_: Server) -> Desk:
    return Desk(server_).demo("sunli")


def sheet(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *lines]).encode()


def book(rows: Sequence[Sequence[str]], merged: str = "") -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as file:
        table = file.add_worksheet("党员")
        for number, row in enumerate(rows):
            table.write_row(number, 0, row)
        if merged:
            table.merge_range(merged, "张三")
    return made.getvalue()


def hand_in(desk: Desk, content: bytes, name: str = "党员名册.csv", **form: str) -> str:
    """The page of a sheet that was handed in."""
    answer = desk.http.post(HOME, data={"csrf": desk.csrf(), **form}, files={"sheet": (name, content)})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def read(desk: Desk, path: str) -> str:
    """The page once somebody has read the sheet."""
    for _ in range(200):
        page = desk.get(path).text
        if "/progress" not in page:
            return page
        time.sleep(0.05)
    raise AssertionError("nobody read the sheet")


def looked_at(desk: Desk, content: bytes, name: str = "党员名册.csv", **form: str) -> tuple[str, str]:
    path = hand_in(desk, content, name, **form)
    return path, read(desk, path)


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(digest|plan)" value="(\w+)"', page))


def counts(page: str) -> list[int]:
    return [int(one) for one in re.findall(r"<dd>(\d+)</dd>", page)]


def known(server: Server, key: str):  # type: ignore[no-untyped-def]
    with server.house.store.read() as tx:
        return people.by_key(tx, key)


def rows(server: Server, table) -> int:  # type: ignore[no-untyped-def]
    with server.house.store.read() as tx:
        return int(tx.connection.execute(select(func.count()).select_from(table)).scalar() or 0)


def unit(server: Server, name: str) -> int:
    with server.house.store.read() as tx:
        found = server.house.conversation.community(tx)
    return next(one.id for one in found.units.values() if one.name == name)


def imported(server: Server) -> list:  # type: ignore[type-arg]
    with server.house.store.read() as tx:
        return list(tx.rows(select(events).where(events.c.kind == "roster_imported").order_by(events.c.id)))


# -- the way it should go --------------------------------------------------------------------------
def test_a_branchs_list_is_looked_at_and_written_once(server_: Server, sunli: Desk) -> None:
    before, done = rows(server_, people_table), len(imported(server_))
    path, page = looked_at(sunli, sheet("m-1,高大勇,19911110001,阳光花园3栋2单元,701", "m-2,石小兰,,,"))
    assert counts(page) == [2, 2, 0, 0]
    assert rows(server_, people_table) == before
    form = {"csrf": sunli.csrf(), **hidden(page)}
    answers = at_once([lambda: sunli.http.post(f"{path}/confirm", data=form).status_code for _ in range(3)])
    assert set(answers) == {303}
    assert "已经写入" in read(sunli, path)
    assert rows(server_, people_table) == before + 2
    found = known(server_, "m-1")
    assert (found.name, found.phone, found.room) == ("高大勇", "19911110001", "701")
    (event,) = imported(server_)[done:]
    assert event.data["added"] == 2
    assert event.unit_id == unit(server_, "阳光花园网格党支部")
    assert "高大勇" not in str(event.data)
    assert "孙丽导入了阳光花园网格党支部的名册，2 人" in sunli.get(HOME).text
    with server_.house.store.read() as tx:
        kept = tx.rows(select(memberships).where(memberships.c.person_id == found.id))
        raw = tx.rows(select(rosters))
    assert kept[0].state == "confirmed"
    assert all("高大勇".encode() not in (one.found or b"") + (one.content or b"") for one in raw)
    assert raw[-1].content is None


def test_the_same_file_again_has_nothing_to_write_and_a_change_is_named(sunli: Desk) -> None:
    line = "n-1,牛向东,19911110011,阳光花园3栋2单元,702"
    path, page = looked_at(sunli, sheet(line))
    sunli.post(f"{path}/confirm", **hidden(page))
    read(sunli, path)
    _, again = looked_at(sunli, sheet(line))
    assert counts(again) == [1, 0, 0, 1]
    assert "confirm" not in again
    path, changed = looked_at(sunli, sheet(line.replace("702", "703")))
    assert counts(changed) == [1, 0, 1, 0]
    assert "<td>牛向东</td><td>阳光花园网格党支部</td><td>房号</td>" in changed


@pytest.mark.parametrize("how", ["gbk", "utf-8-sig", "utf-16", "xlsx"])
def test_every_kind_of_file_is_read(sunli: Desk, how: str) -> None:
    lines = [HEAD.split(","), ["k-1", "欧阳小满", "19911110021", "阳光花园3栋2单元", "0801"]]
    text = "\n".join(",".join(line) for line in lines)
    content = book(lines) if how == "xlsx" else text.encode(how)
    _, page = looked_at(sunli, content, "名册.xlsx" if how == "xlsx" else "名册.csv")
    assert counts(page) == [1, 1, 0, 0]


# -- what is wrong with a sheet --------------------------------------------------------------------
BAD = {
    "duplicate": (["d-1,甲,,,", "d-1,乙,,,"], 3, "编号", "重复"),
    "the same person twice": (["d-1,甲,19911110031,,", "d-2,甲,19911110031,,"], 3, "姓名", "同一个人"),
    "formula": (["d-1,=1+1,,,"], 2, "姓名", "公式"),
    "another formula": (['d-1,"=HYPERLINK(""http://x"")",,,'], 2, "姓名", "公式"),
    "phone": (["d-1,甲,123,,"], 2, "电话", "不对"),
    "nobody": (["d-1,,,,"], 2, "姓名", "不能空"),
    "place": (["d-1,甲,,月亮花园,"], 2, "住址", "找不到"),
    "another branch's grid": (["d-1,甲,,翠竹雅居2栋1单元,"], 2, "住址", "不在您这里"),
    "secretary": (["d-1,甲书记,,,"], 2, "姓名", "书记"),
    "cells": (["d-1,甲,,,,,,,x"], 2, "", "格数"),
    "somebody elsewhere": (["xujing,徐静,19911110099,,"], 2, "编号", "别处"),
    "the own secretary's number": (["sunli,孙丽,19911110098,,"], 2, "电话", "上级"),
    "a roster's person again": (["d-9,李明,{liming},,"], 2, "电话", "已在系统里"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_row_is_named_and_nothing_is_written(server_: Server, sunli: Desk, what: str) -> None:
    lines, row, column, words = BAD[what]
    phone = known(server_, "liming").phone
    before = (rows(server_, people_table), rows(server_, roles), len(imported(server_)))
    path, page = looked_at(
        sunli, sheet("good,好人,19911110032,,", *(one.format(liming=phone) for one in lines))
    )
    assert re.search(rf"<td>{row + 1}</td><td>{column}</td><td>[^<]*{words}", page), page
    assert "confirm" not in page
    assert sunli.post(f"{path}/confirm").status_code == 409
    assert (rows(server_, people_table), rows(server_, roles), len(imported(server_))) == before


def test_a_merged_cell_is_no_value_of_the_rows_it_covers(sunli: Desk) -> None:
    content = book([["编号", "姓名"], ["z-1", ""], ["z-2", ""]], merged="B2:B3")
    _, page = looked_at(sunli, content, "名册.xlsx")
    assert re.search("<td>3</td><td>姓名</td><td>这一格在合并单元格里", page)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("名册.exe", b"MZ"),
        ("名册.xlsx", b"PK\x03\x04 no"),
        ("名册.csv", b"\xff\x00\xff"),
        ("名册.csv", b"a,b\n1,2"),
    ],
)
def test_what_is_no_sheet_is_said(sunli: Desk, name: str, content: bytes) -> None:
    _, page = looked_at(sunli, content, name)
    assert "处要改" in page


def test_a_cell_far_out_is_no_reason_to_read_everything_before_it(sunli: Desk) -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as file:
        table = file.add_worksheet()
        table.write_row(0, 0, ["编号", "姓名"])
        table.write_row(1, 0, ["f-1", "甲"])
        table.write(1_048_575, 16_383, "x")
    _, page = looked_at(sunli, made.getvalue(), "名册.xlsx")
    assert "XFD1048576" in page


def test_without_a_file_or_with_too_large_a_one_nothing_is_kept(server_: Server, sunli: Desk) -> None:
    before = rows(server_, rosters)
    csrf = {"csrf": sunli.csrf()}
    assert sunli.http.post(HOME, data=csrf, files={"sheet": ("", b"")}).status_code == 409
    large = {"sheet": ("名册.csv", b"x" * 6_000_000)}
    assert sunli.http.post(HOME, data=csrf, files=large).status_code == 413
    assert rows(server_, rosters) == before


# -- whose people ----------------------------------------------------------------------------------
STAFF = "编号,姓名,角色,单位"


def test_a_branch_brings_in_no_staff_and_nobody_elsewhere(server_: Server, sunli: Desk) -> None:
    for line in (
        "s-1,甲,副书记,阳光花园网格党支部",
        "s-1,甲,党员,翠竹雅居网格党支部",
        "s-1,甲,社工,阳光社区",
    ):
        _, page = looked_at(sunli, sheet(line, head=STAFF))
        assert re.search("<td>2</td><td>(角色|单位)</td>", page), line
    other = unit(server_, "翠竹雅居网格党支部")
    form = {"csrf": sunli.csrf(), "unit": str(other)}
    answer = sunli.http.post(HOME, data=form, files={"sheet": ("x.csv", sheet("q,甲,,,"))})
    assert answer.status_code == 404


def test_the_community_brings_in_the_staff_of_its_branches_but_not_its_own(server_: Server) -> None:
    desk = Desk(server_).demo("xujing")
    _, page = looked_at(desk, sheet("s-2,甲,副书记,阳光花园网格党支部", head=STAFF))
    assert counts(page) == [1, 1, 0, 0]
    for line in ("s-3,甲,社工,阳光社区", "s-3,甲,管理员,阳光社区"):
        _, page = looked_at(desk, sheet(line, head=STAFF))
        assert "由上级导入" in page


def test_nobody_else_sees_or_confirms_a_sheet(server_: Server, sunli: Desk) -> None:
    path, page = looked_at(sunli, sheet("w-1,甲,,,"))
    other = Desk(server_).demo("guozhiyuan")
    for answer in (
        other.get(path),
        other.get(f"{path}/progress"),
        other.post(f"{path}/confirm", **hidden(page)),
    ):
        assert answer.status_code == 404
    assert Desk(server_).get(path).headers["location"] == "/desk/in"
    foreign = sunli.http.post(f"{path}/confirm", data={"csrf": "x", **hidden(page)})
    assert foreign.status_code == 403
    assert known(server_, "w-1") is None


def test_a_session_that_ended_confirms_nothing(server_: Server) -> None:
    desk = Desk(server_).demo("sunli")
    path, page = looked_at(desk, sheet("v-1,甲,,,"))
    csrf = desk.csrf()
    with server_.house.store.begin() as tx:
        tx.connection.execute(update(desk_sessions).values(ended_at=clock()))
    answer = desk.http.post(f"{path}/confirm", data={"csrf": csrf, **hidden(page)})
    assert answer.headers["location"] == "/desk/in"
    assert known(server_, "v-1") is None


# -- what changes meanwhile ------------------------------------------------------------------------
def test_another_file_takes_the_place_of_the_one_that_was_seen(server_: Server, sunli: Desk) -> None:
    first, page = looked_at(sunli, sheet("t-1,甲,,,"))
    second, newer = looked_at(sunli, sheet("t-2,乙,,,"))
    assert sunli.post(f"{first}/confirm", **hidden(page)).status_code == 409
    assert sunli.post(f"{second}/confirm", **hidden(page)).status_code == 409
    assert sunli.post(f"{second}/confirm", **hidden(newer)).status_code == 303
    read(sunli, second)
    assert known(server_, "t-1") is None
    assert known(server_, "t-2") is not None


def test_what_changed_after_the_look_is_not_overwritten(server_: Server, sunli: Desk) -> None:
    line = "u-1,甲大,19911110041,,"
    path, page = looked_at(sunli, sheet(line))
    sunli.post(f"{path}/confirm", **hidden(page))
    read(sunli, path)
    path, page = looked_at(sunli, sheet(line.replace("41", "42")))
    assert counts(page) == [1, 0, 1, 0]
    with server_.house.store.begin() as tx:  # somebody else corrects the number
        person = people.by_key(tx, "u-1")
        assert person
        tx.save(replace(person, phone="19911110043"))
    sunli.post(f"{path}/confirm", **hidden(page))
    assert "没有写入" in read(sunli, path)
    assert known(server_, "u-1").phone == "19911110043"


def test_who_lost_the_role_after_saying_yes_writes_nothing(new_server) -> None:  # type: ignore[no-untyped-def]
    server = new_server()
    desk = Desk(server).demo("sunli")
    path, _ = looked_at(desk, sheet("x-1,甲,,,"))
    with server.house.store.begin() as tx:
        key = int(path.rpartition("/")[2])
        secretary = people.by_key(tx, "sunli")
        assert secretary
        tx.connection.execute(update(roles).where(roles.c.person_id == secretary.id).values(until=clock()))
        tx.connection.execute(update(rosters).where(rosters.c.id == key).values(state=RosterState.CONFIRMED))
    for _ in range(100):
        with server.house.store.read() as tx:
            state = tx.rows(select(rosters.c.state).where(rosters.c.id == key))[0].state
        if state is not RosterState.CONFIRMED:
            break
        time.sleep(0.05)
    assert state is RosterState.STALE
    assert known(server, "x-1") is None


def test_a_restart_between_the_yes_and_the_writing_loses_nothing(new_server) -> None:  # type: ignore[no-untyped-def]
    server = new_server()
    desk = Desk(server).demo("sunli")
    path, page = looked_at(desk, sheet("y-1,甲,,,"))
    server.house.clerk.step = lambda: False  # type: ignore[method-assign]
    assert desk.post(f"{path}/confirm", **hidden(page)).status_code == 303
    assert known(server, "y-1") is None
    server.stop()
    server.start()
    assert "已经写入" in read(desk, path)
    assert known(server, "y-1") is not None
