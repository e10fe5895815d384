"""Notices, calendar and people at the desk: seen before it goes, taken back, and only in one's own name."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from actions import learning
from domain.labels import Intent
from domain.notices import NoticeState
from domain.people import Membership
from nlu.understand import Understanding
from storage import people
from storage.tables import activities, deliveries, lessons, memberships, notices, reminders, themes
from tests.acting import at_once
from tests.conftest import KEY
from tests.web.desk import Desk
from tests.web.serving import Server, clock

FORM = {"text": "明天上午停水，请提前接水。", "to": "members"}


@pytest.fixture(scope="module")
def server_(
    tmp_path_factory: pytest.TempPathFactory, demo_sqlite: Path, understanding: Understanding
) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("notices") / "home", demo_sqlite, KEY, understanding)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def sunli(server_: Server) -> Desk:
    return Desk(server_).demo("sunli")


def count(server: Server, table) -> int:  # type: ignore[no-untyped-def]
    with server.house.store.read() as tx:
        return int(tx.connection.execute(select(func.count()).select_from(table)).scalar() or 0)


def latest(server: Server):  # type: ignore[no-untyped-def]
    with server.house.store.read() as tx:
        return tx.rows(select(notices).order_by(notices.c.id.desc()).limit(1))[0]


# -- notices ---------------------------------------------------------------------------------------
def test_the_count_lives_while_the_audience_changes(sunli: Desk) -> None:
    told = {}
    for to in ("all", "members"):
        answer = sunli.get("/desk/notices/count", params={"to": to})
        found = re.search(r"(\d+) 人。", answer.text)
        assert found
        told[to] = int(found[1])
    assert told["all"] > told["members"] > 0


def test_a_preview_keeps_nothing(server_: Server, sunli: Desk) -> None:
    before = count(server_, notices)
    page = sunli.post("/desk/notices/preview", **FORM)
    assert "明天上午停水" in page.text
    assert "确认发给" in page.text
    assert count(server_, notices) == before


def test_the_desk_counts_apart_who_has_turned_it_off(server_: Server, sunli: Desk) -> None:
    with server_.house.store.begin() as tx:
        person = people.by_key(tx, "liming")
        assert person is not None
        tx.save(replace(person, muted=("activity",)))
    asked = FORM | {"text": "周六活动，欢迎报名"}
    page = sunli.post("/desk/notices/preview", **asked).text
    assert "另有 1 人已设为不收此类。" in page
    assert "类别：活动通知。" in page
    other = sunli.post("/desk/notices/preview", **asked, topic="general").text
    assert "另有 1 人" not in other
    urgent = sunli.post("/desk/notices/preview", **asked, safety="yes").text
    assert "另有 1 人" not in urgent
    assert sunli.post("/desk/notices/send", count="6", topic="activity", **asked).status_code == 303
    notice = latest(server_)
    assert notice.topic == "activity"
    with server_.house.store.begin() as tx:
        told = tx.rows(select(deliveries.c.person_id).where(deliveries.c.notice_id == notice.id))
        assert told
        assert person.id not in {row.person_id for row in told}
        fresh = people.by_key(tx, "liming")
        assert fresh is not None
        tx.save(replace(fresh, muted=()))


def test_a_notice_goes_out_after_a_minute_and_can_be_taken_back(server_: Server, sunli: Desk) -> None:
    assert sunli.post("/desk/notices/send", count="7", **FORM).status_code == 303
    notice = latest(server_)
    assert notice.state == NoticeState.SENDING
    assert "可以撤回" in sunli.get("/desk/notices").text
    other = Desk(server_).demo("guozhiyuan")
    assert other.post(f"/desk/notices/{notice.id}/cancel").status_code == 404
    assert sunli.post(f"/desk/notices/{notice.id}/cancel").status_code == 303
    assert latest(server_).state == NoticeState.CANCELLED
    assert sunli.post(f"/desk/notices/{notice.id}/cancel").status_code == 409


def test_the_desk_sees_how_far_it_has_come(server_: Server, sunli: Desk) -> None:
    member = server_.client()
    member.be("liming")
    sunli.post("/desk/notices/send", **{**FORM, "text": "今晚七点开会。"})
    with server_.house.store.begin() as tx:
        gone = clock() - timedelta(seconds=1)
        tx.connection.execute(update(deliveries).where(deliveries.c.state == "queued").values(due_at=gone))
        tx.connection.execute(update(notices).values(goes_at=gone, state=NoticeState.SENT))
    server_.house.conversation.stirred()
    for _ in range(100):
        if re.search(r"送达 [1-9]", sunli.get("/desk/notices/progress").text):
            break
        time.sleep(0.05)
    assert "今晚七点开会。" in str(member.messages())


def test_nobody_speaks_in_the_name_of_another_unit(server_: Server, sunli: Desk) -> None:
    with server_.house.store.read() as tx:
        known = server_.house.conversation.community(tx)
    others = [one.id for one in known.units.values() if one.name in ("翠竹雅居网格党支部", "阳光社区")]
    before = count(server_, notices)
    for unit in others:
        assert sunli.post("/desk/notices/send", unit=str(unit), **FORM).status_code == 404
        assert sunli.get("/desk/notices/count", params={"unit": unit}).status_code == 404
    assert count(server_, notices) == before


def test_an_empty_notice_or_one_to_nobody_is_not_sent(server_: Server, sunli: Desk) -> None:
    before = count(server_, notices)
    assert sunli.post("/desk/notices/send", text=" ", to="all").status_code == 409
    assert sunli.post("/desk/notices/send", text="你好", to="place", place="999999").status_code == 409
    assert count(server_, notices) == before


@pytest.mark.parametrize("path", ["/desk/notices", "/desk/calendar", "/desk/people", "/desk/figures"])
def test_who_runs_no_queue_finds_no_such_page(server_: Server, path: str) -> None:
    with server_.house.store.read() as tx:
        roster = people.everybody_on_the_roster(tx, 500)
        with_desk = [
            one.key
            for one in roster
            if {str(role.kind) for role in people.roles_of(tx, one.id, clock())} == {"property"}
        ]
    assert with_desk
    desk = Desk(server_).demo(with_desk[0] or "")
    assert desk.get("/desk").status_code == 200
    assert desk.get(path).status_code == 404
    assert f'href="{path}"' not in desk.get("/desk").text


# -- the calendar ----------------------------------------------------------------------------------
PLAN = {"title": "义诊", "day": "2026-11-28", "time": "09:30", "where": "党群服务中心", "places": "20"}


def test_an_activity_stands_on_its_day_in_beijing_time(server_: Server, sunli: Desk) -> None:
    answer = sunli.post("/desk/calendar/plan", **PLAN)
    page = sunli.get(answer.headers["location"]).text
    assert "义诊" in page
    assert "11月28日09:30" in page
    with server_.house.store.read() as tx:
        row = tx.rows(select(activities).order_by(activities.c.id.desc()))[0]
    assert row.starts_at.isoformat() == "2026-11-28T01:30:00+00:00"
    other = Desk(server_).demo("guozhiyuan")
    assert other.post(f"/desk/calendar/{row.id}/off").status_code == 404
    assert sunli.post(f"/desk/calendar/{row.id}/off").status_code == 303
    assert "已取消" in sunli.get("/desk/calendar?month=2026-11").text


def test_an_activity_is_moved_by_its_own_desk_to_a_day_that_comes(server_: Server, sunli: Desk) -> None:
    sunli.post("/desk/calendar/plan", **PLAN)
    with server_.house.store.read() as tx:
        row = tx.rows(select(activities).order_by(activities.c.id.desc()))[0]
    path = f"/desk/calendar/{row.id}/move"
    to = {"day": "2026-12-02", "time": "15:00", "where": "议事厅"}
    assert Desk(server_).demo("guozhiyuan").post(path, **to).status_code == 404
    for wrong in ({"day": "2026-11-01"}, {"day": "2026-02-30"}, {"time": ""}, {"where": ""}):
        assert sunli.post(path, **{**to, **wrong}).status_code == 409
    assert sunli.post(path, day=PLAN["day"], time=PLAN["time"], where=PLAN["where"]).status_code == 409
    answer = sunli.post(path, **to)
    page = sunli.get(answer.headers["location"]).text
    assert "12月02日15:00 · 议事厅" in page and "报名的人会收到消息" in page
    with server_.house.store.read() as tx:
        due = tx.rows(
            select(reminders.c.due_at, reminders.c.done_at)
            .where(reminders.c.subject_id == row.id, reminders.c.kind.startswith("activity_"))
            .order_by(reminders.c.id)
        )
    assert [done is None for _, done in due] == [False, False, True, True]
    assert [at.isoformat() for at, done in due if done is None] == [
        "2026-11-30T07:00:00+00:00", "2026-12-02T05:00:00+00:00",
    ]  # fmt: skip


def test_a_day_that_is_over_or_none_is_refused(server_: Server, sunli: Desk) -> None:
    before = count(server_, activities)
    for wrong in ({"day": "2026-11-01"}, {"day": "2026-02-30"}, {"time": "25:00"}, {"title": ""}):
        assert sunli.post("/desk/calendar/plan", **{**PLAN, **wrong}).status_code == 409
    assert count(server_, activities) == before


def test_a_theme_is_set_and_renamed(server_: Server, sunli: Desk) -> None:
    for title in ("敬老月", "助老月"):
        assert sunli.post("/desk/calendar/theme", month="2026-12", theme=title).status_code == 303
    assert "助老月" in sunli.get("/desk/calendar?month=2026-12").text
    assert count(server_, themes) == 1


def test_any_month_can_be_looked_at_and_nonsense_is_this_one(sunli: Desk) -> None:
    for month in ("2026-12", "2027-01", "2026", "x", "2026-99", ""):
        assert sunli.get("/desk/calendar", params={"month": month}).status_code == 200


# -- members and sentences -------------------------------------------------------------------------
def test_a_member_is_confirmed_once_and_by_their_own_branch(server_: Server, sunli: Desk) -> None:
    with server_.house.store.begin() as tx:
        person, branch = people.by_key(tx, "wang-ayi"), people.by_key(tx, "sunli")
        assert person and branch
        unit = people.roles_of(tx, branch.id, clock())[0].unit_id
        asked = tx.add(Membership(person_id=person.id, unit_id=unit, work_unit="幼儿园", asked_at=clock()))
    assert "幼儿园" in sunli.get("/desk/people").text
    assert "幼儿园" not in Desk(server_).demo("guozhiyuan").get("/desk/people").text
    path = f"/desk/people/{asked.id}"
    assert Desk(server_).demo("guozhiyuan").post(path, accept="yes").status_code == 404
    assert sunli.post(path, accept="yes").status_code == 303
    assert sunli.post(path, accept="no").status_code == 409
    with server_.house.store.read() as tx:
        row = tx.rows(select(memberships.c.state).where(memberships.c.id == asked.id))[0]
    assert row.state == "confirmed"


def test_sentences_are_labelled_by_staff_of_the_whole_and_become_examples(
    server_: Server, sunli: Desk
) -> None:
    with server_.house.store.begin() as tx:
        learning.chosen(tx, "给我弄个轮椅", taken_for="report_issue", meant="request_wish", now=clock())
    with server_.house.store.read() as tx:
        key = tx.rows(select(lessons.c.id))[0].id
    assert "给我弄个轮椅" not in sunli.get("/desk/people").text
    assert sunli.post(f"/desk/lessons/{key}", accept="yes", label="request_wish").status_code == 404
    with server_.house.store.read() as tx:
        duty = server_.house.conversation.community(tx).duty()
        staff = [
            one.key
            for one in people.everybody_on_the_roster(tx, 500)
            if any(
                str(role.kind) == "officer" and role.unit_id == duty.id
                for role in people.roles_of(tx, one.id, clock())
            )
        ]
    desk = Desk(server_).demo(staff[0] or "")
    assert "给我弄个轮椅" in desk.get("/desk/people").text
    assert desk.post(f"/desk/lessons/{key}", accept="yes", label="no_such").status_code == 404
    assert desk.post(f"/desk/lessons/{key}", accept="yes", label=str(Intent.REQUEST_WISH)).status_code == 303
    assert "给我弄个轮椅" in server_.house.settings.learned.read_text(encoding="utf-8")
    assert desk.post(f"/desk/lessons/{key}", accept="no").status_code == 409


def test_the_button_pressed_twice_sends_one_notice_and_plans_one_activity(
    server_: Server, sunli: Desk
) -> None:
    for path, form, table in (
        ("/desk/notices/send", {**FORM, "text": "明天查水表。"}, notices),
        ("/desk/calendar/plan", {**PLAN, "title": "包饺子"}, activities),
    ):
        before, told = count(server_, table), {"csrf": sunli.csrf(), **form}
        found = at_once([lambda: sunli.http.post(path, data=told).status_code for _ in range(3)])
        assert sorted(found) == [303, 409, 409], path
        assert count(server_, table) == before + 1
    taken_back = latest(server_).id
    assert sunli.post(f"/desk/notices/{taken_back}/cancel").status_code == 303
    assert sunli.post("/desk/notices/send", **{**FORM, "text": "明天查水表。"}).status_code == 303


@pytest.mark.parametrize("to", [{"to": "reached:1"}, {"to": "grid"}, {"to": "place", "place": "x"}])
def test_an_audience_that_is_none_is_not_everybody(server_: Server, sunli: Desk, to: dict[str, str]) -> None:
    before = count(server_, notices)
    for path in ("/desk/notices/preview", "/desk/notices/send"):
        assert sunli.post(path, **({"text": "停水"} | to)).status_code == 404
    assert count(server_, notices) == before
