"""Four hundred taps for ten places, and two for one; `make faults` has a thousand and more of both."""

from __future__ import annotations

from collections import Counter

from actions import cases, tasks
from domain.people import RoleKind
from domain.tasks import ClaimState
from storage import community
from tests.acting import Stage, at_once, only

BRANCH = "b-yangguanghuayuan"


def post(stage: Stage, places: int) -> int:
    unit = stage.unit(BRANCH)
    return stage.does(
        "sunli", lambda tx, by: tasks.post(tx, by, unit, title="搬椅子", places=places, now=stage.now).id
    )


def claims(stage: Stage, task: int, state: ClaimState) -> list[int]:
    return [row.person_id for row in stage.rows("claims") if row.task_id == task and row.state == state]


def test_two_who_claim_in_the_same_instant_one_gets_it_and_the_other_hears_who(stage: Stage) -> None:
    stage.cast("wang-ayi", "liming", "zhaoqiang")
    names = {"liming": "李明", "zhaoqiang": "赵强"}
    place = stage.place("yangguanghuayuan-3-2")
    for _ in range(40):

        def report(tx, by):
            return cases.report(
                tx, by, text="灯坏了", category="repairs", place=community.place(tx, place), now=stage.now
            ).id

        case = stage.does("wang-ayi", report)
        task = stage.rows("tasks")[-1]
        assert task.case_id == case
        taps = [lambda w=who, t=task.id: stage.pressed(w, f"claim_task task={t}") for who in names]
        answers = dict(zip(names, at_once(taps, 2), strict=True))
        winner = only(who for who in names if "交给您了" in answers[who])
        loser = only(set(names) - {winner})
        assert f"已经由{names[winner]}接了" in answers[loser], answers
        stage.later(seconds=30)
    held = Counter(row.task_id for row in stage.rows("claims") if row.state == ClaimState.HELD)
    assert set(held.values()) == {1}
    assert len(held) == 40
    assert not stage.crashes()


def test_four_hundred_taps_for_ten_places_are_ten_claims_and_a_line(stage: Stage) -> None:
    stage.cast("sunli")
    people = stage.crowd(100, RoleKind.MEMBER, BRANCH)
    task = post(stage, places=10)
    taps = [lambda w=who: stage.pressed(w, f"claim_task task={task}") for who in people * 4]
    answers = at_once(taps, 16)
    assert all(answers)
    assert len(claims(stage, task, ClaimState.HELD)) == 10
    assert len(claims(stage, task, ClaimState.WAITING)) == 90
    assert sum("已经有您了" in answer for answer in answers) == 300
    row = next(row for row in stage.rows("tasks") if row.id == task)
    assert (row.taken, row.state) == (10, "full")
    assert not stage.crashes()


def test_a_freed_place_goes_to_the_first_in_line_and_to_nobody_twice(stage: Stage) -> None:
    """Ten give back at once: the ten who have waited longest have it, in their order."""
    stage.cast("sunli")
    people = stage.crowd(40, RoleKind.MEMBER, BRANCH)
    task = post(stage, places=10)
    at_once([lambda w=who: stage.press(w, f"claim_task task={task}") for who in people], 16)
    held, line = claims(stage, task, ClaimState.HELD), claims(stage, task, ClaimState.WAITING)
    with stage.store.begin() as tx:
        address = {stage.person(tx, who).id: who for who in people}
    back = [
        lambda p=person: stage.press(address[p], f"give_back_task task={task} reason=没空") for person in held
    ]
    quit_line = [lambda: stage.press(address[line[-1]], f"give_back_task task={task}")]
    at_once(back + quit_line, 11)
    assert sorted(claims(stage, task, ClaimState.HELD)) == sorted(line[:10])
    assert claims(stage, task, ClaimState.WAITING) == line[10:-1]
    freed = [row.data["to"] for row in stage.rows("events") if row.kind == "place_freed"]
    assert freed == line[:10]
    row = next(row for row in stage.rows("tasks") if row.id == task)
    assert (row.taken, row.state) == (10, "full")
    assert not stage.crashes()
