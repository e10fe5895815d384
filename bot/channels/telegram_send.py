"""How a Reply becomes Telegram messages, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import httpx
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.menu import as_text
from bot.channels.telegram_updates import clean
from bot.messages import Button, Reply, Sent

TEXT_LIMIT = 4096  # UTF-16 units, the narrowest way of counting
CAPTION_LIMIT = 1024
PAYLOAD_LIMIT = 64  # bytes
BUTTON_LIMIT = 100
ROW_LIMIT = 8
LABEL_LIMIT = 64
ALBUM_LIMIT = 10
TOKEN_RETRY = 60.0  # seconds: a refused token is the operator's to mend, not the address's fault

_STOPS = "。 !?;,\uff01\uff1f\uff1b\uff0c"  # where a sentence too long for a message may be cut
_STYLES = ("primary", "danger")
_NOT_WRITTEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_ABOUT_PICTURES = ("photo", "image", "file", "media", "wrong type of the web page content")

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One call: a text, a recording, or pictures of which a single one may carry the text as its caption."""

    text: str = ""
    pictures: tuple[bytes, ...] = ()
    sound: bytes = b""
    markup: Markup | None = None

    def without_pictures(self) -> Part | None:
        """What is left to say when the pictures are not taken."""
        return replace(self, pictures=()) if self.text else None


def plan(reply: Reply, pictures: Sequence[bytes], *, private: bool) -> list[Part]:
    """The calls that say a reply: pictures, text in pieces, buttons under the last.

    Raises ValueError for what no reply may hold: nothing at all, a payload over 64 bytes, 101 buttons.
    """
    inline = keyboard(reply.buttons)
    asking = _asking(reply) if private else None
    texts = split_text(clean(as_text(reply)))
    if not texts and (not pictures or inline or asking):
        raise ValueError("a reply needs a text")
    captioned = len(pictures) == 1 and len(texts) == 1 and units(texts[0]) <= CAPTION_LIMIT
    if captioned:
        parts = [Part(text=texts[0], pictures=tuple(pictures))]
    else:
        albums = (pictures[at : at + ALBUM_LIMIT] for at in range(0, len(pictures), ALBUM_LIMIT))
        parts = [*(Part(pictures=tuple(album)) for album in albums), *(Part(text=text) for text in texts)]
    parts[-1] = replace(parts[-1], markup=inline or asking)
    if inline and asking:  # a message carries one kind of keys only
        parts.append(Part(text="👇", markup=asking))
    return parts


def keyboard(rows: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    """The buttons as Telegram draws them, at most eight in a row. Raises ValueError as `plan` does."""
    if sum(len(row) for row in rows) > BUTTON_LIMIT:
        raise ValueError(f"more than {BUTTON_LIMIT} buttons")
    keys = [[_key(button) for button in row] for row in rows if row]
    cut = [row[at : at + ROW_LIMIT] for row in keys for at in range(0, len(row), ROW_LIMIT)]
    return InlineKeyboardMarkup(cut) if cut else None


def _key(button: Button) -> InlineKeyboardButton:
    label = clean(button.label).strip()
    if not label or bool(button.payload) == bool(button.url):
        raise ValueError(f"a button needs a label and either a payload or a url: {button!r}")
    if len(label) > LABEL_LIMIT:
        label = label[: LABEL_LIMIT - 1] + "…"
    if button.url:
        return InlineKeyboardButton(label, url=button.url)
    if len(button.payload.encode()) > PAYLOAD_LIMIT:
        raise ValueError(f"a payload of more than {PAYLOAD_LIMIT} bytes: {button.payload!r}")
    style = button.style if button.style in _STYLES else None
    return InlineKeyboardButton(label, callback_data=button.payload, style=style)


def _asking(reply: Reply) -> ReplyKeyboardMarkup | None:
    """A key that shares one's own number; Telegram offers it in private chats only."""
    if not reply.ask_contact:
        return None
    key = KeyboardButton(reply.ask_contact, request_contact=True)
    return ReplyKeyboardMarkup([[key]], resize_keyboard=True, one_time_keyboard=True)


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def split_text(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """The text in pieces of at most `limit` units, cut at line ends, else after a sign or space."""
    return [piece for piece in _pieces(text, limit) if piece.strip()]


def _pieces(text: str, limit: int) -> Iterator[str]:
    while units(text) > limit:
        head = text.encode("utf-16-le")[: limit * 2].decode("utf-16-le", "ignore")
        cut = head.rfind("\n") + 1 or max(head.rfind(sign) for sign in _STOPS) + 1 or len(head)
        yield text[:cut].rstrip("\n")
        text = text[cut:]
    yield text.strip("\n")


def about_pictures(error: TelegramError) -> bool:
    """Whether it was the pictures, not the chat or the words, that Telegram would not take."""
    said = error.message.lower()
    named = isinstance(error, BadRequest) and any(word in said for word in _ABOUT_PICTURES)
    return named or "entity too large" in said


def ended(error: TelegramError) -> Sent:
    """What an error means for the message: `unknown` when the request had been written and not answered.

    An answer that says "failed" (5xx in Telegram's own form) is `later`; a gateway's page is `unknown`.
    """
    reason = f"{type(error).__name__}: {error.message}"
    if isinstance(error, RetryAfter):
        return Sent(state="later", reason="flood limit", retry_after=wait_of(error))
    if isinstance(error, ChatMigrated):
        return Sent(state="moved", reason=reason, moved_to=str(error.new_chat_id))
    if isinstance(error, Forbidden | BadRequest) or about_pictures(error):
        return Sent(state="refused", reason=reason)
    if isinstance(error, InvalidToken):
        return Sent(state="later", reason=reason, retry_after=TOKEN_RETRY)
    answered = isinstance(error, NetworkError) and not isinstance(error, TimedOut) and error.__cause__ is None
    if answered or isinstance(error.__cause__, _NOT_WRITTEN):
        return Sent(state="later", reason=reason)
    return Sent(state="unknown", reason=reason)


def wait_of(error: RetryAfter) -> float:
    """Seconds that Telegram asks us to wait."""
    return error._retry_after.total_seconds()  # the public name warns of its change from int to timedelta
