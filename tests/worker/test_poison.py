"""One event or delivery that breaks us stops nobody else's."""

from __future__ import annotations

from datetime import datetime

import pytest

import handlers  # noqa: F401 - registers the flows
from bot.conversation import Conversation
from bot.messages import Channels, Incoming
from bot.turn import Turn
from bot.worker import LANES, Worker
from domain.events import Delivery
from nlu.meaning import Meaning
from nlu.understand import Understanding
from storage import outbox, people
from storage.store import Store
from storage.tables import deliveries, quarantine
from tests.conftest import NOW


def test_a_delivery_that_cannot_be_said_is_put_aside_and_the_next_one_arrives(
    demo_store: Store, understanding: Understanding
) -> None:
    conversation = Conversation(demo_store, understanding)
    conversation.receive(Incoming(channel="web", address="a", message_id="1", text="你好"), NOW)
    with demo_store.begin() as tx:
        address, person, _ = people.arrive(tx, "web", "a", "", NOW)
        common = {"person_id": person.id, "due_at": NOW}
        outbox.put(tx, Delivery(key="bad", kind="notify.no_such_sentence", **common))
        outbox.put(tx, Delivery(key="worse", kind="notify.relay", payload={"buttons": [[1]]}, **common))
        outbox.put(tx, Delivery(key="good", kind="notify.call_ended", **common))
    worker = Worker(conversation, Channels(), clock=lambda: NOW)
    for lane in LANES:
        worker.post(lane)
    with demo_store.read() as tx:
        ended = {row.key: row.state for row in tx.rows(deliveries.select())}
        said = [row.body["text"] for row in outbox.mail_since(tx, address.id, 0)]
    assert ended == {"bad": "refused", "worse": "refused", "good": "sent"}
    assert said[-1] == "通话结束。"


def test_whoever_wrote_what_breaks_us_hears_so_at_once(
    demo_store: Store, understanding: Understanding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is taken along with the words that are put aside: nobody waits for its lease to run out."""
    conversation = Conversation(demo_store, understanding)
    handed: list[Delivery] = []
    conversation.hand = lambda delivery, _address, _reply: handed.append(delivery)
    monkeypatch.setattr(Turn, "reply", lambda _turn: 1 / 0)
    said = Incoming(channel="telegram", address="7", message_id="1", text="楼道灯坏了")
    reply = conversation.receive(said, NOW)
    assert reply is not None
    assert [one.payload["text"] for one in handed] == [reply.text]
    assert conversation.receive(said, NOW) == reply  # once more: the same answer, and no second message
    assert len(handed) == 1


def test_words_whose_meaning_breaks_us_are_put_aside_too(
    demo_store: Store, understanding: Understanding, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = Conversation(demo_store, understanding)
    understand = Understanding.understand

    def breaking(one: Understanding, text: str, now: datetime) -> Meaning:
        assert "三十号" not in text
        return understand(one, text, now)

    monkeypatch.setattr(Understanding, "understand", breaking)
    broken = conversation.receive(
        Incoming(channel="web", address="a", message_id="1", text="二月三十号停水"), NOW
    )
    assert broken is not None
    assert "转给工作人员" in broken.text
    with demo_store.read() as tx:
        [kept] = tx.rows(quarantine.select())
    assert (kept.words, kept.reason) == ("二月三十号停水", "AssertionError")
    fine = conversation.receive(Incoming(channel="web", address="a", message_id="2", text="你好"), NOW)
    assert fine is not None
    assert "您好" in fine.text
