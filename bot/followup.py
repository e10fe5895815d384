"""What belongs to the case just filed: later photos of an album, a second sentence, a thank-you."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.messages import Reply

if TYPE_CHECKING:
    from bot.turn import Turn

SURE = 0.50  # from here a message has an intent of its own
COURTESY = frozenset(
    "谢谢 谢谢你 谢谢您 谢了 多谢 多谢晒 唔该 唔该晒 感谢 非常感谢 麻烦了 麻烦你了 麻烦您了 辛苦了 辛苦 "
    "好的谢谢 好谢谢 好的 好 好嘞 好滴 嗯 嗯嗯 哦 噢 知道了 晓得了 明白 明白了 收到 行 行的 可以 ok okay "
    "thanks thank you thx 👍 🙏 👌".split()
) | {"thank you"}
_AROUND = " 。.!！?？~～,，、啊呀哦了嘛哈"


def follow_up(turn: Turn) -> Reply | None:
    """A polite word is answered politely; more about the last case goes to it."""
    text = turn.heard.meaning.text.strip().lower()
    plain = text.replace(",", "").replace("，", "").replace(" ", "")
    if text and COURTESY & {text, plain, plain.strip(_AROUND)}:
        return Reply(text=turn.say("common.welcome"))
    return _more_about_the_last_case(turn)


def part_of_album(turn: Turn) -> bool:
    """A later part of an album whose first part has been answered: its photos join that case."""
    recent = turn.state.recent
    if not turn.incoming.album or recent.get("album") != turn.incoming.album:
        return False
    if turn.incoming.text or turn.state.open is not None:
        return False
    _add(turn, "")
    return True


def _more_about_the_last_case(turn: Turn) -> Reply | None:
    """For two minutes what has no intent of its own belongs to the case just filed."""
    recent, meaning = turn.state.recent, turn.heard.meaning
    if not recent or datetime.fromisoformat(recent["until"]) < turn.now:
        return None
    own = meaning.confidence >= SURE and meaning.intent not in ("add_to_case", "report_issue")
    other = meaning.category != recent.get("category") and meaning.category_confidence >= SURE
    elsewhere = bool(meaning.entities.place.building)  # a building of its own: another report
    fresh = meaning.intent == "report_issue" and meaning.confidence >= SURE and (other or elsewhere)
    if turn.heard.text and (own or fresh):
        return None
    if not turn.heard.text and not turn.heard.files and turn.incoming.location is None:
        return None
    return _add(turn, turn.heard.text)


def _add(turn: Turn, text: str) -> Reply:
    told: dict[str, Any] = {"case": turn.state.recent["case"], "more": text or "-"}
    return turn.start("add_to_case", told)
