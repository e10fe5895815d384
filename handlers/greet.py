"""A greeting, help, cancelling, and what Linli is not for."""

from __future__ import annotations

from bot.messages import Button, Reply
from bot.talk import INTENTS, Talk, intent
from domain.case import UNFINISHED, Case
from domain.people import STAFF, RoleKind

_RESIDENT = ("report_issue", "request_wish", "find_member", "case_status", "list_activities", "talk_to_human")
_STAFF = (
    "claim_task",
    "branch_queue",
    "broadcast_notice",
    "my_tasks",
    "open_desk",
    "set_theme",
    "plan_activity",
    "post_task",
)  # what is used daily stands first, and what is not named here last


def menu(talk: Talk) -> list[Button]:
    """What this person can start: everybody's first steps, then those of their roles."""
    names = list(_RESIDENT)
    if talk.actor.has(STAFF | {RoleKind.MEMBER}):
        mine = {name for name, one in INTENTS.items() if one.menu and one.roles and one.open_to(talk.actor)}
        known = [name for name in _STAFF if name in mine]
        names = [*known, *sorted(mine.difference(known)), "report_issue", "talk_to_human"]
    return [talk.button(talk.text(f"words.intent.{name}"), name) for name in names]


@intent(keeps_words=True)
def greet(talk: Talk) -> Reply:
    """Hello, and what can be done here."""
    if "who" in talk.flow.told:
        return talk.say("who", community=talk.community.name, buttons=menu(talk))
    return talk.say("done", name=talk.person.name, community=talk.community.name, buttons=menu(talk))


@intent(texts="greet", keeps_words=True)
def help(talk: Talk) -> Reply:
    """How to use it, in a few lines."""
    return talk.say("help", community=talk.community.name, buttons=menu(talk))


@intent(texts="cancel")
def cancel(talk: Talk) -> Reply:
    """Nothing was open: nothing to cancel, but perhaps the case just filed was meant."""
    recent = talk.tx.get(Case, talk.state.recent.get("case"))
    fresh = recent is not None and talk.state.recent["until"] >= talk.now.isoformat()
    if recent is None or not fresh or recent.status not in UNFINISHED:
        return talk.say("nothing")
    buttons = [talk.button("withdraw", "withdraw_case", case=recent.id)]
    return talk.say("recent", number=recent.number, buttons=buttons)


@intent(keeps_words=True)
def out_of_scope(talk: Talk) -> Reply:
    """Kindly no; a human hears it if they wish."""
    if talk.heard.text:
        talk.state.lose(talk.heard.text)
    return talk.say("done", buttons=[talk.button("human", "talk_to_human"), talk.button("help", "help")])
