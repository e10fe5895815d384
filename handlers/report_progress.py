"""有进展: how it goes with what one has taken."""

from __future__ import annotations

from actions import progress
from bot.messages import Reply
from bot.talk import Talk, intent
from handlers.claim_task import MEMBERS
from handlers.finish_task import HELD
from handlers.slots import text_slot

PROGRESS = text_slot("progress")


@intent(roles=MEMBERS)
def report_progress(talk: Talk) -> Reply:
    """The resident hears how it goes; the days without progress begin again."""
    task = talk.ask(HELD)
    words = talk.ask(PROGRESS, number=task.number)
    task = progress.progress(talk.tx, talk.actor, task.id, words, talk.files, talk.now)
    return talk.say("done", number=task.number)
