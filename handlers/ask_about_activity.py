"""带个朋友行吗, 要带什么: what only those who hold an activity know."""

from __future__ import annotations

from actions import activities
from bot.messages import Reply
from bot.talk import Talk, intent
from handlers.list_activities import activity_line
from handlers.slots import yes_no
from handlers.talk_to_human import passed_on

_TOLD = 3  # activities, where somebody has signed up for several
PASS_ON = yes_no("pass_on", yes="pass_on", no="keep_to_me")


@intent(consent=True, texts="talk_to_human")
def ask_about_activity(talk: Talk) -> Reply:
    """What is known of it is said; the question goes to the branch when they want it to."""
    mine = activities.joined(talk.tx, talk.actor, talk.now)
    if not mine:
        return talk.say("no_activity")
    question = str(talk.flow.told.get("question", "")) or "\n".join(talk.flow.words[:1])
    if not talk.ask(PASS_ON, line="\n".join(activity_line(talk, one) for one in mine[:_TOLD])):
        return talk.say("kept_to_you")
    return passed_on(talk, f"{'、'.join(one.title for one in mine[:_TOLD])}：{question}")
