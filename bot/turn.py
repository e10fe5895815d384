"""How one message is read, in a fixed order, and which flow it goes to.

deep link → life-safety → pressed button → group → interrupt → open call → open question
→ more about the case just filed → meaning → fallback to a human.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from actions import people
from bot import texts
from bot.channels.menu import Menu, pick
from bot.interrupts import Interrupt, interrupt
from bot.messages import Button, Incoming, Reply
from bot.state import FlowState, State
from bot.talk import INTENTS, Asking, Heard, Redirect, Talk, rows_of, texts_of
from domain.access import Actor
from domain.errors import Refusal
from nlu.meaning import Meaning
from storage import notices
from storage.people import Address
from storage.tx import Tx

SURE = 0.50  # from here a flow starts
MAYBE = 0.15  # from here two guesses are offered
SWITCH = 0.60  # from here another subject interrupts a question that the message does not answer
PAGE = 8  # choices shown at once
FOLLOW_UP = timedelta(seconds=120)
BURST = (20, 10.0)  # messages, seconds
CONSENT = "consent"
YES = frozenset(
    "同意 我同意 好 好的 好啊 可以 行 行的 嗯 是 是的 要得 得 ok okay yes agree 冇问题 没问题".split()
)
NO = frozenset("不同意 不 不行 不要 不可以 拒绝 唔同意 no disagree".split())


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
    notes: list[str] = field(default_factory=list)

    @property
    def locale(self) -> str:
        return self.actor.person.locale

    def say(self, key: str, **facts: Any) -> str:
        return texts.say(self.locale, key, **facts)

    # -- the order ----------------------------------------------------------------------------------
    def reply(self) -> Reply | None:
        """Reads the message and answers it."""
        reply = self._choose()
        problems = [self.say(key) for key in self.incoming.problems]
        if problems:
            shown = "\n".join(problems + ([reply.text] if reply else []))
            reply = replace(reply, text=shown) if reply else Reply(text=shown)
        return reply

    def _choose(self) -> Reply | None:
        incoming, meaning = self.incoming, self.heard.meaning
        if incoming.entry:
            return self.start("start", {"entry": incoming.entry})
        if meaning.emergency is not None and not incoming.pressed:
            return self.start("call_emergency", {"emergency": str(meaning.emergency)})
        if self._too_fast():
            return self._held()
        if incoming.pressed:
            return self.press(incoming.pressed)
        if not incoming.private:
            return Reply(text=self.say("common.group"))
        if incoming.contact is not None:
            return self.start("bind_contact")
        return self._words()

    def _words(self) -> Reply | None:
        text = self.heard.meaning.text
        word = interrupt(text) if text else None
        if word is not None and (reply := self._interrupt(word)):
            return reply
        call = notices.call_of(self.tx, self.actor.id, self.now)
        if call is not None:
            return self.start("relay", {"call": call.id})
        if self._part_of_album():
            return None
        if text and (name := commands(self.locale).get(text.lower().strip("/ "))) and self._offered(name):
            return self.start(name)
        if self.state.open is not None:
            return self.answer(self.state.open)
        if text and (payload := pick(text, _menu(self.state.menu))):
            return self.press(payload)
        if (reply := self._more_about_the_last_case()) is not None:
            return reply
        return self._by_meaning()

    # -- buttons ------------------------------------------------------------------------------------
    def press(self, payload: str) -> Reply:
        """A button: an answer to the open question, or an intent with some of its slots told."""
        if payload.startswith("?"):
            return self._press_answer(payload)
        name, *pairs = payload.split(" ")
        definition = INTENTS.get(name)
        if definition is None or not all("=" in pair for pair in pairs):
            return self._again(self.say("common.stale"))
        told: dict[str, Any] = dict(pair.split("=", 1) for pair in pairs)
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
        if flow.asked != slot or not index.isdigit():
            return self._again(self.say("common.stale"))
        if int(index) >= len(flow.offered):
            flow.page += 1
            return self._run(flow)
        return self._answered(flow, replace(self.heard, chosen=flow.offered[int(index)][1]))

    def _again(self, note: str) -> Reply:
        """A kind word, and the open question once more."""
        if self.state.open is None:
            return Reply(text=note)
        self.notes.append(note)
        return self._run(self.state.open)

    # -- the open question --------------------------------------------------------------------------
    def answer(self, flow: FlowState) -> Reply:
        """The message as an answer to the open question."""
        labels = [[str(label), str(i)] for i, (label, _) in enumerate(flow.offered)]
        picked = pick(self.heard.meaning.text, _menu(labels)) if labels else None
        flow.files.extend(self.heard.files)
        if picked is not None:
            return self._answered(flow, replace(self.heard, chosen=flow.offered[int(picked)][1]))
        if self.heard.text:
            flow.words.append(self.heard.text)
        return self._answered(flow, self.heard)

    def _answered(self, flow: FlowState, answer: Heard) -> Reply:
        if flow.asked == CONSENT:
            return self._consented(flow, answer)
        return self._run(flow, answer)

    def _not_an_answer(self, flow: FlowState, talk: Talk, asking: Asking) -> Reply:
        """Another subject, or a second try, or a human."""
        meaning = self.heard.meaning
        switch = meaning.intent != flow.intent and meaning.confidence >= SWITCH
        if switch and not flow.free and meaning.intent in INTENTS and meaning.intent != "out_of_scope":
            if flow.words and flow.words[-1] == self.heard.text:
                flow.words.pop()
            return self.start(meaning.intent)
        flow.tries += 1
        if flow.tries >= 2:
            return self._to_human(flow)
        return self._question(flow, talk, asking)

    def _to_human(self, flow: FlowState) -> Reply:
        """A human takes over, with every word of this flow."""
        self.state.open = None
        words = list(dict.fromkeys(flow.words))
        return self.start("talk_to_human", {"words": "\n".join(words)}, files=flow.files)

    # -- running a flow -----------------------------------------------------------------------------
    def start(self, name: str, told: dict[str, Any] | None = None, files: list[int] | None = None) -> Reply:
        """Starts an intent; an open question is put aside and comes back afterwards."""
        dropped = self.state.park()
        if dropped is not None and dropped.words:
            self.notes.append(self.say("common.dropped"))
        flow = self.state.new_flow(name, told)
        flow.files = list(files if files is not None else self.heard.files)
        if self.heard.text and not self.incoming.pressed:
            flow.words.append(self.heard.text)
        return self._run(flow)

    def _run(self, flow: FlowState, answer: Heard | None = None) -> Reply:
        definition = INTENTS.get(flow.intent)
        if definition is None or not definition.open_to(self.actor):
            self.state.open = None
            return self._resume(Reply(text=self.say("refusals.NotAllowed")))
        if definition.consent and self.actor.person.consent_at is None:
            return self._ask_consent(flow)
        trial = copy.deepcopy(flow)
        talk = Talk(
            tx=self.tx,
            actor=self.actor,
            now=self.now,
            flow=trial,
            state=self.state,
            heard=self.heard,
            understand=self.understand,
            answer=answer,
            address_id=self.address.id,
            channel=self.address.channel,
        )
        self.state.open = None
        try:
            with self.tx.savepoint():
                reply = definition.run(talk)
        except Asking as asking:
            self.state.open = trial
            self.notes.extend(talk.notes)
            if asking.again and answer is not None and answer.chosen is None:
                return self._not_an_answer(trial, talk, asking)
            return self._question(trial, talk, asking)
        except Redirect as redirect:
            onward = self.state.new_flow(redirect.intent)
            onward.words, onward.files = trial.words, trial.files
            return self._run(onward)
        except Refusal as refusal:
            reply = Reply(text=self.say(refusal.key, **refusal.facts))
        self.state.lost, self.state.lost_words = 0, []
        self.notes.extend(talk.notes)
        return self._resume(reply)

    def _question(self, flow: FlowState, talk: Talk, asking: Asking) -> Reply:
        """The open question, its choices numbered so that an old menu is told from this one."""
        slot = asking.slot
        if flow.asked != slot.name:
            flow.page, flow.tries = 0, 0
        flow.asked, flow.free = slot.name, slot.free
        flow.offered = [[choice.label, choice.value] for choice in slot.offer(talk)]
        how, file = "again" if asking.again else "ask", texts_of(flow.intent)
        keys = (f"{file}.{how}_{slot.name}", f"{file}.ask_{slot.name}", f"common.{how}_{slot.name}")
        key = next((key for key in keys if texts.has(key)), f"common.ask_{slot.name}")
        facts = {"count": len(flow.offered)} | asking.facts
        self.state.open = flow
        return self._noted(
            Reply(
                text=self.say(key, **facts),
                buttons=self._choices(flow),
                ask_location=slot.ask_location,
                ask_contact=slot.ask_contact,
            )
        )

    def _choices(self, flow: FlowState) -> tuple[tuple[Button, ...], ...]:
        offered = flow.offered
        first = flow.page * PAGE if flow.page * PAGE < len(offered) else 0
        if first == 0:
            flow.page = 0
        shown = [
            Button(label=str(label), payload=f"?{flow.id}.{flow.asked}.{first + i}")
            for i, (label, _) in enumerate(offered[first : first + PAGE])
        ]
        rows = rows_of(shown)
        if len(offered) > PAGE:
            more = Button(label=self.say("buttons.more"), payload=f"?{flow.id}.{flow.asked}.{len(offered)}")
            rows = (*rows, (more,))
        return rows

    def _resume(self, reply: Reply) -> Reply:
        """After a flow has ended, the question that was put aside for it comes back."""
        reply = self._noted(reply)
        if not self.state.parked or self.state.open is not None:
            return reply
        parked = self.state.parked.pop()
        again = self._run(parked)
        return replace(
            again,
            text=f"{reply.text}\n\n{self.say('common.back_to')}{again.text}",
            buttons=(*reply.buttons, *again.buttons),
            card=reply.card or again.card,
        )

    def _noted(self, reply: Reply) -> Reply:
        if not self.notes:
            return reply
        text = "\n".join([*self.notes, reply.text])
        self.notes = []
        return replace(reply, text=text)

    # -- consent ------------------------------------------------------------------------------------
    def _ask_consent(self, flow: FlowState) -> Reply:
        """Before anything is filed: what is kept, why, for how long. The words wait in the dialogue."""
        flow.asked, flow.free = CONSENT, True
        flow.offered = [
            [self.say("buttons.agree"), "yes"],
            [self.say("buttons.disagree"), "no"],
        ]
        self.state.open = flow
        return self._noted(Reply(text=self.say("consent.notice"), buttons=self._choices(flow)))

    def _consented(self, flow: FlowState, answer: Heard) -> Reply:
        said = answer.meaning.text.strip("。.!！ ").lower()
        if answer.chosen == "yes" or (answer.chosen is None and said in YES):
            self.actor = replace(self.actor, person=people.consent(self.tx, self.actor.person, self.now))
            flow.asked, flow.free, flow.offered = "", False, []
            flow.words = [words for words in flow.words if words not in (answer.text, *self._consent_words())]
            return self._run(flow)
        if answer.chosen == "no" or said in NO:
            self.state.open = None
            return self._noted(Reply(text=self.say("consent.refused", **self._numbers())))
        return replace(self._ask_consent(flow), text=self.say("consent.again"))

    def _consent_words(self) -> tuple[str, str]:
        return self.say("buttons.agree"), self.say("buttons.disagree")

    def _numbers(self) -> dict[str, str]:
        known = self.actor.community.numbers
        return {name: known.get(name, default) for name, default in _NUMBERS.items()}

    # -- words that work everywhere -----------------------------------------------------------------
    def _interrupt(self, word: Interrupt) -> Reply | None:
        flow = self.state.open
        if word is Interrupt.HELP:
            return self.start("help")
        if word is Interrupt.HUMAN:
            if flow is not None and flow.intent != "talk_to_human":
                return self._to_human(flow)
            return self.start("talk_to_human", {"words": "\n".join(self.state.lost_words)})
        if flow is None:
            return self.start("cancel") if word is Interrupt.CANCEL and not self.state.recent else None
        if word is Interrupt.CANCEL:
            self.state.open = None
            return self._resume(Reply(text=self.say("cancel.done")))
        if word is Interrupt.MORE and len(flow.offered) > PAGE:
            flow.page += 1
            return self._run(flow)
        if word in (Interrupt.BACK, Interrupt.CHANGE) and flow.asked != CONSENT:
            if not flow.heard:
                self.state.open = None
                return self._resume(Reply(text=self.say("cancel.done")))
            flow.heard.popitem()
            flow.asked, flow.offered = "", []
            flow.words = flow.words[:1] if flow.heard else []
            return self._run(flow)
        return None

    # -- more about the last case -------------------------------------------------------------------
    def _part_of_album(self) -> bool:
        """A later part of an album whose first part has been answered: its photos join that case."""
        recent = self.state.recent
        if not self.incoming.album or recent.get("album") != self.incoming.album:
            return False
        if self.incoming.text or self.state.open is not None:
            return False
        self._add_to_recent("")
        return True

    def _more_about_the_last_case(self) -> Reply | None:
        """For two minutes what has no intent of its own belongs to the case just filed."""
        recent, meaning = self.state.recent, self.heard.meaning
        if not recent or datetime.fromisoformat(recent["until"]) < self.now:
            return None
        own = meaning.confidence >= SURE and meaning.intent not in ("add_to_case", "report_issue")
        other = meaning.category != recent.get("category") and meaning.category_confidence >= SURE
        elsewhere = bool(meaning.entities.place.building)
        fresh = meaning.intent == "report_issue" and meaning.confidence >= SURE and (other or elsewhere)
        if self.heard.text and (own or fresh):
            return None
        return self._add_to_recent(self.heard.text)

    def _add_to_recent(self, text: str) -> Reply:
        told: dict[str, Any] = {"case": self.state.recent["case"], "more": text or "-"}
        return self.start("add_to_case", told)

    # -- meaning ------------------------------------------------------------------------------------
    def _by_meaning(self) -> Reply:
        meaning, incoming = self.heard.meaning, self.incoming
        if not meaning.text:
            return self._without_words()
        if meaning.confidence >= SURE and meaning.intent in INTENTS:
            return self.start(meaning.intent)
        self.state.lost += 1
        self.state.lost_words = [*self.state.lost_words, incoming.text][-10:]
        if self.state.lost >= 3:
            return self.start("talk_to_human", {"words": "\n".join(self.state.lost_words)})
        guesses = [g.intent for g in meaning.guesses if g.confidence >= MAYBE and self._nameable(g.intent)][
            :2
        ]
        if self.state.lost == 1 and guesses:
            return self._guess(guesses)
        human = Button(label=self.say("buttons.human"), payload="talk_to_human")
        return Reply(text=self.say("common.rephrase"), buttons=((human,),))

    def _offered(self, name: str) -> bool:
        definition = INTENTS.get(name)
        return definition is not None and definition.open_to(self.actor)

    def _nameable(self, name: str) -> bool:
        return self._offered(name) and texts.has(f"words.intent.{name}")

    def _guess(self, guesses: list[str]) -> Reply:
        """Two guesses to press; the words go along."""
        flow = self.state.new_flow("which")
        flow.words = [self.heard.text]
        flow.files = list(self.heard.files)
        flow.told = {"guesses": guesses}
        return self._run(flow)

    def _without_words(self) -> Reply:
        incoming = self.incoming
        if incoming.unsupported:
            return Reply(text=self.say("common.unsupported"))
        kinds = {medium.kind for medium in incoming.media if medium.sha256}
        if kinds == {"voice"}:
            return self.start("talk_to_human", {"voice": 1})
        if kinds or incoming.location is not None:
            return self.start("report_issue")
        return self.start("help") if not incoming.problems else Reply(text="")

    # -- too many messages --------------------------------------------------------------------------
    def _too_fast(self) -> bool:
        count, seconds = BURST
        at = self.now.timestamp()
        recent = [then for then in self.state.burst if at - then < seconds]
        self.state.burst = [*recent[-3 * count :], at]
        return len(self.state.burst) > count

    def _held(self) -> Reply | None:
        """One notice; the words are kept and reach a human with the next message that gets through."""
        words = self.heard.text or self.incoming.pressed
        self.state.lost_words = [*self.state.lost_words, words][-200:]
        first = len(self.state.burst) == BURST[0] + 1
        return Reply(text=self.say("common.too_fast")) if first else None


_NUMBERS = {"police": "110", "fire": "119", "medical": "120", "hotline": "12345"}


@cache
def commands(locale: str) -> dict[str, str]:
    """Short words that name an intent exactly, in the reader's language and in Simplified Chinese."""
    found: dict[str, str] = {}
    for language in (texts.LOCALES[0], locale):
        for key, words in texts.sentences(language).items():
            if key.startswith("commands."):
                found.update(dict.fromkeys(words.lower().split("|"), key.removeprefix("commands.")))
    return found


def _menu(choices: list[list[str]]) -> Menu:
    return Menu(text="", labels=tuple(c[0] for c in choices), payloads=tuple(c[1] for c in choices))
