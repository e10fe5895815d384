"""What happened → who is told → phones."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from actions import muting, pushes, webhooks
from bot import metrics
from bot.conversation import MAILBOX, Conversation
from bot.messages import Channels, Reply, Sent
from bot.spacing import Spacing
from bot.telling import TELLS, World, delivery, out_of_date, render, told
from domain.events import Delivery, Event
from domain.people import Person
from domain.tree import Community
from storage import outbox, paces, people
from storage.people import Address
from storage.tx import Tx

log = structlog.get_logger()

LANES = ("reply", "alert", "personal", "bulk")  # notices are sent by bot/bulk.py
MANY_EVERY = 0.04  # seconds between two pushes of the last lane
BATCH = 50
TRIES = 5  # of one whose sender died
LATER_TRIES = 60  # of one the channel could not take: an hour and more, ever slower
REVIVE_EVERY = timedelta(seconds=10)
TOGETHER = 0.05  # seconds: what happens in the same moment is told in one transaction
END_TOGETHER = 0.02  # seconds: ends of pushes are kept in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One message on its way to a channel that is not a mailbox."""

    delivery: Delivery
    address: Address
    reply: Reply


class Worker:
    """Turns events into deliveries and sends them. Any number may run: rows are leased."""

    def __init__(
        self,
        conversation: Conversation,
        channels: Channels,
        clock: Callable[[], datetime],
        posted: Callable[[int], None] = lambda address_id: None,
    ) -> None:
        self.conversation = conversation
        self.store = conversation.store
        self.channels = channels
        self.clock = clock
        self.posted = posted  # called with the address whose mailbox got a message
        self.turned = clock()  # when its loop last came round
        self._wake = asyncio.Event()
        self._chats: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._crowded: dict[str, datetime] = {}  # channel → so long nothing to many goes there
        self._spacing = Spacing()
        self._revived: datetime | None = None
        self._handed: set[asyncio.Task[None]] = set()
        self._ended: list[tuple[Push, Sent]] = []

    def wake(self) -> None:
        """Something may be waiting: look now. Call it in the worker's own loop."""
        self._wake.set()

    def hand(self, delivery: Delivery, address: Address, reply: Reply) -> None:
        """A reply that is leased already: send it at once. Call it in the worker's own loop."""
        task = asyncio.create_task(self.push(Push(delivery=delivery, address=address, reply=reply)))
        self._handed.add(task)
        task.add_done_callback(self._handed.discard)

    async def run(self, stop: asyncio.Event, every: float = 1.0) -> None:
        """Works until told to stop; a failing database is waited for."""
        while not stop.is_set():
            self.turned = self.clock()
            try:
                busy = await self.step()
            except Exception as error:
                log.exception("worker_failed", error=type(error).__name__)
                metrics.FAILED.inc()
                busy = False
                await asyncio.sleep(every)
            if not busy:
                try:
                    await asyncio.wait_for(self._wake.wait(), every)
                except TimeoutError:
                    continue
                finally:
                    self._wake.clear()
                await asyncio.sleep(TOGETHER)
        await asyncio.gather(*self._handed)

    async def step(self) -> bool:
        """One round: tell what happened, send what is due. True when there may be more."""
        if not await asyncio.to_thread(self._anything):
            return False
        told = await asyncio.to_thread(self.tell)
        due = await asyncio.to_thread(self._due_lanes)
        for lane in (one for one in LANES if one in due):
            pushes = await asyncio.to_thread(self.post, lane)
            every = MANY_EVERY if lane == "bulk" else 0.0
            await asyncio.gather(*(self._later(n * every, push) for n, push in enumerate(pushes)))
        return bool(told or due)

    def _anything(self) -> bool:
        """A look without the writer's lock."""
        now = self.clock()
        with self.store.read() as tx:
            return outbox.anything(tx, now)

    def _due_lanes(self) -> set[str]:
        """The lanes with something to send; first, what a dead sender left is taken up again."""
        now = self.clock()
        if self._revived is None or now - self._revived >= REVIVE_EVERY:
            with self.store.begin() as tx:
                self._revive(tx, now)
        with self.store.read() as tx:
            return outbox.due_lanes(tx, now)

    # -- events → deliveries ------------------------------------------------------------------------
    def tell(self) -> int:
        """Works out who hears of what happened; each event is told once."""
        now = self.clock()
        with self.store.begin() as tx:
            events = outbox.unhandled(tx)
            if not events:
                return 0
            community = self.conversation.community(tx)
            every = [one for event in events for one in self._told(tx, community, event, now)]
            told = muting.without(tx, every)
            reached = people.with_address(tx, {one.person_id for one in told if one.person_id})
            outbox.put_all(
                tx,
                [
                    one if one.person_id in reached else replace(one, state="unreached", reason="no address")
                    for one in told
                ],
            )
            self._hook(tx, community, events, now)
            outbox.handled(tx, [event.id for event in events], now)
            return len(events)

    def _hook(self, tx: Tx, community: Community, events: list[Event], now: datetime) -> None:
        """Other systems hear of it, too; what goes wrong there stops nobody here."""
        try:
            with tx.savepoint():
                webhooks.queue(tx, community, events, now)
        except Exception as error:
            log.exception("webhooks_not_queued", error=type(error).__name__)

    def _told(self, tx: Tx, community: Community, event: Event, now: datetime) -> list[Delivery]:
        """Who hears of one event; a teller that fails stops nobody else."""
        if event.kind not in TELLS:
            return []
        found = []
        try:
            for tell in told(World(tx=tx, community=community, event=event, now=now)):
                loud = tell.lane in ("reply", "alert")
                found.append(delivery(event, tell, now if loud else community.calendar.wake(now)))
        except Exception as error:
            log.exception("telling_failed", kind=event.kind, of=event.id)
            reason = type(error).__name__
            outbox.crashed(tx, "event", event.kind, str(event.id), words="", reason=reason, now=now)
        return found

    # -- deliveries → mailboxes and pushes ----------------------------------------------------------
    def post(self, lane: str) -> list[Push]:
        """Leases what is due. Mailboxes get theirs here and now; what must be pushed is returned."""
        now = self.clock()
        posted: list[int] = []
        pushes: list[Push] = []
        with self.store.begin() as tx:
            self._revive(tx, now)
            leased = outbox.lease(tx, lane, now, BATCH)
            if not leased:
                return []
            community = self.conversation.community(tx)
            for one in leased:
                if (push := self.made_ready(tx, community, one, posted)) is not None:
                    pushes.append(push)
        for address_id in posted:
            self.posted(address_id)
        return pushes

    def made_ready(self, tx: Tx, community: Community, one: Delivery, posted: list[int]) -> Push | None:
        """As `_ready`; one that cannot be said must not stop the others. A reply is said already."""
        try:
            with nullcontext() if one.kind == "reply" else tx.savepoint():
                return self._ready(tx, community, one, posted)
        except Exception as error:
            log.exception("delivery_failed", kind=one.kind, delivery=one.id)
            outbox.mark(tx, one.id, state="refused", lease_until=None, reason=type(error).__name__)
            return None

    def _ready(self, tx: Tx, community: Community, one: Delivery, posted: list[int]) -> Push | None:
        """Puts one leased delivery into a mailbox, or makes the push of it."""
        address, person, now = self._address(tx, one), tx.get(Person, one.person_id), self.clock()
        if address is None or person is None:
            outbox.mark(tx, one.id, state="unreached", lease_until=None, reason="no address")
            return None
        if out_of_date(tx, one):
            outbox.mark(tx, one.id, state="cancelled", lease_until=None, reason="out of date")
            return None
        reply = render(tx, community, one, person)
        if address.channel not in MAILBOX:
            if one.address_id != address.id:
                outbox.mark(tx, one.id, address_id=address.id)
            return Push(delivery=one, address=address, reply=reply)
        letter = self._into_mailbox(tx, address, reply, now)
        pushes.knock(tx, community.calendar, one, address.id, letter, now)
        done = {"state": "sent", "sent_at": now, "lease_until": None, "ref": str(letter)}
        outbox.mark(tx, one.id, address_id=address.id, **done)
        posted.append(address.id)
        return None

    def _address(self, tx: Tx, one: Delivery) -> Address | None:
        """Where it goes: the address it answers, or the one the person used last that is switched on."""
        if one.address_id is not None and one.kind == "reply":
            return people.address_row(tx, one.address_id)
        found = people.reachable(tx, one.person_id or 0)
        usable = [a for a in found if a.channel in MAILBOX or self.channels.get(a.channel)]
        return people.address_row(tx, usable[0].id) if usable else None

    @staticmethod
    def _into_mailbox(tx: Tx, address: Address, reply: Reply, now: datetime) -> int:
        letter = outbox.post(tx, address.id, mine=False, body=reply.as_json(), now=now)
        _remember_menu(tx, address, reply)
        return letter

    def _revive(self, tx: Tx, now: datetime) -> None:
        """A sender died: a notice may have arrived and is not sent again, anything else is tried again."""
        if self._revived is not None and now - self._revived < REVIVE_EVERY:
            return
        self._revived = now
        for one in outbox.lost(tx, now):
            again = one.state == "leased" or (one.notice_id is None and one.attempts < TRIES)
            state = "queued" if again else "unknown"
            outbox.mark(tx, one.id, state=state, lease_until=None, due_at=now, reason="sender died")

    async def push(self, push: Push) -> None:
        """Sends one and keeps how that ended."""
        address, channel = push.address, self.channels.get(push.address.channel)
        if channel is None:
            result = Sent(state="later", reason="channel is off", retry_after=60)
        elif wait := self._spacing.wait(
            push.delivery.lane, push.delivery.id, address.address, asyncio.get_running_loop().time()
        ):
            await self._end(push, Sent(state="wait", retry_after=wait))
            return
        else:
            async with self._chats[address.address]:
                result = await channel.send(address.address, push.reply)
            if not self._chats[address.address].locked():
                self._chats.pop(address.address, None)
            if result.retry_after:  # everything to many waits, replies go on
                until = self.clock() + timedelta(seconds=result.retry_after)
                self._crowded[address.channel] = max(until, self._crowded.get(address.channel, until))
        await self._end(push, result)

    async def _later(self, seconds: float, push: Push) -> None:
        if seconds:
            await asyncio.sleep(seconds)
        await self.push(push)

    def crowded(self, channels: Collection[str]) -> bool:
        """Whether one of these channels has asked us to wait."""
        now = self.clock()
        return any(self._crowded.get(channel, now) > now for channel in channels)

    async def _end(self, push: Push, result: Sent) -> None:
        """Keeps how a push ended, together with those that end in the same moment."""
        self._ended.append((push, result))
        await asyncio.sleep(END_TOGETHER)
        if self._ended:
            ended, self._ended = self._ended, []
            await asyncio.to_thread(self._keep_ends, ended)

    def _keep_ends(self, ended: list[tuple[Push, Sent]]) -> None:
        with self.store.begin() as tx:
            for push, result in ended:
                self._sent(tx, push.delivery, push.address, push.reply, result)

    def _sent(self, tx: Tx, one: Delivery, address: Address, reply: Reply, result: Sent) -> None:
        """What follows from how a push ended."""
        now, why = self.clock(), result.reason[:200]
        metrics.SENT.labels(one.lane, result.state).inc()
        if result.state == "sent":
            ref = result.message_id[:64]
            outbox.mark(tx, one.id, state="sent", sent_at=now, lease_until=None, ref=ref)
            if one.kind != "reply" and (fresh := people.address_row(tx, address.id)):
                _remember_menu(tx, fresh, reply)
        elif result.state == "wait":
            due = now + timedelta(seconds=result.retry_after)
            outbox.mark(tx, one.id, state="queued", lease_until=None, due_at=due, attempts=one.attempts - 1)
        elif result.state == "moved" and one.attempts < TRIES:
            new = people.move_address(tx, address.id, result.moved_to)
            outbox.mark(tx, one.id, state="queued", lease_until=None, due_at=now, address_id=new)
        elif result.state == "later" and one.attempts < LATER_TRIES:
            if result.retry_after:
                paces.hold(tx, address.channel, now + timedelta(seconds=result.retry_after))
            due = now + timedelta(seconds=max(result.retry_after, min(60.0, 2.0**one.attempts)))
            outbox.mark(tx, one.id, state="queued", lease_until=None, due_at=due, reason=why)
        elif result.state == "unknown":
            again = one.lane == "reply" and one.attempts < 2
            state = "queued" if again else "unknown"
            outbox.mark(tx, one.id, state=state, lease_until=None, reason=why)
        else:
            self._refused(tx, one, address, result, now)

    def _refused(self, tx: Tx, one: Delivery, address: Address, result: Sent, now: datetime) -> None:
        """Never again to this address; the person's next one is tried."""
        if result.state == "refused" and result.reason.startswith("Forbidden"):
            people.close_address(tx, address.id)
            others = [a for a in people.reachable(tx, one.person_id or 0) if a.id != address.id]
            if others and one.kind != "reply":
                outbox.mark(tx, one.id, state="queued", lease_until=None, due_at=now)
                return
        outbox.mark(tx, one.id, state="refused", lease_until=None, reason=result.reason[:200])


def _remember_menu(tx: Tx, address: Address, reply: Reply) -> None:
    """The buttons of what was sent last can also be chosen by number."""
    if choices := reply.choices():
        people.set_state(tx, address.id, {**address.state, "menu": choices})
