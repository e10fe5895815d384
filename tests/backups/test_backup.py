"""A backup is only what has been restored: taken while people write, put into an empty place, compared."""

from __future__ import annotations

import threading
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from actions import audit, notices, restoring
from bot import backups
from bot.media import Files
from bot.schedule import seal_up
from nlu.understand import Understanding
from storage import schema, tables
from storage.backups import archive, daily, taking
from tests.acting import Stage
from tests.backups.conftest import Home, Place
from tests.conftest import KEY, NOW
from tests.running import settings
from tests.story import Player

KINDS = ("sqlite", "postgres")
WRITERS = 3


def lines_of(home: Home, left_out: frozenset[str] = taking.LEFT_OUT) -> dict[str, list[bytes]]:
    """Every row of a database, as the archive would write it."""
    with home.store.snapshot() as connection:
        return {
            name: list(archive.lines(connection, table))
            for name, table in archive.tables_of(connection).items()
            if name not in left_out
        }


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_and_file_comes_back_on_either_database(
    lived: Home, place: Place, tmp_path: Path, kind: str
) -> None:
    manifest = lived.back_up(tmp_path / "one.zip")
    new = place(kind)
    restored = new.restore(tmp_path / "one.zip")
    assert (restored.tables, restored.files) == (manifest.tables, manifest.files)
    assert lines_of(new) == lines_of(lived)
    assert manifest.files == 1
    names = [path.name for path in new.files.rglob("*") if path.is_file()]
    assert names == [path.name for path in lived.files.rglob("*") if path.is_file()]
    assert new.learned.read_text() == "nlu: []\n"
    with new.store.read() as tx:
        assert not list(audit.verify(tx, [], NOW))
        assert schema.current(tx.connection) == schema.head()


def test_a_backup_under_load_is_one_moment_and_stops_nobody(
    stage: Stage, place: Place, tmp_path: Path
) -> None:
    """What was answered before it began is in it; what is in it fits together."""
    home, people = Home(stage.store, tmp_path / "home"), stage.crowd(WRITERS)
    before, stop, wrong = stage.crowd(1)[0], threading.Event(), list[BaseException]()
    stage.say(before, "阳光花园1栋2单元楼道灯坏了，灯杆编号7")
    written = dict.fromkeys(people, 0)

    def writes(who: str) -> None:
        try:
            while not stop.is_set():
                number = written[who]
                stage.say(who, f"阳光花园{number % 9 + 1}栋楼道灯坏了，{who}第{number}件")
                stage.forget(who)
                written[who] += 1
                seal_up(stage.store, stage.now)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=writes, args=(who,)) for who in people]
    for one in threads:
        one.start()
    manifests = [home.back_up(tmp_path / f"{number}.zip") for number in range(2)]
    stop.set()
    for one in threads:
        one.join(60)
    assert not wrong
    assert not stage.crashes()
    assert sum(written.values()) >= WRITERS
    rows = [one.tables["seen"].rows for one in manifests]
    assert rows == sorted(rows)
    new = place("sqlite" if stage.store.sqlite else "postgres")
    new.restore(tmp_path / "1.zip")  # foreign keys, counts and digests are looked at there
    with new.store.read() as tx:
        assert not list(audit.verify(tx, [], NOW))
        texts = [row[0] for row in tx.rows(select(tables.cases.c.text))]
        assert any("灯杆编号7" in text for text in texts)
        cases = tx.connection.execute(select(func.count()).select_from(tables.cases)).scalar_one()
        told = select(func.count()).where(tables.events.c.kind == "case_reported")
        assert tx.connection.execute(told).scalar_one() == cases


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["join", "broadcast", "claim_race"])
@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_stories_go_on_a_restored_database_as_they_are_written(
    stage: Stage, place: Place, understanding: Understanding, tmp_path: Path, kind: str, name: str
) -> None:
    Home(stage.store, tmp_path / "home").back_up(tmp_path / "one.zip")
    new = place(kind)
    new.restore(tmp_path / "one.zip", skip=0)  # stories name cases by their ids
    with new.store.begin() as tx:
        restoring.settle(tx, NOW, NOW - timedelta(days=1), moved=False)
    written = (Path(__file__).parent.parent / "stories" / f"{name}.story").read_text(encoding="utf-8")
    player = Player(store=new.store, understanding=understanding, files=Files(new.files, 10_000_000))
    assert player.play(written) == written


