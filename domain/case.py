"""A case: what a resident asked for, who answers for it, and how it moves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.errors import AlreadyClaimed, AlreadyYours, WrongState


class CaseKind(StrEnum):
    ISSUE = "issue"  # 诉求
    WISH = "wish"  # 微心愿
    INQUIRY = "inquiry"  # a question for a human


class Status(StrEnum):
    UNVERIFIED = "unverified"  # a wish the branch has not looked at
    OPEN = "open"
    CLAIMED = "claimed"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    MERGED = "merged"  # it goes on as part of another case


UNFINISHED = frozenset({Status.UNVERIFIED, Status.OPEN, Status.CLAIMED})
LIVE = UNFINISHED | {Status.ANSWERED}

MOVES: dict[tuple[Status, str], Status] = {
    (Status.UNVERIFIED, "verify"): Status.OPEN,
    (Status.UNVERIFIED, "refuse"): Status.REFUSED,
    (Status.UNVERIFIED, "withdraw"): Status.WITHDRAWN,
    (Status.UNVERIFIED, "answer"): Status.ANSWERED,
    (Status.UNVERIFIED, "escalate"): Status.UNVERIFIED,
    (Status.OPEN, "claim"): Status.CLAIMED,
    (Status.OPEN, "assign"): Status.CLAIMED,
    (Status.OPEN, "answer"): Status.ANSWERED,
    (Status.OPEN, "withdraw"): Status.WITHDRAWN,
    (Status.OPEN, "transfer"): Status.OPEN,
    (Status.OPEN, "escalate"): Status.OPEN,
    (Status.CLAIMED, "assign"): Status.CLAIMED,
    (Status.CLAIMED, "hand_over"): Status.CLAIMED,
    (Status.CLAIMED, "give_back"): Status.OPEN,
    (Status.CLAIMED, "answer"): Status.ANSWERED,
    (Status.CLAIMED, "withdraw"): Status.WITHDRAWN,
    (Status.CLAIMED, "transfer"): Status.OPEN,
    (Status.CLAIMED, "lapse"): Status.OPEN,
    (Status.CLAIMED, "escalate"): Status.OPEN,
    (Status.ANSWERED, "confirm"): Status.CLOSED,
    (Status.ANSWERED, "expire"): Status.CLOSED,
    (Status.ANSWERED, "reopen"): Status.OPEN,
    (Status.CLOSED, "reopen"): Status.OPEN,
    (Status.OPEN, "merge"): Status.MERGED,
    (Status.CLAIMED, "merge"): Status.MERGED,
    (Status.MERGED, "unmerge"): Status.OPEN,
    (Status.MERGED, "withdraw"): Status.WITHDRAWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One numbered case. The unit's queue is accountable from the first minute to the last."""

    id: int = 0
    kind: CaseKind = CaseKind.ISSUE
    number: int  # runs per community and year
    year: int
    community_id: int  # the unit that numbers it
    unit_id: int  # the queue that is accountable now
    category: str
    text: str
    place_id: int | None = None
    place_text: str = ""  # what the place row does not say: floor, spot
    room: str = ""
    status: Status = Status.OPEN
    reporter_id: int
    beneficiary_id: int
    owner_id: int | None = None  # who has taken it
    responsible: str = ""  # the proposed party: 物业, 供水公司
    passed_on_at: datetime | None = None  # 不归我们管: since when that party has it outside this system
    external_number: str = ""  # its number there
    sign_by: datetime
    signed_at: datetime | None = None  # 签收: the desk has seen it
    answer_by: datetime
    level_since: datetime | None = None  # since when this level has it; None: from the beginning
    paused_at: datetime | None = None  # the resident was asked something: the clock stands
    paused_until: datetime | None = None  # without a reply it goes on then
    alarmed_at: datetime | None = None  # overdue with nobody above: when that was last said
    created_at: datetime
    answered_at: datetime | None = None
    delivered_at: datetime | None = None  # the answer reached the person it is for
    closed_how: str = ""  # "confirmed" by the person, or "unconfirmed": seven days without a word
    closed_at: datetime | None = None
    answer: str = ""
    private: bool = False
    urgent: bool = False
    reopened: int = 0
    anonymity: str = ""  # "" | desk (its name is for the queue's own staff) | all (for nobody)
    subject_unit_id: int | None = None  # the unit it complains about: its line cannot open it
    shared: str = ""  # what a party it was passed to may read, confirmed by the desk
    taken_over: bool = False  # whom it is for has taken it over from who reported it
    version: int = 0

    @property
    def sealed(self) -> bool:
        """Whether only those see it who handle it. Danger to life is for whoever can help."""
        return self.private and self.kind is CaseKind.ISSUE and not self.urgent

    def move(self, how: str) -> Status:
        """The status after this move. Raises WrongState when the case has moved on."""
        try:
            return MOVES[(self.status, how)]
        except KeyError:
            raise WrongState(number=self.number, status=self.status) from None

    def claim(self, person_id: int) -> Case:
        """A member takes it. Raises AlreadyYours, AlreadyClaimed, WrongState."""
        if self.status is Status.CLAIMED:
            if self.owner_id == person_id:
                raise AlreadyYours(number=self.number)
            raise AlreadyClaimed(number=self.number, owner=self.owner_id)
        return replace(self, status=self.move("claim"), owner_id=person_id)

    def assign(self, person_id: int) -> Case:
        return replace(self, status=self.move("assign"), owner_id=person_id)

    def give_back(self) -> Case:
        return replace(self, status=self.move("give_back"), owner_id=None)

    def hand_over(self, person_id: int) -> Case:
        return replace(self, status=self.move("hand_over"), owner_id=person_id)

    def transfer(self, unit_id: int) -> Case:
        return replace(self, status=self.move("transfer"), unit_id=unit_id, owner_id=None)

    def answered(self, text: str, now: datetime) -> Case:
        done = replace(self, status=self.move("answer"), answer=text, answered_at=now)
        return replace(done, paused_at=None, paused_until=None, delivered_at=None)

    def confirmed(self, now: datetime) -> Case:
        """The person says it is right: so they have read the answer."""
        closed = replace(self, status=self.move("confirm"), closed_at=now, closed_how="confirmed")
        return replace(closed, delivered_at=self.delivered_at or now)

    def expire(self, now: datetime) -> Case:
        """The answer arrived and nobody said a word. Raises WrongState when it did not arrive."""
        if self.delivered_at is None:
            raise WrongState(number=self.number, status=self.status)
        return replace(self, status=self.move("expire"), closed_at=now, closed_how="unconfirmed")

    def reopen(self, unit_id: int) -> Case:
        """It was not right: it comes back, with its history, to the unit given (one level up)."""
        return replace(
            self,
            status=self.move("reopen"),
            unit_id=unit_id,
            owner_id=None,
            closed_at=None,
            closed_how="",
            delivered_at=None,
            reopened=self.reopened + 1,
        )

    def withdraw(self, now: datetime) -> Case:
        gone = replace(self, status=self.move("withdraw"), closed_at=now)
        return replace(gone, paused_at=None, paused_until=None)

    def verify(self) -> Case:
        return replace(self, status=self.move("verify"))

    def refuse(self, reason: str, now: datetime) -> Case:
        return replace(self, status=self.move("refuse"), answer=reason, closed_at=now)

    def merge(self) -> Case:
        """It is one with another case and goes on there."""
        one = replace(self, status=self.move("merge"), owner_id=None)
        return replace(one, paused_at=None, paused_until=None)

    def unmerge(self, unit_id: int) -> Case:
        """It was another thing after all: it goes on by itself, in the queue of the case it was part of."""
        return replace(self, status=self.move("unmerge"), unit_id=unit_id, owner_id=None)

    def handed_on(self, person_id: int) -> Case:
        """Who reported it is out of it; it goes on for somebody who joined."""
        return replace(self, reporter_id=person_id, beneficiary_id=person_id)

    def lapse(self) -> Case:
        """Whoever had taken it did nothing with it: it is free again."""
        return replace(self, status=self.move("lapse"), owner_id=None)

    def escalate(self, unit_id: int, now: datetime) -> Case:
        """One level up, with everything that was said about it."""
        up = replace(self, status=self.move("escalate"), unit_id=unit_id, owner_id=None)
        return up.at_level(now)

    def at_level(self, now: datetime) -> Case:
        """A level begins with it: nobody there has signed, its clock runs."""
        return replace(
            self, level_since=now, signed_at=None, paused_at=None, paused_until=None, alarmed_at=None
        )

    def pause(self, now: datetime, until: datetime) -> Case:
        """The resident was asked: the clock stands until the reply. Asked again, it stands longer."""
        return replace(self, paused_at=self.paused_at or now, paused_until=until)

    def resume(self, answer_by: datetime) -> Case:
        return replace(self, paused_at=None, paused_until=None, answer_by=answer_by)

    @property
    def signed(self) -> bool:
        """Whether somebody has seen to it."""
        return self.signed_at is not None or self.status not in (Status.OPEN, Status.UNVERIFIED)

    def overdue(self, now: datetime) -> bool:
        return self.status in UNFINISHED and self.paused_at is None and now >= self.answer_by
