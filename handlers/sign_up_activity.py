"""报名."""

from __future__ import annotations

import re
from typing import Any

from actions import activities
from bot.messages import Reply
from bot.talk import Choice, Heard, Slot, Talk, intent, whole
from domain.notices import Activity
from storage import notices as rows


def _read(talk: Talk, heard: Heard) -> Any:
    """The activity whose title somebody wrote, or the only one there is."""
    found = activities.coming(talk.tx, talk.actor, talk.now)
    said = heard.meaning.text
    named = [one for one in found if one.title in said or _shared(one.title, said)]
    if len(named) == 1:
        return named[0].id
    return found[0].id if len(found) == 1 else None


def _shared(title: str, said: str) -> bool:
    """Whether four characters in a row of the title were said."""
    return any(title[i : i + 4] in said for i in range(len(title) - 3))


def _load(talk: Talk, value: Any) -> Activity:
    return activities.open_to(talk.tx, talk.actor, talk.tx.get(Activity, whole(value)), talk.now)


ACTIVITY: Slot[Activity] = Slot(
    name="activity",
    read=_read,
    load=_load,
    offer=lambda talk: [
        Choice(label=one.title, value=one.id) for one in activities.coming(talk.tx, talk.actor, talk.now)
    ],
    early=True,
)


_DECLINES = re.compile(
    r"不去了|去不了|来不了|來不了|不来了|不來了|不参加|不報|不报|取消报名|退出|退掉|去不成|来不成|唔去|"
    r"can'?t (?:come|make it)|cannot (?:come|make)|not coming|sign me off",
    re.IGNORECASE,
)


@intent(consent=True)
def sign_up_activity(talk: Talk) -> Reply:
    """One tap joins; when it is full, in line."""
    if "activity" not in talk.flow.told and _DECLINES.search(talk.said.text):
        return _declines(talk)
    if not talk.flow.told and not talk.flow.heard and not activities.coming(talk.tx, talk.actor, talk.now):
        return talk.say("none")
    activity = talk.ask(ACTIVITY)
    activity, signed = activities.join(talk.tx, talk.actor, activity.id, talk.now)
    if signed.state == "waiting":
        ahead = len(rows.signed_up(talk.tx, activity.id, "waiting"))
        return talk.say("waiting", title=activity.title, ahead=ahead)
    leave = talk.button("cannot_come", "leave_activity", activity=activity.id)
    return talk.say(
        "done", title=activity.title, when=activity.starts_at, where=activity.where, buttons=[leave]
    )


def _declines(talk: Talk) -> Reply:
    """我不去了: out of the one they had joined; of several the one they name or press."""
    mine = activities.joined(talk.tx, talk.actor, talk.now)
    if not mine:
        return talk.say("not_signed_up")
    named = [one for one in mine if one.title in talk.said.text or _shared(one.title, talk.said.text)]
    if len(mine) > 1 and len(named) != 1:
        buttons = [[talk.button(one.title[:20], "leave_activity", activity=one.id)] for one in mine]
        return talk.say("which_not", buttons=buttons)
    activity = activities.leave(talk.tx, talk.actor, (named or mine)[0].id, talk.now)
    return talk.say("left", title=activity.title)


@intent(texts="sign_up_activity")
def leave_activity(talk: Talk) -> Reply:
    """Cannot come: the first in line gets the place."""
    activity = activities.leave(talk.tx, talk.actor, talk.told_id("activity"), talk.now)
    return talk.say("left", title=activity.title)
