"""Who can open what: private cases, complaints, anonymous ones, and what a party reads."""

from __future__ import annotations

import pytest

from actions import cases, escalations, joining, private, transfers
from actions.holding import hold
from actions.private import Secrecy
from bot import schedule
from domain.errors import AlreadyJoined, NotAllowed, NotFound, NotPreviewed, Refusal
from domain.people import Role, RoleKind
from domain.tasks import Task
from nlu.complaints import Party, complaint, names_somebody, without_names
from storage import community, people
from tests.acting import Stage, only

CAST = ("wang-ayi", "zhang-xiansheng", "liming", "sunli", "hejun", "xujing", "tangning", "fengjie")
HOME = "yangguanghuayuan-3-2"
BRANCH, ABOVE, TOP = {"sunli", "hejun"}, {"xujing"}, {"tangning"}


def filed(stage: Stage, about: str = "", **more: object) -> int:
    stage.cast(*CAST)
    unit = stage.unit(about) if about else 0

    def act(tx, by):
        place = community.place(tx, stage.place(HOME))
        subject = by.community.units[unit] if unit else None
        given = {"text": "一件事", "category": "noise", "now": stage.now} | more
        return cases.report(tx, by, place=place, about=subject, **given).id

    return stage.does("wang-ayi", act)


def openers(stage: Stage, case_id: int) -> set[str]:
    """Who of the cast is shown the case by the button of its desk, whose list it stands in, who is told."""
    shown = set()
    for who in CAST:
        answer = stage.pressed(who, f"handle_case case={case_id}")
        stage.forget(who)
        if "居民：" in answer:
            shown.add(who)
        in_list = f" {case_id} 号：" in " " + stage.pressed(who, "branch_queue").replace("】", " ")
        stage.forget(who)
        assert not in_list or who in shown, who
    return shown


@pytest.mark.parametrize(
    ("how", "may"),
    [
        ({}, BRANCH | ABOVE | TOP),
        ({"private": True}, BRANCH),
        ({"category": "dispute"}, BRANCH),
        ({"category": "care"}, BRANCH),
        ({"private": True, "urgent": True}, BRANCH | ABOVE | TOP),
        ({"about": "b-yangguanghuayuan"}, ABOVE),
        ({"about": "p-yangguanghuayuan"}, ABOVE),
        ({"about": "c-yangguang"}, TOP),
    ],
)
def test_only_the_handling_chain_opens_a_case(stage: Stage, how: dict[str, object], may: set[str]) -> None:
    case_id = filed(stage, **how)  # type: ignore[arg-type]
    found = openers(stage, case_id)
    assert {who for who in found if who in may} and found <= may | ABOVE | TOP | BRANCH
    assert found == {who for who in CAST if who in may}


def test_one_who_serves_in_the_line_and_above_it_cannot_open_it_either(stage: Stage) -> None:
    case_id = filed(stage, about="b-yangguanghuayuan")
    (both,) = stage.crowd(1, RoleKind.OFFICER, "c-yangguang")
    assert "居民：" in stage.pressed(both, f"handle_case case={case_id}")
    (spy,) = stage.crowd(1, RoleKind.OFFICER, "c-yangguang")
    branch = stage.unit("b-yangguanghuayuan")
    with stage.store.begin() as tx:
        tx.add(
            Role(person_id=stage.person(tx, spy).id, kind=RoleKind.MEMBER, unit_id=branch, since=stage.now)
        )
    assert "没有找到" in stage.pressed(spy, f"handle_case case={case_id}")


def test_a_complaint_never_goes_into_the_line_it_is_about(stage: Stage) -> None:
    case_id = filed(stage, about="b-yangguanghuayuan")

    def offers(key, tx, by):
        transfers.offer_transfer(tx, by, case_id, key, "", stage.now)

    for unit in ("b-yangguanghuayuan", "p-yangguanghuayuan"):
        key = stage.unit(unit)
        with pytest.raises(NotAllowed):
            stage.does(
                "xujing",
                lambda tx, by, key=key: transfers.offer_transfer(tx, by, case_id, key, "", stage.now),
            )
    li = stage.does("liming", lambda tx, by: by.id)
    with pytest.raises(NotAllowed):
        stage.does("xujing", lambda tx, by: cases.assign(tx, by, case_id, li, stage.now))


def test_once_it_comes_up_the_level_above_sees_it(stage: Stage) -> None:
    case_id = filed(stage, private=True)
    stage.does("sunli", lambda tx, by: cases.answer(tx, by, case_id, "好了", [], stage.now))
    stage.does("wang-ayi", lambda tx, by: cases.reopen(tx, by, case_id, "没好", stage.now))
    assert openers(stage, case_id) == ABOVE


