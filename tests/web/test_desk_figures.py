"""Figures, report and wall screen: who sees which level, tables beside drawings, and nobody's name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from nlu.understand import Understanding
from tests.conftest import KEY
from tests.web.desk import Desk
from tests.web.desk_year import live_through
from tests.web.serving import Server

SHEETS = ("units", "responses", "trends", "places", "clusters")


@pytest.fixture(scope="module")
def lived(
    tmp_path_factory: pytest.TempPathFactory, demo_sqlite: Path, understanding: Understanding
) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("year") / "home", demo_sqlite, KEY, understanding)
    server.start()
    live_through(server)
    yield server
    server.stop()


def unit(server: Server, key: str) -> int:
    with server.house.store.read() as tx:
        known = server.house.conversation.community(tx)
    return next(one.id for one in known.units.values() if one.name == key)


def test_a_branch_sees_its_own_figures_with_their_definitions(lived: Server) -> None:
    page = Desk(lived).demo("sunli").get("/desk/figures?period=2026").text
    for shown in (
        "60",
        "件诉求，其中有效 60 件",
        "响应率",
        "解决率",
        "满意率",
        "24 小时内",
        "不满 5 件的不显示",
    ):
        assert shown in page


def test_the_community_goes_down_to_its_branches(lived: Server) -> None:
    desk = Desk(lived).demo("xujing")
    page = desk.get("/desk/figures?period=2026").text
    branch = unit(lived, "阳光花园网格党支部")
    assert f"/desk/figures?unit={branch}&amp;period=2026" in page
    assert "阳光社区" in desk.get(f"/desk/figures?unit={branch}&period=2026").text


@pytest.mark.parametrize(
    "path", ["/desk/figures", "/desk/report", *(f"/desk/figures/{s}.csv" for s in SHEETS)]
)
def test_nobody_sees_the_figures_of_another_branch_or_of_a_level_above(lived: Server, path: str) -> None:
    desk = Desk(lived).demo("guozhiyuan")
    for name in ("阳光花园网格党支部", "光明里街道"):
        assert desk.get(path, params={"unit": unit(lived, name)}).status_code == 404
    assert desk.get(path, params={"unit": 999_999}).status_code == 404
    assert Desk(lived).get(path).headers["location"] == "/desk/in"


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_chart_has_its_table_to_take_away(lived: Server, sheet: str) -> None:
    answer = Desk(lived).demo("sunli").get(f"/desk/figures/{sheet}.csv?period=2026")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert rows and all(len(row) == len(head) for row in rows)
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_the_spans_add_up_to_the_reports(lived: Server) -> None:
    text = (
        Desk(lived).demo("sunli").get("/desk/figures/responses.csv?period=2026").content.decode("utf-8-sig")
    )
    assert sum(int(row[1]) for row in list(csv.reader(io.StringIO(text)))[1:]) == 60


def test_nonsense_in_the_address_is_this_month(lived: Server) -> None:
    desk = Desk(lived).demo("sunli")
    for nonsense in ("2026-13", "x", "-1", "99999", "2026-", "２０２６"):
        assert desk.get("/desk/figures", params={"period": nonsense}).status_code == 200


def test_the_report_names_no_resident_and_no_words_of_theirs(lived: Server) -> None:
    page = Desk(lived).demo("sunli").get("/desk/report?period=2026").text
    assert "垃圾没人清" not in page
    assert not [name for name in ("王阿姨", "李奶奶", "小陈") if name in page]


def test_the_wall_is_for_everybody_and_tells_nobody(lived: Server) -> None:
    for path in ("/wall", "/wall/c-yangguang"):
        page = httpx.get(lived.url + path)
        assert page.status_code == 200
        assert "垃圾没人清" not in page.text
        assert "王阿姨" not in page.text
        assert "李明" not in page.text
        assert "wall.js" in page.text
    assert httpx.get(lived.url + "/wall/nowhere").status_code == 404
    assert httpx.post(lived.url + "/wall").status_code == 405
