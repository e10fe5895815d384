"""Forty people, ten places at an activity."""

from __future__ import annotations

from datetime import timedelta

from actions import activities
from tests.acting import Stage, at_once


def states(stage: Stage, state: str) -> list[int]:
    return [row.person_id for row in stage.rows("signups") if row.state == state]


def test_forty_sign_up_for_ten_places_and_places_that_come_free_go_down_the_line(stage: Stage) -> None:
    stage.cast("sunli")
    people, unit = stage.crowd(40), stage.unit("b-yangguanghuayuan")
    activity = stage.does(
        "sunli",
        lambda tx, by: (
            activities.plan(
                tx,
                by,
                unit,
                title="义诊",
                starts_at=stage.now + timedelta(days=2),
                where="广场",
                places=10,
                now=stage.now,
            ).id
        ),
    )
    answers = at_once(
        [lambda w=who: stage.pressed(w, f"sign_up_activity activity={activity}") for who in people]
    )
    assert all(answers)
    joined, line = states(stage, "joined"), states(stage, "waiting")
    assert (len(joined), len(line)) == (10, 30)
    with stage.store.begin() as tx:
        address = {stage.person(tx, who).id: who for who in people}
    at_once(
        [lambda p=person: stage.press(address[p], f"leave_activity activity={activity}") for person in joined]
    )
    assert sorted(states(stage, "joined")) == sorted(line[:10])
    assert states(stage, "waiting") == line[10:]
    assert [row.taken for row in stage.rows("activities")] == [10]
    assert not stage.crashes()


def test_who_leaves_the_line_and_signs_up_again_stands_at_its_end(stage: Stage) -> None:
    stage.cast("sunli")
    people, unit = stage.crowd(4), stage.unit("b-yangguanghuayuan")
    activity = stage.does(
        "sunli",
        lambda tx, by: (
            activities.plan(
                tx,
                by,
                unit,
                title="义诊",
                starts_at=stage.now + timedelta(days=2),
                where="广场",
                places=1,
                now=stage.now,
            ).id
        ),
    )
    join, leave = f"sign_up_activity activity={activity}", f"leave_activity activity={activity}"
    for who in people:
        stage.press(who, join)
        stage.later(seconds=5)
    stage.press(people[1], leave)
    stage.later(seconds=5)
    stage.press(people[1], join)
    stage.later(seconds=5)
    stage.press(people[0], leave)
    with stage.store.begin() as tx:
        ids = [stage.person(tx, who).id for who in people]
    assert states(stage, "joined") == [ids[2]]
    stage.press(people[2], leave)
    assert states(stage, "joined") == [ids[3]]
