"""民主评议 and 评星 at the desk: opened once, no count while it runs, published once and without sums."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from nlu.understand import Understanding
from storage import tables as t
from tests.conftest import KEY
from tests.web.desk import Desk
from tests.web.desk_tasks import BRANCH, COMMUNITY, person_id, unit_id, voted
from tests.web.desk_year import live_through
from tests.web.serving import Server

WORKERS = ("linxiao", "fangjie")


@pytest.fixture
def server(tmp_path: Path, demo_sqlite: Path, understanding: Understanding) -> Iterator[Server]:
    one = Server(tmp_path / "home", demo_sqlite, KEY, understanding)
    one.start()
    yield one
    one.stop()


@pytest.fixture
def xujing(server: Server) -> Desk:
    return Desk(server).demo("xujing")


def opening(server: Server, **more: object) -> dict[str, object]:
    people = [str(person_id(server, one)) for one in WORKERS]
    return {"unit": str(unit_id(server, COMMUNITY)), "kind": "workers", "person": people, "days": "7"} | more


def appraisals(server: Server) -> list[str]:
    with server.house.store.read() as tx:
        return [row.kind for row in tx.rows(select(t.appraisals.c.kind))]


def notices(server: Server) -> list[str]:
    with server.house.store.read() as tx:
        return [row.text for row in tx.rows(select(t.notices.c.text).order_by(t.notices.c.id))]


def yes(page: str) -> dict[str, str]:
    """What goes along with the yes of a preview."""
    form = page.split("</blockquote>", 1)[1].split("</form>", 1)[0]
    found = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    del found["csrf"]
    return found


def test_a_vote_is_seen_before_it_is_opened_and_opened_once(server: Server, xujing: Desk) -> None:
    seen = xujing.post("/desk/appraisals/open", **opening(server))
    assert "阳光社区2026年第4季度评议：方洁、林晓" in seen.text
    assert appraisals(server) == []
    assert xujing.post("/desk/appraisals/open", **opening(server, sure="yes")).status_code == 303
    assert xujing.post("/desk/appraisals/open", **opening(server, sure="yes")).status_code == 409
    assert appraisals(server) == ["workers"]
    page = xujing.get("/desk/appraisals").text
    assert "正在投票" in page
    assert "这一期已经开过" in page


def test_the_committees_are_appraised_by_the_year(server: Server, xujing: Desk) -> None:
    people = [str(person_id(server, one)) for one in ("xujing", "linxiao")]
    form = opening(server, kind="committee", person=people)
    assert "2026年度" in xujing.post("/desk/appraisals/open", **form).text
    assert xujing.post("/desk/appraisals/open", **form, sure="yes").status_code == 303
    assert appraisals(server) == ["committee"]


def test_what_is_missing_opens_nothing(server: Server, xujing: Desk) -> None:
    for more, status in (
        ({"person": []}, 409),
        ({"days": ""}, 409),
        ({"days": "61"}, 404),
        ({"kind": "x"}, 404),
        ({"person": [str(person_id(server, "wang-ayi"))]}, 404),
        ({"unit": str(unit_id(server, BRANCH))}, 404),
    ):
        form = opening(server, **more, sure="yes")
        assert xujing.post("/desk/appraisals/open", **form).status_code == status, more
    assert appraisals(server) == []


def test_while_it_runs_there_is_no_count(server: Server, xujing: Desk) -> None:
    key = voted(server, over=False)
    page = xujing.get("/desk/appraisals").text
    assert "正在投票" in page
    assert "人投了" not in page and "满意率" not in page
    early = xujing.post(f"/desk/appraisals/{key}/publish", sure="yes")
    assert (early.status_code, "还在投票" in early.text) == (409, True)
    assert notices(server) == []


def test_the_count_is_seen_and_published_once(server: Server, xujing: Desk) -> None:
    key = voted(server, over=True)
    assert "满意率 100%" in xujing.get("/desk/appraisals").text
    at = f"/desk/appraisals/{key}/publish"
    seen = xujing.post(at)
    assert "先看一遍" in seen.text
    assert notices(server) == []
    assert xujing.post(at, **yes(seen.text) | {"seen": "0"}).status_code == 409
    sent = xujing.post(at, **yes(seen.text))
    assert sent.headers["location"].startswith("/desk/notices?said=notice_")
    assert xujing.post(at, **yes(seen.text)).status_code == 409
    xujing.http.cookies.set("linli_lang", "en")
    assert xujing.post(at, **yes(seen.text)).status_code == 409
    assert len(notices(server)) == 1
    assert "满意率 100%" in notices(server)[0]
    assert "Published." in xujing.get("/desk/appraisals").text


def test_of_too_few_nothing_is_published(server: Server, xujing: Desk) -> None:
    key = voted(server, over=True, voters=("wang-ayi", "li-nainai"))
    assert "投票不满 5 人" in xujing.get("/desk/appraisals").text
    assert xujing.post(f"/desk/appraisals/{key}/publish", sure="yes").status_code == 404
    assert notices(server) == []


def test_others_neither_open_nor_see_nor_publish(server: Server, xujing: Desk) -> None:
    key = voted(server, over=True)
    branch, elsewhere, house = (Desk(server).demo(one) for one in ("sunli", "dengchao", "fengjie"))
    assert "评议由社区来开" in branch.get("/desk/appraisals").text
    assert house.get("/desk/appraisals").status_code == 404
    for desk in (branch, elsewhere):
        page = desk.get("/desk/appraisals").text
        assert f'id="appraisal-{key}"' not in page
        for address in ("/desk/appraisals/open", f"/desk/appraisals/{key}/publish"):
            assert desk.post(address, **opening(server, sure="yes")).status_code == 404
    assert xujing.http.post(f"/desk/appraisals/{key}/publish", data={"csrf": "x"}).status_code == 403
    assert xujing.post("/desk/appraisals/999/publish", sure="yes").status_code == 404
    assert notices(server) == []


# -- stars -----------------------------------------------------------------------------------------
def test_the_sums_are_for_the_desk_and_places_alone_are_published(server: Server, xujing: Desk) -> None:
    live_through(server, 90)
    with server.house.store.begin() as tx:
        tx.connection.execute(update(t.ratings).values(stars=5))
    page = xujing.get("/desk/appraisals/stars").text
    row = re.search(r'<th scope="row">李明</th><td class="n">(\d+)</td>', page)
    assert row and int(row[1]) > 20
    unit = str(unit_id(server, COMMUNITY))
    seen = xujing.post("/desk/appraisals/stars/publish", unit=unit, period="2026-Q3")
    assert "第1 李明" in seen.text
    assert notices(server) == []
    assert xujing.post("/desk/appraisals/stars/publish", **yes(seen.text)).status_code == 303
    assert xujing.post("/desk/appraisals/stars/publish", **yes(seen.text)).status_code == 409
    assert len(notices(server)) == 1
    assert "第1 李明" in notices(server)[0]
    assert f"{row[1]} 颗星" not in notices(server)[0]
    assert "已经公布" in xujing.get(f"/desk/appraisals/stars?unit={unit}&period=2026-Q3").text


def test_a_period_that_still_changes_is_not_shown(server: Server, xujing: Desk) -> None:
    for asked in ("2026-Q4", "2027", "2026", "x", "2026-Q9"):
        assert xujing.get(f"/desk/appraisals/stars?period={asked}").status_code == 200
        shown = xujing.read(f"/desk/appraisals/stars?period={asked}")
        assert "2026年第4季度" not in shown and "2027" not in shown
    assert xujing.get("/desk/appraisals/stars?period=2025").text.count("2025年度评星") == 1


def test_without_stars_nothing_is_published_and_other_units_are_not_found(
    server: Server, xujing: Desk
) -> None:
    unit = str(unit_id(server, COMMUNITY))
    assert xujing.post("/desk/appraisals/stars/publish", unit=unit, sure="yes").status_code == 404
    other = str(unit_id(server, BRANCH))
    assert xujing.get(f"/desk/appraisals/stars?unit={other}").status_code == 404
    assert Desk(server).demo("fengjie").get("/desk/appraisals/stars").status_code == 404
    assert notices(server) == []
