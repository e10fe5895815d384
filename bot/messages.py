"""What comes in and what goes out, the same on every channel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A photo, a voice message or a file.

    `ref` is what the channel fetches it by (Telegram's file_id, the web chat's upload);
    once kept, `sha256` is its name in our own store.
    """

    kind: str  # photo | voice | file
    ref: str = ""
    sha256: str = ""
    mime: str = ""
    size: int = 0  # bytes, 0 when unknown
    seconds: int = 0  # length of a voice message


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A shared phone number. `own` is true only when the channel itself vouches that it is the sender's."""

    phone: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message from one address. `(channel, address, message_id)` is its identity: it is answered once."""

    channel: str  # telegram | web | terminal
    address: str  # where the answer goes: a chat id, a web session, a persona
    message_id: str
    text: str = ""
    pressed: str = ""  # a button's payload; user input like any other
    media: tuple[Media, ...] = ()
    location: tuple[float, float] | None = None  # latitude, longitude in degrees
    contact: Contact | None = None
    album: str = ""  # parts of one album share this
    entry: str = ""  # the payload of a deep link or QR code
    edits: str = ""  # the message_id that this one replaces
    locale: str = ""  # zh_Hans | zh_Hant | en, when the channel knows
    private: bool = True  # false in a group
    unsupported: str = ""  # a kind nobody can read: sticker, poll, …
    at: datetime | None = None  # when it was written, as the channel says
    problems: tuple[str, ...] = ()  # text keys: what came with it and could not be taken
    recording: int = 0  # set by no channel: this recording of theirs was heard, and `text` is what was


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A choice under a reply. `payload` is at most 64 bytes; `url` opens a page instead."""

    label: str
    payload: str = ""
    style: str = ""  # "" | primary | danger
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A thing with a state, drawn as a card where the channel can: a case, an activity, a notice."""

    kind: str  # case | activity | notice | wish | task
    title: str
    lines: tuple[str, ...] = ()
    progress: float | None = None  # 0 to 1
    presses: tuple[str, ...] = ()  # payloads of the reply's buttons that are about this thing


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the person reads: a text, rows of buttons, perhaps a card or pictures (ids of stored files).

    `card` comes with the text. `cards` are the text itself, thing by thing: a channel that draws them shows
    `lead` and the cards in its place, every other one just says the text.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    card: Card | None = None
    cards: tuple[Card, ...] = ()
    lead: str = ""
    settles: str = ""  # the payload of an earlier button that has done its work
    files: tuple[int, ...] = ()
    ask_contact: str = ""  # what a key says that shares the own number, where the channel has one
    refused: bool = False  # what was said could not be done, or not be understood

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Reply:
        card = stored.get("card")
        return cls(
            text=stored.get("text", ""),
            buttons=tuple(tuple(Button(**button) for button in row) for row in stored.get("buttons", ())),
            card=_card(card) if card else None,
            cards=tuple(_card(one) for one in stored.get("cards", ())),
            lead=str(stored.get("lead", "")),
            settles=str(stored.get("settles", "")),
            files=tuple(stored.get("files", ())),
            ask_contact=str(stored.get("ask_contact", "")),
            refused=bool(stored.get("refused", False)),
        )

    def under(self, notes: Sequence[str]) -> Reply:
        """The same below what has to be said first."""
        lead = "\n".join([*notes, self.lead]).strip("\n") if self.cards else ""
        return replace(self, text="\n".join([*notes, self.text]), lead=lead)

    def followed_by(self, between: str, onward: Reply) -> Reply:
        """The two as one message; of two buttons with one label the later one stays."""
        later = {button.label for row in onward.buttons for button in row}
        rows = (tuple(button for button in row if button.label not in later) for row in self.buttons)
        return replace(
            onward,
            text=f"{self.text}\n\n{between}{onward.text}",
            buttons=(*(row for row in rows if row), *onward.buttons),
            card=self.card or onward.card,
            cards=(),  # two replies in one are said in words
            settles=self.settles or onward.settles,
            files=(*self.files, *onward.files),
            refused=self.refused or onward.refused,
        )

    def choices(self) -> list[list[str]]:
        """The buttons that answer with a payload, as [label, payload]."""
        return [[button.label, button.payload] for row in self.buttons for button in row if button.payload]


def _card(stored: dict[str, Any]) -> Card:
    tuples = {name: tuple(stored.get(name, ())) for name in ("lines", "presses")}
    return Card(**(stored | tuples))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How one send ended.

    `state` is sent | refused (never again to this address: blocked, gone) | later (try after `retry_after`)
    | unknown (the channel may or may not have taken it) | moved (the chat has a new address).
    """

    state: str
    message_id: str = ""
    reason: str = ""
    retry_after: float = 0.0  # seconds
    moved_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a channel can do; the core adapts."""

    buttons: bool = True  # false: choices become numbered text
    media: bool = True
    push: bool = True  # false: the reply is the answer to the request itself
    markup: str = ""  # no markup anywhere: what people type is never parsed


Receive = Callable[[Incoming], Awaitable[Reply | None]]
"""What a channel calls for each message. When it returns, the turn has been committed:
only then may the channel acknowledge the update. It raises when nothing was saved."""

Fetch = Callable[[Media], Awaitable[bytes]]
"""Fetches a medium's bytes from the channel. Raises ValueError with a reason when it may not be taken."""


class Channel(Protocol):
    """One way to reach people."""

    name: str
    capabilities: Capabilities

    async def send(self, address: str, reply: Reply) -> Sent: ...


@dataclass(slots=True)
class Channels:
    """The channels that are switched on, by name."""

    by_name: dict[str, Channel] = field(default_factory=dict)

    def add(self, channel: Channel) -> None:
        self.by_name[channel.name] = channel

    def get(self, name: str) -> Channel | None:
        return self.by_name.get(name)
