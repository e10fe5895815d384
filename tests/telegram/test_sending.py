"""Replies over real HTTP: what arrives, and what each fault is taken for."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from bot.channels.telegram_send import split_text, units
from bot.messages import Button, Card, Reply, Sent
from tests.telegram.bot_api import BotApi
from tests.telegram.bot_api_people import JPEG
from tests.telegram.conftest import NewChannel

WANG = 1001
CLAIM = Reply(text="新诉求", buttons=((Button(label="认领", payload="claim_task task=7", style="primary"),),))


@pytest.fixture(autouse=True)
def _wang(lenient_api: BotApi) -> None:
    lenient_api.person(WANG)


def texts(api: BotApi, chat: int = WANG) -> list[str]:
    return [message.get("text", message.get("caption", "")) for message in api.sent_to(chat)]


async def pictures(file_id: int) -> bytes:
    if file_id == 404:
        raise LookupError(file_id)
    return b"no picture" if file_id == 13 else JPEG


async def test_a_text_arrives_with_its_number(api: BotApi, new_channel: NewChannel) -> None:
    sent = await new_channel().send(str(WANG), Reply(text="已登记,编号 1"))
    assert sent == Sent(state="sent", message_id=str(api.sent_to(WANG)[0]["message_id"]))
    assert texts(api) == ["已登记,编号 1"]


@pytest.mark.parametrize(
    "text", ["_*[<&", "<b>3号楼", "a_b*c", "[链接](", "&lt;", "<script>alert(1)</script>", "`"]
)
async def test_signs_of_markup_arrive_as_they_are(api: BotApi, new_channel: NewChannel, text: str) -> None:
    assert (await new_channel().send(str(WANG), Reply(text=text))).state == "sent"
    assert texts(api) == [text]
    assert "parse_mode" not in api.called("sendMessage")[0].params


async def test_lone_surrogates_and_nul_do_not_stop_a_reply(api: BotApi, new_channel: NewChannel) -> None:
    await new_channel().send(str(WANG), Reply(text="电梯\ud83d坏\x00了😀"))
    assert texts(api) == ["电梯坏了😀"]


async def test_buttons_come_with_payload_style_and_link(api: BotApi, new_channel: NewChannel) -> None:
    link = Button(label="网页", url="https://example.org/case/7")
    await new_channel().send(str(WANG), Reply(text="新诉求", buttons=(*CLAIM.buttons, (link,))))
    assert api.sent_to(WANG)[0]["reply_markup"]["inline_keyboard"] == [
        [{"text": "认领", "callback_data": "claim_task task=7", "style": "primary"}],
        [{"text": "网页", "url": "https://example.org/case/7"}],
    ]


async def test_a_payload_of_64_bytes_passes_and_65_is_a_mistake(api: BotApi, new_channel: NewChannel) -> None:
    channel = new_channel()
    fits = Reply(text="好", buttons=((Button(label="x", payload="楼" * 21 + "a"),),))
    assert (await channel.send(str(WANG), fits)).state == "sent"
    over = Reply(text="好", buttons=((Button(label="x", payload="楼" * 21 + "ab"),),))
    with pytest.raises(ValueError, match="64 bytes"):
        await channel.send(str(WANG), over)
    assert len(api.called("sendMessage")) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(text=""),
        Reply(text=" \n"),
        Reply(text="x", buttons=((Button(label=" ", payload="a"),),)),
        Reply(text="x", buttons=((Button(label="a"),),)),
        Reply(text="x", buttons=(tuple(Button(label="a", payload="a") for _ in range(101)),)),
    ],
)
async def test_a_reply_nobody_could_send_is_a_mistake(
    api: BotApi, new_channel: NewChannel, reply: Reply
) -> None:
    with pytest.raises(ValueError, match=r"button|text"):
        await new_channel().send(str(WANG), reply)
    assert api.calls == []


async def test_long_labels_are_cut_and_wide_rows_broken(api: BotApi, new_channel: NewChannel) -> None:
    row = tuple(Button(label=f" {n}" + "长" * 100, payload=str(n)) for n in range(9))
    await new_channel().send(str(WANG), Reply(text="选", buttons=(row,)))
    keys = api.sent_to(WANG)[0]["reply_markup"]["inline_keyboard"]
    assert [len(line) for line in keys] == [8, 1]
    assert keys[0][0]["text"] == "0" + "长" * 62 + "…"


async def test_a_long_text_is_split_at_line_ends_with_the_buttons_last(
    api: BotApi, new_channel: NewChannel
) -> None:
    text = "\n".join(f"{n} 号诉求:{'电梯坏了' * 20}" for n in range(150))
    sent = await new_channel().send(str(WANG), Reply(text=text, buttons=CLAIM.buttons))
    said = api.sent_to(WANG)
    assert len(said) == 4
    assert "\n".join(texts(api)) == text
    assert ["reply_markup" in message for message in said] == [False, False, False, True]
    assert sent.message_id == str(said[-1]["message_id"])


@pytest.mark.parametrize(
    "text", ["楼" * 9000, "😀" * 5000, "一句话。" * 3000, "\n" * 5000 + "x", "a b " * 3000]
)
def test_pieces_are_never_too_long_and_lose_no_word(text: str) -> None:
    pieces = split_text(text)
    assert all(0 < units(piece) <= 4096 for piece in pieces)
    assert "".join(pieces).replace("\n", "") == text.replace("\n", "")


async def test_a_card_is_lines_with_a_bar(api: BotApi, new_channel: NewChannel) -> None:
    card = Card(kind="case", title="1 号诉求", lines=("3号楼电梯", "", "最晚 09:00"), progress=0.42)
    await new_channel().send(str(WANG), Reply(text="进度", card=card))
    assert texts(api) == ["进度\n\n1 号诉求\n▓▓▓▓░░░░░░ 42%\n3号楼电梯\n最晚 09:00"]


async def test_one_picture_carries_the_text_as_its_caption(api: BotApi, new_channel: NewChannel) -> None:
    channel = new_channel(read_file=pictures)
    await channel.send(str(WANG), Reply(text="现场", files=(1,), buttons=CLAIM.buttons))
    (message,) = api.sent_to(WANG)
    assert (message["caption"], message["files"]) == ("现场", [JPEG])
    assert "inline_keyboard" in message["reply_markup"]


async def test_many_pictures_are_albums_and_the_text_follows(api: BotApi, new_channel: NewChannel) -> None:
    channel = new_channel(read_file=pictures)
    await channel.send(str(WANG), Reply(text="现场", files=tuple(range(20, 31)), buttons=CLAIM.buttons))
    assert [call.method for call in api.calls] == ["sendMediaGroup", "sendPhoto", "sendMessage"]
    assert len(api.calls[0].files) == 10


async def test_a_long_text_is_no_caption(api: BotApi, new_channel: NewChannel) -> None:
    await new_channel(read_file=pictures).send(str(WANG), Reply(text="长" * 1025, files=(1,)))
    assert [call.method for call in api.calls] == ["sendPhoto", "sendMessage"]


async def test_words_arrive_although_the_picture_is_gone_or_bad(api: BotApi, new_channel: NewChannel) -> None:
    channel = new_channel(read_file=pictures)
    for files in ((404,), (13,), (13, 1)):
        assert (await channel.send(str(WANG), Reply(text=f"现场 {files}", files=files))).state == "sent"
    assert texts(api) == ["现场 (404,)", "现场 (13,)", "现场 (13, 1)"]


async def test_words_arrive_although_the_picture_is_too_large(api: BotApi, new_channel: NewChannel) -> None:
    api.fault("error", method="sendPhoto", status=413, description="Request Entity Too Large")
    sent = await new_channel(read_file=pictures).send(str(WANG), Reply(text="现场", files=(1,)))
    assert (sent.state, texts(api)) == ("sent", ["现场"])


async def test_asking_for_the_phone_shows_the_phones_own_key(api: BotApi, new_channel: NewChannel) -> None:
    await new_channel().send(str(WANG), Reply(text="请问电话", ask_contact="发送我的手机号"))
    keys = api.sent_to(WANG)[0]["reply_markup"]["keyboard"]
    assert [{name for name in key if name != "text"} for row in keys for key in row] == [
        {"request_contact"},
    ]


async def test_buttons_and_a_question_for_the_phone_are_two_messages(
    api: BotApi, new_channel: NewChannel
) -> None:
    await new_channel().send(
        str(WANG), Reply(text="请问电话", ask_contact="发送我的手机号", buttons=CLAIM.buttons)
    )
    assert [next(iter(m["reply_markup"])) for m in api.sent_to(WANG)] == ["inline_keyboard", "keyboard"]


async def test_a_group_is_not_asked_for_a_phone(api: BotApi, new_channel: NewChannel) -> None:
    group = api.group(-100_7)
    await new_channel().send(str(group), Reply(text="请问电话", ask_contact="发送我的手机号"))
    assert "reply_markup" not in api.sent_to(group)[0]


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"kind": "blocked"}, "refused"),
    ({"kind": "error", "status": 403, "description": "Forbidden: user is deactivated"}, "refused"),
    ({"kind": "error", "status": 400, "description": "Bad Request: chat not found"}, "refused"),
    ({"kind": "error", "status": 400, "description": "Bad Request: can't parse entities"}, "refused"),
    ({"kind": "error", "status": 400, "description": "Bad Request: message is too long"}, "refused"),
    ({"kind": "error", "status": 401, "description": "Unauthorized"}, "later"),
    ({"kind": "error", "status": 500}, "later"),
    ({"kind": "page"}, "unknown"),
    ({"kind": "hang", "seconds": 1.0}, "unknown"),
    ({"kind": "drop"}, "unknown"),
    ({"kind": "refuse"}, "unknown"),
]


@pytest.mark.parametrize(
    ("fault", "state"), FAULTS, ids=[f"{f['kind']}-{n}" for n, (f, _) in enumerate(FAULTS)]
)
async def test_each_fault_has_its_state(
    api: BotApi, new_channel: NewChannel, fault: dict[str, Any], state: str
) -> None:
    api.fault(**fault)
    sent = await new_channel(timeout=0.3).send(str(WANG), CLAIM)
    assert sent.state == state
    assert sent.reason
    assert len(api.called("sendMessage")) == 1, "nothing is sent again by the channel itself"


async def test_a_very_long_flood_limit_is_passed_on(api: BotApi, new_channel: NewChannel) -> None:
    api.fault("flood", retry_after=10_072)
    sent = await new_channel().send(str(WANG), CLAIM)
    assert (sent.state, sent.retry_after) == ("later", 10_072.0)


async def test_a_migrated_group_tells_its_new_address(api: BotApi, new_channel: NewChannel) -> None:
    group = api.group(-55)
    api.fault("migrated", chat=group, to=-100_55)
    sent = await new_channel().send(str(group), CLAIM)
    assert (sent.state, sent.moved_to) == ("moved", "-10055")


async def test_a_chat_nobody_opened_is_refused(api: BotApi, new_channel: NewChannel) -> None:
    assert (await new_channel().send("999", CLAIM)).state == "refused"
    assert (await new_channel().send("web-session", CLAIM)).state == "refused"


async def test_an_unanswered_message_was_taken_all_the_same(api: BotApi, new_channel: NewChannel) -> None:
    api.fault("drop")
    assert (await new_channel().send(str(WANG), CLAIM)).state == "unknown"
    assert texts(api) == ["新诉求"], "sending it again would have doubled it"


async def test_a_refused_connection_can_be_tried_later(new_channel: NewChannel) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert (await new_channel(api=nobody).send(str(WANG), CLAIM)).state == "later"


async def test_a_wrong_token_is_not_the_addresss_fault(api: BotApi, new_channel: NewChannel) -> None:
    sent = await new_channel(token="123:wrong").send(str(WANG), CLAIM)
    assert (sent.state, sent.retry_after) == ("later", 60.0)


async def test_a_long_reply_goes_on_where_it_stopped(api: BotApi, new_channel: NewChannel) -> None:
    channel = new_channel()
    reply = Reply(text="\n".join(["甲" * 4000, "乙" * 4000, "丙"]))
    api.fault("hang", seconds=0.0)  # the first piece passes
    api.fault("flood", retry_after=1)
    assert (await channel.send(str(WANG), reply)).state == "later"
    assert (await channel.send(str(WANG), reply)).state == "sent"
    assert [text[0] for text in texts(api)] == ["甲", "乙"]
    assert texts(api)[1].endswith("丙")


async def test_set_up_registers_webhook_and_commands(api: BotApi, new_channel: NewChannel) -> None:
    channel = new_channel()
    await channel.set_up("webhook", "https://example.org/telegram", "s3cret_-")
    hook = api.webhook
    assert (hook["url"], hook["secret_token"]) == ("https://example.org/telegram", "s3cret_-")
    assert "callback_query" in json.loads(hook["allowed_updates"])
    listed = [json.loads(call.params["commands"]) for call in api.called("setMyCommands")]
    assert [command["command"] for command in listed[0]] == ["menu", "help", "cancel"]
    await channel.set_up("polling")
    assert api.webhook == {}


async def test_set_up_says_why_it_failed(api: BotApi, new_channel: NewChannel) -> None:
    with pytest.raises(ConnectionError, match="Unauthorized"):
        await new_channel(token="123:wrong").set_up("polling")
