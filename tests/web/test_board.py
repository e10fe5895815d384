"""The public board: what everybody may see, and what nobody can."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from domain.case import Case, Status
from domain.people import Person
from domain.proposals import Ballot, Majority, Outcome, Proposal, Stage
from nlu.understand import Understanding
from storage import tables
from storage.store import Store
from tests.conftest import KEY, NOW
from tests.web.conftest import NewServer
from tests.web.serving import Page, Server

HOME, OTHER = "b-yangguanghuayuan", "b-cuizhuyaju"
SECRET = "王阿姨家302的灯，13800138000"
numbers = iter(range(1, 10_000))


def filed(store: Store, count: int, **more: Any) -> None:
    """Public cases of as many people at 阳光花园3栋, unless told otherwise."""
    with store.begin() as tx:
        units = dict(tx.rows(select(tables.units.c.key, tables.units.c.id)))
        lit = tables.places.c.key == "yangguanghuayuan-3-2"
        place = tx.rows(select(tables.places.c.id).where(lit))[0][0]
        for _ in range(count):
            number = next(numbers)
            person = tx.add(Person(name="保密者", phone="13900139000", created_at=NOW))
            given = {
                "number": number,
                "year": 2026,
                "community_id": units["c-yangguang"],
                "unit_id": units[HOME],
                "category": "repairs",
                "text": SECRET,
                "place_id": place,
                "place_text": "地下室暗门",
                "room": "302",
                "reporter_id": person.id,
                "beneficiary_id": person.id,
                "sign_by": NOW,
                "answer_by": NOW,
                "created_at": NOW - timedelta(days=2),
                "answer": "保密答复",
            } | more
            tx.add(Case(**given))


def closed(**more: Any) -> dict[str, Any]:
    return {"status": Status.CLOSED, "closed_at": NOW, "closed_how": "confirmed"} | more


def proposed(store: Store, votes: tuple[int, ...] = (), unit: str = HOME, **more: Any) -> None:
    """A proposal as it stands after so many votes for, against and neither."""
    with store.begin() as tx:
        units = dict(tx.rows(select(tables.units.c.key, tables.units.c.id)))
        person = tx.add(Person(name="保密者", created_at=NOW))
        given = {
            "unit_id": units[unit],
            "title": "车棚装门禁",
            "text": "晚上12点锁门，电话13800138000",
            "turnout": 50,
            "majority": Majority.HALF,
            "opened_by": person.id,
            "opened_at": NOW - timedelta(days=9),
            "talks_until": NOW - timedelta(days=6),
            "closes_at": NOW - timedelta(days=3),
            "eligible": 60,
        } | more
        proposal = tx.add(Proposal(**given))
        for ballot, count in zip(Ballot, votes, strict=False):
            row = {"proposal_id": proposal.id, "ballot": ballot, "count": count}
            tx.connection.execute(insert(tables.proposal_tallies), row)


def published(**more: Any) -> dict[str, Any]:
    stage = {"stage": Stage.PUBLISHED, "outcome": Outcome.ADOPTED, "published_at": NOW}
    return stage | {"promised_for": NOW + timedelta(days=20)} | more


@pytest.fixture
def board(new_server: NewServer) -> Server:
    return new_server()


@pytest.fixture(scope="module")
def hushed(
    tmp_path_factory: pytest.TempPathFactory, demo_sqlite: Path, understanding: Understanding
) -> Iterator[Server]:
    """A server on which nothing public is ever filed."""
    server = Server(tmp_path_factory.mktemp("board") / "home", demo_sqlite, KEY, understanding)
    server.start()
    yield server
    server.stop()


def cells(page: Page, table: str, key: str = HOME) -> dict[str, list[str]]:
    """A table's rows by their first cell, from its download."""
    answer = page.http.get(f"/board/{key}/{table}.csv", params={"lang": "zh_Hans"})
    assert answer.status_code == 200
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    return {row[0]: row[1:] for row in rows}


def without_digest(html: str) -> str:
    """The page without the digest in the addresses of its parts, in which any three digits may stand."""
    return re.sub(r"/static/\w+", "", html)


def test_the_board_counts_and_names_nobody(board: Server) -> None:
    filed(board.house.store, 12)
    filed(board.house.store, 7, **closed())
    page = board.client()
    html = page.http.get(f"/board/{HOME}", params={"lang": "zh_Hans"}).text
    assert "10 件以上" in html
    assert "阳光花园3号楼" in html or "阳光花园3栋" in html
    found = cells(page, "categories")
    assert found["公共设施"] == ["10", "5"]
    assert found["邻里噪声"] == ["少于5", "少于5"]
    tables_ = [cells(page, table) for table in ("categories", "months", "groups")]
    everything = without_digest(html) + str(tables_)
    for secret in ("保密", "302", "138", "139", "暗门", "灯", "2单元", SECRET):
        assert secret not in everything, secret


@pytest.mark.parametrize(
    "how",
    [
        {"private": True},
        {"urgent": True},
        {"anonymity": "all"},
        {"anonymity": "desk"},
        {"category": "danger"},
        {"category": "dispute"},
        {"category": "safety"},
        {"subject_unit_id": 1},
        {"kind": "wish"},
        {"kind": "inquiry"},
        {"status": Status.WITHDRAWN},
        {"status": Status.MERGED},
    ],
)
def test_what_is_not_public_leaves_no_trace(hushed: Server, how: dict[str, Any]) -> None:
    page = hushed.client()
    before = [cells(page, table) for table in ("categories", "months", "groups")]
    filed(hushed.house.store, 20, **how)
    hushed.app.state.board.forget()
    assert [cells(page, table) for table in ("categories", "months", "groups")] == before


