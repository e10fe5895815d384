"""民主评议: a community opens a vote on named people; each voter votes once, and nobody learns how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.access import Actor
from domain.appraisals import FEWEST_VOTES, Appraisal, AppraisalKind, Mark, Result, Span
from domain.community import UnitKind
from domain.errors import (
    AlreadyDone,
    AlreadyVoted,
    NobodyThere,
    NotAllowed,
    NotAVoter,
    NotFound,
    VotingClosed,
    VotingOpen,
)
from domain.events import Event, Reminder
from domain.people import Person, RoleKind
from storage import appraisals as rows
from storage import notices, outbox, people
from storage.tx import Tx

LONGEST = 60  # days a vote may last
LAST_CALL = timedelta(days=1)  # before the end, those who have not voted are reminded
_NAMED = {
    AppraisalKind.WORKERS: frozenset({RoleKind.OFFICER}),
    AppraisalKind.COMMITTEE: frozenset({RoleKind.SECRETARY, RoleKind.DEPUTY, RoleKind.OFFICER}),
}
_ROLL = {AppraisalKind.WORKERS: "homes", AppraisalKind.COMMITTEE: "members"}


def period(kind: AppraisalKind, now: datetime) -> Span:
    """What a vote opened now is about: early in January it is still the year before."""
    if kind is AppraisalKind.COMMITTEE:
        return Span.around(now - timedelta(days=60), whole_year=True)
    return Span.around(now - timedelta(days=20), whole_year=False)


def candidates(tx: Tx, by: Actor, unit_id: int, kind: AppraisalKind, now: datetime) -> list[Person]:
    """Whom a vote of this kind can be about. Raises NotAllowed."""
    _may_open(by, unit_id)
    return people.in_unit(tx, [unit_id], _NAMED[kind], now)


def voters(tx: Tx, by: Actor, unit_id: int, kind: AppraisalKind) -> list[int]:
    """The roll: the residents of the community, or the members of its branches. Raises NotAllowed."""
    _may_open(by, unit_id)
    return notices.audience(tx, by.community.units[unit_id].path, _ROLL[kind])


def _may_open(by: Actor, unit_id: int) -> None:
    by.must_run(unit_id)
    if by.community.units[unit_id].kind is not UnitKind.COMMUNITY:
        raise NotAllowed()


def begin(
    tx: Tx, by: Actor, unit_id: int, kind: AppraisalKind, named: Sequence[int], days: int, now: datetime
) -> Appraisal:
    """Freezes names and roll and asks everybody on it.

    Raises NotAllowed, NotFound (somebody named does not serve there), NobodyThere, AlreadyDone.
    """
    allowed = {one.id for one in candidates(tx, by, unit_id, kind, now)}
    if not named or not set(named) <= allowed or not 1 <= days <= LONGEST:
        raise NotFound()
    about = period(kind, now).key
    if rows.of_period(tx, unit_id, kind, about) is not None:
        raise AlreadyDone()
    on_roll = voters(tx, by, unit_id, kind)
    if not on_roll:
        raise NobodyThere()
    opened = tx.add(
        Appraisal(
            unit_id=unit_id,
            kind=kind,
            period=about,
            opened_by=by.id,
            opened_at=now,
            closes_at=now + timedelta(days=days),
            eligible=len(on_roll),
        )
    )
    rows.freeze(tx, opened, sorted(set(named)), on_roll)
    ends = opened.closes_at
    for clock, due in (("appraisal_ends", ends), ("appraisal_last", ends - LAST_CALL)):
        if due > now:
            key = f"{clock}:{opened.id}"
            outbox.remind(tx, Reminder(key=key, kind=clock, subject_id=opened.id, due_at=due))
    tx.add(_happened("appraisal_opened", opened, now, by))
    return opened


def _happened(kind: str, about: Appraisal, now: datetime, by: Actor | None = None) -> Event:
    return Event(
        kind=kind,
        at=now,
        subject="appraisal",
        subject_id=about.id,
        actor_id=by.id if by else None,
        unit_id=about.unit_id,
    )


# -- voting ----------------------------------------------------------------------------------------
def to_vote(tx: Tx, by: Actor, appraisal_id: int, now: datetime) -> tuple[Appraisal, list[int]]:
    """A vote that is open to them, with whom they vote on: never themselves.

    Raises NotAVoter, AlreadyVoted, VotingClosed.
    """
    appraisal = tx.get(Appraisal, appraisal_id)
    has_voted = rows.ROLL.has_voted(tx, appraisal_id, by.id)
    if appraisal is None or has_voted is None:
        raise NotAVoter()
    if has_voted:
        raise AlreadyVoted()
    if appraisal.closed_at is not None or now >= appraisal.closes_at:
        raise VotingClosed()
    others = [one for one in rows.subjects(tx, appraisal.id) if one != by.id]
    if not others:
        raise NotAVoter()
    return appraisal, others


def vote(tx: Tx, by: Actor, appraisal_id: int, marks: Mapping[int, Mark], now: datetime) -> None:
    """One ballot: that they voted stands on the roll, what they said only in the sums.

    No event tells of it and no moment is kept: either could be held against the sums.
    Raises NotAVoter, AlreadyVoted, VotingClosed, NotFound (not everybody has a mark).
    """
    appraisal, others = to_vote(tx, by, appraisal_id, now)
    if set(marks) != set(others):
        raise NotFound()
    if not rows.ROLL.mark_voted(tx, appraisal.id, by.id):
        raise AlreadyVoted()
    rows.count_in(tx, appraisal.id, marks)


def waiting(tx: Tx, by: Actor, now: datetime) -> list[Appraisal]:
    """The votes in which they have not voted yet."""
    return [one for one in rows.open_to(tx, by.id) if now < one.closes_at]


# -- the end ---------------------------------------------------------------------------------------
def end(tx: Tx, reminder: Reminder, now: datetime) -> None:
    """The last day is over: nobody votes any more, the community may count."""
    appraisal = rows.locked(tx, reminder.subject_id)
    if appraisal is not None and appraisal.closed_at is None:
        tx.save(replace(appraisal, closed_at=now), _happened("appraisal_closed", appraisal, now))


def last_call(tx: Tx, reminder: Reminder, now: datetime) -> None:
    appraisal = tx.get(Appraisal, reminder.subject_id)
    if appraisal is not None and appraisal.closed_at is None and now < appraisal.closes_at:
        tx.add(_happened("appraisal_last_call", appraisal, now))


def counted(tx: Tx, by: Actor, appraisal_id: int, now: datetime) -> tuple[Appraisal, int, list[Result]]:
    """How many voted and, when that is enough people, what they said. Raises NotFound, VotingOpen."""
    appraisal = tx.get(Appraisal, appraisal_id)
    if appraisal is None or not by.runs(appraisal.unit_id):
        raise NotFound()
    if appraisal.closed_at is None and now < appraisal.closes_at:
        raise VotingOpen(closes=appraisal.closes_at)
    came = rows.ROLL.voted(tx, appraisal.id)
    return appraisal, came, rows.results(tx, appraisal.id) if came >= FEWEST_VOTES else []