# -- nothing is said twice -------------------------------------------------------------------------
def waiting(home: Home) -> list[str]:
    with home.store.read() as tx:
        return [row[0] for row in tx.rows(select(tables.deliveries.c.state).order_by(tables.deliveries.c.id))]


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_what_waited_is_not_sent_again_after_a_restore(
    lived: Home, stage: Stage, place: Place, tmp_path: Path, understanding: Understanding
) -> None:
    branch = stage.unit("b-yangguanghuayuan")
    words = {"text": "明天停水", "audience": "members", "previewed": 0, "now": stage.now}
    stage.does("sunli", lambda tx, by: notices.send(tx, by, branch, **words))
    stage.say("wang-ayi", "阳光花园7栋楼道灯坏了")  # happened, told to nobody yet
    with lived.store.begin() as tx:
        tx.connection.execute(tables.deliveries.update().values(state="queued", due_at=NOW))
    lived.back_up(tmp_path / "one.zip")
    new = place("sqlite")
    new.restore(tmp_path / "one.zip")
    with new.store.begin() as tx:
        held = restoring.settle(tx, NOW, NOW + timedelta(hours=9), moved=False)
    assert held["deliveries"] > 0
    assert held["events"] > 0
    assert held["notices"] == 1
    assert {row.state for row in Stage(new.store, understanding).rows("notices")} == {"held"}
    mailbox = Stage(new.store, understanding, now=NOW + timedelta(hours=9))
    letters = mailbox.count("mailbox")
    mailbox.work()
    assert mailbox.count("mailbox") == letters + 1  # whether the notice is to go on
    heard = [
        row.kind
        for row in mailbox.rows("deliveries")
        if row.state in ("queued", "sent") and not row.notice_id
    ]
    assert heard == ["notify.notice_held"]
    assert [row.kind for row in mailbox.rows("events")][-1] == "restored"


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_what_waited_goes_out_when_the_house_only_moved(
    lived: Home, stage: Stage, place: Place, tmp_path: Path, understanding: Understanding
) -> None:
    stage.say("wang-ayi", "阳光花园7栋楼道灯坏了")
    lived.back_up(tmp_path / "one.zip")
    new = place("postgres")
    new.restore(tmp_path / "one.zip", skip=0)
    with new.store.begin() as tx:
        restoring.settle(tx, NOW, NOW, moved=True)
    there = Stage(new.store, understanding)
    told = len(waiting(new))
    there.work()
    assert len(waiting(new)) > told


@pytest.mark.parametrize("kind", KINDS)
def test_ids_of_what_was_lost_are_not_given_again(
    lived: Home, place: Place, tmp_path: Path, understanding: Understanding, kind: str
) -> None:
    """An old button for a case that is gone must not open another's."""
    lived.back_up(tmp_path / "one.zip")
    new = place(kind)
    new.restore(tmp_path / "one.zip")
    there = Stage(new.store, understanding)
    last = max(row.id for row in there.rows("cases"))
    assert "编号 3" in there.told("wang-ayi", "阳光花园9栋楼道灯坏了", message_id="after")
    assert max(row.id for row in there.rows("cases")) > last + 900_000


# -- what is not in it -----------------------------------------------------------------------------
def test_neither_the_key_nor_ways_in_nor_secrets_are_in_it(lived: Home, stage: Stage, tmp_path: Path) -> None:
    stage.say("sunli", "工作台")
    path = tmp_path / "one.zip"
    manifest = lived.back_up(path)
    assert path.stat().st_mode & 0o077 == 0
    assert not set(manifest.tables) & {"desk_sessions", "desk_passes", "invites"}
    with zipfile.ZipFile(path) as found:
        everything = b"".join(found.read(name) for name in found.namelist())
    assert KEY not in everything
    with lived.store.read() as tx:
        people = tx.connection.execute(select(func.count()).select_from(tables.people)).scalar_one()
    assert manifest.tables["people"].rows == people
    assert "孙丽".encode() not in everything.replace("孙丽的".encode(), b"")


