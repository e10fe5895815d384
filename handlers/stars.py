"""评星: who earned the stars of a quarter or a year, seen by the secretary first, then published."""

from __future__ import annotations

from actions import stars as actions
from bot.messages import Reply
from bot.talk import Talk, intent
from domain.appraisals import FEWEST_RATINGS, LEAST_AVERAGE, Earned, Span
from domain.people import RUNS_A_QUEUE, Person
from handlers.appraisals import send_out, span_words
from handlers.broadcast_notice import my_unit

_TEXTS = "stars"


def _span(talk: Talk) -> Span:
    """The one that was pressed, else the newest quarter; never one whose stars can still change."""
    newest = actions.last_over(talk.now, whole_year=False)
    span = Span.read(str(talk.flow.told.get("period", ""))) or newest
    last = actions.last_over(talk.now, whole_year=span.quarter is None)
    return span if span.end <= last.end else last


@intent(roles=RUNS_A_QUEUE)
def stars(talk: Talk) -> Reply:
    """A preview for the secretary."""
    unit_id, span = my_unit(talk), _span(talk)
    text, any_ = _told(talk, unit_id, span, sums=True)
    other = actions.last_over(talk.now, whole_year=span.quarter is not None)
    buttons = [
        *([talk.button("publish", "publish_stars", unit=unit_id, period=span.key)] if any_ else []),
        talk.button("year_or_quarter", "stars", unit=unit_id, period=other.key),
    ]
    return talk.say("preview", text=text, buttons=buttons)


def _told(talk: Talk, unit_id: int, span: Span, *, sums: bool) -> tuple[str, bool]:
    """The sums are for the secretary: held against a member's own monthly ones they would give one away."""
    found = actions.of(talk.tx, talk.actor, unit_id, span)
    unit = talk.community.units[unit_id].name
    lines = [talk.text("stars.head", unit=unit, period=span_words(talk, span.key))]
    lines.append(talk.text("stars.members"))
    for place, one, shared in found.members:
        person = talk.tx.get(Person, one.id)
        lines.append(_line(talk, place, person.name if person else "", one, shared, sums=sums))
    if not found.members:
        lines.append(talk.text("stars.nobody"))
    lines.append(talk.text("stars.branches"))
    for place, one, shared in found.branches:
        name = talk.community.units[one.id].name
        lines.append(_line(talk, place, name, one, shared, sums=sums))
    if not found.branches:
        lines.append(talk.text("stars.nobody"))
    lines.append(talk.text("stars.how", fewest=FEWEST_RATINGS, average=f"{LEAST_AVERAGE:.0f}"))
    return "\n".join(lines), bool(found.members or found.branches)


def _line(talk: Talk, place: int, name: str, one: Earned, shared: bool, *, sums: bool) -> str:
    also = talk.text("appraisals.shared") if shared else ""
    if not sums:
        return talk.text("stars.place", place=place, shared=also, name=name)
    return talk.text(
        "stars.line",
        place=place,
        shared=also,
        name=name,
        stars=one.stars,
        ratings=one.ratings,
        average=f"{one.average:.2f}",
    )


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def publish_stars(talk: Talk) -> Reply:
    """As a notice to everybody."""
    unit_id, span = my_unit(talk), _span(talk)
    text, any_ = _told(talk, unit_id, span, sums=False)
    if not any_:
        return talk.say("nobody_yet")
    return send_out(talk, unit_id, text)
