"""A running Linli is killed again and again while people write: nothing is lost, nothing is doubled."""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select, update

from actions import people as people_actions
from bot.channels.webchat import HEADER, address_of
from storage import people, tables
from storage.store import Store
from tests.processes.conftest import opened
from tests.processes.running import Linli
from tests.telegram.bot_api import BotApi

KILLS = 10
TELEGRAM, WEB = 90, 70  # people; each reports one thing
CHATS = range(1001, 1001 + TELEGRAM)
MEMBER = 9001  # 李明's chat
MARK = re.compile(r"灯杆编号(\d+)")


def report(number: int) -> str:
    return f"阳光花园{number % 12 + 1}栋{number % 2 + 1}单元楼道灯坏了，灯杆编号{number}"


def everybody_agrees(store: Store) -> dict[str, str]:
    """Each chat and each browser has somebody who has agreed; the browsers' cookies."""
    cookies = {f"{number:043d}": address_of(f"{number:043d}") for number in range(WEB)}
    now = datetime.now(UTC)
    with store.begin() as tx:
        for channel, address in [("telegram", str(chat)) for chat in CHATS] + [
            ("web", a) for a in cookies.values()
        ]:
            _, person, _ = people.arrive(tx, channel, address, "zh_Hans", now)
            people_actions.consent(tx, person, now)
        found, _, _ = people.arrive(tx, "telegram", str(MEMBER), "zh_Hans", now)
        member = people.by_key(tx, "liming")
        assert member is not None
        people.bind(tx, found.id, member.id)
    return cookies


class Browsers:
    """People at the web page: each sends its report until it hears that it was saved."""

    def __init__(self, url: str, cookies: list[str]) -> None:
        self.url, self.waiting, self.saved = url, list(enumerate(cookies, 5000)), set[int]()
        self.stopped = False
        self.threads = [threading.Thread(target=self._send, daemon=True) for _ in range(4)]

    def _send(self) -> None:
        with httpx.Client(base_url=self.url, timeout=5, trust_env=False) as client:
            while not self.stopped:
                try:
                    number, cookie = self.waiting.pop()
                except IndexError:
                    return
                said = {"id": f"report-{number}", "text": report(number)}
                headers = {HEADER: "1", "Cookie": f"linli={cookie}"}
                while not self.stopped and number not in self.saved:
                    try:
                        if client.post("/api/messages", json=said, headers=headers).status_code == 200:
                            self.saved.add(number)
                    except httpx.HTTPError:
                        time.sleep(0.05)
                time.sleep(0.15)


def wait_until(true: Callable[[], Any], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.05)


def rows(store: Store, name: str) -> list[Any]:
    with store.read() as tx:
        return list(tx.rows(select(tables.metadata.tables[name])))


def a_minute_passes(store: Store) -> None:
    """What a killed sender had taken comes back when its lease is over."""
    deliveries, past = tables.deliveries, datetime.now(UTC) - timedelta(seconds=1)
    with store.begin() as tx:
        tx.connection.execute(
            update(deliveries).where(deliveries.c.state == "sending").values(lease_until=past)
        )


def replies_wait(store: Store) -> bool:
    return any(
        row.lane == "reply" and row.state in ("queued", "sending") for row in rows(store, "deliveries")
    )


def test_ten_kills_while_people_write_lose_nothing_and_double_nothing(
    home: Path, model: Path, bot_api: BotApi
) -> None:
    store, chance = opened(home), random.Random(20261123)
    with store.begin() as tx:  # each report is to be a case of its own
        tx.connection.execute(update(tables.categories).values(merge_hours=0))
    cookies = everybody_agrees(store)
    linli = Linli(home, model, TELEGRAM_API=bot_api.url, TELEGRAM_TOKEN=bot_api.token)
    browsers, chats = Browsers(linli.url, list(cookies)), list(CHATS)
    bot_api.person(MEMBER, name="李明")
    linli.start()
    for thread in browsers.threads:
        thread.start()
    try:
        for _ in range(KILLS - 1):
            for chat in [chats.pop() for _ in range(min(10, len(chats)))]:
                bot_api.say(chat, report(chat))
                time.sleep(0.01)
            time.sleep(chance.uniform(0.02, 0.6))
            linli.kill()
            linli.start()
        wait_until(lambda: not bot_api.pending() and len(browsers.saved) == WEB, 20)
        linli.kill()
        a_minute_passes(store)
        linli.start()
        wait_until(lambda: not replies_wait(store), 12)
        wait_until(lambda: all(row.handled_at for row in rows(store, "events")), 5)
    finally:
        browsers.stopped = True
        assert linli.stop() == 0
    judge(store, bot_api, browsers, set(cookies.values()))
    store.close()


def judge(store: Store, bot_api: BotApi, browsers: Browsers, addresses: set[str]) -> None:
    """Counts what was acknowledged against what is there."""
    by_telegram = {u["message"]["chat"]["id"] for u in bot_api.updates if u["update_id"] in bot_api.confirmed}
    acknowledged = by_telegram | browsers.saved
    found = [MARK.search(row.text) for row in rows(store, "cases")]
    filed = Counter(int(mark[1]) for mark in found if mark)
    lost = acknowledged - set(filed)
    doubled = {number for number, count in filed.items() if count > 1}
    unexpected = set(filed) - acknowledged
    print(
        f"acknowledged {len(acknowledged)}, lost {len(lost)}, doubled {len(doubled)},"
        f" unexpected {len(unexpected)}"
    )
    assert len(acknowledged) == TELEGRAM + WEB, "not everything was acknowledged: the run says nothing"
    assert not lost
    assert not doubled
    assert not unexpected
    assert all(found)
    assert not rows(store, "quarantine")
    told(store)
    answered(store, bot_api, addresses)


def told(store: Store) -> None:
    """Every case was told, to everybody it concerns, once."""
    events = {row.id: row for row in rows(store, "events") if row.kind == "case_reported"}
    heard = Counter(row.event_id for row in rows(store, "deliveries") if row.event_id in events)
    assert len(events) == TELEGRAM + WEB
    assert all(row.handled_at for row in events.values())
    assert set(heard) == set(events)
    assert len(set(heard.values())) == 1  # the same branch: the same people hear of each


def answered(store: Store, bot_api: BotApi, addresses: set[str]) -> None:
    """Nobody waits for a reply; in the web chat it stands exactly once."""
    texts = {chat: [message["text"] for message in bot_api.sent_to(chat)] for chat in CHATS}
    assert not [chat for chat, said in texts.items() if not any("已登记" in text for text in said)]
    repeated = sum(len(said) - 1 for said in texts.values())
    print(f"replies sent again after a kill: {repeated}")
    assert repeated <= KILLS * 10
    web = {row.id for row in rows(store, "addresses") if row.address in addresses}
    boxes = Counter((row.address_id, row.mine) for row in rows(store, "mailbox") if row.address_id in web)
    assert boxes == Counter({(address, mine): 1 for address in web for mine in (True, False)})
