"""The polling loop: nothing is acknowledged that was not saved, and nobody waits for somebody else."""

from __future__ import annotations

import asyncio
import itertools
import logging
import random

import pytest

from bot.channels.telegram import Change
from bot.messages import Incoming, Reply
from tests.telegram.bot_api import BotApi
from tests.telegram.conftest import Inbox, NewChannel, Polling, until

WANG, LI = 1001, 1002


async def test_what_was_received_is_acknowledged(api: BotApi, new_channel: NewChannel, inbox: Inbox) -> None:
    api.say(WANG, "电梯坏了")
    api.say(LI, "你好")
    async with Polling(new_channel(), inbox):
        await until(lambda: not api.pending())
    assert sorted(inbox.texts()) == ["你好", "电梯坏了"]


async def test_nothing_is_acknowledged_before_receive_has_returned(
    api: BotApi, new_channel: NewChannel, inbox: Inbox
) -> None:
    go_on = asyncio.Event()

    async def wait(_: Incoming) -> None:
        await go_on.wait()

    inbox.before = wait
    api.say(WANG, "电梯坏了")
    async with Polling(new_channel(), inbox):
        await until(lambda: inbox.tried)
        await asyncio.sleep(0.05)
        assert len(api.pending()) == 1
        go_on.set()
        await until(lambda: not api.pending())


async def test_what_was_not_saved_comes_again(api: BotApi, new_channel: NewChannel, inbox: Inbox) -> None:
    inbox.fails = 3
    api.say(WANG, "电梯坏了")
    async with Polling(new_channel(), inbox):
        await until(lambda: inbox.seen)
    assert len(inbox.tried) == 4
    assert len({said.message_id for said in inbox.tried}) == 1
    assert inbox.texts() == ["电梯坏了"]


async def test_a_database_that_is_down_is_asked_ever_more_seldom(
    api: BotApi, new_channel: NewChannel, inbox: Inbox
) -> None:
    inbox.fails = 5
    api.say(WANG, "电梯坏了")
    async with Polling(new_channel(first_wait=0.02), inbox):
        await until(lambda: inbox.seen)
    at = [call.at for call in api.called("getUpdates")]
    waits = [later - earlier for earlier, later in itertools.pairwise(at)][:5]
    assert all(wait >= 0.02 * 2**n for n, wait in enumerate(waits)), waits


async def test_after_a_kill_the_next_poller_gets_what_was_not_saved(
    api: BotApi, new_channel: NewChannel, inbox: Inbox
) -> None:
    async def hang_on_the_second(said: Incoming) -> None:
        if said.text == "二" and len(inbox.tried) < 3:
            await asyncio.sleep(30)

    inbox.before = hang_on_the_second
    for text in ("一", "二", "三"):
        api.say(WANG, text)
    first = Polling(new_channel(), inbox)
    await until(lambda: len(inbox.tried) == 2)
    await first.kill()
    async with Polling(new_channel(), inbox):
        await until(lambda: not api.pending())
    assert inbox.texts() == ["一", "一", "二", "三"], "the first comes twice: it was saved, not acknowledged"
    assert inbox.seen[0].message_id == inbox.seen[1].message_id


async def test_an_orderly_stop_acknowledges_what_was_saved_and_nothing_else(
    api: BotApi, new_channel: NewChannel, inbox: Inbox
) -> None:
    async with Polling(new_channel(), inbox) as polling:

        async def stop_after_first(_: Incoming) -> None:
            polling.stop.set()

        inbox.before = stop_after_first
        for text in ("一", "二", "三"):
            api.say(WANG, text)
        await until(polling.task.done)
    assert inbox.texts() == ["一"]
    assert [update["message"]["text"] for update in api.pending()] == ["二", "三"]


