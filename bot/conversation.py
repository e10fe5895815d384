"""One message in: one transaction, one reply."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot import texts
from bot.meanings import Meanings
from bot.messages import Incoming, Media, Reply
from bot.state import State
from bot.talk import INTENTS, Heard, Unsure
from bot.turn import Turn
from domain.access import Actor
from domain.errors import Conflict
from domain.events import Delivery, Event
from domain.people import Person
from domain.tree import Community
from nlu.elsewhere import SecondOpinion
from nlu.meaning import Meaning, NamedPlace
from nlu.understand import Understanding
from storage import cases, community, outbox, people
from storage.people import Address
from storage.store import Store, Unavailable
from storage.tx import Tx

log = structlog.get_logger()

MAILBOX = frozenset({"web", "terminal", "story", "open311"})
"""Channels whose messages are rows: sent in the same transaction, so exactly once."""

CRASHES_AT_MOST = 3
TEXT_AT_MOST = 4096  # characters
ALBUM_WAITS = timedelta(seconds=1.5)


Hand = Callable[[Delivery, Address, Reply], None]


class Conversation:
    """Receives messages of every channel. Safe to call from several threads."""

    def __init__(
        self,
        store: Store,
        understanding: Understanding,
        second: SecondOpinion | None = None,
    ) -> None:
        self.store = store
        self.stirred: Callable[[], None] = lambda: None  # called when others may have to hear of a turn
        self.hears = False  # whether recordings become words
        self.keep_picture: Callable[[bytes], Media] | None = None  # where pictures of our own are stored
        self.site = ""  # where the pages for people are, for links
        self.hand: Hand | None = None  # set where replies are sent: takes one that is leased already
        self.meanings = Meanings(understanding)
        self._second = second
        self._community: Community | None = None
        self._reload = threading.Lock()

    def receive(self, incoming: Incoming, now: datetime) -> Reply | None:
        """Answers one message. What was answered before gets the same answer.

        Raises storage.store.Unavailable when nothing could be saved: the channel must not acknowledge.
        """
        incoming = clean(incoming)
        known: dict[str, Meaning] = {}
        for attempt in range(CRASHES_AT_MOST + 1):
            try:
                if incoming.text not in known:
                    known[incoming.text] = self.understand(incoming.text, now)
                reply, then = self._turn(incoming, known, now, ask=attempt == 0)
            except Unavailable:
                raise
            except Unsure as unsure:
                assert self._second is not None
                known[unsure.words] = self._second.about(unsure.meaning)
                continue
            except Conflict:
                if attempt == CRASHES_AT_MOST:
                    raise
                continue
            except Exception as error:  # whatever it was, one message must stop nobody
                log.exception("turn_crashed", channel=incoming.channel, error=type(error).__name__)
                if (told := self._quarantined(incoming, error, now)) is not None:
                    for act in told:
                        act()
                    self.stirred()
                    return Reply(text=texts.say(incoming.locale or "zh_Hans", "common.broken"))
                continue
            for act in then:
                act()
            return reply
        return None

    def community(self, tx: Tx, version: int | None = None) -> Community:
        """The community as the database has it now."""
        known = self._community
        if known is not None and known.version == (community.version(tx) if version is None else version):
            texts.use(known.texts)
            return known
        with self._reload:
            fresh = replace(community.load(tx), site=self.site)
            named = [
                NamedPlace(id=key, name=name, aliases=aliases, spot=spot)
                for key, name, aliases, spot in community.estates(tx)
            ]
            here = self.meanings.understanding.with_places(named)
            if here is not self.meanings.understanding:
                self.meanings = Meanings(here)
            self._community = fresh
            texts.use(fresh.texts)
            return fresh

    def warm(self) -> None:
        """Reads the community before the first message comes."""
        with self.store.read() as tx:
            self.community(tx)

    def understand(self, text: str, now: datetime) -> Meaning:
        """What words mean here, with the community's own places."""
        if self._community is None:
            self.warm()
        return self.meanings.of(text, now)

    def _remembering(self, known: dict[str, Meaning], now: datetime) -> Callable[[str], Meaning]:
        """Understanding for one turn: the same words are looked at once."""

        def understand(words: str) -> Meaning:
            if words not in known:
                known[words] = self.understand(words, now)
            return known[words]

        return understand

    def _turn(
        self, incoming: Incoming, understood: dict[str, Meaning], now: datetime, *, ask: bool
    ) -> tuple[Reply | None, list[Callable[[], None]]]:
        """One transaction; what is to be done once it is committed comes back with the reply."""
        with self.store.begin() as tx:
            address, person, version = people.arrive(
                tx, incoming.channel, incoming.address, incoming.locale, now
            )
            known = people.answered(tx, address.id, incoming.message_id)
            if known is not None:
                return (Reply.from_json(known) if known else None), []
            actor = Actor(
                person=person,
                roles=tuple(people.roles_of(tx, person.id, now)),
                community=self.community(tx, version),
            )
            state = State.from_json(address.state)
            ballots = _ballots(state)
            heard = Heard(
                text=incoming.text,
                meaning=understood[incoming.text],
                files=self._keep_files(tx, incoming, person.id, now),
                incoming=incoming,
            )
            turn = Turn(
                tx=tx,
                actor=actor,
                address=address,
                state=state,
                now=now,
                incoming=incoming,
                heard=heard,
                understand=self._remembering(understood, now),
                hears=self.hears,
                keep_picture=self.keep_picture,
            )
            if ask and self._second is not None:
                turn.may_ask = self._second.may_help
            reply = turn.reply()
            now_stand = _ballots(state)
            hidden = turn.hides or any(now_stand.get(key, told) != told for key, told in ballots.items())
            then = self._leave(tx, address, state, heard, reply, now, hidden=hidden)
            if tx.stirred:
                then.append(self.stirred)
            return reply, then

    @staticmethod
    def _keep_files(tx: Tx, incoming: Incoming, person_id: int, now: datetime) -> tuple[int, ...]:
        return tuple(
            cases.keep_file(tx, person_id, medium.sha256, medium.mime, medium.size, now)
            for medium in incoming.media
            if medium.sha256
        )

    def _leave(
        self,
        tx: Tx,
        address: Address,
        state: State,
        heard: Heard,
        reply: Reply | None,
        now: datetime,
        *,
        hidden: bool = False,
    ) -> list[Callable[[], None]]:
        """Keeps the dialogue, and the reply where the channel will find it."""
        incoming = heard.incoming
        assert incoming is not None
        if reply is not None and (choices := reply.choices()):
            state.menu = choices
        stored = reply.as_json() if reply else {}
        people.leave(tx, address, state.as_json(), incoming.message_id, stored, now)
        if incoming.channel in MAILBOX:
            _post(tx, address, heard, stored, now, hidden=hidden)
            return []
        if reply is None:
            return []
        answer = Delivery(
            key=f"reply:{address.id}:{incoming.album or incoming.message_id}",
            kind="reply",
            lane="reply",
            person_id=address.person_id,
            address_id=address.id,
            payload=stored,
            due_at=now + ALBUM_WAITS if incoming.album else now,
        )
        if incoming.album or self.hand is None:
            outbox.supersede(tx, answer)
            return [self.stirred]
        leased = tx.add(replace(answer, state="sending", attempts=1, lease_until=now + outbox.LEASE))
        return [partial(self.hand, leased, address, reply)]

    def _quarantined(
        self, incoming: Incoming, error: Exception, now: datetime
    ) -> list[Callable[[], None]] | None:
        """Counts the crash; after three the message is put aside with its words and a human is told.

        Returns what is to be done once that is committed; None when the message is to be tried again.
        """
        with self.store.begin() as tx:
            crashes = outbox.crashed(
                tx,
                incoming.channel,
                incoming.address,
                incoming.message_id,
                words=incoming.text or _named(incoming.pressed),
                reason=type(error).__name__,
                now=now,
            )
            if crashes < CRASHES_AT_MOST:
                return None
            then: list[Callable[[], None]] = []
            address, person, _ = people.arrive(tx, incoming.channel, incoming.address, incoming.locale, now)
            reply = Reply(text=texts.say(person.locale, "common.broken"))
            if people.answered(tx, address.id, incoming.message_id) is None:
                heard = Heard(text=incoming.text, meaning=self.understand("", now), incoming=incoming)
                then = self._leave(tx, address, State(), heard, reply, now)
            tx.add(
                Event(
                    kind="message_quarantined",
                    at=now,
                    subject="address",
                    subject_id=address.id,
                    actor_id=person.id,
                )
            )
            return then


