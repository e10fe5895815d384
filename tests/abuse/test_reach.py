"""A chat that is gone is gone: told once, never tried again; one that has moved is followed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions import cases
from domain.access import Actor
from nlu.understand import Understanding
from storage import people, tables
from storage.store import Store
from tests.running import bind, new_house, on_telegram
from tests.telegram.bot_api import BotApi, Server
from tests.telegram.conftest import NewChannel, api, bot_api_server, lenient_api, new_channel, until

__all__ = ["Server", "api", "bot_api_server", "lenient_api", "new_channel"]
WANG, LI, MOVED = 101, 102, 777
REPORT = "阳光花园3栋2单元楼道灯坏了"
on_sqlite = pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)


def rows(store: Store, name: str) -> list:
    with store.read() as tx:
        return list(tx.rows(tables.metadata.tables[name].select()))


def tries(api: BotApi, chat: int) -> int:
    return sum(str(call.params.get("chat_id")) == str(chat) for call in api.called("sendMessage"))


def settled(store: Store) -> bool:
    states = [row.state for row in rows(store, "deliveries")]
    return (
        bool(states)
        and not {"queued", "sending"} & set(states)
        and all(row.handled_at for row in rows(store, "events"))
    )


def report_for(store: Store, house: object, key: str) -> None:
    """Somebody's case is filed elsewhere: the branch's members hear of it."""
    with store.begin() as tx:
        person = people.by_key(tx, key)
        assert person is not None
        actor = Actor(person=person, community=house.conversation.community(tx))  # type: ignore[attr-defined]
        from storage import community

        home = community.place(tx, person.home_place_id)
        cases.report(tx, actor, text="灯坏了", category="repairs", place=home, now=house.clock())  # type: ignore[attr-defined]


@on_sqlite
@pytest.mark.parametrize(
    "why", ["bot was blocked by the user", "user is deactivated", "bot was kicked from the group chat"]
)
async def test_a_chat_that_is_gone_is_tried_once_and_never_again(
    api: BotApi,
    new_channel: NewChannel,
    demo_store: Store,
    understanding: Understanding,
    tmp_path: Path,
    why: str,
) -> None:
    house = new_house(tmp_path, demo_store, understanding)
    for chat, key in ((WANG, "wang-ayi"), (LI, "liming")):
        api.person(chat)
        bind(house, "telegram", str(chat), key)
    api.fault("error", chat=LI, status=403, description=f"Forbidden: {why}", times=99)
    async with on_telegram(house, new_channel()):
        for number in range(3):
            api.say(WANG, f"阳光花园{number + 2}栋1单元楼道灯坏了")
            await until(lambda n=number: sum("已登记" in m["text"] for m in api.sent_to(WANG)) == n + 1)
            await until(lambda: settled(demo_store))
    assert tries(api, LI) == 1
    mine = [row for row in rows(demo_store, "addresses") if row.address == str(LI)]
    assert [row.active for row in mine] == [False]


@on_sqlite
async def test_a_chat_that_has_moved_is_followed(
    api: BotApi, new_channel: NewChannel, demo_store: Store, understanding: Understanding, tmp_path: Path
) -> None:
    house = new_house(tmp_path, demo_store, understanding)
    api.person(LI)
    api.person(MOVED)
    bind(house, "telegram", str(LI), "liming")
    api.fault("migrated", chat=LI, to=MOVED)
    async with on_telegram(house, new_channel()):
        report_for(demo_store, house, "wang-ayi")
        house.worker.wake()
        await until(lambda: any("新诉求" in m["text"] for m in api.sent_to(MOVED)))
        await until(lambda: settled(demo_store))
    assert tries(api, LI) == 1
    assert str(LI) not in {row.address for row in rows(demo_store, "addresses")}


@on_sqlite
async def test_a_chat_that_has_moved_to_one_we_know_is_not_tried_for_ever(
    api: BotApi, new_channel: NewChannel, demo_store: Store, understanding: Understanding, tmp_path: Path
) -> None:
    """The new chat wrote before the old one was told."""
    house = new_house(tmp_path, demo_store, understanding)
    for chat in (LI, MOVED):
        api.person(chat)
        bind(house, "telegram", str(chat), "liming")
    api.fault("migrated", chat=LI, to=MOVED, times=50)
    api.fault("migrated", chat=MOVED, to=LI, times=1)
    async with on_telegram(house, new_channel()):
        report_for(demo_store, house, "wang-ayi")
        house.worker.wake()
        await until(lambda: settled(demo_store))
    assert tries(api, LI) + tries(api, MOVED) <= 4


@on_sqlite
def test_a_moved_chat_that_is_told_twice_breaks_nothing(
    demo_store: Store, understanding: Understanding, tmp_path: Path
) -> None:
    house = new_house(tmp_path, demo_store, understanding)
    for chat in (LI, MOVED):
        bind(house, "telegram", str(chat), "liming")
    for _ in range(2):
        house.changed("telegram", str(LI), "moved", str(MOVED))
    live = [row.address for row in rows(demo_store, "addresses") if row.active]
    assert live == [str(MOVED)]
    assert datetime.now(UTC)