async def test_one_chat_in_trouble_does_not_stop_the_others(
    api: BotApi, new_channel: NewChannel, inbox: Inbox
) -> None:
    inbox.fails_for = {str(WANG)}
    api.say(WANG, "一")
    api.say(WANG, "二")
    async with Polling(new_channel(), inbox):
        for number in range(20):
            api.say(LI, str(number))
            await asyncio.sleep(0.005)
        await until(lambda: len(inbox.seen) == 20)
        assert len({said.message_id for said in inbox.seen}) == 20, "nothing saved is received twice"
        assert {said.text for said in inbox.tried if said.address == str(WANG)} == {"一"}
        inbox.fails_for = set()
        await until(lambda: not api.pending())
    assert inbox.texts(WANG) == ["一", "二"]


async def test_each_chat_is_served_in_order_and_several_at_once(
    api: BotApi, new_channel: NewChannel, inbox: Inbox
) -> None:
    busy: set[str] = set()
    most = 0

    async def work(said: Incoming) -> None:
        nonlocal most
        assert said.address not in busy, "two turns of one chat at once"
        busy.add(said.address)
        most = max(most, len(busy))
        await asyncio.sleep(random.random() / 200)
        busy.discard(said.address)

    inbox.before = work
    for number in range(8):
        for chat in range(2001, 2021):
            api.say(chat, str(number))
    async with Polling(new_channel(), inbox):
        await until(lambda: not api.pending())
    assert 2 <= most <= 8
    for chat in range(2001, 2021):
        assert inbox.texts(chat) == [str(number) for number in range(8)]


async def test_doubled_and_shuffled_pages_change_nothing(
    api: BotApi, new_channel: NewChannel, inbox: Inbox
) -> None:
    api.chaos = random.Random(7)
    for number in range(40):
        api.say(WANG, str(number))
        api.say(LI, str(number))
    async with Polling(new_channel(), inbox):
        await until(lambda: not api.pending())
    for chat in (WANG, LI):
        assert inbox.texts(chat) == [str(number) for number in range(40)]


async def test_a_repeat_under_a_new_update_id_has_the_same_message_id(
    api: BotApi, new_channel: NewChannel, inbox: Inbox
) -> None:
    said = api.say(WANG, "电梯坏了")
    tap = api.press(WANG, said["message"], "claim_task task=7", forged=True)
    api.repeat(said)
    api.repeat(tap)
    async with Polling(new_channel(), inbox):
        await until(lambda: len(inbox.seen) == 4)
    assert [said.message_id for said in inbox.seen[:2]] == [said.message_id for said in inbox.seen[2:]]


async def test_smaller_numbers_after_a_quiet_week_are_not_missed(
    api: BotApi, new_channel: NewChannel, inbox: Inbox
) -> None:
    api.say(WANG, "一")
    async with Polling(new_channel(poll_seconds=0), inbox):
        await until(lambda: inbox.seen and len(api.called("getUpdates")) > 3)
        api._update = iter(range(5, 9))  # type: ignore[assignment]
        api.say(WANG, "二")
        await until(lambda: len(inbox.seen) == 2)


async def test_a_tap_is_answered_once_it_is_saved(api: BotApi, new_channel: NewChannel, inbox: Inbox) -> None:
    inbox.fails = 1
    api.press(WANG, api.say(WANG, "x")["message"], "claim", forged=True)
    async with Polling(new_channel(), inbox):
        await until(lambda: all(api.taps.values()))
    assert len(api.called("answerCallbackQuery")) == 1


@pytest.mark.parametrize("kind", ["flood", "error", "drop", "page"])
async def test_a_tap_that_cannot_be_answered_does_not_fail_the_turn(
    api: BotApi, new_channel: NewChannel, inbox: Inbox, kind: str
) -> None:
    api.fault(kind, method="answerCallbackQuery", retry_after=5)
    api.press(WANG, api.say(WANG, "x")["message"], "claim", forged=True)
    async with Polling(new_channel(), inbox):
        await until(lambda: api.called("answerCallbackQuery") and not api.pending())
    assert len(inbox.tried) == 2


