"""Refusals: what cannot be done and the facts about it. The sentences live in texts/refusals.toml."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """Something a person asked for that cannot be done. Nothing was changed."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(type(self).__name__)
        self.facts = facts

    @property
    def key(self) -> str:
        return f"refusals.{type(self).__name__}"


class NotFound(Refusal):
    """There is no such thing, or it is not for this person: the two look the same."""


class NotAllowed(Refusal):
    """The person's role does not reach so far."""


class AlreadyClaimed(Refusal):
    """Somebody else holds it. Facts: number, name."""


class AlreadyYours(Refusal):
    """They hold it already. Facts: number."""


class AlreadyDone(Refusal):
    """The same thing was done before. Facts: number."""


class WrongState(Refusal):
    """The case has moved on; this can no longer be done. Facts: number, status."""


class AlreadyJoined(Refusal):
    """Neighbours stand behind it: it cannot become private any more. Facts: number."""


class TakenOver(Refusal):
    """Whom it is for has taken it over: only they withdraw it. Facts: number."""


class NotPreviewed(Refusal):
    """What leaves the house about a private or anonymous case is seen and confirmed first. Facts: number."""


class NeverMerged(Refusal):
    """Danger to life and private cases stand by themselves. Facts: number."""


class NobodyAbove(Refusal):
    """The case stands at the top: there is no level it could go up to. Facts: number."""


class NotAnswered(Refusal):
    """A supervision is lifted only when it has an answer."""


class AlreadyRated(Refusal):
    """One service, one rating. Facts: number."""


class RatingStands(Refusal):
    """Seven days are over: a rating stays as it is. Facts: number."""


class NothingToRate(Refusal):
    """No finished service of theirs waits for stars."""


class NotAVoter(Refusal):
    """They are not on the roll, or there is no such vote: the two look the same."""


class AlreadyVoted(Refusal):
    """One vote each."""


class VotingClosed(Refusal):
    """The vote is over."""


class VotingOpen(Refusal):
    """Nothing is counted out before a vote is over. Facts: closes."""


class HouseholdVoted(Refusal):
    """One vote for each door, and somebody behind theirs has used it."""


class TooFewVoters(Refusal):
    """So few have a vote that a count would tell who voted how. Facts: fewest."""


class StillDeliberating(Refusal):
    """People were told that they may speak until then. Facts: until."""


class SaidEnough(Refusal):
    """So many opinions of theirs are kept already. Facts: most."""


class ProposalMoved(Refusal):
    """The proposal has moved on; this can no longer be done with it, or not yet. Facts: stage."""


class NoSuchTime(Refusal):
    """The time has passed or makes no sense. Facts: when."""


class AlreadyRegistered(Refusal):
    """They are on the roster. Facts: unit."""


class WrongCode(Refusal):
    """A code or link that is unknown, used, expired or somebody else's: one answer for all."""


class TooLate(Refusal):
    """The undo window has closed. Facts: sent."""


class NobodyThere(Refusal):
    """Nobody would receive it. Facts: none."""


class TooOften(Refusal):
    """They asked for the same thing too many times within the hour."""


class NothingSaid(Refusal):
    """What was to be written or chosen is missing."""


class ChangedMeanwhile(Refusal):
    """What they saw is not what there is now: somebody else was quicker."""


class BadSetting(Refusal):
    """What was to be set makes no sense; the sentence is one of those that a file's mistakes have."""

    def __init__(self, said: str, **facts: Any) -> None:
        super().__init__(**facts)
        self.said = said

    @property
    def key(self) -> str:
        return self.said


class Busy(Refusal):
    """They are in a call already."""


class NeverMuted(Refusal):
    """What is said when lives are at stake cannot be turned off."""


class HandOverFirst(Refusal):
    """They hold tasks others wait for. Facts: count."""


class RoleFirst(Refusal):
    """They hold an office, which the level above ends first. Facts: unit, role."""


class Conflict(Exception):
    """Somebody changed the same row meanwhile: run the turn again."""
