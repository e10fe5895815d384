"""Somebody who speaks to a conversation with an ear, on each database."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import handlers  # noqa: F401 - registers the flows
from actions import people as people_actions
from bot.conversation import Conversation
from bot.ear import Ear
from bot.hearing import Transcriber
from bot.media import Files
from bot.messages import Incoming, Reply
from nlu.understand import Understanding
from storage import outbox, people, tables
from storage.store import Store
from tests.conftest import NOW
from tests.hearing.prepared import Prepared, recording

WANG = "wang"


@dataclass(slots=True)
class Room:
    """王阿姨 speaks; `listen` is a round of the ear. A second room on the same store is a second process."""

    store: Store
    understanding: Understanding
    files: Files
    transcriber: Transcriber | None = field(default_factory=Prepared)
    now: datetime = NOW
    count: int = 0
    conversation: Conversation = field(init=False)
    ear: Ear = field(init=False)

    def __post_init__(self) -> None:
        self.conversation = Conversation(self.store, self.understanding)
        self.ear = Ear(self.conversation, self.files, self.transcriber, clock=lambda: self.now)

    def anew(self, transcriber: Transcriber | None = None) -> Room:
        """The same house after a restart, or another process of it."""
        return Room(
            self.store,
            self.understanding,
            self.files,
            transcriber=transcriber or Prepared(),
            now=self.now,
            count=self.count,
        )

    def moves_in(self, locale: str = "zh_Hans") -> None:
        with self.store.begin() as tx:
            person = people.by_key(tx, "wang-ayi")
            assert person is not None
            found, _, _ = people.arrive(tx, "story", WANG, "zh_Hans", self.now)
            people.bind(tx, found.id, person.id)
            people_actions.speak(tx, people_actions.consent(tx, person, self.now), locale)

    def incoming(self, **said: Any) -> Incoming:
        self.count += 1
        return Incoming(channel="story", address=WANG, message_id=f"m{self.count}", **said)

    def say(self, text: str) -> Reply:
        return self._received(self.incoming(text=text))

    def press(self, label: str) -> Reply:
        """Presses the newest button of that name."""
        payload = next(
            payload
            for reply in reversed(self.replies())
            for name, payload in reply.choices()
            if name == label
        )
        return self._received(self.incoming(pressed=payload))

    def speak(self, words: str, seconds: int = 4) -> Reply:
        return self._received(self.spoken(words, seconds))

    def spoken(self, words: str, seconds: int = 4) -> Incoming:
        kept = self.files.keep("voice", recording(words))

        return self.incoming(media=(replace(kept, seconds=seconds),))

    def _received(self, incoming: Incoming) -> Reply:
        reply = self.conversation.receive(incoming, self.now)
        assert reply is not None
        return reply

    def listen(self) -> str:
        """Everything that waits is heard and handed back; the last thing that was then said."""
        self.ear.hand_back()
        while job := self.ear.take():
            self.ear.hear(job)
            self.ear.hand_back()
        return self.replies()[-1].text

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)

    # -- what there is ------------------------------------------------------------------------------
    def replies(self) -> list[Reply]:
        with self.store.read() as tx:
            address = outbox.find_address(tx, "story", WANG)
            rows = outbox.mail_since(tx, address or 0, 0)
        return [Reply.from_json(row.body) for row in rows if not row.mine]

    def rows(self, name: str) -> list[Any]:
        with self.store.read() as tx:
            table = tables.metadata.tables[name]
            return list(tx.rows(select(table).order_by(table.c.id)))

    def states(self) -> list[str]:
        return [str(row.state) for row in self.rows("recordings")]


@pytest.fixture
def room(demo_store: Store, understanding: Understanding, tmp_path: Path) -> Room:
    found = Room(demo_store, understanding, Files(tmp_path / "files", 10_000_000))
    found.moves_in()
    return found
