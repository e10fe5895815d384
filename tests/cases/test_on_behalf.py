"""What was reported for somebody else: it can be theirs, later theirs, or not theirs at all."""

from __future__ import annotations

import re

import pytest

from actions import cases, on_behalf, people
from domain.case import Case
from domain.errors import AlreadyDone, NotFound, WrongCode
from domain.people import Person
from storage import community
from tests.acting import Stage

PHONE = "13700000001"


@pytest.fixture(autouse=True)
def cast(stage: Stage) -> None:
    stage.cast("wang-ayi", "li-nainai", "zhang-xiansheng", "sunli", "hejun", "guozhiyuan", "liming")


def reported(stage: Stage, who: str, name: str, phone: str = "", text: str = "灯坏了") -> int:
    place = stage.place("yangguanghuayuan-3-2")

    def report(tx, by):
        where = community.place(tx, place)
        person = on_behalf.whom(tx, by, name, phone, where, "502" if not phone else "", stage.now)
        return cases.report(
            tx, by, text=text, category="repairs", place=where, beneficiary=person, now=stage.now
        ).id

    return stage.does(who, report)


def of(stage: Stage, case_id: int) -> Case:
    with stage.store.read() as tx:
        found = tx.get(Case, case_id)
    assert found is not None
    return found


def code_of(stage: Stage, case: int) -> str:
    said = stage.pressed("sunli", f"case_code case={case}")
    found = re.search(r"^[A-Za-z0-9_-]{22}$", said, re.MULTILINE)
    assert found is not None, said
    return found[0]


def test_a_code_from_the_desk_brings_the_case_to_whom_it_is_for_once(stage: Stage) -> None:
    case = reported(stage, "sunli", "周婆婆", PHONE)
    code = code_of(stage, case)
    assert "周婆婆" in stage.told("newcomer", code)
    mine = stage.does("newcomer", lambda tx, by: by.person)
    assert (of(stage, case).beneficiary_id, mine.name, mine.phone) == (mine.id, "周婆婆", PHONE)
    assert "用不了" in stage.told("somebody-else", code)
    with pytest.raises(NotFound):  # she has an account now
        stage.does("sunli", lambda tx, by: on_behalf.code(tx, by, case, stage.now))


def test_a_code_is_only_for_who_runs_the_queue(stage: Stage) -> None:
    case = reported(stage, "sunli", "周婆婆", PHONE)
    for who in ("guozhiyuan", "liming", "wang-ayi"):
        with pytest.raises(NotFound):
            stage.does(who, lambda tx, by: on_behalf.code(tx, by, case, stage.now))


def test_a_proven_number_brings_every_case_and_leaves_nothing_with_the_guest(stage: Stage) -> None:
    first, second = (reported(stage, who, "周婆婆", PHONE) for who in ("sunli", "wang-ayi"))
    guest = of(stage, first).beneficiary_id
    stage.say("newcomer", "你好")
    me = stage.does("newcomer", lambda tx, by: by.person)
    where = next(row.id for row in stage.rows("addresses") if row.address == "newcomer")
    with stage.store.begin() as tx:
        bound = people.bind_by_phone(tx, where, PHONE, stage.now)
        assert people.bind_by_phone(tx, where, PHONE, stage.now) is None
    assert bound is not None
    assert bound.id == me.id
    assert {of(stage, case).beneficiary_id for case in (first, second)} == {me.id}
    with stage.store.read() as tx:
        left = tx.get(Person, guest)
    assert left is not None
    assert (left.name, left.phone, left.room) == ("", "", "")


def test_a_number_somebody_uses_is_not_taken_from_them(stage: Stage) -> None:
    reported(stage, "sunli", "周婆婆", PHONE)
    for who in ("first", "second"):
        stage.say(who, "你好")
    where = {row.address: row.id for row in stage.rows("addresses")}
    with stage.store.begin() as tx:
        assert people.bind_by_phone(tx, where["first"], PHONE, stage.now) is not None
        assert people.bind_by_phone(tx, where["second"], PHONE, stage.now) is None


def test_not_mine_hands_it_back_without_the_name_and_loses_nothing(stage: Stage) -> None:
    case = reported(stage, "wang-ayi", "张先生", "19900000004", text="张先生家的灯坏了")
    before = of(stage, case)
    stage.does("zhang-xiansheng", lambda tx, by: on_behalf.take_over(tx, by, case, stage.now))
    stage.does("zhang-xiansheng", lambda tx, by: on_behalf.not_mine(tx, by, case, stage.now))
    after = of(stage, case)
    assert (after.beneficiary_id, after.taken_over, after.text) == (
        before.reporter_id,
        False,
        "〔姓名〕家的灯坏了",
    )
    assert (after.number, after.status, after.answer_by) == (before.number, before.status, before.answer_by)
    with pytest.raises(AlreadyDone):
        stage.does("zhang-xiansheng", lambda tx, by: on_behalf.not_mine(tx, by, case, stage.now))
    for who in ("wang-ayi", "li-nainai", "sunli"):
        with pytest.raises(NotFound):
            stage.does(who, lambda tx, by: on_behalf.not_mine(tx, by, case, stage.now))
    stage.does("wang-ayi", lambda tx, by: cases.withdraw(tx, by, case, stage.now))


def test_lists_and_messages_do_not_name_whom_it_is_for(stage: Stage) -> None:
    reported(stage, "wang-ayi", "张先生", "19900000004", text="张先生家的灯坏了")
    stage.work()
    told = [row for row in stage.rows("deliveries") if row.kind == "notify.new_task"]
    assert told
    assert not [row for row in told if "张先生" in str(row.payload)]
    assert not [row for row in stage.rows("tasks") if "张先生" in row.title]


def test_a_code_that_is_none_is_refused(stage: Stage) -> None:
    stage.say("newcomer", "你好")
    where = next(row.id for row in stage.rows("addresses") if row.address == "newcomer")
    with pytest.raises(WrongCode), stage.store.begin() as tx:
        people.bind_by_code(tx, where, "x" * 22, stage.now)
