"""When a message is not understood, and when there are too many: nothing is lost, a human gets it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

import handlers  # noqa: F401 - registers the flows
from bot.conversation import Conversation
from bot.messages import Incoming, Media, Reply
from domain.case import Case
from domain.labels import Emergency
from nlu.meaning import Guess, Meaning, NamedPlace
from nlu.normalize import normalize
from nlu.understand import Understanding
from storage import cases, people
from storage.store import Store
from tests.acting import Stage
from tests.conftest import NOW

pytestmark = pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)


class Unsure:
    """Understanding that hears two things in everything, and fire in 着火."""

    steady = True

    def with_places(self, places: object) -> Unsure:
        return self

    def understand(self, text: str, now: datetime) -> Meaning:
        guesses = (
            Guess(intent="list_activities", confidence=0.4),
            Guess(intent="branch_queue", confidence=0.3),  # not for residents: never offered to them
            Guess(intent="ask_policy", confidence=0.2),
        )
        fire = Emergency.FIRE if "着火" in text else None
        return Meaning(
            text=normalize(text),
            intent="list_activities",
            confidence=0.4 if text else 0.0,
            guesses=guesses,
            emergency=fire,
        )


@dataclass
class Phone:
    """Somebody's chat with Linli."""

    conversation: Conversation
    name: str
    at: datetime = NOW
    count: int = 0

    def say(self, text: str = "", *, pressed: str = "", after: float = 5) -> Reply | None:
        self.at += timedelta(seconds=after)
        self.count += 1
        incoming = Incoming(
            channel="story", address=self.name, message_id=str(self.count), text=text, pressed=pressed
        )
        return self.conversation.receive(incoming, self.at)

    def cases(self, store: Store) -> list[Case]:
        with store.read() as tx:
            person = people.by_key(tx, self.name)
            assert person is not None
            return cases.of_person(tx, person.id)


@pytest.fixture
def wang(demo_store: Store) -> Phone:
    conversation = Conversation(demo_store, Unsure())  # type: ignore[arg-type]
    with demo_store.begin() as tx:
        person = people.by_key(tx, "wang-ayi")
        assert person is not None
        address, _, _ = people.arrive(tx, "story", "wang-ayi", "zh_Hans", NOW)
        people.bind(tx, address.id, person.id)
        from actions.people import consent

        consent(tx, person, NOW)
    return Phone(conversation, "wang-ayi")


def labels(reply: Reply | None) -> list[str]:
    assert reply is not None
    return [label for label, _ in reply.choices()]


def test_not_sure_offers_two_guesses_that_the_person_may_use(wang: Phone) -> None:
    assert labels(wang.say("那个东西咋整")) == ["活动", "办事指南", "转人工"]


def test_a_guess_that_is_pressed_goes_on_with_the_words(wang: Phone) -> None:
    wang.say("居住证那个咋整")
    reply = wang.say("办事指南")
    assert reply is not None
    assert reply.text.startswith("居住证办理")


def test_what_stays_unclear_reaches_a_human_word_by_word(wang: Phone, demo_store: Store) -> None:
    for words in ("那个东西咋整", "就是那个嘛", "唉说不清"):
        reply = wang.say(words)
    assert reply is not None
    assert "已转给" in reply.text
    (case,) = wang.cases(demo_store)
    assert case.text == "那个东西咋整\n就是那个嘛\n唉说不清"


def test_too_many_messages_get_one_notice_and_the_held_words_reach_a_human(
    wang: Phone, demo_store: Store
) -> None:
    replies = [wang.say(f"第{n}句", after=0.05) for n in range(30)]
    notices = [reply for reply in replies[20:] if reply is not None]
    assert [reply.text[:7] for reply in notices] == ["您发得太快了，"]
    reply = wang.say("好了", after=60)
    assert reply is not None
    assert "已转给" in reply.text
    held = next(case for case in wang.cases(demo_store) if "第25句" in case.text)
    assert all(f"第{n}句" in held.text for n in range(20, 30))


