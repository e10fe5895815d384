"""Every statement of a turn finds its rows by an index, and a turn has few of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from nlu.understand import Understanding
from storage.store import Store
from tests.acting import Stage, hurried

SMALL = frozenset({"units", "grids", "categories", "policies", "meta", "paces", "heartbeats"})
"""What does not grow with residents and cases."""
MOST = 30  # statements that read or change rows
TURNS = (
    "阳光花园3栋2单元楼道灯坏了",
    "阳光花园5栋停水了",
    "我的诉求",
    "你好",
    "队列",
    "任务",
    "通知",
    "议事",
    "表决",
)


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_no_statement_of_a_turn_reads_a_growing_table_whole(
    demo_store: Store, understanding: Understanding
) -> None:
    heard, counts = _turns(demo_store, understanding)
    whole = set()
    with demo_store.engine.connect() as connection:
        for statement, values in heard:
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values):
                if (found := re.match(r"SCAN (\w+)(?! USING)", row[3])) and _table(statement, found[1]):
                    whole.add((found[1], statement))
    assert not whole
    print(
        f"at most {max(counts.values())} statements in a turn: {max(counts, key=lambda turn: counts[turn])}"
    )
    assert max(counts.values()) <= MOST, counts


@pytest.mark.parametrize("demo_store", ["postgres"], indirect=True)
def test_on_postgresql_every_condition_is_one_of_an_index(
    demo_store: Store, understanding: Understanding
) -> None:
    """Small tables are read whole whatever indexes there are: so that is forbidden here.

    What no index can answer shows as a whole table all the same, or as a whole index with a filter.
    """
    heard, _ = _turns(demo_store, understanding)
    whole = set()
    with demo_store.engine.connect() as connection:
        connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, values in heard:
            plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar_one()
            whole |= {
                (node["Relation Name"], node.get("Filter"), statement)
                for node in _nodes(plan[0]["Plan"])
                if node.get("Relation Name", "") not in SMALL | {""} and _reads_all(node)
            }
    assert not whole


def _reads_all(node: dict[str, Any]) -> bool:
    if node["Node Type"] == "Seq Scan":
        return True
    return node["Node Type"].startswith("Index") and "Index Cond" not in node and "Filter" in node


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def _turns(store: Store, understanding: Understanding) -> tuple[list[tuple[str, Any]], dict[str, int]]:
    """Every different statement of the turns that reads or changes rows, and how many each turn had."""
    stage = Stage(hurried(store), understanding)
    stage.cast("wang-ayi", "sunli", "liming")
    heard: list[tuple[str, Any]] = []

    def note(_c, _cursor, statement, given, _context, many) -> None:
        if not many and statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            heard.append((statement, given))

    event.listen(store.engine, "before_cursor_execute", note)
    counts: dict[str, int] = {}
    for who in ("wang-ayi", "liming", "sunli"):
        for words in TURNS:
            before = len(heard)
            stage.say(who, words)
            counts[f"{who}: {words}"] = len(heard) - before
            stage.forget(who)
            del heard[before + counts[f"{who}: {words}"] :]
    event.remove(store.engine, "before_cursor_execute", note)
    different = {(statement, repr(given)): (statement, given) for statement, given in heard}
    return list(different.values()), counts


def _table(statement: str, name: str) -> bool:
    """Whether a name in a plan is a table that grows."""
    aliased = re.search(rf"(\w+) AS {name}\b", statement)
    real = aliased[1] if aliased else name
    return real not in SMALL and bool(re.search(rf"\b(FROM|JOIN|UPDATE|,) {real}\b", statement))
