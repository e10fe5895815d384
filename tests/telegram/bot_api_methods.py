"""What each method of the fake Bot API does once its parameters are in order."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.telegram.bot_api import BotApi

Params = dict[str, str]
Files = dict[str, bytes]
ME = {"id": 700, "is_bot": True, "first_name": "邻里", "username": "linli_bot"}
DOWNLOAD = 20 * 1024 * 1024  # bytes


class Refused(Exception):
    """The server's no, with its status and words."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status, self.description = status, description


def _bad(words: str) -> Refused:
    return Refused(400, f"Bad Request: {words}")


def _chat(api: BotApi, params: Params) -> int:
    chat = int(params["chat_id"]) if params["chat_id"].lstrip("-").isdigit() else 0
    if chat not in api.chats:
        raise _bad("chat not found")
    if chat in api.blocked:
        raise Refused(403, "Forbidden: bot was blocked by the user")
    return chat


def _message(api: BotApi, params: Params) -> dict[str, Any]:
    if "chat_id" not in params or "message_id" not in params:
        raise _bad("message identifier is not specified")
    found = api.messages.get((_chat(api, params), int(params.get("message_id", "0"))))
    if found is None or found["from"]["id"] != ME["id"]:
        raise _bad("message to edit not found")
    return found


def _say(api: BotApi, params: Params, files: Files, **content: Any) -> dict[str, Any]:
    """Keeps a message of the bot's and returns it as the real server does."""
    chat = _chat(api, params)
    message = {
        "message_id": api.next_number(chat),
        "date": int(time.time()),
        "chat": api.chats[chat],
        "from": ME,
        **{name: params[name] for name in ("text", "caption") if name in params},
        **content,
    }
    if "text" in message:
        message["text"] = message["text"].strip()
    markup = json.loads(params.get("reply_markup", "{}"))
    if markup:
        message["reply_markup"] = markup
    api.messages[(chat, message["message_id"])] = message
    api.said.append(message | {"files": list(files.values())})
    shown = dict(message)
    if "inline_keyboard" not in markup:
        shown.pop("reply_markup", None)
    return shown


def _file(data: bytes, api: BotApi) -> dict[str, Any]:
    file_id = api.keep(data)
    return {"file_id": file_id, "file_unique_id": file_id, "file_size": len(data)}


def _sizes(data: bytes, api: BotApi) -> list[dict[str, Any]]:
    return [_file(data, api) | {"width": 90, "height": 60}, _file(data, api) | {"width": 900, "height": 600}]


def _send_message(api: BotApi, params: Params, files: Files) -> Any:
    return _say(api, params, files)


def _send_photo(api: BotApi, params: Params, files: Files) -> Any:
    data = next(iter(files.values()), None)
    if data is None:
        raise _bad("wrong file identifier/HTTP URL specified")
    if not data.startswith((b"\xff\xd8", b"\x89PNG", b"RIFF")):
        raise _bad("IMAGE_PROCESS_FAILED")
    return _say(api, params, files, photo=_sizes(data, api))


def _send_media_group(api: BotApi, params: Params, files: Files) -> Any:
    sent = []
    for item in json.loads(params["media"]):
        data = files.get(item["media"].removeprefix("attach://"), b"")
        if not data.startswith((b"\xff\xd8", b"\x89PNG", b"RIFF")):
            raise _bad("failed to send message: IMAGE_PROCESS_FAILED")
        caption = {"caption": item["caption"]} if "caption" in item else {}
        sent.append((data, caption))
    group = str(time.monotonic_ns())
    return [
        _say(api, params, {"photo": data}, photo=_sizes(data, api), media_group_id=group, **caption)
        for data, caption in sent
    ]


def _send_voice(api: BotApi, params: Params, files: Files) -> Any:
    data = next(iter(files.values()), b"")
    return _say(api, params, files, voice=_file(data, api) | {"duration": int(params.get("duration", "0"))})


