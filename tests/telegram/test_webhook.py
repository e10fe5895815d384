"""The webhook's door: strangers are turned away unread, and 200 means saved."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.telegram_poll import BODY_LIMIT, HEADER, Webhook
from bot.messages import Reply
from tests.telegram.bot_api import BotApi
from tests.telegram.conftest import Inbox, NewChannel, until

WANG, LI = 1001, 1002
SECRET = "s3cret_-" * 8


@pytest.fixture
def door(new_channel: NewChannel, inbox: Inbox) -> Webhook:
    return new_channel().webhook(SECRET, inbox.receive)


def body(update: dict[str, Any]) -> bytes:
    return json.dumps(update).encode()


@pytest.mark.parametrize(
    "given", [None, "", "wrong", SECRET[:-1], SECRET + "x", SECRET.upper(), "密码", "\udcff"]
)
async def test_a_wrong_secret_is_refused_before_parsing(
    door: Webhook, inbox: Inbox, api: BotApi, given: str | None
) -> None:
    for sent in (body(api.say(WANG, "x")), b"{not json", b"x" * (BODY_LIMIT + 1)):
        assert await door.handle_update(sent, given) == (401, {})
    assert inbox.tried == []


async def test_the_right_secret_is_answered_200_after_the_turn(
    door: Webhook, inbox: Inbox, api: BotApi
) -> None:
    assert await door.handle_update(body(api.say(WANG, "电梯坏了")), SECRET) == (200, {})
    assert inbox.texts() == ["电梯坏了"]


@pytest.mark.parametrize(
    "sent",
    [b"", b"{", b"[]", b"7", b"\xff\xfe", b'{"message": {}}', b'{"update_id": "7"}', b"[" * 100_000],
)
async def test_what_is_no_update_is_400(door: Webhook, inbox: Inbox, sent: bytes) -> None:
    assert await door.handle_update(sent, SECRET) == (400, {})
    assert inbox.tried == []


async def test_a_body_over_a_megabyte_is_413(door: Webhook) -> None:
    assert await door.handle_update(b" " * (BODY_LIMIT + 1), SECRET) == (413, {})


async def test_what_was_not_saved_is_503_with_a_time(door: Webhook, inbox: Inbox, api: BotApi) -> None:
    inbox.fails = 1
    sent = body(api.say(WANG, "电梯坏了"))
    assert await door.handle_update(sent, SECRET) == (503, {"Retry-After": "5"})
    assert await door.handle_update(sent, SECRET) == (200, {})
    assert len({said.message_id for said in inbox.tried}) == 1


async def test_the_same_update_five_times_at_once_is_five_times_200(
    door: Webhook, inbox: Inbox, api: BotApi
) -> None:
    sent = body(api.say(WANG, "电梯坏了"))
    answers = await asyncio.gather(*(door.handle_update(sent, SECRET) for _ in range(5)))
    assert answers == [(200, {})] * 5
    assert {said.message_id for said in inbox.seen} == {"m1"}, "the core tells them apart by this"


async def test_an_update_nobody_can_read_is_not_sent_for_ever(door: Webhook) -> None:
    assert await door.handle_update(b'{"update_id": 7, "message": {"chat": 1}}', SECRET) == (200, {})


async def test_a_tap_is_answered_and_a_reply_sent(door: Webhook, inbox: Inbox, api: BotApi) -> None:
    inbox.reply = Reply(text="好")
    tap = api.press(WANG, api.say(WANG, "x")["message"], "claim", forged=True)
    assert await door.handle_update(body(tap), SECRET) == (200, {})
    await until(lambda: all(api.taps.values()) and api.sent_to(WANG))


@pytest.mark.parametrize("secret", ["", "with space", "密码", "x" * 257])
def test_a_secret_telegram_would_not_take_is_a_mistake(
    new_channel: NewChannel, inbox: Inbox, secret: str
) -> None:
    with pytest.raises(ValueError, match="secret"):
        new_channel().webhook(secret, inbox.receive)


def test_the_secret_is_not_shown(door: Webhook) -> None:
    assert SECRET not in repr(door)


class Mounted:
    """The door behind a real HTTP server, in a loop and thread of its own."""

    def __init__(self) -> None:
        self.door: Webhook | None = None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/telegram"
        app = Starlette(routes=[Route("/telegram", self._post, methods=["POST"])])
        self.server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", access_log=False))
        threading.Thread(target=self.server.run, kwargs={"sockets": [self._socket]}, daemon=True).start()

    async def _post(self, request: Request) -> Response:
        assert self.door is not None
        secret = request.headers.get(HEADER)
        status, headers = await self.door.handle_update(await request.body(), secret)
        return Response(status_code=status, headers=headers)


@pytest.fixture
def mounted() -> Iterator[Mounted]:
    here = Mounted()
    yield here
    here.server.should_exit = here.server.force_exit = True


async def test_the_server_delivers_again_until_saved_and_in_order_per_chat(
    api: BotApi, new_channel: NewChannel, inbox: Inbox, mounted: Mounted
) -> None:
    channel = new_channel()
    mounted.door = channel.webhook(SECRET, inbox.receive)
    inbox.fails_for = {str(WANG)}
    for text in ("一", "二"):
        api.say(WANG, text)
        api.say(LI, text)
    await channel.set_up("webhook", mounted.url, SECRET)
    await until(lambda: len(inbox.texts(LI)) == 2 and len(inbox.tried) >= 4)
    inbox.fails_for = set()
    await until(lambda: not api.pending())
    assert inbox.texts(WANG) == inbox.texts(LI) == ["一", "二"]
    assert {status for _, status in api.webhook_log} == {200, 503}


async def test_a_webhook_set_with_another_secret_saves_nothing(
    api: BotApi, new_channel: NewChannel, inbox: Inbox, mounted: Mounted
) -> None:
    channel = new_channel()
    mounted.door = channel.webhook(SECRET, inbox.receive)
    api.say(WANG, "电梯坏了")
    await channel.set_up("webhook", mounted.url, "another")
    await until(lambda: len(api.webhook_log) >= 2)
    assert {status for _, status in api.webhook_log} == {401}
    assert (inbox.tried, len(api.pending())) == ([], 1)
