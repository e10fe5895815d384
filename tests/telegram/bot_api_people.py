"""The people on the other side of the fake Bot API: they write, tap, send pictures, block."""

from __future__ import annotations

import copy
import itertools
import random
import threading
import time
from typing import Any

Update = dict[str, Any]
JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 20 + b"\xff\xd9"


class People:
    """Everything a person can do; each act returns the update that it became."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.chats: dict[int, dict[str, Any]] = {}
        self.people: dict[int, dict[str, Any]] = {}
        self.blocked: set[int] = set()
        self.messages: dict[tuple[int, int], dict[str, Any]] = {}
        self.said: list[dict[str, Any]] = []
        self.updates: list[Update] = []
        self.taps: dict[str, bool] = {}  # callback query id: answered?
        self.files: dict[str, bytes] = {}
        self.sizes: dict[str, int] = {}  # where the server tells another size than the bytes'
        self._numbers: dict[int, itertools.count[int]] = {}
        self._update = itertools.count(random.randrange(10_000, 90_000))
        self._serial = itertools.count(1)

    # --- who there is ---

    def person(self, number: int, name: str = "王阿姨", language: str = "zh-hans", **more: Any) -> int:
        """Somebody with a private chat of the same number."""
        with self.lock:
            self.people[number] = {
                "id": number,
                "is_bot": False,
                "first_name": name,
                "language_code": language,
                **more,
            }
            self.chats[number] = {"id": number, "type": "private", "first_name": name}
        return number

    def group(self, number: int, title: str = "3号楼") -> int:
        """A group; its number is negative."""
        self.chats[number] = {"id": number, "type": "supergroup", "title": title}
        return number

    def sent_to(self, chat: int) -> list[dict[str, Any]]:
        """The bot's messages to a chat, as they were first sent, oldest first; `files` holds the bytes."""
        with self.lock:
            return [message for message in self.said if message["chat"]["id"] == chat]

    # --- what they do ---

    def say(self, chat: int, text: str, *, by: int | None = None, **more: Any) -> Update:
        """A text message; `by` names the person in a group."""
        return self.send(chat, by=by, text=text, **more)

    def send(self, chat: int, *, by: int | None = None, **content: Any) -> Update:
        """A message of any kind, with fields as the Bot API names them."""
        with self.lock:
            if chat not in self.chats:
                self.person(chat)
            who = self.people[by or chat]
            message = {
                "message_id": self.next_number(chat),
                "date": int(time.time()),
                "chat": self.chats[chat],
                "from": who,
                **content,
            }
            self.messages[(chat, message["message_id"])] = message
            return self.update(message=message)

    def start(self, chat: int, payload: str = "") -> Update:
        """Opens the bot through a link or QR code."""
        return self.say(chat, f"/start {payload}".strip())

    def edit(self, update: Update, text: str) -> Update:
        """The same message with other words."""
        changed = update["message"] | {"text": text, "edit_date": int(time.time())}
        return self.update(edited_message=changed)

    def press(
        self, chat: int, message: dict[str, Any], payload: str, *, by: int | None = None, forged: bool = False
    ) -> Update:
        """Taps a button; only a forger can tap one that is not under the message."""
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        if not forged:
            assert payload in [key.get("callback_data") for row in rows for key in row], "no such button"
        query = str(random.getrandbits(62))
        self.taps[query] = False
        shown = {name: value for name, value in message.items() if name != "files"}
        tap = {"id": query, "from": self.people[by or chat], "message": shown, "chat_instance": "1"}
        return self.update(callback_query=tap | {"data": payload})

    def repeat(self, update: Update) -> Update:
        """The same thing once more under a new update_id, as an app does after it was offline."""
        return self.update(**{name: body for name, body in update.items() if name != "update_id"})

    def send_photo(self, chat: int, data: bytes = JPEG, **more: Any) -> Update:
        """A photo in three sizes."""
        return self.send(chat, photo=self.photo(data), **more)

    def send_album(self, chat: int, pictures: int | list[bytes] = 3, caption: str = "") -> list[Update]:
        """Several photos at once: as many messages, the words under the first."""
        many = [JPEG] * pictures if isinstance(pictures, int) else pictures
        group = str(next(self._serial) + 13_000_000)
        said = [{"caption": caption} if caption and not at else {} for at in range(len(many))]
        return [
            self.send_photo(chat, data, media_group_id=group, **words)
            for data, words in zip(many, said, strict=True)
        ]

    def send_voice(self, chat: int, data: bytes = b"OggS-voice", seconds: int = 3) -> Update:
        """A voice message."""
        return self.send(chat, voice=self.file(data, mime_type="audio/ogg", duration=seconds))

    def send_document(self, chat: int, data: bytes, mime: str, *, size: int | None = None) -> Update:
        """A file; `size` is what the server says, if it lies."""
        sent = self.file(data, mime_type=mime, file_name="文件")
        if size is not None:
            sent["file_size"] = self.sizes[sent["file_id"]] = size
        return self.send(chat, document=sent)

    def share_contact(self, chat: int, phone: str = "+8613800138000", *, of: int | None = None) -> Update:
        """A contact card: their own, another person's (`of`), or nobody's on Telegram (0)."""
        card: dict[str, Any] = {"phone_number": phone, "first_name": "张三"}
        whose = chat if of is None else of
        return self.send(chat, contact=card | ({"user_id": whose} if whose else {}))

    def share_location(self, chat: int, latitude: float, longitude: float) -> Update:
        """Where they are."""
        return self.send(chat, location={"latitude": latitude, "longitude": longitude})

    def block(self, chat: int, *, again: bool = False) -> Update:
        """Blocks the bot, or (`again`) opens it again."""
        (self.blocked.discard if again else self.blocked.add)(chat)
        bot = {"id": 700, "is_bot": True, "first_name": "邻里"}
        old, new = ("kicked", "member") if again else ("member", "kicked")
        return self.update(
            my_chat_member={
                "chat": self.chats[chat],
                "from": self.people[chat],
                "date": int(time.time()),
                "old_chat_member": _member(bot, old),
                "new_chat_member": _member(bot, new),
            }
        )

    # --- what lies beneath ---

    def update(self, **body: Any) -> Update:
        """Queues an update under the next number."""
        with self.lock:
            made = {"update_id": next(self._update), **copy.deepcopy(body)}
            self.updates.append(made)
            return made

    def next_number(self, chat: int) -> int:
        """A chat's next message_id."""
        return next(self._numbers.setdefault(chat, itertools.count(1)))

    def keep(self, data: bytes) -> str:
        """Stores a file and names it."""
        file_id = f"file{next(self._serial)}"
        self.files[file_id] = data
        return file_id

    def stored(self, path: str) -> bytes | None:
        """A file by the path that getFile gave."""
        return self.files.get(path.removeprefix("documents/"))

    def file(self, data: bytes, **more: Any) -> dict[str, Any]:
        """A file object, its bytes kept."""
        file_id = self.keep(data)
        return {"file_id": file_id, "file_unique_id": file_id, "file_size": len(data), **more}

    def photo(self, data: bytes) -> list[dict[str, Any]]:
        """A photo's sizes; the largest is the one with the bytes."""
        small = [self.file(b"\xff\xd8small", width=side, height=side) for side in (90, 320)]
        return [small[0], self.file(data, width=1280, height=960), small[1]]


def chat_of(update: Update) -> int:
    """The chat an update belongs to."""
    body = next(body for name, body in update.items() if name != "update_id")
    found: int = body.get("message", body)["chat"]["id"]
    return found


def _member(bot: dict[str, Any], status: str) -> dict[str, Any]:
    return {"user": bot, "status": status} | ({"until_date": 0} if status == "kicked" else {})
