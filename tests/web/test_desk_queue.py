"""The queue at the desk: what it shows to whom, what its forms do, and that refusals look as in chat."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from domain.case import Case, Status
from nlu.understand import Understanding
from storage import people
from storage.tables import cases, events, places
from tests.acting import at_once
from tests.conftest import KEY
from tests.web.desk import Desk
from tests.web.serving import Server, clock

LIFT, LIGHT, NOISE = 1, 2, 3


@pytest.fixture(scope="module")
def filed(
    tmp_path_factory: pytest.TempPathFactory, demo_sqlite: Path, understanding: Understanding
) -> Iterator[Server]:
    """One server whose sunny garden has some cases; each test leaves the ones it uses to itself."""
    server = Server(tmp_path_factory.mktemp("desk") / "home", demo_sqlite, KEY, understanding)
    server.start()
    server.client().be("wang-ayi")  # messages reach her, so nobody needs her number
    yield server
    server.stop()


@pytest.fixture
def case(filed: Server) -> Case:
    """A fresh case of 王阿姨 in the branch of 孙丽."""
    return file(filed, "3栋2单元楼道灯不亮")


def file(server: Server, text: str, **more: Any) -> Case:
    with server.house.store.begin() as tx:
        from actions import cases as actions
        from domain.access import Actor

        person = people.by_key(tx, "wang-ayi")
        community = server.house.conversation.community(tx)
        home = server.house.store and person and person.home_place_id
        from storage import community as place_rows

        assert person
        by = Actor(person=person, community=community)
        told = {"category": "repairs", "place": place_rows.place(tx, home)} | more
        return actions.report(tx, by, text=text, now=clock(), **told)


def now(server: Server, case: Case) -> Case:
    with server.house.store.read() as tx:
        found = tx.get(Case, case.id)
    assert found
    return found


def member(server: Server, key: str) -> int:
    with server.house.store.read() as tx:
        person = people.by_key(tx, key)
    assert person
    return person.id


def kinds(server: Server, case: Case) -> list[str]:
    with server.house.store.read() as tx:
        mine = (events.c.subject == "case", events.c.subject_id == case.id)
        return [row.kind for row in tx.rows(select(events.c.kind).where(*mine).order_by(events.c.id))]


@pytest.fixture
def sunli(filed: Server) -> Desk:
    return Desk(filed).demo("sunli")


# -- looking ---------------------------------------------------------------------------------------
def test_the_queue_shows_a_case_without_the_residents_name(sunli: Desk, case: Case) -> None:
    page = sunli.get("/desk").text
    assert "3栋2单元楼道灯不亮" in page
    assert "王阿姨" not in page
    panel = sunli.get(f"/desk/case/{case.id}").text
    assert "王**" in panel
    assert "王阿姨" not in panel


def test_another_branch_sees_neither_row_nor_case(filed: Server, case: Case) -> None:
    other = Desk(filed).demo("guozhiyuan")
    assert "3栋2单元楼道灯不亮" not in other.get("/desk").text
    theirs, unknown = other.get(f"/desk/case/{case.id}"), other.get("/desk/case/999999")
    assert theirs.status_code == unknown.status_code == 404
    assert theirs.text == unknown.text.replace("999999", str(case.id))


@pytest.mark.parametrize("deed", ["answer", "sign", "assign", "escalate", "supervise", "contact", "category"])
def test_another_branch_can_do_nothing_to_it(filed: Server, case: Case, deed: str) -> None:
    other, before = Desk(filed).demo("guozhiyuan"), now(filed, case)
    form = {"text": "好了", "reason": "试试", "member": "1", "span": "24h", "category": "lift"}
    assert other.post(f"/desk/case/{case.id}/{deed}", **form).status_code == 404
    assert other.post("/desk/assign", case=str(case.id), member="1").status_code == 404
    assert now(filed, case) == before


def test_the_community_above_sees_it(filed: Server, case: Case) -> None:
    assert Desk(filed).demo("xujing").get(f"/desk/case/{case.id}").status_code == 200


def test_a_private_case_is_for_its_own_branch_alone(filed: Server, sunli: Desk) -> None:
    hidden = file(filed, "老公打人", category="dispute", private=True)
    assert sunli.get(f"/desk/case/{hidden.id}").status_code == 200
    assert Desk(filed).demo("xujing").get(f"/desk/case/{hidden.id}").status_code == 404


def test_words_of_residents_are_never_markup(filed: Server, sunli: Desk) -> None:
    evil = file(filed, "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>")
    for path in ("/desk", f"/desk/case/{evil.id}", "/desk?words=<script>"):
        page = sunli.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize(("theirs", "typed"), [("CG-2026/87", "cg-2026/87"), ("900123", "900123")])
def test_a_case_is_found_by_the_number_others_have_for_it(
    filed: Server, sunli: Desk, theirs: str, typed: str
) -> None:
    mine = file(filed, f"转出去的一件{theirs[:2]}")
    with filed.house.store.begin() as tx:
        tx.save(replace(mine, external_number=theirs, responsible=""))
    assert mine.text in sunli.get("/desk", params={"words": typed}).text
    assert theirs in sunli.get(f"/desk/case/{mine.id}").text
    assert mine.text not in Desk(filed).demo("guozhiyuan").get("/desk", params={"words": typed}).text


def test_filters_narrow_and_find_literally(filed: Server, sunli: Desk) -> None:
    file(filed, "100%_坏了的门", category="lift")
    assert "100%_坏了的门" in sunli.get("/desk", params={"words": "%_坏"}).text
    assert "100%_坏了的门" not in sunli.get("/desk", params={"words": "%门%"}).text
    assert "100%_坏了的门" in sunli.get("/desk", params={"category": "lift"}).text
    assert "100%_坏了的门" not in sunli.get("/desk", params={"category": "noise"}).text
    for nonsense in (
        "part=x",
        "place=abc",
        "after=1_x_y",
        "after=0_nan_1",
        "unit=-1",
        "owner=9e9",
        "words=%00",
    ):
        assert sunli.get(f"/desk?{nonsense}").status_code == 200


def test_pages_follow_each_other_without_gap_or_repeat(new_server: Any) -> None:
    server = new_server()
    many(server, 130)
    sunli, path, seen = Desk(server).demo("sunli"), "/desk", []
    while path:
        page = sunli.get(path).text
        seen += re.findall(r'data-case="(\d+)"', page)
        onward = re.search(r'class="more"><a class="choice" href="([^"]+)"', page)
        path = onward[1].replace("&amp;", "&") if onward else ""
    assert len(seen) == len(set(seen)) == 130


def many(server: Server, count: int) -> None:
    """So many cases at once, some urgent, some due in the same moment."""
    first = file(server, "批量")
    with server.house.store.begin() as tx:
        made = [
            tx.row(
                replace(
                    first,
                    number=first.number + n,
                    text=f"第{n}件",
                    urgent=n % 9 == 0,
                    answer_by=clock() + timedelta(minutes=n // 3),
                    version=0,
                )
            )
            for n in range(1, count)
        ]
        for row in made:
            del row["id"]
        tx.connection.execute(cases.insert(), made)


def test_the_rows_come_again_only_when_something_changed(filed: Server, sunli: Desk, case: Case) -> None:
    again = re.search(r'hx-get="(/desk/rows[^"]+)"', sunli.get("/desk").text)
    assert again
    path = again[1].replace("&amp;", "&")
    assert sunli.get(path, headers={"HX-Request": "true"}).status_code == 204
    sunli.post(f"/desk/case/{case.id}/sign")
    assert sunli.get(path, headers={"HX-Request": "true"}).status_code == 200


# -- acting ----------------------------------------------------------------------------------------
def test_an_answer_reaches_the_resident(filed: Server, sunli: Desk, case: Case) -> None:
    resident = filed.client()
    resident.be("wang-ayi")
    resident.say("你好")
    answer = sunli.post(f"/desk/case/{case.id}/answer", text="灯换好了")
    assert answer.headers["location"] == f"/desk/case/{case.id}?said=answer"
    assert now(filed, case).status is Status.ANSWERED
    for _ in range(50):
        if "灯换好了" in str(resident.messages()):
            return
        time.sleep(0.1)
    raise AssertionError("the answer did not come")


def test_the_same_form_twice_is_one_act(filed: Server, sunli: Desk, case: Case) -> None:
    assert sunli.post(f"/desk/case/{case.id}/answer", text="好了").status_code == 303
    again = sunli.post(f"/desk/case/{case.id}/answer", text="好了")
    assert again.status_code == 409
    assert kinds(filed, case).count("case_answered") == 1


def test_what_is_missing_is_asked_for_and_nothing_happens(filed: Server, sunli: Desk, case: Case) -> None:
    before = now(filed, case)
    for deed in ("answer", "ask", "escalate", "not_ours", "supervise"):
        assert sunli.post(f"/desk/case/{case.id}/{deed}", text="  ").status_code in (404, 409)
    assert now(filed, case) == before


def test_every_step_of_a_case(filed: Server, sunli: Desk, case: Case) -> None:
    liming = str(member(filed, "liming"))
    steps: list[tuple[str, dict[str, str]]] = [
        ("sign", {}),
        ("category", {"category": "sanitation"}),
        ("assign", {"member": liming}),
        ("ask", {"text": "哪一层？"}),
        ("not_ours", {"responsible": "供电所", "reason": "是他们的灯", "outside": "A-1"}),
    ]
    for deed, form in steps:
        assert sunli.post(f"/desk/case/{case.id}/{deed}", **form).status_code == 303, deed
    above = Desk(filed).demo("xujing")
    supervised = above.post(f"/desk/case/{case.id}/supervise", span="24h", reason="居民着急")
    assert supervised.status_code == 303
    number = re.search(r'name="supervision" value="(\d+)"', sunli.get(f"/desk/case/{case.id}").text)
    assert number
    told = sunli.post(f"/desk/case/{case.id}/answer_supervision", supervision=number[1], text="明天修")
    assert told.status_code == 303
    assert above.post(f"/desk/case/{case.id}/lift", supervision=number[1]).status_code == 303
    moved = sunli.post(f"/desk/case/{case.id}/escalate", reason="办不了")
    assert moved.headers["location"] == "/desk?said=escalate"
    assert sunli.get(f"/desk/case/{case.id}").status_code == 404
    assert "supervision_lifted" in kinds(filed, case)


def test_a_secretary_does_not_supervise_their_own_queue(sunli: Desk, case: Case) -> None:
    assert sunli.post(f"/desk/case/{case.id}/supervise", span="24h", reason="看看").status_code == 404


def test_a_transfer_is_offered_and_taken_at_the_other_desk(filed: Server, sunli: Desk, case: Case) -> None:
    page = sunli.get(f"/desk/case/{case.id}").text
    other = re.search(r'<option value="(\d+)">翠竹雅居网格党支部', page)
    assert other
    quiet = re.search(r'data-stamp="(\w+)"', sunli.get("/desk").text)
    assert sunli.post(f"/desk/case/{case.id}/transfer", unit=other[1], reason="在你们那边").status_code == 303
    assert "已请翠竹雅居网格党支部接手" in sunli.get(f"/desk/case/{case.id}").text
    again = sunli.post(f"/desk/case/{case.id}/transfer", unit=other[1], reason="在你们那边")
    assert (again.status_code, 'value="在你们那边"' in again.text) == (409, True)
    assert quiet and sunli.get("/desk/rows", params={"stamp": quiet[1]}).status_code == 200
    row = re.search(rf'<li class="row[^"]*" data-case="{case.id}">.*?</li>', sunli.get("/desk").text, re.S)
    assert row and "已请对方接" in row[0]
    guo = Desk(filed).demo("guozhiyuan")
    offer = re.search(r'action="(/desk/offer/\d+)"', guo.get("/desk").text)
    assert offer
    assert sunli.post(offer[1], accept="yes").status_code == 404
    assert guo.post(offer[1], accept="yes").headers["location"] == f"/desk/case/{case.id}?said=accepted"
    assert sunli.get(f"/desk/case/{case.id}").status_code == 404


def test_two_cases_become_one_and_part_again(filed: Server, sunli: Desk, case: Case) -> None:
    twin = file(filed, "3栋2单元的灯还是不亮")
    merged = sunli.post(f"/desk/case/{twin.id}/merge", into=str(case.id))
    assert merged.status_code == 303
    assert now(filed, twin).status is Status.MERGED
    assert sunli.post(f"/desk/case/{case.id}/unmerge", other=str(twin.id)).status_code == 303
    assert now(filed, twin).status is Status.OPEN


def test_several_are_assigned_at_once_and_what_cannot_be_is_said(filed: Server, sunli: Desk) -> None:
    three = [file(filed, f"第{n}盏灯") for n in range(3)]
    sunli.post(f"/desk/case/{three[0].id}/answer", text="好了")
    form = {
        "csrf": sunli.csrf(),
        "case": [str(one.id) for one in three],
        "member": str(member(filed, "liming")),
    }
    answer = sunli.http.post("/desk/assign", data=form)
    assert answer.headers["location"] == "/desk?part=all&assigned=2&left=1"
    assert "已派出 2 件；1 件没有派成" in sunli.get(answer.headers["location"]).text
    assert [now(filed, one).owner_id for one in three[1:]] == [member(filed, "liming")] * 2


def test_a_member_of_another_branch_is_given_nothing(filed: Server, sunli: Desk, case: Case) -> None:
    stranger = str(member(filed, "linfeng"))
    assert sunli.post(f"/desk/case/{case.id}/assign", member=stranger).status_code == 404
    assert "assigned=0" in sunli.post("/desk/assign", case=str(case.id), member=stranger).headers["location"]
    assert now(filed, case).owner_id is None


def test_the_name_is_shown_when_asked_and_the_look_is_kept(filed: Server, sunli: Desk, case: Case) -> None:
    shown = sunli.post(f"/desk/case/{case.id}/contact")
    assert "王阿姨" in shown.text
    assert kinds(filed, case)[-1] == "name_read"
    assert "王阿姨" not in sunli.get(f"/desk/case/{case.id}").text


def test_who_wants_to_stay_unknown_stays_so(filed: Server, sunli: Desk) -> None:
    unknown = file(filed, "我是502的,有人乱停车", anonymity="all")
    assert "〔房号〕的,有人乱停车" in sunli.get("/desk").text
    assert "502" not in sunli.read("/desk") + sunli.read(f"/desk/case/{unknown.id}")
    assert "王" not in re.sub(r"<option.*?</option>", "", sunli.get(f"/desk/case/{unknown.id}").text)
    assert sunli.post(f"/desk/case/{unknown.id}/contact").status_code == 404


# -- somebody at the counter -----------------------------------------------------------------------
WALK_IN = {"what": "楼道的灯坏了", "where": "阳光花园3栋2单元501", "name": "赵大妈", "agreed": "yes"}


def test_a_walk_in_becomes_a_case_with_place_and_number(filed: Server, sunli: Desk) -> None:
    answer = sunli.post("/desk/new", phone="139 0000 1234", **WALK_IN)
    found = re.fullmatch(r"/desk/case/(\d+)\?said=filed", answer.headers["location"])
    assert found
    panel = sunli.get(answer.headers["location"]).text
    assert "阳光花园3栋2单元" in panel
    assert "139****1234" in panel
    assert "13900001234" not in panel
    shown = sunli.post(f"/desk/case/{found[1]}/contact").text
    assert "13900001234" in shown and "赵大妈" in shown and "501" in shown
    with filed.house.store.read() as tx:
        case = tx.get(Case, int(found[1]))
        assert case and case.beneficiary_id != case.reporter_id
        assert tx.rows(select(places.c.id).where(places.c.id == case.place_id))
    assert "phone_read" in kinds(filed, case)


def test_a_code_at_the_counter_makes_the_case_theirs(filed: Server, sunli: Desk) -> None:
    answer = sunli.post("/desk/new", **WALK_IN | {"name": "吴婆婆", "what": "楼梯扶手松了"})
    case = int(answer.headers["location"].split("/")[-1].split("?")[0])
    assert f'action="/desk/case/{case}/code"' in sunli.get(f"/desk/case/{case}").text
    assert Desk(filed).demo("guozhiyuan").post(f"/desk/case/{case}/code").status_code == 404
    shown = sunli.post(f"/desk/case/{case}/code").text
    code = re.search(r"吴婆婆的绑定码.*?\n(\S{22})\n", shown)
    assert code
    hers = filed.client()
    hers.say(code[1])
    with filed.house.store.read() as tx:
        number = getattr(tx.get(Case, case), "number", 0)
    assert f"{number} 号" in hers.say("我反映的事办得怎么样了")["reply"]["text"]
    assert f'action="/desk/case/{case}/code"' not in sunli.get(f"/desk/case/{case}").text
    assert sunli.post(f"/desk/case/{case}/code").status_code == 404  # messages reach her now


def test_nobody_gets_a_code_for_whom_messages_reach(sunli: Desk, case: Case) -> None:
    assert "/code" not in sunli.get(f"/desk/case/{case.id}").text
    assert sunli.post(f"/desk/case/{case.id}/code").status_code == 404


def test_without_the_persons_yes_nothing_is_filed(filed: Server, sunli: Desk) -> None:
    answer = sunli.post("/desk/new", **{**WALK_IN, "agreed": ""})
    assert answer.status_code == 409
    assert "楼道的灯坏了" in answer.text


def test_the_button_pressed_twice_files_one_case(filed: Server, sunli: Desk) -> None:
    form = {"csrf": sunli.csrf(), **WALK_IN, "what": "单元门关不上", "name": "钱大爷"}
    found = at_once([lambda: sunli.http.post("/desk/new", data=form).status_code for _ in range(4)])
    assert sorted(found) == [303, 409, 409, 409]
    with filed.house.store.read() as tx:
        assert len(tx.rows(select(cases.c.id).where(cases.c.text == "单元门关不上"))) == 1
    assert sunli.http.post("/desk/new", data={**form, "name": "孔大妈"}).status_code == 303
