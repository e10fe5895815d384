"""English places and times, put into the words the readers of Chinese know."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from collections.abc import Callable

from nlu import late_re as re

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
_UNITS = {
    "minute": "分钟",
    "min": "分钟",
    "hour": "小时",
    "hr": "小时",
    "day": "天",
    "week": "周",
    "month": "个月",
    "year": "年",
}
_COUNT = r"(?P<n>\d{1,3}|" + "|".join(_NUMBERS) + r"|half an?|a couple of|a quarter of an)"
_LENGTH = (
    r"(?P<rough>(?:about|around|over|almost|nearly|more than|roughly|approximately) )?"
    + _COUNT
    + r" (?P<unit>minute|min|hour|hr|day|week|month|year)s?"
)
_HOURS = "|".join(name for name in _NUMBERS if len(name) > 2)

_Said = str | Callable[[re.Match[str]], str]


def _long(match: re.Match[str]) -> str:
    count, unit = match["n"], _UNITS[match["unit"]]
    rough = "大概" if match["rough"] else ""
    if count.startswith("half"):
        return f"{rough}半{unit.removeprefix('个')}" if unit != "个月" else f"{rough}半个月"
    if count.startswith("a quarter"):
        return f"{rough}一刻钟"
    return rough + {"a couple of": "2"}.get(count, _NUMBERS.get(count, count)) + unit


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), match[2] or ""
    if hour > 12:
        return match[0]
    part = "上午" if match[3] == "a" else "中午" if hour == 12 else "下午" if hour < 6 else "晚上"
    if match[3] == "a" and hour == 12:
        part, hour = "上午", 0
    return f"{part}{hour}:{minute or '00'}"


def _shared(match: re.Match[str]) -> str:
    """7 to 9 am: both are in the morning."""
    return f"{match[1]} {match[3]}m 到 {match[2]} {match[3]}m"


def _past_hour(match: re.Match[str]) -> str:
    hour = int(_NUMBERS.get(match[2], match[2]))
    return f" {hour}点半" if match[1] == "half" else f" {hour}点15分"


def _days(match: re.Match[str]) -> str:
    return "每周" + "、".join(_DAYS[day] for day in re.findall(_DAY, match[0]))


_TIMES: tuple[tuple[re.Pattern[str], _Said], ...] = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"\b(\d{1,2}(?::[0-5]\d)?) ?(?:to|till|until|-|and) ?(\d{1,2}(?::[0-5]\d)?) ?([ap])\.?m\b\.?", _shared),
        (rf"\b(half|quarter) past (\d{{1,2}}|{_HOURS})\b", _past_hour),
        (r"\b(?:the )?day after tomorrow\b", "后天"), (r"\b(?:the )?day before yesterday\b", "前天"), (r"\btomorrow night\b", "明晚"),
        (r"\btomorrow\b", "明天"), (r"\blast night\b|\byesterday evening\b", "昨晚"), (r"\byesterday\b", "昨天"),
        (r"\btonight\b|\bthis evening\b", "今晚"), (r"\btoday\b", "今天"), (r"\bthis morning\b", "今天上午"), (r"\bthis afternoon\b", "今天下午"),
        (r"\bon the (\d{1,2})(?:st|nd|rd|th) of (?:every|each) month\b|\bevery month on the (\d{1,2})(?:st|nd|rd|th)\b", lambda m: f"每个月{m[1] or m[2]}号"),
        (r"\b(?:every|on|each) (?:weekday|working day)s?\b|\bweekdays\b", "每个工作日"), (r"\b(?:every|each) weekend\b|\b(?:on |at )?weekends\b", "每个周末"),
        (r"\b(?:daily|(?:every|each) (?:single )?day|everyday)\b", "每天"), (r"\b(?:every|each) (?:single )?(?:night|evening)\b|\bnightly\b", "每晚"),
        (r"\b(?:every|each) (?:single )?(morning|afternoon)\b", lambda m: "每天" + {"morning": "早上", "afternoon": "下午"}[m[1]]),
        (r"\bthis weekend\b|\b(?:the |at the )?weekend\b", "周末"), (r"\blast weekend\b", "上周末"), (r"\bnext weekend\b", "下周末"),
        (rf"\b(?:every|each) {_DAY}s?(?:(?:,| and| &|, and) {_DAY}s?)*", _days), (rf"\bon {_DAY}s(?:(?:,| and) {_DAY}s)*", _days),
        (r"\b(last|next|this) (week|month|year)\b", lambda m: {"last": "上", "next": "下", "this": "本"}[m[1]] + {"week": "周", "month": "个月", "year": "年"}[m[2]]),
        (r"\b(?:the )?end of (?:the|this) (month|year)\b", lambda m: {"month": "月底", "year": "年底"}[m[1]]),
        (rf"\bnext {_DAY}\b", lambda m: f"下周{_DAYS[m[1]]}"), (rf"\blast {_DAY}\b", lambda m: f"上周{_DAYS[m[1]]}"),
        (rf"\b(?:on )?(?:this )?{_DAY}s?\b", lambda m: f"周{_DAYS[m[1]]}"),
        (rf"\b(?:on )?{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)", lambda m: f"{_MONTHS[m[1]]}月{m[2]}日"),
        (rf"\b(?:on )?(?:the )?(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}(?![a-z])", lambda m: f"{_MONTHS[m[2]]}月{m[1]}日"),
        (rf"\bwithin {_LENGTH}\b", lambda m: _long(m) + "内"), (rf"\bin {_LENGTH}(?:'s? time)?\b", lambda m: _long(m) + "后"),
        (rf"\b{_LENGTH} ago\b", lambda m: _long(m) + "前"), (rf"\b{_LENGTH}\b", _long),
        (r"\b(\d{1,2})(?::([0-5]\d))?\s?([ap])\.?m\b\.?", _clock), (r"\b(\d{1,2}) o'?clock\b", r"\1点"),
        (r"\bat (\d{1,2})(?![\d:/.-]| ?[a-z])", r"\1点"), (r"\b(?:at )?noon\b", "中午12点"), (r"\b(?:at )?midnight\b", "晚上12点"),
        (r"\b(?:in the )?morning\b", "上午"), (r"\b(?:in the )?afternoon\b", "下午"), (r"\b(?:in the |at )?(?:evening|night)\b", "晚上"),
    )
)  # fmt: skip
_CHINESE_DAY = r"(?:[明昨今][天晚]|[后前]天|[下上本]?周[一二三四五六日末]|[下上本]周|[下上本]个月|本?[月年]底|[0-9]{1,2}月[0-9]{1,2}日|每天|每晚|每个工作日|每个周末|每周[一二三四五六日、]{1,13})"
_CHINESE_CLOCK = r"(?:上午|中午|下午|晚上)?[0-9]{1,2}(?::[0-5][0-9]|点半?)|上午|下午|晚上"
_JOINS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"({_CHINESE_DAY})[ ,]{{0,2}}(?:at |in the |on |from |between )?(?={_CHINESE_CLOCK})"), r"\1"),
    (re.compile(rf"({_CHINESE_CLOCK}) ?(?:on |of )?({_CHINESE_DAY})"), r"\2\1"),
    (re.compile(r"(?<=[0-9点半日天午上一二三四五六]) ?(?:to|till|until|-|到) ?(?=[0-9上下中晚周])"), "到"),
    (re.compile(r"\bbetween ([^ ]{1,9}) and (?=[0-9上下中晚周])"), r"\1到"),
    (re.compile(r"\bsince (周.)"), r"从\1至今"), (re.compile(r"\bsince ?(?=[昨今前上本0-9])"), "从"),
    (re.compile(rf"\b(?:by|before) ?(?:the )?((?:{_CHINESE_DAY})?(?:{_CHINESE_CLOCK})|{_CHINESE_DAY})"), r"\1之前"),
    (re.compile(rf"\bafter ((?:{_CHINESE_DAY})?(?:{_CHINESE_CLOCK})|{_CHINESE_DAY})"), r"\1以后"),
    (re.compile(r"\bfrom (?=[一-鿿])"), "从"),
)  # fmt: skip
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
