"""The bot token, and what people write, never reach a log."""

from __future__ import annotations

import logging
import socket

import pytest

from bot.channels.telegram_log import HIDDEN, hide
from bot.messages import Media, Reply
from tests.telegram.bot_api import BotApi
from tests.telegram.conftest import Inbox, NewChannel, Polling, until

WANG = 1001
LIBRARIES = ("", "telegram", "telegram.Bot", "httpx", "httpcore", "httpcore.connection", "httpcore.http11")


async def everything(api: BotApi, new_channel: NewChannel, inbox: Inbox) -> None:
    """A day in the life of a bot, with its accidents."""
    api.say(WANG, "电梯坏了13800138000")
    photo = api.send_photo(WANG)["message"]["photo"][1]["file_id"]
    channel = new_channel(timeout=0.3)
    await channel.set_up("polling")
    for kind in ("flood", "page", "drop", "hang", "error", "blocked"):
        api.fault(kind, seconds=0.5)
        sent = await channel.send(str(WANG), Reply(text="已登记"))
        assert api.token not in repr(sent)
    api.fault("drop", method="getUpdates")
    async with Polling(channel, inbox):
        await until(lambda: not api.pending())
    await channel.fetch(Media(kind="photo", ref=photo))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ConnectionError) as raised:
        await new_channel(api=nobody).fetch(Media(kind="photo", ref=photo))
    assert api.token not in repr(raised.value)
    assert api.token not in repr(channel)


async def test_the_token_and_peoples_words_are_not_logged(
    api: BotApi, new_channel: NewChannel, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await everything(api, new_channel, inbox)
    assert caplog.records
    for secret in (api.token, "电梯坏了", "13800138000", "已登记"):
        assert secret not in caplog.text


async def test_the_token_is_redacted_even_where_somebody_turns_the_libraries_up(
    api: BotApi, new_channel: NewChannel, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    for name in LIBRARIES:
        caplog.set_level(logging.DEBUG, logger=name)

    def loud(**more: object) -> object:
        made = new_channel(**more)
        for name in LIBRARIES:
            logging.getLogger(name).setLevel(logging.DEBUG)
        return made

    await everything(api, loud, inbox)  # type: ignore[arg-type]
    assert HIDDEN in caplog.text
    assert api.token not in caplog.text


def test_a_traceback_is_redacted_too(caplog: pytest.LogCaptureFixture) -> None:
    hide("42:secret-token")
    try:
        raise RuntimeError("https://api.telegram.org/bot42:secret-token/getMe")
    except RuntimeError:
        logging.getLogger("httpx").exception("failed: %s", "42:secret-token")
    assert "RuntimeError" in caplog.text
    assert "secret-token" not in caplog.text
