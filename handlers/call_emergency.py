"""Danger to life: the numbers first, then a human at once. Nothing is asked before."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from actions import calls, cases
from actions import places as place_actions
from bot.messages import Reply
from bot.talk import Talk, intent
from domain.case import UNFINISHED, Case
from domain.labels import Emergency
from handlers.add_to_case import correct_place
from handlers.cards import remember
from handlers.where import home, mentioned
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
    kind = talk.flow.told.get("emergency") or talk.heard.meaning.emergency
    recent = talk.state.recent
    if not kind and recent.get("until", "") >= talk.now.isoformat():
        kind = recent.get("emergency")
    emergency = Emergency(kind) if kind in list(Emergency) else None
    numbers = talk.community.emergency_numbers()
    if emergency is None and (not talk.heard.text or _ASKS_NUMBERS.search(talk.heard.text)):
        return Reply(text=talk.text("numbers", **numbers))
    advice = talk.text(f"card_{emergency}" if emergency else "card_other", **numbers)
    before = _same(talk)
    if before is not None:
        cases.add(talk.tx, talk.actor, before.id, talk.heard.text, talk.files, talk.now)
        moved = correct_place(talk, before, talk.heard.text)
        again = talk.say("again", advice=advice, number=before.number)
        return replace(again, text=f"{again.text}\n{moved}") if moved else again
    found = place_actions.resolve(talk.tx, mentioned(talk), home(talk))
    said = mentioned(talk)
    said_where = found.place is not None and not found.missing and bool(said.building or said.estate_id)
    case = cases.report(
        talk.tx,
        talk.actor,
        text=talk.heard.text,
        category=_CATEGORY.get(emergency, "danger") if emergency else "danger",
        place=found.place if said_where else home(talk) or found.place,
        place_text=found.text,
        room=found.room or talk.person.room,
        files=talk.files,
        urgent=True,
        now=talk.now,
    )
    remember(talk, case)
    talk.state.recent |= {"emergency": str(emergency or ""), "until": (talk.now + LASTS).isoformat()}
    _relay(talk)
    unit, place = talk.community.units[case.unit_id].name, home(talk)
    facts: dict[str, Any] = {"advice": advice, "number": case.number, "unit": unit}
    if said_where:
        return talk.say("done", **facts)
    return talk.say("done_home", place=place.full_name, **facts) if place else talk.say("done_where", **facts)


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
