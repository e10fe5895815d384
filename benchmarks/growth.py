"""`python -m benchmarks.growth [most]`: what a turn, a claim, the queue and a search cost as a city grows.

For 10³ to `most` residents (10⁶ unless told), with a case for every second of them, on SQLite and, where its
programs are installed, PostgreSQL. Every size begins with the demo community in an empty database; people,
addresses, cases and their record are written in bulk, then real turns are taken and timed. The floor is one
row read by its key through the same library, in the same database. Draws docs/images/growth.svg.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table as Printed
from sqlalchemy import Table, func, select

from actions import loading
from actions.people import CONSENT_VERSION
from benchmarks.curves import Curve, draw
from domain.case import Case, CaseKind, Status
from domain.desk_queue import Wanted
from domain.events import Event
from domain.people import Person
from domain.tasks import Task
from nlu.understand import Understanding
from storage import cases as case_rows
from storage import desk_queue, schema, tables
from storage.community_files import read
from storage.secret import Cipher
from storage.store import Store
from storage.tx import Tx
from tests import postgres
from tests.acting import Stage
from tests.conftest import KEY, ROOT

SIZES = (1_000, 10_000, 100_000, 1_000_000)
TIMES = 60
BATCH = 5_000
UNFINISHED = 0.02  # of all cases; the others are closed
PICTURE = ROOT / "docs" / "images" / "growth.svg"
_WRITTEN = (tables.people, tables.addresses, tables.cases, tables.tasks, tables.events)
_NOT_ENDED = {"status": "open", "answered_at": None, "closed_at": None, "answer": ""}
MEASURED = ("a report", "my cases", "a claim", "the queue", "a search", "one row by its key")


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    understanding = Understanding.load()
    curves: list[Curve] = []
    with postgres.cluster() as cluster, tempfile.TemporaryDirectory() as folder:
        databases: dict[str, Callable[[int], str]] = {"SQLite": lambda n: f"sqlite:///{folder}/{n}.db"}
        if cluster is not None:
            databases["PostgreSQL"] = lambda _n: cluster.url(cluster.create())
        for name, place in databases.items():
            found: dict[str, list[tuple[int, float, float]]] = {what: [] for what in MEASURED}
            for residents in (size for size in SIZES if size <= most):
                for what, times in _measured(place(residents), residents, understanding, name).items():
                    found[what].append((residents, statistics.median(times), times[int(len(times) * 0.95)]))
            curves += [Curve(name=what, group=name, points=tuple(points)) for what, points in found.items()]
            _show(name, found)
    PICTURE.write_text(draw(curves), encoding="utf-8")
    Console().print(f"drawn: {PICTURE.relative_to(ROOT)}")


def _measured(url: str, residents: int, understanding: Understanding, name: str) -> dict[str, list[float]]:
    """Sorted milliseconds of each thing with so many residents and half as many cases."""
    store = Store(url, Cipher(KEY))
    schema.migrate(store)
    now = datetime.now(UTC)
    loading.load(store, read([ROOT / "demo" / "guangming"]), now - timedelta(days=400))
    _fill(store, residents, now, f"{name}, {residents:,} residents")
    stage = Stage(store, understanding, now=now)
    stage.cast("liming", "sunli")
    people = [f"grown-{n}" for n in random.Random(residents).sample(range(residents), TIMES * 2)]
    posts = _posts(stage)
    with store.read() as tx:
        reach = stage.actor(tx, "sunli").reach()

    def looks(act: Callable[[Any], object]) -> Callable[[int], object]:
        def once(_n: int) -> object:
            with store.read() as tx:
                return act(tx)

        return once

    words = "灯杆编号{}".format
    acts: dict[str, Callable[[int], object]] = {
        "a report": lambda n: stage.say(
            people[n], f"阳光花园{n % 12 + 1}栋{n % 2 + 1}单元楼道灯坏了，{words(n)}"
        ),
        "my cases": lambda n: stage.say(people[TIMES + n], "我的诉求"),
        "a claim": lambda n: stage.press("liming", f"claim_task task={posts[n]}"),
        "the queue": looks(
            lambda tx: (
                case_rows.queue(tx, reach, "new", stage.now),
                desk_queue.counts(tx, reach, stage.now),
                desk_queue.page(tx, reach, Wanted(), stage.now, 50),
            )
        ),
        "a search": looks(
            lambda tx: desk_queue.page(tx, reach, Wanted(words="第17件"), stage.now, 50),
        ),
        "one row by its key": looks(
            lambda tx: tx.connection.execute(select(tables.people).where(tables.people.c.id == 1)).first()
        ),
    }
    found = {what: _timed(stage, act) for what, act in acts.items()}
    Console().print(f"{name}, {residents:,} residents: {_bytes(store) / 1e6:,.0f} MB in the database")
    store.close()
    return found


def _bytes(store: Store) -> int:
    """What the database holds on the disk, indexes included."""
    size = "SELECT pg_database_size(current_database())"
    if store.sqlite:
        size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    with store.read() as tx:
        return int(tx.connection.exec_driver_sql(size).scalar_one())


def _timed(stage: Stage, act: Callable[[int], object]) -> list[float]:
    taken = []
    for n in range(TIMES):
        stage.later(seconds=20)
        began = time.perf_counter()
        act(n)
        taken.append((time.perf_counter() - began) * 1e3)
    return sorted(taken[3:])  # the first ones fill caches


def _posts(stage: Stage) -> list[int]:
    """Tasks of 李明's branch, beside those of the cases, each with a place left."""
    branch = stage.unit("b-yangguanghuayuan")
    with stage.store.begin() as tx:
        made = [
            Task(unit_id=branch, number=9_000_000 + n, title="椅", created_at=stage.now) for n in range(TIMES)
        ]
        return [tx.add(one).id for one in made]


