"""What becomes of a voice message: nothing is lost, nothing is done twice, whatever happens meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bot import texts
from bot.messages import Incoming
from domain.recordings import LONGEST, PATIENCE, TRIES
from storage import recordings
from storage.recordings import LEASE
from tests.hearing.conftest import WANG, Room
from tests.hearing.prepared import ENDLESS, Prepared

LAMP = "阳光花园3栋2单元楼道灯坏了"


def echo(words: str) -> str:
    return f"我听到的是：“{words}”。对吗？"


def of_case(room: Room, number: int = 0) -> list[int]:
    """The files of a case."""
    case = room.rows("cases")[number]
    return [row.id for row in room.rows("files") if row.case_id == case.id]


# -- confirmed, wrong, answered in another way ------------------------------------------------------
def test_a_recording_is_echoed_and_counts_when_it_is_confirmed(room: Room) -> None:
    assert room.speak(LAMP).text.startswith("听到了，正在转成文字")
    assert room.listen() == echo(LAMP)
    assert room.rows("cases") == []
    assert "已登记，编号 1" in room.press("对").text
    (case,) = room.rows("cases")
    assert case.text == LAMP
    assert len(of_case(room)) == 1
    assert room.states() == ["done"]
    assert room.rows("recordings")[0].words == ""


def test_a_recording_answers_the_question_that_was_open(room: Room) -> None:
    room.say("水管一直在漏水")
    asked = room.replies()[-1]
    room.speak("阳光花园3号楼1单元")
    room.listen()
    assert "已登记，编号 1" in room.say("对的").text
    (case,) = room.rows("cases")
    assert (case.text, len(of_case(room))) == ("水管一直在漏水", 1)
    assert asked.choices()


def test_a_number_that_is_spoken_chooses_from_the_menu_that_was_asked_about(room: Room) -> None:
    room.say("水管一直在漏水")
    room.speak("3")
    room.listen()
    assert "3栋" in room.press("对").text


def test_wrong_twice_brings_a_human_with_both_recordings(room: Room) -> None:
    room.speak("楼道等坏了")
    room.listen()
    assert "再说一遍" in room.press("不对").text
    room.speak("楼道登坏了")
    room.listen()
    assert "编号 1" in room.press("不对").text
    (case,) = room.rows("cases")
    assert ("楼道等坏了" in case.text, "楼道登坏了" in case.text, len(of_case(room))) == (True, True, 2)
    assert room.states() == ["done", "done"]


def test_after_a_wrong_one_what_is_typed_counts_and_the_recording_stays(room: Room) -> None:
    room.speak("楼道等坏了")
    room.listen()
    room.press("不对")
    assert "已登记，编号 1" in room.say(LAMP).text
    assert room.rows("cases")[0].text == LAMP
    assert len(of_case(room)) == 1


def test_wrong_and_then_not_understood_brings_a_human(room: Room) -> None:
    room.speak("楼道等坏了")
    room.listen()
    room.press("不对")
    room.speak(ENDLESS)
    assert "没听清" in room.listen()
    assert len(of_case(room)) == 2


def test_cancelled_is_over(room: Room) -> None:
    room.speak(LAMP)
    room.listen()
    room.say("取消")
    room.passes(hours=1)
    room.listen()
    assert room.rows("cases") == []
    assert room.states() == ["done"]


# -- danger -----------------------------------------------------------------------------------------
def test_danger_is_not_asked_about(room: Room) -> None:
    room.speak("快来人啊阳光花园3栋2单元着火了")
    assert "119" in room.listen()
    (case,) = room.rows("cases")
    assert (case.urgent, len(of_case(room))) == (True, 1)
    assert [row.kind for row in room.rows("events")][-1] == "case_reported"
    assert room.states() == ["done"]


def test_danger_in_two_breaths_is_danger(room: Room) -> None:
    room.speak("阳光花园6栋2单元电梯")
    room.listen()
    room.speak("有人被困在里面了")
    assert "119" in room.listen()
    assert (room.rows("cases")[0].urgent, len(of_case(room))) == (True, 2)
    assert room.states() == ["done", "done"]


# -- nothing was understood -------------------------------------------------------------------------
@pytest.mark.parametrize("words", ["", ENDLESS])
def test_what_was_not_understood_goes_to_a_human(room: Room, words: str) -> None:
    room.speak(words)
    told = room.listen()
    assert "没听清" in told
    assert "编号 1" in told
    assert (room.rows("cases")[0].kind, len(of_case(room))) == ("inquiry", 1)
    assert room.states() == ["done"]


def test_a_very_long_one_goes_to_a_human_at_once(room: Room) -> None:
    assert "3 分钟" in room.speak(LAMP, seconds=LONGEST + 1).text
    assert len(of_case(room)) == 1
    assert room.rows("recordings") == []


def test_what_was_not_understood_does_not_end_the_open_question(room: Room) -> None:
    room.say("水管一直在漏水")
    room.speak("")
    assert "没听清" in room.listen()
    assert "已登记，编号 1" in room.say("阳光花园3栋2单元").text
    assert len(of_case(room)) == 1


def test_a_broken_engine_hears_nothing_more_and_nothing_is_lost(room: Room) -> None:
    assert isinstance(room.transcriber, Prepared)
    room.transcriber.broken = True
    room.speak(LAMP)
    assert "编号 1" in room.listen()
    room.passes(minutes=5)
    assert "编号 2" in room.speak(LAMP).text
    assert room.ear.transcriber is None


def test_where_nobody_hears_it_goes_to_a_human_at_once(room: Room) -> None:
    room.ear.transcriber, room.conversation.hears = None, False
    assert "编号 1" in room.speak(LAMP).text
    assert room.rows("recordings") == []


def test_a_recording_that_nobody_takes_up_goes_to_a_human_in_the_end(room: Room) -> None:
    room.speak(LAMP)
    room.ear.transcriber = None
    room.listen()
    assert room.rows("cases") == []
    room.passes(seconds=PATIENCE.total_seconds() + 1)
    assert "没听清" in room.listen()
    assert len(of_case(room)) == 1


# -- time passes ------------------------------------------------------------------------------------
def test_without_an_answer_a_human_gets_the_recording_and_what_was_heard(room: Room) -> None:
    room.speak(LAMP)
    room.listen()
    room.passes(minutes=9, seconds=59)
    room.listen()
    assert room.rows("cases") == []
    room.passes(seconds=2)
    assert "还没等到您" in room.listen()
    (case,) = room.rows("cases")
    assert (LAMP in case.text, len(of_case(room))) == (True, 1)
    room.passes(hours=2)
    room.listen()
    assert len(room.rows("cases")) == 1
    assert "过期" in room.press("对").text


def test_without_an_answer_the_question_before_it_comes_back(room: Room) -> None:
    room.say("水管一直在漏水")
    room.speak("三号楼")
    room.listen()
    room.passes(minutes=11)
    assert "我们接着刚才的说" in room.listen()
    room.say("阳光花园3栋2单元")
    assert [case.text for case in room.rows("cases")][1] == "水管一直在漏水"


def test_one_that_the_dialogue_has_lost_still_reaches_a_human(room: Room) -> None:
    room.speak(LAMP)
    room.listen()
    with room.store.begin() as tx:
        tx.connection.exec_driver_sql(f"UPDATE addresses SET state = '{{}}' WHERE address = '{WANG}'")
    room.passes(minutes=11)
    room.listen()
    assert LAMP in room.rows("cases")[0].text
    assert len(of_case(room)) == 1


def test_what_is_added_gives_ten_more_minutes(room: Room) -> None:
    room.speak("喂你好")
    room.listen()
    room.passes(minutes=9)
    room.speak(LAMP)
    assert room.listen() == echo(f"喂你好，{LAMP}")
    room.passes(minutes=9)
    room.listen()
    assert room.rows("cases") == []
    room.passes(minutes=2)
    room.listen()
    assert len(room.rows("cases")) == 1
    assert len(of_case(room)) == 2


def test_words_wait_for_consent_as_written_ones_do(room: Room) -> None:
    with room.store.begin() as tx:
        tx.connection.exec_driver_sql("UPDATE people SET consent_at = NULL")
    room.speak(LAMP)
    room.listen()
    assert "同意吗" in room.press("对").text
    assert room.rows("cases") == []
    assert "已登记，编号 1" in room.press("同意").text
    assert len(of_case(room)) == 1


# -- more than once, more than one, and in the middle -----------------------------------------------
def test_a_message_that_comes_twice_is_heard_once(room: Room) -> None:
    spoken = room.spoken(LAMP)
    first = room.conversation.receive(spoken, room.now)
    room.listen()
    assert room.conversation.receive(spoken, room.now) == first
    room.listen()
    assert isinstance(room.transcriber, Prepared)
    assert len(room.transcriber.heard) == 1
    assert [reply.text for reply in room.replies()].count(echo(LAMP)) == 1


def test_one_that_was_being_heard_at_a_crash_is_heard_after_the_restart(room: Room) -> None:
    room.speak(LAMP)
    assert room.ear.take() is not None  # and then the power fails
    after = room.anew()
    after.listen()
    assert after.states() == ["hearing"]
    after.passes(seconds=LEASE.total_seconds() + 1)
    assert after.listen() == echo(LAMP)
    assert "已登记，编号 1" in after.press("对").text


def test_a_crash_between_hearing_and_handing_back_loses_no_word(room: Room) -> None:
    room.speak(LAMP)
    job = room.ear.take()
    assert job is not None
    room.ear.hear(job)
    after = room.anew()
    assert after.listen() == echo(LAMP)
    assert isinstance(after.transcriber, Prepared)
    assert after.transcriber.heard == []


def test_one_that_kills_every_listener_goes_to_a_human(room: Room) -> None:
    room.speak(LAMP)
    for _ in range(TRIES):
        room = room.anew()
        assert room.ear.take() is not None
        room.passes(seconds=LEASE.total_seconds() + 1)
    assert "没听清" in room.listen()
    assert len(of_case(room)) == 1


def test_a_deployment_in_the_middle_gives_it_back(room: Room) -> None:
    slow = room.anew(Prepared(seconds=30))
    slow.speak(LAMP)
    job = slow.ear.take()
    assert job is not None
    assert slow.transcriber is not None
    with ThreadPoolExecutor(1) as pool:
        hearing = pool.submit(slow.ear.hear, job)
        while not hearing.done():
            slow.transcriber.close()
    assert slow.states() == ["waiting"]
    assert slow.anew().listen() == echo(LAMP)


def test_two_workers_hear_it_once_and_hand_it_back_once(room: Room) -> None:
    for number in range(4):
        room.speak(f"阳光花园{number + 1}栋路灯不亮")
    rooms = [room.anew(Prepared(seconds=0.05)) for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(one.listen) for one in rooms]
        done += [pool.submit(one.ear.hand_back) for one in rooms]
        for one in done:
            one.result(20)
    heard = [words for one in rooms for words, _ in one.transcriber.heard]  # type: ignore[union-attr]
    assert sorted(heard) == [f"阳光花园{number + 1}栋路灯不亮" for number in range(4)]
    echoes = [reply for reply in room.replies() if reply.text.startswith("我听到的是")]
    assert len(echoes) == 4
    assert all(words in echoes[-1].text for words in heard)
    assert room.states() == ["asked"] * 4


def test_the_same_words_handed_back_twice_are_asked_about_once(room: Room) -> None:
    room.speak(LAMP)
    job = room.ear.take()
    assert job is not None
    room.ear.hear(job)
    with room.store.begin() as tx:
        (ready,) = recordings.ready(tx, room.now)
    room.ear._bring(ready, room.now)
    room.press("对")
    room.anew().ear._bring(ready, room.now)
    assert len(room.rows("cases")) == 1
    assert [reply.text for reply in room.replies()].count(echo(LAMP)) == 1


# -- whose it is ------------------------------------------------------------------------------------
def test_nobody_confirms_the_recording_of_another(room: Room) -> None:
    room.speak(LAMP)
    room.listen()
    forged = Incoming(channel="story", address="thief", message_id="1", recording=1, text="着火了")
    assert room.conversation.receive(forged, room.now) is None
    for payload in ("hear_voice recordings=1 said=x", "hear_voice recordings=1 right=yes", "hear_voice"):
        pressed = replace(forged, message_id=payload, recording=0, text="", pressed=payload)
        room.conversation.receive(pressed, room.now)
    assert room.states() == ["asked"]
    assert room.rows("cases") == []


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_it_is_heard_and_asked_about_in_the_language_of_the_person(room: Room, locale: str) -> None:
    room.moves_in(locale)
    room.speak("the lamp is broken")
    assert room.listen() == texts.say(locale, "hear_voice.ask_right", text="the lamp is broken")
    assert isinstance(room.transcriber, Prepared)
    assert room.transcriber.heard[0][1] == ("en" if locale == "en" else "zh")
    room.press(texts.say(locale, "buttons.heard_right"))
    assert room.states() == ["done"]
