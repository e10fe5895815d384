"""Claiming at the desk: taken once, told how it goes, given back, handed over when the other accepts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from domain.case import Case, Status
from nlu.understand import Understanding
from storage import tables as t
from tests.acting import at_once
from tests.conftest import KEY
from tests.web.desk import Desk
from tests.web.desk_tasks import also_member, file, person_id, task_of, unheard, unit_id
from tests.web.serving import Server


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, demo_sqlite: Path, understanding: Understanding
) -> Iterator[Server]:
    one = Server(tmp_path_factory.mktemp("tasks") / "home", demo_sqlite, KEY, understanding)
    one.start()
    also_member(one, "hejun")
    yield one
    one.stop()


@pytest.fixture
def sunli(server: Server) -> Desk:
    return Desk(server).demo("sunli")


def now(server: Server, case: Case) -> Case:
    with server.house.store.read() as tx:
        found = tx.get(Case, case.id)
    assert found
    return found


def count(server: Server, kind: str, task: int) -> int:
    """How often this happened to a task, or to its case."""
    with server.house.store.read() as tx:
        case = tx.rows(select(t.tasks.c.case_id).where(t.tasks.c.id == task))[0][0]
        mine = ((t.events.c.subject == "task") & (t.events.c.subject_id == task)) | (
            (t.events.c.subject == "case") & (t.events.c.subject_id == (case or 0))
        )
        return int(tx.rows(select(func.count()).where(mine, t.events.c.kind == kind))[0][0])


def test_a_case_is_taken_from_the_panel_once(server: Server, sunli: Desk) -> None:
    case = file(server, "楼道灯坏了甲")
    assert "我来办" in sunli.get(f"/desk/case/{case.id}").text
    taken = sunli.post(f"/desk/case/{case.id}/claim")
    assert taken.headers["location"] == f"/desk/case/{case.id}?said=claim"
    assert "这一件由您办了。" in sunli.get(taken.headers["location"]).text
    again = sunli.post(f"/desk/case/{case.id}/claim")
    assert (again.status_code, "不用再点" in again.text) == (409, True)
    other = Desk(server).demo("hejun").post(f"/desk/case/{case.id}/claim")
    assert (other.status_code, "已经由孙丽接了" in other.text) == (409, True)
    assert now(server, case).owner_id == person_id(server, "sunli")
    assert count(server, "task_claimed", task_of(server, case.id)) == 1


def test_two_presses_at_the_same_moment_are_one_act(server: Server, sunli: Desk) -> None:
    case = file(server, "楼道灯坏了乙")
    form = {"csrf": sunli.csrf()}
    address = f"/desk/case/{case.id}/claim"
    found = at_once([lambda: sunli.http.post(address, data=form).status_code for _ in range(4)])
    assert sorted(found) == [303, 409, 409, 409]
    assert count(server, "task_claimed", task_of(server, case.id)) == 1


def test_a_private_case_is_taken_by_its_own_desk_and_no_other(server: Server, sunli: Desk) -> None:
    case = file(server, "老公打人", category="dispute", private=True)
    assert Desk(server).demo("xujing").post(f"/desk/case/{case.id}/claim").status_code == 404
    assert sunli.post(f"/desk/case/{case.id}/claim").status_code == 303
    assert now(server, case).owner_id == person_id(server, "sunli")


def test_how_it_goes_is_told_once_and_it_goes_back(server: Server, sunli: Desk) -> None:
    case = file(server, "楼道灯坏了丙")
    task, at = task_of(server, case.id), f"/desk/case/{case.id}"
    assert sunli.post(f"{at}/progress", text="在路上").status_code == 404
    sunli.post(f"{at}/claim")
    assert sunli.post(f"{at}/progress", text="灯管到了").status_code == 303
    assert sunli.post(f"{at}/progress", text="灯管到了").status_code == 409
    assert sunli.post(f"{at}/progress", text=" ").status_code == 409
    assert count(server, "task_progress", task) == 1
    assert "灯管到了" in sunli.get(at).text
    assert sunli.post(f"{at}/give_back", reason="").status_code == 409
    assert sunli.post(f"{at}/give_back", reason="要出差").status_code == 303
    outdated = sunli.post(f"{at}/give_back", reason="要出差")
    assert (outdated.status_code, "这一步做不了" in outdated.text) == (409, True)
    assert now(server, case).owner_id is None


def test_a_hand_over_counts_when_the_other_accepts(server: Server, sunli: Desk) -> None:
    case, hejun = file(server, "楼道灯坏了丁"), person_id(server, "hejun")
    at = f"/desk/case/{case.id}"
    sunli.post(f"{at}/claim")
    stranger = str(person_id(server, "linfeng"))
    assert sunli.post(f"{at}/hand_over", member=stranger).status_code == 404
    assert sunli.post(f"{at}/hand_over", member="").status_code == 409
    assert sunli.post(f"{at}/hand_over", member=str(hejun)).status_code == 303
    assert sunli.post(f"{at}/hand_over", member=str(hejun)).status_code == 409
    assert count(server, "hand_over_offered", task_of(server, case.id)) == 1
    assert "已请何军接手" in sunli.get(at).text
    assert now(server, case).owner_id == person_id(server, "sunli")
    other = Desk(server).demo("hejun")
    offer = re.search(r'action="(/desk/hand-over/\d+)"', other.get("/desk").text)
    assert offer
    assert offer[1] in other.get("/desk/mine").text
    assert offer[1] not in sunli.get("/desk").text
    assert sunli.post(offer[1], accept="yes").status_code == 404
    assert other.post(offer[1], accept="yes").status_code == 303
    assert other.post(offer[1], accept="yes").status_code == 409
    assert now(server, case).owner_id == hejun


def test_a_hand_over_that_is_declined_changes_nothing(server: Server, sunli: Desk) -> None:
    case = file(server, "楼道灯坏了戊")
    sunli.post(f"/desk/case/{case.id}/claim")
    sunli.post(f"/desk/case/{case.id}/hand_over", member=str(person_id(server, "hejun")))
    other = Desk(server).demo("hejun")
    offer = re.findall(r'action="(/desk/hand-over/\d+)"', other.get("/desk/mine").text)[-1]
    assert other.post(offer, accept="no").headers["location"].endswith("said=not_taken_over")
    assert other.post(offer, accept="yes").status_code == 409
    assert now(server, case).owner_id == person_id(server, "sunli")


def test_what_they_hold_is_finished_from_the_list(server: Server, sunli: Desk) -> None:
    case = file(server, "楼道灯坏了己")
    task = task_of(server, case.id)
    assert sunli.post(f"/desk/task/{task}/finish", text="好了").status_code == 404
    sunli.post(f"/desk/case/{case.id}/claim")
    assert f'id="task-{task}"' in sunli.get("/desk/mine").text
    assert sunli.post(f"/desk/task/{task}/finish", text="换好了").status_code == 303
    assert sunli.post(f"/desk/task/{task}/finish", text="换好了").status_code == 409
    assert now(server, case).status is Status.ANSWERED
    assert f'id="task-{task}"' not in sunli.get("/desk/mine").text


def test_an_answer_is_told_at_the_door(server: Server, sunli: Desk) -> None:
    task = unheard(server, "楼道灯坏了庚")
    assert f"/desk/task/{task}/claim" in sunli.get("/desk/mine").text
    assert sunli.post(f"/desk/task/{task}/show").status_code == 404
    assert sunli.post(f"/desk/task/{task}/claim").status_code == 303
    page = sunli.get("/desk/mine").text
    assert "灯换好了" in page
    assert "陈婆婆" not in page
    assert "陈婆婆" in sunli.post(f"/desk/task/{task}/show").text
    with server.house.store.read() as tx:
        case = tx.rows(select(t.tasks.c.visits_case_id).where(t.tasks.c.id == task))[0][0]
        mine = (t.events.c.subject_id == case, t.events.c.subject == "case", t.events.c.kind == "name_read")
        assert len(tx.rows(select(t.events.c.id).where(*mine))) == 1
    assert sunli.post(f"/desk/task/{task}/tell", said="", text="在家").status_code == 409
    assert sunli.post(f"/desk/task/{task}/finish", text="在家").status_code == 404
    assert sunli.post(f"/desk/task/{task}/tell", said="solved", text="在家").status_code == 303
    assert sunli.post(f"/desk/task/{task}/tell", said="solved", text="在家").status_code == 409
    with server.house.store.read() as tx:
        found = tx.get(Case, case)
    assert found and found.status is Status.CLOSED


@pytest.mark.parametrize("deed", ["claim", "progress", "give_back", "hand_over", "finish", "tell", "show"])
def test_another_branch_can_do_nothing_to_a_task(server: Server, sunli: Desk, deed: str) -> None:
    case = file(server, f"别处的灯{deed}")
    task = task_of(server, case.id)
    other = Desk(server).demo("guozhiyuan")
    form = {"text": "x", "reason": "x", "said": "solved", "member": str(person_id(server, "linfeng"))}
    for held in (False, True):
        if held:
            sunli.post(f"/desk/case/{case.id}/claim")
        assert other.post(f"/desk/task/{task}/{deed}", **form).status_code == 404
        assert other.post(f"/desk/case/{case.id}/{deed}", **form).status_code == 404
    assert now(server, case).owner_id == person_id(server, "sunli")
    assert sunli.post("/desk/task/999999/claim").status_code == 404
    assert sunli.post(f"/desk/task/{task}/nonsense").status_code == 404


def test_without_the_forms_token_nothing_is_taken(server: Server, sunli: Desk) -> None:
    case = file(server, "楼道灯坏了辛")
    for address in (f"/desk/case/{case.id}/claim", f"/desk/task/{task_of(server, case.id)}/claim"):
        assert sunli.http.post(address, data={"csrf": "0" * 40}).status_code == 403
        assert sunli.http.post(address, data={}).status_code == 403
    assert now(server, case).owner_id is None


def test_after_signing_out_the_open_form_leads_to_the_door(server: Server) -> None:
    desk, case = Desk(server).demo("sunli"), file(server, "楼道灯坏了壬")
    form, cookie = {"csrf": desk.csrf()}, dict(desk.http.cookies)
    desk.http.post("/desk/out")
    for name, value in cookie.items():  # the cookie of before, as a copy somewhere would have it
        desk.http.cookies.set(name, value)
    for address in (f"/desk/case/{case.id}/claim", "/desk/task/1/claim", "/desk/visits/1/go"):
        assert desk.http.post(address, data=form).headers["location"] == "/desk/in"
    for address in ("/desk/mine", "/desk/visits", "/desk/appraisals", "/desk/appraisals/stars"):
        assert desk.get(address).headers["location"] == "/desk/in"
    assert now(server, case).owner_id is None


# -- not ours --------------------------------------------------------------------------------------
def test_of_a_confidential_case_others_read_what_the_desk_has_seen(server: Server, sunli: Desk) -> None:
    case = file(server, "我是502的王阿姨，楼上漏水", anonymity="desk")
    at, form = f"/desk/case/{case.id}/not_ours", {"responsible": "物业", "reason": "是物业的管道"}
    page = sunli.get(f"/desk/case/{case.id}").text
    shown = re.search(r'action="[^"]*/not_ours".*?<textarea name="shared"[^>]*>([^<]*)<', page, re.DOTALL)
    assert shown and "王阿姨" not in shown[1] and "502" not in shown[1]
    assert sunli.post(at, **form).status_code == 409
    assert now(server, case).passed_on_at is None
    assert sunli.post(at, **form, shared=shown[1]).status_code == 303
    assert sunli.post(at, **form, shared=shown[1]).status_code == 409
    assert now(server, case).shared == shown[1]


def test_a_question_pressed_twice_is_asked_once(server: Server, sunli: Desk) -> None:
    case = file(server, "楼道灯坏了癸")
    assert sunli.post(f"/desk/case/{case.id}/ask", text="哪一层？").status_code == 303
    assert sunli.post(f"/desk/case/{case.id}/ask", text="哪一层？").status_code == 409
    assert count(server, "case_question", task_of(server, case.id)) == 1


def test_a_word_goes_to_whoever_holds_it_and_stands_in_its_history(server: Server, sunli: Desk) -> None:
    case = file(server, "楼道灯坏了丑")
    at = f"/desk/case/{case.id}"
    assert "对接单人说" not in sunli.get(at).text
    assert sunli.post(f"{at}/word", text="今晚去看看").status_code == 409  # nobody has it
    sunli.post(f"{at}/assign", member=str(person_id(server, "liming")))
    assert "对接单人说" in sunli.get(at).text
    assert sunli.post(f"{at}/word", text=" ").status_code == 409
    assert Desk(server).demo("guozhiyuan").post(f"{at}/word", text="今晚去看看").status_code == 404
    assert sunli.post(f"{at}/word", text="今晚去看看").status_code == 303
    assert sunli.post(f"{at}/word", text="今晚去看看").status_code == 409
    assert "今晚去看看" in sunli.get(at).text


def test_another_unit_is_asked_once(server: Server, sunli: Desk) -> None:
    case, other = file(server, "楼道灯坏了子"), str(unit_id(server, "b-cuizhuyaju"))
    sunli.post(f"/desk/case/{case.id}/claim")
    form = {"unit": other, "reason": "在你们那边"}
    assert sunli.post(f"/desk/case/{case.id}/transfer", **form).status_code == 303
    assert sunli.post(f"/desk/case/{case.id}/transfer", **form).status_code == 409
    assert count(server, "transfer_offered", task_of(server, case.id)) == 1
    assert "还没回话" not in sunli.get(f"/desk/case/{case.id}").text
