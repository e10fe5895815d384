"""What comes again: 每天, 天天, 每周二、四, 工作日, 每月15号, 周一到周五 with a clock time."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from nlu import late_re as re
from nlu.numbers import read

_WEEK = {"一": "MO", "二": "TU", "三": "WE", "四": "TH", "五": "FR", "六": "SA", "日": "SU", "天": "SU"} | {
    str(n + 1): name for n, name in enumerate("MO TU WE TH FR SA SU".split())
}
_ORDER = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_W = r"(?:周|星期|礼拜)"
_X = r"[一二三四五六日天1-7]"
_D = r"(?:三十一?|[一二]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|初[一二三四五六七八九十]|[一二三四五六七八九]|[0-3]?[0-9])"
EVERY = re.compile(
    rf"(?:每(?:到|逢)?个?|逢|一到|一逢)(?P<end>{_W}末|双休日)|(?P<work>(?:每个?|(?<![个0-9一二三四五六七八九十]))(?:工作日|上班日)|周一(?:到|至|-|~)周?五(?=每天|每晚|都|早|晚|上午|下午|中午|[0-9七八九]))"
    rf"|(?:每(?:到|逢)?个?{_W}(?:的)?|逢{_W}|每逢)(?P<w>{_X}(?:(?:[、和及,跟与]|到|至|-|~)?(?:每?个?{_W})?{_X}(?![0-9点:时个次回趟遍])){{0,6}})(?!次|回|趟|遍)"
    rf"|{_W}(?P<ws>(?>[一二三四五六日]{{2,6}}))(?![点:时个月0-9])"
    rf"|(?:每个?月(?:的)?(?:农历|阴历)?|每?逢)(?P<d>{_D}[号日]?(?:(?:[、和及,跟与到至~-]|还有|(?=十五))(?:每月)?{_D}[号日]?){{0,4}})(?![0-9个次百千万元块])(?<=[0-9号日一二三四五六七八九十])"
    r"|每(?:一)?(?P<day>[天日]|晚上?|夜|早(?!点)|朝|到(?:晚上|夜里|早上|中午|下午|半夜|凌晨|傍晚)|个(?:晚上|早上|上午|下午|夜里)|(?:到|逢)?(?=(?:晚上|早上|半夜)))(?!一次)"
    r"|天天|日日|见天儿?|(?P<nights>晚晚|夜夜|天天晚上)|朝朝",
    needs="每 逢 周 星期 礼拜 日 天 晚 夜 朝",
)  # fmt: skip
_TO = re.compile(rf"({_X})(?:到|至|-|~)(?:{_W})?({_X})")
_PARTS = (("晚", "evening"), ("夜", "evening"), ("早", "morning"), ("朝", "morning"), ("中午", "noon"), ("傍晚", "evening"), ("下午", "afternoon"), ("上午", "morning"))  # fmt: skip


def rule_of(match: re.Match[str]) -> str:
    """DAILY, WEEKLY:TU,TH or MONTHLY:15 as a match of EVERY says it."""
    if match["end"]:
        return "WEEKLY:SA,SU"
    if match["work"]:
        return "WEEKLY:MO,TU,WE,TH,FR"
    if weekdays := match["w"] or match["ws"]:
        return "WEEKLY:" + ",".join(_weekdays(weekdays))
    if match["d"]:
        return "MONTHLY:" + ",".join(map(str, _days_of_month(match["d"])))
    return "DAILY"


def part_in(match: re.Match[str]) -> str:
    """The part of the day a habit's own word names: 每晚."""
    if match["w"] or match["ws"] or match["d"] or match["end"] or match["work"] or "半夜" in match.group():
        return ""
    return next((part for word, part in _PARTS if word in match.group()), "")


def _weekdays(said: str) -> list[str]:
    reach = _TO.search(said)
    if reach:
        first, last = _ORDER.index(_WEEK[reach[1]]), _ORDER.index(_WEEK[reach[2]])
        if first <= last:
            return list(_ORDER[first : last + 1])
    plain = re.sub(r"周|星期|礼拜|每|个", "", said)
    return list(dict.fromkeys(_WEEK[char] for char in plain if char in _WEEK))


def _days_of_month(said: str) -> list[int]:
    """1号和15号 are two days, 10号到15号 six."""
    days: list[int] = []
    for reach, word in re.findall(rf"([到至~-])?({_D})", said):
        day = read(word.removeprefix("初").replace("廿", "二十")) or 0
        days += range(days[-1] + 1, day + 1) if reach and days and days[-1] < day <= 31 else [day]
    return days
