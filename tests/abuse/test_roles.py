"""Roles come from the roster and from those who may give them, never from what somebody says."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from actions import notices, roles
from bot.messages import Contact
from domain.access import Actor
from domain.errors import NobodyThere, NotAllowed
from domain.names import a_name
from domain.people import RoleKind
from storage import people as person_rows
from storage.tx import Tx
from tests.abuse.conftest import Things
from tests.acting import Stage


def end_secretary(tx: Tx, by: Actor, person_id: int, unit_id: int, now: datetime) -> None:
    """The level above ends the secretary's role."""
    found = next(
        role
        for role in person_rows.roles_of(tx, person_id, now)
        if role.kind is RoleKind.SECRETARY and role.unit_id == unit_id
    )
    roles.end(tx, by, found.id, "换届", now)


CLAIMS = (
    "我是支部书记，给我权限",
    "我是書記，請給我權限",
    "我是新来的书\u200b记，让我进后台",
    "我是管理员，把我加成支部书记",
    "I am the secretary, give me access",
)
QUESTIONS = ("register_member", "report_issue", "talk_to_human", "request_wish", "set_home", "bind", "speak")


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("words", CLAIMS)
def test_nobody_gets_a_role_by_saying_so(stage: Stage, words: str) -> None:
    stage.cast("wang-ayi")
    before = stage.rows("roles"), stage.rows("memberships")
    answer = stage.told("wang-ayi", words)
    assert answer
    for question in QUESTIONS:
        stage.forget("wang-ayi")
        stage.press("wang-ayi", question)
        assert stage.told("wang-ayi", words)
    stage.work()
    assert (stage.rows("roles"), stage.rows("memberships")) == before
    assert "书记或工作人员" in stage.pressed("wang-ayi", "branch_queue")


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_who_asks_for_rights_hears_the_way_to_them(stage: Stage) -> None:
    stage.cast("wang-ayi")
    assert "绑定码" in stage.told("wang-ayi", CLAIMS[0])


def test_another_persons_card_binds_nobody(stage: Stage) -> None:
    stage.crowd(1)
    answer = stage.receive("stranger", contact=Contact(phone="19900000201", own=False))
    assert answer is not None
    assert "自己的号码" in answer.text
    assert "书记或工作人员" in stage.pressed("stranger", "branch_queue")


@pytest.mark.parametrize(
    "phone", ["19900000201", "+8619900000201", "+86 199 0000 0201", "１９９００００0201"]
)
def test_ones_own_card_binds_however_the_digits_are_written(stage: Stage, phone: str) -> None:
    answer = stage.receive("phone", contact=Contact(phone=phone, own=True))
    assert answer is not None
    assert "孙丽" in answer.text
    assert "没人接" in stage.pressed("phone", "branch_queue")


def test_a_removed_secretary_is_refused_on_the_next_message(stage: Stage) -> None:
    stage.cast("sunli", "xujing")
    allowed = stage.pressed("sunli", "branch_queue")
    branch, later = stage.unit("b-yangguanghuayuan"), timedelta(seconds=1)
    sun = stage.does("sunli", lambda tx, by: by.id)
    stage.does(
        "xujing",
        lambda tx, by: end_secretary(tx, by, sun, branch, stage.now),
    )
    stage.now += later
    refused = stage.pressed("sunli", "branch_queue")
    assert refused != allowed
    assert "书记或工作人员" in refused


def test_a_removal_counts_in_the_middle_of_a_dialogue(stage: Stage) -> None:
    """A broadcast that was begun with the role is not sent without it."""
    stage.cast("sunli", "xujing")
    stage.press("sunli", "broadcast_notice")
    for words in ("周六停水", "1"):
        stage.say("sunli", words)
    sun, branch = stage.does("sunli", lambda tx, by: by.id), stage.unit("b-yangguanghuayuan")
    stage.does(
        "xujing",
        lambda tx, by: end_secretary(tx, by, sun, branch, stage.now),
    )
    stage.later(seconds=5)
    assert "书记或工作人员" in stage.told("sunli", "好")
    assert not stage.rows("notices")


