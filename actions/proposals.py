"""两议两公开: a unit proposes and its residents speak; what is decided (actions/deciding.py) is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from actions import tasks
from domain.access import Actor
from domain.calendar import BEIJING
from domain.community import UnitKind
from domain.errors import (
    AlreadyDone,
    NoSuchTime,
    NotAllowed,
    NotFound,
    NothingSaid,
    SaidEnough,
    TooFewVoters,
)
from domain.events import Event, Reminder
from domain.figures import FEWEST
from domain.people import RUNS_A_QUEUE, Person
from domain.proposals import (
    LEAST_TURNOUT,
    Majority,
    Opinion,
    Outcome,
    Proposal,
    Stage,
    Wording,
)
from nlu.complaints import without_names
from storage import community, notices, outbox
from storage import proposals as rows
from storage.tx import Tx

LONGEST = 60  # days people may speak, and days a vote may last
TITLE, TEXT, OPINION = 120, 2000, 500  # characters
ASKED_AGAIN = timedelta(days=7)  # how often a result that was promised is asked for
OPINIONS = 5  # of one person on one proposal
_UNITS = (UnitKind.BRANCH, UnitKind.COMMUNITY)


def happened(kind: str, about: Proposal, now: datetime, by: Actor | None = None, **data: object) -> Event:
    return Event(
        kind=kind,
        at=now,
        subject="proposal",
        subject_id=about.id,
        actor_id=by.id if by else None,
        unit_id=about.unit_id,
        data=data,
    )


def own_units(by: Actor) -> list[int]:
    """The units in whose name they may propose: branches and communities whose queue is theirs."""
    mine = sorted(set(by.units(RUNS_A_QUEUE)))
    return [one for one in mine if by.community.units[one].kind in _UNITS]


def _may_open(by: Actor, unit_id: int) -> None:
    if unit_id not in own_units(by):
        raise NotAllowed()


def audience(tx: Tx, path: str) -> list[int]:
    """Who is told and has a vote: who lives in the unit."""
    return notices.audience(tx, path, "homes")


def run_by(tx: Tx, by: Actor, proposal_id: int, *, lock: bool = False) -> Proposal:
    """A proposal of a unit whose queue is theirs. Raises NotFound."""
    found = rows.locked(tx, proposal_id) if lock else tx.get(Proposal, proposal_id)
    if found is None or not any(
        by.community.is_within(found.unit_id, mine) for mine in by.units(RUNS_A_QUEUE)
    ):
        raise NotFound()
    return found


def seen_by(tx: Tx, by: Actor, proposal_id: int) -> Proposal:
    """A proposal of a unit they live in, vote in or run. Raises NotFound."""
    found = tx.get(Proposal, proposal_id)
    if found is None:
        raise NotFound()
    on_roll = rows.ROLL.has_voted(tx, found.id, by.id) is not None
    if not on_roll and not lives_in(tx, by, found.unit_id):
        return run_by(tx, by, proposal_id)
    return found


def _home(tx: Tx, by: Actor) -> int | None:
    branch = by.community.branch_of(community.place(tx, by.person.home_place_id))
    return branch.id if branch else None


def lives_in(tx: Tx, by: Actor, unit_id: int) -> bool:
    return by.community.is_within(_home(tx, by), unit_id)


def known(tx: Tx, by: Actor, limit: int = 6) -> list[Proposal]:
    """The newest proposals of where they live and of what they run."""
    mine = {one.id for one in by.community.up(_home(tx, by))}
    for unit_id in by.units(RUNS_A_QUEUE):
        mine |= set(by.community.below(unit_id))
    return rows.of_units(tx, mine, limit)


# -- 一议 ------------------------------------------------------------------------------------------
def begin(
    tx: Tx,
    by: Actor,
    unit_id: int,
    *,
    title: str,
    text: str,
    days: int,
    by_household: bool,
    turnout: int,
    majority: Majority,
    now: datetime,
) -> Proposal:
    """Opens a proposal; everybody who lives there is told and may speak.

    Raises NotAllowed, NothingSaid, TooFewVoters, AlreadyDone (the same is under deliberation).
    """
    if not title.strip() or not text.strip():
        raise NothingSaid()
    if not 1 <= days <= LONGEST or turnout not in LEAST_TURNOUT:
        raise NotFound()
    _may_open(by, unit_id)
    seats(tx, by, unit_id, by_household=by_household)
    same = (title, text, Stage.DELIBERATING)
    if any((one.title, one.text, one.stage) == same for one in rows.of_units(tx, [unit_id])):
        raise AlreadyDone()
    opened = tx.add(
        Proposal(
            unit_id=unit_id,
            title=title[:TITLE],
            text=text[:TEXT],
            by_household=by_household,
            turnout=turnout,
            majority=majority,
            opened_by=by.id,
            opened_at=now,
            talks_until=now + timedelta(days=days),
        )
    )
    remind(tx, opened, "proposal_talked", opened.talks_until, now)
    tx.add(happened("proposal_opened", opened, now, by))
    return opened


def seats(tx: Tx, by: Actor, unit_id: int, *, by_household: bool) -> dict[int, int]:
    """Each voter with the one whose row stands for their vote, as it would be now. Raises TooFewVoters."""
    people = audience(tx, by.community.units[unit_id].path)
    found = rows.seats(tx, people) if by_household else {one: one for one in people}
    if len(set(found.values())) < FEWEST:
        raise TooFewVoters(fewest=FEWEST)
    return found


def votes(tx: Tx, by: Actor, unit_id: int, *, by_household: bool) -> int:
    """How many votes there would be now. Raises TooFewVoters."""
    return len(set(seats(tx, by, unit_id, by_household=by_household).values()))


def remind(tx: Tx, about: Proposal, kind: str, due: datetime, now: datetime, mark: str = "") -> None:
    if due > now:
        key = f"{kind}:{about.id}{mark}"
        outbox.remind(tx, Reminder(key=key, kind=kind, subject_id=about.id, due_at=due))


def may_say(tx: Tx, by: Actor, proposal_id: int) -> Proposal:
    """A proposal that people still speak about. Raises NotFound, ProposalMoved."""
    proposal = seen_by(tx, by, proposal_id)
    proposal.must_be_deliberated()
    return proposal


def say(tx: Tx, by: Actor, proposal_id: int, text: str, now: datetime) -> Opinion:
    """What somebody thinks of it, for the desk to read. The same words twice are kept once.

    Raises NotFound, ProposalMoved (it is voted on), SaidEnough.
    """
    proposal = may_say(tx, by, proposal_id)
    before = rows.opinions_by(tx, proposal_id, by.id)
    if (again := next((one for one in before if one.text == text), None)) is not None:
        return again
    if len(before) >= OPINIONS:
        raise SaidEnough(most=OPINIONS)
    said = tx.add(Opinion(proposal_id=proposal_id, person_id=by.id, text=text[:OPINION], at=now))
    tx.add(happened("proposal_opinion", proposal, now, by, opinion=said.id))
    return said


def hidden_yet(tx: Tx, by: Actor, opinion_id: int) -> Opinion:
    """An opinion that only the desk reads so far. Raises NotFound, AlreadyDone."""
    said = tx.get(Opinion, opinion_id)
    if said is None:
        raise NotFound()
    run_by(tx, by, said.proposal_id)
    if said.shown:
        raise AlreadyDone()
    return said


def show(tx: Tx, by: Actor, opinion_id: int, words: str, now: datetime) -> Opinion:
    """The desk lets everybody read what somebody said, in words without names, numbers and rooms.

    Raises NotFound, AlreadyDone, NothingSaid.
    """
    said = hidden_yet(tx, by, opinion_id)
    if not words.strip():
        raise NothingSaid()
    proposal = run_by(tx, by, said.proposal_id)
    person = tx.get(Person, said.person_id)
    names = [person.name] if person and person.name else []
    picked = replace(said, shown=without_names(words[:OPINION], names))
    return tx.save(picked, happened("proposal_opinion_shown", proposal, now, by, opinion=said.id))


def amend(tx: Tx, by: Actor, proposal_id: int, text: str, now: datetime, title: str = "") -> Proposal:
    """Another wording; people are told what it was and what it is.

    Raises NotFound, ProposalMoved, NothingSaid, AlreadyDone.
    """
    before = run_by(tx, by, proposal_id, lock=True)
    if not text.strip():
        raise NothingSaid()
    after = before.amend(title.strip()[:TITLE] or before.title, text[:TEXT])
    was = tx.add(Wording(proposal_id=before.id, title=before.title, text=before.text, at=now))
    return tx.save(after, happened("proposal_amended", after, now, by, before=was.id))


def withdraw(tx: Tx, by: Actor, proposal_id: int, reason: str, now: datetime) -> Proposal:
    """It is not voted on after all, and people hear why. Raises NotFound, ProposalMoved, NothingSaid."""
    before = run_by(tx, by, proposal_id, lock=True)
    if not reason.strip():
        raise NothingSaid()
    gone = before.withdraw(reason[:TEXT], now)
    outbox.forget(tx, "proposal_talked", gone.id, now)
    return tx.save(gone, happened("proposal_withdrawn", gone, now, by))


def talked(tx: Tx, reminder: Reminder, now: datetime) -> None:
    """People have spoken as long as they were told: the desk opens the vote."""
    proposal = tx.get(Proposal, reminder.subject_id)
    if proposal is not None and proposal.stage is Stage.DELIBERATING:
        tx.add(happened("proposal_talked", proposal, now))


# -- 两公开 ----------------------------------------------------------------------------------------
def publish(
    tx: Tx,
    by: Actor,
    proposal_id: int,
    now: datetime,
    *,
    promised_for: datetime | None = None,
    owner_id: int | None = None,
) -> Proposal:
    """一公开: everybody on the roll hears the decision, and it stands on the board.

    What was adopted needs a day by which its result is told, and may have somebody who carries it out.
    Raises NotFound, ProposalMoved, NothingSaid (no day), NoSuchTime, NotAllowed (not a member there).
    """
    before = run_by(tx, by, proposal_id, lock=True)
    after = before.publish(promised_for, owner_id, now)
    if after.outcome is Outcome.ADOPTED:
        if promised_for is None:
            raise NothingSaid()
        if promised_for <= now:
            raise NoSuchTime(when=promised_for)
        if owner_id is not None:
            tasks.colleague(tx, by, after.unit_id, owner_id, now)
        remind(tx, after, "proposal_due", by.community.calendar.before_quiet(promised_for), now)
    return tx.save(after, happened("proposal_published", after, now, by))


def due(tx: Tx, reminder: Reminder, now: datetime) -> None:
    """The promised day has come without a result: the desk is asked, and again each week."""
    proposal = tx.get(Proposal, reminder.subject_id)
    if proposal is None or not proposal.awaits_result:
        return
    tx.add(happened("proposal_due", proposal, now))
    day = (now + ASKED_AGAIN).astimezone(BEIJING).date()
    remind(tx, proposal, "proposal_due", now + ASKED_AGAIN, now, f":{day}")


def finish(tx: Tx, by: Actor, proposal_id: int, result: str, now: datetime, *, done: bool) -> Proposal:
    """二公开: what came of it, or why nothing did. Raises NotFound, ProposalMoved, NothingSaid."""
    before = run_by(tx, by, proposal_id, lock=True)
    if not result.strip():
        raise NothingSaid()
    after = before.finish(result[:TEXT], now, done=done)
    outbox.forget(tx, "proposal_due", after.id, now)
    return tx.save(after, happened("proposal_finished", after, now, by, done=done))


def told_to(tx: Tx, proposal: Proposal, path: str) -> Sequence[int]:
    """Who hears of a proposal: its roll, and before there is one everybody who lives there."""
    if proposal.eligible:
        return rows.ROLL.people(tx, proposal.id)
    return audience(tx, path)