async def test_a_reply_handed_back_is_sent(api: BotApi, new_channel: NewChannel, inbox: Inbox) -> None:
    inbox.reply = Reply(text="已登记")
    api.say(WANG, "电梯坏了")
    async with Polling(new_channel(), inbox):
        await until(lambda: api.sent_to(WANG))


async def test_a_reply_that_cannot_be_sent_does_not_undo_the_turn(
    api: BotApi, new_channel: NewChannel, inbox: Inbox
) -> None:
    inbox.reply = Reply(text="")
    api.say(WANG, "电梯坏了")
    api.fault("blocked")
    async with Polling(new_channel(), inbox):
        await until(lambda: not api.pending())
        inbox.reply = Reply(text="好")
        api.say(WANG, "再见")
        await until(lambda: not api.pending())
    assert len(inbox.tried) == 2


async def test_an_update_the_library_cannot_read_stops_nobody(
    api: BotApi, new_channel: NewChannel, inbox: Inbox
) -> None:
    api.update(message={"message_id": "?", "chat": "?"})
    api.update(message=None)
    api.send(WANG, poll={"id": "1"})
    api.say(WANG, "电梯坏了")
    async with Polling(new_channel(), inbox):
        await until(lambda: not api.pending())
    assert [(said.unsupported, said.text) for said in inbox.seen] == [("unknown", ""), ("", "电梯坏了")]


async def test_blocking_and_moving_are_told_before_they_are_acknowledged(
    api: BotApi, new_channel: NewChannel, inbox: Inbox
) -> None:
    told: list[Change] = []

    async def on_change(change: Change) -> None:
        told.append(change)
        if len(told) == 1:
            raise OSError("the database is down")

    api.person(WANG)
    api.block(WANG)
    async with Polling(new_channel(on_change=on_change), inbox):
        await until(lambda: not api.pending())
    assert told == [Change(address=str(WANG), state="gone")] * 2
    assert inbox.seen == []


async def test_a_webhook_is_removed_before_polling(
    api: BotApi, new_channel: NewChannel, inbox: Inbox
) -> None:
    api.webhook = {"url": "https://example.org/"}
    api.fault("error", method="deleteWebhook")
    api.say(WANG, "电梯坏了")
    async with Polling(new_channel(), inbox):
        await until(lambda: inbox.seen)
    assert [call.method for call in api.calls][:3] == ["deleteWebhook", "deleteWebhook", "getUpdates"]


async def test_two_pollers_are_named_in_the_log(
    api: BotApi, new_channel: NewChannel, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    api.person(WANG)
    with caplog.at_level(logging.INFO):
        async with Polling(new_channel(first_wait=0.3), inbox):
            await until(lambda: api.called("getUpdates"))
            async with Polling(new_channel(first_wait=0.3), Inbox()):
                await until(lambda: "only one may run" in caplog.text)
    assert "409" in caplog.text


@pytest.mark.parametrize("kind", ["flood", "error", "drop", "page", "refuse"])
async def test_a_failed_page_is_fetched_again(
    api: BotApi, new_channel: NewChannel, inbox: Inbox, kind: str
) -> None:
    api.fault(kind, method="getUpdates", times=2, retry_after=0)
    api.say(WANG, "电梯坏了")
    async with Polling(new_channel(), inbox):
        await until(lambda: not api.pending())
    assert inbox.texts() == ["电梯坏了"]


async def test_a_flood_limit_on_pages_is_kept(api: BotApi, new_channel: NewChannel, inbox: Inbox) -> None:
    api.fault("flood", method="getUpdates", retry_after=1)
    async with Polling(new_channel(), inbox):
        await until(lambda: len(api.called("getUpdates")) == 2)
    first, second = (call.at for call in api.called("getUpdates")[:2])
    assert second - first >= 1


async def test_stopping_does_not_wait_for_the_long_poll(
    api: BotApi, new_channel: NewChannel, inbox: Inbox
) -> None:
    polling = Polling(new_channel(poll_seconds=30), inbox)
    await until(lambda: api.called("getUpdates"))
    polling.stop.set()
    await asyncio.wait_for(polling.task, 1)
