"""The parts joined for a running Linli: conversation, files, worker, clock and channels."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import anyio
import anyio.to_thread

from actions import people as people_actions
from bot import backups, metrics
from bot.bulk import Bulk
from bot.conversation import MAILBOX, Conversation
from bot.ear import Ear
from bot.forgetting import Forgetting
from bot.hearing import Transcriber
from bot.leftovers import clear_away
from bot.media import BadFile, Files
from bot.messages import Channels, Fetch, Incoming, Media, Reply
from bot.pushes import Knocker
from bot.rosters import Clerk
from bot.schedule import scheduler
from bot.settings import Settings
from bot.watch import Watch
from bot.webhooks import Guard, Hooks
from bot.worker import Worker
from domain.events import Delivery
from nlu.elsewhere import ChatEndpoint, RasaServer, SecondOpinion
from nlu.understand import Understanding
from storage import cases, outbox, paces, people
from storage.people import Address
from storage.secret import Cipher
from storage.store import Store

NOBODY = "mailto:nobody@localhost"  # whom a push service writes to where no contact was set
KEPT_FOR_REPLIES = 5  # messages a second
TURNS_AT_ONCE = 4  # in one process; more threads would wait for each other, and for connections
ASKING_AT_ONCE = 32  # where turns may wait for another engine's opinion, which takes neither


def now() -> datetime:
    """The one clock of a running Linli."""
    return datetime.now(UTC)


class Hub:
    """Tells waiting streams that a mailbox has something new. Call `post` from any thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: dict[int, set[asyncio.Event]] = defaultdict(set)

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def post(self, address_id: int) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ring, address_id)

    def _ring(self, address_id: int) -> None:
        for event in self._waiting.get(address_id, ()):
            event.set()

    async def wait(self, address_id: int, timeout: float) -> bool:
        """True when something came, False after `timeout` seconds."""
        event = asyncio.Event()
        self._waiting[address_id].add(event)
        try:
            await asyncio.wait_for(event.wait(), timeout)
            return True
        except TimeoutError:
            return False
        finally:
            self._waiting[address_id].discard(event)
            if not self._waiting[address_id]:
                del self._waiting[address_id]


def second_opinion(settings: Settings) -> SecondOpinion | None:
    """The other engine that is asked about unclear words, when one is configured."""
    if not settings.second_opinion:
        return None
    url, seconds = settings.second_opinion_url, settings.second_opinion_seconds
    if settings.second_opinion == "rasa":
        return SecondOpinion(RasaServer(url, seconds), seconds)
    key = settings.second_opinion_key.get_secret_value() if settings.second_opinion_key else ""
    return SecondOpinion(ChatEndpoint(url, seconds, settings.second_opinion_model, key), seconds)


