"""Feasts, solar terms and days of the lunar calendar, as days of the common one."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from datetime import date, timedelta

from nlu import late_re as re
from nlu.numbers import read

_FIXED = {
    "元旦": (1, 1), "阳历新年": (1, 1), "阳历年": (1, 1), "新年": (1, 1), "情人节": (2, 14), "妇女节": (3, 8), "三八节": (3, 8), "三八": (3, 8),
    "植树节": (3, 12), "消费者日": (3, 15), "愚人节": (4, 1), "劳动节": (5, 1), "五一": (5, 1), "青年节": (5, 4), "护士节": (5, 12),
    "儿童节": (6, 1), "六一": (6, 1), "建党节": (7, 1), "七一": (7, 1), "建军节": (8, 1), "八一": (8, 1), "教师节": (9, 10),
    "国庆": (10, 1), "十一假期": (10, 1), "十一长假": (10, 1), "十一黄金周": (10, 1), "万圣节": (10, 31), "双十一": (11, 11), "双11": (11, 11),
    "双十二": (12, 12), "双12": (12, 12), "平安夜": (12, 24), "圣诞": (12, 25), "年底": (12, 31), "年末": (12, 31), "跨年夜": (12, 31), "年初": (1, 1),
}  # fmt: skip
_LUNAR = {  # month and day of the lunar year; 0 is the last day of the year before
    "春节": (1, 1), "过年": (1, 1), "农历新年": (1, 1), "农历年": (1, 1), "新春": (1, 1), "除夕": (1, 0), "年三十": (1, 0), "大年三十": (1, 0), "年夜": (1, 0),
    "元宵": (1, 15), "龙抬头": (2, 2), "端午": (5, 5), "七夕": (7, 7), "中元": (7, 15), "中秋": (8, 15), "八月十五": (8, 15), "重阳": (9, 9), "腊八": (12, 8),
    "北方小年": (12, 23), "小年": (12, 23), "南方小年": (12, 24),
}  # fmt: skip
_SUNDAYS = {
    "母亲节": (5, 6, 2),
    "父亲节": (6, 6, 3),
    "感恩节": (11, 3, 4),
}  # month, weekday, which of the month
_TERMS = {  # month and the constant of this century
    "小寒": (1, 5.4055), "大寒": (1, 20.12), "立春": (2, 3.87), "惊蛰": (3, 5.63), "春分": (3, 20.646), "清明": (4, 4.81), "谷雨": (4, 20.1),
    "立夏": (5, 5.52), "芒种": (6, 5.678), "夏至": (6, 21.37), "小暑": (7, 7.108), "大暑": (7, 22.83), "立秋": (8, 7.5), "处暑": (8, 23.13),
    "白露": (9, 7.646), "秋分": (9, 23.042), "寒露": (10, 8.318), "霜降": (10, 23.438), "立冬": (11, 7.438), "冬至": (12, 21.94), "冬节": (12, 21.94),
}  # fmt: skip
# From the new year's day on: the lengths of the months (1 is 30 days) and which month is doubled.
_YEARS = {
    2024: (date(2024, 2, 10), "010010110110", 0), 2025: (date(2025, 1, 29), "1010010101110", 6),
    2026: (date(2026, 2, 17), "101001001110", 0), 2027: (date(2027, 2, 6), "110100100110", 0),
    2028: (date(2028, 1, 26), "1110100100110", 5), 2029: (date(2029, 2, 13), "110101010011", 0),
    2030: (date(2030, 2, 3), "010110101010", 0), 2031: (date(2031, 1, 23), "0110101101010", 3),
    2032: (date(2032, 2, 11), "100101101101", 0), 2033: (date(2033, 1, 31), "0100101011101", 11),
    2034: (date(2034, 2, 19), "010010101101", 0), 2035: (date(2035, 2, 8), "101001001101", 0),
    2036: (date(2036, 1, 28), "1101001001011", 6),
}  # fmt: skip
_NUMBER = "(?:三十|[初十廿][一二三四五六七八九十]|十|二十[一二三四五六七八九]?)"
_NAMES = sorted(
    (
        "(?<![王李张刘陈杨赵黄周吴徐孙马朱胡郭何])国庆",
        "(?<![幺零〇一二三四五六七八九])三八(?![零〇一二三四五六七八九])",
        *(name for name in _FIXED if name not in ("国庆", "三八")),
        *_LUNAR,
        *_SUNDAYS,
        *_TERMS,
    ),
    key=len,
    reverse=True,
)
FEAST = (
    rf"(?:(?:大年|年|正月)(?:初[一二三四五六七八九十]|十[一二三四五六])|(?:农历|阴历|旧历|腊月|冬月)(?:(?:[正一二三四五六七八九十冬腊]|十[一二])月)?{_NUMBER}"
    r"|(?:" + "|".join(_NAMES) + r")(?:节)?(?:那天|当天|期间|假期|长假)?(?!路|街|大道|小区|新村|社区|小学|中学|村|巷|桥|红旗|班|号|栋|楼|广场|公园))"
)  # fmt: skip
FEAST_NEEDS = "年 月 日 节 历 夜 旦 三八 五一 六一 七一 八一 国庆 长假 假期 周 双 诞 春 夕 宵 抬 端午 中元 秋 重阳 腊 冬 寒 蛰 清明 谷雨 夏 芒种 暑 露 霜"
_LUNAR_DAY = re.compile(
    rf"(?:大年|年|农历|阴历|旧历)?(?:([正一二三四五六七八九十冬腊]|十[一二])月)?({_NUMBER})$"
)
_ENDING = re.compile(r"(?:那天|当天|期间|假期|长假)$")


def feast_in(said: str, year: int) -> date | None:
    """The day of that name in a year."""
    return _in(_plain(said), year)


def feast(said: str, today: date, *, past: bool = False) -> date | None:
    """The coming day of that name, or with `past` the last one; None beyond the table of years."""
    name = _plain(said)
    days = [day for year in range(today.year - 1, today.year + 3) if (day := _in(name, year))]
    if past:
        return max((day for day in days if day <= today), default=None)
    return min((day for day in days if day >= today), default=None)


def _plain(said: str) -> str:
    said = said if said in _FIXED else _ENDING.sub("", said)
    name = said if said in _FIXED or said in _SUNDAYS else said.removesuffix("节")
    return name if name in (*_FIXED, *_LUNAR, *_SUNDAYS, *_TERMS) else said


def _in(name: str, year: int) -> date | None:
    if name in _FIXED:
        return date(year, *_FIXED[name])
    if name in _TERMS:
        month, constant = _TERMS[name]
        short = year % 100
        leaps = (short - 1) // 4 if month < 3 else short // 4
        return date(year, month, int(short * 0.2422 + constant) - leaps)
    if name in _SUNDAYS:
        month, weekday, which = _SUNDAYS[name]
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))
    if name in _LUNAR:
        return lunar(year, *_LUNAR[name])
    return _said_lunar(name, year)


def _said_lunar(name: str, year: int) -> date | None:
    match = _LUNAR_DAY.match(name.replace("大年初", "正月初").replace("年初", "正月初"))
    if match is None or not match[1]:
        return None
    month = {"正": 1, "冬": 11, "腊": 12}.get(match[1]) or read(match[1]) or 0
    day = read(match[2].removeprefix("初").replace("廿", "二十")) or 0
    return lunar(year, month, day)


def lunar(year: int, month: int, day: int) -> date | None:
    """A day of a lunar year in the common calendar; day 0 of month 1 is the eve of the new year."""
    if year not in _YEARS or not 1 <= month <= 12 or not 0 <= day <= 30:
        return None
    start, lengths, doubled = _YEARS[year]
    months = month - 1 + (1 if doubled and month > doubled else 0)
    return start + timedelta(days=sum(29 + int(long) for long in lengths[:months]) + day - 1)
