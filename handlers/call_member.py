"""Rings a member; they talk through the bot."""

from __future__ import annotations

from actions import calls, people
from bot.messages import Reply
from bot.talk import Talk, intent
from domain.errors import NobodyThere
from domain.people import Person


@intent(consent=True, alone=True)
def call_member(talk: Talk) -> Reply:
    """One tap rings; unanswered in five minutes it falls to the next, then to the secretary."""
    branch = people.branch_of_home(talk.tx, talk.actor) or talk.community.duty()
    try:
        call = calls.start(talk.tx, talk.actor, branch.id, talk.now, talk.told_id("member") or None)
    except NobodyThere:
        return talk.say("nobody", unit=branch.name, phone=branch.phone)
    callee = talk.tx.get(Person, call.callee_id)
    return talk.say(
        "rings",
        name=callee.name if callee else "",
        buttons=[talk.button("hang_up", "end_call", call=call.id)],
    )


@intent(texts="call_member", alone=True)
def answer_call(talk: Talk) -> Reply:
    """The member picks up."""
    call = calls.answer(talk.tx, talk.actor, talk.told_id("call"), talk.now)
    return talk.say("answered", buttons=[talk.button("hang_up", "end_call", call=call.id)])


@intent(texts="call_member")
def decline_call(talk: Talk) -> Reply:
    """Not now: the next one is rung."""
    calls.decline(talk.tx, talk.actor, talk.told_id("call"), talk.now)
    return talk.say("declined")


@intent(texts="call_member")
def end_call(talk: Talk) -> Reply:
    """Either side hangs up."""
    calls.end(talk.tx, talk.actor, talk.told_id("call"), talk.now)
    return talk.say("ended")


@intent(texts="call_member", alone=True)
def relay(talk: Talk) -> Reply:
    """Words said during a call go to the other side."""
    call = calls.open_call(talk.tx, talk.actor, talk.now)
    calls.relay(talk.tx, talk.actor, call, talk.heard.text, talk.now, talk.files)
    return talk.say("relayed", buttons=[talk.button("hang_up", "end_call", call=call.id)])
