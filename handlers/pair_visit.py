"""登记走访: what a member saw on a visit; for now the branch gets the words."""

from __future__ import annotations

from bot.messages import Reply
from bot.talk import Talk, intent
from handlers.claim_task import MEMBERS
from handlers.slots import text_slot
from handlers.talk_to_human import passed_on

WORDS = text_slot("words", early=True)


@intent(roles=MEMBERS, consent=True)
def pair_visit(talk: Talk) -> Reply:
    """A visit note goes to the branch, word for word, and to nobody else."""
    return passed_on(talk, talk.ask(WORDS))
