"""Which day is meant: 明天, 下周三, 这个月15号, 国庆, relative to the day of speaking."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from nlu.numbers import read

_NEAR = {
    "大前天": -3, "前天": -2, "前日": -2, "前晚": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "昨儿": -1, "昨夜": -1, "寻日": -1, "琴日": -1, "噚日": -1,
    "今天": 0, "今日": 0, "今儿": 0, "今晚": 0, "今早": 0, "今晨": 0, "今夜": 0, "当天": 0, "明天": 1, "明日": 1, "明儿": 1, "明晚": 1, "明早": 1,
    "听日": 1, "听晚": 1, "后天": 2, "后日": 2, "后晚": 2, "后儿": 2, "大后天": 3,
}  # fmt: skip
_FIXED = {
    "元旦": (1, 1), "妇女节": (3, 8), "三八节": (3, 8), "植树节": (3, 12), "清明节": (4, 5), "清明": (4, 5), "劳动节": (5, 1), "五一": (5, 1),
    "青年节": (5, 4), "儿童节": (6, 1), "六一": (6, 1), "建党节": (7, 1), "七一": (7, 1), "建军节": (8, 1), "八一": (8, 1), "教师节": (9, 10),
    "国庆节": (10, 1), "国庆": (10, 1), "十一假期": (10, 1), "圣诞节": (12, 25), "圣诞": (12, 25), "年底": (12, 31),
}  # fmt: skip
_LUNAR = {  # the days the moon sets, as published
    "春节": ((2026, 2, 17), (2027, 2, 6), (2028, 1, 26), (2029, 2, 13), (2030, 2, 3)),
    "元宵": ((2026, 3, 3), (2027, 2, 20), (2028, 2, 9), (2029, 2, 27), (2030, 2, 17)),
    "端午": ((2026, 6, 19), (2027, 6, 9), (2028, 5, 28), (2029, 6, 16), (2030, 6, 5)),
    "中秋": ((2026, 9, 25), (2027, 9, 15), (2028, 10, 3), (2029, 9, 22), (2030, 9, 12)),
    "重阳": ((2026, 10, 18), (2027, 10, 8), (2028, 10, 26), (2029, 10, 16), (2030, 10, 5)),
}
_LUNAR_NAMES = {"过年": "春节", "大年初一": "春节", "除夕": "春节", "年三十": "春节"}
_WEEKDAYS = (
    {c: n for n, c in enumerate("一二三四五六日")} | {"天": 6, "末": 5} | {str(n): n - 1 for n in range(1, 8)}
)

_D = r"(?:[0-9]{1,2}|[一二三四五六七八九十廿]{1,3})"
_AFTER = r"(?![0-9楼栋幢院门线路车厅房诉工单井柱厂桌店台铺柜桩桥员令馆机坑窗口仓])"
DAY = (
    "(?:" + "|".join(sorted(_NEAR, key=len, reverse=True)) + "|"
    r"(?:下下|上上|下|上|这|本|呢)?(?:个)?(?:周|星期|礼拜)(?:[一二三四五六日天末]|[1-7](?![0-9天个]))"
    rf"|(?:[0-9]{{4}}年|今年|明年|去年)?{_D}月{_D}[号日]?|(?:这个月|本月|下个月|下月|上个月|上月)(?:底|初|{_D}[号日])?"
    rf"|[0-9]{{4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}(?![0-9])"
    rf"|(?<![0-9第一二三四五六七八九十#编单])(?:[0-9]{{1,2}}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[号日]{_AFTER}(?=[ ]?(?:早|上午|中午|下午|晚|凌晨|之前|以前|前|那天|当天|左右|开始|起|到|至|$|,|。|[0-9一二三四五六七八九十两]{{1,3}}点|[0-9]{{1,2}}:|去|来|有|停|我|晚上|在|的活动|的会|的讲座))"
    r"|月底|月初|(?:" + "|".join(sorted((*_FIXED, *_LUNAR, *_LUNAR_NAMES), key=len, reverse=True)) + r")(?:节)?)"
)  # fmt: skip
_WEEK = re.compile(r"(下下|上上|下|上|这|本|呢)?个?(?:周|星期|礼拜)(.)")
_MONTH_DAY = re.compile(rf"(?:([0-9]{{4}})年|(今年|明年|去年))?({_D})月({_D})")
_THIS_MONTH = re.compile(rf"(这个月|本月|下个月|下月|上个月|上月)?(?:(底|初)|({_D})[号日])?$")
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")


def day_of(said: str, today: date) -> tuple[date | None, str]:
    """The day that is meant and the part of it the word itself names; None when there is no such day."""
    if said in _NEAR:
        part = "evening" if said[-1] in "晚夜" else "morning" if said[-1] in "早晨" else ""
        return today + timedelta(days=_NEAR[said]), part
    iso = _ISO.match(said)
    if iso:
        return _valid(int(iso[1]), int(iso[2]), int(iso[3])), ""
    week = _WEEK.match(said)
    if week:
        return _weekday(week[1] or "", _WEEKDAYS[week[2]], today), ""
    named = _MONTH_DAY.match(said)
    if named:
        return _month_day(named, today), ""
    feast = _feast(said.removesuffix("节") if said not in _FIXED else said, today)
    if feast:
        return feast, ""
    return _in_month(said, today), ""


def _weekday(which: str, weekday: int, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    if which in ("", "呢"):
        ahead = (weekday - today.weekday()) % 7
        return today + timedelta(days=ahead or (7 if weekday >= 5 else 0))
    weeks = {"下下": 2, "上上": -2, "下": 1, "上": -1, "这": 0, "本": 0}[which]
    return monday + timedelta(days=weekday + 7 * weeks)


def _month_day(match: re.Match[str], today: date) -> date | None:
    month, day = read(match[3]) or 0, read(match[4]) or 0
    if match[1]:
        return _valid(int(match[1]), month, day)
    if match[2]:
        return _valid(today.year + {"今年": 0, "明年": 1, "去年": -1}[match[2]], month, day)
    this = _valid(today.year, month, day)
    if this is None or (today - this).days > 183:
        return _valid(today.year + 1, month, day)
    return this


def _feast(said: str, today: date) -> date | None:
    if said in _FIXED:
        month, day = _FIXED[said]
        this = date(today.year, month, day)
        return this if this >= today else date(today.year + 1, month, day)
    name = _LUNAR_NAMES.get(said, said)
    coming = next((date(*when) for when in _LUNAR.get(name, ()) if date(*when) >= today), None)
    return coming - timedelta(days=1) if coming and said in ("除夕", "年三十") else coming


def _in_month(said: str, today: date) -> date | None:
    if said in ("月底", "月初"):
        said = "本" + said if said == "月底" else "下" + said
    match = _THIS_MONTH.match(said)
    if match is None:
        return None
    shift = {"下": 1, "上": -1}.get((match[1] or "")[:1], 0)
    months = today.year * 12 + today.month - 1 + shift
    year, month = divmod(months, 12)
    if match[3]:
        day = read(match[3]) or 0
        found = _valid(year, month + 1, day)
        if not match[1] and found is not None and found < today:
            return _valid(year + (month + 1) // 12, (month + 1) % 12 + 1, day)
        return found
    return date(year, month + 1, 1 if match[2] != "底" else monthrange(year, month + 1)[1])


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
