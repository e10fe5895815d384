"""The fake itself: it knows the published Bot API, and it is as strict as the real server."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.telegram.bot_api import BotApi
from tests.telegram.bot_api_methods import TABLE
from tests.telegram.bot_api_people import JPEG
from tests.telegram.bot_api_table import METHODS, TYPES

SCHEMA = Path(__file__).parents[3] / "shared" / "data" / "telegram_bot_api.json"
WANG = 1001


@pytest.fixture
def api(lenient_api: BotApi) -> BotApi:
    lenient_api.person(WANG)
    return lenient_api


async def call(
    api: BotApi, method: str, files: dict[str, bytes] | None = None, **params: Any
) -> dict[str, Any]:
    told = {k: v if isinstance(v, str | int | float) else json.dumps(v) for k, v in params.items()}
    async with httpx.AsyncClient(trust_env=False) as client:
        url = f"{api.url}/bot{api.token}/{method}"
        answer = (await client.post(url, data=told, files=files)).json()
    assert answer["ok"] is (answer.get("error_code") is None)
    found: dict[str, Any] = answer
    return found


def keys(*buttons: dict[str, str]) -> dict[str, Any]:
    return {"inline_keyboard": [[button] for button in buttons]}


@pytest.mark.skipif(not SCHEMA.exists(), reason="the published schema is not here")
@pytest.mark.parametrize("kind", ["methods", "types"])
def test_the_table_is_the_published_schema(kind: str) -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))[kind]
    for name, ours in (METHODS if kind == "methods" else TYPES).items():
        assert name in schema, f"{name} does not exist"
        theirs = {
            field["name"] + ("!" if field["required"] else ""): "|".join(field["types"])
            for field in schema[name].get("fields", [])
        }
        assert ours == theirs, name


def test_every_method_of_the_table_is_carried_out() -> None:
    assert set(METHODS) == set(TABLE) | {"getUpdates"}


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"text": "x"}, "chat_id is empty"),
    ("sendMessage", {"chat_id": WANG}, "message text is empty"),
    ("sendMessage", {"chat_id": WANG, "text": " \n"}, "message text is empty"),
    ("sendMessage", {"chat_id": WANG, "text": "长" * 4097}, "message is too long"),
    ("sendMessage", {"chat_id": WANG, "text": "😀" * 2049}, "message is too long"),
    ("sendMessage", {"chat_id": 999, "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": WANG, "text": "x", "buttons": "1"}, "unknown parameter buttons"),
    ("sendMessage", {"chat_id": WANG, "text": "x", "protect_content": "yes"}, "Boolean expected"),
    ("sendMessage", {"chat_id": WANG, "text": "x", "message_thread_id": "x"}, "Integer expected"),
    ("sendMessage", {"chat_id": WANG, "text": "x", "reply_markup": "{"}, "can't parse reply_markup"),
    ("sendMessage", {"chat_id": WANG, "text": "x", "reply_markup": keys({"text": "a"})}, "BUTTON_TYPE"),
    (
        "sendMessage",
        {"chat_id": WANG, "text": "x", "reply_markup": keys({"text": "a", "callback_data": "楼" * 22})},
        "BUTTON_DATA_INVALID",
    ),
    (
        "sendMessage",
        {
            "chat_id": WANG,
            "text": "x",
            "reply_markup": keys(*[{"text": "a", "callback_data": "a"} for _ in range(101)]),
        },
        "reply markup is too long",
    ),
    ("sendMessage", {"chat_id": WANG, "text": "a_b", "parse_mode": "Markdown"}, "can't parse entities"),
    ("sendMessage", {"chat_id": WANG, "text": "<b>x", "parse_mode": "HTML"}, "can't parse entities"),
    ("sendMessage", {"chat_id": WANG, "text": "1 < 2", "parse_mode": "HTML"}, "can't parse entities"),
    ("sendLocation", {"chat_id": WANG, "latitude": 91, "longitude": 1}, "wrong latitude"),
    ("sendChatAction", {"chat_id": WANG, "action": "sleeping"}, "wrong parameter action"),
    ("sendMediaGroup", {"chat_id": WANG, "media": []}, "wrong number of messages"),
    ("sendPhoto", {"chat_id": WANG}, "photo is empty"),
    ("answerCallbackQuery", {"callback_query_id": "1"}, "query is too old"),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "MESSAGE_TOO_LONG"),
    ("editMessageText", {"chat_id": WANG, "message_id": 99, "text": "x"}, "message to edit not found"),
    ("editMessageText", {"text": "x"}, "message identifier is not specified"),
    ("deleteMessage", {"chat_id": WANG, "message_id": 99}, "message to delete not found"),
    ("setMessageReaction", {"chat_id": WANG, "message_id": 99}, "message to react not found"),
    ("getFile", {"file_id": "x"}, "wrong file_id"),
    ("setWebhook", {"url": "http://example.org/"}, "HTTPS URL must be provided"),
    ("setWebhook", {"url": "https://example.org/", "secret_token": "密"}, "unallowed characters"),
    ("setMyCommands", {"commands": [{"command": "帮助", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "help"}]}, "can't parse commands"),
    ("getUpdates", {"limit": 101}, "limit must be"),
]


@pytest.mark.parametrize(("method", "params", "words"), WRONG)
async def test_a_wrong_request_is_refused(
    api: BotApi, method: str, params: dict[str, Any], words: str
) -> None:
    answer = await call(api, method, **params)
    assert (answer["error_code"], words in answer["description"]) == (400, True), answer
    assert api.said == []


async def test_unknown_methods_and_tokens_are_refused(api: BotApi) -> None:
    assert (await call(api, "sendTelegram", chat_id=WANG))["error_code"] == 404
    api.token = "1:2"
    assert (await call(api, "getMe"))["error_code"] == 401


async def test_each_kind_of_message_is_taken(api: BotApi) -> None:
    for method, field in (("sendPhoto", "photo"), ("sendVoice", "voice"), ("sendDocument", "document")):
        answer = await call(api, method, {field: JPEG}, chat_id=WANG, caption="现场")
        assert answer["result"]["caption"] == "现场"
    place = await call(api, "sendLocation", chat_id=WANG, latitude=30.5, longitude=104.1)
    assert place["result"]["location"] == {"latitude": 30.5, "longitude": 104.1}
    media = [{"type": "photo", "media": f"attach://p{n}"} for n in range(2)]
    album = await call(api, "sendMediaGroup", {"p0": JPEG, "p1": JPEG}, chat_id=WANG, media=media)
    assert len({message["media_group_id"] for message in album["result"]}) == 1
    assert (await call(api, "sendChatAction", chat_id=WANG, action="typing"))["result"] is True
    assert (await call(api, "getWebhookInfo"))["result"]["pending_update_count"] == 0
    assert len(api.sent_to(WANG)) == 6


async def test_an_edit_that_changes_nothing_is_refused(api: BotApi) -> None:
    markup = keys({"text": "认领", "callback_data": "claim"})
    sent = await call(api, "sendMessage", chat_id=WANG, text="一", reply_markup=markup)
    where = {"chat_id": WANG, "message_id": sent["result"]["message_id"]}
    same = await call(api, "editMessageText", **where, text="一", reply_markup=markup)
    assert "message is not modified" in same["description"]
    assert (await call(api, "editMessageText", **where, text="二", reply_markup=markup))["ok"]
    assert (await call(api, "editMessageReplyMarkup", **where))["ok"]
    assert "not modified" in (await call(api, "editMessageReplyMarkup", **where))["description"]
    assert (await call(api, "setMessageReaction", **where, reaction=[]))["ok"]
    assert (await call(api, "deleteMessage", **where))["ok"]


async def test_a_tap_can_be_answered_once(api: BotApi) -> None:
    tap = api.press(WANG, api.say(WANG, "x")["message"], "claim", forged=True)["callback_query"]["id"]
    assert (await call(api, "answerCallbackQuery", callback_query_id=tap))["ok"]
    assert "too old" in (await call(api, "answerCallbackQuery", callback_query_id=tap))["description"]


def test_only_a_forger_presses_a_button_that_is_not_there(api: BotApi) -> None:
    message = api.say(WANG, "x")["message"]
    with pytest.raises(AssertionError, match="no such button"):
        api.press(WANG, message, "claim")


async def test_an_offset_acknowledges_what_lies_before_it(api: BotApi) -> None:
    first, second = api.say(WANG, "一"), api.say(WANG, "二")
    assert (await call(api, "getUpdates"))["result"] == [first, second]
    assert (await call(api, "getUpdates", limit=1))["result"] == [first]
    assert (await call(api, "getUpdates", offset=second["update_id"]))["result"] == [second]
    assert api.pending() == [second]
    assert (await call(api, "getUpdates", allowed_updates=["callback_query"]))["result"] == []
    assert (await call(api, "getUpdates", offset=-1, allowed_updates=[]))["result"] == [second]


async def test_a_long_poll_waits_and_a_second_one_ends_the_first(api: BotApi) -> None:
    first = asyncio.ensure_future(call(api, "getUpdates", timeout=5))
    await asyncio.sleep(0.1)
    second = asyncio.ensure_future(call(api, "getUpdates", timeout=5))
    assert (await first)["error_code"] == 409
    said = api.say(WANG, "一")
    assert (await second)["result"] == [said]


async def test_pages_are_not_given_while_a_webhook_is_set(api: BotApi) -> None:
    api.webhook = {"url": "https://example.org/"}
    assert "webhook is active" in (await call(api, "getUpdates"))["description"]


async def test_a_blocked_chat_is_forbidden_until_it_is_opened_again(api: BotApi) -> None:
    api.block(WANG)
    assert (await call(api, "sendMessage", chat_id=WANG, text="x"))["error_code"] == 403
    api.block(WANG, again=True)
    assert (await call(api, "sendMessage", chat_id=WANG, text="x"))["ok"]


async def test_a_fault_meets_only_its_chat_and_only_so_often(api: BotApi) -> None:
    api.person(1002)
    api.fault("flood", chat=WANG, retry_after=3, times=2)
    assert (await call(api, "sendMessage", chat_id=1002, text="x"))["ok"]
    answers = [await call(api, "sendMessage", chat_id=WANG, text="x") for _ in range(3)]
    assert [answer.get("parameters") for answer in answers] == [{"retry_after": 3}] * 2 + [None]


@pytest.mark.parametrize(("kind", "taken"), [("drop", 1), ("refuse", 0)])
async def test_a_dropped_connection_is_no_answer(api: BotApi, kind: str, taken: int) -> None:
    api.fault(kind)
    with pytest.raises(httpx.RemoteProtocolError):
        await call(api, "sendMessage", chat_id=WANG, text="x")
    assert len(api.sent_to(WANG)) == taken
    assert api.called("sendMessage")[0].status == 0
