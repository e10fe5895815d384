"""How people arrive: a stairwell's QR code, an invitation, a phone number the channel vouches for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from actions import people
from bot import texts
from bot.messages import Reply
from bot.talk import Choice, Heard, Slot, Talk, intent, whole
from domain.masks import masked_name
from domain.names import plain
from domain.people import Person
from handlers.greet import menu
from handlers.slots import yes_no
from storage import community as places

STANDS_THERE = timedelta(minutes=30)  # how long a scanned code says where somebody speaks of
_LOCALES = {"zh_Hans": "简体中文", "zh_Hant": "繁體中文", "en": "English"}


@intent()
def start(talk: Talk) -> Reply:
    """`p_<place>` says which building; `i_<code>` ties this chat to somebody on the roster."""
    kind, _, rest = str(talk.flow.told.get("entry", "")).partition("_")
    if kind == "i":
        return _bind(talk, rest)
    place = places.place(talk.tx, whole(rest)) if kind == "p" else None
    if place is None:
        return talk.say("hello", community=talk.community.name, buttons=menu(talk))
    talk.state.at = {"place": place.id, "until": (talk.now + STANDS_THERE).isoformat()}
    buttons = menu(talk)
    if talk.person.home_place_id is None:
        buttons.insert(0, talk.button("is_home", "set_home", place=place.id))
    talk.state.recent = {}
    return talk.say("at_place", place=place.full_name, buttons=buttons)


SURE = yes_no("sure", yes="bind_here", no="do_not_bind")


def _bind(talk: Talk, code: str) -> Reply:
    """A code of somebody who is reached elsewhere could be a trick: whoever holds this phone says yes."""
    other = people.invited(talk.tx, code, talk.now)
    if other is not None and other.id != talk.person.id:
        name = masked_name(other.name) or talk.text("start.somebody")
        if not talk.ask(SURE, name=name):
            return talk.say("start.not_bound")
        people.bind_by_code(talk.tx, talk.address_id, code, talk.now)
        return talk.say("start.bound_device", buttons=[talk.button("my_cases", "case_status")])
    return _bound(talk, people.bind_by_code(talk.tx, talk.address_id, code, talk.now))


def _bound(talk: Talk, person: Person) -> Reply:
    if person.key is None:  # others had reported for them
        name = person.name or talk.text("words.resident")
        return talk.say("bound_guest", name=name, buttons=[talk.button("my_cases", "case_status")])
    return talk.say("bound", name=person.name, buttons=[talk.button("help", "help")])


@intent(texts="start")
def bind_contact(talk: Talk) -> Reply:
    """A shared number counts only when the channel says that it is the sender's own."""
    contact = talk.heard.incoming.contact if talk.heard.incoming else None
    if contact is None or not contact.own:
        return talk.say("foreign_contact")
    digits = "".join(char for char in plain(contact.phone) if char.isdecimal()).removeprefix("86")
    person = people.bind_by_phone(talk.tx, talk.address_id, digits, talk.now)
    return talk.say("unknown_phone") if person is None else _bound(talk, person)


def _read_code(talk: Talk, heard: Heard) -> Any:
    code = heard.text.strip().removeprefix("i_")
    return code if 16 <= len(code) <= 64 else None


CODE: Slot[str] = Slot(
    name="code", read=_read_code, load=lambda talk, value: str(value), early=True, ask_contact=True
)


@intent(texts="start")
def bind(talk: Talk) -> Reply:
    """A code from the branch, typed in."""
    return _bind(talk, talk.ask(CODE))


LOCALE: Slot[str] = Slot(
    name="locale",
    read=lambda talk, heard: next((k for k, v in _LOCALES.items() if v.lower() in heard.text.lower()), None),
    load=lambda talk, value: str(value) if value in _LOCALES else None,
    offer=lambda talk: [Choice(label=label, value=key) for key, label in _LOCALES.items()],
)


@intent(texts="start")
def speak(talk: Talk) -> Reply:
    """The language somebody reads."""
    person = people.speak(talk.tx, talk.person, talk.ask(LOCALE))
    return Reply(text=texts.say(person.locale, "start.speaks"))
