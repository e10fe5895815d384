"""Telegram as a channel: python-telegram-bot's types and Bot; loop, order and commits are ours."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import telegram
from telegram import BotCommand, InputMediaPhoto, LinkPreviewOptions, Update
from telegram.error import BadRequest, TelegramError

from bot.channels.telegram_lines import Lines, one_pool
from bot.channels.telegram_log import HIDDEN, hide
from bot.channels.telegram_poll import Poller, RawUpdate, Webhook
from bot.channels.telegram_send import Part, about_pictures, ended, plan
from bot.channels.telegram_updates import CHANNEL, WANTED, Change, barely, to_change, to_incoming
from bot.media import sound_type
from bot.messages import Capabilities, Incoming, Media, Receive, Reply, Sent

__all__ = ["Change", "TelegramChannel", "TelegramError", "Webhook", "to_change", "to_incoming"]

log = logging.getLogger(__name__)

API = "https://api.telegram.org"
FETCH_LIMIT = 20 * 1024 * 1024  # bytes: what getFile gives
PICTURE_LIMIT = 10 * 1024 * 1024  # bytes: what sendPhoto takes
REMEMBERED = 1000  # replies sent in part
A_SEND_TAKES = 0.25  # seconds, to Telegram and back
FEWEST_AT_ONCE = 16  # sends under way: some may hang without the others waiting
COMMANDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "": (("menu", "菜单"), ("help", "帮助"), ("cancel", "取消")),
    "en": (("menu", "Menu"), ("help", "Help"), ("cancel", "Cancel")),
}

ReadFile = Callable[[int], Awaitable[bytes]]
"""A stored picture's bytes; raises LookupError when it is gone."""
OnChange = Callable[[Change], Awaitable[None]]
"""Told when a chat is blocked, opened again or moved; it raises when nothing was saved."""


class _Bot(telegram.Bot):
    """Bot with updates as they came: one that cannot be read must not hide its neighbours."""

    async def raw_updates(self, offset: int | None, wait: int, read_timeout: float) -> list[RawUpdate]:
        data = {"offset": offset, "timeout": wait, "limit": 100, "allowed_updates": list(WANTED)}
        found: list[RawUpdate] = await self._post("getUpdates", data, read_timeout=wait + read_timeout)
        return found


