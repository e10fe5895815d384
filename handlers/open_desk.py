"""工作台: the way from the chat to the desk in a browser."""

from __future__ import annotations

from actions import signing_in
from bot.messages import Button, Reply
from bot.talk import Talk, intent
from domain.people import DESKS
from domain.signing_in import PASS_FOR


@intent(roles=DESKS, menu=True)
def open_desk(talk: Talk) -> Reply:
    """A link for this screen and a code for another one; ten minutes, once."""
    given = signing_in.issue(talk.tx, talk.actor, talk.now)
    minutes = int(PASS_FOR.total_seconds() // 60)
    text = talk.text("pass", site=f"{talk.community.site}/desk", code=given.code, minutes=minutes)
    link = Button(label=talk.text("open"), url=f"{talk.community.site}/desk/in/{given.link}")
    return Reply(text=text, buttons=((link,),))
