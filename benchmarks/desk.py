"""`python -m benchmarks.desk`: the queue page with ten thousand unfinished cases, over real HTTP."""

from __future__ import annotations

import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from actions import loading
from nlu.understand import Understanding
from storage import schema
from storage.community_files import read
from storage.secret import Cipher
from storage.store import Store
from storage.tables import cases
from tests.conftest import KEY, LOADED, ROOT
from tests.web.desk import Desk
from tests.web.serving import Server, clock
from tests.web.test_desk_queue import file

ROWS = 10_000
TIMES = 40


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        database = folder / "demo.db"
        store = Store(f"sqlite:///{database}", Cipher(KEY))
        schema.migrate(store)
        loading.load(store, read([ROOT / "demo" / "guangming"]), LOADED)
        with store.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        store.close()
        server = Server(folder / "home", database, KEY, Understanding.load())
        server.start()
        _fill(server)
        _show(_measured(Desk(server).demo("sunli")))
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fill(server: Server) -> None:
    """So many cases in one branch, due one after the other."""
    first = file(server, "楼道灯坏了")
    categories = ("repairs", "lift", "sanitation", "parking", "noise")
    with server.house.store.begin() as tx:
        rows = []
        for n in range(1, ROWS):
            due = clock() + timedelta(minutes=n)
            one = replace(
                first, number=first.number + n, text=f"第{n}件，楼道灯坏了", version=0, answer_by=due
            )
            row = tx.row(replace(one, category=categories[n % len(categories)], urgent=n % 500 == 0))
            del row["id"]
            rows.append(row)
        tx.connection.execute(cases.insert(), rows)


def _measured(desk: Desk) -> dict[str, list[float]]:
    page = desk.get("/desk").text
    again = re.search(r'hx-get="(/desk/rows[^"]+)"', page)
    onward = re.search(r'class="more"><a class="choice" href="([^"]+)"', page)
    case = re.search(r'data-case="(\d+)"', page)
    assert again
    assert onward
    assert case
    paths = {
        "the queue": "/desk",
        "the next page": onward[1].replace("&amp;", "&"),
        "one category": "/desk?category=lift",
        "words that one case has": "/desk?words=第9876件",
        "looked again, nothing new": again[1].replace("&amp;", "&"),
        "one case beside it": f"/desk/case/{case[1]}",
    }
    return {name: _times(lambda path=path: desk.get(path)) for name, path in paths.items()}  # type: ignore[misc]


def _times(look: Callable[[], object]) -> list[float]:
    look()
    found = []
    for _ in range(TIMES):
        began = time.perf_counter()
        look()
        found.append((time.perf_counter() - began) * 1e3)
    return sorted(found)


def _show(found: dict[str, list[float]]) -> None:
    table = Table(title=f"the desk with {ROWS:,} unfinished cases in one branch, {TIMES} times each")
    for name in ("", "p50 ms", "p95 ms"):
        table.add_column(name, justify="left" if not name else "right")
    for name, times in found.items():
        table.add_row(name, f"{statistics.median(times):.0f}", f"{times[int(len(times) * 0.95)]:.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
