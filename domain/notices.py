"""Notices, monthly themes and activities."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import AlreadyDone, TooLate


class NoticeState(StrEnum):
    WAITING = "waiting"  # for a second person
    SENDING = "sending"  # recipients are frozen; goes out after the undo window, or when it is due
    SENT = "sent"  # goes out, or has gone
    PAUSED = "paused"
    HELD = "held"  # its time passed long ago: a human says whether it still goes
    DONE = "done"  # every recipient has a state that stays
    CANCELLED = "cancelled"


class Topic(StrEnum):
    """What goes to many is about one of these; anybody may turn one off. Safety is none of them."""

    GENERAL = "general"  # water, opening hours, meetings
    ACTIVITY = "activity"  # activities and the month's theme
    NEWS = "news"  # campaigns, published figures and results
    VOTES = "votes"  # proposals and votes
    POSTS = "posts"  # posts that members may take


WRITTEN = (Topic.GENERAL, Topic.ACTIVITY, Topic.NEWS)
"""What a notice that somebody writes can be about."""

_ACTIVITY = re.compile(
    "活动|活動|报名|報名|讲座|講座|义诊|義診|联欢|聯歡|比赛|比賽|演出|观影|觀影|培训班|培訓班|参观|參觀"
    "|activity|sign up",
    re.I,
)
_NEWS = re.compile(
    "宣传|宣傳|倡议|倡議|公示|月报|月報|喜报|喜報|表彰|荣誉|榮譽|评议结果|評議結果|学习贯彻|學習貫徹|campaign|newsletter",
    re.I,
)


def guessed(text: str) -> Topic:
    """What a notice seems to be about; whoever writes it sees that and may say otherwise."""
    if _ACTIVITY.search(text):
        return Topic.ACTIVITY
    return Topic.NEWS if _NEWS.search(text) else Topic.GENERAL


UNDO_SECONDS = 60
SECOND_PERSON_ABOVE = 500  # recipients
STALE_AFTER = timedelta(hours=2)  # a notice this late, or this long without a step, asks before it goes on
MOVES = {
    "go": ((NoticeState.SENDING,), NoticeState.SENT),
    "pause": ((NoticeState.SENT,), NoticeState.PAUSED),
    "hold": ((NoticeState.SENDING, NoticeState.SENT), NoticeState.HELD),
    "resume": ((NoticeState.PAUSED, NoticeState.HELD), NoticeState.SENT),
    "stop": ((NoticeState.SENT, NoticeState.PAUSED, NoticeState.HELD), NoticeState.CANCELLED),
    "finish": ((NoticeState.SENT,), NoticeState.DONE),
}
OVER = frozenset({NoticeState.DONE, NoticeState.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to many. Its recipients are rows from the moment it is approved."""

    id: int = 0
    unit_id: int
    author_id: int
    text: str
    audience: str  # all | members | grid:<id> | place:<id> | reached:<notice id>
    receipt: bool = True
    safety: bool = False
    topic: Topic = Topic.GENERAL  # of one that is no matter of safety
    first: tuple[str, ...] = ()  # ids of the places whose people hear it before the others
    corrects_id: int | None = None
    state: NoticeState = NoticeState.SENDING
    recipients: int = 0
    created_at: datetime
    goes_at: datetime | None = None
    moved_at: datetime | None = None  # when recipients were last taken from its list
    approved_by: int | None = None
    version: int = 0

    def cancel(self, now: datetime) -> Notice:
        """Takes it back before it goes. Raises TooLate."""
        if self.state is NoticeState.WAITING:
            return replace(self, state=NoticeState.CANCELLED)
        if self.state is not NoticeState.SENDING or (self.goes_at and now >= self.goes_at):
            raise TooLate()
        return replace(self, state=NoticeState.CANCELLED)

    def move(self, verb: str) -> Notice:
        """Another state, as MOVES has it. Raises AlreadyDone where the move leads nowhere new."""
        before, after = MOVES[verb]
        if self.state not in before:
            raise AlreadyDone(number=self.id)
        return replace(self, state=after)

    def stale(self, now: datetime) -> bool:
        """Whether it is so late that it might say what is no longer so."""
        last = max(filter(None, (self.goes_at, self.moved_at)), default=None)
        return last is not None and now - last > STALE_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorVisit:
    """Homes that a notice of safety did not reach: a task to knock there."""

    id: int = 0
    task_id: int
    notice_id: int
    place_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """What a month is about (月度主题)."""

    id: int = 0
    unit_id: int
    month: str  # "2026-11"
    title: str
    author_id: int
    created_at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One occasion people can join."""

    id: int = 0
    unit_id: int
    theme_id: int | None = None
    title: str
    where: str = ""
    starts_at: datetime
    places: int = 0  # 0: no limit
    taken: int = 0
    state: str = "open"  # open | cancelled
    created_at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    id: int = 0
    activity_id: int
    person_id: int
    state: str = "joined"  # joined | waiting | left
    created_at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A relayed conversation: neither side sees the other's number or account."""

    id: int = 0
    caller_id: int
    callee_id: int | None
    tried: tuple[int, ...] = ()
    unit_id: int
    state: str = "ringing"  # ringing | open | ended | unanswered
    ring_until: datetime
    ends_at: datetime  # two hours at most
    created_at: datetime
    version: int = 0
