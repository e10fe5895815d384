"""转人工: a human gets every word and answers."""

from __future__ import annotations

from actions import cases
from bot.messages import Reply
from bot.talk import Talk, intent
from domain.case import CaseKind
from handlers.cards import case_card, remember
from handlers.slots import home, text_slot

WORDS = text_slot("words", early=True)


@intent(consent=True, menu=True)
def talk_to_human(talk: Talk) -> Reply:
    """A numbered question in the queue of the person's branch, with all that was said."""
    kept = str(talk.flow.told.get("words", "")).strip()
    if talk.flow.told.pop("voice", None):
        kept = talk.text("words.voice")
    if not kept:
        talk.flow.told.pop("words", None)
        kept = talk.ask(WORDS)
    meaning = talk.understand(kept)
    case = cases.report(
        talk.tx,
        talk.actor,
        text=kept,
        category="other",
        kind=CaseKind.INQUIRY,
        place=home(talk),
        files=talk.files,
        private=meaning.private,
        now=talk.now,
    )
    talk.state.lost, talk.state.lost_words = 0, []
    remember(talk, case)
    unit = talk.community.units[case.unit_id]
    return talk.say(
        "done_phone" if unit.phone else "done",
        number=case.number,
        unit=unit.name,
        phone=unit.phone,
        due=case.answer_by,
        card=case_card(talk, case),
    )
