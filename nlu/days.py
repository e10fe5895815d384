"""Which day, week or month is meant: 明天, 下周三, 上周末, 这个月15号, 十月, relative to the day of speaking."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from nlu import late_re as re
from nlu.holidays import FEAST, FEAST_NEEDS, feast, feast_in
from nlu.numbers import read

_NEAR = (
    (r"大前[天日]", -3), (r"(?<![以之])前[天日儿](?!天)个?|前晚", -2), (r"昨[天日儿晚夜晨早朝]个?|[寻琴噚][日晚]|夜儿个?", -1), (r"今[天日儿晚夜晨早朝]个?", 0),
    (r"(?<!不)明[天日儿晚晨早朝](?!显)个?|明个|听[日晚朝]", 1), (r"(?:大|外)后[天日儿]个?", 3), (r"(?<![以之然最今先])后[天日儿](?!天)个?|后晚", 2), (r"(?<![以之然最])后个", 2),
)  # fmt: skip
_NEAR_WORD = "(?:" + "|".join(pattern for pattern, _ in _NEAR) + r"(?=[早上中下晚傍,我]))"
_WEEKDAYS = (
    {c: n for n, c in enumerate("一二三四五六日")} | {"天": 6, "末": 5} | {str(n): n - 1 for n in range(1, 8)}
)
_WHICH = "(?:下下|上上|下|上|这|本|呢|嗰)"

_D = r"(?:[0-3]?[0-9]|[一二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
_M = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_YEAR = (
    r"(?:(?:(?:19|20)[0-9]{2}|(?<![0-9])[23][0-9]|二[零〇]二[零〇一二三四五六七八九])年|(?:今|明|去|前)年的?)"
)
_AFTER = (
    r"(?![0-9](?![0-9]?[号日](?!楼|院|栋))|[楼栋幢院门线路车厅房诉工单井柱厂桌店台铺柜桩桥员令馆机坑窗口仓])"
)
_NEXT = (
    r"(?=[ ]?(?:早|上午|上昼|中午|下午|下昼|傍晚|晚|凌晨|夜|之前|以前|之后|以后|前|后|那天|当天|左右|开始|起|到|至|[-~]|和|跟|或|、|$|,|。|!|\?|;|[0-9一二三四五六七八九十两]{1,3}[点号日]|[0-9]{1,2}:|[两三]天"
    r"|去|来|有|停|我|在|的活动|的会|的讲座|的|要|就|是|能|可|行|再|都|全|物|社|报|搬|开|交|修|换|查|还|才|\())"
)
DAY = (
    rf"(?:{_NEAR_WORD}|{FEAST}的?(?:[前头]一[天日]|[前头][天日](?!后)|第二[天日]|次日|[后隔]一[天日])|明后[天两]天?|今明[天两]天?|(?:[今明去前]|20[0-9]{{2}})年的?{FEAST}"
    rf"|{_WHICH}个?(?:周|星期|礼拜)(?:[一二三四五六日天末]|[1-7](?![0-9天个]))?(?!岁)|(?:(?<![一二两三四五六七八九十0-9每半几整])|(?<=[周期拜][一二三四五六]))(?:周|星期|礼拜)(?:[一二三四五六日天末](?![身边年期])|[1-7](?![0-9天个]))"
    rf"|(?<![0-9])20[0-9]{{2}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}(?![0-9])"
    rf"|(?<![0-9第一二三四五六七八九十]){_YEAR}?(?<![0-9个第半几]){_M}月(?:份)?(?:[上中下]旬|底|初|{_D}[号日](?!(?<=[0-9])[0-9])|{_D}(?![0-9个号日点直些起样部套户家栋单幢层楼条座次])(?![0-9]{{1,2}}[号日])|(?!饼|亮|子|嫂|台|卡|票|费|租|供|薪|[0-9]{{3}})(?![0-9]{{1,2}}[号日]))"
    rf"|(?:这个?|本|当|下下个?|下个?|上上个?|上个?)月(?:份)?(?:[上中下]旬|的?月?[底初](?![一二三四五六七八九十])|{_D}[号日]?(?![0-9个]))?"
    rf"|(?:(?:19|20)[0-9]{{2}}|[明去]|(?<![以之大])前)年(?:(?:年)?[初底])?(?!级|度|龄|轻|货|费|以|之|前|后|内|来)"
    rf"|(?<![0-9./第-]){_M}[/.]{_D}(?:[号日]|(?=[ ]?(?:早|上午|中午|下午|晚|\(|[0-9]{{1,2}}[:点时])))"
    rf"|(?<![0-9./第-]){_M}[/.]{_D}(?=[-~到至](?:1[0-2]|0?[1-9])[/.][0-3]?[0-9](?![0-9万元块米%平厘公斤级分个小时天度吨毛倍]))|(?<=[0-9][-~到至]){_M}[/.]{_D}(?![0-9万元块米%平厘公斤级分个小时天度吨毛倍])"
    rf"|(?<![0-9第一二三四五六七八九十#编单廿月街巷弄村路口窗桌台机车位附铺柜箱排])(?<!墅区)(?<!号是)(?<!牌是){_D}[号日]{_AFTER}{_NEXT}"
    rf"|(?<=[到至~-]){_D}[号日]{_AFTER}|(?<=从){_D}[号日](?=[用借住停修拖等忙放租摆吵闹漏断休]了?[到至]{_D}[号日](?![楼院门]))"
    rf"|(?<!个)月底|(?<!个)月初|(?<![0-9一二两三四五六七八九十半几多去今明前每全新学当来往整周同后])年(?=前(?!后|几|[0-9一两三])|后(?![0-9一两三]))"
    rf"|{FEAST}|双休日)"
)  # fmt: skip
DAY_NEEDS = f"前 昨 今 明 听 后 寻 琴 噚 夜 号 日 周 星期 礼拜 月 年 - / . {FEAST_NEEDS}"
_WEEK = re.compile(rf"({_WHICH})?个?(?:周|星期|礼拜)(.)?$")
_MONTH_DAY = re.compile(
    rf"(?:((?:19|20)?[0-9]{{2}}|二[零〇]二[零〇一二三四五六七八九])年|([今明去前]年)的?)?({_M})[月/.](?:份)?(?:([上中下]旬|底|初)|({_D})[号日]?)?$"
)
_THIS_MONTH = re.compile(
    rf"(这个?|本|当|下下个?|下个?|上上个?|上个?)?(?:月)?(?:份)?(?:的?月?([上中下]旬|底|初)|({_D})[号日]?)?$"
)
_YEAR_ALONE = re.compile(r"(?:((?:19|20)[0-9]{2})|([明去前]))年(?:年)?([初底])?$")
_FEAST_OF = re.compile(rf"([今明去前]|20[0-9]{{2}})年的?({FEAST})$")
_BESIDE = re.compile(rf"({FEAST})的?(?:([前头])|第二|次|后|隔)一?[天日]$")
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})$")
_THIRDS = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31)}


class Day(NamedTuple):
    """A day, or the first and last of several; `part` and `period` where the word itself names them."""

    first: date
    last: date
    part: str = ""
    period: str = ""


def day_of(said: str, today: date, *, past: bool = False) -> Day | None:
    """The day that is meant; with `past` the last of that name. None when there is no such day."""
    for pattern, ahead in _NEAR:
        if re.fullmatch(pattern, said):
            char = said.removesuffix("个")[-1]
            part = "evening" if char in "晚夜" else "morning" if char in "早晨" or said == "听朝" else ""
            return _one(today + timedelta(days=ahead), part)
    if said[:2] in ("明后", "今明"):
        first = today + timedelta(days=1 if said[0] == "明" else 0)
        return Day(first, first + timedelta(days=1))
    week = _WEEK.match(said.replace("双休日", "周末"))
    if week:
        return _in_week(week[1] or "", week[2] or "", today, past=past)
    iso = _ISO.match(said)
    if iso:
        return _one(_valid(int(iso[1]), int(iso[2]), int(iso[3])))
    named = _MONTH_DAY.match(said)
    if named:
        return _in_named_month(named, today, past=past)
    year = _YEAR_ALONE.match(said)
    if year:
        return _in_year(year, today)
    dated = _FEAST_OF.match(said)
    if dated:
        shift = {"今": 0, "明": 1, "去": -1, "前": -2}
        when = today.year + shift[dated[1]] if dated[1] in shift else int(dated[1])
        return _one(feast_in(dated[2], when))
    if beside := _BESIDE.match(said):
        found = feast(beside[1], today, past=past)
        return _one(found + timedelta(days=-1 if beside[2] else 1)) if found else None
    found = feast("春节" if said == "年" else said, today, past=past)
    return _one(found) if found else _in_month(said, today, past=past)


def _one(day: date | None, part: str = "") -> Day | None:
    return Day(day, day, part) if day else None


def _in_week(which: str, weekday: str, today: date, *, past: bool) -> Day:
    monday = today - timedelta(days=today.weekday())
    weeks = {"下下": 2, "上上": -2, "下": 1, "上": -1, "这": 0, "本": 0}.get(which)
    if weeks is not None:
        monday += timedelta(days=7 * weeks)
        if not weekday:
            return Day(monday, monday + timedelta(days=6))
        day = monday + timedelta(days=_WEEKDAYS[weekday])
        if weekday == "末" and weeks == 0 and today.weekday() == 6:
            day += timedelta(days=7)
    elif past:
        day = today - timedelta(days=(today.weekday() - _WEEKDAYS.get(weekday, 0)) % 7 or 7)
    else:
        ahead = (_WEEKDAYS.get(weekday, 0) - today.weekday()) % 7
        day = today + timedelta(days=ahead or (7 if _WEEKDAYS.get(weekday, 0) >= 5 else 0))
    return Day(day, day + timedelta(days=1)) if weekday == "末" else Day(day, day)


def _in_named_month(match: re.Match[str], today: date, *, past: bool) -> Day | None:
    """A day, a third or the whole of a month; without a year the nearest that makes sense."""
    month = read(match[3]) or 0
    if match[1] or match[2]:
        year = (
            _full_year(read(match[1]) or 0)
            if match[1]
            else today.year + {"今": 0, "明": 1, "去": -1, "前": -2}[match[2][0]]
        )
        return _of_month(year, month, match[4] or "", match[5] or "")
    this = _of_month(today.year, month, match[4] or "", match[5] or "")
    if this is None or (not past and (today - this.last).days > 183):
        return _of_month(today.year + 1, month, match[4] or "", match[5] or "")
    if past and this.first > today:
        return _of_month(today.year - 1, month, match[4] or "", match[5] or "")
    return this


def _of_month(year: int, month: int, where: str, day: str) -> Day | None:
    if not 1 <= month <= 12:
        return None
    length = monthrange(year, month)[1]
    if day:
        return _one(_valid(year, month, read(day) or 0))
    if where in _THIRDS:
        first, last = _THIRDS[where]
        return Day(date(year, month, first), date(year, month, min(last, length)))
    if where:
        return _one(date(year, month, length if where == "底" else 1))
    return Day(date(year, month, 1), date(year, month, length), "", f"{year}-{month:02}")


def _in_year(match: re.Match[str], today: date) -> Day:
    year = int(match[1]) if match[1] else today.year + {"明": 1, "去": -1, "前": -2}[match[2]]
    first, last = date(year, 1, 1), date(year, 12, 31)
    if match[3]:
        day = first if match[3] == "初" else last
        return Day(day, day)
    return Day(first, last, "", str(year))


def _in_month(said: str, today: date, *, past: bool) -> Day | None:
    if said == "月初":
        said = "本月初" if past or today.day == 1 else "下月初"
    match = _THIS_MONTH.match(said)
    if match is None or not (match[1] or match[2] or match[3]):
        return None
    which = (match[1] or "").removesuffix("个")
    shift = {"下": 1, "下下": 2, "上": -1, "上上": -2}.get(which, 0)
    year, month = divmod(today.year * 12 + today.month - 1 + shift, 12)
    found = _of_month(year, month + 1, match[2] or "", match[3] or "")
    if not which and match[3] and found is not None:
        if found.first < today and not past:
            year, month = divmod(year * 12 + month + 1, 12)
            return _of_month(year, month + 1, "", match[3])
        if found.first > today and past:
            year, month = divmod(year * 12 + month - 1, 12)
            return _of_month(year, month + 1, "", match[3])
    return found


def _full_year(said: int) -> int:
    """26年 is 2026, 1946年 what it says."""
    return said if said > 99 else said + 2000


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
