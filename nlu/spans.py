"""Lengths of time: 三天, 半小时后, 一个半月, 两周之内."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from nlu.meaning import TimeMention
from nlu.numbers import read

_N = r"(?:[0-9]{1,3}|[零〇一二三四五六七八九十两半]{1,3})"
SPAN = re.compile(
    rf"(?:(?P<half>半)(?:个)?(?P<hu>小时|钟头|天|月(?!底)|年)"
    rf"|(?P<n>{_N})(?:个)?(?P<more>多|来)?(?:个)?(?P<plus>半)?(?:个)?(?P<u>分钟|小时|钟头|天|日(?!号)"
    r"|周(?![一二三四五六日天末])|星期(?![一二三四五六日天])|礼拜(?![一二三四五六日天])|月(?![0-9一二三])|年(?![0-9]))(?P<and>半(?!夜|个|天|路|年))?)"
    r"(?P<tail>之后|以后|过后|后|之前|以前|前|之内|以内|内)?"
)
_UNITS = {
    "分钟": ("minutes", 1), "小时": ("hours", 1), "钟头": ("hours", 1), "天": ("days", 1), "日": ("days", 1),
    "周": ("days", 7), "星期": ("days", 7), "礼拜": ("days", 7), "月": ("days", 30), "年": ("days", 365),
}  # fmt: skip
_ISO = {
    "分钟": "PT{}M",
    "小时": "PT{}H",
    "钟头": "PT{}H",
    "天": "P{}D",
    "日": "P{}D",
    "周": "P{}W",
    "星期": "P{}W",
    "礼拜": "P{}W",
    "月": "P{}M",
    "年": "P{}Y",
}


def length_of(match: re.Match[str], now: datetime) -> TimeMention | None:
    """A duration, or the moment that lies so far ahead or back."""
    unit = match["hu"] or match["u"]
    amount = (
        0.5
        if match["half"]
        else float(read(match["n"].replace("半", "")) or (0.5 if "半" in match["n"] else 0))
    )
    amount += 0.5 if match["plus"] or match["and"] else 0.0
    name, size = _UNITS[unit]
    tail = match["tail"] or ""
    if not amount or amount > 5000:
        return None
    length = timedelta(**{name: amount * size})
    rough = bool(match["more"])
    try:
        if tail.endswith("后"):
            moment = now + length
            return (
                TimeMention(date=moment.date(), approx=rough)
                if name == "days"
                else TimeMention(at=moment, approx=rough)
            )
        if tail.endswith("前"):
            moment = now - length
            return (
                TimeMention(date=moment.date(), approx=rough)
                if name == "days"
                else TimeMention(at=moment, approx=rough)
            )
        if tail.endswith("内"):
            return TimeMention(by=now + length, approx=rough)
    except OverflowError:
        return None
    return TimeMention(dur=_iso(amount, unit), approx=rough)


def _iso(amount: float, unit: str) -> str:
    if amount == int(amount):
        return _ISO[unit].format(int(amount))
    if unit in ("小时", "钟头"):
        return f"PT{int(amount)}H30M" if amount > 1 else "PT30M"
    if unit == "天":
        return f"PT{int(amount * 24)}H"
    if unit == "月":
        return f"P{int(amount * 30)}D"
    if unit == "年":
        return f"P{int(amount * 12)}M"
    return f"PT{int(amount * 60)}S" if unit == "分钟" else f"P{int(amount * 7)}D"
