"""A notice on its way to phones, through the fake Bot API server: its pace, its ends, and who steers it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from actions import broadcasts, notices, reminders
from bot.bulk import Bulk
from bot.channels.telegram import TelegramChannel
from bot.messages import Channels
from bot.worker import LANES, Worker
from domain.calendar import BEIJING
from domain.notices import Notice, NoticeState
from domain.people import Role, RoleKind
from nlu.understand import Understanding
from storage import outbox, paces
from storage.broadcasts import WAITING
from storage.store import Store
from storage.tables import deliveries, units
from storage.tables import notices as notice_rows
from tests.acting import Stage
from tests.faults.world import residents
from tests.telegram.bot_api import BotApi, Server

BRANCH = "b-yangguanghuayuan"
CHATS = range(1000, 1030)


@dataclass(slots=True)
class Clock:
    """The real clock, so far off; it begins at ten in the morning, when nobody is left to sleep."""

    off: timedelta = field(default_factory=lambda: _ten_o_clock() - datetime.now(UTC))

    def now(self) -> datetime:
        return datetime.now(UTC) + self.off


def _ten_o_clock() -> datetime:
    return datetime.now(BEIJING).replace(hour=10, minute=0, second=0, microsecond=0)


@dataclass(slots=True, kw_only=True)
class Scene:
    """孙丽 sends notices to members with Telegram; the clock runs, and can be turned."""

    stage: Stage
    api: BotApi
    worker: Worker
    bulk: Bulk
    branch: int
    clock: Clock

    def now(self) -> datetime:
        return self.clock.now()

    def does(self, act, who="sunli"):
        self.stage.now = self.now()
        return self.stage.does(who, act)

    def send(self, **more) -> int:
        """A notice whose undo window is over."""

        def act(tx, by):
            told = {"text": "停水", "audience": "members", "previewed": 0, "safety": True} | more
            return notices.send(tx, by, self.branch, now=self.now() - timedelta(seconds=61), **told).id

        made = self.does(act)
        self.tick()
        return made

    def tick(self) -> None:
        with self.stage.store.begin() as tx:
            reminders.run_due(tx, lambda: self.stage.conversation.community(tx), self.now())

    def notice(self, key: int) -> Notice:
        with self.stage.store.read() as tx:
            found = tx.get(Notice, key)
        assert found is not None
        return found

    def states(self, key: int) -> Counter[str]:
        with self.stage.store.read() as tx:
            rows = tx.rows(select(deliveries.c.state).where(deliveries.c.notice_id == key))
        return Counter(row.state for row in rows)

    def sent(self) -> list[int]:
        return [message["chat"]["id"] for message in self.api.said if message["chat"]["id"] in CHATS]

    def told(self, who: str = "sunli") -> str:
        """What is said to somebody at the web page."""
        self.worker.tell()
        for lane in LANES:
            self.worker.post(lane)
        with self.stage.store.read() as tx:
            rows = outbox.mail_since(tx, outbox.find_address(tx, "story", who) or 0, 0)
        return "\n".join(str(row.body["text"]) for row in rows)

    async def run(self, seconds: float = 8.0) -> None:
        """Sends until nothing is left that may go today."""
        end = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < end and self.waits():
            if not await self.bulk.step():
                await asyncio.sleep(0.05)
        await asyncio.gather(*self.bulk._flying)

    def press(self, button: str) -> str:
        self.stage.now = self.now()
        return self.stage.pressed("sunli", button)

    def waits(self) -> bool:
        soon = deliveries.c.due_at < self.now() + timedelta(minutes=1)
        mine = (deliveries.c.notice_id == notice_rows.c.id, notice_rows.c.state == NoticeState.SENT, soon)
        with self.stage.store.read() as tx:
            return bool(
                tx.rows(select(deliveries.c.id).where(*mine, deliveries.c.state.in_(WAITING)).limit(1))
            )

    def pace(self, per_second: float, per_day: int = 0) -> None:
        with self.stage.store.begin() as tx:
            paces.keep(tx, "telegram", per_second, per_day, self.now() - timedelta(seconds=1))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    one = Server()
    one.start()
    yield one
    one.stop()


@pytest.fixture
async def scene(demo_store: Store, understanding: Understanding, server: Server) -> AsyncIterator[Scene]:
    stage = Stage(demo_store, understanding, now=datetime.now(UTC))
    stage.cast("sunli", "xujing")
    api = server.new_bot()
    channel = TelegramChannel(api.token, api=api.url, timeout=2.0)
    channels = Channels()
    channels.add(channel)
    with demo_store.begin() as tx:
        branch = tx.connection.execute(select(units.c.id).where(units.c.key == BRANCH)).scalar_one()
        for person in residents(tx, [("telegram", str(chat)) for chat in CHATS]):
            tx.add(Role(person_id=person, kind=RoleKind.MEMBER, unit_id=branch, since=stage.now))
    for chat in CHATS:
        api.person(chat)
    clock = Clock()
    worker = Worker(stage.conversation, channels, clock=clock.now)
    scene = Scene(stage=stage, api=api, worker=worker, bulk=Bulk(worker), branch=branch, clock=clock)
    scene.pace(200)
    yield scene
    await channel.close()


async def test_notices_keep_their_pace(scene: Scene) -> None:
    scene.pace(25)
    scene.send()
    await scene.run()
    at = sorted(call.at for call in scene.api.called("sendMessage"))
    assert Counter(scene.sent()) == Counter(CHATS)
    assert at[-1] - at[0] > (len(CHATS) - 1) / 25 - 0.3
    assert max(sum(first <= other < first + 0.9 for other in at) for first in at) <= 25


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
async def test_after_a_429_nothing_to_many_goes_before_its_time_and_nobody_is_left_out(scene: Scene) -> None:
    scene.pace(40)
    key = scene.send()
    scene.api.fault("flood", chat=CHATS[4], retry_after=1)
    await scene.run()
    calls = scene.api.called("sendMessage")
    refused = next(call for call in calls if call.status == 429)
    early = [call for call in calls if refused.at + 0.3 < call.at < refused.at + 1]
    assert not early
    assert Counter(scene.sent()) == Counter(CHATS)
    assert scene.states(key)["sent"] == len(CHATS)


async def test_each_recipient_ends_in_one_state_and_a_lost_reply_is_not_sent_again(scene: Scene) -> None:
    scene.api.fault("drop", chat=CHATS[0])
    scene.api.block(CHATS[1])
    scene.api.confirmed.update(one["update_id"] for one in scene.api.updates)
    key = scene.send()
    await scene.run()
    scene.clock.off += timedelta(minutes=5)
    scene.tick()
    await scene.run()
    states = scene.states(key)
    assert (states["unknown"], states["refused"], states["sent"]) == (1, 1, len(CHATS) - 2)
    assert set(states) == {"sent", "unknown", "refused", "unreached"}
    assert sum(states.values()) == scene.notice(key).recipients
    assert max(Counter(scene.sent()).values()) == 1
    assert scene.notice(key).state is NoticeState.DONE
    assert "发完了：送达 28 人" in scene.told()
    assert "不确定 1 人" in scene.told()


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
async def test_a_paused_notice_waits_goes_on_where_it_stopped_and_can_be_stopped(scene: Scene) -> None:
    scene.pace(20)
    key = scene.send()
    await scene.bulk.step()
    assert "先不发" in scene.press(f"pause_notice notice={key}")
    await scene.run()
    assert (half := len(scene.sent())) <= 10
    scene.clock.off += timedelta(minutes=5)
    assert "接着发" in scene.press(f"resume_notice notice={key}")
    await scene.bulk.step()
    scene.clock.off += timedelta(minutes=1)
    scene.tick()
    assert "正在发" in scene.told()
    assert "已停发" in scene.press(f"stop_notice notice={key}")
    await scene.run()
    states = scene.states(key)
    assert half < states["sent"] < len(CHATS)
    assert states["sent"] + states["cancelled"] + states["unreached"] == scene.notice(key).recipients
    assert Counter(scene.sent()).most_common(1)[0][1] == 1


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("begun", [False, True])
async def test_after_eight_hours_down_nothing_goes_before_somebody_says_so(scene: Scene, begun: bool) -> None:
    key = scene.does(
        lambda tx, by: (
            notices.send(
                tx,
                by,
                scene.branch,
                text="停水",
                audience="members",
                previewed=0,
                now=scene.now(),
                safety=True,
            ).id
        )
    )
    scene.pace(20)
    if begun:
        scene.clock.off += timedelta(minutes=2)
        scene.tick()
        await scene.bulk.step()
        await asyncio.gather(*scene.bulk._flying)
    before = len(scene.sent())
    scene.clock.off += timedelta(hours=8)
    scene.tick()
    await scene.run()
    assert len(scene.sent()) == before < len(CHATS)
    assert scene.notice(key).state is NoticeState.HELD
    assert "系统停过，现在晚了，没有再发。还要发吗？" in scene.told()
    assert "接着发" in scene.press(f"resume_notice notice={key}")
    await scene.run()
    assert Counter(scene.sent()) == Counter(CHATS)


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
async def test_a_day_has_its_quota_and_the_rest_goes_tomorrow(scene: Scene) -> None:
    scene.pace(200, per_day=12)
    key = scene.send()
    await scene.run()
    assert len(scene.sent()) == 12
    assert scene.states(key)["queued"] == len(CHATS) - 12
    for _ in range(2):
        scene.clock.off += timedelta(days=1)
        with scene.stage.store.begin() as tx:  # it was up all the time
            tx.connection.execute(update(deliveries).values(due_at=scene.now()))
            tx.connection.execute(update(notice_rows).values(moved_at=scene.now()))
        await scene.run()
    assert Counter(scene.sent()) == Counter(CHATS)


async def test_a_correction_goes_to_exactly_those_who_heard_the_wrong_one(
    scene: Scene,
) -> None:
    scene.pace(20)
    key = scene.send()
    await scene.bulk.step()
    await asyncio.gather(*scene.bulk._flying)
    heard = set(scene.sent())
    scene.api.said.clear()
    began = scene.now()
    right = scene.does(lambda tx, by: broadcasts.correct(tx, by, key, "不停水了", scene.now()).id)
    await scene.run()
    assert set(scene.sent()) == heard
    assert all("更正：不停水了" in message["text"] for message in scene.api.said)
    assert scene.now() - began < timedelta(seconds=60)
    assert scene.notice(key).state is NoticeState.CANCELLED
    assert scene.notice(right).recipients == len(heard)
    assert scene.states(right)["sent"] == len(heard)


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
async def test_who_agreed_to_a_notice_hears_of_its_correction(scene: Scene) -> None:
    key = scene.send()
    await scene.run()
    agreed = scene.does(lambda tx, by: by.id, "xujing")
    with scene.stage.store.begin() as tx:
        tx.connection.execute(update(notice_rows).values(approved_by=agreed))
    scene.does(lambda tx, by: broadcasts.correct(tx, by, key, "不停水了", scene.now()))
    assert "孙丽发了更正，发给收到过的" in scene.told("xujing")


async def test_a_sender_that_dies_leaves_unbegun_ones_on_the_list(scene: Scene) -> None:
    scene.pace(40)
    key = scene.send()
    batch = scene.bulk.take(scene.now())  # it dies with these in its hands
    begun = scene.bulk._begin([batch.pushes[0].delivery])
    assert len(begun) == 1
    scene.clock.off += timedelta(minutes=2)
    scene.worker._due_lanes()
    await scene.run()
    states = scene.states(key)
    assert (states["unknown"], states["sent"]) == (1, len(CHATS) - 1)
    assert Counter(scene.sent()).most_common(1)[0][1] == 1
