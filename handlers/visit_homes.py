"""上门通知: a notice of safety that no message could bring is told at the doors."""

from __future__ import annotations

from actions import tasks
from bot.messages import Reply
from bot.talk import Talk, intent
from handlers.claim_task import MEMBERS, homes


@intent(roles=MEMBERS)
def visit_homes(talk: Talk) -> Reply:
    """At which doors to knock, for who has taken it."""
    task, _ = tasks.held(talk.tx, talk.actor, talk.told_id("task"))
    return homes(talk, task)
