"""The words a flow is written in: ask, say, and the slots and intents they are about.

A flow is a function that reads as its dialogue does. Every turn runs it again from its first line:
`ask` gives back what is known, and the first thing missing is asked for and ends the turn.
So a flow asks first and acts last: nothing is written above an `ask`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from bot import texts
from bot.messages import Button, Card, Incoming, Media, Reply
from bot.state import FlowState, State
from domain.access import Actor
from domain.people import Person, RoleKind
from domain.tree import Community
from nlu.meaning import Meaning
from storage.tx import Tx

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message with what it may mean. `chosen` is the value of a pressed choice of the open question."""

    text: str = ""
    meaning: Meaning
    files: tuple[int, ...] = ()
    chosen: Any = None
    incoming: Incoming | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer that can be pressed."""

    label: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot(Generic[T]):
    """One question: how an answer is read, what can be pressed, how the stored answer becomes a value.

    `read` returns a JSON value, or None when the message is no answer. `early` slots are also read
    from what was said before they were asked.
    """

    name: str
    read: Callable[[Talk, Heard], Any]
    load: Callable[[Talk, Any], T | None]
    offer: Callable[[Talk], Iterable[Choice]] = lambda talk: ()
    early: bool = False
    free: bool = False
    ask_contact: bool = False


class Asking(Exception):
    """The turn ends with this question."""

    def __init__(self, slot: Slot[Any], facts: dict[str, Any], *, again: bool) -> None:
        super().__init__(slot.name)
        self.slot = slot
        self.facts = facts
        self.again = again


class Redirect(Exception):
    """Another flow goes on with the words of this one."""

    def __init__(self, intent: str, *, chosen: bool = False, **told: str) -> None:
        super().__init__(intent)
        self.intent = intent
        self.chosen = chosen  # the person said so: worth learning
        self.told = told


class Said(Exception):
    """These words are read as if they had been written now, with the files of this flow."""

    def __init__(self, words: str) -> None:
        super().__init__("")
        self.words = words


class Unsure(Exception):
    """Words worth a second opinion, which is asked outside of the transaction; then the turn runs again."""

    def __init__(self, words: str, meaning: Meaning) -> None:
        super().__init__()
        self.words = words
        self.meaning = meaning


@dataclass(slots=True, kw_only=True)
class Talk:
    """One turn of one flow, seen from inside the flow."""

    tx: Tx
    actor: Actor
    now: datetime
    flow: FlowState
    state: State
    heard: Heard  # this turn's message
    understand: Callable[[str], Meaning]
    answer: Heard | None = None  # this turn's message, while it may answer the open question
    address_id: int = 0
    channel: str = ""
    keep_picture: Callable[[bytes], Media] | None = None  # where pictures of our own are stored
    notes: list[str] = field(default_factory=list)  # said above the reply
    hides: bool = False  # what was said or pressed in this turn stands nowhere afterwards

    @property
    def person(self) -> Person:
        return self.actor.person

    @property
    def locale(self) -> str:
        return self.actor.person.locale

    @property
    def community(self) -> Community:
        return self.actor.community

    @property
    def files(self) -> tuple[int, ...]:
        """The photos and recordings sent in this flow."""
        return tuple(self.flow.files)

    @property
    def said(self) -> Meaning:
        """What the words of this flow mean, also when a button was pressed since."""
        return self.understand(self.flow.words[-1]) if self.flow.words else self.heard.meaning

    # -- asking -------------------------------------------------------------------------------------
    def ask(self, slot: Slot[T], **facts: Any) -> T:
        """The answer to a question; when there is none yet, the turn ends with the question."""
        flow, name = self.flow, slot.name
        if name in flow.heard:
            known = slot.load(self, flow.heard[name])
            if known is not None:
                return known
            del flow.heard[name]
        if name in flow.told:
            told = flow.told.pop(name)
            known = slot.load(self, told)
            if known is not None:
                return self._keep(slot, known, told)
        again = False
        if self.answer is not None and flow.asked == name:
            answer, self.answer = self.answer, None
            value = answer.chosen if answer.chosen is not None else slot.read(self, answer)
            known = slot.load(self, value) if value is not None else None
            if known is not None:
                return self._keep(slot, known, value)
            again = True
        if slot.early and flow.asked != name:
            # what it is about was said first; of a place or a time the last word counts
            for words in flow.words if slot.free else reversed(flow.words):
                said = Heard(text=words, meaning=self.understand(words), files=tuple(flow.files))
                value = slot.read(self, said)
                known = slot.load(self, value) if value is not None else None
                if known is not None:
                    return self._keep(slot, known, value)
        raise Asking(slot, facts, again=again)

    def _keep(self, slot: Slot[T], known: T, value: Any) -> T:
        self.flow.heard[slot.name] = value
        if self.flow.asked == slot.name:
            self.flow.answers.append([slot.name, self._said_before()])
            self.flow.asked, self.flow.tries, self.flow.offered = "", 0, []
        return known

    def _said_before(self) -> int:
        """How many words were said before this turn."""
        words = self.flow.words
        return len(words) - 1 if words and self.heard.text and words[-1] == self.heard.text else len(words)

    def told_id(self, name: str) -> int:
        """A number told with a button; 0 for anything else, which finds nothing."""
        return whole(self.flow.told.get(name))

    def known(self, slot: Slot[T]) -> T | None:
        """An answer if there is one, without asking."""
        value = self.flow.heard.get(slot.name, self.flow.told.get(slot.name))
        return None if value is None else slot.load(self, value)

    # -- saying -------------------------------------------------------------------------------------
    def text(self, key: str, **facts: Any) -> str:
        """A sentence of this flow ("done") or of another file ("buttons.claim")."""
        return texts.say(self.locale, key if "." in key else f"{texts_of(self.flow.intent)}.{key}", **facts)

    def say(
        self,
        key: str,
        *,
        buttons: Sequence[Sequence[Button]] | Sequence[Button] = (),
        card: Card | None = None,
        **facts: Any,
    ) -> Reply:
        """The reply that ends the flow."""
        return Reply(text=self.text(key, **facts), buttons=rows_of(buttons), card=card)

    def button(self, label: str, intent: str, *, style: str = "", **told: Any) -> Button:
        """A choice that starts an intent with some of its slots told: `claim_task task=7`."""
        payload = " ".join([intent, *(f"{name}={value}" for name, value in told.items())])
        assert len(payload.encode()) <= 64, payload
        name = texts.say(self.locale, f"buttons.{label}") if texts.has(f"buttons.{label}") else label
        return Button(label=name, payload=payload, style=style)


def whole(value: Any) -> int:
    """A row's id as a payload tells it; 0, which no row has, for what is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else 0


