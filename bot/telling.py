"""From what happened to who hears what: the shape of a telling, and the registry of tellers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from actions import private, routing
from actions.concern import public_words
from bot import texts
from bot.messages import Button, Card, Reply
from bot.talk import rows_of
from domain.case import Case
from domain.events import Delivery, Event
from domain.notices import Notice
from domain.people import DESKS, Person, RoleKind
from domain.tasks import Task
from domain.tree import Community
from storage import clusters
from storage import community as places
from storage import people as person_rows
from storage.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """One person hears one thing: `key` is a sentence of notify.toml, buttons are (label, payload)."""

    to: int
    key: str
    facts: dict[str, Any] = field(default_factory=dict)
    buttons: tuple[tuple[str, str], ...] = ()
    files: tuple[int, ...] = ()
    lane: str = "personal"
    shared: int = 0  # a case whose joiners hear the same


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a teller may look at."""

    tx: Tx
    community: Community
    event: Event
    now: datetime

    def case(self) -> Case | None:
        return self.tx.get(Case, self.event.subject_id)

    def task(self) -> Task | None:
        return self.tx.get(Task, self.event.subject_id)

    def name(self, person_id: int | None) -> str:
        person = self.tx.get(Person, person_id)
        return person.name if person else ""

    def staff(self, unit_id: int) -> list[int]:
        """Who runs the unit's queue; a unit without anybody falls to the one above."""
        for unit in self.community.up(unit_id):
            found = person_rows.in_unit(self.tx, [unit.id], DESKS, self.now)
            if found:
                return [person.id for person in found]
        return []

    def desk(self, case: Case) -> list[int]:
        """Who runs the queue a case stands in, but for those it complains about."""
        found = self.staff(case.unit_id)
        about = case.subject_unit_id
        if about is None:
            return found
        return [one for one in found if not routing.serves_in(self.tx, self.community, one, about, self.now)]

    def members(self, unit_id: int) -> list[int]:
        found = person_rows.in_unit(self.tx, [unit_id], frozenset({RoleKind.MEMBER}), self.now)
        return [person.id for person in found]

    def joiners(self, case_id: int) -> list[int]:
        """Who stands behind a case with its reporter, but for whoever did this."""
        found = clusters.joiners_of(self.tx, case_id)
        return [one.person_id for one in found if one.person_id != self.event.actor_id]

    def _words(self, case: Case) -> str:
        """What a case says; where a party has it, what the desk confirmed for it."""
        if private.is_party(self.community, case.unit_id):
            return case.shared or private.summary(self.tx, case)
        return public_words(self.tx, case)

    def case_facts(self, case: Case) -> dict[str, Any]:
        place = places.place(self.tx, case.place_id)
        return {
            "number": case.number,
            "text": self._words(case)[:60].replace("\n", " "),
            "place": {"$place": (place.full_name if place else "") + case.place_text},
            "due": case.answer_by,
            "category": {"$category": case.category},
            "unit": self.community.units[case.unit_id].name,
        }


Teller = Callable[[World], Iterable[Tell]]
TELLS: dict[str, Teller] = {}


def told(world: World) -> Iterator[Tell]:
    """Who hears of one event: those the teller names, and who joined the case it is shared with."""
    for tell in TELLS[world.event.kind](world):
        yield tell
        if tell.shared:
            for person in world.joiners(tell.shared):
                yield replace(tell, to=person)


def tells(kind: str) -> Callable[[Teller], Teller]:
    """Registers who hears of a kind of event."""

    def register(teller: Teller) -> Teller:
        TELLS[kind] = teller
        return teller

    return register


def delivery(event: Event, tell: Tell, due: datetime) -> Delivery:
    """One row for one telling: the same event tells one person one thing once."""
    return Delivery(
        key=f"{event.id}:{tell.to}:{tell.key}",
        kind=f"notify.{tell.key}",
        lane=tell.lane,
        event_id=event.id,
        person_id=tell.to,
        payload={
            "facts": {name: _stored(value) for name, value in tell.facts.items()},
            "buttons": [list(button) for button in tell.buttons],
            "files": list(tell.files),
        },
        due_at=due,
    )


