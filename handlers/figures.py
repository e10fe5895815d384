"""数据: a month's account for its desk, and a member's own record."""

from __future__ import annotations

from actions import figures
from bot.messages import Reply
from bot.talk import Talk, intent, whole
from domain.figures import FEWEST
from domain.people import RUNS_A_QUEUE, RoleKind
from handlers.claim_task import MEMBERS


@intent(roles=RUNS_A_QUEUE, texts="figures")
def month_figures(talk: Talk) -> Reply:
    """Reports, the three rates and what is not counted among them; one tap says how each is made."""
    back = min(talk.told_id("back"), 24)
    period = figures.Period.month_of(talk.now, back)
    mine = talk.actor.units(RUNS_A_QUEUE)
    asked = whole(talk.flow.told.get("unit")) or mine[0]
    unit, found = figures.of_unit(talk.tx, talk.actor, asked, period)
    month = talk.text("words.month", year=period.year, month=period.month)
    buttons = [
        talk.button("how_counted", "how_counted"),
        talk.button("month_before", "month_figures", unit=unit.id, back=back + 1),
    ]
    return talk.say(
        "month",
        unit=unit.name,
        month=month,
        reported=found.reported,
        standing=found.standing,
        answered=found.answered,
        escalated=found.escalated,
        unconfirmed=found.unconfirmed,
        response=_rate(talk, found.response_rate),
        solution=_rate(talk, found.solution_rate),
        content=_rate(talk, found.content_rate),
        ratings=found.ratings,
        buttons=buttons,
    )


def _rate(talk: Talk, share: float | None) -> str:
    return talk.text("too_few", fewest=FEWEST) if share is None else f"{share:.0%}"


@intent(roles=RUNS_A_QUEUE, texts="figures")
def how_counted(talk: Talk) -> Reply:
    """The three definitions."""
    return talk.say("definitions", fewest=FEWEST)


@intent(roles=MEMBERS | {RoleKind.MEMBER}, texts="figures")
def my_service(talk: Talk) -> Reply:
    """What a member has done; their ratings only in batches and a month late."""
    record = figures.of_member(talk.tx, talk.actor, talk.now)
    if record.average is None:
        return talk.say("record_few", done=record.done, fewest=FEWEST)
    return talk.say("record", done=record.done, ratings=record.ratings, average=f"{record.average:.1f}")