def _fill(store: Store, residents: int, now: datetime, title: str) -> None:
    """People with addresses; for every second one a case within the last year, its task and its record."""
    columns = tables.places.c
    with store.read() as tx:
        grids = {row.id: row.branch_id for row in tx.rows(select(tables.grids))}
        estates = {row.id: row.grid_id for row in tx.rows(select(columns.id, columns.grid_id))}
        units = {row.id: row.parent_id for row in tx.rows(select(tables.units))}
        buildings = tx.rows(
            select(columns.id, columns.parent_id, columns.grid_id).where(columns.kind == "building")
        )
        first = (tx.connection.execute(select(func.max(tables.people.c.id))).scalar() or 0) + 1
    places = [(row.id, grids[row.grid_id or estates[row.parent_id]]) for row in buildings]
    chance = random.Random(1)
    with store.begin() as tx:
        person = _row(tx, Person(created_at=now, consent_at=now, consent_version=CONSENT_VERSION))
        case = _row(tx, _case(now))
        task = _row(tx, Task(unit_id=1, number=1, title="灯", created_at=now))
        event = _row(tx, Event(kind="case_reported", at=now, subject="case", subject_id=1))
        event |= {"handled_at": now}
    for start in track(range(0, residents, BATCH), description=title):
        rows: dict[Table, list[dict[str, Any]]] = {table: [] for table in _WRITTEN}
        for n in range(start, min(start + BATCH, residents)):
            rows[tables.people].append(person | {"id": first + n})
            rows[tables.addresses].append(
                {
                    "channel": "story",
                    "address": f"grown-{n}",
                    "person_id": first + n,
                    "seen_at": now,
                    "state": {},
                }
            )
            if n % 2:
                continue
            place, branch = places[chance.randrange(len(places))]
            at, key = now - timedelta(minutes=chance.randrange(525_600)), n // 2 + 1
            open_still = chance.random() < UNFINISHED
            told = {"number": key, "text": f"第{key}件，楼道灯坏了", "place_id": place, "unit_id": branch}
            times = {
                "created_at": at,
                "sign_by": at + timedelta(days=30),
                "answer_by": now + timedelta(days=30),
            }
            ended = (
                {}
                if open_still
                else {"status": "closed", "answered_at": at, "closed_at": at, "answer": "好了"}
            )
            whose = {"community_id": units[branch], "reporter_id": first + n, "beneficiary_id": first + n}
            rows[tables.cases].append(case | {"id": key} | told | times | whose | _NOT_ENDED | ended)
            state = "open" if open_still else "done"
            rows[tables.tasks].append(
                task | {"case_id": key, "unit_id": branch, "number": key, "state": state, "created_at": at}
            )
            rows[tables.events].append(event | {"subject_id": key, "unit_id": branch, "at": at})
        with store.begin() as tx:
            for table, several in rows.items():
                tx.connection.execute(table.insert(), several)
    with store.begin() as tx:
        tx.connection.execute(tables.counters.delete())
        cases = tables.cases.c
        for unit, year, last in tx.rows(
            select(cases.community_id, cases.year, func.max(cases.number)).group_by(
                cases.community_id, cases.year
            )
        ):
            tx.connection.execute(tables.counters.insert().values(unit_id=unit, year=year, last=last))
        if tx.connection.dialect.name == "postgresql":
            for table in (tables.people, tables.cases):
                tx.connection.exec_driver_sql(
                    f"SELECT setval('{table.name}_id_seq', (SELECT max(id) FROM {table.name}))"
                )
    _settled(store)


def _settled(store: Store) -> None:
    """The statistics that both databases gather by themselves in time."""
    with store.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT" if store.sqlite else "ANALYZE")
        if store.sqlite:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.commit()


def _row(tx: Tx, value: Any) -> dict[str, Any]:
    row = tx.row(value)
    del row["id"]
    return row


def _case(now: datetime) -> Case:
    return Case(
        kind=CaseKind.ISSUE, number=1, year=now.year, community_id=1, unit_id=1, category="repairs",
        text="灯", status=Status.OPEN, reporter_id=1, beneficiary_id=1,
        sign_by=now, answer_by=now, created_at=now,
    )  # fmt: skip


def _show(name: str, found: dict[str, list[tuple[int, float, float]]]) -> None:
    table = Printed(title=f"{name}: p50 / p95 ms by residents, a case for every second one")
    sizes = [residents for residents, _, _ in found[MEASURED[0]]]
    for head in ("", *(f"{size:,}" for size in sizes), "last ÷ first"):
        table.add_column(head, justify="left" if not head else "right")
    for what, points in found.items():
        cells = [f"{middle:.1f} / {slow:.1f}" for _, middle, slow in points]
        table.add_row(what, *cells, f"{points[-1][1] / points[0][1]:.1f}")
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