def rows_of(buttons: Sequence[Any]) -> tuple[tuple[Button, ...], ...]:
    """Buttons as rows; a flat list is one button a row when labels are long, else three."""
    if not buttons:
        return ()
    if not isinstance(buttons[0], Button):
        return tuple(tuple(row) for row in buttons if row)
    per_row = 1 if max(len(button.label) for button in buttons) > 10 else 3
    return tuple(tuple(buttons[i : i + per_row]) for i in range(0, len(buttons), per_row))


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentDef:
    """An intent: its flow and who may start it."""

    name: str
    run: Callable[[Talk], Reply]
    roles: frozenset[RoleKind] = frozenset()  # empty: everybody
    consent: bool = False  # it keeps what people say: ask them first
    menu: bool = False  # stands in the menu of those who may use it
    texts: str = ""  # the file of its sentences, when it is not its own name
    alone: bool = False  # the question that was put aside does not come back with its reply
    keeps_words: bool = False  # what was not understood stays known: a human may get it next
    secret: bool = False  # what people answer in it stands nowhere once it is over

    def open_to(self, actor: Actor) -> bool:
        return not self.roles or actor.has(self.roles)


LOOKS = frozenset({"my_tasks", "case_status", "ask_policy", "list_activities", "read_notices"})
"""Intents that only look: a question of such a kind is no answer to one that takes any words."""
INTENTS: dict[str, IntentDef] = {}


def texts_of(name: str) -> str:
    """The file in which an intent's sentences stand."""
    return INTENTS[name].texts if name in INTENTS else name


def intent(
    *,
    roles: Iterable[RoleKind] = (),
    consent: bool = False,
    menu: bool = False,
    texts: str = "",
    alone: bool = False,
    keeps_words: bool = False,
    secret: bool = False,
) -> Callable[[Callable[[Talk], Reply]], Callable[[Talk], Reply]]:
    """Registers a flow under its function's name."""

    def register(run: Callable[[Talk], Reply]) -> Callable[[Talk], Reply]:
        name = run.__name__
        INTENTS[name] = IntentDef(
            name=name,
            run=run,
            roles=frozenset(roles),
            consent=consent,
            menu=menu,
            texts=texts or name,
            alone=alone,
            keeps_words=keeps_words,
            secret=secret,
        )
        return run

    return register
