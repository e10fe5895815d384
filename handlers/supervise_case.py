"""督办: a level above asks what becomes of a case, and the list of what was asked."""

from __future__ import annotations

import re
from typing import Any

from actions import supervision
from bot.messages import Button, Reply
from bot.talk import Choice, Heard, Slot, Talk, intent, rows_of, whole
from domain.case import Case
from domain.errors import NotAllowed
from domain.people import DESKS, RUNS_A_QUEUE, Person
from domain.supervision import Supervision, SupervisionState, level_of
from handlers.cards import moment_left
from handlers.claim_task import MEMBERS
from handlers.desk import CASE
from handlers.slots import REASON, number_in, text_slot
from storage import supervisions as rows

_TEXTS = "supervise_case"
_LISTED = 8
_SPANS = ("4wh", "1wd", "3wd", "24h")
_UNITS = (("wd", r"工作日|working day"), ("wh", r"工作(小时|時|小時)|working hour"), ("d", r"天|日|day"))
_SPAN = re.compile(r"([1-9]\d{0,2})(wh|wd|h|d)")


def span_words(talk: Talk, span: str) -> str:
    """ "4wh" as people say it."""
    found = _SPAN.fullmatch(span)
    assert found is not None
    return talk.text(f"words.span_{found[2]}", count=int(found[1]))


def _read_span(talk: Talk, heard: Heard) -> str | None:
    text = heard.meaning.text
    count = number_in(text)
    if not count:
        return None
    unit = next((unit for unit, word in _UNITS if re.search(word, text)), "h")
    return f"{count}{unit}"


def _load_span(talk: Talk, value: Any) -> str | None:
    return str(value) if _SPAN.fullmatch(str(value)) else None


SPAN: Slot[str] = Slot(
    name="span",
    read=_read_span,
    load=_load_span,
    offer=lambda talk: [Choice(label=span_words(talk, span), value=span) for span in _SPANS],
)


def _load_asked(talk: Talk, value: Any) -> Supervision:
    return supervision.to_answer(talk.tx, talk.actor, whole(value))[0]


ASKED: Slot[Supervision] = Slot(name="supervision", read=lambda talk, heard: None, load=_load_asked)
REPORT = text_slot("report")


@intent(roles=RUNS_A_QUEUE)
def supervise_case(talk: Talk) -> Reply:
    """The community or a level above wants an answer within so many hours."""
    case = talk.ask(CASE)
    span = talk.ask(SPAN, number=case.number)
    reason = talk.ask(REASON, number=case.number)
    asked = supervision.supervise(talk.tx, talk.actor, case.id, span, reason, talk.now)
    return talk.say("done", number=case.number, span=span_words(talk, span), due=asked.answer_by)


@intent(roles=MEMBERS, texts=_TEXTS)
def answer_supervision(talk: Talk) -> Reply:
    """Whoever has the case says what becomes of it."""
    asked = talk.ask(ASKED)
    case = talk.tx.get(Case, asked.case_id)
    words = talk.ask(REPORT, number=case.number if case else 0, reason=asked.reason)
    case = supervision.answer(talk.tx, talk.actor, asked.id, words, talk.now)
    unit = talk.community.units[asked.unit_id].name
    return talk.say("answered", number=case.number, unit=unit)


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def lift_supervision(talk: Talk) -> Reply:
    """解除督办: by who asked, when there is an answer."""
    case = supervision.lift(talk.tx, talk.actor, talk.told_id("supervision"), talk.now)
    return talk.say("lifted", number=case.number)


@intent(roles=DESKS, texts=_TEXTS)
def supervisions(talk: Talk) -> Reply:
    """督办列表: what was asked of these queues and by them, what is due first on top."""
    found = rows.standing(talk.tx, talk.actor.queues(), limit=_LISTED)
    if not found:
        return talk.say("none")
    lines = [supervision_line(talk, asked, case) for asked, case in found]
    buttons: list[list[Button]] = [_buttons(talk, asked, case) for asked, case in found]
    text = talk.text("list", count=len(found), lines="\n".join(lines))
    return Reply(text=text, buttons=rows_of(buttons))


def _buttons(talk: Talk, asked: Supervision, case: Case) -> list[Button]:
    number = talk.text("words.number", number=case.number)
    seen = talk.actor.handles(case)
    return [talk.button(number, "handle_case", case=case.id)] if seen else []


def supervision_line(talk: Talk, asked: Supervision, case: Case) -> str:
    """One line of the list: which, by whom, until when, and what was answered."""
    by = talk.tx.get(Person, asked.by_id)
    facts = {
        "number": case.number,
        "unit": talk.community.units[case.unit_id].name,
        "by": talk.community.units[asked.unit_id].name,
        "name": by.name if by else "",
        "due": asked.answer_by,
        "reason": asked.reason,
    }
    if asked.state is SupervisionState.OPEN:
        return talk.text("supervise_case.line_open", left=moment_left(talk, asked.answer_by), **facts)
    return talk.text("supervise_case.line_answered", answer=asked.answer, **facts)


def may_supervise(talk: Talk, case: Case) -> bool:
    """Whether they serve at a level above the one that has the case."""
    try:
        level_of(talk.community, talk.actor.roles, case)
    except NotAllowed:
        return False
    return True


def supervision_buttons(talk: Talk, asked: Supervision) -> list[Button]:
    """What can be done about it by whoever looks at the case."""
    if asked.state is SupervisionState.OPEN:
        return [talk.button("answer_supervision", "answer_supervision", supervision=asked.id)]
    mine = talk.actor.runs(asked.unit_id)
    return [talk.button("lift_supervision", "lift_supervision", supervision=asked.id)] if mine else []