def _named(payload: str) -> str:
    """A payload for those who look into a crash; of a secret flow only which flow it is.

    What answers an open question may belong to one: of it only that it was an answer.
    """
    name = payload.partition(" ")[0]
    return payload if name in INTENTS and not INTENTS[name].secret else name


def _ballots(state: State) -> dict[int, str]:
    """What stands so far in flows whose answers are nobody's to read later, open or put aside."""
    flows = [one for one in (state.open, *state.parked) if one is not None]
    return {one.id: repr(one.told) for one in flows if one.intent in INTENTS and INTENTS[one.intent].secret}


def _post(
    tx: Tx, address: Address, heard: Heard, reply: dict[str, object], now: datetime, *, hidden: bool
) -> None:
    """The person's own message and the reply, as rows of their mailbox; of a vote not what was ticked."""
    incoming = heard.incoming
    assert incoming is not None
    if hidden:
        reader = tx.get(Person, address.person_id)
        heard = replace(heard, text=texts.say(reader.locale if reader else "zh_Hans", "appraisals.hidden"))
    said = {"text": heard.text or _label(tx, address, incoming.pressed), "files": list(heard.files)}
    if (said["text"] or heard.files or incoming.location) and not incoming.recording:
        outbox.post(tx, address.id, mine=True, body=said, now=now, client_id=incoming.message_id)
    if reply:
        outbox.post(tx, address.id, mine=False, body=reply, now=now)


def _label(tx: Tx, address: Address, payload: str) -> str:
    """What stood on the button that was pressed, in the last message with choices or one before it."""
    if not payload:
        return ""
    choices = list(address.state.get("menu", ()))
    if payload not in {one[1] for one in choices}:
        for row in outbox.mail_before(tx, address.id, None):
            choices += Reply.from_json(row.body).choices() if not row.mine else []
    own, reader = "", tx.get(Person, address.person_id)
    for named in (f"commands.{payload}", f"words.intent.{payload}"):  # a key of the page, not of a reply
        if reader and texts.has(named):
            own = texts.say(reader.locale, named).split("|")[0]
    return next((str(label) for label, found in choices if found == payload), own)


def clean(incoming: Incoming) -> Incoming:
    """What no part of the house should have to think about: NUL, lone surrogates, endless texts."""
    text = storable(incoming.text)
    problems = incoming.problems
    if len(text) > TEXT_AT_MOST:
        text, problems = text[:TEXT_AT_MOST], (*problems, "common.cut")
    return replace(
        incoming,
        text=text,
        problems=problems,
        pressed=storable(incoming.pressed)[:256],
        entry=storable(incoming.entry)[:128],
        album=storable(incoming.album)[:64],
        message_id=storable(incoming.message_id)[:128],
    )


def storable(text: str) -> str:
    """The characters that a database and a channel can take."""
    return text.encode("utf-8", "ignore").decode().replace("\x00", "")