def test_members_read_nothing_of_it_in_lists_or_messages(stage: Stage) -> None:
    filed(stage, private=True, text="老张家的秘密")
    stage.work()
    assert only(stage.rows("tasks")).title == ""
    assert "现在没有等人接的任务" in stage.pressed("liming", "claim_task")
    told = {row.person_id for row in stage.rows("deliveries")}
    assert stage.does("liming", lambda tx, by: by.id) not in told
    assert stage.does("xujing", lambda tx, by: by.id) not in told


def test_a_party_reads_what_the_desk_confirmed_and_no_name(stage: Stage) -> None:
    case_id = filed(stage, text="王阿姨家502室漏水，电话19900000001")
    unit = stage.unit("p-yangguanghuayuan")
    offer = stage.does(
        "sunli", lambda tx, by: transfers.offer_transfer(tx, by, case_id, unit, "请看", stage.now).id
    )
    stage.work()
    stage.does("fengjie", lambda tx, by: transfers.accept_transfer(tx, by, offer, stage.now))
    stage.does("wang-ayi", lambda tx, by: cases.add(tx, by, case_id, "我是王阿姨", [], stage.now))
    stage.work()
    seen = stage.press("fengjie", f"handle_case case={case_id}")
    assert seen is not None
    everything = str(seen.as_json()) + str([row.payload for row in stage.rows("deliveries")])
    mailed = [row.body for row in stage.rows("mailbox") if "漏水" in str(row.body)]
    fengjie = next(row for row in stage.rows("addresses") if row.address == "fengjie").id
    mine = str([row.body for row in stage.rows("mailbox") if row.address_id == fengjie])
    for secret in ("王阿姨", "502室", "19900000001"):
        assert secret not in str(seen.as_json()), secret
        assert secret not in mine, secret
    assert "漏水" in everything and mailed


@pytest.mark.parametrize("how", [Secrecy.ALL, Secrecy.DESK])
def test_an_anonymous_name_is_seen_by_the_desk_at_most(stage: Stage, how: Secrecy) -> None:
    case_id = filed(stage)
    stage.does("wang-ayi", lambda tx, by: private.keep(tx, by, case_id, how, stage.now))
    li = stage.does("liming", lambda tx, by: by.id)
    stage.does("sunli", lambda tx, by: cases.assign(tx, by, case_id, li, stage.now))
    assert "王阿姨" not in stage.pressed("liming", f"handle_case case={case_id}")
    assert how is Secrecy.DESK or "王阿姨" not in stage.pressed("sunli", f"handle_case case={case_id}")
    assert ("王阿姨" in stage.pressed("sunli", f"handle_case case={case_id}")) is (how is Secrecy.DESK)
    stage.does("liming", lambda tx, by: cases.answer(tx, by, case_id, "好了", [], stage.now))
    stage.work()
    wang = stage.does("wang-ayi", lambda tx, by: by.id)
    assert [row.person_id for row in stage.rows("deliveries") if row.kind == "notify.case_answered"] == [wang]


def test_what_neighbours_have_joined_cannot_become_private(stage: Stage) -> None:
    stage.cast(*CAST)
    stage.say("wang-ayi", "阳光花园6栋停水了")
    stage.say("zhang-xiansheng", "阳光花园6栋停水了")
    stage.say("zhang-xiansheng", "加入")
    case_id = stage.rows("cases")[0].id
    with pytest.raises(AlreadyJoined):
        stage.does("wang-ayi", lambda tx, by: private.keep(tx, by, case_id, Secrecy.PRIVATE, stage.now))
    with pytest.raises(NotFound):
        stage.does("zhang-xiansheng", lambda tx, by: private.keep(tx, by, case_id, Secrecy.ALL, stage.now))


def test_a_private_case_is_offered_to_nobody(stage: Stage) -> None:
    stage.cast(*CAST)
    stage.say("wang-ayi", "阳光花园6栋停水了，请保密")
    assert "已登记" in stage.told("zhang-xiansheng", "阳光花园6栋停水了")
    with pytest.raises(Refusal):
        first = stage.rows("cases")[0].id
        stage.does("zhang-xiansheng", lambda tx, by: joining.join(tx, by, first, ["x"], [], stage.now))


@pytest.mark.parametrize(
    ("said", "party", "sure"),
    [
        ("网格员收钱才给办事", Party.BRANCH, True),
        ("你们书记态度恶劣", Party.BRANCH, True),
        ("物业保安骂人", Party.PROPERTY, True),
        ("社区主任推诿", Party.COMMUNITY, True),
        ("街道办的人敷衍我们", Party.SUBDISTRICT, True),
        ("我要投诉你们支部", Party.BRANCH, False),
        ("支部不管事", Party.BRANCH, False),
    ],
)
def test_a_complaint_about_office_is_told_by_its_words(said: str, party: Party, sure: bool) -> None:
    found = complaint(said)
    assert found is not None
    assert (found.party, found.sure) == (party, sure)


