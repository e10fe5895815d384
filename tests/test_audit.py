"""Whoever changes the record of what happened is found out: six hundred attempts."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from actions import audit
from actions.audit import Anchor, Finding
from bot.schedule import seal_up, tick
from nlu.understand import Understanding
from storage import seals
from storage.secret import Cipher
from storage.store import Store
from storage.tx import Tx
from tests.acting import Stage
from tests.conftest import KEY, NOW
from tests.test_cli import home, linli  # noqa: F401 - a fixture

TRIALS = 100
LATER = NOW + timedelta(hours=1)
Tamper = Callable[[Tx, random.Random], None]


@pytest.fixture(scope="module")
def lived(
    demo_sqlite: Path, understanding: Understanding, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Anchor]:
    """A database in which things have happened and are sealed, and the anchor taken from it."""
    path = tmp_path_factory.mktemp("lived") / "lived.db"
    shutil.copy(demo_sqlite, path)
    store = Store(f"sqlite:///{path}", Cipher(KEY))
    live(Stage(store, understanding))
    with store.read() as tx:
        anchor = audit.anchor(tx)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    assert anchor is not None
    return path, anchor


def live(stage: Stage) -> None:
    stage.cast("wang-ayi", "li-nainai", "sunli", "liming", "xujing")
    for number in range(12):
        stage.say("wang-ayi" if number % 2 else "li-nainai", f"{number + 1}栋1单元楼道灯不亮,闪了一晚上")
        stage.later(seconds=30)
        stage.press("liming", f"claim_task task={number + 1}")
        stage.work()
        seal_up(stage.store, stage.now)


def found(store: Store, *anchors: Anchor) -> list[audit.Tampering]:
    with store.read() as tx:
        return list(audit.verify(tx, anchors, LATER))


def pick(tx: Tx, dice: random.Random, room: int = 2) -> int:
    return dice.randrange(1, seals.count(tx) - room)


def event_of(tx: Tx, seq: int) -> int:
    return int(
        tx.connection.execute(text("SELECT event_id FROM seals WHERE seq=:s"), {"s": seq}).scalar_one()
    )


def edit(tx: Tx, dice: random.Random) -> None:
    event = event_of(tx, pick(tx, dice))
    column, value = dice.choice(
        [
            ("actor_id", "1 + COALESCE(actor_id, 0)"),
            ("kind", "'case_closed'"),
            ("unit_id", "1 + COALESCE(unit_id, 0)"),
            ("subject_id", "subject_id + 1"),
            ("at", "'2026-11-01 00:00:00.000000'"),
            ("data", """'{"stars": 5, "forged": true}'"""),
        ]
    )
    tx.connection.execute(text("PRAGMA defer_foreign_keys=ON"))
    tx.connection.execute(text(f"UPDATE events SET {column}={value} WHERE id=:e"), {"e": event})


def delete(tx: Tx, dice: random.Random) -> None:
    seq = pick(tx, dice)
    event = event_of(tx, seq)
    tx.connection.execute(text("UPDATE deliveries SET event_id=NULL WHERE event_id=:e"), {"e": event})
    tx.connection.execute(text("DELETE FROM events WHERE id=:e"), {"e": event})
    if dice.random() < 0.5:
        tx.connection.execute(text("DELETE FROM seals WHERE seq=:s"), {"s": seq})


def insert(tx: Tx, dice: random.Random) -> None:
    """An event from nowhere; sometimes with a seal, for which the key is missing."""
    tx.connection.execute(
        text(
            "INSERT INTO events (kind, at, subject, subject_id, data) "
            "VALUES ('service_rated', :at, 'task', 1, '{}')"
        ),
        {"at": "2026-11-20 01:00:00.000000"},
    )
    if dice.random() < 0.5:
        tx.connection.execute(
            text("INSERT INTO seals SELECT max(seq) + 1, (SELECT max(id) FROM events), :d FROM seals"),
            {"d": f"{dice.getrandbits(256):064x}"},
        )


def reorder(tx: Tx, dice: random.Random) -> None:
    first = pick(tx, dice, room=5)
    second = first + dice.randrange(1, 4)
    move = text("UPDATE seals SET seq=:to WHERE seq=:at")
    for at, to in ((first, -1), (second, first), (-1, second)):
        tx.connection.execute(move, {"at": at, "to": to})


def cut_off(tx: Tx, dice: random.Random) -> None:
    """The last events go, with their seals and everything that points at them."""
    last = seals.count(tx) - dice.randrange(1, 6)
    gone = "(SELECT event_id FROM seals WHERE seq > :s)"
    tx.connection.execute(text(f"UPDATE deliveries SET event_id=NULL WHERE event_id IN {gone}"), {"s": last})
    tx.connection.execute(text(f"DELETE FROM events WHERE id IN {gone}"), {"s": last})
    tx.connection.execute(text("DELETE FROM seals WHERE seq > :s"), {"s": last})


def rewrite(tx: Tx, dice: random.Random) -> None:
    """Somebody with the key changes an event and makes the whole chain anew."""
    edit(tx, dice)
    tx.connection.execute(text("DELETE FROM seals"))
    while seals.seal(tx):
        pass


KINDS: dict[Finding, Tamper] = {
    Finding.EDITED: edit,
    Finding.DELETED: delete,
    Finding.INSERTED: insert,
    Finding.REORDERED: reorder,
    Finding.CUT_OFF: cut_off,
    Finding.REWRITTEN: rewrite,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_hundred_attempts_are_found_a_hundred_times(
    lived: tuple[Path, Anchor], tmp_path: Path, kind: Finding
) -> None:
    path, anchor = lived
    shutil.copy(path, tmp_path / "copy.db")
    store = Store(f"sqlite:///{tmp_path / 'copy.db'}", Cipher(KEY))
    dice = random.Random(f"{kind}")
    caught = 0
    for _ in range(TRIALS):
        with store.engine.connect() as connection, connection.begin() as attempt:
            tx = Tx(connection, store.cipher)
            KINDS[kind](tx, dice)
            findings = {one.finding for one in audit.verify(tx, [anchor], LATER)}
            caught += bool(findings)
            if kind in (Finding.CUT_OFF, Finding.REWRITTEN):
                assert kind in findings
            attempt.rollback()
    store.close()
    assert caught == TRIALS


def test_an_untouched_record_is_whole(lived: tuple[Path, Anchor]) -> None:
    path, anchor = lived
    store = Store(f"sqlite:///{path}", Cipher(KEY))
    assert found(store, anchor) == []
    store.close()


def test_each_database_has_its_chain(demo_store: Store, understanding: Understanding) -> None:
    live(Stage(demo_store, understanding))
    assert found(demo_store) == []
    with demo_store.begin() as tx:
        tx.connection.execute(text("UPDATE events SET subject_id=subject_id+1 WHERE id=3"))
    assert [one.finding for one in found(demo_store)] == [Finding.EDITED]


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_an_event_committed_late_is_sealed_all_the_same(
    demo_store: Store, understanding: Understanding
) -> None:
    """On PostgreSQL a slow transaction's id is smaller than ids that were sealed before it."""
    stage = Stage(demo_store, understanding)
    live(stage)
    with demo_store.begin() as tx:
        count = seals.count(tx)
        late, early = event_of(tx, count), event_of(tx, count - 1)
        tx.connection.execute(text("DELETE FROM seals WHERE event_id >= :e"), {"e": early})
        tx.connection.execute(text("INSERT INTO seals SELECT 0, :e, 'held back'"), {"e": early})
        seals.seal(tx)
        tx.connection.execute(text("DELETE FROM seals WHERE seq = 0"))
        seals.seal(tx)
        assert [event_of(tx, count - 1), event_of(tx, count)] == [late, early]
    assert found(demo_store) == []


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_the_communities_secretaries_get_an_anchor_a_day(
    demo_store: Store, understanding: Understanding
) -> None:
    stage = Stage(demo_store, understanding)
    live(stage)
    for _ in range(3):
        stage.now = (stage.now + timedelta(days=1)).replace(hour=9, minute=0)
        tick(stage.conversation, stage.now)
        tick(stage.conversation, stage.now)
        stage.work()
        seal_up(demo_store, stage.now)
    told = [row for row in stage.rows("mailbox") if "今日存证" in row.body.get("text", "")]
    assert len(told) == 3
    printed = told[0].body["text"].splitlines()[0].removeprefix("今日存证 ")
    assert found(demo_store, Anchor.read(printed)) == []


@pytest.mark.parametrize("printed", ["", "12", "x abcdef0123", "12 xyz", "12 ab", "-1 abcdef0123456789"])
def test_what_is_no_anchor_is_said_so(printed: str) -> None:
    with pytest.raises(ValueError, match="12345 ab12"):
        Anchor.read(printed)


def test_the_command_says_where_it_was_changed(home: Path) -> None:  # noqa: F811
    linli(home, "chat", "--as", "王阿姨", said="楼道灯不亮\n同意\n3号楼2单元\n")
    anchor = linli(home, "audit", "anchor").stdout.strip()
    whole = linli(home, "audit", "verify", "--anchor", anchor)
    assert (whole.returncode, "whole" in whole.stdout) == (0, True)
    store = Store(f"sqlite:///{home / 'linli.db'}", Cipher(KEY))
    with store.begin() as tx:
        tx.connection.execute(text("UPDATE events SET kind='x' WHERE id=(SELECT max(id) FROM events)"))
    store.close()
    told = linli(home, "audit", "verify", "--json")
    assert told.returncode == 1
    assert json.loads(told.stdout)["findings"][0]["finding"] == "edited"
    assert linli(home, "audit", "verify", "--anchor", "nonsense").returncode == 2