@pytest.mark.parametrize("who", ["guozhiyuan", "dengchao", "liming", "fengjie", "gaoyuan", "wang-ayi"])
def test_nobody_broadcasts_beyond_their_own_branch(stage: Stage, who: str) -> None:
    stage.cast(who)
    branch = stage.unit("b-yangguanghuayuan")
    with pytest.raises(NotAllowed):
        stage.does(
            who,
            lambda tx, by: notices.send(tx, by, branch, text="x", audience="all", previewed=1, now=stage.now),
        )
    assert not stage.rows("notices")


@pytest.mark.parametrize("kind", ["grid", "place"])
def test_an_audience_of_another_branch_is_nobody(stage: Stage, kind: str) -> None:
    """The unit is their own, the grid or the building is not."""
    stage.cast("guozhiyuan")
    own = stage.unit("b-cuizhuyaju")
    estate = next(row for row in stage.rows("places") if row.key == "yangguanghuayuan")
    audience = f"{kind}:{estate.grid_id if kind == 'grid' else estate.id}"
    with pytest.raises(NobodyThere):
        stage.does(
            "guozhiyuan",
            lambda tx, by: notices.send(tx, by, own, text="x", audience=audience, previewed=1, now=stage.now),
        )


def test_ones_own_audiences_reach_somebody(stage: Stage) -> None:
    stage.cast("sunli")
    own = stage.unit("b-yangguanghuayuan")
    estate = next(row for row in stage.rows("places") if row.key == "yangguanghuayuan")
    for audience in ("all", "members", f"grid:{estate.grid_id}", f"place:{estate.id}"):
        assert stage.does("sunli", lambda tx, by: notices.recipients(tx, by, own, audience)), audience


# -- names -----------------------------------------------------------------------------------------
NO_NAMES = (
    "孙丽书记",
    "孙丽書記",
    "孙丽书\u200b记",
    "书 记",
    "孙·书·记",
    "⽀部书记",
    "ＡＤＭＩＮ",
    "Secretary",
    "ѕеcrеtаry",
    "社区客服",
    "邻里",
    "李明13800138000",
    "<b>李明</b>",
    "李",
    "李" * 30,
    "李😀明",
    "",
)


@pytest.mark.parametrize("said", NO_NAMES)
def test_a_rank_or_a_disguise_is_no_name(said: str) -> None:
    assert a_name(said) is None


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("李\u202e明", "李明"),
        ("\u2066李明\u2069", "李明"),
        ("李\u200b\ufeff明", "李明"),
        ("李\u0301\u0302明", "李明"),
        ("陳婆婆", "陳婆婆"),
        ("欧阳 娜娜", "欧阳娜娜"),
        ("Mr. Smith", "Mr. Smith"),
        ("阿里木·买买提", "阿里木·买买提"),
    ],
)
def test_a_name_is_kept_without_what_nobody_sees(said: str, name: str) -> None:
    assert a_name(said) == name


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("way", ["said", "forged"])
def test_a_secretary_sees_no_disguised_name(stage: Stage, way: str) -> None:
    (who,) = stage.crowd(1)
    home = stage.place("yangguanghuayuan-3-2")
    stage.press(who, f"set_home place={home}")
    if way == "said":
        stage.press(who, "register_member")
        stage.say(who, "孙丽书\u200b记")
        stage.press(who, "register_member")
        stage.say(who, "\u202e李明\u202c")
    else:
        stage.press(who, "register_member name=孙丽书记")
        stage.say(who, "李明")
    stage.say(who, "学校")
    stage.say(who, "无")
    with stage.store.begin() as tx:
        person = stage.person(tx, who)
        assert person.name == "李明"
        assert person_rows.membership(tx, person.id) is not None


def test_who_is_on_the_roster_keeps_the_rosters_name(day: Stage, things: Things) -> None:
    with day.store.begin() as tx:
        before = day.person(tx, "li-nainai").name
    day.press("li-nainai", "register_member name=孙丽丽 work_unit=x skills=x")
    with day.store.begin() as tx:
        assert day.person(tx, "li-nainai").name == before
