"""A question as it is shown: its sentence, its choices by pages, and which of them was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import texts
from bot.channels.menu import Menu, pick
from bot.messages import Button, Reply
from bot.state import FlowState
from bot.talk import Asking, Talk, rows_of, texts_of

if TYPE_CHECKING:
    from bot.turn import Turn

PAGE = 9  # choices shown at once
_THAT = frozenset(
    "好 好的 好啊 好呀 行 行的 行啊 可以 是 是的 是啊 对 对的 对啊 没错 嗯 嗯嗯 要 "
    "就这个 这个 就它 我去 我来 我接 接 得 係 係呀 好嘅 冇错 ok okay yes yeah sure".split()
)


def pose(turn: Turn, flow: FlowState, talk: Talk, asking: Asking) -> Reply:
    """The open question, its choices numbered so that an old menu is told from this one."""
    slot = asking.slot
    if flow.asked != slot.name:
        flow.page, flow.tries = 0, 0
    flow.asked, flow.free = slot.name, slot.free
    flow.offered = [[choice.label, choice.value] for choice in slot.offer(talk)]
    how, file = "again" if asking.again else "ask", texts_of(flow.intent)
    keys = [f"{file}.{how}_{slot.name}", f"common.{how}_{slot.name}", f"{file}.ask_{slot.name}"]
    key = next((key for key in keys if texts.has(key)), f"common.ask_{slot.name}")
    facts = {"count": len(flow.offered)} | asking.facts
    turn.state.open = flow
    return turn.noted(
        Reply(
            text=turn.say(key, **facts),
            buttons=choices(turn, flow),
            ask_contact=turn.say("buttons.share_phone") if slot.ask_contact else "",
        )
    )


def choices(turn: Turn, flow: FlowState) -> tuple[tuple[Button, ...], ...]:
    """The page of choices that is shown now."""
    offered = flow.offered
    first = flow.page * PAGE if flow.page * PAGE < len(offered) else 0
    if first == 0:
        flow.page = 0
    shown = [
        Button(label=str(label), payload=f"{_mine(flow)}{first + i}")
        for i, (label, _) in enumerate(offered[first : first + PAGE])
    ]
    rows = rows_of(shown)
    if len(offered) > PAGE:
        more = Button(label=turn.say("buttons.more"), payload=f"{_mine(flow)}{len(offered)}")
        rows = (*rows, (more,))
    return rows


def _mine(flow: FlowState) -> str:
    return f"?{flow.id}.{flow.asked}."


def picked(turn: Turn, flow: FlowState) -> str | None:
    """The choice that was written: its number as the person saw it last, or the label of any page."""
    said = turn.heard.meaning.text
    if any(payload.startswith(_mine(flow)) for _, payload in turn.state.menu):
        found = pick(said, menu(turn.state.menu))
        if found:
            return found
    if _one_thing(flow) and said.strip("。.!,， ").lower() in _THAT:
        return f"{_mine(flow)}0"
    labels = [[str(label), f"{_mine(flow)}{i}"] for i, (label, _) in enumerate(flow.offered)]
    return pick(said, menu(labels)) if labels and not said.isdecimal() else None


def _one_thing(flow: FlowState) -> bool:
    """Whether a yes says which: one thing is offered, or one guess beside a human."""
    return not flow.free and len(flow.offered) == (2 if flow.intent == "which" else 1)


def menu(choices: list[list[str]]) -> Menu:
    """Stored choices as something to pick from."""
    return Menu(text="", labels=tuple(c[0] for c in choices), payloads=tuple(c[1] for c in choices))
