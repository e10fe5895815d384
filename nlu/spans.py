"""Lengths of time: 三天, 半小时后, 一个半月, 两周之内, 一个多月, 一刻钟."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta

from nlu import late_re as re
from nlu.clocks import BEIJING
from nlu.meaning import TimeMention
from nlu.numbers import read

_CN = "零〇一二三四五六七八九十两百"
_N = rf"(?:[0-9]{{1,3}}(?:\.[0-9])?|[{_CN}]{{1,4}}|俩|仨)"
_TAIL = r"(?P<tail>之后|以后|过后|后(?![面门天来勤])|之前|以前|前(?![面门台天后一两三几])|之内|以内|内(?![部容裤衣])|(?:的)?时间内|以来)?"
SPAN = re.compile(
    rf"(?<![第每隔点半{_CN}0-9.])(?:(?P<big>大|小)?(?P<half>(?<![上下])半)(?:个)?(?P<hm>多)?(?P<hu>小时|钟头|钟(?!点)|天|月(?!底)|年|分钟)(?P<hl>多)?(?!里头|三更|路)"
    rf"|(?P<odd>个把|成个)(?P<ou>小时|钟头|钟(?!点)|月|星期|礼拜|年)|(?P<oh>个半)(?P<ohu>小时|钟头|钟(?!点)|月|星期|礼拜)"
    rf"|(?P<qn>[一三])刻钟"
    rf"|(?P<n>{_N})(?P<more0>几|多|来|余)?(?:个|整)?(?P<plus>半)?(?P<more>多|来|几)?(?:个)?(?P<u>分钟|小时|钟头|(?<=个)工作日|(?<=[个多半])钟(?!点)|天(?!天(?!气)|花板)|日(?=之?[内后前]|以[内后前]|[啦喇嘞咯]|都?[没仲未])"
    r"|周(?![一二三四五六日天末岁年到围边])|星期(?![一二三四五六日天])|礼拜(?![一二三四五六日天])|(?<=[个俩仨多来半余几])月(?![0-9一二三])|年(?![0-9级龄月度货纪代轻初底三])(?!前的?楼|来头))"
    r"(?:(?P<and>半(?!夜|个|天|路|年|截))|(?P<more2>多|零几|出头|来)|[零又]?(?P<n2>[0-9]{1,2}|[一二三四五六七八九十]{1,3})(?P<u2>分钟?|个月))?"
    rf")(?!级|两头|[一两三四五六七八九几0-9][次回趟遍顿]|一换|一趟|打鱼|热线|到头|到晚|儿(?!子))(?:[一二两三四五六七八九十]夜)?{_TAIL}",
    needs="时 钟 天 月 年 日 周 刻 星期 礼拜",
)
_NEVER = re.compile(
    r"^(?:一天(?:比|天|到)|三天两(?!夜)|半天(?:都|才|也|没|不)|24小时(?!之?[内后前]|以[内后前]|没|了)|三年[五两]|一年(?:四季|一度|到头)|[0-9]+年(?:代))"
)
_A_YEAR = re.compile("[零〇一二三四五六七八九]{3,4}|[零〇].|一[五六七八九]|二[零〇一]")  # 一九八几年, 零八年
_ROUGHLY = re.compile(r"(?:快|将近|接近|差不多|大概|大约|约|不到|超过)(?:有|要|是|都)?$")
_RATE = re.compile("(?:[0-9百十]元|块钱?|毛钱|一天比)$")  # 50块钱一个月, 一天比一天差
_AGAIN = re.compile(r"(?:再过|[再]?等|过)$")
_PASSING = re.compile(r"(?<![超经已不没难路])过$")
_ROUGH = re.compile(r"^(?:左右|上下|出头|吧(?!,)|的样子)")
_ISO = {
    "分钟": "PT{}M", "小时": "PT{}H", "钟头": "PT{}H", "钟": "PT{}H", "天": "P{}D", "日": "P{}D", "周": "P{}W",
    "工作日": "P{}D", "星期": "P{}W", "礼拜": "P{}W", "月": "P{}M", "年": "P{}Y",
}  # fmt: skip
_DAYS = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7}
_CLOCK = {"分钟": 1, "小时": 60, "钟头": 60, "钟": 60}


def span_at(text: str, start: int) -> re.Match[str] | None:
    """A length of time that begins here, and not one of the phrases that only sound like one."""
    match = SPAN.match(text, start)
    vague = text[max(0, start - 1) : start + 2] in ("这两天", "那两天", "前两天", "头两天", "有一天")
    vague = vague or bool(_RATE.search(text[max(0, start - 3) : start]))
    return None if match is None or vague or _NEVER.match(text[start : start + 8]) else match


def length_of(match: re.Match[str], now: datetime) -> TimeMention | None:
    """A duration, or the moment that lies so far ahead or back."""
    amount, unit, rough = _amount(match)
    before, after = match.string[max(0, match.start() - 4) : match.start()], match.string[match.end() :][:4]
    rough = rough or bool(_ROUGHLY.search(before) or _ROUGH.match(after))
    if not amount or amount > 5000 or (unit == "年" and _A_YEAR.fullmatch(match["n"] or "")):
        return None
    tail = match["tail"] or ""
    if not tail and (
        before.endswith("再过")
        or (_PASSING.search(before) and not after.startswith("了"))
        or (_AGAIN.search(before) and re.match(r"[再来去给我就,能可会]", after))
    ):
        tail = "后"
    try:
        if tail.endswith("内"):
            return TimeMention(by=_ahead(now, amount, unit, edge=time(23, 59)), approx=rough)
        if tail.endswith(("后", "前")):
            return _away(now, amount if tail.endswith("后") else -amount, unit, rough)
    except (OverflowError, ValueError):
        return None
    return TimeMention(dur=_iso(match, amount, unit), approx=rough)


def _amount(match: re.Match[str]) -> tuple[float, str, bool]:
    """How many of which unit, and whether only roughly."""
    if match["half"]:
        return 0.5, match["hu"], bool(match["big"] or match["hm"] or match["hl"])
    if match["odd"]:
        return 1, match["ou"], match["odd"] == "个把"
    if match["oh"]:
        return 1.5, match["ohu"], False
    if match["qn"]:
        return 15.0 * (1 if match["qn"] == "一" else 3), "分钟", False
    said, spread = match["n"].replace("俩", "两").replace("仨", "三"), False
    if re.fullmatch("[一二两三四五六七八九]{2}", said):
        said, spread = said[0], True  # 两三天
    amount = float(said) if "." in said else float(read(said) or 0)
    amount += 0.5 if match["plus"] or match["and"] else 0.0
    rough = bool(match["more0"] or match["more"] or match["more2"] or spread)
    return amount, match["u"], rough


def _away(now: datetime, amount: float, unit: str, rough: bool) -> TimeMention:
    moment = _ahead(now, amount, unit, edge=time(0, 0))
    if unit in _CLOCK:
        return TimeMention(at=moment, approx=rough)
    return TimeMention(date=moment.date(), approx=rough)


def _ahead(now: datetime, amount: float, unit: str, *, edge: time) -> datetime:
    """The moment so far from now; days and more by the calendar, at the given edge of the day."""
    if unit in _CLOCK:
        return now + timedelta(minutes=amount * _CLOCK[unit])
    if unit == "工作日":
        day = _workdays_away(now.date(), int(amount))
    elif unit in _DAYS:
        day = (now + timedelta(days=amount * _DAYS[unit])).date()
    else:
        months = amount * (12 if unit == "年" else 1)
        day = _months_away(now.date(), int(months)) + timedelta(days=round((months - int(months)) * 30))
    return datetime.combine(day, edge, BEIJING)


def _workdays_away(day: date, count: int) -> date:
    """So many days from Monday to Friday further; a community's own calendar decides what it promises."""
    step = 1 if count > 0 else -1
    for _ in range(abs(count)):
        day += timedelta(days=step)
        while day.weekday() >= 5:
            day += timedelta(days=step)
    return day


def _months_away(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _iso(match: re.Match[str], amount: float, unit: str) -> str:
    further = read(match["n2"] or "") if match["u2"] else None
    if further and unit in ("小时", "钟头"):
        return f"PT{int(amount)}H{further}M"
    if further and unit == "年":
        return f"P{int(amount)}Y{further}M"
    if amount == int(amount):
        return _ISO[unit].format(int(amount))
    if unit in ("小时", "钟头", "钟"):
        return f"PT{int(amount)}H30M" if amount > 1 else "PT30M"
    if unit == "天":
        return f"PT{int(amount * 24)}H"
    if unit == "月":
        return f"P{int(amount * 30)}D"
    if unit == "年":
        return f"P{int(amount * 12)}M"
    return f"PT{int(amount * 60)}S" if unit == "分钟" else f"PT{int(amount * 168)}H"
