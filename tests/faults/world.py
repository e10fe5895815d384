"""An installation with its people, a Bot API server beside it, and what its database says afterwards."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from actions.people import CONSENT_VERSION
from bot.channels.webchat import address_of
from domain.people import Person, Role, RoleKind
from storage import people, tables
from storage.secret import Cipher
from storage.store import Store
from storage.tx import Tx
from tests.conftest import KEY
from tests.processes.running import Linli
from tests.telegram.bot_api import BotApi, Server

MARK = re.compile(r"灯杆编号(\d+)")
MEMBER = 9001  # 李明's chat


def report(number: int) -> str:
    """A report that is a case of its own, and can be found again."""
    return f"阳光花园{number % 12 + 1}栋{number % 2 + 1}单元楼道灯坏了，灯杆编号{number}"


def cookie(number: int) -> str:
    return f"{number:043d}"


@dataclass(slots=True, kw_only=True)
class World:
    """One installation. `linli` is its process; more can be had from `another()`."""

    home: Path
    model: Path
    store: Store
    bot: BotApi
    linli: Linli
    settings: dict[str, str] = field(default_factory=dict)

    def another(self) -> Linli:
        """One more process on the same database."""
        return Linli(self.home, self.model, **self.settings)

    def rows(self, name: str) -> list[Any]:
        with self.store.read() as tx:
            return list(tx.rows(select(tables.metadata.tables[name])))

    def count(self, statement: Any) -> int:
        with self.store.read() as tx:
            return int(tx.connection.execute(statement).scalar() or 0)

    def own_cases(self) -> None:
        """Neighbours' reports are not joined: each is to be a case of its own."""
        with self.store.begin() as tx:
            tx.connection.execute(update(tables.categories).values(merge_hours=0))

    def arrive(self, chats: range, browsers: range = range(0)) -> list[int]:
        """Each chat and each browser has somebody who has agreed; their ids."""
        channels = [("telegram", str(n)) for n in chats] + [("web", address_of(cookie(n))) for n in browsers]
        for chat in chats:
            self.bot.person(chat)
        with self.store.begin() as tx:
            return residents(tx, channels)

    def members(self, chats: range, unit: str) -> list[int]:
        """Each chat is that of a member of the branch."""
        ids = self.arrive(chats)
        now = datetime.now(UTC) - timedelta(days=1)
        with self.store.begin() as tx:
            branch = tx.connection.execute(
                select(tables.units.c.id).where(tables.units.c.key == unit)
            ).scalar_one()
            roles = [tx.row(Role(person_id=i, kind=RoleKind.MEMBER, unit_id=branch, since=now)) for i in ids]
            tx.connection.execute(tables.roles.insert(), [_new(row) for row in roles])
        return ids

    def is_at(self, key: str, chat: int) -> int:
        """Somebody of the roster writes from this chat."""
        self.bot.person(chat, name=key)
        with self.store.begin() as tx:
            person = people.by_key(tx, key)
            assert person is not None, key
            found, _, _ = people.arrive(tx, "telegram", str(chat), "zh_Hans", datetime.now(UTC))
            people.bind(tx, found.id, person.id)
            return person.id

    def a_minute_passes(self) -> None:
        """What a killed sender had taken comes back when its lease is over."""
        deliveries, past = tables.deliveries, datetime.now(UTC) - timedelta(seconds=1)
        with self.store.begin() as tx:
            tx.connection.execute(
                update(deliveries).where(deliveries.c.state == "sending").values(lease_until=past)
            )


def residents(tx: Tx, channels: list[tuple[str, str]]) -> list[int]:
    """So many people who have agreed, each at an address of their own."""
    now = datetime.now(UTC)
    first = (
        int(
            tx.connection.execute(select(tables.people.c.id).order_by(tables.people.c.id.desc())).scalar()
            or 0
        )
        + 1
    )
    agreed = Person(created_at=now, consent_at=now, consent_version=CONSENT_VERSION)
    row = _new(tx.row(agreed))
    ids = list(range(first, first + len(channels)))
    tx.connection.execute(tables.people.insert(), [row | {"id": i} for i in ids])
    given = [
        {"channel": channel, "address": address, "person_id": i, "seen_at": now, "state": {}}
        for i, (channel, address) in zip(ids, channels, strict=True)
    ]
    tx.connection.execute(tables.addresses.insert(), given)
    if tx.connection.dialect.name == "postgresql":
        tx.connection.exec_driver_sql("SELECT setval('people_id_seq', (SELECT max(id) FROM people))")
    return ids


def _new(row: dict[str, Any]) -> dict[str, Any]:
    return {name: cell for name, cell in row.items() if name != "id"}


@contextmanager
def world(folder: Path, template: Path, model: Path, server: Server, **settings: str) -> Iterator[World]:
    """An installation in a fresh folder, its database a copy of `template`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "linli.key").write_bytes(KEY)
    (folder / "linli.key").chmod(0o600)
    url = settings.get("DATABASE", f"sqlite:///{folder / 'linli.db'}")
    if url.startswith("sqlite"):
        shutil.copy(template, folder / "linli.db")
    bot = server.new_bot()
    told = {"TELEGRAM_API": bot.url, "TELEGRAM_TOKEN": bot.token} | settings
    told = {name: value for name, value in told.items() if value}
    store = Store(url, Cipher(KEY))
    one = World(
        home=folder, model=model, store=store, bot=bot, linli=Linli(folder, model, **told), settings=told
    )
    try:
        yield one
    finally:
        bot.webhook = {}
        if not one.linli.dead:
            one.linli.kill()
        store.close()


def wait_until(true: Callable[[], Any], seconds: float) -> bool:
    """Whether it became true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return bool(true())
