"""What belongs to the case just filed: later photos of an album, a second sentence, a thank-you."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.messages import Reply
from domain.case import Case
from nlu.meaning import Meaning
from nlu.thresholds import OWN
from storage import community as places

if TYPE_CHECKING:
    from bot.turn import Turn

CLEAR = 0.50  # from here a category is a subject of its own

COURTESY = frozenset(
    "谢谢 谢谢你 谢谢您 谢了 多谢 多谢晒 唔该 唔该晒 感谢 非常感谢 麻烦了 麻烦你了 麻烦您了 辛苦了 辛苦 "
    "好的谢谢 好谢谢 好的 好 好嘞 好滴 嗯 嗯嗯 哦 噢 知道了 晓得了 明白 明白了 收到 行 行的 可以 ok okay "
    "thanks thank you thx 👍 🙏 👌".split()
) | {"thank you"}
_QUESTION = re.compile(
    r"[?？]|吗|呢$|想(?:问|了解|咨询|知道)|请问|几点|什么时候|多少|怎么|哪里|哪儿|谁|"
    r"^(?:what|when|where|who|how|can|is)\b",
    re.I,
)
_WHERE = re.compile(
    r"[0-9一二三四五六七八九十]+(?:号楼|号院|号|栋|幢|座|单元|楼|层|室)|小区|旁边|附近|门口|那边|这边|那里|这里|"
    r"问到|说错|写错|弄错|应该|改成|就是|不是|我们?家?|家?住|[在是就的了呀啊哦嘛,，。.!！、 ]"
)
_AROUND = " 。.!！?？~～,，、啊呀哦了嘛哈"


def follow_up(turn: Turn) -> Reply | None:
    """A polite word is answered politely; more about the last case goes to it."""
    text = turn.heard.meaning.text.strip().lower()
    plain = text.replace(",", "").replace("，", "").replace(" ", "")
    if text and COURTESY & {text, plain, plain.strip(_AROUND)}:
        return Reply(text=turn.say("common.welcome"))
    return _more_about_the_last_case(turn)


def part_of_album(turn: Turn) -> bool:
    """A later part of an album: its photos join the question the first part opened, or the case filed."""
    album, flow = turn.incoming.album, turn.state.open
    if not album or turn.incoming.text:
        return False
    if flow is not None:
        if flow.told.get("album") == album:
            flow.files.extend(turn.heard.files)
        return flow.told.get("album") == album
    if turn.state.recent.get("album") == album:
        _add(turn, "", quiet=1)
    return turn.state.recent.get("album") == album


def _more_about_the_last_case(turn: Turn) -> Reply | None:
    """For two minutes what has no intent of its own belongs to the case just filed."""
    recent, meaning = turn.state.recent, turn.heard.meaning
    if turn.incoming.edits and turn.incoming.edits == recent.get("message"):
        return _add(turn, turn.heard.text)  # the report itself in other words
    if not recent or datetime.fromisoformat(recent["until"]) < turn.now:
        return None
    if turn.heard.text and _of_its_own(turn, meaning):
        return None
    if not turn.heard.text and not turn.heard.files and turn.incoming.location is None:
        return None
    return _add(turn, turn.heard.text)


def _of_its_own(turn: Turn, meaning: Meaning) -> bool:
    """Whether a message after a report is another matter: another intent, another category, another house."""
    recent, building = turn.state.recent, meaning.entities.place.building
    if only_a_place(meaning) or meaning.intent == "add_to_case":
        return False
    if meaning.confidence < OWN or meaning.intent == "out_of_scope":
        return bool(_QUESTION.search(meaning.text)) and "emergency" not in recent
    if "emergency" in recent and meaning.intent in ("report_issue", "call_emergency"):
        return False
    if meaning.intent != "report_issue":
        return True
    case = turn.tx.get(Case, recent["case"])
    place = places.place(turn.tx, case.place_id) if case else None
    other = meaning.category != recent.get("category") and meaning.category_confidence >= CLEAR
    elsewhere = building and place and f"{building}栋" not in place.full_name
    whole = building and meaning.entities.place.estate_id  # the whole address again: a report of its own
    return bool(other or elsewhere or whole)


def only_a_place(meaning: Meaning) -> bool:
    """在3栋1单元,6楼: nothing but where it is."""
    place = meaning.entities.place
    if not place:
        return False
    rest = meaning.text.replace(place.estate, "") if place.estate else meaning.text
    return not _WHERE.sub("", rest)


def _add(turn: Turn, text: str, **how: int) -> Reply:
    told: dict[str, Any] = {"case": turn.state.recent["case"], "more": text or "-", **how}
    return turn.start("add_to_case", told)
