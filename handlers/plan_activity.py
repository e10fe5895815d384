"""Monthly themes, activities and posts, from the secretary's side."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from actions import activities, tasks
from bot.messages import Reply
from bot.talk import Choice, Heard, Slot, Talk, intent
from domain.calendar import BEIJING
from domain.people import RUNS_A_QUEUE
from handlers.broadcast_notice import my_unit
from handlers.slots import TITLE, WHEN, count_slot, text_slot, yes_no

_TEXTS = "plan_activity"
_NAMED = re.compile(
    r"(?:搞|办|组织|安排|举办|开展|策划|计划|发布|发起|开|发)(?:一[次个场]|次|个|场)(?:活动[,，:：])?"
    r"(?:(?:[这下本]?周|星期|礼拜)[一二三四五六日天末]|[今明后]天|上午|下午|晚上|[0-9一二三四五六七八九十]{1,3}点半?|的)*"
    r"(?P<title>[^,，。、:：;；]{2,20})"
    r"|(?:召开|举行)(?:一[次个场])?(?P<meeting>[^,，。、:：;；]{2,20})"
)
_VENUE = re.compile(
    r"(?:^|[,，。;；]|地点(?:是|在|[:：])?|在)\s?(?P<venue>[^,，。;；:：在点]{0,12}"
    r"(?:中心|广场|活动室|会议室|议事厅|文化站|服务站|公园|礼堂|教室|图书室|食堂|驿站|门口|楼下|大厅|架空层)|[^,，。;；:：在点]{0,8}\d{1,2}(?:栋|号楼))"
    r"(?:集合|集中)?(?=$|[,，。;；]|召开|举行)"
)
_AT_MOST = re.compile(
    r"(?:限|最多|名额|一共|共)\s?(?P<places>\d{1,4})\s?(?:个|名|人|位)?|(?P<also>\d{1,4})\s?(?:个名额|人名额)"
    r"|(?:需要|要|招)\s?(?P<wanted>\d{1,4})\s?(?:个|名|位)?(?:人|党员|志愿者)"
)


def venue_in(words: str) -> str:
    """The place of a meeting that is named in words; empty when none is."""
    found = _VENUE.search(words)
    return found["venue"] if found else ""


def _first_words(slot: Slot[Any], pattern: re.Pattern[str]) -> Slot[Any]:
    """The slot, which the sentence that began the flow may fill already."""

    def read(talk: Talk, heard: Heard) -> Any:
        if talk.flow.asked == slot.name:
            return slot.read(talk, heard)
        found = pattern.search(heard.meaning.text)
        which = found.lastindex if found else None
        if found is None or which is None:
            return None
        written = heard.text if len(heard.text) == len(heard.meaning.text) else heard.meaning.text
        return written[slice(*found.span(which))]  # in the characters in which it was written

    return replace(slot, read=read, early=True)


VENUE = _first_words(text_slot("venue", longest=120), _VENUE)
NAME = _first_words(TITLE, _NAMED)
PLACES = _first_words(count_slot("places", 2000, offers=(10, 20, 30, 50)), _AT_MOST)
POSTS = count_slot("posts", 500, offers=(1, 2, 5, 10))


SURE = yes_no(
    "sure", yes="plan_it", no="do_not_plan"
)  # what was read from one sentence is seen before it is told


def _months(talk: Talk) -> list[Choice]:
    local = talk.now.astimezone(BEIJING)
    following = (local.year + local.month // 12, local.month % 12 + 1)
    return [
        Choice(label=talk.text("words.month", year=year, month=month), value=f"{year}-{month:02}")
        for year, month in ((local.year, local.month), following)
    ]


def _read_month(talk: Talk, heard: Heard) -> Any:
    said, (this, following) = heard.meaning.text, _months(talk)
    if "下" in said or "next" in said:
        return following.value
    if "这" in said or "本" in said or "this" in said:
        return this.value
    named = re.search(r"(\d{1,2})月", said)
    if named:
        return next((c.value for c in (this, following) if int(c.value[-2:]) == int(named[1])), None)
    return None


MONTH: Slot[str] = Slot(
    name="month",
    read=_read_month,
    load=lambda talk, value: next((c.value for c in _months(talk) if c.value == value), None),
    offer=_months,
)


@intent(roles=RUNS_A_QUEUE, menu=True, texts=_TEXTS)
def set_theme(talk: Talk) -> Reply:
    """每月一主题: members hear of it on the first working day."""
    unit_id = my_unit(talk)
    month = talk.ask(MONTH)
    title = talk.ask(TITLE)
    activities.set_theme(talk.tx, talk.actor, unit_id, month, title, talk.now)
    year, number = month.split("-")
    label = talk.text("words.month", year=year, month=int(number))
    return talk.say("theme_set", month=label, title=title, buttons=[talk.button("plan", "plan_activity")])


@intent(roles=RUNS_A_QUEUE, menu=True, texts=_TEXTS)
def plan_activity(talk: Talk) -> Reply:
    """What, when, where, for how many; who signs up is reminded."""
    unit_id = my_unit(talk)
    title = talk.ask(NAME)
    starts_at: datetime = talk.ask(WHEN)
    where = talk.ask(VENUE)
    places = talk.ask(PLACES)
    asked = {name for name, _ in talk.flow.answers}
    if not {"title", "venue", "places"} <= asked and not talk.ask(
        SURE, title=title, when=starts_at, where=where, places=places or talk.text("unlimited")
    ):
        return talk.say("not_planned")
    activity = activities.plan(
        talk.tx,
        talk.actor,
        unit_id,
        title=title,
        starts_at=starts_at,
        where=where,
        places=places,
        now=talk.now,
    )
    move = talk.button("move_activity", "move_activity", ours=activity.id)
    cancel = talk.button("call_off", "cancel_activity", activity=activity.id)
    return talk.say("planned", title=title, when=starts_at, where=where, buttons=[move, cancel])


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def cancel_activity(talk: Talk) -> Reply:
    """Everybody who signed up hears that it is off."""
    activity = activities.cancel(talk.tx, talk.actor, talk.told_id("activity"), talk.now)
    return talk.say("called_off", title=activity.title)


def _read_time(talk: Talk, heard: Heard) -> Any:
    """A time, or a word for none."""
    if heard.meaning.text.strip("。.!！ ") in _ANY_TIME:
        return ""
    return WHEN.read(talk, heard)


_ANY_TIME = frozenset("不定 不限 随时 都行 没有 any".split())
TIME: Slot[datetime | str] = Slot(
    name="time",
    read=_read_time,
    load=lambda talk, value: WHEN.load(talk, value) if value else "",
    offer=lambda talk: [Choice(label=talk.text("buttons.any_time"), value="")],
    early=True,
)
SKILLS: Slot[tuple[str, ...]] = Slot(
    name="needed",
    read=lambda talk, heard: [word for word in re.split(r"[,,、;;\s]+", heard.meaning.text) if word][:8],
    load=lambda talk, value: tuple(value),
    offer=lambda talk: [Choice(label=talk.text("buttons.any_skill"), value=[])],
    free=True,
)


@intent(roles=RUNS_A_QUEUE, menu=True, texts=_TEXTS)
def post_task(talk: Talk) -> Reply:
    """A post with n places for the unit's members: when, and what one should be able to do."""
    unit_id = my_unit(talk)
    title = talk.ask(TITLE)
    places = talk.ask(POSTS)
    time = talk.ask(TIME)
    skills = talk.ask(SKILLS)
    task = tasks.post(
        talk.tx,
        talk.actor,
        unit_id,
        title=title,
        places=max(1, places),
        starts_at=time if isinstance(time, datetime) else None,
        skills=skills,
        now=talk.now,
    )
    return talk.say("posted", number=task.number, title=title, places=task.places)
