"""A point in time as it was said, a day, a part of it, a clock time, and the stretch between two."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from nlu import late_re as re
from nlu.clocks import BEIJING, CLOCK, PART, Clock, clock_of, in_part, moment, part_of
from nlu.days import DAY, Day, day_of
from nlu.meaning import TimeMention

_NAMED_DAY = r"(?:\([^()]{1,6}\)|(?<=[0-9一二三四五六七八九十][号日])[ ,]?(?:周|星期|礼拜)[一二三四五六日天])"
POINT = re.compile(
    rf"(?P<day>{DAY})?{_NAMED_DAY}?[ 的,]?(?P<part>{PART})?(?P<part2>{PART})?[ 的]?"
    rf"(?:(?P<near>快|将近|接近|不到|大概|大约|差不多)?{CLOCK})?"
)
_MONTH_NAMED = re.compile("月(?:份)?的?[0-9一二三四五六七八九十]{1,3}[号日]?[^月号日]{0,12}$")
_DAY_OF_MONTH = re.compile("[0-9一二三四五六七八九十]{1,3}[号日]")


class Point(NamedTuple):
    day: Day | None
    part: str
    clock: Clock | None
    past: bool = False


def point_of(match: re.Match[str], now: datetime, *, past: bool = False) -> Point | None:
    """A day, a part of it and a clock time as said; None when no such moment exists."""
    day = None
    if match["day"]:
        day = day_of(match["day"], now.date(), past=past)
        if day is None:
            return None
    implied = day.part if day else ""
    part = part_of(match["part2"] or match["part"] or "")
    if match["part2"] and part_of(match["part"]) == "evening":
        implied = "evening"
    clock = clock_of(match, part or implied, implied) if match["h"] or match["hc"] else None
    if clock is None and (match["h"] or match["hc"]):
        return None
    return Point(day, part or implied, clock, past)


def moment_of(point: Point, now: datetime) -> datetime | None:
    if point.clock is None:
        return None
    return moment(point.clock, point.day.first if point.day else None, point.part, now, past=point.past)


def range_of(first: Point, match: re.Match[str], now: datetime) -> TimeMention:
    second = point_of(match, now, past=first.past)
    if second is None:
        return TimeMention()
    if second.clock is not None and first.clock is None and first.day is None and not first.part:
        return TimeMention(at=moment_of(second, now))
    first, second = _alike(first, second, match)
    if (
        first.day is None
        and first.clock
        and second.clock
        and first.clock.time <= now.time() < second.clock.time
    ):
        first = first._replace(day=Day(now.date(), now.date()))  # 9:00-17:00, said at ten, is today's
    start = moment_of(first, now) or midnight(first.day.first if first.day else now.date())
    if second.day is None:
        second = second._replace(day=Day(start.date(), start.date()))
    end = moment_of(second, now) or end_of(second.day.last if second.day else start.date())
    if end <= start and second.clock is not None:
        end += timedelta(hours=12 if second.clock.vague else 24)
    if end <= start and second.clock is not None and (start - end).days < 1:
        end += timedelta(hours=12)
    periods = [point.day.period for point in (first, second) if point.day and point.day.period]
    return TimeMention(start=start, end=end, period="/".join(periods) if len(periods) == 2 else "")


def _alike(first: Point, second: Point, match: re.Match[str]) -> tuple[Point, Point]:
    """What one end of a range leaves out is taken from the other: 下午两点到四点, 下周一到周五."""
    said = match["day"] or ""
    if second.clock is not None and second.clock.vague and not second.part and first.part and not second.day:
        hour, later = in_part(second.clock.time.hour, first.part)
        clock = Clock(second.clock.time.replace(hour=hour), later, False)
        overnight = first.clock is not None and not later and clock.time <= first.clock.time
        if not overnight:  # 晚上十点到六点 ends in the morning
            second = second._replace(part=first.part, clock=clock)
    if first.clock is not None and first.clock.vague and second.part not in ("", "noon") and not first.part:
        hour, later = in_part(first.clock.time.hour, second.part)
        if 6 <= first.clock.time.hour < 12 and second.part in ("afternoon", "evening"):
            hour = first.clock.time.hour  # 七点到晚上九点 begins in the morning
        first = first._replace(clock=Clock(first.clock.time.replace(hour=hour), later, False))
    if first.clock and second.clock and not (second.clock.vague or first.part or second.part):
        first = first._replace(clock=first.clock._replace(vague=first.clock.time > second.clock.time))
    if first.day and second.day and second.day.last < first.day.first:
        step = timedelta(days=7)
        if re.match("周|星期|礼拜", said):
            weeks = (first.day.first - second.day.last).days // 7 + 1
            day = second.day
            second = second._replace(day=Day(day.first + step * weeks, day.last + step * weeks))
    return _same_week(*_same_month(first, second, match), said)


def _same_month(first: Point, second: Point, match: re.Match[str]) -> tuple[Point, Point]:
    """20号到25号 said on the 22nd began two days ago; 12月20号到25号 ends in the month it begins in."""
    if not (first.day and second.day and _DAY_OF_MONTH.fullmatch(match["day"] or "")):
        return first, second
    began, ended = first.day.first, second.day.first
    if _MONTH_NAMED.search(match.string[: match.start()][-20:]):
        second = second._replace(day=_one(_next_of(ended.day, began) or ended))
    elif ended < began:
        first = first._replace(day=_one(ended.replace(day=min(began.day, ended.day))))
    return first, second


def _one(day: date) -> Day:
    return Day(day, day)


def _next_of(number: int, day: date) -> date | None:
    """The next day of that number from another day on; None where its month has none."""
    year, month = divmod(day.year * 12 + day.month - (1 if number >= day.day else 0), 12)
    return date(year, month + 1, number) if number <= monthrange(year, month + 1)[1] else None


def _same_week(first: Point, second: Point, said: str) -> tuple[Point, Point]:
    """下周一到周五 ends in the week it begins in."""
    if first.day and second.day and re.match("周|星期|礼拜", said):
        gap = (second.day.first - first.day.first).days
        if gap >= 7:
            back = timedelta(days=gap // 7 * 7)
            second = second._replace(day=Day(second.day.first - back, second.day.last - back))
    return first, second


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(0, 0), BEIJING)


def end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59), BEIJING)
