"""微心愿."""

from __future__ import annotations

from actions import cases
from bot.messages import Reply
from bot.talk import Talk, intent
from domain.case import CaseKind
from handlers.cards import case_card, remember
from handlers.slots import further, text_slot
from handlers.where import WHERE, home

WISH = text_slot("wish", early=True)


@intent(consent=True, menu=True)
def request_wish(talk: Talk) -> Reply:
    """A resident asks for a small wish; the branch looks at it before members see it, without the name."""
    wish = talk.ask(WISH)
    place = home(talk) or talk.ask(WHERE).place
    meaning = talk.understand(wish)
    case = cases.report(
        talk.tx,
        talk.actor,
        text=wish,
        category=str(meaning.category) if meaning.category_confidence >= 0.5 else "care",
        kind=CaseKind.WISH,
        place=place,
        more=further(talk, wish),
        files=talk.files,
        private=True,
        now=talk.now,
    )
    remember(talk, case)
    return talk.say(
        "done",
        number=case.number,
        unit=talk.community.units[case.unit_id].name,
        buttons=[talk.button("withdraw", "withdraw_case", case=case.id)],
        card=case_card(talk, case),
    )
