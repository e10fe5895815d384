"""Behind a thousand reports of a power cut a fire is told first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions import cases
from domain.events import Event
from nlu.understand import Understanding
from storage import community, outbox
from storage.store import Store
from storage.tx import Tx
from tests.acting import Stage, hurried
from tests.conftest import NOW


@pytest.fixture
def stage(demo_store: Store, understanding: Understanding) -> Stage:
    return Stage(hurried(demo_store), understanding)


def backlog(tx: Tx, case_id: int, count: int) -> None:
    for n in range(count):
        at = NOW + timedelta(milliseconds=n)
        tx.add(Event(kind="case_reported", at=at, subject="case", subject_id=case_id))


def test_a_danger_overtakes_the_events_that_wait(stage: Stage) -> None:
    stage.cast("wang-ayi", "zhang-xiansheng", "sunli")
    place = stage.place("yangguanghuayuan-3-2")

    def files(tx, by, text, urgent):
        found = community.place(tx, place)
        category = "danger" if urgent else "repairs"
        return cases.report(tx, by, text=text, category=category, place=found, now=NOW, urgent=urgent).id

    calm = stage.does("wang-ayi", lambda tx, by: files(tx, by, "灯不亮", False))
    with stage.store.begin() as tx:
        backlog(tx, calm, 120)
    fire = stage.does("zhang-xiansheng", lambda tx, by: files(tx, by, "着火了", True))
    with stage.store.begin() as tx:
        first = outbox.unhandled(tx, 50)
        assert first[0].subject_id == fire
        assert len(first) == 51
        assert [event.id for event in first[1:]] == sorted(event.id for event in first[1:])
        outbox.handled(tx, [event.id for event in first], NOW)
        rest = outbox.unhandled(tx, 500)
        assert fire not in {event.subject_id for event in rest}
        assert len({event.id for event in (*first, *rest)}) == len(first) + len(rest)
