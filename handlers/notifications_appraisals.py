"""A vote on people → who hears of it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.telling import Tell, World, tells
from domain.appraisals import Appraisal, AppraisalKind
from storage import appraisals as rows


@tells("appraisal_opened")
@tells("appraisal_last_call")
def appraisal_opened(world: World) -> Iterable[Tell]:
    """Everybody on the roll, and a day before the end those who have not voted."""
    appraisal = world.tx.get(Appraisal, world.event.subject_id)
    if appraisal is None or appraisal.closed_at is not None:
        return
    last = world.event.kind == "appraisal_last_call"
    key = "vote_last_call" if last else _asks(appraisal)
    facts = {"unit": world.community.units[appraisal.unit_id].name, "closes": appraisal.closes_at}
    buttons = (("vote", f"vote appraisal={appraisal.id}"),)
    for person in rows.ROLL.people(world.tx, appraisal.id, silent=True):
        yield Tell(to=person, key=key, facts=facts, buttons=buttons, lane="bulk")


def _asks(appraisal: Appraisal) -> str:
    return "vote_workers" if appraisal.kind is AppraisalKind.WORKERS else "vote_committee"


@tells("appraisal_closed")
def appraisal_closed(world: World) -> Iterable[Tell]:
    """The community's desk may count."""
    appraisal = world.tx.get(Appraisal, world.event.subject_id)
    if appraisal is None:
        return
    facts = {"voted": rows.ROLL.voted(world.tx, appraisal.id), "eligible": appraisal.eligible}
    buttons = (("results", f"appraisal_results appraisal={appraisal.id}"),)
    for person in world.staff(appraisal.unit_id):
        yield Tell(to=person, key="vote_closed", facts=facts, buttons=buttons)
