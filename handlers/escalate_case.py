"""签收, 上报, 不归我们管: what a desk does with a case besides answering it."""

from __future__ import annotations

from actions import cases, escalations, private
from bot.messages import Reply
from bot.talk import Choice, Heard, Slot, Talk, intent
from domain.people import DESKS
from handlers.desk import CASE, SHARED
from handlers.slots import REASON, text_slot

_TEXTS = "escalate_case"
WHO = text_slot("who", longest=120)
_WORDS = text_slot("outside_number", longest=60)
_NONE = frozenset("没有 无 不知道 暂无 沒有 無 none no".split())


def _read_number(talk: Talk, heard: Heard) -> str | None:
    words = _WORDS.read(talk, heard)
    return "-" if words and words.strip("。. ").lower() in _NONE else words


OUTSIDE_NUMBER: Slot[str] = Slot(
    name="outside_number",
    read=_read_number,
    load=lambda talk, value: str(value)[:60],
    offer=lambda talk: [Choice(label=talk.text("buttons.no_number"), value="-")],
    free=True,
)


@intent(roles=DESKS, texts=_TEXTS)
def sign_case(talk: Talk) -> Reply:
    """签收: the desk has seen it and sees to it."""
    case = cases.sign(talk.tx, talk.actor, talk.ask(CASE).id, talk.now)
    button = talk.button("open", "handle_case", case=case.id)
    return talk.say("signed", number=case.number, due=case.answer_by, buttons=[button])


@intent(roles=DESKS)
def escalate_case(talk: Talk) -> Reply:
    """超出权限,上报: one level up, with a reason."""
    case = talk.ask(CASE)
    reason = talk.ask(REASON, number=case.number)
    moved = escalations.escalate(talk.tx, talk.actor, case.id, reason, talk.now)
    unit = talk.community.units[moved.unit_id].name
    return talk.say("done", number=case.number, unit=unit, due=moved.answer_by)


@intent(roles=DESKS, texts=_TEXTS)
def not_ours(talk: Talk) -> Reply:
    """不归我们管: who is responsible, why, and its number there; the case stays open here."""
    case = talk.ask(CASE)
    who = talk.ask(WHO, number=case.number)
    reason = talk.ask(REASON, number=case.number)
    number = talk.ask(OUTSIDE_NUMBER, who=who)
    number = "" if number == "-" else number
    shared = ""
    if private.guarded(case):
        shared = talk.ask(SHARED, unit=who, text=private.summary(talk.tx, case))
    case = escalations.not_ours(talk.tx, talk.actor, case.id, who, reason, number, talk.now, shared)
    unit = talk.community.units[case.unit_id].name
    if shared:
        return talk.say("passed_on_summary", number=case.number, who=who, unit=unit, text=case.shared)
    return talk.say("passed_on", number=case.number, who=who, unit=unit)
