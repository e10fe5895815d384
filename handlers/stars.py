"""评星: who earned the stars of a quarter or a year, seen by the secretary first, then published."""

from __future__ import annotations

from actions import stars as actions
from bot import appraising as telling
from bot.messages import Reply
from bot.talk import Talk, intent
from domain.appraisals import Span
from domain.people import RUNS_A_QUEUE
from handlers.appraisals import send_out
from handlers.broadcast_notice import my_unit

_TEXTS = "stars"


def _span(talk: Talk) -> Span:
    """The one that was pressed, else the newest quarter; never one whose stars can still change."""
    newest = actions.last_over(talk.now, whole_year=False)
    return telling.settled(Span.read(str(talk.flow.told.get("period", ""))) or newest, talk.now)


@intent(roles=RUNS_A_QUEUE)
def stars(talk: Talk) -> Reply:
    """A preview for the secretary."""
    unit_id, span = my_unit(talk), _span(talk)
    text, any_ = telling.earned(talk.tx, talk.actor, unit_id, span, talk.now, talk.locale, sums=True)
    other = actions.last_over(talk.now, whole_year=span.quarter is not None)
    buttons = [
        *([talk.button("publish", "publish_stars", unit=unit_id, period=span.key)] if any_ else []),
        talk.button("year_or_quarter", "stars", unit=unit_id, period=other.key),
    ]
    return talk.say("preview", text=text, buttons=buttons)


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def publish_stars(talk: Talk) -> Reply:
    """As a notice to everybody."""
    unit_id, span = my_unit(talk), _span(talk)
    text, any_ = telling.earned(talk.tx, talk.actor, unit_id, span, talk.now, talk.locale, sums=False)
    if not any_:
        return talk.say("nobody_yet")
    return send_out(talk, unit_id, text)
