"""What is kept too long is deleted, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.conversation import Conversation
from bot.messages import Incoming
from bot.schedule import clean_up
from domain.rosters import Roster
from nlu.understand import Understanding
from storage import erasing, people, rosters
from storage.store import Store
from storage.tables import rosters as roster_table
from tests.conftest import NOW


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
    nothing = dict.fromkeys((*tables, "desk_passes", "desk_sessions", "rosters", "knocks"), 0)
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
