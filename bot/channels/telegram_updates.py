"""What Telegram tells us, in our own words: pure functions from an Update to an Incoming or a Change."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telegram import CallbackQuery, ChatMemberUpdated, Message, Update

from bot.messages import Contact, Incoming, Media

CHANNEL = "telegram"
WANTED = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update we ask for; Telegram keeps the others to itself."""

_LOCALES = {"zh": "zh_Hans", "zh-hans": "zh_Hans", "zh-cn": "zh_Hans", "zh-sg": "zh_Hans", "zh-my": "zh_Hans"}
_LOCALES |= {"zh-hant": "zh_Hant", "zh-tw": "zh_Hant", "zh-hk": "zh_Hant", "zh-mo": "zh_Hant", "en": "en"}
_UNREADABLE = [
    "sticker",
    "poll",
    "animation",
    "video",
    "video_note",
    "dice",
    "game",
    "story",
    "paid_media",
    "checklist",
    "live_photo",
    "gift",
    "unique_gift",
    "giveaway",
    "invoice",
]
_SERVICE = [
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "new_chat_photo",
    "delete_chat_photo",
    "group_chat_created",
    "supergroup_chat_created",
    "channel_chat_created",
    "pinned_message",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "message_auto_delete_timer_changed",
    "connected_website",
    "write_access_allowed",
    "proximity_alert_triggered",
    "boost_added",
    "forum_topic_created",
    "forum_topic_closed",
    "forum_topic_reopened",
    "forum_topic_edited",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "chat_background_set",
    "video_chat_scheduled",
    "video_chat_started",
    "video_chat_ended",
    "video_chat_participants_invited",
    "giveaway_created",
    "chat_owner_changed",
    "chat_owner_left",
    "poll_option_added",
    "poll_option_deleted",
    "checklist_tasks_done",
    "checklist_tasks_added",
    "is_automatic_forward",
]
_BARE = ("message_id", "date", "edit_date", "chat", "from", "text", "caption", "media_group_id")
_PICTURES = ("image/jpeg", "image/png", "image/webp")
_COMMAND = re.compile(r"^/([A-Za-z0-9_]{1,32})(?:@[A-Za-z0-9_]+)?(?=\s|$)")
_HOME = {"left": "gone", "kicked": "gone", "member": "back", "administrator": "back", "restricted": "back"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A chat that was left or blocked (gone), opened again (back), or has a new address (moved)."""

    address: str
    state: str  # gone | back | moved
    moved_to: str = ""


def clean(text: str | None) -> str:
    """The text without what no database takes: lone surrogates and NUL."""
    if not text:
        return ""
    return text.encode("utf-8", "ignore").decode("utf-8").replace("\x00", "")


def locale_of(language_code: str | None) -> str:
    """Our locale for Telegram's language tag, "" when we do not speak it; by hand, as Babel gets it wrong."""
    parts = (language_code or "").replace("_", "-").lower().split("-")
    return _LOCALES.get("-".join(parts[:2])) or _LOCALES.get(parts[0], "")


def to_incoming(update: Update) -> Incoming | None:
    """The message, edit or pressed button in an update; None when nobody is to be answered."""
    if update.callback_query is not None:
        return _pressed(update.callback_query)
    if update.message is not None:
        return _said(update.message, edit=False)
    if update.edited_message is not None:
        return _said(update.edited_message, edit=True)
    return None


def to_change(update: Update) -> Change | None:
    """What an update says about the chat itself, if anything."""
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    message = update.message
    if message is None:
        return None
    if message.migrate_to_chat_id:
        return Change(address=str(message.chat.id), state="moved", moved_to=str(message.migrate_to_chat_id))
    if message.migrate_from_chat_id:
        return Change(address=str(message.migrate_from_chat_id), state="moved", moved_to=str(message.chat.id))
    return None


def line_of(raw: dict[str, Any]) -> str:
    """The chat (for a tap: the person) whose order an update belongs to; lines do not wait for each other."""
    for kind in WANTED:
        body = raw.get(kind)
        if not isinstance(body, dict):
            continue
        chat = body.get("from" if kind == "callback_query" else "chat")
        if isinstance(chat, dict):
            return str(chat.get("id", ""))
    return ""


def barely(raw: dict[str, Any]) -> dict[str, Any]:
    """An update the library cannot read, reduced to who said which words where."""
    bare = {name: body for name, body in raw.items() if name in ("update_id", "callback_query")}
    for kind in ("message", "edited_message"):
        if isinstance(raw.get(kind), dict):
            bare[kind] = {name: raw[kind][name] for name in _BARE if name in raw[kind]}
    if isinstance(bare.get("callback_query"), dict):
        bare["callback_query"] = {k: v for k, v in bare["callback_query"].items() if k != "message"}
    return bare


def _membership(happened: ChatMemberUpdated) -> Change | None:
    state = _HOME.get(happened.new_chat_member.status)
    if state is None or state == _HOME.get(happened.old_chat_member.status):
        return None
    return Change(address=str(happened.chat.id), state=state)


def _pressed(query: CallbackQuery) -> Incoming | None:
    """A tap belongs to the person who pressed, also in a group: a private chat's id is its person's id."""
    if query.from_user.is_bot:
        return None
    payload = clean(query.data)
    return Incoming(
        channel=CHANNEL,
        address=str(query.from_user.id),
        message_id=f"c{query.id}",
        pressed=payload,
        locale=locale_of(query.from_user.language_code),
        private=query.message is None or query.message.chat.type == "private",
        unsupported="" if payload else "game",
    )


def _said(message: Message, *, edit: bool) -> Incoming | None:
    sender = message.from_user
    if sender is None or sender.is_bot or _is_service(message):
        return None
    if edit and message.location is not None:  # a live location: nobody is tracked
        return None
    text, entry = _words(message)
    media = _media(message)
    location, contact = _location(message), _contact(message)
    readable = bool(text or media or location or contact)
    number = f"m{message.message_id}"
    return Incoming(
        channel=CHANNEL,
        address=str(message.chat.id),
        message_id=f"e{message.message_id}.{_seconds(message.edit_date)}" if edit else number,
        text=text,
        media=media,
        location=location,
        contact=contact,
        album=clean(message.media_group_id),
        entry=entry,
        edits=number if edit else "",
        locale=locale_of(sender.language_code),
        private=message.chat.type == "private",
        unsupported=_unreadable(message, readable=readable),
        at=message.edit_date if edit else message.date,
    )


def _is_service(message: Message) -> bool:
    return any(getattr(message, name, None) for name in _SERVICE)


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0


def _words(message: Message) -> tuple[str, str]:
    """The text and the payload of a deep link; a venue is told by its name and address."""
    if message.venue is not None:
        return clean(f"{message.venue.title} {message.venue.address}").strip(), ""
    text = clean(message.text or message.caption)
    found = _COMMAND.match(text)
    if found is None:
        return text, ""
    command, rest = found.group(1).lower(), text[found.end() :].strip()
    if command == "start" and rest:
        return "/start", rest[:64]
    return f"/{command} {rest}".strip(), ""


def _location(message: Message) -> tuple[float, float] | None:
    place = message.venue.location if message.venue else message.location
    return (place.latitude, place.longitude) if place else None


def _contact(message: Message) -> Contact | None:
    """The server fills in a contact's user_id, so it can be trusted; a foreign card has another or none."""
    card, sender = message.contact, message.from_user
    if card is None or sender is None:
        return None
    return Contact(phone=clean(card.phone_number), own=card.user_id == sender.id)


def _photo(message: Message) -> Media | None:
    if not message.photo:
        return None
    best = max(message.photo, key=lambda size: size.width * size.height)
    return Media(kind="photo", ref=best.file_id, mime="image/jpeg", size=best.file_size or 0)


def _voice(message: Message) -> Media | None:
    said = message.voice
    if said is None:
        return None
    seconds = int(said.to_dict()["duration"])  # the attribute warns of its change from int to timedelta
    return Media(
        kind="voice", ref=said.file_id, mime=clean(said.mime_type), size=said.file_size or 0, seconds=seconds
    )


def _file(message: Message) -> Media | None:
    """A document or some audio; a picture sent as a file is a picture, so that its GPS is taken out too."""
    sent = message.document or message.audio
    if sent is None or message.animation is not None:
        return None
    mime = clean(sent.mime_type)
    kind = "photo" if mime in _PICTURES else "file"
    return Media(kind=kind, ref=sent.file_id, mime=mime, size=sent.file_size or 0)


_READERS: tuple[Callable[[Message], Media | None], ...] = (_photo, _voice, _file)


def _media(message: Message) -> tuple[Media, ...]:
    return tuple(found for read in _READERS if (found := read(message)) is not None)


def _unreadable(message: Message, *, readable: bool) -> str:
    """The kind nobody can read, "unknown" for one newer than this program, "" when there is something."""
    for name in _UNREADABLE:
        if getattr(message, name, None) and not message.photo:
            return name
    return "" if readable else "unknown"
