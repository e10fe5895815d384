"""What stands behind a button is user input: whatever it is, the answer is polite and nothing breaks."""

from __future__ import annotations

import inspect
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.messages import Reply
from bot.talk import INTENTS, Slot
from tests.abuse.conftest import Things
from tests.acting import Stage

NASTY = (
    "",
    "0",
    "1",
    "²",
    "٣",
    "99999999999999999999",
    "None",
    "{0}",
    "书记",
    "x" * 200,
    "2026-11-31T25:00",
    "2026-12-01T10:00",
    "0000-01",
    "9999-12",
    "place:99999999999999999999",
    "which",
)
_TOLD = re.compile(r'told(?:_id|\.get|\.pop)?\(?\s*\[?"(\w+)"|"(\w+)" (?:not )?in talk\.flow\.told')


def _slots_of(name: str) -> list[str]:
    """What a flow asks or takes from its button."""
    module = inspect.getmodule(INTENTS[name].run)
    asked = {one.name for one in vars(module).values() if isinstance(one, Slot)}
    told = {found for pair in _TOLD.findall(inspect.getsource(INTENTS[name].run)) for found in pair}
    return sorted((asked | told) - {""})


SLOTS = sorted({slot for name in INTENTS for slot in _slots_of(name)})
FIXED = (
    "",
    " ",
    "?",
    "?.",
    "?..",
    "?1",
    "?1.",
    "?1.x.",
    "?1.consent.0",
    "?0.where.0",
    "?99.where.99999",
    "v9:1:2",
    "=",
    "= =",
    "claim_task",
    "claim_task =",
    "claim_task task",
    "claim_task task=",
    "claim_task  task=1",
    "claim_task task=1 task=2",
    "nobody_knows x=1",
    "CLAIM_TASK task=1",
    "\x00",
    "\ud83d",
    "a" * 5000,
)
PEOPLE = ("wang-ayi", "liming", "sunli", "tangning")

polite = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def answered(stage: Stage, who: str, payload: str) -> Reply:
    reply = stage.press(who, payload)
    assert reply is not None, payload
    assert reply.text.strip(), payload
    assert not stage.crashes(), payload
    return reply


@pytest.mark.parametrize("payload", FIXED)
def test_a_payload_nobody_made_is_refused_politely(day: Stage, payload: str) -> None:
    for who in PEOPLE:
        answered(day, who, payload or "?")


@pytest.mark.parametrize("name", sorted(INTENTS))
def test_every_slot_of_every_button_takes_any_value(day: Stage, things: Things, name: str) -> None:
    """With the other slots told, so that the one looked at is reached."""
    told = {slot: getattr(things, slot, 1) for slot in SLOTS} | {
        "case": things.held,
        "when": "2026-12-01T10:00+08:00",
    }
    told |= {"month": "2026-12", "audience": "all", "unit": things.branch, "notice": "x", "reason": "x"}
    who = "sunli" if INTENTS[name].roles else "wang-ayi"
    tried = _slots_of(name)
    for slot in tried:
        others = [f"{other}={told[other]}" for other in tried if other != slot]
        for value in NASTY:
            day.press(who, " ".join([name, f"{slot}={value}", *others]).rstrip())
            day.forget(who)
    assert not day.crashes()


@polite
@given(st.data())
def test_random_payloads_are_answered(day: Stage, data: st.DataObject) -> None:
    anything = st.one_of(
        st.text(max_size=80),
        st.binary(max_size=64).map(lambda raw: raw.decode("utf-8", "surrogateescape")),
        st.builds(
            lambda flow, slot, index: f"?{flow}.{slot}.{index}",
            st.integers(-1, 9) | st.text(max_size=3),
            st.sampled_from(SLOTS) | st.text(max_size=5),
            st.integers(-2, 99) | st.text(max_size=4),
        ),
        st.builds(
            lambda name, pairs: " ".join([name, *(f"{k}={v}" for k, v in pairs)]),
            st.sampled_from(sorted(INTENTS)),
            st.lists(
                st.tuples(st.sampled_from(SLOTS), st.sampled_from(NASTY) | st.text(max_size=9)), max_size=4
            ),
        ),
    )
    who = data.draw(st.sampled_from(PEOPLE))
    for _ in range(data.draw(st.integers(1, 3))):
        day.press(who, data.draw(anything) or "?")
    assert not day.crashes()


@pytest.mark.parametrize("demo_store", ["postgres"], indirect=True)  # SQLite's columns have no length
def test_an_endless_answer_to_any_question_fits_or_is_told(stage: Stage) -> None:
    """4,096 characters to every question that takes words; a column that is too short must not break."""
    stage.cast("sunli", "wang-ayi")
    answers = ("很长" * 2048, "12月1日上午10点", "很长" * 2048, "1", "很长" * 2048)
    for name in sorted(INTENTS):
        who = "sunli" if INTENTS[name].roles else "wang-ayi"
        stage.forget(who)
        stage.press(who, name)
        if not any("open" in row.state for row in stage.rows("addresses")):
            continue
        for answer in answers:
            stage.say(who, answer)
            stage.later(seconds=30)
        assert not stage.crashes(), name


def test_an_outdated_choice_is_answered_with_the_open_question(day: Stage) -> None:
    first = day.press("li-nainai", "report_issue")
    day.say("li-nainai", "楼道灯坏了")
    old = day.press("li-nainai", "set_home")
    day.say("li-nainai", "取消")
    assert first is not None
    assert old is not None
    before = day.written()
    for payload in ("?1.what.0", "?2.home.0", "?77.where.3"):
        assert "过期" in day.pressed("li-nainai", payload) or day.pressed("li-nainai", payload)
    assert day.written() == before
