"""Fetching what people send, within limits and without giving away the token."""

from __future__ import annotations

import pytest

from bot.channels.telegram import to_incoming
from bot.messages import Media
from tests.telegram.bot_api import BotApi
from tests.telegram.conftest import NewChannel
from tests.telegram.test_updates import read

WANG = 1001
MB = 1024 * 1024


def medium(update: dict[str, object]) -> Media:
    incoming = to_incoming(read(update))
    assert incoming is not None
    return incoming.media[0]


async def test_a_photo_a_voice_message_and_a_file_are_fetched(api: BotApi, new_channel: NewChannel) -> None:
    channel = new_channel()
    assert await channel.fetch(medium(api.send_photo(WANG, b"\xff\xd8large"))) == b"\xff\xd8large"
    assert await channel.fetch(medium(api.send_voice(WANG, b"OggS"))) == b"OggS"
    assert await channel.fetch(medium(api.send_document(WANG, b"%PDF", "application/pdf"))) == b"%PDF"


async def test_a_file_over_20_mb_is_refused_before_any_request(api: BotApi, new_channel: NewChannel) -> None:
    big = medium(api.send_document(WANG, b"x", "application/pdf", size=20 * MB + 1))
    with pytest.raises(ValueError, match="20 MB"):
        await new_channel().fetch(big)
    assert api.calls == []


async def test_a_file_that_turns_out_too_big_is_refused(api: BotApi, new_channel: NewChannel) -> None:
    hidden = medium(api.send_document(WANG, b"x", "application/pdf", size=20 * MB + 1))
    with pytest.raises(ValueError, match="too big"):
        await new_channel().fetch(Media(kind="file", ref=hidden.ref))
    lied = medium(api.send_document(WANG, b"x" * (20 * MB + 1), "application/pdf", size=5))
    with pytest.raises(ValueError, match="20 MB"):
        await new_channel().fetch(lied)


async def test_a_file_that_is_gone_is_refused(api: BotApi, new_channel: NewChannel) -> None:
    with pytest.raises(ValueError, match="file_id"):
        await new_channel().fetch(Media(kind="photo", ref="gone"))


@pytest.mark.parametrize("kind", ["error", "drop", "hang", "flood"])
async def test_a_file_that_does_not_come_now_may_come_later(
    api: BotApi, new_channel: NewChannel, kind: str
) -> None:
    photo = medium(api.send_photo(WANG))
    api.fault(kind, method="getFile", seconds=0.5, retry_after=9)
    with pytest.raises(ConnectionError) as raised:
        await new_channel(timeout=0.2).fetch(photo)
    assert api.token not in str(raised.value)


async def test_a_link_that_has_expired_may_come_later(api: BotApi, new_channel: NewChannel) -> None:
    photo = medium(api.send_photo(WANG))
    api.files[photo.ref] = b""
    api.stored = lambda path: None  # type: ignore[method-assign]
    with pytest.raises(ConnectionError) as raised:
        await new_channel().fetch(photo)
    assert api.token not in repr(raised.value)