def test_life_safety_passes_however_many_messages_there_are(wang: Phone) -> None:
    for n in range(40):
        wang.say(f"第{n}句", after=0.05)
    reply = wang.say("着火了", after=0.05)
    assert reply is not None
    assert "119" in reply.text


class HalfSure:
    """The real understanding, and half sure of whatever is said about the choir."""

    def __init__(self, real: Understanding) -> None:
        self.real = real

    steady = True

    def with_places(self, places: list[NamedPlace]) -> HalfSure:
        return HalfSure(self.real.with_places(places))

    def understand(self, text: str, now: datetime) -> Meaning:
        meaning = self.real.understand(text, now)
        if "合唱" not in text:
            return meaning
        guesses = (Guess(intent="list_activities", confidence=0.8),)
        return replace(meaning, intent="list_activities", confidence=0.8, guesses=guesses)


@pytest.mark.parametrize("said", ["合唱队那边", "想了解一下补贴"])
def test_soon_after_a_report_what_is_half_sure_or_asks_is_not_added_to_it(
    demo_store: Store, understanding: Understanding, said: str
) -> None:
    stage = Stage(demo_store, HalfSure(understanding))  # type: ignore[arg-type]
    stage.cast("wang-ayi")
    stage.say("wang-ayi", "阳光花园3栋2单元楼道灯坏了")
    stage.later(seconds=20)
    reply = stage.say("wang-ayi", said)
    assert reply is not None
    assert "补充" not in reply.text
    assert stage.count("notes") == 0


def test_soon_after_a_report_a_word_about_it_is_added(
    demo_store: Store, understanding: Understanding
) -> None:
    stage = Stage(demo_store, understanding)
    stage.cast("wang-ayi")
    stage.say("wang-ayi", "阳光花园3栋2单元楼道灯坏了")
    stage.later(seconds=20)
    assert "已补充到 1 号" in stage.told("wang-ayi", "就是靠近信箱的那一盏")
    assert stage.count("notes") == 1


def test_other_words_instead_of_a_button_take_the_photo_along(
    demo_store: Store, understanding: Understanding
) -> None:
    stage = Stage(demo_store, HalfSure(understanding))  # type: ignore[arg-type]
    stage.cast("wang-ayi")
    picture = Media(kind="photo", sha256="a" * 64, mime="image/png", size=3)
    stage.say("wang-ayi", "合唱室那个", media=(picture,))
    assert "已登记" in stage.told("wang-ayi", "阳光花园3栋2单元楼道灯坏了")
    [file] = stage.rows("files")
    assert file.case_id == stage.rows("cases")[0].id


def test_a_second_problem_told_while_the_first_is_asked_about_waits_its_turn(
    demo_store: Store, understanding: Understanding
) -> None:
    stage = Stage(demo_store, understanding)
    [who] = stage.crowd(1)
    stage.say(who, "电梯坏了")
    waits = stage.told(who, "楼下垃圾三天没人清了")
    assert "楼下垃圾三天没人清了" in waits
    assert "小区和楼号" in waits
    stage.say(who, "阳光花园3栋2单元")
    stage.say(who, "阳光花园3栋2单元")
    assert [case.category for case in stage.rows("cases")] == ["lift", "sanitation"]


def test_thanks_while_a_question_is_open_are_answered_and_the_question_stays(
    demo_store: Store, understanding: Understanding
) -> None:
    stage = Stage(demo_store, understanding)
    [who] = stage.crowd(1)
    stage.say(who, "电梯坏了")
    for words, answer in (("谢谢你啊", "不客气"), ("再见啦", "再见"), ("谢谢", "不客气")):
        told = stage.told(who, words)
        assert answer in told
        assert "小区" in told
    stage.say(who, "阳光花园3栋2单元")
    assert stage.count("cases") == 1
