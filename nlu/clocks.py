"""Parts of a day and clock times: 下午三点半, 19:30, 中午, 凌晨两点, 七点来钟."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from nlu import late_re as re
from nlu.numbers import read

BEIJING = ZoneInfo("Asia/Shanghai")
NIGHT = ("early", "midnight")  # parts with no name of their own in what is handed on

_SAID = {
    "early": "凌晨 零晨 凌辰 后半夜 下半夜 清晨天没亮",
    "midnight": "半夜三更 三更半夜 大半夜 半夜里 半夜 深更半夜 深夜 午夜 大晚上 大黑夜 前半夜",
    "morning": "一大清早 一大早 大清早 清早 清晨 一早 大早上 早上 早晨 早间 朝早 朝头早 上午 上昼 头晌 上半天 早饭前 早饭后 早高峰 早",
    "noon": "中午头 大中午 中午 晌午 正午 午间 午饭时间 晏昼",
    "afternoon": "下午 午后 下昼 后晌 下半晌 下半天",
    "evening": "傍晚 傍黑 擦黑 晚上 晚间 夜头 夜里厢 夜到 夜晚黑 夜晚 晚黑 夜里头 夜里 夜间 晚饭后 晚高峰 黑夜 黑里 晚",
}
PARTS = {word: part for part, words in _SAID.items() for word in words.split()}
PART = "(?:" + "|".join(sorted(PARTS, key=len, reverse=True)) + ")"
PART_NEEDS = "晨 辰 夜 晚 早 朝 午 昼 晌 天 黑"
_NOT_CLOCK = (
    r"(?!儿|建议|意见|要求|原因|理由|问题|想法|疑问|诉求|补充|说明|希望|感想)"
    r"(?:(?<![十0-9]一点)|(?!小|心|钱|水|东西|用|事|也|都没|都不|没|不|声|别|好|多余|感|难|困|击|评|赞|个|头))"
)
CLOCK = (
    r"(?:(?P<h>(?<![0-9.:])[0-9]{1,2}):(?P<m>[0-5][0-9])(?::[0-5][0-9])?(?![0-9:])"
    r"|(?P<hc>(?<![第提补充])(?:[0-9]{1,2}|二十[一二三四]?|十[一二三四五六七八九]?|[一二三四五六七八九两][二三四五六七八九两](?=点)|[一二三四五六七八九两零]))(?:点钟|点正|点|时(?=[0-9一二三四五六七八九十半整许前之以后,。左起到至]|$)(?!候|间|段|不|常|代|而|刻|后不))"
    rf"{_NOT_CLOCK}(?P<rough>来钟|多钟|几钟|多|几(?!分))?(?P<mc>半|[一三]刻|过?[零]?[0-9]{{1,2}}分?(?!号|栋|楼|单元)|过?(?:[一二三四五]?十[一二三四五六七八九]?|零?[一二三四五六七八九](?=分)|零[一二三四五六七八九])分?|整)?)"
)  # fmt: skip
_SHORT_OF = re.compile(r"差(?:([0-9]{1,2}|十?[一二三四五六七八九]|十)分钟?|([一三])刻)$")
_LACKS = re.compile(r"差(?:([0-9]{1,2}|十?[一二三四五六七八九]|十)分钟?|([一三])刻)")
_SOONER = re.compile(r"^[早晚]一点(?![钟半整0-9一三])")
_LITTLE = re.compile(
    r"^一点(?![钟半整到至0-9一三多]|$|[,。!?]|左右|前|之前|以前|后|之后|以后|开|过|来|去|在|的|可|行|上)"
)


class Clock(NamedTuple):
    """A clock time as said: `later` when it belongs to the next day, `vague` without a part of the day."""

    time: time
    later: bool
    vague: bool


def part_of(said: str) -> str:
    return PARTS.get(said, "")


def shown(part: str) -> str:
    """A part as it is handed on: night has none."""
    return "" if part in NIGHT else part


def clock_of(match: re.Match[str], part: str, implied: str = "") -> Clock | None:
    """The clock time of a match of CLOCK; None when no clock shows it. ValueError never."""
    hour = read(match["h"] or one_of(match["hc"] or ""))
    minute = _minutes(match["m"] or match["mc"] or "")
    if hour is None or minute is None or hour > 24:
        return None
    if _SOONER.match(match.group()) or _LITTLE.match(match.string[match.start() : match.end() + 3]):
        return None
    shifted, later = in_part(hour, part, implied)
    before = match.string[max(0, match.start("hc") - 5) : max(0, match.start("hc"))]
    short = _SHORT_OF.search(before) or _LACKS.match(match.string, match.end())
    if short and minute == 0 and (lacking := read(short[1]) if short[1] else _minutes(f"{short[2]}刻")):
        shifted, minute = (shifted - 1) % 24, 60 - min(lacking, 59)
    return Clock(time(shifted, minute), later, not part and 0 < hour < 13 and (match["h"] or "")[:1] != "0")


def one_of(said: str) -> str:
    """两三点 is about two."""
    return said[0] if about(said) else said


def about(said: str) -> bool:
    """Whether an hour is said as two: 七八点."""
    return len(said) == 2 and "十" not in said and not said.isascii()


def _minutes(said: str) -> int | None:
    if not said or said == "整":
        return 0
    if said == "半":
        return 30
    if said.endswith("刻"):
        return 15 if said[0] == "一" else 45
    value = read(said.removeprefix("过").removesuffix("分"))
    return value if value is not None and value < 60 else None


def in_part(hour: int, part: str, implied: str = "") -> tuple[int, bool]:
    """The hour of 24 that is meant by an hour in a part of the day, and whether it is past midnight."""
    if hour == 24:
        return 0, True
    if part == "early":
        return (0 if hour == 12 else hour), implied == "evening"
    if part == "midnight":
        if hour == 12 or hour < 7:
            return hour % 12, hour == 12 or implied == "evening"
        return (hour + 12 if hour < 12 else hour), False
    if part == "evening":
        if hour == 12 or hour < 4:
            return hour % 12, True
        return (hour + 12 if hour < 12 else hour), False
    if (part == "afternoon" and hour < 12) or (part == "noon" and hour < 4):
        return hour + 12, False
    return hour, False


def moment(clock: Clock, day: date | None, part: str, now: datetime, *, past: bool = False) -> datetime:
    """The moment of a clock time, on its day or on the nearest sensible one."""
    found = datetime.combine(day or now.date(), clock.time, BEIJING)
    if clock.later:
        found += timedelta(days=1)
    if past and day is None and found > now:
        return found - timedelta(days=1)
    if not clock.vague:
        if day is None and found < now and not past and part in ("", "midnight"):
            found += timedelta(days=1)
        return found
    if past:
        return found
    if day is not None and day != now.date():
        return found + timedelta(hours=12) if clock.time.hour < 7 else found
    if found < now and clock.time.hour < 12:
        found += timedelta(hours=12)
    if found < now and day is None:
        found += timedelta(hours=12)
    return found
