"""我的数据: what is kept of somebody, and what they may do about it."""

from __future__ import annotations

from typing import Any

from actions import my_data as data
from actions import people, pushes
from actions.places import building_of
from bot import texts
from bot.messages import Button, Card, Reply
from bot.state import State
from bot.talk import Choice, Slot, Talk, intent
from domain.names import a_name
from handlers.slots import yes_no
from handlers.talk_to_human import ask_the_branch
from storage import keeping

PAGE_CHANNELS = frozenset({"web", "story"})
"""Channels on which the page of one's own data opens as oneself."""


@intent()
def my_data(talk: Talk) -> Reply:
    """What is kept, in a few lines, and what can be done about it."""
    kept = keeping.counts(talk.tx, talk.person.id)
    person, home = talk.person, people.home_of(talk.tx, talk.person)
    nothing = talk.text("nothing")
    where = building_of(talk.tx, home) or home if home else None
    text = talk.text(
        "kept",
        name=person.name or nothing,
        phone=person.phone or nothing,
        home=f"{where.full_name} {person.room}".strip() if where else nothing,
        consent=texts.when(person.consent_at, talk.locale) if person.consent_at else nothing,
        **kept,
    )
    return Reply(text=text, buttons=_ways(talk))


def _ways(talk: Talk) -> tuple[tuple[Button, ...], ...]:
    ways: list[tuple[Button, ...]] = []
    if talk.channel in PAGE_CHANNELS:
        ways.append((Button(label=talk.text("see_all"), url=f"{talk.community.site}/mine"),))
    change = [("change_name", "correct_name"), ("change_home", "set_home"), ("change_phone", "correct_phone")]
    ways.append(tuple(talk.button(label, name) for label, name in change))
    away = [talk.button("erase_data", "erase_me", style="danger")]
    if talk.person.consent_at is not None:
        away.insert(0, talk.button("withdraw_consent", "withdraw_consent"))
    ways.append(
        (talk.button("notice_settings", "notice_settings"), talk.button("other_device", "add_device"))
    )
    return (*ways, tuple(away))


# -- correcting ------------------------------------------------------------------------------------
NAME: Slot[str] = Slot(
    name="name",
    read=lambda talk, heard: a_name(heard.text),
    load=lambda talk, value: a_name(str(value)),
)


@intent(consent=True, texts="my_data")
def correct_name(talk: Talk) -> Reply:
    """What somebody wants to be called; whoever is on a roster asks the branch."""
    if talk.person.key is not None:
        human = talk.button("human", "talk_to_human")
        return talk.say("roster_name", name=talk.person.name, buttons=[human])
    renamed = data.rename(talk.tx, talk.actor, talk.ask(NAME), talk.now)
    return talk.say("renamed", name=renamed.name)


def _number(_talk: Talk, value: Any) -> str | None:
    digits = "".join(char for char in str(value) if char.isascii() and char.isdecimal())
    return "none" if value == "none" else digits if 7 <= len(digits) <= 13 else None


PHONE: Slot[str] = Slot(
    name="phone",
    read=lambda talk, heard: heard.text,
    load=_number,
    offer=lambda talk: [Choice(label=talk.text("forget_phone"), value="none")] if talk.person.phone else [],
)


@intent(consent=True, texts="my_data")
def correct_phone(talk: Talk) -> Reply:
    """A number can be taken out at once; a new one is checked by the branch: it could be anybody's."""
    number = talk.ask(PHONE)
    if number == "none":
        data.forget_phone(talk.tx, talk.actor, talk.now)
        return talk.say("phone_gone")
    case = ask_the_branch(talk, talk.text("phone_wanted", phone=number))
    return talk.say("phone_asked", number=case.number, due=case.answer_by)


@intent(texts="my_data")
def stop_pushes(talk: Talk) -> Reply:
    """No browser of theirs is knocked for any more."""
    stopped = pushes.stop(talk.tx, talk.actor)
    return talk.say("pushes_stopped", count=stopped) if stopped else talk.say("pushes_none")


# -- consent ---------------------------------------------------------------------------------------
SURE = yes_no("sure", yes="withdraw_consent", no="keep_consent")


@intent(texts="my_data")
def withdraw_consent(talk: Talk) -> Reply:
    """From now on nothing is filed; what is under way goes on."""
    if talk.person.consent_at is None:
        return talk.say("no_consent")
    talk.flow.told.clear()
    if not talk.ask(SURE):
        return talk.say("consent_kept")
    data.withdraw_consent(talk.tx, talk.actor, talk.now)
    erase = talk.button("erase_data", "erase_me", style="danger")
    return talk.say("consent_gone", buttons=[erase])


# -- erasing ---------------------------------------------------------------------------------------
READ = yes_no("read", yes="go_on_erasing", no="do_not_erase")
FINAL = yes_no("final", yes="erase_now", no="do_not_erase")


@intent(texts="my_data", alone=True)
def erase_me(talk: Talk) -> Reply:
    """Everything of theirs goes, after a warning that says what, and a second yes."""
    talk.flow.told.clear()  # no payload answers for whoever presses it
    data.may_erase(talk.tx, talk.actor)
    under_way = data.open_cases(talk.tx, talk.actor)
    numbers = "、".join(dict.fromkeys(str(case.number) for case in under_way))
    open_cases = talk.text("open_cases", count=len(under_way), numbers=numbers) if under_way else ""
    if not talk.ask(READ, open_cases=open_cases) or not talk.ask(FINAL):
        return talk.say("not_erased")
    locale = talk.locale
    data.erase(talk.tx, talk.actor, talk.address_id, talk.now)
    _begin_anew(talk.state)
    text = texts.say(locale, "my_data.erased")
    return Reply(text=text, card=Card(kind="erased", title=texts.say(locale, "my_data.erased_title")))


def _begin_anew(state: State) -> None:
    """Nothing of the dialogue stays; its counter does, so that old buttons stay old."""
    fresh = State(flows=state.flows)
    for name in State.__slots__:
        setattr(state, name, getattr(fresh, name))
