"""A whole building writes at once: one case, one task, everybody behind it, few alerts."""

from __future__ import annotations

from functools import partial

import pytest

from actions import cases, joining, ratings
from domain.case import Case, Status
from domain.errors import AlreadyDone, AlreadyRated, NotFound, Refusal, WrongState
from storage import clusters, community
from tests.acting import Stage, at_once, only

SAID = ("阳光花园6栋停水了", "6栋没水", "阳光花园6栋2单元断水", "阳光花园6棟冇水")


def first(stage: Stage) -> None:
    stage.cast("wang-ayi", "sunli", "liming")
    assert "编号 1" in stage.told("wang-ayi", "阳光花园6栋停水了")
    stage.work()


def of_building(stage: Stage, count: int) -> list[str]:
    """So many neighbours, each behind a door of their own."""
    return stage.crowd(count)


def one_case(stage: Stage) -> Case:
    with stage.store.read() as tx:
        case = tx.get(Case, stage.rows("cases")[0].id)
    assert case is not None
    return case


def test_a_storm_is_one_case_one_task_and_two_alerts(stage: Stage) -> None:
    first(stage)
    neighbours = of_building(stage, 40)

    def reports(name: str, words: str) -> str:
        asked = stage.told(name, words if "阳光" in words else "阳光花园" + words)
        assert "户反映" in asked, asked
        return stage.told(name, "加入")

    answers = at_once([partial(reports, name, SAID[i % 4]) for i, name in enumerate(neighbours)], threads=8)
    assert all("已加入 1 号" in answer for answer in answers)
    stage.work()
    assert (stage.count("cases"), stage.count("tasks")) == (1, 1)
    cluster = only(stage.rows("clusters"))
    assert cluster.size == 41
    assert not [row for row in stage.rows("events") if row.kind == "cluster_grown"]
    stage.later(minutes=5, seconds=1)
    with stage.store.begin() as tx:
        joining.alert_due(tx, cluster.case_id, stage.now)
        joining.alert_due(tx, cluster.case_id, stage.now)
    grown = only(row for row in stage.rows("events") if row.kind == "cluster_grown")
    assert grown.data["size"] == 41
    assert not stage.crashes()


def test_one_answer_reaches_everybody_once_and_each_may_rate_once(stage: Stage) -> None:
    first(stage)
    neighbours = of_building(stage, 12)
    for name in neighbours:
        stage.say(name, "阳光花园6栋停水了")
        stage.say(name, "加入")
    case = one_case(stage)
    stage.does("sunli", lambda tx, by: cases.answer(tx, by, case.id, "来水了", [], stage.now))
    stage.work()
    heard = [row for row in stage.rows("deliveries") if row.kind == "notify.case_answered"]
    assert len(heard) == 13 == len({row.person_id for row in heard})
    task = only(stage.rows("tasks"))
    for name in neighbours:
        stage.does(name, lambda tx, by: ratings.rate(tx, by, task.id, 5, "", stage.now))
        with pytest.raises(AlreadyRated):
            stage.does(name, lambda tx, by: ratings.rate(tx, by, task.id, 5, "", stage.now))
    with pytest.raises(NotFound):
        stage.does("liming", lambda tx, by: ratings.rate(tx, by, task.id, 1, "", stage.now))
    assert stage.count("ratings") == 12


def test_who_joins_as_the_answer_comes_hears_it_or_has_a_case_of_their_own(stage: Stage) -> None:
    first(stage)
    neighbours = of_building(stage, 6)
    for name in neighbours:
        assert "户反映" in stage.told(name, "阳光花园6栋停水了")
    case = one_case(stage)

    def answers() -> str:
        stage.does("sunli", lambda tx, by: cases.answer(tx, by, case.id, "来水了", [], stage.now))
        return "answered"

    told = at_once([*(partial(stage.told, name, "加入") for name in neighbours), answers], threads=7)
    stage.work()
    joined = sum("已加入" in one for one in told)
    alone = sum("已登记" in one for one in told)
    assert joined + alone == 6
    heard = [row for row in stage.rows("deliveries") if row.kind == "notify.case_answered"]
    assert len(heard) == joined + 1