def test_every_level_has_its_board_and_no_other_branchs_cases(board: Server) -> None:
    filed(board.house.store, 6)
    page = board.client()
    assert cells(page, "categories", HOME)["公共设施"] == ["5", "少于5"]
    assert cells(page, "categories", "c-yangguang")["公共设施"] == ["5", "少于5"]
    assert cells(page, "categories", OTHER)["公共设施"] == ["少于5", "少于5"]
    assert f"/board/{HOME}?" in page.http.get("/board/c-yangguang").text
    assert "/board/c-yangguang?" in page.http.get("/board").text


def test_what_went_up_stays_on_the_board_of_its_place(board: Server) -> None:
    with board.house.store.read() as tx:
        above = tx.rows(select(tables.units.c.id).where(tables.units.c.key == "subdistrict"))[0][0]
    filed(board.house.store, 6, unit_id=above)
    assert cells(board.client(), "categories", HOME)["公共设施"] == ["5", "少于5"]


@pytest.mark.parametrize(
    "path",
    ["/board/nothing", "/board/p-yangguanghuayuan", "/board/b-yangguanghuayuan/people.csv", "/board/%00"],
)
def test_what_has_no_board_is_not_found(page: Page, path: str) -> None:
    assert page.http.get(path).status_code == 404


@pytest.mark.parametrize(
    ("lang", "words"), [("zh_Hans", "少于5"), ("zh_Hant", "少於5"), ("en", "fewer than 5"), ("xx", "少于5")]
)
def test_the_board_speaks_three_languages(page: Page, lang: str, words: str) -> None:
    assert words in page.http.get("/board", params={"lang": lang}).text


def test_a_board_is_worked_out_once_in_five_minutes(board: Server) -> None:
    page = board.client()
    first = page.http.get("/board")
    assert first.headers["cache-control"] == "public, max-age=300"
    filed(board.house.store, 8)
    assert page.http.get("/board").text == first.text
    board.app.state.board.forget()
    assert page.http.get("/board").text != first.text


def test_a_page_shows_twenty_groups_and_the_download_all(board: Server) -> None:
    with board.house.store.read() as tx:
        found = tables.places.c
        keys = tx.rows(select(found.id).where(found.key.like("yangguanghuayuan-__-_")).limit(6))
        keys += tx.rows(select(found.id).where(found.key.like("yangguanghuayuan-_-1")).limit(9))
    for row in keys:
        for category in ("repairs", "noise"):
            filed(board.house.store, 5, category=category, place_id=row.id)
    html = board.client().http.get(f"/board/{HOME}", params={"lang": "zh_Hans"}).text
    rows = board.client().http.get(f"/board/{HOME}/groups.csv").text.strip().splitlines()
    assert len(rows) - 1 > 20
    assert html.count("<h3>") == 20
    assert f"另外 {len(rows) - 1 - 20} 处" in html


def test_a_board_needs_no_session_and_sets_none(page: Page) -> None:
    assert "set-cookie" not in page.http.get("/board").headers


def test_there_is_no_inline_script_or_style_on_the_board(board: Server) -> None:
    filed(board.house.store, 6)
    html = board.client().http.get(f"/board/{HOME}").text
    assert not re.search(r"<style|<script|\sstyle=|\son\w+=", html)


# -- decisions -------------------------------------------------------------------------------------
def test_decisions_stand_on_the_board_of_their_unit_and_of_those_above(board: Server) -> None:
    proposed(board.house.store, (21, 9, 6), **published())
    proposed(board.house.store, (), OTHER, title="换门", stage=Stage.WITHDRAWN, result="物业来换")
    page = board.client()
    assert set(cells(page, "decisions")) == {"谁议的", "阳光花园网格党支部"}
    assert cells(page, "decisions")["阳光花园网格党支部"][:7] == [
        "车棚装门禁", "通过", "60", "36", "21", "9", "6"
    ]  # fmt: skip
    assert len(cells(page, "decisions", OTHER)) == 2
    assert len(cells(page, "decisions", "subdistrict")) == 3
    html = page.http.get(f"/board/{HOME}", params={"lang": "zh_Hans"}).text
    assert "有票 60，投了 36：同意 21，反对 9，弃权 6" in html
    assert "138" not in without_digest(html) + str(cells(page, "decisions"))
    assert "保密" not in html
    for lang in ("zh_Hant", "en"):
        assert "车棚装门禁" in page.http.get(f"/board/{HOME}", params={"lang": lang}).text


def test_a_count_with_fewer_than_five_of_something_is_rounded(board: Server) -> None:
    proposed(board.house.store, (33, 4, 0), **published())
    told = cells(board.client(), "decisions")["阳光花园网格党支部"]
    assert told[3:7] == ["35 以上", "30 以上", "少于5", "少于5"]


@pytest.mark.parametrize("stage", [Stage.DELIBERATING, Stage.VOTING, Stage.COUNTED])
def test_before_it_is_published_no_count_and_no_outcome_is_told(board: Server, stage: Stage) -> None:
    outcome = Outcome.ADOPTED if stage is Stage.COUNTED else Outcome.NONE
    proposed(board.house.store, (30, 20, 10), stage=stage, outcome=outcome)
    told = cells(board.client(), "decisions")["阳光花园网格党支部"]
    assert told[3:7] == ["", "", "", ""]
    assert "通过" not in told[1]


def test_a_formula_in_a_decision_is_text(board: Server) -> None:
    proposed(board.house.store, (21, 9, 6), **published(title="=1+1"))
    assert cells(board.client(), "decisions")["阳光花园网格党支部"][0] == "'=1+1"
