"""Plays a story: people speak their lines against a real database with a fixed clock, and the transcript
is written again.

    # a comment; the first one is the title
    @2026-11-23 09:00        when it begins, Beijing time
    王阿姨: 我们楼电梯坏了     somebody writes
    王阿姨: (照片) 楼道灯      with a photo; (位置 22.5, 114.0) where the handset is
    王阿姨: (语音 楼道灯坏了)   a recording and what can be heard in it; (语音) where nobody hears any
    王阿姨: (相册 a)(照片)     a part of an album; (表情) a sticker; (群) … in a group
    王阿姨: (扫码 KEY)         arrives by a place's code; (绑定码 李明) writes the code made for somebody
    新手机: (对方的码 老周)    writes the last code 老周 was given; (扫对方的码 老周) scans it
    王阿姨: (名片 199…)        shares their own number, (别人的名片 199…) somebody else's
    李明: [认领]               presses a button of their last messages; (旧)[认领] the oldest of that name
    李明: (伪造 claim_task task=7)   sends a payload that no button of theirs has
    (王阿姨 关机)              no message reaches them any more
    (3天后)                   the clock moves, and what has come due happens
    bot: …  [按钮]             the answer to whoever spoke last
    bot -> 李明: …             what somebody else hears
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

import handlers  # noqa: F401 - registers the flows
from actions import people as people_actions
from bot.bulk import Bulk
from bot.channels.menu import numbers
from bot.conversation import Conversation
from bot.ear import Ear
from bot.media import Files
from bot.messages import Channels, Contact, Incoming, Media, Reply
from bot.schedule import settle, tick
from bot.worker import LANES, Worker
from domain.calendar import BEIJING
from nlu.understand import Understanding
from storage import community as place_rows
from storage import outbox, people, reach, recordings
from storage.store import Store
from storage.tables import addresses, deliveries, events, mailbox, reminders
from tests.hearing.prepared import Prepared, recording

PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
_LINE = re.compile(r"^(?P<who>[^\s:：(@#|][^:：]{0,20}?)[:：]\s?(?P<what>.*)$")
_SPAN = re.compile(r"^\((\d+)(分钟|小时|天|秒)后\)$")
_ATTACHED = re.compile(
    r"\((?P<kind>照片|语音|扫码|绑定码|对方的码|扫对方的码|位置|相册|群|表情|名片|别人的名片|伪造)"
    r"(?: (?P<value>[^)]*))?\)\s*"
)
_OFF = re.compile(r"^\((.+) 关机\)$")
DUE = select(
    select(func.min(reminders.c.due_at)).where(reminders.c.done_at.is_(None)).scalar_subquery(),
    select(func.min(deliveries.c.due_at)).where(deliveries.c.state == "queued").scalar_subquery(),
    select(func.min(deliveries.c.lease_until)).where(deliveries.c.state == "sending").scalar_subquery(),
    select(func.min(events.c.at)).where(events.c.handled_at.is_(None)).scalar_subquery(),
)
NEW = (
    select(mailbox.c.id, mailbox.c.mine, mailbox.c.body, addresses.c.address)
    .join(addresses, addresses.c.id == mailbox.c.address_id)
    .where(addresses.c.channel == "story")
    .order_by(mailbox.c.id)
)
END = datetime(9999, 1, 1, tzinfo=BEIJING)
_CODE = re.compile(r"\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b")  # another one each time
_TOKEN = re.compile(r"(?<![\w-])(i_)?([\w-]{22})(?![\w-])", re.ASCII)  # this one too
_UNIT = {"秒": "seconds", "分钟": "minutes", "小时": "hours", "天": "days"}


@dataclass(slots=True, kw_only=True)
class Player:
    """Plays one story on one store."""

    store: Store
    understanding: Understanding
    files: Files
    menus: bool = False  # numbers are typed instead of buttons pressed
    twice: bool = True  # every message arrives twice
    restart: bool = False  # everything but the database is made new between turns
    now: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=BEIJING)
    cursor: int = 0  # up to here everybody's mailbox was written down
    seen: dict[str, list[Reply]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    count: int = 0
    names: dict[str, str] = field(default_factory=dict)
    conversation: Conversation = field(init=False)
    worker: Worker = field(init=False)
    ear: Ear = field(init=False)
    hears: bool = False  # recordings become words: so it is where somebody says any

    def play(self, text: str) -> str:
        """The transcript of a story, with the bot's lines as they are now."""
        self.hears = "(语音 " in text
        self.build()
        script = text.splitlines()
        self._cast(script)
        skipping = False
        for line in script:
            if line.startswith(("  ", "\t")) and skipping:
                continue
            spoken = _LINE.match(line)
            skipping = bool(spoken and spoken["who"].startswith("bot"))
            if skipping:
                continue
            self._do(line, spoken)
        return "\n".join(self.lines).rstrip() + "\n"

    def build(self) -> None:
        """Makes everything but the database new, as a restart does."""
        self.conversation = Conversation(self.store, self.understanding)
        self.conversation.keep_picture = self.files.keep_own
        self.worker = Worker(self.conversation, Channels(), clock=lambda: self.now)
        transcriber = Prepared() if self.hears else None
        self.ear = Ear(self.conversation, self.files, transcriber, clock=lambda: self.now)

    def _do(self, line: str, spoken: re.Match[str] | None) -> None:
        self.lines.append(line)
        if line.startswith("@"):
            self.now = datetime.strptime(line[1:].strip(), "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING)
        elif span := _SPAN.match(line.strip()):
            self._wait(timedelta(**{_UNIT[span[2]]: int(span[1])}))
        elif off := _OFF.match(line.strip()):
            with self.store.begin() as tx:
                address = outbox.find_address(tx, "story", self.names[off[1]])
                people.close_address(tx, address or 0)
        elif spoken:
            self._speak(spoken["who"].strip(), spoken["what"])

    def _cast(self, script: list[str]) -> None:
        """Everybody named in the story has an address; those of the roster are who they are there."""
        names = dict.fromkeys(
            m["who"].removeprefix("bot -> ").strip() for line in script if (m := _LINE.match(line))
        )
        with self.store.begin() as tx:
            known = {person.name: person for person in people.everybody_on_the_roster(tx)}
            for name in names:
                if name == "bot" or name.startswith("#"):
                    continue
                address = hashlib.sha256(name.encode()).hexdigest()[:24]
                self.names[name] = address
                found, _, _ = people.arrive(tx, "story", address, "zh_Hans", self.now)
                if name in known:
                    people.bind(tx, found.id, known[name].id)
                    people_actions.consent(tx, known[name], self.now)
                self.seen[name] = []

    # -- speaking -----------------------------------------------------------------------------------
    def _speak(self, who: str, what: str) -> None:
        self.count += 1
        if self.restart:
            self.build()
        self._receive(self._incoming(who, what))
        self._happen(who)
        self.now += timedelta(seconds=5)

    def _receive(self, incoming: Incoming) -> None:
        reply = self.conversation.receive(incoming, self.now)
        if self.twice:
            again = self.conversation.receive(incoming, self.now)
            assert again == reply, f"the second delivery of {incoming.text!r} was answered differently"

    def _incoming(self, who: str, what: str) -> Incoming:
        common = {"channel": "story", "address": self.names[who], "message_id": str(self.count)}
        if pressed := re.fullmatch(r"(\(旧\))?\s*\[(.+)\]", what.strip()):
            payload, number = self._button(who, pressed[2], old=bool(pressed[1]))
            in_a_call = payload.startswith("end_call")  # where a number is something said
            if self.menus and number and (pressed[2].isdigit() or in_a_call):
                return Incoming(text=pressed[2], **common)
            if self.menus and number:
                return Incoming(text=str(number), **common)
            return Incoming(pressed=payload, **common)
        media: list[Media] = []
        given: dict[str, Any] = {}
        while attached := _ATTACHED.match(what):
            what = what[attached.end() :]
            if attached["kind"] in ("照片", "语音"):
                voice = recording((attached["value"] or "").strip())
                kind, content = ("photo", PHOTO) if attached["kind"] == "照片" else ("voice", voice)
                media.append(self.files.keep(kind, content))
            else:
                given |= self._attached(attached["kind"], attached["value"] or "")
        return Incoming(**({"text": what, "media": tuple(media)} | common | given))

    def _attached(self, kind: str, value: str) -> dict[str, Any]:
        """What stands in brackets before the words, as fields of the message."""
        if kind == "扫码":
            with self.store.read() as tx:
                place = place_rows.place_by_key(tx, value)
            return {"entry": f"p_{place.id if place else 0}"}
        if kind == "绑定码":
            with self.store.begin() as tx:
                person = next(one for one in people.everybody_on_the_roster(tx) if one.name == value)
                return {"text": people_actions.invite(tx, person.id, self.now)}
        if kind in ("对方的码", "扫对方的码"):
            shown = "\n".join(reply.text for reply in self.seen[value])
            code = [found[2] for found in _TOKEN.finditer(shown)][-1]
            return {"text": code} if kind == "对方的码" else {"entry": f"i_{code}"}
        if kind == "位置":
            latitude, longitude = value.split(",")
            return {"location": (float(latitude), float(longitude))}
        return {
            "相册": {"album": value},
            "群": {"private": False},
            "表情": {"unsupported": "sticker"},
            "名片": {"contact": Contact(phone=value, own=True)},
            "别人的名片": {"contact": Contact(phone=value, own=False)},
            "伪造": {"pressed": value, "text": ""},
        }[kind]

    def _button(self, who: str, label: str, *, old: bool) -> tuple[str, int]:
        """A button with this label, the newest or the oldest, and its number in the last message."""
        messages = self.seen[who]
        last = next((reply for reply in reversed(messages) if reply.choices()), None)
        for reply in messages if old else reversed(messages):
            choices = reply.choices()
            for number, (name, payload) in zip(numbers([name for name, _ in choices]), choices, strict=True):
                if name == label:
                    return payload, number if reply is last else 0
        raise AssertionError(f"{who} sees no button [{label}]")

    # -- what happens then --------------------------------------------------------------------------
    def _wait(self, span: timedelta) -> None:
        """Time passes in steps, so that what is due in between happens in its order."""
        end = self.now + span
        step = max(timedelta(seconds=30), min(timedelta(minutes=10), span / 200))
        due = self._next(self.now)
        while self.now < end:
            self.now = min(end, self.now + step)
            if due is None or self.now < due:
                continue
            if self._tick() + self._settle() or self._due() or self._listen():
                self._work()
            due = self._next(self.now)
        self._show(None)

    def _next(self, now: datetime) -> datetime | None:
        """When something is due next, so that quiet time passes at once; now while an answer or a
        recording is on its way."""
        with self.store.read() as tx:
            if reach.undelivered(tx, limit=1) or recordings.anything(tx, END):
                return now
            times = [value for value in tx.connection.execute(DUE).one() if value is not None]
        return min(times, default=None)

    def _tick(self) -> int:
        return tick(self.conversation, self.now)

    def _settle(self) -> int:
        return settle(self.conversation, self.now)

    def _due(self) -> bool:
        with self.store.read() as tx:
            return outbox.backlog(tx, self.now)["deliveries"] > 0

    def _listen(self) -> int:
        """Recordings that wait are heard, and what is due about them comes back."""
        came = self.ear.hand_back()
        while job := self.ear.take():
            self.ear.hear(job)
            came += self.ear.hand_back()
        return came

    def _work(self) -> None:
        for _ in range(20):
            told = self.worker.tell()
            due = self.worker._due_lanes()
            sent = [one for lane in LANES if lane in due for one in self.worker.post(lane)]
            while Bulk(self.worker).take(self.now).letters:
                told += 1
            if not told and not sent and not self._due():
                return

    def _happen(self, speaker: str) -> None:
        self._show(speaker)
        if self._listen():
            self._show(speaker)
        self._tick()
        self._work()
        if self._settle():
            self._work()
        self._show(None)

    def _show(self, speaker: str | None) -> None:
        """Writes down what arrived since: the answer to the speaker first."""
        came = self._new()
        order = ([speaker] if speaker else []) + [name for name in self.names if name != speaker]
        for name in order:
            for reply in came.get(self.names[name], ()):
                self.seen[name].append(reply)
                head = "bot" if name == speaker else f"bot -> {name}"
                self.lines.append(f"{head}: {spoken(reply)}")

    def _new(self) -> dict[str, list[Reply]]:
        """What came to each address since the last look."""
        came: dict[str, list[Reply]] = {}
        with self.store.read() as tx:
            for row in tx.rows(NEW.where(mailbox.c.id > self.cursor)):
                self.cursor = row.id
                if not row.mine:
                    came.setdefault(row.address, []).append(Reply.from_json(row.body))
        return came


def spoken(reply: Reply) -> str:
    """A reply as a line of a story: its words, then its buttons."""
    known = _TOKEN.sub(lambda found: f"{found[1] or ''}AbCd-2345", reply.text)
    text = _CODE.sub("ABCD-2345", known).replace("\n", "\n  ")
    labels = " ".join(f"[{button.label}]" for row in reply.buttons for button in row)
    return f"{text} {labels}".rstrip()


def stories(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.story"))


__all__ = ["Media", "Player", "spoken", "stories"]