@pytest.mark.parametrize(
    "said",
    [
        "物业不来修电梯",
        "投诉物业不修路灯",
        "网格党员李明很好",
        "感谢书记",
        "请书记来看看路灯",
        "找网格员",
        "楼上骂人",
    ],
)
def test_a_matter_is_no_complaint_about_office(said: str) -> None:
    assert complaint(said) is None


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("邻居张伟半夜打麻将", True),
        ("楼上吵，他电话13912345678", True),
        ("隔壁502的李强老是堵我车", True),
        ("我叫王伟，我的电话13912345678", False),
        ("联系我13912345678", False),
        ("楼上常常半夜拖桌子", False),
        ("我家漏水", False),
    ],
)
def test_somebody_elses_name_or_number_is_noticed(said: str, named: bool) -> None:
    assert names_somebody(said) is named


def test_names_that_stand_after_a_neighbour_are_masked() -> None:
    assert without_names("邻居张伟半夜打麻将，电话13912345678") == "邻居〔姓名〕半夜打麻将,电话〔电话〕"


def test_an_anonymous_case_leaves_only_with_a_summary_that_was_confirmed(stage: Stage) -> None:
    stage.cast("wang-ayi", "sunli")
    place = stage.place("yangguanghuayuan-3-2")

    def report(tx, by):
        where = community.place(tx, place)
        words = "我是王阿姨,路灯不亮,电话19900000001"
        return cases.report(
            tx, by, text=words, category="repairs", place=where, anonymity="all", now=stage.now
        ).id

    case = stage.does("wang-ayi", report)
    given = (case, "供电公司", "归他们", "", stage.now)
    with pytest.raises(NotPreviewed):
        stage.does("sunli", lambda tx, by: escalations.not_ours(tx, by, *given))
    passed = stage.does("sunli", lambda tx, by: escalations.not_ours(tx, by, *given, "王阿姨说路灯不亮"))
    assert passed.shared == "〔姓名〕说路灯不亮"
    stage.work()
    told = [row for row in stage.rows("deliveries") if row.kind in ("notify.new_task", "notify.new_case")]
    assert told
    assert not [row for row in told if "王阿姨" in str(row.payload) or "19900000001" in str(row.payload)]


def switched_off(stage: Stage, who: str) -> None:
    with stage.store.begin() as tx:
        for address in people.reachable(tx, stage.person(tx, who).id):
            people.close_address(tx, address.id)


@pytest.mark.parametrize("how", [Secrecy.ALL, Secrecy.DESK])
def test_an_answer_that_does_not_arrive_sends_nobody_to_a_door_that_must_stay_unknown(
    stage: Stage, how: Secrecy
) -> None:
    case_id = filed(stage, room="502")
    stage.does("wang-ayi", lambda tx, by: private.keep(tx, by, case_id, how, stage.now))
    switched_off(stage, "wang-ayi")
    stage.does("sunli", lambda tx, by: cases.answer(tx, by, case_id, "好了", [], stage.now))
    stage.work()
    for _ in range(2):
        schedule.settle(stage.conversation, stage.now)
    stage.work()
    visit = [row for row in stage.rows("tasks") if row.visits_case_id]
    if how is Secrecy.ALL:
        assert not visit
        stage.cast("wang-ayi")  # she looks by herself
        assert "好了" in stage.told("wang-ayi", "我的诉求")
        assert only(stage.rows("cases")).delivered_at == stage.now
        return
    (task,) = visit
    assert not task.listed
    li = stage.does("liming", lambda tx, by: by.id)
    told = {row.person_id for row in stage.rows("deliveries") if row.kind == "notify.answer_unreached"}
    assert told and li not in told
    with stage.store.begin() as tx:
        hold(tx, tx.get(Task, task.id), li, stage.now)
    shown = stage.pressed("liming", f"visit_door task={task.id}")
    assert "好了" in shown and "王阿姨" not in shown and "502" not in shown


@pytest.mark.parametrize("how", [Secrecy.ALL, Secrecy.DESK])
def test_a_bare_room_in_anonymous_words_is_read_by_nobody_without_the_name(
    stage: Stage, how: Secrecy
) -> None:
    case_id = filed(stage, text="我是502的,楼上天天半夜拖椅子")
    stage.does("wang-ayi", lambda tx, by: private.keep(tx, by, case_id, how, stage.now))
    li = stage.does("liming", lambda tx, by: by.id)
    stage.does("sunli", lambda tx, by: cases.assign(tx, by, case_id, li, stage.now))
    stage.work()
    assert "502" not in stage.pressed("liming", f"handle_case case={case_id}")
    read_at_the_desk = stage.pressed("sunli", f"handle_case case={case_id}")
    assert ("502" in read_at_the_desk) is (how is Secrecy.DESK)
    kept = [str(row.payload) for row in stage.rows("deliveries") if row.person_id == li]
    assert kept and not any("502" in one for one in kept)
    assert only(stage.rows("tasks")).title.startswith("我是〔房号〕")
    assert "502" in only(stage.rows("cases")).text, "her own words stay her own"