class House:
    """Everything one process needs. `start` brings worker and clock to life."""

    def __init__(
        self,
        settings: Settings,
        understanding: Understanding,
        clock: Callable[[], datetime] = now,
        transcriber: Transcriber | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.store = Store(settings.database_url, Cipher.from_file(settings.key))
        self.files = Files(settings.files, settings.max_upload)
        self.forgetting = Forgetting(self.store, self.files, settings.erasures, clock)
        self.hub = Hub()
        self.channels = Channels()
        self.conversation = Conversation(self.store, understanding, second_opinion(settings))
        self.conversation.site = settings.url
        self.conversation.keep_picture = self.files.keep_own
        self.worker = Worker(self.conversation, self.channels, clock, posted=self.hub.post)
        self.bulk = Bulk(self.worker)
        self.ear = Ear(self.conversation, self.files, transcriber, clock, posted=self.hub.post)
        self.clerk = Clerk(self.conversation, clock)
        guard = Guard(loopback=settings.mode == "demo", private=settings.webhooks_private)
        contact = settings.push_contact or (settings.url if settings.url.startswith("https:") else NOBODY)
        outside = Guard(loopback=settings.push_loopback, private=False)
        self.knocker = Knocker(self.conversation, clock, outside, contact)
        self.hooks = Hooks(self.store, clock, guard)
        self._turns = anyio.CapacityLimiter(ASKING_AT_ONCE if settings.second_opinion else TURNS_AT_ONCE)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    # -- life ---------------------------------------------------------------------------------------
    async def start(self, *, work: bool = True, web: bool = False) -> None:
        """Begins to serve in this loop; with `work` also to tell, send and tick. `web`: it answers pages."""
        self._loop = asyncio.get_running_loop()
        self.hub.bind(self._loop)
        await asyncio.to_thread(self.conversation.warm)
        await asyncio.to_thread(self.forgetting.catch_up, self.conversation.community)
        if work:
            self.conversation.stirred = self._wake
            self.conversation.hand = self._hand
            self._clock = scheduler(
                self.conversation,
                self.clock,
                self._wake,
                back_up=self._back_up,
                clear=partial(clear_away, self.store, self.files),
            )
            self._clock.start()
            await asyncio.to_thread(self._set_paces)
            self._tasks.append(asyncio.create_task(self.worker.run(self._stop)))
            self._tasks.append(asyncio.create_task(self.bulk.run(self._stop)))
            self._tasks.append(asyncio.create_task(self.ear.run(self._stop)))
            self._tasks.append(asyncio.create_task(self.forgetting.run(self._stop)))
            self._tasks.append(asyncio.create_task(self.hooks.run(self._stop)))
            self._tasks.append(asyncio.create_task(self.clerk.run(self._stop)))
            if self.settings.push:
                self._tasks.append(asyncio.create_task(self.knocker.run(self._stop)))

        kinds = frozenset(kind for kind, here in (("worker", work), ("web", web)) if here)
        if kinds:
            watch = Watch(self.worker, kinds, self.clock, self.settings.silent_seconds)
            self._tasks.append(asyncio.create_task(watch.run(self._stop)))

    async def stop(self) -> None:
        """Ends what `start` began; what is under way is finished or left to the next start."""
        self._stop.set()
        self.worker.wake()
        if getattr(self, "_clock", None):
            self._clock.shutdown(wait=False)
        for task in self._tasks:
            try:
                await asyncio.wait_for(task, 10)
            except TimeoutError:
                task.cancel()
        for channel in self.channels.by_name.values():
            if close := getattr(channel, "close", None):
                await close()
        self.store.close()

    def _set_paces(self) -> None:
        """How fast notices may go, for every process that sends them."""
        if self.channels.get("telegram") is None:
            return
        per_second = self.settings.telegram_per_second - KEPT_FOR_REPLIES
        with self.store.begin() as tx:
            paces.keep(tx, "telegram", per_second, self.settings.telegram_per_day, self.clock())

    def _wake(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.worker.wake)

    def _hand(self, delivery: Delivery, address: Address, reply: Reply) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.worker.hand, delivery, address, reply)

    def _back_up(self, now: datetime) -> None:
        backups.if_due(self.store, self.settings, now)

    # -- messages -----------------------------------------------------------------------------------
    async def receive(self, incoming: Incoming, fetch: Fetch | None = None) -> Reply | None:
        """Keeps the media of a message, then answers it. On push channels the answer goes by delivery.

        Raises storage.store.Unavailable when nothing was saved.
        """
        with metrics.TURNS.labels(incoming.channel).time():
            kept = await self._with_media(incoming, fetch)
            reply = await anyio.to_thread.run_sync(
                self.conversation.receive, kept, self.clock(), limiter=self._turns
            )
        return reply if incoming.channel in MAILBOX else None

    async def _with_media(self, incoming: Incoming, fetch: Fetch | None) -> Incoming:
        media: list[Media] = []
        problems = list(incoming.problems)
        for medium in incoming.media:
            if medium.sha256:
                media.append(medium)
            elif fetch is not None:
                try:
                    content = await fetch(medium)
                    stored = await asyncio.to_thread(self.files.keep, medium.kind, content)
                    media.append(replace(stored, seconds=medium.seconds))
                except BadFile as bad:
                    problems.append(str(bad))
                except ValueError:
                    problems.append("common.file_too_large")
        return replace(incoming, media=tuple(media), problems=tuple(dict.fromkeys(problems)))

    async def keep(self, kind: str, content: bytes) -> Media:
        """Checks and stores an upload. Raises bot.media.BadFile with a text key."""
        return await asyncio.to_thread(self.files.keep, kind, content)

    def file(self, file_id: int, person_id: int) -> tuple[bytes, str] | None:
        """A file's bytes and type, for its owner and for whoever handles its case; None for others."""
        with self.store.read() as tx:
            row = cases.file_row(tx, file_id)
            community = self.conversation.community(tx)
            if row is None or not people_actions.may_see_file(tx, community, row, person_id, self.clock()):
                return None
            return self.files.read(row.sha256), row.mime

    def photo(self, file_id: int) -> bytes:
        """A file's bytes for a channel that sends it to somebody who was chosen to see it."""
        with self.store.read() as tx:
            row = cases.file_row(tx, file_id)
        if row is None:
            raise FileNotFoundError(file_id)
        return self.files.read(row.sha256)

    # -- addresses ----------------------------------------------------------------------------------
    def become(self, channel: str, address: str, key: str) -> bool:
        """Demo only: the address belongs to a person of the roster. False when there is no such person."""
        if self.settings.mode != "demo":
            return False
        with self.store.begin() as tx:
            person = people.by_key(tx, key)
            if person is None:
                return False
            found, _, _ = people.arrive(tx, channel, address, person.locale, self.clock())
            people.bind(tx, found.id, person.id)
            return True

    def changed(self, channel: str, address: str, state: str, moved_to: str = "") -> None:
        """A channel says that a chat is gone, back, or has moved."""
        with self.store.begin() as tx:
            address_id = outbox.find_address(tx, channel, address)
            if address_id is None:
                return
            if state == "gone":
                people.close_address(tx, address_id)
            elif state == "moved":
                people.move_address(tx, address_id, moved_to)
