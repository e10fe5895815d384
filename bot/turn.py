"""How one message is read, in a fixed order, and which flow it goes to.

a recording that was heard → deep link → life-safety → pressed button → group → interrupt → open call
→ open question → more about the case just filed → meaning → fallback to a human.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from actions import learning
from bot import (
    consenting,
    fallback,
    followup,
    in_hand,
    orders,
    pace,
    perhaps,
    questions,
    refused,
    texts,
    voice,
)
from bot.channels.menu import labelled, pick
from bot.courtesy import courtesy
from bot.interrupts import Interrupt, interrupt, obey
from bot.messages import Incoming, Media, Reply
from bot.state import FlowState, State
from bot.talk import INTENTS, LOOKS, Asking, Heard, Redirect, Said, Talk, whole
from domain.access import Actor
from domain.errors import Refusal
from domain.people import DESKS, RUNS_A_QUEUE
from nlu.meaning import Meaning
from nlu.thresholds import SWITCH
from storage import notices
from storage.people import Address
from storage.tx import Tx

_CODE = re.compile(r"(?:i_)?[A-Za-z0-9_-]{22}")  # what a branch gives out to bind an address


@dataclass(slots=True, kw_only=True)
class Turn:
    """One message on its way to a reply, inside one transaction."""

    tx: Tx
    actor: Actor
    address: Address
    state: State
    now: datetime
    incoming: Incoming
    heard: Heard
    understand: Callable[[str], Meaning]
    may_ask: Callable[[Meaning], bool] = lambda _meaning: False  # whether another engine would be asked
    hears: bool = False  # recordings become words here
    keep_picture: Callable[[bytes], Media] | None = None  # where pictures of our own are stored
    hides: bool = False  # what was said or pressed in this turn stands nowhere afterwards
    notes: list[str] = field(default_factory=list)

    @property
    def locale(self) -> str:
        return self.actor.person.locale

    def say(self, key: str, **facts: Any) -> str:
        return texts.say(self.locale, key, **facts)

    # -- the order ----------------------------------------------------------------------------------
    def reply(self) -> Reply | None:
        """Reads the message and answers it."""
        alarming = self.heard.text if self.heard.meaning.emergency is None and perhaps.heard(self) else ""
        reply = self._choose()
        if reply is not None:
            reply = self.noted(reply)
            reply = perhaps.with_alarm(self, alarming, reply) if alarming else reply
        problems = [self.say(key) for key in self.incoming.problems]
        if problems:
            reply = reply.under(problems) if reply else Reply(text="\n".join(problems))
        return reply

    def _choose(self) -> Reply | None:
        incoming, meaning = self.incoming, self.heard.meaning
        if incoming.recording:
            return voice.comes_back(self)
        if incoming.entry:
            return self.start("start", {"entry": incoming.entry})
        if meaning.emergency is not None and not incoming.pressed:
            voice.join(self)
            return self.start("call_emergency", {"emergency": str(meaning.emergency)})
        if perhaps.heard(self):
            self.notes.append(perhaps.numbers(self))
        if pace.too_fast(self):
            return pace.hold(self)
        pace.let_through(self)
        if incoming.pressed:
            return self.press(incoming.pressed)
        if not incoming.private:
            return Reply(text=self.say("common.group"))
        if incoming.contact is not None:
            return self.start("bind_contact")
        return self.words()

    def words(self) -> Reply | None:
        """What was written, or spoken and confirmed."""
        text = self.heard.meaning.text
        word = interrupt(text) if text else None
        call = notices.call_of(self.tx, self.actor.id, self.now)
        if call is not None and (word is Interrupt.CANCEL or text == self.say("buttons.hang_up")):
            return self.start("end_call", {"call": call.id})
        if word is not None and (reply := obey(self, word)):
            return reply
        if call is not None:
            return self.start("relay", {"call": call.id})
        if followup.part_of_album(self):
            return None
        if voice.to_be_heard(self):
            return voice.keep(self)
        if text and self.state.open is not None and questions.picked(self, self.state.open):
            return self.answer(self.state.open)
        if _CODE.fullmatch(self.incoming.text.strip()) and not self._asks_for_a_code():
            return self.start("bind")
        if text and self.state.open is None and (payload := self._on_a_button(text)):
            return self.press(payload)
        command = texts.commands(self.locale).get(text.lower().strip("/ ")) if text else None
        if command and self.offered(command):
            return self.start(command)
        if self.state.open is not None:
            if followup.gives_up(self) and (reply := obey(self, Interrupt.CANCEL)):
                return reply
            return orders.plain(self) or in_hand.not_yet(self) or self.answer(self.state.open)
        if text and (payload := pick(text, questions.menu(self.state.menu))):
            return self.press(payload)
        return followup.follow_up(self) or fallback.by_meaning(self)

    def _on_a_button(self, text: str) -> str | None:
        """What is written on a button before one's eyes means that button, though it names an intent, too."""
        payload = labelled(text, questions.menu(self.state.menu))
        return payload if payload and not payload.startswith("?") else None

    def _asks_for_a_code(self) -> bool:
        return self.state.open is not None and self.state.open.intent == "bind"

    def offered(self, name: str) -> bool:
        definition = INTENTS.get(name)
        return definition is not None and definition.open_to(self.actor)

    # -- buttons ------------------------------------------------------------------------------------
    def press(self, payload: str) -> Reply:
        """A button: an answer to the open question, or an intent with some of its slots told.

        A number or label that was written instead is a button pressed, and no words.
        """
        self.heard = replace(self.heard, text="", meaning=self.understand(""))
        if payload.startswith("?"):
            return self._press_answer(payload)
        name, *pairs = payload.split(" ")
        definition = INTENTS.get(name)
        if definition is None or not all("=" in pair for pair in pairs):
            return self._again(self.say("common.stale"))
        told: dict[str, Any] = dict(pair.split("=", 1) for pair in pairs)
        if self.actor.has(DESKS) and (case_id := whole(told.get("case"))):
            self.state.spoke_of(case_id, self.now)
        return self.start(name, told)

    def _press_answer(self, payload: str) -> Reply:
        flow_id, _, rest = payload[1:].partition(".")
        slot, _, index = rest.rpartition(".")
        flow = self.state.open
        if flow is None or str(flow.id) != flow_id:
            parked = next((one for one in self.state.parked if str(one.id) == flow_id), None)
            if parked is None:
                return self._again(self.say("common.stale"))
            self.state.parked.remove(parked)
            self.state.park()
            flow = self.state.open = parked
        if flow.asked != slot or not index.isdecimal():
            return self._again(self.say("common.stale"))
        if int(index) >= len(flow.offered):
            flow.page += 1
            return self.run(flow)
        return self._answered(flow, replace(self.heard, chosen=flow.offered[int(index)][1]))

    def _again(self, note: str) -> Reply:
        """A kind word, and the open question once more."""
        if self.state.open is None:
            return Reply(text=note)
        self.notes.append(note)
        return self.run(self.state.open)

    # -- the open question --------------------------------------------------------------------------
    def answer(self, flow: FlowState) -> Reply:
        """The message as an answer to the open question."""
        flow.files.extend(self.heard.files)
        self._note_location(flow)
        payload = questions.picked(self, flow)
        if payload:
            return self.press(payload)
        if self.heard.text:
            flow.words.append(self.heard.text)
        return self._answered(flow, self.heard)

    def _note_location(self, flow: FlowState) -> None:
        if self.incoming.location is not None:
            flow.told["location"] = list(self.incoming.location)

    def _answered(self, flow: FlowState, answer: Heard) -> Reply:
        if flow.asked == consenting.CONSENT:
            return consenting.answered(self, flow, answer)
        return self.run(flow, answer)

    def _not_an_answer(self, flow: FlowState, talk: Talk, asking: Asking) -> Reply:
        """Another subject, or a second try, or a human."""
        meaning = self.heard.meaning
        if not flow.free and (other := orders.order(self) or fallback.aside(self)) is not None:
            return other
        if (polite := courtesy(meaning.text)) and polite != "common.noted":
            self.notes.append(self.say(polite))
            return questions.pose(self, flow, talk, asking)
        if flow.intent == "which":  # other words instead of a button: the two are read together
            self.state.open, self.heard = None, replace(self.heard, files=tuple(flow.files))
            if told := fallback.completed(self, flow):
                return told
            return followup.follow_up(self) or fallback.by_meaning(self)
        if followup.another_report(self, flow):
            self.state.next = [*self.state.next, self.heard.text][-fallback.NEXT_AT_MOST :]
            flow.words.remove(self.heard.text)
            self.notes.append(self.say("common.for_later", text=self.heard.text[:20]))
            return questions.pose(self, flow, talk, asking)
        switch = meaning.intent != flow.intent and meaning.confidence >= SWITCH
        if switch and meaning.intent == "cancel" and (stopped := obey(self, Interrupt.CANCEL)):
            return stopped  # 不发了, 不弄了: this, and no matter of its own
        at_the_desk = INTENTS[flow.intent].roles & RUNS_A_QUEUE and self.actor.has(RUNS_A_QUEUE)
        named = meaning.intent in INTENTS and meaning.intent != "out_of_scope"
        named = named and not (at_the_desk and meaning.intent == "talk_to_human")  # the human is who asks
        if switch and named and (not flow.free or meaning.intent in LOOKS):
            if flow.words and flow.words[-1] == self.heard.text:
                flow.words.pop()
            return self.start(meaning.intent)
        flow.tries += 1
        if flow.tries >= 2 and not INTENTS[flow.intent].secret:
            if not at_the_desk:
                return self.to_human(flow)
            self.notes.append(self.say("common.or_stop"))
        return replace(questions.pose(self, flow, talk, asking), refused=True)

    def to_human(self, flow: FlowState) -> Reply:
        """A human takes over, with every word of this flow; of a secret one with none."""
        self.state.open = None
        voice.settle(self, flow)
        words = [] if INTENTS[flow.intent].secret else list(dict.fromkeys(flow.words))
        return self.start("talk_to_human", {"words": "\n".join(words)}, files=flow.files)

    # -- running a flow -----------------------------------------------------------------------------
    def start(
        self,
        name: str,
        told: dict[str, Any] | None = None,
        files: list[int] | None = None,
        words: list[str] | None = None,
    ) -> Reply:
        """Starts an intent; an open question is put aside and comes back afterwards."""
        dropped = self.state.park()
        if dropped is not None and dropped.words:
            self.notes.append(self.say("common.dropped"))
        flow = self.state.new_flow(name, told)
        flow.files = list(files if files is not None else self.heard.files)
        flow.words = list(words or ())
        self._note_location(flow)
        if self.incoming.album:
            flow.told["album"] = self.incoming.album
        if self.heard.text and not self.incoming.pressed:
            flow.words.append(self.heard.text)
        return self.run(flow)

    def run(self, flow: FlowState, answer: Heard | None = None) -> Reply:
        """The flow from its first line: to its next question, or to its end."""
        definition = INTENTS.get(flow.intent)
        if definition is None or not definition.open_to(self.actor):
            self.state.open = None
            return self.resume(refused.not_open(self, flow, definition))
        if definition.consent and self.actor.person.consent_at is None:
            return consenting.ask(self, flow)
        trial = copy.deepcopy(flow)
        talk = self._talk(trial, answer)
        self.state.open = None
        try:
            with self.tx.savepoint():
                try:
                    reply = definition.run(talk)
                finally:
                    self.hides = self.hides or talk.hides
        except Asking as asking:
            self.state.open = trial
            self.notes.extend(talk.notes)
            if asking.again and answer is not None and answer.chosen is None:
                return self._not_an_answer(trial, talk, asking)
            return questions.pose(self, trial, talk, asking)
        except Said as said:
            return voice.said(self, trial, said.words)
        except Redirect as redirect:
            voice.settle(self, trial)
            onward = self.state.new_flow(redirect.intent, dict(redirect.told))
            onward.words, onward.files = trial.words, trial.files
            teaches = redirect.chosen and trial.words and not self.understand(trial.words[-1]).private
            if teaches and trial.told.get("guesses"):
                guess = str(trial.told["guesses"][0])
                learning.chosen(self.tx, trial.words[-1], taken_for=guess, meant=onward.intent, now=self.now)
            return self.run(onward)
        except Refusal as refusal:
            reply = refused.told(self, flow, refusal)
        self.state.lost = 0
        if not definition.keeps_words:
            self.state.lost_words = []
        self.notes.extend(talk.notes)
        return self.noted(reply) if definition.alone else self.resume(reply)

    def _talk(self, flow: FlowState, answer: Heard | None) -> Talk:
        return Talk(
            tx=self.tx,
            actor=self.actor,
            now=self.now,
            flow=flow,
            state=self.state,
            heard=self.heard,
            understand=self.understand,
            answer=answer,
            address_id=self.address.id,
            channel=self.address.channel,
            keep_picture=self.keep_picture,
        )

    def resume(self, reply: Reply) -> Reply:
        """After a flow has ended, the question put aside for it comes back; then what else was said."""
        reply = self.noted(reply)
        if self.state.open is not None:
            return reply
        if self.state.parked:
            parked = self.state.parked.pop()
            return reply.followed_by(self.say("common.back_to"), self.run(parked))
        if self.state.next:
            words = self.state.next.pop(0)
            self.incoming = replace(
                self.incoming, text=words, pressed="", media=(), album="", location=None
            )  # whatever brought this turn, these words were written
            self.heard = replace(self.heard, text=words, meaning=self.understand(words), files=())
            self.state.recent = {}
            return reply.followed_by(self.say("common.and_then", text=words), fallback.by_meaning(self))
        return reply

    def noted(self, reply: Reply) -> Reply:
        """The reply under what has to be said first."""
        if not self.notes:
            return reply
        notes, self.notes = self.notes, []
        return reply.under(notes)