def test_of_a_running_vote_neither_roll_nor_tallies_are_kept(
    lived: Home, stage: Stage, tmp_path: Path
) -> None:
    with lived.store.begin() as tx:
        unit, person = stage.unit("c-yangguang"), stage.person(tx, "sunli").id
        row = {"unit_id": unit, "opened_by": person, "opened_at": NOW, "closes_at": NOW, "eligible": 1}
        for number, closed in ((1, None), (2, NOW)):
            more = {"id": number, "kind": "workers", "period": f"2026Q{number}", "closed_at": closed}
            tx.connection.execute(_raw("appraisals"), row | more | {"version": 0})
            vote = {"appraisal_id": number}
            tx.connection.execute(_raw("appraisal_voters"), vote | {"person_id": person, "voted": True})
            tally = vote | {"subject_id": person, "mark": "good", "count": 5}
            tx.connection.execute(_raw("appraisal_tallies"), tally)
        asked = {"unit_id": unit, "title": "x", "text": "x", "by_household": False, "turnout": 33}
        asked |= {"majority": "half", "opened_by": person, "opened_at": NOW, "talks_until": NOW}
        for number, stands in ((1, "voting"), (2, "counted")):
            more = {"id": number, "stage": stands, "eligible": 1, "outcome": "", "result": "", "version": 0}
            tx.connection.execute(_raw("proposals"), asked | more)
            vote = {"proposal_id": number}
            voter = vote | {"person_id": person, "seat": person, "voted": True}
            tx.connection.execute(_raw("proposal_voters"), voter)
            tx.connection.execute(_raw("proposal_tallies"), vote | {"ballot": "yes", "count": 5})
    lived.back_up(tmp_path / "one.zip")
    with zipfile.ZipFile(tmp_path / "one.zip") as found:
        assert found.read("tables/proposal_tallies.jsonl").count(b",5") == 1
        assert found.read("tables/proposal_voters.jsonl").count(b"true") == 1
        assert found.read("tables/appraisal_tallies.jsonl").count(b",5,") == 1
        assert found.read("tables/appraisal_voters.jsonl").count(b"true") == 1


def _raw(name: str):  # type: ignore[no-untyped-def]
    """An insert that does not ask for the words of an enum."""
    from sqlalchemy import column, insert, table

    found = tables.metadata.tables[name]
    plain = table(
        name,
        *(
            column(one.name, None if "kind" in one.name or one.name == "mark" else one.type)
            for one in found.columns
        ),
    )
    return insert(plain)


# -- every day -------------------------------------------------------------------------------------
def test_one_process_makes_the_days_backup_and_the_newest_stay(lived: Home, tmp_path: Path) -> None:
    own = settings(lived.folder, lived.store, backup_to=tmp_path / "kept", backup_keep=2)
    night = NOW.replace(hour=3, minute=1)
    made = [backups.if_due(lived.store, own, night + timedelta(minutes=one)) for one in (0, 5, 10)]
    assert [path is not None for path in made] == [True, False, False]
    assert backups.if_due(lived.store, own, night + timedelta(hours=23)) is None
    for day in range(1, 4):
        assert backups.if_due(lived.store, own, night + timedelta(days=day, hours=5)) is not None
    assert len(list((tmp_path / "kept").iterdir())) == 2
    with lived.store.read() as tx:
        assert daily.last(tx) == night + timedelta(days=3, hours=5)


def test_two_that_look_at_once_make_one_and_a_failure_is_tried_again(lived: Home, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("not a folder")
    own = settings(lived.folder, lived.store, backup_to=tmp_path / "kept")
    with pytest.raises(OSError, match="kept"):
        backups.if_due(lived.store, own, NOW)
    (tmp_path / "kept").unlink()
    with lived.store.begin() as tx:
        assert daily.begin(tx, backups.due_since(NOW), NOW)
    assert backups.if_due(lived.store, own, NOW) is None  # somebody is at it
    assert backups.if_due(lived.store, own, NOW + daily.GIVEN_UP) is not None  # and died
