"""Several reports of one thing: which belong together, how many households, and when staff hear again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.case import UNFINISHED, Case, CaseKind
from domain.community import CategoryRow, PlaceKind

ALERT_EVERY = timedelta(minutes=5)
ALERT_SIZES = (2, 5, 10, 20, 50)
"""Households at which staff hear that a matter grows; beyond the last, at every doubling."""

ALIKE = 0.1
"""From this share of common pairs of characters two reports without a named matter are alike. Measured on the
titles of a city's message board: 81 % of the pairs of one issue reach it, 0.9 % of the others."""
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_NO_MATTER = re.compile(
    "你好|您好|请问|麻烦|帮忙|帮我|希望|尽快|解决|处理|反映|投诉|问题|情况|我们|这里|那里|小区|一直|已经|现在|今天|昨天|谢谢"
    "|[0-9一二三四五六七八九十]+(?:号楼|栋|幢|座|单元|楼|层|室|号|天|个)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """A matter within a category that is told apart by its words: 停水 is not 停电."""

    name: str
    words: tuple[str, ...]
    at: str  # the kind of place within which two reports may be one


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """What is known of a case that several households stand behind, or that was merged into another."""

    id: int = 0
    case_id: int
    lead_id: int | None = None  # the case it was merged into
    size: int = 1  # households
    alerted: int = 1  # the size staff last heard of
    alerted_at: datetime
    last_at: datetime  # when somebody last joined
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Joiner:
    """One person behind a case, and until when."""

    id: int = 0
    case_id: int
    person_id: int
    household: str  # a keyed hash: the same door counts once
    from_case_id: int | None = None  # their own case, when it was merged
    joined_at: datetime
    left_at: datetime | None = None
    solved_at: datetime | None = None  # 解决了, said by them
    delivered_at: datetime | None = None  # when the last answer that reached them did
    version: int = 0


def sorts(rule: CategoryRow) -> tuple[Sort, ...]:
    """The matters of a category, as its file writes them: "停水=没水=水压@building"."""
    found = []
    for line in rule.merge_sorts:
        words, _, at = line.partition("@")
        named = tuple(filter(None, words.split("=")))
        if named:
            found.append(Sort(name=named[0], words=named, at=at or rule.merge_at))
    return tuple(found)


def sort_of(rule: CategoryRow, text: str) -> Sort | None:
    """The matter these words name: the one whose words stand first."""
    text = text.lower()
    named = [
        (text.index(word), -len(word), sort) for sort in sorts(rule) for word in sort.words if word in text
    ]
    return min(named, key=lambda one: one[:2])[2] if named else None


def level(rule: CategoryRow, sort: Sort | None) -> PlaceKind:
    """How far around a place two reports may be one."""
    return PlaceKind(sort.at if sort else rule.merge_at)


def same_matter(rule: CategoryRow, one: str, other: str) -> bool:
    """Whether two texts of one category and place speak of one thing. Both are normalised.

    Where a category tells no matters apart, the place is enough.
    """
    if not rule.merge_sorts:
        return True
    first, second = sort_of(rule, one), sort_of(rule, other)
    if first or second:
        return first == second
    return likeness(one, other) >= ALIKE


def likeness(one: str, other: str) -> float:
    """0 to 1: how many pairs of neighbouring characters the shorter text shares with the longer."""
    first, second = _pairs(one), _pairs(other)
    return len(first & second) / min(len(first), len(second)) if first and second else 0.0


def _pairs(text: str) -> set[str]:
    runs = _HAN.findall(_NO_MATTER.sub(" ", text))
    return {run[i : i + 2] for run in runs for i in range(len(run) - 1)}


def open_to_joiners(case: Case, rule: CategoryRow) -> bool:
    """Whether a neighbour may join: never danger to life, never what is private, never what is over."""
    return (
        case.kind is CaseKind.ISSUE
        and case.status in UNFINISHED
        and not (case.urgent or case.private or rule.emergency or rule.private)
    )


def due_alert(cluster: Cluster, now: datetime) -> datetime | None:
    """When staff are to hear that it has grown: now or later; None when it has not grown enough."""
    if threshold(cluster.size) <= cluster.alerted:
        return None
    return max(now, cluster.alerted_at + ALERT_EVERY)


def threshold(size: int) -> int:
    """The largest size of the row 2, 5, 10, 20, 50, 100, 200 … that is reached; 1 below it."""
    reached = max((at for at in ALERT_SIZES if at <= size), default=1)
    while reached >= ALERT_SIZES[-1] and reached * 2 <= size:
        reached *= 2
    return reached
