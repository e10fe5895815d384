"""The times of one message seen together: lists, corrections, and what belongs to the one before."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from nlu import late_re as re
from nlu.clocks import moment
from nlu.days import Day
from nlu.meaning import TimeMention
from nlu.points import Point

_NOT = re.compile(r"(?:(?<!是)不是|不要|别|不用|除了|改掉|取消)(?:在|约|说)?$")
_SLIP = re.compile(
    r"[,，。.… ]{0,7}(?:[啊哦噢呃额诶哎]{0,2}[,， ]?)?(?:我|想|要|能不能|能|可不可以|可以|可否|请|麻烦|帮我|希望|申请){0,3}(?:不对|不不|不行|错了|[说记写打填搞弄讲报]错|口误|手误|手滑|更正|应该是|改(?=$)|改到|改成|改为|改在|改约|换到|换成|挪到|推到|推迟到|延到|延期到|延后到|提前到|调到|no[, ]|sorry|i mean)"
)
_BUSY = re.compile(r"我?(?:不在家?|没空|没时间|不方便|有事|要上班|来不了|去不了|不得闲),我?(?:就|要不)?$")
_LISTED = re.compile(r"[ ]?(?:、|,|和|或者?|跟|及|以及|与|还是|/)[ ]?(?:者)?[ ]?")
_DAY_ALONE = re.compile("(?:[0-9]{1,2}|[一二三]?十?[一二三四五六七八九]?)[号日]")


class Said(NamedTuple):
    mention: TimeMention
    start: int
    end: int
    point: Point | None = None


def with_rule(found: list[Said], said: Said) -> bool:
    """周一到周五每天早上: every day of those that were just named."""
    if not found or said.mention.every != "DAILY" or said.start - found[-1].end > 1:
        return False
    before = found[-1].mention
    if not before.every.startswith("WEEKLY") or before != TimeMention(every=before.every):
        return False
    found[-1] = Said(replace(said.mention, every=before.every), found[-1].start, said.end)
    return True


def as_long_as(found: list[Said], said: Said) -> bool:
    """周末两天: how long the days last that were just named."""
    alone = said.mention == TimeMention(dur=said.mention.dur, approx=said.mention.approx)
    if not found or not alone or found[-1].end != said.start:
        return False
    dates = sum(before.mention.date is not None for before in found[-3:])
    return found[-1].mention.start is not None or (dates > 1 and said.mention.dur == f"P{dates}D")


def _on_its_day(said: Said, day: Day, now: datetime) -> Said:
    """明天上午十点改成下午三点: another hour, or part, of the same day."""
    point = said.point
    if point is None or point.day is not None or day.first != day.last:
        return said
    if said.mention.at is not None and point.clock is not None:
        at = moment(point.clock, day.first, point.part, now)
        return said._replace(mention=replace(said.mention, at=at, alt=None), point=point._replace(day=day))
    if said.mention.date is not None:
        return said._replace(mention=replace(said.mention, date=day.first), point=point._replace(day=day))
    return said


def corrected(found: list[Said], text: str, now: datetime) -> list[Said]:
    """Without what was said and taken back: 明天,不对,后天; 不要周三,改到下周五."""
    kept: list[Said] = []
    for at, said in enumerate(found):
        gap = text[said.end : found[at + 1].start] if at + 1 < len(found) else ""
        taken_back = at + 1 < len(found) and len(gap) < 16 and bool(_SLIP.match(gap) or _BUSY.match(gap))
        if taken_back and said.point is not None and said.point.day is not None:
            found[at + 1] = _on_its_day(found[at + 1], said.point.day, now)
        if not taken_back and not _NOT.search(text[max(0, said.start - 5) : said.start]):
            kept.append(said)
    return kept


def listed(found: list[Said], text: str, now: datetime) -> list[Said]:
    """周二或周四下午四点 is four o'clock on both days; a day said twice is one day."""
    for at in range(len(found) - 2, -1, -1):
        said, following = found[at], found[at + 1]
        gap = text[said.end : following.start]
        point = following.point
        if said.mention.date is None or point is None or (gap and not _LISTED.fullmatch(gap)):
            continue
        if following.mention.at is not None and point.clock and point.day and not said.mention.part:
            day = said.mention.date
            mention = TimeMention(
                at=moment(point.clock, day, point.part, now), approx=following.mention.approx
            )
            found[at] = said._replace(mention=mention)
    found = _same_month(found, text)
    days = {m.at.date() for m in (said.mention for said in found) if m.at}
    return [
        said
        for said in found
        if not (said.mention == TimeMention(date=said.mention.date) and said.mention.date in days)
    ]


def _same_month(found: list[Said], text: str) -> list[Said]:
    """The 6号 of 1月5号、6号 is of that month too."""
    for at in range(1, len(found)):
        before, said = found[at - 1], found[at]
        alone = _DAY_ALONE.match(text, said.start)
        if (
            not (alone and said.mention.date and before.mention.date)
            or said.mention.date < before.mention.date
        ):
            continue
        gap = text[before.end : said.start]
        first, there = before.mention.date, said.mention.date.day
        in_month = first.day < there <= monthrange(first.year, first.month)[1]
        if (not gap or _LISTED.fullmatch(gap)) and in_month:
            day = first.replace(day=there)
            found[at] = said._replace(mention=replace(said.mention, date=day))
    return found
