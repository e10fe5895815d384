"""没解决: it comes back, one level up."""

from __future__ import annotations

from actions import cases
from bot.messages import Reply
from bot.talk import Talk, intent
from domain.case import Status
from handlers.slots import REASON, own_case
from storage import cases as rows

CLOSED = frozenset({Status.ANSWERED, Status.CLOSED})
CASE = own_case(CLOSED)


@intent(consent=True)
def reopen_case(talk: Talk) -> Reply:
    """A resident says that a closed case is not right."""
    if "case" not in talk.flow.told | talk.flow.heard and not rows.of_person(talk.tx, talk.person.id, CLOSED):
        return talk.say("none", buttons=[talk.button("report", "report_issue")])
    case = talk.ask(CASE)
    reason = talk.ask(REASON, number=case.number)
    case = cases.reopen(talk.tx, talk.actor, case.id, reason, talk.now)
    unit = talk.community.units[case.unit_id].name
    return talk.say("done", number=case.number, unit=unit, due=case.answer_by)
