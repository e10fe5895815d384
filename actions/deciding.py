"""二议: the vote on a proposal. One vote each, secret, counted when it is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from actions.proposals import LONGEST, happened, lives_in, remind, run_by, seats
from domain.access import Actor
from domain.errors import (
    AlreadyVoted,
    HouseholdVoted,
    NotAVoter,
    NotFound,
    ProposalMoved,
    VotingOpen,
)
from domain.events import Reminder
from domain.proposals import Ballot, Proposal, Stage
from storage import outbox
from storage import proposals as rows
from storage.tx import Tx

LAST_CALL = timedelta(days=1)  # before the end, those who have not voted are reminded


def start(tx: Tx, by: Actor, proposal_id: int, days: int, now: datetime) -> Proposal:
    """Freezes text and roll, and asks everybody on it.

    Raises NotFound, ProposalMoved, StillDeliberating, TooFewVoters.
    """
    before = run_by(tx, by, proposal_id, lock=True)
    if not 1 <= days <= LONGEST:
        raise NotFound()
    before.must_be_talked_over(now)
    found = seats(tx, by, before.unit_id, by_household=before.by_household)
    opened = before.open_vote(now + timedelta(days=days), len(set(found.values())), now)
    assert opened.closes_at is not None
    rows.freeze(tx, opened.id, found)
    outbox.forget(tx, "proposal_talked", opened.id, now)
    remind(tx, opened, "proposal_ends", opened.closes_at, now)
    remind(tx, opened, "proposal_last", opened.closes_at - LAST_CALL, now)
    return tx.save(opened, happened("proposal_voting", opened, now, by))


def to_vote(tx: Tx, by: Actor, proposal_id: int, now: datetime) -> Proposal:
    """A vote that is open to them.

    Raises NotAVoter, ProposalMoved (not begun), VotingClosed, AlreadyVoted, HouseholdVoted.
    """
    return _to_vote(tx, by, tx.get(Proposal, proposal_id), now)


def _to_vote(tx: Tx, by: Actor, proposal: Proposal | None, now: datetime) -> Proposal:
    if proposal is None:
        raise NotAVoter()
    has_voted = rows.ROLL.has_voted(tx, proposal.id, by.id)
    if has_voted is None:
        if proposal.stage is Stage.DELIBERATING and lives_in(tx, by, proposal.unit_id):
            raise ProposalMoved(stage=proposal.stage)
        raise NotAVoter()
    if has_voted:
        raise HouseholdVoted() if proposal.by_household else AlreadyVoted()
    proposal.must_take_votes(now)
    return proposal


def vote(tx: Tx, by: Actor, proposal_id: int, ballot: Ballot, now: datetime) -> Proposal:
    """One ballot: that they voted stands on the roll, what they said only in the sums.

    No event tells of it and no moment is kept: either could be held against the sums. It cannot be changed,
    because nobody could say which ballot was theirs. Raises what `to_vote` raises.
    """
    proposal = _to_vote(tx, by, rows.locked(tx, proposal_id), now)
    seat = rows.seat(tx, proposal.id, by.id)
    assert seat is not None
    if not rows.ROLL.mark_voted(tx, proposal.id, seat):
        raise HouseholdVoted() if proposal.by_household else AlreadyVoted()
    if proposal.by_household:
        rows.vote_for_all(tx, proposal.id, seat)
    rows.count_in(tx, proposal.id, ballot)
    return proposal


def waiting(tx: Tx, by: Actor, now: datetime) -> list[Proposal]:
    """The votes in which they have not voted yet."""
    return [one for one in rows.open_to(tx, by.id) if one.closes_at and now < one.closes_at]


def end(tx: Tx, reminder: Reminder, now: datetime) -> None:
    """The last day is over: nobody votes any more, and what was decided stands."""
    proposal = rows.locked(tx, reminder.subject_id)
    if proposal is None or proposal.stage is not Stage.VOTING:
        return
    counted = proposal.count(rows.counts(tx, proposal.id), now)
    tx.save(counted, happened("proposal_counted", counted, now, outcome=str(counted.outcome)))


def last_call(tx: Tx, reminder: Reminder, now: datetime) -> None:
    proposal = tx.get(Proposal, reminder.subject_id)
    if proposal is not None and proposal.stage is Stage.VOTING:
        tx.add(happened("proposal_last_call", proposal, now))


def counted(tx: Tx, by: Actor, proposal_id: int, now: datetime) -> tuple[Proposal, dict[Ballot, int]]:
    """The count, for those who publish it. Raises NotFound, VotingOpen, ProposalMoved."""
    proposal = run_by(tx, by, proposal_id)
    if proposal.stage is Stage.VOTING:
        raise VotingOpen(closes=proposal.closes_at)
    proposal.must_be_counted()
    return proposal, rows.counts(tx, proposal.id)