def test_the_same_door_counts_once(stage: Stage) -> None:
    first(stage)
    couple = of_building(stage, 2)
    for name in couple:
        assert "户反映" in stage.told(name, "阳光花园6栋2单元301没水")
        stage.say(name, "加入")
    assert only(stage.rows("clusters")).size == 2


def test_a_case_of_danger_is_never_offered(stage: Stage) -> None:
    stage.cast("wang-ayi", "zhang-xiansheng")
    stage.say("wang-ayi", "阳光花园6栋着火了")
    assert "119" in stage.told("zhang-xiansheng", "阳光花园6栋着火了")
    assert stage.count("cases") == 2
    assert stage.count("clusters") == 0


def test_after_the_window_nobody_is_offered_it(stage: Stage) -> None:
    first(stage)
    stage.later(hours=13)
    assert "已登记" in stage.told(of_building(stage, 1)[0], "阳光花园6栋停水了")


def test_another_building_is_another_matter_and_a_power_cut_is_the_estates(stage: Stage) -> None:
    first(stage)
    one, two, three = of_building(stage, 3)
    assert "已登记" in stage.told(one, "阳光花园5栋停水了")
    assert "已登记" in stage.told(two, "阳光花园5栋停电了")
    assert "阳光花园的“停电”" in stage.told(three, "阳光花园9栋停电了")


def test_merging_is_undone_whole_after_a_second_merge(stage: Stage) -> None:
    stage.cast("wang-ayi", "zhang-xiansheng", "xiaochen", "li-nainai", "sunli")
    place = stage.place("yangguanghuayuan-3-2")

    def files(tx, by, text):
        found = community.place(tx, place)
        return cases.report(tx, by, text=text, category="repairs", place=found, now=stage.now).id

    a, b, c = (
        stage.does(who, partial(files, text=text))
        for who, text in (("wang-ayi", "灯"), ("zhang-xiansheng", "门"), ("xiaochen", "窗"))
    )
    stage.does("li-nainai", lambda tx, by: joining.join(tx, by, b, ["也是"], [], stage.now))
    stage.does("sunli", lambda tx, by: joining.merge(tx, by, b, a, stage.now))
    stage.does("sunli", lambda tx, by: joining.merge(tx, by, a, c, stage.now))
    with stage.store.read() as tx:
        assert len(clusters.joiners_of(tx, c)) == 4
        assert clusters.lead_of(tx, b).id == c  # type: ignore[union-attr]
    with pytest.raises(WrongState):
        stage.does("sunli", lambda tx, by: joining.unmerge(tx, by, b, stage.now))
    stage.does("sunli", lambda tx, by: joining.unmerge(tx, by, a, stage.now))
    stage.does("sunli", lambda tx, by: joining.unmerge(tx, by, b, stage.now))
    with pytest.raises(Refusal):
        stage.does("sunli", lambda tx, by: joining.unmerge(tx, by, b, stage.now))
    with stage.store.read() as tx:
        behind = {key: len(clusters.joiners_of(tx, key)) for key in (a, b, c)}
    assert behind == {a: 1, b: 2, c: 1}
    assert {row.status for row in stage.rows("cases")} == {Status.OPEN}


def test_a_joiner_who_left_rates_nothing_and_hears_nothing(stage: Stage) -> None:
    first(stage)
    (name,) = of_building(stage, 1)
    stage.say(name, "阳光花园6栋停水了")
    stage.say(name, "加入")
    case = one_case(stage)
    stage.does(name, lambda tx, by: joining.take_back(tx, by, case.id, stage.now))
    with pytest.raises((NotFound, AlreadyDone)):
        stage.does(name, lambda tx, by: joining.take_back(tx, by, case.id, stage.now))
    stage.does("sunli", lambda tx, by: cases.answer(tx, by, case.id, "好了", [], stage.now))
    stage.work()
    heard = [row for row in stage.rows("deliveries") if row.kind == "notify.case_answered"]
    assert len(heard) == 1
    task = only(stage.rows("tasks"))
    with pytest.raises(NotFound):
        stage.does(name, lambda tx, by: ratings.rate(tx, by, task.id, 5, "", stage.now))
