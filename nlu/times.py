"""When: moments, days, ranges, deadlines and habits in a message, in Beijing time."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from nlu.days import DAY, day_of
from nlu.meaning import TimeMention
from nlu.numbers import read
from nlu.spans import SPAN, length_of

BEIJING = ZoneInfo("Asia/Shanghai")
MOST = 8  # mentions read in one message

_PARTS = {
    "凌晨": "night", "半夜": "night", "深夜": "night", "夜里": "evening", "夜间": "evening", "清早": "morning", "清晨": "morning",
    "早上": "morning", "早晨": "morning", "朝早": "morning", "上午": "morning", "上昼": "morning", "中午": "noon", "晌午": "noon", "正午": "noon",
    "下午": "afternoon", "午后": "afternoon", "下昼": "afternoon", "傍晚": "evening", "晚上": "evening", "晚间": "evening", "夜晚": "evening",
    "早": "morning", "晚": "evening",
}  # fmt: skip
_PART = "(?:" + "|".join(sorted(_PARTS, key=len, reverse=True)) + ")"
_CLOCK = r"(?:(?P<h>[0-9]{1,2}):(?P<m>[0-5][0-9])(?::[0-5][0-9])?|(?P<hc>[0-9]{1,2}|[一二三四五六七八九十两零]{1,3})(?:点钟|点|时(?!候|间|段|不|常|代|而|刻))(?!儿事|建议|意见|小|心)(?P<mc>半|[一三]刻|[0-9]{1,2}分?|[零一二三四五十]{1,3}分?|整)?)"
_POINT = re.compile(rf"(?P<day>{DAY})?[ 的]?(?P<part>{_PART})?[ 的]?(?:{_CLOCK})?")
_START = re.compile(rf"{DAY}|{_PART}|[0-9一二三四五六七八九十两]{{1,3}}(?:点|时|:)")
_EVERY = re.compile(
    r"每(?:天|日|晚|夜|早|个?(?:周|星期|礼拜)(?P<w>[一二三四五六日天末](?:[、和及,跟]?(?:周|星期)?[一二三四五六日天]){0,5})|个?月(?P<d>[0-9]{1,2}|[一二三十]{1,3})[号日])|天天|(?:晚晚|日日|夜夜)"
)
_WEEK = {"一": "MO", "二": "TU", "三": "WE", "四": "TH", "五": "FR", "六": "SA", "日": "SU", "天": "SU"}
_TO = re.compile(r"[ ]?(?:到|至|~|-|—|直到)[ ]?")
_BEFORE = re.compile(r"(?:之前|以前|前(?!门|面|天|年|后|台|楼))")
_FROM = re.compile(r"(?:从|自|打)$")
_SINCE = re.compile(r"(?:开始|起|以来|到现在|至今|之后一直)")
_ROUGH = re.compile(r"左右|前后|上下|差不多|大概")
_ROUGHLY = re.compile(r"(?:大概|大约|约|差不多|可能)$")


class _Point(NamedTuple):
    day: date | None
    part: str
    clock: time | None
    later: bool  # 24:00 and 晚上12点 belong to the next day
    vague: bool  # the clock was said without a part of the day


def times(text: str, now: datetime) -> tuple[TimeMention, ...]:
    """Every time a normalised message names, at most eight, relative to an aware `now`."""
    now = now.astimezone(BEIJING)
    found: list[TimeMention] = []
    coming = dict.fromkeys((_EVERY, SPAN, _START), -1)
    at = 0
    while len(found) < MOST:
        for pattern, start in coming.items():
            if start < at:
                match = pattern.search(text, at)
                coming[pattern] = match.start() if match else len(text)
        start = min(coming.values())
        if start >= len(text):
            break
        mention, end = _read(text, start, now)
        if mention is not None:
            found.append(mention)
        at = max(end, start + 1)
    return tuple(found)


def _read(text: str, start: int, now: datetime) -> tuple[TimeMention | None, int]:
    every = _EVERY.match(text, start)
    if every:
        return _habit(text, every, now)
    span = SPAN.match(text, start)
    if span and not re.match(DAY, text[start : start + 12]):
        return length_of(span, now), span.end()
    first = _POINT.match(text, start)
    if first is None or first.end() == start:
        return None, start + 1
    point = _point(first, now)
    if point is None:
        return None, first.end()
    to = _TO.match(text, first.end())
    second = _POINT.match(text, to.end()) if to else None
    if (
        second is not None
        and second.end() > (to.end() if to else 0)
        and (second["h"] or second["hc"] or second["day"])
    ):
        return _range(point, second, now), second.end()
    return _single(text, first, point, now)


def _single(text: str, match: re.Match[str], point: _Point, now: datetime) -> tuple[TimeMention | None, int]:
    before, after = text[max(0, match.start() - 3) : match.start()], text[match.end() : match.end() + 5]
    rough = bool(_ROUGH.match(after) or _ROUGHLY.search(before))
    moment = _moment(point, now)
    limit, since = _BEFORE.match(after), _SINCE.match(after)
    if limit and (point.day or moment):
        return TimeMention(by=moment or _midnight(point.day, 1, now), approx=rough), match.end() + limit.end()
    if (since or _FROM.search(before)) and (point.day or moment):
        return TimeMention(since=moment or _midnight(point.day, 0, now), approx=rough), match.end()
    if moment is not None:
        return TimeMention(at=moment, approx=rough, alt=_other(point, moment)), match.end()
    if point.day is None and (len(match.group()) < 2 or point.part == ""):
        return None, match.end()
    day = point.day or now.date()
    if point.part == "night":
        return TimeMention(date=day, part="evening", approx=rough), match.end()
    return TimeMention(date=day, part=point.part, approx=rough), match.end()


def _point(match: re.Match[str], now: datetime) -> _Point | None:
    """A day, a part of it and a clock time as said; None when no such moment exists."""
    part = _PARTS.get(match["part"] or "", "")
    day = None
    if match["day"]:
        day, implied = day_of(match["day"], now.date())
        part = part or implied
        if day is None:
            return None
    hour = read(match["h"] or match["hc"] or "")
    if hour is None:
        return _Point(day, part, None, False, False)
    minute = _minutes(match["m"] or match["mc"] or "")
    if hour > 24 or minute is None:
        return None
    hour, later = _hour(hour, part)
    return _Point(day, part, time(hour, minute), later, not part and 0 < hour < 13)


def _minutes(said: str) -> int | None:
    if not said or said == "整":
        return 0
    if said == "半":
        return 30
    if said.endswith("刻"):
        return 15 if said[0] == "一" else 45
    value = read(said.removesuffix("分"))
    return value if value is not None and value < 60 else None


def _hour(hour: int, part: str) -> tuple[int, bool]:
    if hour == 24 or (hour == 12 and part in ("evening", "night")):
        return 0, True
    if part in ("afternoon", "evening") and hour < 12:
        return hour + 12, False
    if part == "noon" and hour < 4:
        return hour + 12, False
    return hour, False


def _moment(point: _Point, now: datetime) -> datetime | None:
    if point.clock is None:
        return None
    moment = datetime.combine(point.day or now.date(), point.clock, BEIJING)
    if point.later:
        moment += timedelta(days=1)
    if not point.vague:
        if point.day is None and moment < now and point.part in ("", "night"):
            moment += timedelta(days=1)
        return moment
    if point.day is not None and point.day != now.date():
        return moment + timedelta(hours=12) if point.clock.hour < 7 else moment
    if moment < now and point.clock.hour < 12:
        moment += timedelta(hours=12)
    if moment < now and point.day is None:
        moment += timedelta(hours=12)
    return moment


def _other(point: _Point, moment: datetime) -> datetime | None:
    """The other half of the day, when the hour alone left it open."""
    if not point.vague or point.day is None or point.clock is None or point.clock.hour == 12:
        return None
    return moment + timedelta(hours=12 if moment.hour < 12 else -12)


def _range(first: _Point, match: re.Match[str], now: datetime) -> TimeMention | None:
    second = _point(match, now)
    if second is None:
        return None
    if second.clock is not None and first.clock is None and first.day is None:
        return TimeMention(at=_moment(second, now))
    if not second.part and first.part and second.clock is not None and second.vague:
        hour, later = _hour(second.clock.hour, first.part)
        second = second._replace(
            part=first.part, clock=second.clock.replace(hour=hour), later=later, vague=False
        )
    if not first.part and second.part and first.clock is not None and first.vague and second.part != "noon":
        hour, later = _hour(first.clock.hour, second.part)
        first = first._replace(clock=first.clock.replace(hour=hour), later=later, vague=False)
    start = _moment(first, now) or _midnight(first.day, 0, now)
    second = second._replace(day=second.day or start.date(), vague=second.vague)
    end = _moment(second, now) or _midnight(second.day, 1, now)
    while end <= start and second.clock is not None and (end - start).days > -2:
        end += timedelta(hours=12)
    return TimeMention(start=start, end=end)


def _midnight(day: date | None, after: int, now: datetime) -> datetime:
    """The beginning of a day, or with 1 its last minute."""
    clock = time(23, 59) if after else time(0, 0)
    return datetime.combine(day or now.date(), clock, BEIJING)


def _habit(text: str, match: re.Match[str], now: datetime) -> tuple[TimeMention, int]:
    rule = "DAILY"
    if match["w"]:
        days = "SA,SU" if "末" in match["w"] else ",".join(_WEEK[c] for c in match["w"] if c in _WEEK)
        rule = f"WEEKLY:{days}"
    elif match["d"]:
        rule = f"MONTHLY:{read(match['d'])}"
    part = (
        "evening"
        if match.group() in ("每晚", "每夜", "晚晚", "夜夜")
        else "morning"
        if match.group() == "每早"
        else ""
    )
    follow = _POINT.match(text, match.end() + (text[match.end() : match.end() + 1] in "的都 "))
    if follow is None or follow["day"] or not follow.group().strip():
        return TimeMention(every=rule, part=part), match.end()
    point = _point(follow, now)
    if point is None:
        return TimeMention(every=rule, part=part), follow.end()
    if part and not point.part and point.clock is not None:
        hour, later = _hour(point.clock.hour, part)
        point = point._replace(part=part, clock=point.clock.replace(hour=hour), later=later, vague=False)
    to = _TO.match(text, follow.end())
    second = _POINT.match(text, to.end()) if to else None
    if second is not None and (second["h"] or second["hc"]):
        reach = _range(point, second, now)
        if reach is not None:
            return TimeMention(every=rule, start=reach.start, end=reach.end), second.end()
    moment = _moment(point, now)
    named = "evening" if point.part == "night" else point.part
    return TimeMention(every=rule, at=moment, part="" if moment else named or part), follow.end()
