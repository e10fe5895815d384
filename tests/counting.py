"""The account of a store's whole life from its events, beside what its tables say."""

from __future__ import annotations

from collections import Counter

from actions.figures import Period, year_book
from domain.case import CaseKind, Status
from domain.figures import Figures
from tests.acting import Stage

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


def from_the_tables(stage: Stage) -> tuple[dict[str, int], dict[int, dict[str, int]]]:
    """The same, counted from cases, claims and ratings as they stand."""
    cases, ratings = stage.rows("cases"), stage.rows("ratings")
    tasks = {row.id: row for row in stage.rows("tasks")}
    whole = {
        "reported": len(cases),
        "wishes": sum(row.kind == CaseKind.WISH for row in cases),
        "inquiries": sum(row.kind == CaseKind.INQUIRY for row in cases),
        "withdrawn": sum(row.status == Status.WITHDRAWN for row in cases),
        "joined": sum(row.status == Status.MERGED for row in cases),
        "answered": sum(row.status in SETTLED or row.reopened > 0 for row in cases),
        "confirmed": sum(row.closed_how == "confirmed" for row in cases),
        "unconfirmed": sum(row.closed_how == "unconfirmed" for row in cases),
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
    """Raises AssertionError where the record and the tables tell different things."""
    (whole, each), (whole_too, each_too) = from_the_record(stage), from_the_tables(stage)
    assert whole == whole_too
    assert each == each_too
