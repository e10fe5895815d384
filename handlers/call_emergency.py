"""Danger to life: the numbers first, then a human at once. Nothing is asked before."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from actions import calls, cases
from actions import places as place_actions
from bot import perhaps
from bot.messages import Reply
from bot.talk import Talk, intent
from domain.case import UNFINISHED, Case
from domain.labels import Emergency
from domain.tree import Place
from handlers.add_to_case import correct_place
from handlers.cards import remember
from handlers.where import home, mentioned
from storage import community as place_rows
from storage import notices

LASTS = timedelta(minutes=10)  # how long what is said next belongs to the emergency
_ASKS_NUMBERS = re.compile("电话|號碼|号码|热线|熱線|number|打几|打多少|打哪")
_CATEGORY = {
    Emergency.LIFT: "lift",
    Emergency.VIOLENCE: "safety",
    Emergency.MISSING: "safety",
    Emergency.MEDICAL: "care",
    Emergency.SUICIDE: "care",
}


@intent(alone=True)
def call_emergency(talk: Talk) -> Reply:
    """The card, and in parallel an urgent case that rings the branch; no consent, no question."""
    words, before = talk.heard.text, perhaps.words(talk.state, talk.now)
    if before and before != words:  # 老李两天没出门了; 敲了,没人应: who and where was said before
        talk.flow.words.insert(0, before)
        words = f"{before}\n{words}".strip()
    talk.state.alarm = {}
    emergency = _emergency(talk, words)
    numbers = talk.community.emergency_numbers()
    if not words or (emergency is None and _ASKS_NUMBERS.search(words)):
        return Reply(text=talk.text("numbers", **numbers))
    advice = talk.text(f"card_{emergency}" if emergency else "card_other", **numbers)
    known = _same(talk)
    if known is None:
        return _alarm(talk, words, emergency, advice)
    cases.add(talk.tx, talk.actor, known.id, words, talk.files, talk.now)
    moved = correct_place(talk, known, words)
    again = talk.say("again", advice=advice, number=known.number)
    return replace(again, text=f"{again.text}\n{moved}") if moved else again


def _emergency(talk: Talk, words: str) -> Emergency | None:
    """What it is: heard now, told by the button, or what was going on a moment ago."""
    kind = talk.flow.told.get("emergency") or talk.heard.meaning.emergency
    if not kind and talk.flow.told.get("alarm") and words:
        kind = Emergency.OTHER
    recent = talk.state.recent
    if not kind and recent.get("until", "") >= talk.now.isoformat():
        kind = recent.get("emergency")
    return Emergency(kind) if kind in list(Emergency) else None


def _alarm(talk: Talk, words: str, emergency: Emergency | None, advice: str) -> Reply:
    """An urgent case, and a call to whoever is on duty."""
    said, told = mentioned(talk), _just_told(talk)
    near = told or home(talk)
    found = place_actions.resolve(talk.tx, said, near)
    said_where = found.place is not None and not found.missing and bool(said.building or said.estate_id)
    case = cases.report(
        talk.tx,
        talk.actor,
        text=words,
        category=_CATEGORY.get(emergency, "danger") if emergency else "danger",
        place=found.place if said_where else near or found.place,
        place_text=found.text,
        room=found.room or talk.person.room,
        files=talk.files,
        urgent=True,
        now=talk.now,
    )
    remember(talk, case)
    talk.state.recent |= {"emergency": str(emergency or ""), "until": (talk.now + LASTS).isoformat()}
    _relay(talk)
    unit = talk.community.units[case.unit_id].name
    facts: dict[str, Any] = {"advice": advice, "number": case.number, "unit": unit}
    if said_where:
        return talk.say("done", **facts)
    if near is None:
        return talk.say("done_where", **facts)
    return talk.say("done_there" if told else "done_home", place=near.full_name, **facts)


def _just_told(talk: Talk) -> Place | None:
    """The place of the case that was filed from the same words a moment ago."""
    recent = talk.state.recent
    if not talk.flow.told.get("alarm") or recent.get("until", "") < talk.now.isoformat():
        return None
    case = talk.tx.get(Case, recent["case"])
    return place_rows.place(talk.tx, case.place_id) if case and case.place_id else None


def _same(talk: Talk) -> Case | None:
    """The emergency told of a moment ago: more words belong to it."""
    recent = talk.state.recent
    if "emergency" not in recent or recent["until"] < talk.now.isoformat():
        return None
    case = talk.tx.get(Case, recent["case"])
    return case if case and case.status in UNFINISHED else None


def _relay(talk: Talk) -> None:
    """Somebody in a relayed call hears it too, through the call."""
    call = notices.call_of(talk.tx, talk.person.id, talk.now)
    if call is not None:
        calls.relay(talk.tx, talk.actor, call, talk.heard.text, talk.now)
