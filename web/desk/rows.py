"""The rows of the queue with their marks, for the page and for the part of it that looks again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from actions import private
from domain.case import Case
from domain.desk_queue import After, Part, Wanted
from domain.people import RUNS_A_QUEUE
from storage import clusters
from storage import desk_queue as rows
from web.desk.visit import Visit, whole
from web.desk.words import left

SHOWN = 40  # rows of a page


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One case as a line: never a name or a number of a resident."""

    case: Case
    text: str
    place: str
    category: str
    unit: str
    owner: str
    left: str
    late: bool
    soon: bool
    households: int
    supervised: bool
    asked: bool  # another unit was asked to take it and has not answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of the queue."""

    wanted: Wanted
    rows: list[Row]
    counts: dict[Part, int]
    query: dict[str, str]  # what narrows it, as the address says it
    more: str  # the address of the next page, empty on the last
    stamp: str  # changes when anything of it does

    def address(self, part: Part) -> str:
        """Another part, narrowed in the same way."""
        return "/desk?" + urlencode({"part": part} | self.query)


def asked(visit: Visit) -> Wanted:
    """What the address asks for; nonsense narrows nothing."""
    part = visit.told("part")
    place, words = visit.number("place"), visit.told("words")[:60]
    number = whole(words.lstrip("#").removesuffix("号").strip()) if words else 0
    owner = visit.actor.id if visit.told("owner") == "me" else visit.number("owner")
    return Wanted(
        part=Part(part) if part in set(Part) else Part.ALL,
        category=visit.told("category") if visit.told("category") in visit.community.categories else "",
        place_ids=tuple(clusters.within(visit.tx, place)) if place else (),
        unit_id=visit.number("unit"),
        owner_id=owner,
        words=words,
        number=number,
        whole_text=visit.actor.has(RUNS_A_QUEUE),
        after=_after(visit.told("after")),
    )


def _after(text: str) -> After | None:
    urgent, _, rest = text.partition("_")
    due, _, key = rest.partition("_")
    try:
        moment = datetime.fromtimestamp(float(due), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return After(urgent=urgent == "1", due=moment, id=whole(key))


def listing(visit: Visit) -> Listing:
    """The page that was asked for, with the counts of every part."""
    wanted, reach = asked(visit), visit.actor.reach()
    found = rows.page(visit.tx, reach, wanted, visit.now, SHOWN + 1)
    counts = rows.counts(visit.tx, reach, visit.now)
    shown = found[:SHOWN]
    query = {
        name: visit.told(name) for name in ("category", "place", "unit", "owner", "words") if visit.told(name)
    }
    onward = {"part": wanted.part} | query
    asked_others = rows.asked_others(visit.tx, [one.id for one in shown])
    more = ""
    if len(found) > SHOWN:
        more = "/desk?" + urlencode(onward | {"after": After.of(shown[-1]).written()})
    return Listing(
        wanted=wanted,
        rows=_lines(visit, shown, asked_others),
        counts=counts,
        query=query,
        more=more,
        stamp=_stamp(visit, shown, counts, asked_others),
    )


def _stamp(visit: Visit, shown: Sequence[Case], counts: dict[Part, int], asked: set[int]) -> str:
    """What the page was made of, in a word; what is left of a time changes it once in five minutes."""
    lines = [(one.id, one.version, one.id in asked) for one in shown]
    made = lines, sorted(counts.items()), int(visit.now.timestamp()) // 300
    return hashlib.sha256(repr(made).encode()).hexdigest()[:16]


def _lines(visit: Visit, shown: Sequence[Case], asked: set[int]) -> list[Row]:
    tx, community, ids = visit.tx, visit.community, [one.id for one in shown]
    places = rows.place_names(tx, {one.place_id for one in shown if one.place_id})
    owners = rows.names(tx, {one.owner_id for one in shown if one.owner_id})
    sizes, watched = rows.sizes(tx, ids), rows.supervised(tx, ids)
    found = []
    for case in shown:
        seconds = (case.answer_by - visit.now).total_seconds()
        runs = case.paused_at is None
        found.append(
            Row(
                case=case,
                text=words_of(visit, case),
                place=places.get(case.place_id or 0, "") + case.place_text,
                category=community.category_name(case.category, visit.locale),
                unit=community.units[case.unit_id].name,
                owner=owners.get(case.owner_id or 0, ""),
                left=left(visit, case),
                late=case.overdue(visit.now),
                soon=runs and 0 < seconds < 14_400,
                households=sizes.get(case.id, 1),
                supervised=case.id in watched,
                asked=case.id in asked,
            )
        )
    return found


def words_of(visit: Visit, case: Case) -> str:
    """A case's words for this reader."""
    return private.words_for(visit.tx, visit.actor, case)