def _send_document(api: BotApi, params: Params, files: Files) -> Any:
    return _say(api, params, files, document=_file(next(iter(files.values()), b""), api))


def _send_location(api: BotApi, params: Params, files: Files) -> Any:
    place = {name: float(params[name]) for name in ("latitude", "longitude")}
    return _say(api, params, files, location=place)


def _edit_text(api: BotApi, params: Params, files: Files) -> Any:
    message = _message(api, params)
    if "text" not in params:
        raise _bad("message text is empty")
    markup = json.loads(params.get("reply_markup", "{}"))
    if params["text"].strip() == message.get("text") and markup == message.get("reply_markup", {}):
        raise _bad("message is not modified: specified new message content and reply markup are the same")
    message["text"] = params["text"].strip()
    return _edit_markup(api, params, files, checked=True)


def _edit_markup(api: BotApi, params: Params, files: Files, *, checked: bool = False) -> Any:
    message = _message(api, params)
    markup = json.loads(params.get("reply_markup", "{}"))
    if not checked and markup == message.get("reply_markup", {}):
        raise _bad("message is not modified: specified new message content and reply markup are the same")
    message.pop("reply_markup", None)
    if markup:
        message["reply_markup"] = markup
    return message


def _delete(api: BotApi, params: Params, files: Files) -> Any:
    if api.messages.pop((_chat(api, params), int(params["message_id"])), None) is None:
        raise _bad("message to delete not found")
    return True


def _answer(api: BotApi, params: Params, files: Files) -> Any:
    query = params["callback_query_id"]
    if api.taps.get(query) is not False:
        raise _bad("query is too old and response timeout expired or query ID is invalid")
    api.taps[query] = True
    return True


def _get_file(api: BotApi, params: Params, files: Files) -> Any:
    file_id = params["file_id"]
    if file_id not in api.files:
        raise _bad("wrong file_id or the file is temporarily unavailable")
    size = api.sizes.get(file_id, len(api.files[file_id]))
    if size > DOWNLOAD:
        raise _bad("file is too big")
    path = f"documents/{file_id}"
    return {"file_id": file_id, "file_unique_id": file_id, "file_size": size, "file_path": path}


def _react(api: BotApi, params: Params, files: Files) -> Any:
    if (_chat(api, params), int(params["message_id"])) not in api.messages:
        raise _bad("message to react not found")
    return True


def _set_webhook(api: BotApi, params: Params, files: Files) -> Any:
    api.webhook = dict(params) if params["url"] else {}
    return True


def _delete_webhook(api: BotApi, params: Params, files: Files) -> Any:
    api.webhook = {}
    if params.get("drop_pending_updates") == "true":
        api.confirmed.update(update["update_id"] for update in api.updates)
    return True


def _webhook_info(api: BotApi, params: Params, files: Files) -> Any:
    waiting = len([u for u in api.updates if u["update_id"] not in api.confirmed])
    url = api.webhook.get("url", "")
    return {"url": url, "has_custom_certificate": False, "pending_update_count": waiting}


def _yes(api: BotApi, params: Params, files: Files) -> Any:
    if "chat_id" in params:
        _chat(api, params)
    return True


TABLE: dict[str, Callable[[BotApi, Params, Files], Any]] = {
    "getMe": lambda api, params, files: ME,
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": _webhook_info,
    "sendMessage": _send_message,
    "sendPhoto": _send_photo,
    "sendMediaGroup": _send_media_group,
    "sendVoice": _send_voice,
    "sendDocument": _send_document,
    "sendLocation": _send_location,
    "sendChatAction": _yes,
    "editMessageText": _edit_text,
    "editMessageReplyMarkup": _edit_markup,
    "deleteMessage": _delete,
    "answerCallbackQuery": _answer,
    "getFile": _get_file,
    "setMyCommands": _yes,
    "setMessageReaction": _react,
}
