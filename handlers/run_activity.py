"""An activity that is on: who comes, and calling it off, in the words of whoever runs it."""

from __future__ import annotations

from typing import Any

from actions import activities
from bot.messages import Reply
from bot.talk import Choice, Heard, Slot, Talk, intent, whole
from domain.errors import NotFound
from domain.notices import Activity
from domain.people import RUNS_A_QUEUE, Person
from handlers.list_activities import activity_line
from handlers.slots import yes_no
from storage import notices as rows

_NAMES = 30  # who comes, by name; of the others the number


def _ours(talk: Talk) -> list[Activity]:
    found = activities.coming(talk.tx, talk.actor, talk.now)
    return [one for one in found if talk.actor.runs(one.unit_id)]


def _read(talk: Talk, heard: Heard) -> Any:
    """The activity whose title was said, or the only one there is."""
    found = _ours(talk)
    named = [one for one in found if one.title in heard.meaning.text] or found
    return named[0].id if len(named) == 1 else None


def _load(talk: Talk, value: Any) -> Activity:
    found = talk.tx.get(Activity, whole(value))
    if found is None or not talk.actor.runs(found.unit_id):
        raise NotFound()
    return found


OURS: Slot[Activity] = Slot(
    name="ours",
    read=_read,
    load=_load,
    offer=lambda talk: [Choice(label=one.title, value=one.id) for one in _ours(talk)],
    early=True,
)
OFF = yes_no("off", yes="call_off", no="goes_on")


@intent(roles=RUNS_A_QUEUE, texts="plan_activity")
def activity_sign_ups(talk: Talk) -> Reply:
    """How many come to what is on here, and who."""
    found = _ours(talk)
    if not found:
        return talk.say("none_on")
    return Reply(text="\n".join(_who_comes(talk, one) for one in found))


def _who_comes(talk: Talk, activity: Activity) -> str:
    signed = rows.signed_up(talk.tx, activity.id)
    if not signed:
        return talk.text("nobody_yet", line=activity_line(talk, activity))
    people = [talk.tx.get(Person, one.person_id) for one in signed[:_NAMES]]
    names = "、".join((one.name if one else "") or talk.text("words.resident") for one in people)
    waiting = len(rows.signed_up(talk.tx, activity.id, "waiting"))
    line = talk.text("signed", line=activity_line(talk, activity), count=len(signed), names=names)
    return line + (talk.text("in_line", count=waiting) if waiting else "")


@intent(roles=RUNS_A_QUEUE, texts="plan_activity")
def call_off_activity(talk: Talk) -> Reply:
    """Asked once more: whoever has signed up hears of it."""
    if "ours" not in talk.flow.told | talk.flow.heard and not _ours(talk):
        return talk.say("none_on")
    activity = talk.ask(OURS)
    count = len(rows.signed_up(talk.tx, activity.id))
    if not talk.ask(OFF, title=activity.title, when=activity.starts_at, count=count):
        return talk.say("stays_on", title=activity.title)
    activity = activities.cancel(talk.tx, talk.actor, activity.id, talk.now)
    return talk.say("called_off", title=activity.title)
