"""When: moments, days, ranges, deadlines and habits in a message, in Beijing time."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from nlu import late_re as re
from nlu import spans
from nlu.clocks import BEIJING, NIGHT, PART, PART_NEEDS, Clock, about, in_part, moment, part_of, shown
from nlu.days import DAY, DAY_NEEDS, Day
from nlu.habits import EVERY, part_in, rule_of
from nlu.meaning import TimeMention
from nlu.numbers import read
from nlu.points import POINT, Point, end_of, midnight, moment_of, point_of, range_of
from nlu.together import Said, as_long_as, corrected, listed, with_rule
from nlu.wording import written_out

__all__ = ["BEIJING", "times"]

MOST = 8  # mentions read in one message

_START = re.compile(
    rf"{DAY}|{PART}|(?<![0-9a-z.:])[0-9一二三四五六七八九十两零]{{1,3}}(?:点|时|:)",
    needs=f"{DAY_NEEDS} {PART_NEEDS} 点 时 :",
)
_TO = re.compile(
    r"[ ]?(?:一直)?(?:到|至|~|-|—|直到|起到)[ ]?(?:第二天|次日|翌日|隔天)?的?(?!现在|而家|依家|今天为止|目前|处|家)"
)
_ON_TO = re.compile(  # 七点吵到九点
    r"(?:一直|接着|连着|断断续续)?(?:[一-鿿](?<![约改换调提推挪移迟延定来点时半刻分一二三四五六七八九十])){1,3}?(?:到|至)(?:了)?(?:第二天|次日|翌日|隔天)?的?"
)
_NOW = re.compile(r"[^,。;!?]{0,6}?(?:到现在|到而家|到依家|至今|到今天(?!晚|早|上|下|中)|到目前)")
_BEFORE = re.compile(
    r"(?:之前|以前|前(?![门面天年后台楼排几]|[一两三](?!定))|为止|截止|之内|以内|内(?![部容])|(?:下班|收工|天黑|放学|睡觉)(?:之|以)?前)"
)
_LATEST = re.compile(
    r"(?:最迟|最晚|至迟|不晚于|不迟于|截止(?:时间|日期)?到?|截至|赶在|务必在?)(?:是|到|在)?$"
)
_ASKED = re.compile(r"[^,。;!?]{0,2}(?:能|可以|会|应该)[^,。;!?]{0,10}(?:吗|么|不|嘛|吧|\?)")
_AFTER = re.compile(r"(?:之后|以后|过后|后(?![面门天台来勤]))")
_FROM = re.compile(r"(?:从|自从?|打从?|由)(?:上次)?$")
_SINCE = re.compile(
    r"(?:起(?!床|来|码)|以来|一直到现在|到现在|到而家|到依家|至今|(?:就)?开始[^。;!?]{0,10}到现在|(?:[一-鿿](?<![报交打说])){1,3}到现在|(?:就)?开始(?=就|一直|,?没|停|坏|漏|吵|打|不|$|[。,]|的(?=$|[。,!;]))|之后一直)"
)
_BEGAN = re.compile(r"(?:就|又|便)?(?:开始|起(?![床来码]))")
_BARE_DAY = re.compile(r"(?:周|星期|礼拜).|(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[号日]$")
_TO_COME = re.compile(
    r"[要会将请能]|可以|打算|准备|计划|通知|在家|不在|[有没]空|休息|放假|请假|出差|上班|上门|报名|营业|开放|执行|实[行施]|办理|预约|活动"
)
_ROUGH = re.compile(r"(?:左右|前后|上下|差不多|的样子)")
_ROUGHLY = re.compile(
    r"(?:(?:大概|大约|差不多|可能|估计)(?:是|在)?|(?<![预相能大想要先再可重改来我您你])约)$"
)
_PAST = re.compile(
    r"^[^,。;!?]{0,3}?(?:就(?:没|开始|一直|坏|停|漏|不|有|已|断|臭|吵|在)|一直|至今|到现在|到今天|以来|报的|报修(?:的|过|了)|报过|来过|已经|刚|[修来装换打]过|坏的|停的|开始(?:就|坏|漏|停|没|吵)|没人?[来修管]|开始的(?=$|[,。!;])|登记的|申请的|交的)"
)
_GONE = re.compile(  # 从周三拖到周五都没人来
    r"(?:都|就|也|一直|还是){0,2}没(?:人?(?:[来管修接理见]|处理|回复)|消息|动静|下文|结果|(?:解决|[修弄搞办])[好成])"
)
_STILL = re.compile("[多都]{0,2}[还又]在")  # 半夜两点还在拖椅子
_OFFICE = re.compile("(?:都?几点(?:钟)?(?:上班|下班|开门|关门|开放|营业|开饭|办公)|也?不?休息|不?午休)")
_AFTER_THAT = re.compile(r"^(?:就(?:没|一直|再|不|坏)|一直|再?[也没]|再没|还没)")
_HABITUAL = re.compile(
    r"^(?:[^,。;!?]{0,6}?(?:都|总|老是|经常|常|一直|就|没|不|还|太|吵|有人|特别|很|更|最|非常|也|睡)|$)"
)
_FREE = re.compile(
    r"^[^,。;!?]{0,3}?(?:都|全)?(?:有人在|在家|有空|不在家|没空|方便|不方便|开机|能接|可以|行(?=[,。!?]|$)|[ok]{2})"
)
_PLANNED = re.compile(r"来|可以|行[吗不吧]|在家|有空|上门|见|方便|约|吧|好吗")
_WHOLE = re.compile(r"[一整半个天]$")


def times(text: str, now: datetime) -> tuple[TimeMention, ...]:
    """Every time a normalised message names, at most eight, relative to an aware `now`."""
    now = now.astimezone(BEIJING)
    text = written_out(text, now)
    found: list[Said] = []
    coming = dict.fromkeys((EVERY, spans.SPAN, _START), -1)
    at = 0
    while len(found) < MOST:
        for pattern, start in coming.items():
            if start < at:
                match = pattern.search(text, at)
                coming[pattern] = match.start() if match else len(text)
        start = min(coming.values())
        if start >= len(text):
            break
        said = _read(text, start, now)
        if said.mention != TimeMention() and not (as_long_as(found, said) or with_rule(found, said)):
            found.append(said)
        at = max(said.end, start + 1)
    return tuple(said.mention for said in listed(corrected(found, text, now), text, now))


def _read(text: str, start: int, now: datetime) -> Said:
    every = EVERY.match(text, start)
    if every:
        return _habit(text, every, now)
    span = spans.span_at(text, start)
    if span and not re.match(DAY, text[start : start + 12]):
        length = spans.length_of(span, now)
        return _on_that_day(text, length, start, span.end(), now)
    first = POINT.match(text, start)
    if first is None or first.end() == start:
        return Said(TimeMention(), start, start + 1)
    after = text[first.end() : first.end() + 12]
    night = part_of(first["part"] or "") in NIGHT
    past = bool(_PAST.match(after) or (night and _STILL.match(after))) or _since_past(text, first, now)
    point = point_of(first, now, past=past)
    if point is None:
        return Said(TimeMention(), start, first.end())
    to = _to(text, first)
    second = POINT.match(text, to.end()) if to else None
    if to and second and second.end() > to.end() and (second["h"] or second["hc"] or second["day"]):
        return Said(_stretch(text, first, point, second, now), start, second.end(), point)
    return _single(text, first, point, now)


def _stretch(
    text: str, first: re.Match[str], point: Point, second: re.Match[str], now: datetime
) -> TimeMention:
    """From one time to another; behind us when it is told so, or when it would end before it begins."""
    found = range_of(point, second, now)
    gone = bool(first["day"] and _GONE.match(text, second.end()))
    past = point_of(first, now, past=True) if gone or _backwards(found) else None
    earlier = range_of(past._replace(past=gone), second, now) if past else found
    return found if _backwards(earlier) else earlier


def _backwards(found: TimeMention) -> bool:
    return bool(found.start and found.end and found.end < found.start)


def _to(text: str, first: re.Match[str]) -> re.Match[str] | None:
    """What leads from a time to the end of a stretch; a word may stand between two clock times, or two days behind 从."""
    to = _TO.match(text, first.end())
    clock = first["h"] or first["hc"]
    if to or not (clock or (first["day"] and _FROM.search(text[max(0, first.start() - 4) : first.start()]))):
        return to
    to = _ON_TO.match(text, first.end())
    second = POINT.match(text, to.end()) if to else None
    if second is None or not (second["h"] or second["hc"] or (second["day"] and not clock)):
        return None
    return to


def _on_that_day(text: str, length: TimeMention | None, start: int, end: int, now: datetime) -> Said:
    """三天前的早上, 两天后下午三点: the day that a span leads to, and what is said of it."""
    then = POINT.match(text, end)
    if (
        length is None
        or length.date is None
        or then is None
        or then["day"]
        or not (then["part"] or then["hc"])
    ):
        return Said(length or TimeMention(), start, end)
    point = point_of(then, now)
    if point is None:
        return Said(length, start, end)
    if point.clock is not None:
        at = moment(point.clock, length.date, point.part, now)
        return Said(TimeMention(at=at, approx=length.approx), start, then.end())
    return Said(replace(length, part=shown(point.part)), start, then.end())


def _since_past(text: str, match: re.Match[str], now: datetime) -> bool:
    """从周一就没水, 国庆以后就没来过: a beginning that lies behind us."""
    before, after = text[max(0, match.start() - 4) : match.start()], text[match.end() : match.end() + 16]
    limit = _AFTER.match(after)
    if limit:
        return bool(_AFTER_THAT.match(after[limit.end() :]))
    if not _FROM.search(before):
        return False
    return bool(_NOW.match(after)) or _has_begun(text, match, now)


def _has_begun(text: str, match: re.Match[str], now: datetime) -> bool:
    """从周三开始闪 is told of what goes on, 从周三开始我不在家 of what is planned."""
    began = _BEGAN.match(text, match.end())
    if began is None or not match["day"] or not _BARE_DAY.match(match["day"]):
        return False
    if (read(match["day"][:-1]) or 0) > now.day:
        return False  # 从25号开始, said on the 22nd
    start, end = max(0, match.start() - 13), began.end() + 12
    told = text[start : match.start() - 1].strip() or text[began.end() : end].strip(" ,。.!")
    return bool(told) and not (
        _TO_COME.search(text, start, match.start()) or _TO_COME.search(text, began.end(), end)
    )


def _single(text: str, match: re.Match[str], point: Point, now: datetime) -> Said:
    before, after = text[max(0, match.start() - 5) : match.start()], text[match.end() : match.end() + 16]
    rough = bool(
        _ROUGH.match(after)
        or _ROUGHLY.search(before)
        or match["rough"]
        or match["near"]
        or about(match["hc"] or "")
    )
    when = moment_of(point, now)
    if when is None and point.day is None and not point.part:
        return Said(TimeMention(), match.start(), match.end())
    if when is None and point.day is None and not _dated(text, match, before, after):
        return Said(TimeMention(), match.start(), match.end())
    limit, behind = _BEFORE.match(after), _AFTER.match(after)
    day = point.day or Day(now.date(), now.date())
    part, end = shown(point.part), match.end()
    if limit or _LATEST.search(before) or (before.endswith("到") and _ASKED.match(after)):
        edge = when or _deadline(day, point.part, after)
        noon = point.part == "noon" and when is None
        if point.day is None and when is not None and when < now:
            edge += timedelta(days=1)
        mention = TimeMention(by=edge, part="" if noon else part if when is None else "", approx=rough)
        return Said(mention, match.start(), end + (limit.end() if limit else 0), point)
    if behind:
        return Said(_later(day, when, part, point, now), match.start(), end + behind.end(), point)
    if _SINCE.match(after) or _FROM.search(before):
        since = when or midnight(day.first)
        part = part if when is None else ""
        mention = TimeMention(since=since, part=part, approx=rough, period=day.period)
        return Said(mention, match.start(), end, point)
    if when is not None:
        mention = TimeMention(at=when, approx=rough, alt=_other(point, when))
        return Said(mention, match.start(), end, point)
    return Said(_whole(day, part, rough), match.start(), end, point)


def _dated(text: str, match: re.Match[str], before: str, after: str) -> bool:
    """Whether a part of a day alone means today: 晚上 in 晚上总吵 does not."""
    if _FREE.match(after) and part_of(match["part"] or "") not in ("early", "midnight"):
        return True
    if len(match.group().strip(" 的,")) < 2 or part_of(match["part"] or "") in ("early", "midnight"):
        return False
    if _WHOLE.search(before) or _OFFICE.match(after):
        return False
    if _FROM.search(before) or _BEFORE.match(after) or _LATEST.search(before):
        return True
    if len(text) < 7:
        return True
    if part_of(match["part"] or "") in ("morning", "evening") and match["part"] not in ("上午", "傍晚"):
        return bool(_PLANNED.search(text[match.end() : match.end() + 8])) and not _HABITUAL.match(after)
    return not _HABITUAL.match(after)


def _whole(day: Day, part: str, rough: bool) -> TimeMention:
    if day.period:
        return TimeMention(period=day.period, part=part, approx=rough)
    if day.first != day.last:
        return TimeMention(start=midnight(day.first), end=end_of(day.last), part=part, approx=rough)
    return TimeMention(date=day.first, part=part, approx=rough)


def _later(day: Day, when: datetime | None, part: str, point: Point, now: datetime) -> TimeMention:
    """After a time: what began there and lasts, or what may begin there."""
    edge = when or midnight(day.first)
    part = "" if when else part
    if point.past or (edge <= now and when is None and day.last < now.date()):
        return TimeMention(since=edge, part=part)
    return TimeMention(start=edge, part=part)


def _deadline(day: Day, part: str, after: str) -> datetime:
    """The last minute before a day's end; 月内 and 本周内 end with their last day, 下周前 with its first."""
    if part == "noon":
        return datetime.combine(day.last, time(12, 0), BEIJING)
    inside = re.match(r"(?:之|以)?内", after)
    return end_of(day.last if inside or day.first == day.last else day.first)


