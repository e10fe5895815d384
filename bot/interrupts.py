"""The few words that work at every step, whatever is being asked."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from bot import voice
from bot.consenting import CONSENT
from bot.messages import Reply
from bot.questions import PAGE
from bot.state import FlowState

if TYPE_CHECKING:
    from bot.turn import Turn


class Interrupt(StrEnum):
    CANCEL = "cancel"
    BACK = "back"
    CHANGE = "change"
    HUMAN = "human"
    HELP = "help"
    MORE = "more"


_WORDS: dict[Interrupt, str] = {
    Interrupt.CANCEL: "取消 算了 算啦 不用了 不要了 不弄了 不报了 不填了 不说了 退出 停 停止 "
    "唔使喇 唔要喇 算咗 cancel stop quit",
    Interrupt.BACK: "返回 上一步 后退 退回 回上一步 back",
    Interrupt.CHANGE: "改 改一下 改改 修改 更改 改正 说错了 写错了 打错了 change",
    Interrupt.HUMAN: "人工 转人工 找人工 人工服务 人工客服 找真人 真人 找人 human agent person",
    Interrupt.HELP: "帮助 菜单 怎么用 使用说明 功能 help menu ?",
    Interrupt.MORE: "下一页 更多 还有吗 继续看 next more",
}
_BY_WORD = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_TRIMMED = " 。.!！?？~～,，、/吧啊呀哦了嘛"


def interrupt(text: str) -> Interrupt | None:
    """What a short message interrupts with, if that is all it says. `text` is normalised."""
    plain = text.strip().lower()
    return (
        _BY_WORD.get(plain) or _BY_WORD.get(plain.strip(_TRIMMED)) or _BY_WORD.get(plain.strip("/。.!！,， "))
    )


def obey(turn: Turn, word: Interrupt) -> Reply | None:
    """What the word does here; None where it means nothing and is read like any other."""
    flow = turn.state.open
    if word is Interrupt.HELP:
        return turn.start("help")
    if word is Interrupt.HUMAN:
        if flow is not None and flow.intent != "talk_to_human":
            return turn.to_human(flow)
        return turn.start("talk_to_human")
    if flow is None:
        return turn.start("cancel") if word is Interrupt.CANCEL else None
    if word is Interrupt.CANCEL:
        turn.state.open = None
        voice.settle(turn, flow)
        return turn.resume(Reply(text=turn.say("cancel.done")))
    if word is Interrupt.MORE and len(flow.offered) > PAGE:
        flow.page += 1
        return turn.run(flow)
    if word in (Interrupt.BACK, Interrupt.CHANGE) and flow.asked != CONSENT:
        return _step_back(turn, flow)
    return None


def _step_back(turn: Turn, flow: FlowState) -> Reply:
    """The last answer is asked for again; before the first one, what started the flow; else it ends."""
    if flow.answers:
        name, said = flow.answers.pop()
        later = list(flow.heard)[list(flow.heard).index(name) :] if name in flow.heard else []
        for one in later:
            del flow.heard[one]
        flow.words = flow.words[:said]
    elif flow.words and flow.heard:
        flow.heard, flow.words = {}, []
    else:
        turn.state.open = None
        voice.settle(turn, flow)
        return turn.resume(Reply(text=turn.say("cancel.done")))
    flow.asked, flow.offered = "", []
    return turn.run(flow)
