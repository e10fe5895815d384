"""Recordings that wait are heard one at a time, and what was heard comes back as a message.

Every step is a row: a listener that dies leaves a lease that runs out, and the message that brings the words
back has an id made of the recording's, so that it does its work once however often it comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from bot.conversation import MAILBOX, Conversation
from bot.hearing import Broken, Interrupted, NotHeard, Transcriber
from bot.media import Files
from bot.messages import Incoming
from domain.recordings import RecordingState
from storage import recordings
from storage.recordings import Job

log = structlog.get_logger()

EVERY = 1.0  # seconds between two looks when all is quiet
BEAT = 5.0  # seconds after which a lease is renewed


class Ear:
    """Hears, when there is a transcriber; hands back what was heard, and what nobody could hear."""

    def __init__(
        self,
        conversation: Conversation,
        files: Files,
        transcriber: Transcriber | None,
        clock: Callable[[], datetime],
        posted: Callable[[int], None] = lambda address_id: None,
    ) -> None:
        self.conversation = conversation
        self.store = conversation.store
        self.files = files
        self.transcriber = transcriber
        self.clock = clock
        self.posted = posted  # called with the address whose mailbox got a message
        conversation.hears = transcriber is not None

    async def run(self, stop: asyncio.Event) -> None:
        """Hears until told to stop; what is being heard then waits for the next start."""
        stopping = asyncio.create_task(stop.wait())
        while not stop.is_set():
            try:
                busy = await self._round(stopping)
            except Exception as error:
                log.exception("ear_failed", error=type(error).__name__)
                busy = False
            if not busy:
                await asyncio.wait([stopping], timeout=EVERY)
        stopping.cancel()
        if self.transcriber is not None:
            self.transcriber.close()

    async def _round(self, stopping: asyncio.Task[bool]) -> bool:
        """Hands back what is ready, then hears one recording. True when there may be more."""
        if not await asyncio.to_thread(self._anything):
            return False
        await asyncio.to_thread(self.hand_back)
        job = await asyncio.to_thread(self.take)
        if job is None:
            return False
        hearing = asyncio.create_task(asyncio.to_thread(self.hear, job))
        while not hearing.done():
            await asyncio.wait([hearing, stopping], timeout=BEAT, return_when="FIRST_COMPLETED")
            if stopping.done() and self.transcriber is not None:
                self.transcriber.close()
                break
            if not hearing.done():
                await asyncio.to_thread(self._beat, job)
        await hearing
        await asyncio.to_thread(self.hand_back)
        return True

    def _anything(self) -> bool:
        with self.store.read() as tx:
            return recordings.anything(tx, self.clock())

    def _beat(self, job: Job) -> None:
        with self.store.begin() as tx:
            recordings.renew(tx, job.recording.id, self.clock())
        self.hand_back()

    # -- hearing ------------------------------------------------------------------------------------
    def take(self) -> Job | None:
        """Leases the next recording, when there is something to hear it with."""
        if self.transcriber is None:
            return None
        with self.store.begin() as tx:
            return recordings.lease(tx, self.clock())

    def hear(self, job: Job) -> None:
        """Hears one recording and keeps the words; none, when it was not understood."""
        assert self.transcriber is not None
        words, again = "", False
        try:
            words = self.transcriber.hear(self.files.path(job.sha256), "en" if job.locale == "en" else "zh")
        except NotHeard as why:
            log.info("recording_not_heard", of=job.recording.id, why=str(why))
        except Interrupted:
            again = True
        except Broken as broken:
            log.error("nothing_can_be_heard", why=str(broken))
            self.transcriber, self.conversation.hears = None, False
        except Exception as error:
            log.exception("recording_not_heard", of=job.recording.id, error=type(error).__name__)
        state = RecordingState.WAITING if again else RecordingState.HEARD
        with self.store.begin() as tx:
            recordings.mark(
                tx,
                job.recording.id,
                while_in=RecordingState.HEARING,
                state=state,
                words=words,
                lease_until=None,
            )

    # -- handing back -------------------------------------------------------------------------------
    def hand_back(self) -> int:
        """What was heard, what nobody heard in time, and what was not answered becomes a message each."""
        now = self.clock()
        with self.store.begin() as tx:
            recordings.give_up(tx, now)
            jobs = recordings.ready(tx, now)
        for job in jobs:
            self._bring(job, now)
        return len(jobs)

    def _bring(self, job: Job, now: datetime) -> None:
        one = job.recording
        late = one.state is RecordingState.ASKED
        incoming = Incoming(
            channel=job.channel,
            address=job.address,
            message_id=f"voice:{one.id}:{one.due_at.timestamp() if late else ''}",
            text=one.words,
            recording=one.id,
        )
        self.conversation.receive(incoming, now)
        with self.store.begin() as tx:  # whatever became of it, it does not come again
            recordings.end(tx, one)
        if job.channel in MAILBOX:
            self.posted(one.address_id)
