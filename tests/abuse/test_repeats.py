"""The same thing twice has one effect: at once, under another number, from an old card."""

from __future__ import annotations

import pytest

from bot.messages import Reply
from tests.abuse.conftest import Things
from tests.acting import Stage, at_once, only

REPORT = "阳光花园3栋2单元电梯坏了"


def test_the_same_message_five_times_at_once_has_one_effect_and_one_answer(stage: Stage) -> None:
    stage.cast("wang-ayi")
    for number in range(20):
        what = f"阳光花园{number // 2 + 1}栋1单元{'电梯坏了' if number % 2 else '楼道灯不亮'}"
        acts = [lambda n=number, w=what: stage.say("wang-ayi", w, message_id=f"same-{n}")] * 5
        answers = at_once(acts, 5)
        assert answers[0] is not None
        assert answers == [answers[0]] * 5
        stage.later(minutes=5)
    assert stage.count("cases") == 20
    assert not stage.crashes()


def test_a_strangers_first_message_five_times_at_once_makes_one_person(stage: Stage) -> None:
    for number in range(10):
        who, before = f"stranger-{number}", stage.count("people")
        answers = at_once([lambda w=who: stage.say(w, REPORT, message_id="first")] * 5, 5)
        assert answers == [answers[0]] * 5
        assert stage.count("people") == before + 1
    assert not stage.crashes()


def test_a_claim_tapped_five_times_at_once_is_one_claim(stage: Stage) -> None:
    stage.cast("wang-ayi", "liming")
    stage.say("wang-ayi", REPORT)
    task = only(stage.rows("tasks")).id
    answers = at_once([lambda: stage.pressed("liming", f"claim_task task={task}")] * 5, 5)
    assert sum("交给您了" in answer for answer in answers) == 1
    assert sum("已经有您了" in answer for answer in answers) == 4
    assert stage.count("claims") == 1


TAPS = {
    "claim_task task={open_task}": "zhaoqiang",
    "finish_task task={task} answer=修好了": "liming",
    "give_back_task task={task} reason=没空": "liming",
    "accept_hand_over offer={hand_over}": "zhaoqiang",
    "refuse_hand_over offer={hand_over}": "zhaoqiang",
    "accept_transfer offer={transfer}": "fengjie",
    "refuse_transfer offer={transfer}": "fengjie",
    "verify_wish case={wish}": "sunli",
    "refuse_wish case={wish} reason=x": "sunli",
    "verify_member membership={membership} accept=yes": "sunli",
    "assign_case case={open} member={member}": "sunli",
    "answer_case case={open} answer=x": "sunli",
    "withdraw_case case={open} sure=yes": "wang-ayi",
    "confirm_case case={answered}": "wang-ayi",
    "reopen_case case={answered} reason=x": "wang-ayi",
    "rate_service task={served} stars=5": "wang-ayi",
    "sign_up_activity activity={activity}": "li-nainai",
    "leave_activity activity={activity}": "wang-ayi",
    "cancel_activity activity={activity}": "sunli",
    "cancel_notice notice={notice}": "sunli",
    "read_notices got={notice}": "liming",
    "answer_call call={call}": "liming",
    "decline_call call={call}": "liming",
    "end_call call={call}": "wang-ayi",
}


@pytest.mark.parametrize("tap", TAPS)
def test_a_tap_repeated_under_a_new_number_does_nothing_more(day: Stage, things: Things, tap: str) -> None:
    payload = tap.format(**{name: getattr(things, name) for name in Things.__slots__})
    before = day.written()
    first = day.press(TAPS[tap], payload)
    done = day.written()
    assert done != before
    day.later(seconds=2)
    again = day.press(TAPS[tap], payload)
    assert day.written() == done
    assert isinstance(first, Reply)
    assert isinstance(again, Reply)
    assert again.text
    assert again.text != first.text


def test_a_tap_on_an_outdated_card_says_how_things_stand(day: Stage, things: Things) -> None:
    day.press("wang-ayi", f"withdraw_case case={things.open} sure=yes")
    before = day.written()
    assert day.pressed("liming", f"claim_task task={things.open_task}")
    assert "撤" in day.pressed("sunli", f"answer_case case={things.open} answer=x")
    day.forget("sunli")
    assert day.pressed("sunli", f"assign_case case={things.open} member={things.member}")
    assert day.written() == before


def test_an_old_card_still_shows_the_case_as_it_is_now(day: Stage, things: Things) -> None:
    day.press("wang-ayi", f"confirm_case case={things.answered}")
    day.forget("wang-ayi")
    shown = day.press("wang-ayi", f"case_status case={things.answered}")
    assert shown is not None
    assert shown.card is not None
    assert shown.card.progress == 1.0
