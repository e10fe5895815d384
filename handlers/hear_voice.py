"""What was heard in a voice message: nothing counts until the person has said that it is right."""

from __future__ import annotations

import re
from typing import Any

from bot.messages import Reply
from bot.talk import Choice, Heard, Redirect, Said, Slot, Talk, intent
from handlers.slots import text_slot

_YES = frozenset(
    "对 对的 对啊 对呀 对了 对对 对对对 是 是的 是啊 是呀 嗯 嗯嗯 没错 正确 好 好的 可以 行 系 系啊 啱 啱啊 "
    "ok okay yes right correct yeah yep".split()
)
_NO = frozenset("不对 不是 错 错了 不 没有 听错了 不对不对 不是的 唔系 唔啱 no wrong nope incorrect".split())
_MEANT = re.compile(r"^(?:我?(?:说的)?(?:应该|應該)?是|it is |it's |i said )", re.IGNORECASE)
_BREAK = re.compile(r"[,，。.!！;；\s]+")


def _read(talk: Talk, heard: Heard) -> Any:
    """yes, no, or what a person says instead: 不对，是水管漏水."""
    first, *rest = _BREAK.split(heard.meaning.text.strip().lower(), maxsplit=1)
    more = rest[0].strip() if rest else ""
    if first in _YES:
        return "yes" if not more or more in _YES else f"+{_after(heard.text)}"
    if first in _NO:
        return "no" if not more or more in _NO else f"-{_after(heard.text)}"
    return None


def _after(text: str) -> str:
    return _MEANT.sub("", _BREAK.split(text.strip(), maxsplit=1)[-1])


RIGHT: Slot[str] = Slot(
    name="right",
    read=_read,
    load=lambda talk, value: str(value),
    offer=lambda talk: [
        Choice(label=talk.text("buttons.heard_right"), value="yes"),
        Choice(label=talk.text("buttons.heard_wrong"), value="no"),
        Choice(label=talk.text("buttons.human"), value="human"),
    ],
)
WORDS = text_slot("instead")


@intent()
def hear_voice(talk: Talk) -> Reply:
    """The echo: right, and the words are as good as written; wrong twice, and a human listens."""
    said = talk.flow.told.get("said")
    if not isinstance(talk.flow.told.get("recordings"), list):
        return Reply(text=talk.text("common.stale"))
    answer = talk.ask(RIGHT, text=said)
    if answer == "yes":
        raise Said(str(said))
    if answer.startswith("+"):
        raise Said(talk.text("words.and_then", first=said, then=answer[1:]))
    if answer.startswith("-"):
        raise Said(answer[1:])
    if answer == "human" or talk.flow.told.get("wrong"):
        raise Redirect("talk_to_human", words="\n".join(dict.fromkeys(talk.flow.words)))
    raise Said(talk.ask(WORDS))
