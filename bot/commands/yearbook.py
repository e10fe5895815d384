"""`linli export year`: 年终台账, rebuilt from the record of what happened."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress

from actions import audit, figures
from bot import exports, texts
from bot.commands.export import ACCOUNT, account_rows, cells
from bot.commands.serve import open_store
from bot.house import now
from bot.settings import Settings
from domain.access import Actor
from domain.errors import NotAllowed
from domain.events import Event
from domain.masks import masked_name
from domain.people import RUNS_A_QUEUE, Person
from domain.tree import QUEUES, Community
from storage import community, people
from storage.tx import Tx

MONTHS = ("month", *ACCOUNT)
SERVICE = (
    "unit", "person", "name", "taken", "done", "posts", "progress", "visits", "given_back", "lapsed",
    "rated", "average",
)  # fmt: skip
DECISIONS = (
    "unit", "proposals", "opinions", "taken_back", "adopted", "not_adopted", "too_few", "published",
    "carried_out", "not_carried_out",
)  # fmt: skip


def run_year(settings: Settings, period: str, path: Path, asker: str, locale: str) -> None:
    """Units, months, people, decisions. Names are masked unless somebody who may read them asks."""
    asked = _period(period)
    store = open_store(settings)
    with store.begin() as tx, Progress(console=Console(stderr=True), transient=True) as progress:
        whole = community.load(tx)
        by = _asker(tx, whole, asker) if asker else None
        mine = {below for unit in by.units(RUNS_A_QUEUE) for below in whole.below(unit)} if by else None
        reading = progress.add_task("统计", total=figures.size(tx, asked))
        book = figures.year_book(tx, whole, asked, lambda count: progress.update(reading, completed=count))
        sheets = (
            ("units", ACCOUNT, account_rows(whole, book.units, locale, only=mine)),
            ("months", MONTHS, list(_months(whole, book, mine, locale))),
            ("service", SERVICE, list(_service(tx, whole, book, mine))),
            ("decisions", DECISIONS, list(_decisions(whole, book, mine))),
        )
        count = exports.write_several(path, sheets, locale, dated=asked.end)
        if by is not None:
            _note(tx, by, asked, len(book.service))
        end = audit.anchor(tx)
    typer.echo(f"{count} rows in {path}, from {book.events} events")
    if end is not None:
        typer.echo(f"the record ends at {end.seq} {end.digest}; linli audit verify --anchor checks it")


def _period(text: str) -> figures.Period:
    try:
        return figures.Period.read(text)
    except ValueError:
        typer.echo(f"{text}: write a year as 2026 or a month as 2026-11", err=True)
        raise typer.Exit(2) from None


def _asker(tx: Tx, whole: Community, key: str) -> Actor:
    """Somebody with a desk, by their roster key or name."""
    named = [one for one in people.everybody_on_the_roster(tx) if key in (one.key, one.name)]
    if len(named) != 1:
        typer.echo(f"{key}: {len(named) or 'nobody'} on the roster with this key or name", err=True)
        raise typer.Exit(2)
    actor = Actor(person=named[0], roles=tuple(people.roles_of(tx, named[0].id, now())), community=whole)
    if not actor.units(RUNS_A_QUEUE):
        typer.echo(texts.say(named[0].locale, NotAllowed().key), err=True)
        raise typer.Exit(2)
    return actor


def _note(tx: Tx, by: Actor, period: figures.Period, count: int) -> None:
    """Who read the members' names, and when."""
    data = {"year": period.year, "month": period.month, "people": count}
    tx.add(Event(kind="roster_exported", at=now(), subject="export", subject_id=0, actor_id=by.id, data=data))


def _months(
    whole: Community, book: figures.YearBook, mine: Collection[int] | None, locale: str
) -> Iterator[list[exports.Cell]]:
    order = {unit.id: unit for unit in whole.units.values() if unit.kind in QUEUES}
    for (month, unit_id), one in sorted(
        book.months.items(), key=lambda item: (item[0][0], whole.units[item[0][1]].path)
    ):
        unit = order.get(unit_id)
        if unit is not None and (mine is None or unit_id in mine):
            yield [month, unit.name, texts.say(locale, f"export.level_{unit.kind}"), *cells(one)]


def _decisions(
    whole: Community, book: figures.YearBook, mine: Collection[int] | None
) -> Iterator[list[exports.Cell]]:
    for unit in sorted(whole.units.values(), key=lambda unit: unit.path):
        one = book.decisions.get(unit.id)
        if one is not None and (mine is None or unit.id in mine):
            yield [
                unit.name,
                one.opened,
                one.opinions,
                one.withdrawn,
                one.adopted,
                one.rejected,
                one.too_few,
                one.published,
                one.done,
                one.not_done,
            ]


def _service(
    tx: Tx, whole: Community, book: figures.YearBook, mine: Collection[int] | None
) -> Iterator[list[exports.Cell]]:
    for (unit_id, person_id), one in sorted(book.service.items()):
        if mine is not None and unit_id not in mine:
            continue
        person = tx.get(Person, person_id)
        name = person.name if person else ""
        yield [
            whole.units[unit_id].name if unit_id in whole.units else unit_id,
            person_id,
            name if mine is not None else masked_name(name),
            one.taken,
            one.done,
            one.posts,
            one.progress,
            one.visits,
            one.given_back,
            one.lapsed,
            one.ratings,
            "" if one.average is None else f"{one.average:.2f}",
        ]
