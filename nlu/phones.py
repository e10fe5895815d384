"""Telephone numbers in a message, spaced, dashed or spoken, with their extension."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

import re

from nlu.numbers import DIGITS

_SPOKEN = {ord(char): str(value) for char, value in DIGITS.items()}
_MOBILE = re.compile(r"(?<![0-9])(?:\+?86[- ]?)?(1[- ]?[3-9](?:[- ]?[0-9]){9})(?![0-9])")
_LANDLINE = re.compile(
    r"(?<![0-9-])(0[0-9]{2,3})[-) ]{0,2}([2-9][0-9]{2,3}[- ]?[0-9]{4})(?:(?:转|分机|ext\.?|-|#|x)[ ]?([0-9]{1,5}))?(?![0-9])"
)
_LOCAL = re.compile(
    r"(?:电话|座机|固话|打|致电|号码)(?:是|为|[::])?[ ]?([2-9][0-9]{2,3}[- ]?[0-9]{4})(?:(?:转|分机|-)[ ]?([0-9]{1,5}))?(?![0-9])"
)
_WORDS = re.compile(r"[幺一二三四五六七八九零〇两][幺一二三四五六七八九零〇两 -]{9,25}")
_WRONG = re.compile(r"(?:不是|错的是|别打|原来的?|旧(?:号|的)|以前(?:是|的)|不用|停用)[^,。;]{0,6}$")
_NOT_PHONE = re.compile(r"(?:身份证|证号|卡号|单号|编号|订单|账号|户号)[^,。;]{0,6}$")


def phones(text: str) -> tuple[str, ...]:
    """Numbers one could call, in the order of their first appearance, corrected ones only."""
    spoken = _WORDS.sub(lambda run: run.group().translate(_SPOKEN), text)
    found: dict[str, int] = {}
    wrong: set[str] = set()
    for pattern in (_MOBILE, _LANDLINE, _LOCAL):
        for match in pattern.finditer(spoken):
            before = spoken[max(0, match.start() - 12) : match.start()]
            if _NOT_PHONE.search(before):
                continue
            number = _digits(match)
            if any(number in other for other in found):
                continue
            found[number] = match.start()
            if _WRONG.search(before):
                wrong.add(number)
    return tuple(sorted((n for n in found if n not in wrong), key=lambda number: found[number]))


def _digits(match: re.Match[str]) -> str:
    groups = [re.sub(r"[^0-9]", "", group or "") for group in match.groups()]
    if match.re is _MOBILE:
        return groups[0]
    number, extension = "".join(groups[:-1]), groups[-1]
    return f"{number}-{extension}" if extension else number
