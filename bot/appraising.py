"""What a count of votes and the stars of a period say: the same words in chat and at the desk."""

from __future__ import annotations

from datetime import datetime

from actions import appraisals, stars
from bot import texts
from domain.access import Actor
from domain.appraisals import (
    FEWEST_RATINGS,
    FEWEST_VOTES,
    LEAST_AVERAGE,
    Appraisal,
    Earned,
    Mark,
    Result,
    Span,
    places,
)
from domain.people import Person
from domain.tree import Community
from storage.tx import Tx


def span_words(key: str, locale: str) -> str:
    """ "2026-Q4" as people say it."""
    span = Span.read(key)
    assert span is not None
    if span.quarter is None:
        return texts.say(locale, "appraisals.year", year=span.year)
    return texts.say(locale, "appraisals.quarter", year=span.year, quarter=span.quarter)


def called(community: Community, one: Appraisal, locale: str) -> str:
    """What an appraisal is called."""
    unit, kind = community.units[one.unit_id].name, texts.say(locale, f"appraisals.{one.kind}")
    return texts.say(locale, "appraisals.called", unit=unit, kind=kind, period=span_words(one.period, locale))


def _name(tx: Tx, person_id: int) -> str:
    person = tx.get(Person, person_id)
    return person.name if person else ""


# -- the count of a vote ---------------------------------------------------------------------------
def count(tx: Tx, by: Actor, appraisal_id: int, now: datetime, locale: str) -> tuple[str, bool]:
    """The count in words, and whether there is anything to publish. Raises NotFound, VotingOpen."""
    appraisal, came, results = appraisals.counted(tx, by, appraisal_id, now)
    name = called(by.community, appraisal, locale)
    head = texts.say(locale, "appraisals.head", called=name, voted=came, eligible=appraisal.eligible)
    if not results:
        return "\n".join([head, texts.say(locale, "appraisals.too_few", fewest=FEWEST_VOTES)]), False
    lines = [_line(tx, one, place, locale, shared=shared) for place, one, shared in _placed(results)]
    hidden = [_name(tx, one.person_id) for one in results if one.share is None]
    how = texts.say(locale, "appraisals.how", fewest=FEWEST_VOTES)
    if hidden:
        names = "、".join(hidden)
        lines.append(texts.say(locale, "appraisals.hidden_few", names=names, fewest=FEWEST_VOTES))
    return "\n".join([head, *lines, how]), bool(lines)


def _placed(results: list[Result]) -> list[tuple[int, Result, bool]]:
    by_id = {one.person_id: one for one in results}
    scores = [(key, one.share) for key, one in by_id.items() if one.share is not None]
    return [(place, by_id[key], shared) for place, key, shared in places(scores)]


def _line(tx: Tx, one: Result, place: int, locale: str, *, shared: bool) -> str:
    return texts.say(
        locale,
        "appraisals.line",
        place=place,
        shared=texts.say(locale, "appraisals.shared") if shared else "",
        name=_name(tx, one.person_id),
        share=f"{one.share or 0:.0%}",
        good=one.marks[Mark.GOOD],
        fair=one.marks[Mark.FAIR],
        poor=one.marks[Mark.POOR],
        unknown=one.marks[Mark.UNKNOWN],
    )


# -- the stars of a period -------------------------------------------------------------------------
def earned(
    tx: Tx, by: Actor, unit_id: int, span: Span, now: datetime, locale: str, *, sums: bool
) -> tuple[str, bool]:
    """Who earned the stars, in words, and whether anybody did. Raises NotAllowed.

    The sums are for the secretary: held against a member's own monthly ones they would give one away.
    A span whose stars can still change becomes the newest whose cannot.
    """
    span = settled(span, now)
    found, community = stars.of(tx, by, unit_id, span), by.community
    lines = [
        texts.say(
            locale,
            "stars.head",
            unit=community.units[unit_id].name,
            period=span_words(span.key, locale),
        )
    ]
    names = {one.id: _name(tx, one.id) for _, one, _ in found.members}
    names_of_branches = {one.id: community.units[one.id].name for _, one, _ in found.branches}
    for key, best, called_by in (
        ("members", found.members, names),
        ("branches", found.branches, names_of_branches),
    ):
        lines.append(texts.say(locale, f"stars.{key}"))
        for place, one, shared in best:
            lines.append(_star(called_by[one.id], place, one, locale, shared=shared, sums=sums))
        if not best:
            lines.append(texts.say(locale, "stars.nobody"))
    average = f"{LEAST_AVERAGE:.0f}"
    lines.append(texts.say(locale, "stars.how", fewest=FEWEST_RATINGS, average=average))
    return "\n".join(lines), bool(found.members or found.branches)


def settled(span: Span, now: datetime) -> Span:
    """The span, or the newest of its kind whose stars can no longer be changed."""
    last = stars.last_over(now, whole_year=span.quarter is None)
    return span if span.end <= last.end else last


def _star(name: str, place: int, one: Earned, locale: str, *, shared: bool, sums: bool) -> str:
    also = texts.say(locale, "appraisals.shared") if shared else ""
    if not sums:
        return texts.say(locale, "stars.place", place=place, shared=also, name=name)
    return texts.say(
        locale,
        "stars.line",
        place=place,
        shared=also,
        name=name,
        stars=one.stars,
        ratings=one.ratings,
        average=f"{one.average:.2f}",
    )
