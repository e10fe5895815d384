"""带个朋友行吗, 要带什么: what only those who hold an activity know."""

from __future__ import annotations

from typing import Any

from actions import activities
from bot.messages import Reply
from bot.talk import Choice, Heard, Slot, Talk, intent, whole
from domain.errors import NotFound
from domain.notices import Activity
from handlers.list_activities import activity_line
from handlers.slots import yes_no
from handlers.talk_to_human import passed_on


def _mine(talk: Talk) -> list[Activity]:
    return activities.joined(talk.tx, talk.actor, talk.now)


def _read(talk: Talk, heard: Heard) -> Any:
    """The one whose title was said, or the only one they come to."""
    found = _mine(talk)
    named = [one for one in found if one.title in heard.meaning.text] or found
    return named[0].id if len(named) == 1 else None


def _load(talk: Talk, value: Any) -> Activity:
    found = next((one for one in _mine(talk) if one.id == whole(value)), None)
    if found is None:
        raise NotFound()
    return found


MINE: Slot[Activity] = Slot(
    name="mine",
    read=_read,
    load=_load,
    offer=lambda talk: [Choice(label=one.title, value=one.id) for one in _mine(talk)],
    early=True,
)
PASS_ON = yes_no("pass_on", yes="pass_on", no="keep_to_me")


@intent(consent=True, texts="talk_to_human")
def ask_about_activity(talk: Talk) -> Reply:
    """What is known of it is said; the question goes to the unit that holds it when they want it to."""
    if "mine" not in talk.flow.told | talk.flow.heard and not _mine(talk):
        return talk.say("no_activity")
    question = str(talk.flow.told.get("question", "")) or "\n".join(talk.flow.words[:1])
    activity = talk.ask(MINE)
    unit = talk.community.units[activity.unit_id]
    if not talk.ask(PASS_ON, line=activity_line(talk, activity), unit=unit.name):
        return talk.say("kept_to_you")
    return passed_on(talk, f"{activity.title}：{question}", queue=unit)
