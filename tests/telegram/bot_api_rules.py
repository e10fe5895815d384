"""What the real server would refuse: required fields, types, lengths, entities, buttons."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.telegram.bot_api_table import METHODS, TYPES

TEXT, CAPTION, DATA, ANSWER, BUTTONS, ROW = 4096, 1024, 64, 200, 100, 8
PHOTO, UPLOAD = 10 * 1024 * 1024, 50 * 1024 * 1024  # bytes
_TAG = re.compile(r"<(/?)(\w+)[^<>]*>")
_ACTIONS = {"typing", "upload_photo", "record_voice", "upload_voice", "upload_document", "find_location"}


def check(method: str, params: dict[str, str], files: dict[str, bytes]) -> str | None:
    """The first thing wrong with a request, in the server's words; None when it may be carried out."""
    fields = METHODS[method]
    known = {name.rstrip("!"): types for name, types in fields.items()}
    unknown = (params.keys() | files.keys()) - known.keys() - _attached(params)
    if unknown:
        return f"unknown parameter {sorted(unknown)[0]}"
    for name in fields:
        if name.endswith("!") and name[:-1] not in params and name[:-1] not in files:
            return f"{name[:-1]} is empty" if name != "text!" else "message text is empty"
    for name, value in params.items():
        if name in known and not any(_fits(value, kind) for kind in known[name].split("|")):
            return f"can't parse {name}: {known[name]} expected"
    for rule in (_lengths, _entities, _markup, _media, _lists):
        if wrong := rule(method, params, files):
            return wrong
    return None


def _attached(params: dict[str, str]) -> set[str]:
    return set(re.findall(r"attach://([\w-]+)", " ".join(params.values())))


def _fits(value: str, kind: str) -> bool:
    """Whether a form field can be read as a type of the published schema."""
    if kind in ("String", "InputFile"):
        return kind == "String" or value.startswith("attach://")
    if kind == "Integer":
        return re.fullmatch(r"-?\d{1,20}", value) is not None
    if kind == "Float":
        return re.fullmatch(r"-?\d+(\.\d+)?([eE]-?\d+)?", value) is not None
    if kind == "Boolean":
        return value in ("true", "false")
    try:
        return fits_json(json.loads(value), kind)
    except ValueError:
        return False


def fits_json(value: Any, kind: str) -> bool:
    """Whether a JSON value is of a type; types that the table does not hold need only be objects."""
    if kind.startswith("Array of "):
        return isinstance(value, list) and all(fits_json(item, kind[9:]) for item in value)
    simple: dict[str, Any] = {"String": str, "Integer": int, "Float": (int, float), "Boolean": bool}
    if kind in simple:
        return isinstance(value, simple[kind]) and (kind == "Boolean") == isinstance(value, bool)
    if not isinstance(value, dict):
        return False
    if kind not in TYPES:
        return True
    fields = {name.rstrip("!"): types for name, types in TYPES[kind].items()}
    needed = {name[:-1] for name in TYPES[kind] if name.endswith("!")}
    if needed - value.keys() or value.keys() - fields.keys():
        return False
    return all(any(fits_json(item, one) for one in fields[name].split("|")) for name, item in value.items())


def units(text: str) -> int:
    """Length as Telegram's servers count it at the most: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _lengths(method: str, params: dict[str, str], files: dict[str, bytes]) -> str | None:
    text = params.get("text", "")
    if method == "answerCallbackQuery":
        return "MESSAGE_TOO_LONG" if units(text) > ANSWER else None
    if "text" in params and not text.strip():
        return "message text is empty"
    if units(text) > TEXT:
        return "message is too long"
    if units(params.get("caption", "")) > CAPTION:
        return "message caption is too long"
    if any(len(data) > (PHOTO if name == "photo" else UPLOAD) for name, data in files.items()):
        return "file is too big"
    if any(not data for data in files.values()):
        return "file must be non-empty"
    return None


def _entities(method: str, params: dict[str, str], files: dict[str, bytes]) -> str | None:
    """What people type may not parse under a parse mode; only the common mistakes are looked for."""
    mode = params.get("parse_mode")
    text = params.get("text", params.get("caption", ""))
    if mode is None:
        return None
    if mode not in ("HTML", "Markdown", "MarkdownV2"):
        return "unsupported parse_mode"
    if mode == "HTML":
        opened = [name for slash, name in _TAG.findall(text) if not slash]
        closed = [name for slash, name in _TAG.findall(text) if slash]
        wrong = sorted(opened) != sorted(closed) or "<" in _TAG.sub("", text)
    else:
        wrong = any(text.count(sign) % 2 for sign in "_*`") or text.count("[") != text.count("](")
    return "can't parse entities: can't find end of the entity" if wrong else None


def _markup(method: str, params: dict[str, str], files: dict[str, bytes]) -> str | None:
    markup = json.loads(params.get("reply_markup", "{}"))
    rows = markup.get("inline_keyboard", [])
    if sum(len(row) for row in rows) > BUTTONS:
        return "reply markup is too long"
    if any(not row or len(row) > ROW for row in rows):
        return "BUTTON_ROW_INVALID"
    for key in (key for row in rows for key in row):
        if not key["text"].strip():
            return "BUTTON_TEXT_INVALID"
        if sum(name in key for name in ("callback_data", "url", "web_app", "copy_text")) != 1:
            return "BUTTON_TYPE_INVALID"
        if not 1 <= len(key.get("callback_data", "-").encode()) <= DATA:
            return "BUTTON_DATA_INVALID"
        if key.get("style", "primary") not in ("primary", "danger", "success"):
            return "BUTTON_STYLE_INVALID"
        if not re.match(r"(https?|tg)://", key.get("url", "tg://")):
            return "BUTTON_URL_INVALID"
    asks = any(
        key.get("request_contact") or key.get("request_location")
        for row in markup.get("keyboard", [])
        for key in row
    )
    if asks and params.get("chat_id", "").startswith("-"):
        return "phone number and location can be requested in private chats only"
    return None


def _media(method: str, params: dict[str, str], files: dict[str, bytes]) -> str | None:
    if method == "sendChatAction" and params["action"] not in _ACTIONS:
        return "wrong parameter action in request"
    if method == "sendLocation" and not (
        -90 <= float(params["latitude"]) <= 90 and -180 <= float(params["longitude"]) <= 180
    ):
        return "wrong latitude or longitude"
    missing = _attached(params) - files.keys()
    if missing:
        return f"there is no file attached as {sorted(missing)[0]}"
    if method != "sendMediaGroup":
        return None
    items = json.loads(params["media"])
    if not 2 <= len(items) <= 10:
        return "wrong number of messages in the album"
    return (
        "message caption is too long"
        if any(units(item.get("caption", "")) > CAPTION for item in items)
        else None
    )


def _lists(method: str, params: dict[str, str], files: dict[str, bytes]) -> str | None:
    if method == "getUpdates" and not 1 <= int(params.get("limit", "100")) <= 100:
        return "limit must be 1 to 100"
    if method == "setWebhook":
        if not re.match(r"https://|http://127\.0\.0\.1[:/]|$", params["url"]):
            return "bad webhook: An HTTPS URL must be provided for webhook"
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", params.get("secret_token", "")):
            return "secret token contains unallowed characters"
    if method == "setMyCommands":
        commands = json.loads(params["commands"])
        if len(commands) > 100:
            return "BOT_COMMANDS_TOO_MUCH"
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                return "BOT_COMMAND_INVALID"
            if not 1 <= len(command["description"]) <= 256:
                return "BOT_COMMAND_DESCRIPTION_INVALID"
    return None
