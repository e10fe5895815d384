"""An activity that is on: who comes, moving it and calling it off, in the words of whoever runs it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from actions import activities
from bot.messages import Reply
from bot.talk import Choice, Heard, Slot, Talk, intent, whole
from domain.calendar import BEIJING
from domain.errors import NotFound
from domain.notices import Activity
from domain.people import RUNS_A_QUEUE, Person
from handlers.list_activities import activity_line
from handlers.plan_activity import venue_in
from handlers.slots import moment_of, yes_no
from nlu.meaning import TimeMention
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
MOVED = yes_no("moved", yes="move_it", no="goes_on")
_DAY = re.compile(
    r"[今明后]天|[今明]晚|明早|周|星期|礼拜|[0-9一二三四五六七八九十]+[月号日]"
    r"|\b(?:today|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day)",
    re.IGNORECASE,
)
_LATER = re.compile(r"推迟|延期|延后|推后|晚|往后|postpone|delay", re.IGNORECASE)
_EARLIER = re.compile(r"提前|提早|早|往前|earlier|bring forward", re.IGNORECASE)
_TARGET = re.compile(
    r".*(?:改|推迟|推|延期|延后|延|提前|提早|挪|移|换|调整|调)(?:到|成|在|为)(?P<to>.+)", re.DOTALL
)
_SPAN = re.compile(r"PT(?:(?P<hours>\d{1,2}(?:\.5)?)H)?(?:(?P<minutes>\d{1,3})M)?|P(?P<days>\d{1,2})D")


@dataclass(frozen=True, slots=True)
class There:
    """When and where an activity is to be; what was not said stays as it is."""

    at: datetime
    where: str


def _moment(activity: Activity, said: TimeMention, words: str) -> datetime | None:
    """A day alone keeps the hour, an hour alone keeps the day, and an hour later is counted from then."""
    was = activity.starts_at.astimezone(BEIJING)
    if (span := _SPAN.fullmatch(said.dur)) and (sign := _sign(words)):
        hours, minutes, days = (float(span[part] or 0) for part in ("hours", "minutes", "days"))
        return was + sign * timedelta(days=days, hours=hours, minutes=minutes)
    moment = moment_of(said)
    if moment is None:
        day = said.date
        return datetime.combine(day, was.timetz()) if day and not said.part else None
    if _DAY.search(words):
        return moment
    clock = moment.astimezone(BEIJING).timetz()
    if was.hour < 12 <= clock.hour < 24 and not re.search(r"下午|傍晚|晚上|中午|pm", words, re.IGNORECASE):
        clock = clock.replace(hour=clock.hour - 12)  # 提前到八点 of a morning's activity
    return datetime.combine(was.date(), clock)


def _sign(words: str) -> int:
    return 1 if _LATER.search(words) else -1 if _EARLIER.search(words) else 0


def _read_there(talk: Talk, heard: Heard) -> Any:
    """Where it is to be and when, from the words after 改到; None when neither was said."""
    activity, said = talk.known(OURS), heard.meaning.text
    if activity is None:
        return None
    target = _TARGET.fullmatch(said)
    words = target["to"] if target else said
    asked = talk.flow.asked == "there"
    mentions = heard.meaning.entities.times[-1:] if asked or target else heard.meaning.entities.times
    moments = [at for mention in mentions if (at := _moment(activity, mention, words if target else said))]
    venue = venue_in(words) if target or asked else ""
    if not moments and not venue and target and not _DAY.search(words):
        venue = words.rstrip("。.!！吧了")  # 地点改到老李家门口
    if moments and moments[-1] <= talk.now:
        talk.notes.append(talk.text("common.time_past", when=moments[-1]))
        return None
    if not (moments or venue):
        return None
    return [moments[-1].isoformat() if moments else "", venue]


def _load_there(talk: Talk, value: Any) -> There | None:
    activity = talk.known(OURS)
    if activity is None or not isinstance(value, list) or len(value) != 2:
        return None
    try:
        at = datetime.fromisoformat(str(value[0])) if value[0] else activity.starts_at
    except ValueError:
        return None
    return There(at=at, where=str(value[1])[:120] or activity.where) if at.tzinfo else None


THERE: Slot[There] = Slot(name="there", read=_read_there, load=_load_there, early=True)


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


@intent(roles=RUNS_A_QUEUE, texts="plan_activity")
def move_activity(talk: Talk) -> Reply:
    """Another time or place, seen before it is told."""
    if "ours" not in talk.flow.told | talk.flow.heard and not _ours(talk):
        return talk.say("none_on")
    activity = talk.ask(OURS)
    to = talk.ask(THERE, title=activity.title, when=activity.starts_at)
    count = len(rows.signed_up(talk.tx, activity.id))
    same = (to.at, to.where) == (activity.starts_at, activity.where)
    if same or not talk.ask(MOVED, title=activity.title, when=to.at, where=to.where, count=count):
        return talk.say("stays_on", title=activity.title)
    activity = activities.move(
        talk.tx, talk.actor, activity.id, starts_at=to.at, where=to.where, now=talk.now
    )
    return talk.say("moved", title=activity.title, when=activity.starts_at, where=activity.where)
