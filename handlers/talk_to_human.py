"""转人工: a human gets every word and answers."""

from __future__ import annotations

from actions import cases
from bot.messages import Reply
from bot.talk import Talk, intent
from domain.case import Case, CaseKind
from domain.tree import Unit
from handlers.cards import case_card, remember
from handlers.slots import text_slot
from handlers.where import home

WORDS = text_slot("words", early=True)


@intent(consent=True, menu=True)
def talk_to_human(talk: Talk) -> Reply:
    """A numbered question in the queue of the person's branch, with all that was said."""
    kept = str(talk.flow.told.get("words", "")).strip() or "\n".join(talk.state.lost_words)
    if talk.flow.told.pop("voice", None):
        kept = talk.text("words.voice")
    if not kept:
        talk.flow.told.pop("words", None)
        kept = talk.ask(WORDS)
    case = ask_the_branch(talk, kept)
    talk.state.lost_words = []
    unit = talk.community.units[case.unit_id]
    return talk.say(
        "done_phone" if unit.phone else "done",
        number=case.number,
        unit=unit.name,
        phone=unit.phone,
        due=case.answer_by,
        card=case_card(talk, case),
    )


def ask_the_branch(talk: Talk, words: str, queue: Unit | None = None) -> Case:
    """A numbered question in the queue of the person's branch, or of who knows; nobody else sees it."""
    case = cases.report(
        talk.tx,
        talk.actor,
        text=words,
        category="other",
        kind=CaseKind.INQUIRY,
        place=home(talk),
        files=talk.files,
        private=True,
        queue=queue,
        now=talk.now,
    )
    remember(talk, case)
    return case


def passed_on(talk: Talk, words: str, queue: Unit | None = None) -> Reply:
    """What Linli cannot do itself yet: the branch gets the words, and nothing is promised beyond that."""
    case = ask_the_branch(talk, words, queue)
    unit = talk.community.units[case.unit_id].name
    return talk.say("done", number=case.number, unit=unit, due=case.answer_by, card=case_card(talk, case))
