"""回访 at the desk: seen by who had no hand in it, given or gone to once, told once, late ones marked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.case import Case, Status
from domain.ratings import Outcome
from nlu.understand import Understanding
from storage import tables as t
from tests.acting import at_once
from tests.conftest import KEY
from tests.web.desk import Desk
from tests.web.desk_tasks import also_member, low_stars, person_id, waited
from tests.web.serving import Server


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, demo_sqlite: Path, understanding: Understanding
) -> Iterator[Server]:
    one = Server(tmp_path_factory.mktemp("visits") / "home", demo_sqlite, KEY, understanding)
    one.start()
    also_member(one, "hejun")
    yield one
    one.stop()


@pytest.fixture
def sunli(server: Server) -> Desk:
    return Desk(server).demo("sunli")


def outcome(server: Server, task: int) -> str:
    with server.house.store.read() as tx:
        mine = t.return_visits.c.task_id == task
        return str(tx.rows(select(t.return_visits.c.outcome).where(mine))[0][0])


def holders(server: Server, task: int) -> list[int]:
    with server.house.store.read() as tx:
        mine = (t.claims.c.task_id == task, t.claims.c.state == "held")
        return [row[0] for row in tx.rows(select(t.claims.c.person_id).where(*mine))]


def case_of(server: Server, task: int) -> Case:
    with server.house.store.read() as tx:
        rating = tx.rows(select(t.tasks.c.rating_id).where(t.tasks.c.id == task))[0][0]
        served = tx.rows(select(t.ratings.c.task_id).where(t.ratings.c.id == rating))[0][0]
        case = tx.get(Case, tx.rows(select(t.tasks.c.case_id).where(t.tasks.c.id == served))[0][0])
    assert case
    return case


def test_what_waits_is_listed_without_a_name_and_late_ones_are_marked(server: Server, sunli: Desk) -> None:
    task = low_stars(server, "回访甲", words="一闪一闪")
    page = sunli.get("/desk/visits").text
    assert "一闪一闪" in page
    assert "王阿姨" not in page and "李明" not in page.split(f'id="visit-{task}"')[1].split("</article>")[0]
    assert "等回访" in sunli.get("/desk").text
    mine = page.split(f'id="visit-{task}"')[1].split("</article>")[0]
    assert "过了三个工作日" not in mine
    waited(server, task)
    mine = sunli.get("/desk/visits").text.split(f'id="visit-{task}"')[1].split("</article>")[0]
    assert "过了三个工作日" in mine


def test_who_did_the_work_learns_nothing_of_it(server: Server, sunli: Desk) -> None:
    task = low_stars(server, "何军修的灯", handler="hejun", words="何军装歪了")
    hejun = Desk(server).demo("hejun")
    for page in ("/desk", "/desk/visits", "/desk/mine"):
        assert "何军装歪了" not in hejun.get(page).text
        assert f"/{task}/" not in hejun.get(page).text
    for deed in ("go", "give", "tell", "show"):
        form = {"member": str(person_id(server, "liming")), "outcome": "settled", "text": "x"}
        assert hejun.post(f"/desk/visits/{task}/{deed}", **form).status_code == 404, deed
    assert hejun.post(f"/desk/task/{task}/claim").status_code == 404
    page = sunli.get("/desk/visits").text
    assert "何军装歪了" in page
    own = page.split(f'id="visit-{task}"')[1].split("</article>")[0]
    assert "何军" not in own.replace("何军装歪了", "").replace("何军修的灯", "")
    refused = sunli.post(f"/desk/visits/{task}/give", member=str(person_id(server, "hejun")))
    assert refused.status_code == 404
    assert holders(server, task) == []


def test_somebody_is_asked_to_go_once(server: Server, sunli: Desk) -> None:
    task, zhao = low_stars(server, "回访乙"), person_id(server, "zhaoqiang")
    assert sunli.post(f"/desk/visits/{task}/give", member="").status_code == 409
    assert sunli.post(f"/desk/visits/{task}/give", member=str(zhao)).status_code == 303
    assert sunli.post(f"/desk/visits/{task}/give", member=str(zhao)).status_code == 409
    assert holders(server, task) == [zhao]
    page = sunli.get("/desk/visits").text.split(f'id="visit-{task}"')[1].split("</article>")[0]
    assert "谁去：赵强" in page
    assert "我去回访" not in page
    outdated = sunli.post(f"/desk/visits/{task}/go")
    assert (outdated.status_code, "已经办过了" in outdated.text) == (409, True)
    assert holders(server, task) == [zhao]


def test_they_go_themselves_and_it_is_settled(server: Server, sunli: Desk) -> None:
    task = low_stars(server, "回访丙")
    form = {"csrf": sunli.csrf()}
    found = at_once([lambda: sunli.http.post(f"/desk/visits/{task}/go", data=form).status_code] * 3)
    assert sorted(found) == [303, 409, 409]
    assert holders(server, task) == [person_id(server, "sunli")]
    page = sunli.get("/desk/visits").text
    assert "王**" in page
    assert "王阿姨" not in page
    assert "王阿姨" in sunli.post(f"/desk/visits/{task}/show").text
    tell = f"/desk/visits/{task}/tell"
    assert sunli.post(tell, outcome="", text="x").status_code == 409
    assert sunli.post(tell, outcome="settled", text=" ").status_code == 409
    assert sunli.post(f"/desk/task/{task}/finish", text="x").status_code == 404
    assert sunli.post(tell, outcome="settled", text="换了一个新灯罩").status_code == 303
    assert sunli.post(tell, outcome="settled", text="换了一个新灯罩").status_code == 409
    assert outcome(server, task) == Outcome.SETTLED
    assert f'id="visit-{task}"' not in sunli.get("/desk/visits").text


def test_what_is_not_solved_goes_one_level_up(server: Server, sunli: Desk) -> None:
    task = low_stars(server, "回访丁")
    before = case_of(server, task)
    sunli.post(f"/desk/visits/{task}/go")
    told = sunli.post(f"/desk/visits/{task}/tell", outcome="reopened", text="还是闪")
    assert told.headers["location"] == "/desk/visits?said=visit_reopened"
    after = case_of(server, task)
    assert after.status is Status.OPEN
    assert after.unit_id != before.unit_id
    assert outcome(server, task) == Outcome.REOPENED


def test_it_can_be_given_back(server: Server, sunli: Desk) -> None:
    task = low_stars(server, "回访戊")
    sunli.post(f"/desk/visits/{task}/go")
    assert sunli.post(f"/desk/task/{task}/give_back", reason="去外地").status_code == 303
    assert holders(server, task) == []
    assert "我去回访" in sunli.get("/desk/visits").text


def test_another_branch_finds_no_visit(server: Server, sunli: Desk) -> None:
    task = low_stars(server, "回访己", words="别处看不到")
    other = Desk(server).demo("guozhiyuan")
    assert "别处看不到" not in other.get("/desk/visits").text
    for deed in ("go", "give", "tell", "show"):
        form = {"member": str(person_id(server, "linfeng")), "outcome": "settled", "text": "x"}
        assert other.post(f"/desk/visits/{task}/{deed}", **form).status_code == 404, deed
    assert sunli.http.post(f"/desk/visits/{task}/go", data={"csrf": "x"}).status_code == 403
    assert sunli.post("/desk/visits/99999/go").status_code == 404
    assert holders(server, task) == []


def test_the_community_above_may_send_somebody(server: Server) -> None:
    task = low_stars(server, "回访庚")
    above = Desk(server).demo("xujing")
    assert f'id="visit-{task}"' in above.get("/desk/visits").text
    assert (
        above.post(f"/desk/visits/{task}/give", member=str(person_id(server, "zhaoqiang"))).status_code == 303
    )
