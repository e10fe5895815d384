"""People of the demo community who write and press at once, and everything that was written down."""

from __future__ import annotations

import hashlib
import itertools
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, event, select, update

import handlers  # noqa: F401 - registers the flows
from actions import people as people_actions
from bot.bulk import Bulk
from bot.conversation import Conversation
from bot.messages import Channels, Incoming, Media, Reply
from bot.worker import LANES, Worker
from domain.access import Actor
from domain.people import Person, Role, RoleKind
from nlu.understand import Understanding
from storage import people, tables
from storage.store import Store
from storage.tx import Tx
from tests.conftest import NOW

T = TypeVar("T")
DIALOGUE = frozenset({"addresses", "seen", "mailbox"})
"""Tables that every message writes to, whatever it does."""
GIVEN = frozenset({"meta", "units", "grids", "places", "categories", "policies"})
"""Tables that only loading a community writes to."""


def _drawn(picture: bytes) -> Media:
    """A picture that was drawn, without a folder to lie in."""
    name = hashlib.sha256(picture).hexdigest()
    return Media(kind="photo", sha256=name, mime="image/png", size=len(picture))


@dataclass(slots=True)
class Stage:
    """A conversation on a store; `say` and `press` may be called from many threads."""

    store: Store
    understanding: Understanding
    now: datetime = NOW
    conversation: Conversation = field(init=False)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """What was held in memory is gone; only the trained model and the names of places stay."""
        self.conversation = Conversation(self.store, self.understanding)
        self.conversation.keep_picture = _drawn
        self.conversation.warm()
        self.understanding = self.conversation.meanings.understanding

    # -- who there is -------------------------------------------------------------------------------
    def cast(self, *keys: str) -> None:
        """These people of the roster write from addresses of the same name, and have agreed."""
        with self.store.begin() as tx:
            for key in keys:
                person = people.by_key(tx, key)
                assert person is not None, key
                self._moves_in(tx, key, person)

    def crowd(self, count: int, role: RoleKind | None = None, unit: str = "") -> list[str]:
        """So many new people, who have agreed; with a role in a unit if it is named."""
        names = [f"crowd-{next(self._ids)}" for _ in range(count)]
        with self.store.begin() as tx:
            for name in names:
                person = tx.add(Person(name=name, created_at=self.now))
                if role is not None:
                    tx.add(Role(person_id=person.id, kind=role, unit_id=self.unit(unit), since=self.now))
                self._moves_in(tx, name, person)
        return names

    def _moves_in(self, tx: Tx, name: str, person: Person) -> None:
        found, _, _ = people.arrive(tx, "story", name, "zh_Hans", self.now)
        people.bind(tx, found.id, person.id)
        people_actions.consent(tx, person, self.now)

    def unit(self, key: str) -> int:
        with self.store.read() as tx:
            return int(
                tx.connection.execute(select(tables.units.c.id).where(tables.units.c.key == key)).scalar_one()
            )

    def place(self, name: str) -> int:
        """A place by its key or the end of it."""
        places = tables.places.c
        with self.store.read() as tx:
            return int(tx.rows(select(places.id).where(places.key == name))[0][0])

    def person(self, tx: Tx, who: str) -> Person:
        """The person behind an address."""
        _, person, _ = people.arrive(tx, "story", who, "zh_Hans", self.now)
        return person

    def actor(self, tx: Tx, who: str) -> Actor:
        person = self.person(tx, who)
        community = self.conversation.community(tx)
        return Actor(
            person=person, roles=tuple(people.roles_of(tx, person.id, self.now)), community=community
        )

    def does(self, who: str, act: Callable[[Tx, Actor], T]) -> T:
        """An action by somebody, in a transaction of its own."""
        with self.store.begin() as tx:
            return act(tx, self.actor(tx, who))

    # -- speaking -----------------------------------------------------------------------------------
    def say(self, who: str, text: str, **more: Any) -> Reply | None:
        return self.receive(who, text=text, **more)

    def press(self, who: str, payload: str, **more: Any) -> Reply | None:
        return self.receive(who, pressed=payload, **more)

    def receive(self, who: str, **said: Any) -> Reply | None:
        given = {"channel": "story", "address": who, "message_id": f"m{next(self._ids)}"} | said
        return self.conversation.receive(Incoming(**given), self.now)

    def told(self, who: str, text: str, **more: Any) -> str:
        """What was answered, in words; empty when nothing was."""
        reply = self.say(who, text, **more)
        return reply.text if reply else ""

    def pressed(self, who: str, payload: str, **more: Any) -> str:
        reply = self.press(who, payload, **more)
        return reply.text if reply else ""

    def forget(self, who: str) -> None:
        """The dialogue at this address is as at the beginning."""
        addresses = tables.addresses
        with self.store.begin() as tx:
            tx.connection.execute(update(addresses).where(addresses.c.address == who).values(state={}))

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def work(self) -> None:
        """Everybody who has to hear of something hears it."""
        worker = Worker(self.conversation, Channels(), clock=lambda: self.now)
        while worker.tell():
            pass
        for lane in LANES:
            worker.post(lane)
        while Bulk(worker).take(self.now).letters:
            pass

    # -- what was written ---------------------------------------------------------------------------
    def rows(self, table: str) -> list[Any]:
        found = tables.metadata.tables[table]
        with self.store.read() as tx:
            return list(tx.rows(select(found).order_by(*found.primary_key.columns)))

    def count(self, table: str) -> int:
        return len(self.rows(table))

    def written(self) -> dict[str, list[Any]]:
        """Every row that something people do could have written, but not the dialogue itself."""
        found = {name: self.rows(name) for name in tables.metadata.tables if name not in DIALOGUE | GIVEN}
        found["events"] = [row for row in found["events"] if row.kind != "press_refused"]
        return found

    def refusals(self) -> list[Any]:
        """What the audit noted of buttons that somebody never had."""
        return [row for row in self.rows("events") if row.kind == "press_refused"]

    def crashes(self) -> list[Any]:
        return self.rows("quarantine")


@dataclass(slots=True)
class Remembering(Stage):
    """A stage whose rows are read once for as long as nothing is written: for one store in one process."""

    _read: dict[str, list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        event.listen(self.store.engine, "commit", self._committed)
        Stage.__post_init__(self)

    def _committed(self, connection: Connection) -> None:
        if not connection.get_execution_options().get("only_reads"):
            self._read.clear()

    def rows(self, table: str) -> list[Any]:
        if table not in self._read:
            self._read[table] = Stage.rows(self, table)
        return self._read[table]


def hurried(store: Store) -> Store:
    """A store that does not wait for the disk: for what is written, not for what a power cut leaves."""
    if store.sqlite:
        at_ease = "PRAGMA synchronous=OFF"
        event.listen(store.engine, "connect", lambda raw, _record: raw.execute(at_ease).close())
    return store


def at_once(acts: Sequence[Callable[[], T]], threads: int = 16) -> list[T]:
    """Does all of it in threads that start together; the results in the order given."""
    gate = threading.Barrier(min(threads, len(acts)))
    passed = itertools.count()

    def run(act: Callable[[], T]) -> T:
        if next(passed) < gate.parties:
            gate.wait(20)
        return act()

    with ThreadPoolExecutor(gate.parties) as pool:
        return list(pool.map(run, acts))


def labels(reply: Reply | None) -> list[str]:
    return [label for label, _ in reply.choices()] if reply else []


def payload(reply: Reply | None, label: str) -> str:
    """What a button with this label sends."""
    assert reply is not None
    return next(value for name, value in reply.choices() if name == label)


def only(found: Iterable[T]) -> T:
    (one,) = found
    return one
