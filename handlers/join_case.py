"""加入: a neighbour has reported the same; one tap stands behind it instead of filing it again."""

from __future__ import annotations

import re
from typing import Any

from actions import cases, joining
from bot.messages import Reply
from bot.talk import Choice, Heard, Slot, Talk, whole
from domain.case import Case
from domain.errors import AlreadyYours, WrongState
from handlers.cards import case_card, remember
from handlers.slots import further
from handlers.where import Where

_ALONE = re.compile("不是|不一样|单独|另外|别的|不加入|不用|no|other|alone|separate")
_SAME = re.compile("加入|一样|同一|也是|就是|是的|^(?:是|好|好的|对|嗯|行|可以|系|得)$|yes|join|same")


def _read(talk: Talk, heard: Heard) -> Any:
    """The id of the case to stand behind, 0 for a case of one's own."""
    said = heard.meaning.text.strip("。.!！,， ").lower()
    if _ALONE.search(said):
        return 0
    if _SAME.search(said):
        return talk.flow.told.get("near", 0)
    return 0 if talk.flow.tries else None  # twice no answer: nothing is lost, a case of their own


def _offer(talk: Talk, yes: str) -> list[Choice]:
    alone = Choice(label=talk.text("buttons.report_alone"), value=0)
    return [Choice(label=yes, value=talk.flow.told.get("near", 0)), alone]


JOIN: Slot[int] = Slot(
    name="join",
    read=_read,
    load=lambda talk, value: whole(value),
    offer=lambda talk: _offer(talk, talk.text("buttons.join_case")),
)
MINE: Slot[int] = Slot(
    name="mine",
    read=_read,
    load=lambda talk, value: whole(value),
    offer=lambda talk: _offer(talk, talk.text("buttons.add_here")),
)


def joined(talk: Talk, what: str, where: Where, category: str, *, private: bool) -> Reply | None:
    """Asks whether it is the matter others have reported; the reply when they joined, else None."""
    near = None
    if not private:
        near = joining.near(talk.tx, talk.actor, category, talk.understand(what).text, where.place, talk.now)
    chosen = talk.known(JOIN) or talk.known(MINE)
    if chosen is None and near is not None:
        talk.flow.told["near"] = near.case.id
        facts = _facts(talk, near)
        chosen = talk.ask(MINE, **facts) if near.mine else talk.ask(JOIN, **facts)
    if not chosen:
        return None
    try:
        return _stand_behind(talk, chosen, [what, *further(talk, what)], where)
    except WrongState:  # it was answered meanwhile: theirs is a case of its own
        return None


def _facts(talk: Talk, near: joining.Near) -> dict[str, Any]:
    """What is asked about: where, what and how many; never anybody's words."""
    named = near.matter if talk.locale == "zh_Hans" else ""
    category = talk.community.category_name(near.case.category, talk.locale)
    return {
        "place": near.place.full_name,
        "matter": named or category,
        "households": near.size,
        "number": near.case.number,
    }


def _stand_behind(talk: Talk, case_id: int, words: list[str], where: Where) -> Reply:
    said = list(dict.fromkeys(one for one in words if not _short_answer(talk, one)))
    try:
        case, size = joining.join(
            talk.tx, talk.actor, case_id, said, talk.files, talk.now, place=where.place, room=where.room
        )
    except AlreadyYours:
        return _added(talk, case_id, said)
    remember(talk, case)
    return Reply(
        text=talk.text("join_case.done", number=case.number, households=size, due=case.answer_by),
        buttons=((talk.button("leave_case", "withdraw_case", case=case.id),),),
        card=case_card(talk, case),
    )


def _short_answer(talk: Talk, words: str) -> bool:
    """Whether words only answered the question whether to join."""
    said = talk.understand(words).text.strip("。.!！,， ").lower()
    return len(said) <= 6 and bool(_SAME.search(said))


def _added(talk: Talk, case_id: int, words: list[str]) -> Reply:
    """They stand behind it already: their words go to it."""
    case = cases.add(talk.tx, talk.actor, case_id, "\n".join(words), talk.files, talk.now)
    remember(talk, case)
    return Reply(text=talk.text("add_to_case.done", number=case.number), card=case_card(talk, case))


def size_mark(talk: Talk, case: Case) -> str:
    """How many households stand behind a case, when there is more than one."""
    size = joining.size(talk.tx, case.id)
    return talk.text("words.households", households=size) if size > 1 else ""