def _stored(value: Any) -> Any:
    return {"$at": value.isoformat()} if isinstance(value, datetime) else value


def out_of_date(tx: Tx, sent: Delivery) -> bool:
    """Whether what a delivery offers is gone by now: a task somebody took while it waited for morning."""
    if sent.kind == "reply":
        return False
    for _, payload in sent.payload.get("buttons", ()):
        if payload.startswith("claim_task task="):
            task = tx.get(Task, int(payload.rpartition("=")[2]))
            return task is None or task.over
    return False


def render(tx: Tx, community: Community, sent: Delivery, person: Person) -> Reply:
    """A delivery as its reader sees it, in their language."""
    if sent.kind == "reply":
        return Reply.from_json(sent.payload)
    if sent.notice_id is not None:
        return _notice(tx, community, sent.notice_id, person.locale)
    buttons = [
        Button(label=texts.say(person.locale, f"buttons.{label}"), payload=payload)
        for label, payload in sent.payload.get("buttons", ())
    ]
    return Reply(
        text=sentence(community, sent.kind, sent.payload.get("facts", {}), person.locale),
        buttons=rows_of(buttons),
        files=tuple(sent.payload.get("files", ())),
    )


def sentence(community: Community, key: str, facts: dict[str, Any], locale: str) -> str:
    """What somebody is told, in their language; so a preview reads as what is sent."""
    said = {name: _fact(_stored(value), community, locale) for name, value in facts.items()}
    return texts.say(locale, key, **said)


def _fact(value: Any, community: Community, locale: str) -> Any:
    """A stored fact as a word of the reader's language."""
    if not isinstance(value, dict):
        return value
    if "$at" in value:
        return datetime.fromisoformat(value["$at"])
    if "$category" in value:
        return community.category_name(value["$category"], locale)
    if "$when" in value:
        at = value["$when"]
        return texts.say(locale, "words.at", when=datetime.fromisoformat(at)) if at else ""
    if "$needs" in value:
        return texts.say(locale, "words.needs", skills=value["$needs"]) if value["$needs"] else ""
    if "$place" in value:
        return value["$place"] or texts.say(locale, "words.no_place")
    if "$text" in value:
        return texts.say(locale, f"words.{value['$text']}", number=value["number"])
    if "$word" in value:
        return texts.say(locale, f"words.{value['$word']}")
    return texts.say(locale, f"words.role.{value['$role']}")


def _notice(tx: Tx, community: Community, notice_id: int, locale: str) -> Reply:
    notice = tx.get(Notice, notice_id)
    assert notice is not None
    facts: dict[str, Any] = {"unit": community.units[notice.unit_id].name, "text": notice.text}
    if wrong := tx.get(Notice, notice.corrects_id):
        facts["when"] = wrong.goes_at or wrong.created_at
    text = texts.say(locale, "notify.correction" if wrong else "notify.notice", **facts)
    cards = (notice_card(tx, community, notice, locale),)
    if not notice.receipt:
        return Reply(text=text, cards=cards)
    got = Button(label=texts.say(locale, "buttons.got_it"), payload=got_it(notice))
    return Reply(text=text, cards=cards, buttons=((got,),))


def notice_card(tx: Tx, community: Community, notice: Notice, locale: str) -> Card:
    """Who says what; of a correction also which notice it stands for."""
    wrong = tx.get(Notice, notice.corrects_id)
    facts = {"unit": community.units[notice.unit_id].name}
    instead = {"when": wrong.goes_at or wrong.created_at} if wrong else {}
    return Card(
        kind="notice",
        title=texts.say(locale, "words.correction_from" if wrong else "words.notice_from", **facts),
        lines=(notice.text, *([texts.say(locale, "words.correction_of", **instead)] if wrong else ())),
        presses=(got_it(notice),) if notice.receipt else (),
    )


def got_it(notice: Notice) -> str:
    """What 收到 sends."""
    return f"read_notices got={notice.id}"
