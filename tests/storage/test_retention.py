"""What is kept too long is deleted, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from bot.conversation import Conversation
from bot.messages import Incoming
from bot.schedule import clean_up
from nlu.understand import Understanding
from storage.store import Store
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
    nothing = dict.fromkeys((*tables, "desk_passes", "desk_sessions"), 0)
    assert clean_up(demo_store, NOW + timedelta(days=7)) == nothing
    assert clean_up(demo_store, NOW + timedelta(days=9)) == nothing | {"seen": 1}
    assert clean_up(demo_store, NOW + timedelta(days=91)) == nothing | {"mailbox": 2}
