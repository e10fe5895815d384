"""The account of a store's whole life from its events, beside what its tables say."""

from __future__ import annotations

from collections import Counter
from typing import Any

from actions.figures import Period, account, year_book
from domain.case import CaseKind, Status
from domain.community import UnitKind
from domain.figures import Figures
from storage import community as places
from tests.acting import Stage
from tests.conftest import NOW

SETTLED = (Status.ANSWERED, Status.CLOSED)
DEEDS = ("taken", "done", "posts", "visits", "lapsed", "ratings", "stars")


def from_the_record(stage: Stage) -> tuple[dict[str, int], dict[int, dict[str, int]]]:
    """What the whole community did in the stage's year, and each person."""
    with stage.store.read() as tx:
        community = stage.conversation.community(tx)
        book = year_book(tx, community, Period(year=2026))
    root = min(community.units.values(), key=lambda unit: len(unit.path))
    whole = book.units.get(root.id, Figures())
    names = from_the_tables(stage)[0]
    each: dict[int, Counter[str]] = {}
    for (_, person), one in book.service.items():
        each.setdefault(person, Counter()).update({name: getattr(one, name) for name in DEEDS})
    return {name: getattr(whole, name) for name in names}, _filled(each)


def of_branches(stage: Stage) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, int]]]:
    """What each branch got and what became of it: from the month's record, and from the tables by place."""
    month = Period.month_of(NOW)
    with stage.store.read() as tx:
        whole = stage.conversation.community(tx)
        record = {
            whole.units[key].key: {name: getattr(one, name) for name in BRANCH}
            for key, one in account(tx, whole, month).items()
            if whole.units[key].kind is UnitKind.BRANCH
        }
        tables: dict[str, Counter[str]] = {}
        for row in stage.rows("cases"):
            branch = whole.branch_of(places.place(tx, row.place_id))
            if branch is not None and month.start <= row.created_at < month.end:
                tables.setdefault(branch.key, Counter()).update(_ends(row))
    return record, {key: {name: counts[name] for name in BRANCH} for key, counts in tables.items()}


BRANCH = ("reported", "withdrawn", "joined", "answered", "confirmed", "unconfirmed")


def _ends(row: Any) -> dict[str, int]:
    return {
        "reported": 1,
        "withdrawn": row.status == Status.WITHDRAWN,
        "joined": row.status == Status.MERGED,
        "answered": row.status in SETTLED or row.reopened > 0,
        "confirmed": row.closed_how == "confirmed",
        "unconfirmed": row.closed_how == "unconfirmed",
    }


def from_the_tables(stage: Stage) -> tuple[dict[str, int], dict[int, dict[str, int]]]:
    """The same, counted from cases, claims and ratings as they stand."""
    cases, ratings = stage.rows("cases"), stage.rows("ratings")
    tasks = {row.id: row for row in stage.rows("tasks")}
    whole = {name: sum(_ends(row)[name] for row in cases) for name in BRANCH} | {
        "wishes": sum(row.kind == CaseKind.WISH for row in cases),
        "inquiries": sum(row.kind == CaseKind.INQUIRY for row in cases),
        "ratings": len(ratings),
        "content": sum(row.stars >= 4 for row in ratings),
        "stars": sum(row.stars for row in ratings),
    }
    each: dict[int, Counter[str]] = {}

    def add(person: int | None, name: str, count: int = 1) -> None:
        if person is not None:
            each.setdefault(person, Counter())[name] += count

    for row in stage.rows("claims"):
        add(row.person_id, "taken", int(row.state != "waiting"))
        add(row.person_id, "lapsed", int(row.state == "lapsed"))
        if tasks[row.task_id].case_id is None and row.state == "done":
            add(row.person_id, "visits" if tasks[row.task_id].visits_case_id else "posts")
    for row in cases:
        if row.status in SETTLED:
            add(row.owner_id, "done")
    for row in ratings:
        add(row.handler_id, "ratings")
        add(row.handler_id, "stars", row.stars)
    return whole, _filled(each)


def _filled(each: dict[int, Counter[str]]) -> dict[int, dict[str, int]]:
    rows = {person: {name: counts[name] for name in DEEDS} for person, counts in each.items()}
    return {person: counts for person, counts in rows.items() if any(counts.values())}


def agree(stage: Stage) -> None:
    """Raises AssertionError where the record and the tables tell different things.

    The tables know no years: what somebody did after the turn of the year is in the next one's account.
    """
    if stage.now >= Period(year=2026).end:
        return
    (whole, each), (whole_too, each_too) = from_the_record(stage), from_the_tables(stage)
    assert whole == whole_too
    assert each == each_too
    record, tables = of_branches(stage)
    assert record == tables
