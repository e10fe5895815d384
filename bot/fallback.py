"""What a message means when nothing was asked; not sure: two guesses, once more, then a human."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot import in_hand, metrics, orders, texts, whose
from bot.meetings import asks_about_theirs
from bot.messages import Button, Reply
from bot.talk import INTENTS, Unsure
from nlu.complaints import complaint
from nlu.fragments import only_a_place, only_a_time
from nlu.greeting import asks_who
from nlu.handbook import goes_on
from nlu.offices import asks_for_an_office
from nlu.on_behalf import asks_for_another
from nlu.thresholds import MAYBE, SURE

if TYPE_CHECKING:
    from bot.state import FlowState
    from bot.turn import Turn

_LIVES = re.compile(r"(?:我|咱|俺)(?:们|哋)?家?(?:的?家|屋企)?(?:搬|现在)?(?:住|在|是)")
NEXT_AT_MOST = 5  # further requests that wait
WAVES = 0.5  # from this confidence on a greeting is one
A_WAVE = 8  # characters; what is longer says something else, too
_KEEPS = frozenset({"report_issue", "request_wish"})
LOST_AT_MOST = 3  # messages in a row that were not understood


def by_meaning(turn: Turn) -> Reply:
    """The intent that was understood; else a guess, a second try, a human with all the words."""
    meaning, incoming, state = turn.heard.meaning, turn.incoming, turn.state
    if not meaning.text:
        return _without_words(turn)
    metrics.HEARD.inc()
    if (reply := _by_rule(turn)) is not None:
        return reply
    sure = meaning.confidence >= SURE and meaning.intent in INTENTS and not only_a_time(meaning.text)
    name = whose.meant(turn, meaning.intent) if sure else ""
    if sure and not _somebody_elses(turn, name):
        if meaning.others:  # several requests in one message: one dialogue after another
            state.next = [*state.next, *meaning.others][-NEXT_AT_MOST:]
            turn.heard = replace(turn.heard, text=meaning.text)
        told: dict[str, Any] = dict(whose.of_the_last_answer(turn, name))
        if state.lost and name in _KEEPS:  # 我血压高,药吃完了; 谁能帮我去拿一下: the first goes along
            told["before"] = state.lost_words[-state.lost :]
        return turn.start(name, told)
    if ending := whose.between(turn, meaning):
        return turn.start(ending)
    if turn.may_ask(meaning):
        raise Unsure(turn.heard.text, meaning)
    metrics.FALLBACKS.inc()
    state.lost += 1
    state.lose(incoming.text)
    if state.lost >= LOST_AT_MOST:
        return turn.start("talk_to_human", {"words": "\n".join(state.lost_words)})
    guessed = [g for g in meaning.guesses if g.confidence >= MAYBE and _nameable(turn, g.intent)]
    likely = [g.intent for g in guessed]
    if likely == ["greet"] and guessed[0].confidence >= WAVES and len(meaning.text) <= A_WAVE:
        return turn.start("greet")  # to be greeted does no harm
    likely = [name for name in likely if name != "greet"]
    if state.lost == 1 and likely:
        return _guess(turn, likely[:2])
    human = Button(label=turn.say("buttons.human"), payload="talk_to_human")
    asked = Reply(text=turn.say("common.rephrase"), buttons=((human,),), refused=True)
    return turn.noted(asked)


def aside(turn: Turn) -> Reply | None:
    """What is answered in passing, whatever is being asked: the telephone of an office."""
    return turn.start("office_number") if asks_for_an_office(turn.heard.meaning.text) else None


def _by_rule(turn: Turn) -> Reply | None:
    """What words of a kind mean, however sure the model is."""
    meaning = turn.heard.meaning
    if (reply := orders.order(turn) or in_hand.of_a_task(turn) or in_hand.is_away(turn)) is not None:
        return reply
    if asks_who(meaning.text):
        return turn.start("greet", {"who": 1})
    if (reply := aside(turn)) is not None:
        return reply
    if turn.state.rule.get("until", "") >= turn.now.isoformat() and goes_on(meaning.text):
        return turn.start("ask_policy")
    if asks_about_theirs(turn):
        return turn.start("ask_about_activity", {"question": turn.heard.text})
    if not meaning.negated and asks_for_another(meaning.text):
        return turn.start("report_on_behalf")
    if only_a_place(meaning) and _LIVES.match(meaning.text):
        return turn.start("set_home")
    if not meaning.negated and complaint(meaning.text):
        return turn.start("report_issue")  # about somebody in office: never taken for a wish to meet them
    return whose.how_it_is(turn)


_OF_TASKS = frozenset({"finish_task", "give_back_task", "my_tasks"})
_A_TASK = re.compile(r"任务|接单|派单|工单|派给|认领|[0-9]{1,6} ?号|\btasks?\b|no\. ?[0-9]", re.IGNORECASE)


def _somebody_elses(turn: Turn, name: str) -> bool:
    """我血压高,药吃完了 sounds like a task done: who holds none and names none means something else."""
    return name in _OF_TASKS and not turn.offered(name) and not _A_TASK.search(turn.heard.meaning.text)


def _nameable(turn: Turn, name: str) -> bool:
    """Whether it can be offered; a human always is."""
    return name != "talk_to_human" and turn.offered(name) and texts.has(f"words.intent.{name}")


def completed(turn: Turn, flow: FlowState) -> Reply | None:
    """6栋1单元, when it was asked what was meant: the place of the report or wish that was guessed."""
    meaning, guesses = turn.heard.meaning, flow.told.get("guesses", [])
    if not (only_a_place(meaning) or only_a_time(meaning.text)):
        return None
    name = next((one for one in guesses if one in _KEEPS), "")
    return turn.start(name, words=flow.words[:1]) if name else None


def _guess(turn: Turn, guesses: list[str]) -> Reply:
    """Two guesses to press; the words go along."""
    flow = turn.state.new_flow("which")
    flow.words = [turn.heard.text]
    flow.files = list(turn.heard.files)
    flow.told = {"guesses": guesses}
    return replace(turn.run(flow), refused=True)


def _without_words(turn: Turn) -> Reply:
    incoming = turn.incoming
    if incoming.unsupported:
        return Reply(text=turn.say("common.unsupported"))
    kinds = {medium.kind for medium in incoming.media if medium.sha256}
    if kinds == {"voice"}:
        return turn.start("talk_to_human", {"voice": 1})
    if kinds or incoming.location is not None:
        return turn.start("report_issue")
    return turn.start("help") if not incoming.problems else Reply(text="")
