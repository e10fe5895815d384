"""两议两公开: deliberate, decide, publish the decision, publish the result; what a count may say of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum

from domain.board import covered, shown
from domain.errors import (
    AlreadyDone,
    ProposalMoved,
    StillDeliberating,
    VotingClosed,
)
from domain.events import Event
from domain.figures import FEWEST

LEAST_TURNOUT = (33, 50, 67)  # per cent of the votes there are, to choose from


class Stage(StrEnum):
    """Where a proposal stands."""

    DELIBERATING = "deliberating"  # 一议
    VOTING = "voting"  # 二议
    COUNTED = "counted"  # over, not told yet
    PUBLISHED = "published"  # 一公开; of one that was not adopted the end
    FINISHED = "finished"  # 二公开
    WITHDRAWN = "withdrawn"


class Ballot(StrEnum):
    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


class Majority(StrEnum):
    """What adopts a proposal, of the votes cast; an abstention is cast."""

    HALF = "half"  # more than half: exactly half is not enough
    TWO_THIRDS = "two_thirds"  # two thirds or more


class Outcome(StrEnum):
    """`""` while nothing is decided."""

    NONE = ""
    ADOPTED = "adopted"
    REJECTED = "rejected"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One matter a unit decides together. The text and the roll are frozen when the vote opens."""

    id: int = 0
    unit_id: int
    title: str
    text: str
    by_household: bool = False  # one vote for each door instead of each person
    turnout: int = 50  # per cent that must vote
    majority: Majority = Majority.HALF
    stage: Stage = Stage.DELIBERATING
    opened_by: int
    opened_at: datetime
    talks_until: datetime
    closes_at: datetime | None = None  # the end of the vote
    eligible: int = 0  # votes there are
    outcome: Outcome = Outcome.NONE
    decided_at: datetime | None = None
    owner_id: int | None = None  # who carries it out
    promised_for: datetime | None = None
    published_at: datetime | None = None
    done: bool | None = None
    result: str = ""  # what came of it; of a withdrawn one why
    ended_at: datetime | None = None
    version: int = 0

    def must_be_deliberated(self) -> None:
        """Raises ProposalMoved once it is voted on or withdrawn."""
        if self.stage is not Stage.DELIBERATING:
            raise ProposalMoved(stage=self.stage)

    def amend(self, title: str, text: str) -> Proposal:
        """Raises ProposalMoved once it is voted on, AlreadyDone when nothing is different."""
        self.must_be_deliberated()
        if (title, text) == (self.title, self.text):
            raise AlreadyDone()
        return replace(self, title=title, text=text)

    def withdraw(self, reason: str, now: datetime) -> Proposal:
        """Only before the vote: what people have voted on is counted and told."""
        self.must_be_deliberated()
        return replace(self, stage=Stage.WITHDRAWN, result=reason, ended_at=now)

    def must_be_talked_over(self, now: datetime) -> None:
        """Raises ProposalMoved, StillDeliberating: people were told how long they may speak."""
        self.must_be_deliberated()
        if now < self.talks_until:
            raise StillDeliberating(until=self.talks_until)

    def open_vote(self, closes_at: datetime, eligible: int, now: datetime) -> Proposal:
        """Raises what `must_be_talked_over` raises."""
        self.must_be_talked_over(now)
        return replace(self, stage=Stage.VOTING, closes_at=closes_at, eligible=eligible)

    def must_take_votes(self, now: datetime) -> None:
        """Raises VotingClosed, ProposalMoved (not begun, withdrawn)."""
        if self.stage in (Stage.DELIBERATING, Stage.WITHDRAWN):
            raise ProposalMoved(stage=self.stage)
        if self.stage is not Stage.VOTING or self.closes_at is None or now >= self.closes_at:
            raise VotingClosed()

    def count(self, votes: Mapping[Ballot, int], now: datetime) -> Proposal:
        """The end of the vote."""
        outcome = decided(votes, self.eligible, self.turnout, self.majority)
        return replace(self, stage=Stage.COUNTED, outcome=outcome, decided_at=now)

    def publish(self, promised_for: datetime | None, owner_id: int | None, now: datetime) -> Proposal:
        """一公开. Only what was adopted is carried out by somebody until some day. Raises ProposalMoved."""
        self.must_be_counted()
        adopted = self.outcome is Outcome.ADOPTED
        return replace(
            self,
            stage=Stage.PUBLISHED,
            published_at=now,
            promised_for=promised_for if adopted else None,
            owner_id=owner_id if adopted else None,
            ended_at=None if adopted else now,
        )

    def must_be_counted(self) -> None:
        """Raises ProposalMoved unless it is decided and not told yet."""
        if self.stage is not Stage.COUNTED:
            raise ProposalMoved(stage=self.stage)

    @property
    def awaits_result(self) -> bool:
        return self.stage is Stage.PUBLISHED and self.outcome is Outcome.ADOPTED

    def must_await_result(self) -> None:
        """Raises ProposalMoved."""
        if not self.awaits_result:
            raise ProposalMoved(stage=self.stage)

    def finish(self, result: str, now: datetime, *, done: bool) -> Proposal:
        """二公开. Raises ProposalMoved."""
        self.must_await_result()
        return replace(self, stage=Stage.FINISHED, done=done, result=result, ended_at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What somebody said of a proposal. The desk reads it; `shown` is what it lets everybody read, masked."""

    id: int = 0
    proposal_id: int
    person_id: int
    text: str
    at: datetime
    shown: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A proposal as it read once."""

    id: int = 0
    proposal_id: int
    title: str
    text: str
    at: datetime


def least(eligible: int, turnout: int) -> int:
    """How many votes must be cast; never fewer than a count may tell."""
    return max(FEWEST, -(-eligible * turnout // 100))


def decided(votes: Mapping[Ballot, int], eligible: int, turnout: int, majority: Majority) -> Outcome:
    """What the votes decide. A tie adopts nothing."""
    yes, cast = votes.get(Ballot.YES, 0), sum(votes.values())
    if cast < least(eligible, turnout):
        return Outcome.TOO_FEW
    enough = yes * 3 >= cast * 2 if majority is Majority.TWO_THIRDS else yes * 2 > cast
    return Outcome.ADOPTED if enough else Outcome.REJECTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What everybody may know of a count; None stands for fewer than five."""

    exact: bool
    cast: int | None
    yes: int | None
    no: int | None
    abstain: int | None


def told(votes: Mapping[Ballot, int]) -> Counts:
    """As counted when every number is five or more; otherwise each is rounded down to fives, as on the board.

    The sum is kept so low that it tells no more of a part than the parts do.
    """
    parts = [votes.get(one, 0) for one in Ballot]
    if min(parts) >= FEWEST:
        return Counts(exact=True, cast=sum(parts), yes=parts[0], no=parts[1], abstain=parts[2])
    yes, no, abstain = (shown(one) for one in parts)
    return Counts(exact=False, cast=covered(sum(parts), [parts]) or None, yes=yes, no=no, abstain=abstain)


# -- a year of them --------------------------------------------------------------------------------
@dataclass(slots=True, kw_only=True)
class Decisions:
    """What a unit has decided in a period, from the record."""

    opened: int = 0
    opinions: int = 0
    withdrawn: int = 0
    adopted: int = 0
    rejected: int = 0
    too_few: int = 0
    published: int = 0
    done: int = 0
    not_done: int = 0

    def add(self, other: Decisions) -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


_COUNTS = {
    "proposal_opened": "opened",
    "proposal_opinion": "opinions",
    "proposal_withdrawn": "withdrawn",
    "proposal_published": "published",
}
KINDS = frozenset(_COUNTS) | {"proposal_counted", "proposal_finished"}


def of_units(events: Iterable[Event], start: datetime, end: datetime) -> dict[int, Decisions]:
    """What happened to proposals in [start, end), by unit."""
    found: dict[int, Decisions] = {}
    for event in events:
        if event.kind not in KINDS or event.unit_id is None or not start <= event.at < end:
            continue
        name = _COUNTS.get(event.kind)
        if event.kind == "proposal_counted":
            name = str(event.data["outcome"])
        elif event.kind == "proposal_finished":
            name = "done" if event.data["done"] else "not_done"
        one = found.setdefault(event.unit_id, Decisions())
        assert name is not None
        setattr(one, name, getattr(one, name) + 1)
    return found
