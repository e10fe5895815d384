"""Several requests in one message: 电梯坏了,另外我妈想要个轮椅.

For the conversation: `Understanding.understand` answers with the first request and puts the texts of the
further ones into `Meaning.others`, in the order they were written. Each is a message of its own: keep them,
and when the first dialogue has ended, hand them to `understand` one after another. An emergency anywhere is
still found in the whole message, and then `others` is empty: nothing else is asked first.
"""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

SHORTEST = 3  # characters that can be a request
LONGEST = 300  # a longer message is a letter, and its paragraphs are about one thing
MOST = 4
CLEAR = 0.45  # an intent this sure is a request of its own
ABOUT = 0.45  # a category this sure is a subject of its own

_JOINT = re.compile(
    r"(?:^|[,，。;；!！?？、\n ])[ ]?(?:另外(?!一[个条种]|的|那|两|有人)|还有(?=就是|个事|件事|一[个件]|啊|呢|,|我|你|他|她|咱|俺|请|帮|麻烦|想|能|可|什|几|哪|怎|楼|小|三|单|电|水|垃|路)|还想(?=问|要|请|报|反)|顺便(?:再|也)?|再就是|再有就是|对了|此外|除此之外|also |and also |by the way )[ ]?(?:就是)?(?:说(?:一下|下)?)?[,，:： ]?"
)
_HOW_LONG = re.compile(
    r"(?:都|已经|有|快|整整|一共|大概){0,2}[0-9一二两三四五六七八九十几半好多]{1,4}个?(?:天|周|星期|礼拜|月|年|小时|钟头|次|回)了?"
)  # says something of the part before it
_NUMBERED = re.compile(
    r"(?:^|[,，。;；:：\n ])[ ]?(?:[(（]?[1-9一二三四][)）、.](?![0-9])|第[一二三四](?:个|件|点|是)?[,，:：、]|[①②③④])[ ]?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sense:
    """What one part was understood as, alone."""

    intent: str
    confidence: float
    category: str
    category_confidence: float


def parts(text: str) -> tuple[str, ...]:
    """Stretches of a normalised text between clear connectives or numbers; one when there are none."""
    if not 2 * SHORTEST < len(text) <= LONGEST:
        return (text,)
    numbers = list(_NUMBERED.finditer(text))
    joints = numbers if len(numbers) >= 2 else list(_JOINT.finditer(text))
    edges = [(0, 0), *((joint.start(), joint.end()) for joint in joints), (len(text), len(text))]
    found = [text[edges[i][1] : edges[i + 1][0]].strip(" ,，。;；、:：") for i in range(len(edges) - 1)]
    found = [part for part in found if len(part) >= SHORTEST]
    return tuple(found) if 2 <= len(found) <= MOST else (text,)


def apart(found: Sequence[str], sense: Callable[[str], Sense], requests: frozenset[str]) -> tuple[str, ...]:
    """The parts that are requests of their own, joined to the one before where they are not."""
    merged: list[str] = []
    senses: list[Sense] = []
    for part in found:
        meant = sense(part)
        if senses and (_HOW_LONG.fullmatch(part) or not _own(senses, meant, requests)):
            merged[-1] = f"{merged[-1]},{part}"
            continue
        if not senses and not (meant.intent in requests and meant.confidence >= CLEAR):
            return (",".join(found),)
        merged.append(part)
        senses.append(meant)
    return tuple(merged)


def _own(before: Sequence[Sense], meant: Sense, requests: frozenset[str]) -> bool:
    """Whether a part is surely about something that was not said before it."""
    if meant.intent not in requests or meant.confidence < CLEAR:
        return False
    same = [one for one in before if one.intent == meant.intent]
    if not same:
        return True
    return (
        meant.intent in ("report_issue", "request_wish")
        and meant.category_confidence >= ABOUT
        and all(one.category != meant.category and one.category_confidence >= ABOUT for one in same)
    )
