"""English places and times, put into the words the readers of Chinese know."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

import re
from collections.abc import Callable

_NUMBERS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "a": "1", "an": "1",
}  # fmt: skip
_ORDINALS = {
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7",
    "eighth": "8", "ninth": "9", "tenth": "10", "ground": "1", "top": "",
}  # fmt: skip
_N = r"(\d{1,4}|" + "|".join(name for name in _NUMBERS if len(name) > 2) + ")"
_TH = r"(?:(\d{1,2})(?:st|nd|rd|th)|(" + "|".join(name for name in _ORDINALS if name != "top") + "))"

_PLACES = (
    ("building", re.compile(r"\b(?:building|block|bldg|tower)\.?\s{0,2}(?:no\.?\s{0,2})?(\d{1,3}[a-z]?|[a-z])\b")),
    ("unit", re.compile(r"\b(?:unit|entrance|stairwell)\s{0,2}(?:no\.?\s{0,2})?(\d{1,2}|[a-z])\b")),
    ("room", re.compile(r"\b(?:room|flat|apartment|apt|rm|door)\.?\s{0,2}(?:no\.?\s{0,2})?(\d{1,4}[a-z]?)\b")),
    ("floor", re.compile(rf"\b{_TH}\s{{1,2}}floor\b|\b(?:floor|level)\s{{0,2}}(\d{{1,2}})\b|\b(\d{{1,2}})/f\b")),
    ("phase", re.compile(r"\bphase\s{0,2}(\d{1,2})\b")),
)  # fmt: skip
_BASEMENT = re.compile(r"\bbasement(?:\s{1,2}(?:level\s)?(\d))?\b")

_DAYS = {
    "monday": "一",
    "tuesday": "二",
    "wednesday": "三",
    "thursday": "四",
    "friday": "五",
    "saturday": "六",
    "sunday": "日",
}
_DAY = "(" + "|".join(_DAYS) + ")"
_MONTHS = {name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_UNITS = {"minute": "分钟", "hour": "小时", "day": "天", "week": "周", "month": "个月", "year": "年"}
_LENGTH = r"(\d{1,3}|" + "|".join(_NUMBERS) + r")\s(minute|hour|day|week|month|year)s?"

_Said = str | Callable[[re.Match[str]], str]


def _long(match: re.Match[str]) -> str:
    return _NUMBERS.get(match[1], match[1]) + _UNITS[match[2]]


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), match[2] or ""
    if hour > 12:
        return match[0]
    part = "上午" if match[3] == "a" else "中午" if hour == 12 else "下午" if hour < 6 else "晚上"
    if match[3] == "a" and hour == 12:
        part, hour = "上午", 0
    return f"{part}{hour}:{minute or '00'}"


_TIMES: tuple[tuple[re.Pattern[str], _Said], ...] = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"\bday after tomorrow\b", "后天"), (r"\bday before yesterday\b", "前天"), (r"\btomorrow\b", "明天"), (r"\byesterday\b", "昨天"),
        (r"\btonight\b|\bthis evening\b", "今晚"), (r"\btoday\b", "今天"), (r"\bthis morning\b", "今天上午"), (r"\bthis afternoon\b", "今天下午"),
        (r"\b(?:daily|every day|everyday)\b", "每天"), (r"\bevery night\b", "每晚"), (r"\bevery morning\b", "每天早上"), (r"\b(?:the |at |this )?weekend\b", "周末"),
        (rf"\bevery {_DAY}\b", lambda m: f"每周{_DAYS[m[1]]}"), (rf"\bnext {_DAY}\b", lambda m: f"下周{_DAYS[m[1]]}"),
        (rf"\blast {_DAY}\b", lambda m: f"上周{_DAYS[m[1]]}"), (rf"\b(?:this )?{_DAY}s?\b", lambda m: f"周{_DAYS[m[1]]}"),
        (rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?\b", lambda m: f"{_MONTHS[m[1]]}月{m[2]}日"),
        (rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}(?![a-z])", lambda m: f"{_MONTHS[m[2]]}月{m[1]}日"),
        (rf"\bin {_LENGTH}\b", lambda m: _long(m) + "后"), (rf"\b{_LENGTH} ago\b", lambda m: _long(m) + "前"),
        (rf"\b{_LENGTH}\b", _long), (r"\b(\d{1,2})(?::([0-5]\d))?\s?([ap])\.?m\b\.?", _clock), (r"\b(\d{1,2}) o'?clock\b", r"\1点"),
        (r"\bnoon\b", "中午12点"), (r"\bmidnight\b", "晚上12点"), (r"\b(?:in the )?morning\b", "上午"), (r"\b(?:in the )?afternoon\b", "下午"),
        (r"\b(?:in the |at )?(?:evening|night)\b", "晚上"),
    )
)  # fmt: skip
_CHINESE_DAY = r"(?:明天|昨天|今天|后天|前天|周末|[下上]?周[一二三四五六日]|[0-9]{1,2}月[0-9]{1,2}日|每天|每周[一二三四五六日])"
_CHINESE_CLOCK = r"(?:上午|中午|下午|晚上)?[0-9]{1,2}(?::[0-5][0-9]|点)|上午|下午|晚上"
_JOINS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"({_CHINESE_DAY})[ ,]{{0,2}}(?:at |in the |on )?(?={_CHINESE_CLOCK})"), r"\1"),
    (re.compile(rf"({_CHINESE_CLOCK}) (?:on |of )?({_CHINESE_DAY})"), r"\2\1"),
    (re.compile(r"(?<=[0-9点日天午上]) ?(?:to|till|until|-) ?(?=[0-9上下中晚周])"), "到"),
    (re.compile(r"\bsince (?=周)"), "从本"),
    (re.compile(r"\bsince (?=[昨今前上0-9])"), "从"),
    (re.compile(rf"\b(?:by|before) ({_CHINESE_DAY}(?:{_CHINESE_CLOCK})?)"), r"\1之前"),
)
_LATIN = re.compile(r"[a-z]{2}")


def parts(text: str) -> tuple[dict[str, str], list[tuple[int, int]]]:
    """Building, unit, room, floor and phase of a lower-case text, and where they were said."""
    held: dict[str, str] = {}
    spans: list[tuple[int, int]] = []
    if not _LATIN.search(text):
        return held, spans
    for name, pattern in _PLACES:
        match = pattern.search(text)
        if match:
            value = next(group for group in match.groups() if group)
            held[name] = _ORDINALS.get(value, value.upper())
            spans.append(match.span())
    below = _BASEMENT.search(text)
    if below:
        held["floor"] = f"-{below[1] or 1}"
        spans.append(below.span())
    return held, spans


def times_in_chinese(text: str) -> str:
    """The text with English times as their Chinese words; other text as it was."""
    if not _LATIN.search(text.lower()):
        return text
    text = text.lower()
    for pattern, said in _TIMES:
        text = pattern.sub(said, text)
    for pattern, joined in _JOINS:
        text = pattern.sub(joined, text)
    return text
