"""The main job through a Bot API server on loopback: real channel, real core, real database."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from nlu.understand import Understanding
from storage import cases, people
from storage.store import Store
from storage.tables import cases as case_table
from storage.tx import Tx
from tests.hearing.prepared import Prepared, recording
from tests.running import bind, new_house, on_telegram
from tests.telegram.bot_api import BotApi
from tests.telegram.conftest import NewChannel, until

WANG, LI, ZHAO, SUN, NEWCOMER = 101, 102, 103, 104, 105


def jpeg(colour: str = "white") -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(kept, "JPEG")
    return kept.getvalue()


def buttons(message: dict) -> dict[str, str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {b["text"]: b["callback_data"] for row in rows for b in row}


def texts(api: BotApi, chat: int) -> list[str]:
    return [message.get("text") or message.get("caption", "") for message in api.sent_to(chat)]


def heard(api: BotApi, chat: int, words: str) -> Callable[[], bool]:
    return lambda: any(words in text for text in texts(api, chat))


def message_with(api: BotApi, chat: int, label: str) -> dict:
    return next(m for m in reversed(api.sent_to(chat)) if label in buttons(m))


async def press(api: BotApi, chat: int, label: str) -> None:
    await until(lambda: any(label in buttons(m) for m in api.sent_to(chat)))
    message = message_with(api, chat, label)
    api.press(chat, message, buttons(message)[label])


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
async def test_a_report_reaches_a_member_and_comes_back_rated(
    api: BotApi, new_channel: NewChannel, demo_store: Store, understanding: Understanding, tmp_path: Path
) -> None:
    house = new_house(tmp_path, demo_store, understanding)
    for chat, key in ((WANG, "wang-ayi"), (LI, "liming"), (ZHAO, "zhaoqiang"), (SUN, "sunli")):
        api.person(chat)
        bind(house, "telegram", str(chat), key)
    async with on_telegram(house, new_channel()):
        api.say(WANG, "阳光花园3栋2单元电梯坏了")
        await until(heard(api, WANG, "已登记，编号 1"))
        await until(heard(api, SUN, "新诉求 1 号"))
        await press(api, LI, "认领")
        await until(heard(api, LI, "交给您了"))
        await press(api, ZHAO, "认领")
        await until(heard(api, ZHAO, "已经由李明接了"))
        await until(heard(api, WANG, "由党员李明认领"))
        await press(api, LI, "办好了")
        await until(heard(api, LI, "办得怎么样"))
        api.send_photo(LI, jpeg(), caption="门机换好了")
        await until(heard(api, WANG, "门机换好了"))
        await press(api, WANG, "解决了")
        await press(api, WANG, "★★★★★")
        await until(heard(api, WANG, "谢谢您的"))
    with demo_store.read() as tx:
        (case,) = cases.of_person(tx, _person(tx, "wang-ayi"))
        assert case.status == "closed"
        assert len(cases.files_of(tx, case.id)) == 1


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
async def test_an_album_of_five_photos_is_one_report_with_one_answer(
    api: BotApi, new_channel: NewChannel, demo_store: Store, understanding: Understanding, tmp_path: Path
) -> None:
    house = new_house(tmp_path, demo_store, understanding)
    api.person(WANG)
    bind(house, "telegram", str(WANG), "wang-ayi")
    colours = ("red", "green", "blue", "white", "black")
    async with on_telegram(house, new_channel()):
        api.send_album(WANG, [jpeg(c) for c in colours], caption="阳光花园3栋2单元楼道灯坏了")
        await until(heard(api, WANG, "已登记"))
        await until(lambda: not api.pending())
    with demo_store.read() as tx:
        (case,) = cases.of_person(tx, _person(tx, "wang-ayi"))
        assert len(cases.files_of(tx, case.id)) == 5
    assert sum("已登记" in text for text in texts(api, WANG)) == 1


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
async def test_a_stranger_agrees_first_and_a_shared_foreign_card_binds_nobody(
    api: BotApi, new_channel: NewChannel, demo_store: Store, understanding: Understanding, tmp_path: Path
) -> None:
    house = new_house(tmp_path, demo_store, understanding)
    api.person(NEWCOMER, name="路人")
    async with on_telegram(house, new_channel()):
        api.say(NEWCOMER, "阳光花园3栋2单元电梯坏了")
        await until(heard(api, NEWCOMER, "同意吗"))
        with demo_store.read() as tx:
            assert not tx.rows(case_table.select())
        await press(api, NEWCOMER, "同意")
        await until(heard(api, NEWCOMER, "已登记"))
        api.share_contact(NEWCOMER, "+8619900000001", of=WANG)
        await until(heard(api, NEWCOMER, "自己的号码"))


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
async def test_a_sent_location_is_never_taken_for_the_place_of_the_problem(
    api: BotApi, new_channel: NewChannel, demo_store: Store, understanding: Understanding, tmp_path: Path
) -> None:
    house = new_house(tmp_path, demo_store, understanding)
    api.person(NEWCOMER)
    async with on_telegram(house, new_channel()):
        api.say(NEWCOMER, "路灯不亮")
        await press(api, NEWCOMER, "同意")
        await until(heard(api, NEWCOMER, "请问在"))
        api.share_location(NEWCOMER, 22.7812, 113.9123)
        await until(lambda: len(texts(api, NEWCOMER)) >= 3)
        assert not any("已登记" in text for text in texts(api, NEWCOMER))
        api.say(NEWCOMER, "阳光花园3栋")
        await until(heard(api, NEWCOMER, "已登记"))


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
async def test_a_voice_message_reaches_somebody_who_can_listen_to_it(
    api: BotApi, new_channel: NewChannel, demo_store: Store, understanding: Understanding, tmp_path: Path
) -> None:
    house = new_house(tmp_path, demo_store, understanding)
    for chat, key in ((WANG, "wang-ayi"), (SUN, "sunli")):
        api.person(chat)
        bind(house, "telegram", str(chat), key)
    async with on_telegram(house, new_channel()):
        api.send_voice(WANG)
        await until(heard(api, WANG, "已转给"))
        await press(api, SUN, "查看")
        await until(lambda: api.called("sendVoice"))
    assert str(api.called("sendVoice")[0].params["chat_id"]) == str(SUN)


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
async def test_a_voice_message_is_echoed_and_filed_where_it_can_be_heard(
    api: BotApi, new_channel: NewChannel, demo_store: Store, understanding: Understanding, tmp_path: Path
) -> None:
    house = new_house(tmp_path, demo_store, understanding, transcriber=Prepared())
    for chat, key in ((WANG, "wang-ayi"), (SUN, "sunli")):
        api.person(chat)
        bind(house, "telegram", str(chat), key)
    async with on_telegram(house, new_channel()):
        api.send_voice(WANG, recording("阳光花园3栋2单元楼道灯坏了"))
        await until(heard(api, WANG, "正在转成文字"))
        await until(heard(api, WANG, "我听到的是：“阳光花园3栋2单元楼道灯坏了”"))
        await press(api, WANG, "对")
        await until(heard(api, WANG, "已登记，编号 1"))
        await press(api, SUN, "查看")
        await until(lambda: api.called("sendVoice"))
    assert str(api.called("sendVoice")[0].params["chat_id"]) == str(SUN)
    assert sum("我听到的是" in text for text in texts(api, WANG)) == 1


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
async def test_danger_in_a_voice_message_alarms_the_branch_without_a_question(
    api: BotApi, new_channel: NewChannel, demo_store: Store, understanding: Understanding, tmp_path: Path
) -> None:
    house = new_house(tmp_path, demo_store, understanding, transcriber=Prepared())
    for chat, key in ((WANG, "wang-ayi"), (SUN, "sunli")):
        api.person(chat)
        bind(house, "telegram", str(chat), key)
    async with on_telegram(house, new_channel()):
        api.send_voice(WANG, recording("救命阳光花园3栋2单元着火了"))
        await until(heard(api, WANG, "打 119"))
        await until(heard(api, SUN, "【紧急】"))
    assert not any("我听到的是" in text for text in texts(api, WANG))


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
async def test_who_blocks_the_bot_is_not_written_to_again(
    api: BotApi, new_channel: NewChannel, demo_store: Store, understanding: Understanding, tmp_path: Path
) -> None:
    house = new_house(tmp_path, demo_store, understanding)
    for chat, key in ((WANG, "wang-ayi"), (SUN, "sunli")):
        api.person(chat)
        bind(house, "telegram", str(chat), key)
    async with on_telegram(house, new_channel()):
        api.block(SUN)
        api.say(WANG, "阳光花园3栋2单元楼道灯坏了")
        await until(heard(api, WANG, "已登记"))
        await until(lambda: not api.pending())
        api.say(WANG, "阳光花园3栋2单元下水道堵了")
        await until(lambda: sum("已登记" in t for t in texts(api, WANG)) == 2)
    tried = [c for c in api.called("sendMessage") if str(c.params.get("chat_id")) == str(SUN)]
    assert len(tried) <= 1


def _person(tx: Tx, key: str) -> int:
    person = people.by_key(tx, key)
    assert person is not None
    return person.id


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
async def test_the_months_report_is_sent_as_a_picture_with_its_words(
    api: BotApi, new_channel: NewChannel, demo_store: Store, understanding: Understanding, tmp_path: Path
) -> None:
    house = new_house(tmp_path, demo_store, understanding)
    api.person(SUN)
    bind(house, "telegram", str(SUN), "sunli")
    async with on_telegram(house, new_channel()):
        api.say(SUN, "月报")
        await press(api, SUN, "发成图片")
        await until(lambda: any("photo" in message for message in api.sent_to(SUN)))
    (picture,) = [message for message in api.sent_to(SUN) if "photo" in message]
    assert "阳光花园网格党支部" in picture["caption"]
    (call,) = [one for one in api.calls if one.method == "sendPhoto"]
    assert Image.open(io.BytesIO(next(iter(call.files.values())))).format == "PNG"