def _other(point: Point, when: datetime) -> datetime | None:
    """The other half of the day, when the hour alone left it open."""
    if point.clock is None or not point.clock.vague or point.day is None or point.clock.time.hour == 12:
        return None
    return when + timedelta(hours=12 if when.hour < 12 else -12)


def _habit(text: str, match: re.Match[str], now: datetime) -> Said:
    rule, part = rule_of(match), part_in(match)
    skip = re.compile(r"[的都里从由打 ,]{0,2}").match(text, match.end())
    follow = POINT.match(text, skip.end() if skip else match.end())
    bare = Said(TimeMention(every=rule, part=part), match.start(), match.end())
    if ending := _until(text, match, now):
        return Said(TimeMention(every=rule, end=ending[0]), match.start(), ending[1])
    if follow is None or follow["day"] or not follow.group().strip(" 的,"):
        return bare
    point = point_of(follow, now)
    if point is None:
        return bare
    if part and not point.part and point.clock is not None and point.clock.vague:
        hour, later = in_part(point.clock.time.hour, part)
        point = point._replace(part=part, clock=Clock(point.clock.time.replace(hour=hour), later, False))
    to = _to(text, follow)
    second = POINT.match(text, to.end()) if to else None
    now = now.replace(hour=6, minute=0)  # 工作日九点到五点 is the same whenever it is said
    if second is not None and (second["h"] or second["hc"]):
        reach = range_of(point, second, now)
        return Said(TimeMention(every=rule, start=reach.start, end=reach.end), match.start(), second.end())
    when = moment_of(point, now)
    if when is not None and when < now:
        when += timedelta(days=1)
    named = shown(point.part) if point.part else part
    if when is not None and (limit := _BEFORE.match(text, follow.end())):
        return Said(TimeMention(every=rule, end=when), match.start(), limit.end())
    mention = TimeMention(every=rule, at=when, part="" if when else named)
    return Said(mention, match.start(), follow.end())


def _until(text: str, match: re.Match[str], now: datetime) -> tuple[datetime, int] | None:
    """Where a habit ends whose beginning is not said: 天天摆到凌晨两点."""
    to = _ON_TO.match(text, match.end())
    last = POINT.match(text, to.end()) if to else None
    if last is None or last["day"] or not (last["h"] or last["hc"]):
        return None
    point = point_of(last, now)
    when = moment_of(point, now) if point else None
    return (when, last.end()) if when else None
