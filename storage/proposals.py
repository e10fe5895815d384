"""What units decide together, as rows: proposals, how they read before, what was said, roll and sums."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select, update

from domain.people import Person
from domain.proposals import Ballot, Opinion, Proposal, Stage, Wording
from storage import clusters
from storage.rolls import Roll
from storage.tables import (
    opinions,
    people,
    proposal_tallies,
    proposal_voters,
    proposal_wordings,
    proposals,
)
from storage.tx import Tx

ROLL = Roll(proposal_voters, proposal_tallies, "proposal_id")
_PAGE = 500


def locked(tx: Tx, proposal_id: int) -> Proposal | None:
    return tx.first(Proposal, proposals.c.id == proposal_id, lock=True)


def of_units(tx: Tx, unit_ids: Collection[int], limit: int = 8) -> list[Proposal]:
    """The proposals of these units, newest first."""
    mine = proposals.c.unit_id.in_(sorted(unit_ids))
    return tx.all(Proposal, mine, order=proposals.c.id.desc(), limit=limit)


def since(tx: Tx, unit_ids: Collection[int], moment: datetime, limit: int = 500) -> list[Proposal]:
    """Those opened since then or not over, newest first: what a board looks at."""
    recent = (proposals.c.opened_at >= moment) | proposals.c.ended_at.is_(None)
    mine = proposals.c.unit_id.in_(sorted(unit_ids))
    return tx.all(Proposal, mine, recent, order=proposals.c.id.desc(), limit=limit)


def wordings(tx: Tx, proposal_id: int) -> list[Wording]:
    """How it read before, oldest first."""
    return tx.all(Wording, proposal_wordings.c.proposal_id == proposal_id)


# -- what people say -------------------------------------------------------------------------------
def opinions_of(tx: Tx, proposal_id: int, *, shown: bool = False, limit: int = 200) -> list[Opinion]:
    """What was said of it, oldest first; `shown`: what the desk lets everybody read."""
    where = [opinions.c.proposal_id == proposal_id]
    if shown:
        where.append(opinions.c.shown != "")
    return tx.all(Opinion, *where, limit=limit)


def opinions_by(tx: Tx, proposal_id: int, person_id: int) -> list[Opinion]:
    return tx.all(Opinion, opinions.c.proposal_id == proposal_id, opinions.c.person_id == person_id)


# -- the roll --------------------------------------------------------------------------------------
def seats(tx: Tx, person_ids: Collection[int]) -> dict[int, int]:
    """Each person with the one whose row stands for their door; who has no door stands alone."""
    ids = sorted(person_ids)
    doors: dict[str, int] = {}
    found: dict[int, int] = {}
    for start in range(0, len(ids), _PAGE):
        page = people.c.id.in_(ids[start : start + _PAGE])
        for person in tx.all(Person, page, order=people.c.id, limit=_PAGE):
            door = clusters.household(tx, person, None, "")
            found[person.id] = doors.setdefault(door, person.id)
    return found


def freeze(tx: Tx, proposal_id: int, seat_of: Mapping[int, int]) -> None:
    """Keeps who may vote, and with whom they share the vote."""
    voters = [{"person_id": person, "seat": seat} for person, seat in sorted(seat_of.items())]
    ROLL.freeze(tx, proposal_id, voters, [{"ballot": one} for one in Ballot])


def seat(tx: Tx, proposal_id: int, person_id: int) -> int | None:
    """Whose row stands for somebody's vote; None when they are not on the roll."""
    table = proposal_voters.c
    found = select(table.seat).where(table.proposal_id == proposal_id, table.person_id == person_id)
    return tx.connection.execute(found).scalar()


def vote_for_all(tx: Tx, proposal_id: int, seat_id: int) -> None:
    """Everybody behind a door has voted with the one who did."""
    table = proposal_voters.c
    behind = update(proposal_voters).where(table.proposal_id == proposal_id, table.seat == seat_id)
    tx.connection.execute(behind.values(voted=True))


def count_in(tx: Tx, proposal_id: int, ballot: Ballot) -> None:
    ROLL.count_in(tx, proposal_id, proposal_tallies.c.ballot == ballot)


def counts(tx: Tx, proposal_id: int) -> dict[Ballot, int]:
    table = proposal_tallies.c
    found = select(table.ballot, table["count"]).where(table.proposal_id == proposal_id)
    return {row[0]: row[1] for row in tx.rows(found)}


def counts_of(tx: Tx, proposal_ids: Collection[int]) -> dict[int, dict[Ballot, int]]:
    """The sums of several votes at once."""
    table = proposal_tallies.c
    found: dict[int, dict[Ballot, int]] = {}
    wanted = table.proposal_id.in_(sorted(proposal_ids))
    for proposal_id, ballot, count in tx.rows(
        select(table.proposal_id, table.ballot, table["count"]).where(wanted)
    ):
        found.setdefault(proposal_id, {})[ballot] = count
    return found


def open_to(tx: Tx, person_id: int) -> list[Proposal]:
    """Those in which somebody may still vote."""
    still = proposals.c.id.in_(ROLL.open_to(person_id))
    return tx.all(Proposal, proposals.c.stage == Stage.VOTING, still)