class TelegramChannel:
    """One bot. Sends, fetches, polls or answers the webhook; pacing is the sender's."""

    name = CHANNEL
    capabilities = Capabilities(buttons=True, media=True, push=True)

    def __init__(
        self,
        token: str,
        *,
        api: str = API,
        read_file: ReadFile | None = None,
        on_change: OnChange | None = None,
        timeout: float = 10.0,  # seconds for one call
        poll_seconds: int = 25,
        first_wait: float = 1.0,  # seconds, doubling to 60, after a failed page
        per_second: int = 30,  # messages that Telegram takes from this bot
    ) -> None:
        hide(token)
        self._token = token
        self._bot = _Bot(
            token,
            base_url=f"{api.rstrip('/')}/bot",
            base_file_url=f"{api.rstrip('/')}/file/bot",
            request=Lines(timeout, max(FEWEST_AT_ONCE, int(per_second * A_SEND_TAKES))),
            get_updates_request=one_pool(timeout, connections=1),
        )
        self._read_file = read_file
        self._on_change = on_change
        self._timeout = timeout
        self._poll_seconds = poll_seconds
        self._first_wait = first_wait
        self._partly: dict[tuple[str, Reply], int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    # --- out ---

    async def send(self, address: str, reply: Reply) -> Sent:
        """Says a reply to a chat. Raises ValueError for a reply that breaks Telegram's limits by our fault.

        A long reply that got stuck half-way is taken up where it stopped when it is sent again.
        """
        if not address.lstrip("-").isdigit():
            return Sent(state="refused", reason="not a chat id")
        files = await self._files(reply)
        pictures = [data for data in files if sound_type(data) is None]
        parts = [Part(sound=data) for data in files if sound_type(data) is not None]
        parts += plan(reply, pictures, private=not address.startswith("-"))
        message_id = ""
        for at in range(self._partly.pop((address, reply), 0), len(parts)):
            try:
                message_id = await self._say(int(address), parts[at])
            except TelegramError as error:
                sent = ended(error)
                if at and sent.state == "later":
                    self._remember(address, reply, at)
                return self._without_token(sent)
        return Sent(state="sent", message_id=message_id)

    async def _say(self, chat: int, part: Part) -> str:
        """Sends one part and returns its number; pictures that are not taken leave their words."""
        try:
            return await self._call(chat, part)
        except TelegramError as error:
            rest = part.without_pictures()
            if not part.pictures or not about_pictures(error):
                raise
            log.warning("Telegram would not take a picture: %s", error.message)
            return await self._call(chat, rest) if rest else ""

    async def _call(self, chat: int, part: Part) -> str:
        if part.sound:
            if sound_type(part.sound) == "audio/ogg":
                return str((await self._bot.send_voice(chat, part.sound)).message_id)
            return str((await self._bot.send_document(chat, part.sound, filename="voice")).message_id)
        if len(part.pictures) > 1:
            album = [InputMediaPhoto(picture) for picture in part.pictures]
            return str((await self._bot.send_media_group(chat, album))[-1].message_id)
        if part.pictures:
            sent = await self._bot.send_photo(
                chat, part.pictures[0], caption=part.text or None, reply_markup=part.markup
            )
        else:
            plain = LinkPreviewOptions(is_disabled=True)
            sent = await self._bot.send_message(
                chat, part.text, reply_markup=part.markup, link_preview_options=plain
            )
        return str(sent.message_id)

    async def _files(self, reply: Reply) -> list[bytes]:
        """The bytes of pictures and recordings, without those that are gone or too large."""
        found = []
        for file_id in reply.files if self._read_file else ():
            try:
                data = await self._read_file(file_id) if self._read_file else b""
            except LookupError:
                data = b""
            if 0 < len(data) <= PICTURE_LIMIT:
                found.append(data)
            else:
                log.warning("file %s is not sent: gone, or over %s bytes", file_id, PICTURE_LIMIT)
        return found

    def _remember(self, address: str, reply: Reply, at: int) -> None:
        while len(self._partly) >= REMEMBERED:
            self._partly.pop(next(iter(self._partly)))
        self._partly[(address, reply)] = at

    def _without_token(self, sent: Sent) -> Sent:
        return Sent(
            state=sent.state,
            reason=sent.reason.replace(self._token, HIDDEN),
            retry_after=sent.retry_after,
            moved_to=sent.moved_to,
        )

    # --- in ---

    async def fetch(self, media: Media) -> bytes:
        """A medium's bytes. Raises ValueError when it may not be taken, ConnectionError when it may be later.

        The address it comes from holds the token: neither of them leaves this method.
        """
        if media.size > FETCH_LIMIT:
            raise ValueError("file over 20 MB")
        try:
            file = await self._bot.get_file(media.ref)
            if (file.file_size or 0) > FETCH_LIMIT:
                raise ValueError("file over 20 MB")
            data = bytes(await file.download_as_bytearray(read_timeout=3 * self._timeout))
        except BadRequest as error:
            raise ValueError(f"Telegram does not give the file: {error.message}") from None
        except TelegramError as error:
            raise ConnectionError(f"file not fetched: {type(error).__name__}") from None
        if len(data) > FETCH_LIMIT:
            raise ValueError("file over 20 MB")
        return data

    async def poll(self, receive: Receive, stop: asyncio.Event) -> None:
        """Takes updates until `stop`, acknowledging each only after its turn was committed."""
        ready = False

        async def fetch_page(offset: int | None, wait: int) -> list[RawUpdate]:
            nonlocal ready
            if not ready:
                await self._bot.delete_webhook()
                ready = True
            return await self._bot.raw_updates(offset, wait, self._timeout)

        await Poller(
            fetch_page=fetch_page,
            take=lambda raw: self._take(raw, receive),
            poll_seconds=self._poll_seconds,
            first_wait=self._first_wait,
        ).run(stop)

    def webhook(self, secret: str, receive: Receive) -> Webhook:
        """The door for Telegram's own POSTs; whoever serves HTTP calls its `handle_update`."""
        return Webhook(secret=secret, take=lambda raw: self._take(raw, receive))

    async def _take(self, raw: RawUpdate, receive: Receive) -> None:
        """One update, to the end of its turn. Raises what `receive` raises."""
        change, incoming = self._understand(raw)
        if change is not None and self._on_change is not None:
            await self._on_change(change)
        if incoming is None:
            return
        reply = await receive(incoming)
        if incoming.message_id.startswith("c"):
            self._aside(self._answer(incoming.message_id[1:]))
        if reply is not None:
            await self._reply(incoming.address, reply)

    def _understand(self, raw: RawUpdate) -> tuple[Change | None, Incoming | None]:
        """What an update holds; what the library cannot read is reduced to its words, or else skipped."""
        for reduce in (dict[str, Any], barely):
            try:
                update = Update.de_json(reduce(raw), self._bot)
                return to_change(update), to_incoming(update)
            except Exception as error:
                log.error("update %s is not understood: %s", raw.get("update_id"), type(error).__name__)
        return None, None

    async def _reply(self, address: str, reply: Reply) -> None:
        try:
            sent = await self.send(address, reply)
        except Exception:  # the turn is committed: what follows cannot undo it
            log.exception("a reply could not be sent")
            return
        if sent.state != "sent":
            log.warning("a reply was not sent: %s, %s", sent.state, sent.reason)

    async def _answer(self, query_id: str) -> None:
        """Stops the waiting sign on a pressed button; too late or twice does no harm."""
        try:
            await self._bot.answer_callback_query(query_id)
        except TelegramError as error:
            log.info("a tap was not answered: %s", error.message)

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)  # a task nobody holds may be collected unfinished
        task.add_done_callback(self._tasks.discard)

    # --- set-up ---

    async def set_up(
        self,
        mode: str,  # webhook | polling
        public_url: str = "",  # the webhook's own https address
        secret: str = "",
        commands: Mapping[str, tuple[tuple[str, str], ...]] = COMMANDS,
    ) -> None:
        """Says how updates come and which commands there are. Raises ConnectionError with the reason."""
        try:
            if mode == "webhook":
                await self._bot.set_webhook(
                    public_url, allowed_updates=WANTED, secret_token=secret, max_connections=20
                )
            else:
                await self._bot.delete_webhook()
            for language, offered in commands.items():
                listed = [BotCommand(command, what) for command, what in offered]
                await self._bot.set_my_commands(listed, language_code=language or None)
        except TelegramError as error:
            raise ConnectionError(f"Telegram was not set up: {error.message}") from None

    async def close(self) -> None:
        """Ends what is still under way and closes the connections."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for request in self._bot._request:
            await request.shutdown()
