"""Danger is heard in the middle of anything: the numbers come first, a human is alarmed at once."""

from __future__ import annotations

import pytest

from bot.talk import INTENTS
from tests.abuse.conftest import Things
from tests.acting import Stage, only

CRIES = {
    "我家着火了": "119",
    "楼道里好大的煤气味": "119",
    "我不想活了": "120",
    "有人触电了快来": "120",
}


def alarmed(stage: Stage, before: set[int]) -> int:
    """The new urgent case that rings the branch, at once."""
    case = only(row for row in stage.rows("cases") if row.id not in before)
    assert case.urgent
    stage.work()
    events = {row.id for row in stage.rows("events") if row.subject == "case" and row.subject_id == case.id}
    alerts = [row for row in stage.rows("deliveries") if row.event_id in events and row.lane == "alert"]
    assert alerts
    assert all(row.due_at <= stage.now for row in alerts)
    return int(case.id)


@pytest.mark.parametrize("name", sorted(INTENTS))
def test_danger_comes_before_the_first_question_of_every_dialogue(
    day: Stage, things: Things, name: str
) -> None:
    who = "sunli" if INTENTS[name].roles else "li-nainai"
    facts = {slot: getattr(things, slot) for slot in Things.__slots__}
    button = {"finish_task": "finish_task task={task}", "ask_resident": "ask_resident case={held}"}.get(
        name, name
    )
    day.press(who, button.format(**facts))
    before = {row.id for row in day.rows("cases")}
    answer = day.told(who, "着火了，快来人")
    assert "119" in answer.split("\n")[0]
    alarmed(day, before)


@pytest.mark.parametrize("words", CRIES)
@pytest.mark.parametrize("situation", ["consent", "in a call", "in a group", "after a flood", "never seen"])
def test_danger_is_heard_wherever_it_is_said(day: Stage, things: Things, words: str, situation: str) -> None:
    who, more = "li-nainai", {}
    if situation in ("consent", "never seen"):
        who = "stranger"
    if situation == "consent":
        day.say(who, "阳光花园3栋2单元电梯坏了")
    if situation == "in a call":
        who = "wang-ayi"
        day.press("liming", f"answer_call call={things.call}")
        day.say(who, "喂")
    if situation == "after a flood":
        for number in range(40):
            day.say(who, f"刷屏{number}")
    if situation == "in a group":
        more = {"private": False}
    before = {row.id for row in day.rows("cases")}
    answer = day.told(who, words, **more)
    assert CRIES[words] in answer.split("\n")[0] + answer
    alarmed(day, before)


def test_danger_at_night_rings_at_night(day: Stage) -> None:
    day.later(hours=17)
    before = {row.id for row in day.rows("cases")}
    assert "119" in day.told("li-nainai", "我家着火了")
    alarmed(day, before)
