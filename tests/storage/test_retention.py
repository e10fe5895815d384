"""What is kept too long is deleted, and nothing else."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.conversation import Conversation
from bot.leftovers import clear_away
from bot.media import Files
from bot.messages import Incoming
from bot.schedule import clean_up, scheduler
from domain.case import Case, Status
from domain.events import Delivery
from domain.forgetting import GONE
from domain.notices import Notice
from domain.rosters import Roster
from nlu.understand import Understanding
from storage import cases, erasing, outbox, people, rosters
from storage.store import Store
from storage.tables import rosters as roster_table
from tests.acting import Stage
from tests.conftest import NOW


@pytest.fixture
def stage(demo_store: Store, understanding: Understanding) -> Stage:
    return Stage(demo_store, understanding)


def gone(store: Store, days: int) -> dict[str, int]:
    """What a clean-up so much later deletes."""
    return {table: rows for table, rows in clean_up(store, NOW + timedelta(days=days)).items() if rows}


def test_chat_text_goes_after_ninety_days_and_answers_to_repeats_after_eight(
    demo_store: Store, understanding: Understanding
) -> None:
    conversation = Conversation(demo_store, understanding)
    hello = Incoming(channel="web", address="a", message_id="1", text="你好")
    conversation.receive(hello, NOW)
    tables = ("seen", "mailbox", "quarantine", "lessons", "recordings", "webhook_sends")
    nothing = dict.fromkeys(
        (*tables, "desk_passes", "desk_sessions", "rosters", "knocks", "deliveries", "files", "names"), 0
    )
    assert clean_up(demo_store, NOW + timedelta(days=7)) == nothing
    assert clean_up(demo_store, NOW + timedelta(days=9)) == nothing | {"seen": 1}
    assert clean_up(demo_store, NOW + timedelta(days=91)) == nothing | {"mailbox": 2}


def test_a_sheet_of_people_nobody_confirmed_is_gone_after_a_day_and_with_an_erasure(
    demo_store: Store,
) -> None:
    def hand_in() -> None:
        with demo_store.begin() as tx:
            person = people.by_key(tx, "sunli")
            assert person
            unit = people.roles_of(tx, person.id, NOW)[0].unit_id
            sheet = Roster(person_id=person.id, unit_id=unit, name="a.csv", digest="x", created_at=NOW)
            rosters.keep(tx, sheet, "编号,姓名\nk,独孤求败\n".encode())

    def left() -> int:
        with demo_store.read() as tx:
            return len(tx.rows(select(roster_table)))

    hand_in()
    clean_up(demo_store, NOW + timedelta(hours=20))
    assert left() == 1
    clean_up(demo_store, NOW + timedelta(hours=25))
    assert left() == 0
    hand_in()
    with demo_store.begin() as tx:
        resident = people.by_key(tx, "wang-ayi")
        assert resident
        erasing.blank_person(tx, resident, 0)
    assert left() == 0


def test_what_was_said_to_somebody_goes_with_the_chat_and_a_notice_stays(stage: Stage) -> None:
    with stage.store.begin() as tx:
        person = stage.person(tx, "wang-ayi")
        common = {"kind": "notify.relay", "person_id": person.id, "due_at": NOW}
        outbox.put(tx, Delivery(key="said", state="sent", **common))
        outbox.put(tx, Delivery(key="waits", **common))
        notice = tx.add(Notice(unit_id=1, author_id=person.id, text="停水", audience="all", created_at=NOW))
        outbox.put(tx, Delivery(key="told", state="sent", notice_id=notice.id, **common))
    clean_up(stage.store, NOW + timedelta(days=89))
    assert {row.key for row in stage.rows("deliveries")} == {"said", "waits", "told"}
    clean_up(stage.store, NOW + timedelta(days=91))
    assert {row.key for row in stage.rows("deliveries")} == {"waits", "told"}


def test_photos_go_half_a_year_after_their_case_has_ended_and_from_the_folder_a_day_later(
    stage: Stage, tmp_path: Path
) -> None:
    folder = Files(tmp_path / "files", 10_000_000)
    photos = [folder.keep_own(f"photo {n}".encode()) for n in range(4)]
    ended, open_still, alone, unnamed = (one.sha256 for one in photos)
    stage.cast("wang-ayi")
    stage.say("wang-ayi", "阳光花园3栋2单元楼道灯坏了")
    number = stage.rows("cases")[0].id
    with stage.store.begin() as tx:
        case = tx.get(Case, number)
        assert case is not None
        other = tx.add(replace(case, id=0, number=999))
        tx.save(replace(case, status=Status.CLOSED, closed_at=NOW))
        for name, of in ((ended, case.id), (open_still, other.id), (alone, None)):
            key = cases.keep_file(tx, case.reporter_id, name, "image/png", 7, NOW)
            if of:
                cases.attach(tx, of, [key], case.reporter_id)

    def left() -> list[bool]:
        return [folder.path(name).exists() for name in (ended, open_still, alone, unnamed)]

    yesterday = (datetime.now(UTC) - timedelta(hours=25)).timestamp()
    for name in (ended, open_still, alone, unnamed):
        os.utime(folder.path(name), (yesterday, yesterday))
    clear_away(stage.store, folder, datetime.now(UTC) - timedelta(hours=2))
    assert left() == [True] * 4  # it may still be named
    clear_away(stage.store, folder, datetime.now(UTC))
    assert left() == [True, True, True, False]
    clean_up(stage.store, NOW + timedelta(days=91))
    clear_away(stage.store, folder, datetime.now(UTC))
    assert left() == [True, True, False, False]
    clean_up(stage.store, NOW + timedelta(days=179))
    clear_away(stage.store, folder, datetime.now(UTC))
    assert left() == [True, True, False, False]
    clean_up(stage.store, NOW + timedelta(days=181))
    clear_away(stage.store, folder, datetime.now(UTC))
    assert left() == [False, True, False, False]


def test_a_file_that_is_stored_again_is_not_cleared_away_before_it_is_named(
    demo_store: Store, tmp_path: Path
) -> None:
    folder = Files(tmp_path / "files", 10_000_000)
    name = folder.keep_own(b"twice").sha256
    long_ago = (datetime.now(UTC) - timedelta(days=9)).timestamp()
    os.utime(folder.path(name), (long_ago, long_ago))
    folder.keep_own(b"twice")
    assert clear_away(demo_store, folder, datetime.now(UTC)) == 0
    assert folder.path(name).exists()


def _join(stage: Stage) -> None:
    """王阿姨 reports, 张先生 joins her."""
    stage.cast("wang-ayi", "zhang-xiansheng")
    stage.say("wang-ayi", "阳光花园3栋2单元停水了")
    stage.say("zhang-xiansheng", "阳光花园3栋1单元没水")
    stage.say("zhang-xiansheng", "加入")


def test_two_years_after_its_end_a_case_is_nobodys_and_still_counts(stage: Stage) -> None:
    _join(stage)
    with stage.store.begin() as tx:
        case = tx.get(Case, 1)
        theirs = stage.person(tx, "wang-ayi").id
        assert case is not None
        assert case.reporter_id == theirs
        tx.save(replace(case, status=Status.CLOSED, closed_at=NOW))
        tx.add(replace(case, id=0, number=998))  # one that is not over
    assert stage.count("joiners") == 2
    before = len(stage.rows("events"))
    assert clean_up(stage.store, NOW + timedelta(days=729))["names"] == 0
    assert clean_up(stage.store, NOW + timedelta(days=731))["names"] == 1
    assert clean_up(stage.store, NOW + timedelta(days=732))["names"] == 0
    old, other = sorted(stage.rows("cases"), key=lambda row: row.id)
    assert old.reporter_id == old.beneficiary_id != theirs
    assert (old.text, old.category, old.place_id) == (GONE, case.category, case.place_id)
    assert (other.reporter_id, other.text) == (theirs, case.text)
    nobody = next(row for row in stage.rows("people") if row.id == old.reporter_id)
    assert (nobody.name or "", nobody.phone or "") == ("", "")
    assert stage.count("joiners") == 0
    assert stage.rows("clusters")[0].size == 2
    clean_up(stage.store, NOW + timedelta(days=733))
    assert sorted(stage.rows("cases"), key=lambda row: row.id)[0] == old
    assert len(stage.rows("events")) == before


def test_neighbours_of_a_case_go_though_who_reported_it_was_forgotten_before(stage: Stage) -> None:
    _join(stage)
    with stage.store.begin() as tx:
        case = tx.get(Case, 1)
        assert case is not None
        tx.save(replace(case, status=Status.CLOSED, closed_at=NOW))
        erasing.blank_cases(tx, [case.id])
    assert clean_up(stage.store, NOW + timedelta(days=731))["names"] == 1
    assert stage.count("joiners") == 0


async def test_every_night_files_that_no_row_names_are_cleared_away_too(demo_store: Store) -> None:
    cleared: list[datetime] = []
    conversation = Conversation(demo_store, None)  # type: ignore[arg-type]  # nobody says anything
    ticking = scheduler(conversation, lambda: NOW, lambda: None, clear=cleared.append)
    await ticking.get_job("clean").func()
    assert cleared == [NOW]
