"""Before anything is filed: what is kept, why, for how long. Until then the words wait in the dialogue."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from actions import people
from bot import questions
from bot.messages import Reply
from bot.state import FlowState
from bot.talk import INTENTS, Heard
from nlu.offices import asks_for_an_office
from nlu.thresholds import SURE

if TYPE_CHECKING:
    from bot.turn import Turn

CONSENT = "consent"
YES = frozenset(
    "同意 我同意 好 好的 好啊 可以 行 行的 嗯 是 是的 要得 得 ok okay yes agree 冇问题 没问题".split()
)
NO = frozenset("不同意 不 不行 不要 不可以 拒绝 唔同意 no disagree".split())
_ASKING = ("?", "？", "吗", "嗎", "干嘛", "干什么", "為什麼", "为什么")
_OPEN = frozenset({"ask_policy", "list_activities", "read_notices", "find_member", "help"})
_NUMBERS = {"police": "110", "fire": "119", "medical": "120", "hotline": "12345"}


def ask(turn: Turn, flow: FlowState) -> Reply:
    """The notice with [同意]; the flow waits for the answer."""
    flow.asked, flow.free = CONSENT, True
    flow.offered = [
        [turn.say("buttons.agree"), "yes"],
        [turn.say("buttons.disagree"), "no"],
    ]
    turn.state.open = flow
    return turn.noted(Reply(text=turn.say("consent.notice"), buttons=questions.choices(turn, flow)))


def answered(turn: Turn, flow: FlowState, answer: Heard) -> Reply:
    """Agreed: the flow goes on with what was said. Refused: nothing of it is kept. Else: asked again."""
    said = answer.meaning.text.strip("。.!！ ").lower()
    if answer.chosen == "yes" or (answer.chosen is None and said in YES):
        turn.actor = replace(turn.actor, person=people.consent(turn.tx, turn.actor.person, turn.now))
        flow.asked, flow.free, flow.offered = "", False, []
        spoken = (answer.text, turn.say("buttons.agree"), turn.say("buttons.disagree"))
        flow.words = [words for words in flow.words if words not in spoken]
        return turn.run(flow)
    if answer.chosen == "no" or said in NO:
        turn.state.open, turn.state.alarm = None, {}
        return turn.noted(Reply(text=turn.say("consent.refused", **_numbers(turn))))
    if asks_for_an_office(answer.meaning.text):
        flow.words = [words for words in flow.words if words != answer.text]
        return turn.start("office_number")
    if answer.text.rstrip().endswith(_ASKING):  # a question about the notice, not about the matter
        flow.words = [words for words in flow.words if words != answer.text]
        return ask(turn, flow)
    if _needs_none(turn, answer):
        flow.words = [words for words in flow.words if words != answer.text]
        return turn.start(answer.meaning.intent)
    return replace(ask(turn, flow), text=turn.say("consent.again"))


def _needs_none(turn: Turn, answer: Heard) -> bool:
    """Whether something else was said, for which nothing has to be kept: a rule, an activity, a number."""
    name = answer.meaning.intent
    known = INTENTS.get(name)
    return name in _OPEN and answer.meaning.confidence >= SURE and known is not None and not known.consent


def _numbers(turn: Turn) -> dict[str, str]:
    known = turn.actor.community.numbers
    return {name: known.get(name, default) for name, default in _NUMBERS.items()}
