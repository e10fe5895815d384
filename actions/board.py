"""公示栏: one unit's board, for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain import board
from domain.board import Board, Matter
from domain.case import Status
from domain.community import UnitKind
from domain.errors import NotFound
from domain.proposals import Ballot, Counts, Outcome, Proposal, Stage, told
from domain.tree import QUEUES, Community, Unit
from nlu.complaints import without_names
from storage import board as rows
from storage import proposals
from storage.tx import Tx


def hidden(community: Community) -> frozenset[str]:
    """The categories of which nothing is public: what is private by itself, and danger."""
    return frozenset(key for key, rule in community.categories.items() if rule.private or rule.emergency) | {
        "danger"
    }


def unit_of(community: Community, key: str) -> Unit:
    """The unit of a board by its key; "" is the whole. Raises NotFound."""
    if not key:
        return community.duty()
    found = next((unit for unit in community.units.values() if unit.key == key), None)
    if found is None or found.kind not in QUEUES:
        raise NotFound()
    return found


def beneath(community: Community, unit: Unit) -> list[Unit]:
    """The units one level below that have a board."""
    below = (one for one in community.units.values() if one.parent_id == unit.id and one.kind in QUEUES)
    return sorted(below, key=lambda one: one.path)


def of_unit(tx: Tx, community: Community, unit: Unit, now: datetime) -> Board:
    """What everybody may see of a unit and all below it."""
    numbering = {community.numbering(key).id for key in community.below(unit.id)}
    unseen = hidden(community)
    found = rows.matters(tx, numbering, unseen, board.since(now))
    known = rows.places_above(tx, {row.place_id for row in found if row.place_id is not None})
    matters = [_matter(community, row, known) for row in found]
    mine = [one for one in matters if community.is_within(one.home_id, unit.id)]
    return board.made(mine, set(community.categories) - unseen, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """As much of a proposal as everybody may read: no name, and no count before it is published."""

    unit: str
    title: str
    text: str
    stage: Stage
    outcome: Outcome
    eligible: int
    counts: Counts | None  # of one that had enough votes
    until: datetime | None  # the end of what is under way, or the day its result is promised for
    at: datetime  # when it came to where it stands
    done: bool | None
    result: str


def decisions(tx: Tx, community: Community, unit: Unit, now: datetime) -> list[Decision]:
    """What a unit and those below it have decided or are deciding, newest first."""
    found = proposals.since(tx, community.below(unit.id), board.since(now))
    counts = proposals.counts_of(tx, [one.id for one in found if one.published_at is not None])
    return [_decision(community, one, counts.get(one.id, {})) for one in found]


def _decision(community: Community, one: Proposal, votes: Mapping[Ballot, int]) -> Decision:
    open_ = one.published_at is None
    enough = one.outcome not in (Outcome.NONE, Outcome.TOO_FEW)
    ends = {Stage.DELIBERATING: one.talks_until, Stage.VOTING: one.closes_at}
    return Decision(
        unit=community.units[one.unit_id].name,
        title=without_names(one.title),
        text=without_names(one.text),
        stage=one.stage,
        outcome=Outcome.NONE if open_ else one.outcome,
        eligible=one.eligible,
        counts=told(votes) if enough and not open_ else None,
        until=one.promised_for if one.awaits_result else ends.get(one.stage),
        at=one.ended_at or one.published_at or one.opened_at,
        done=one.done,
        result=without_names(one.result),
    )


def _matter(community: Community, row: Any, known: Mapping[int, Any]) -> Matter:
    chain = []
    place = known.get(row.place_id)
    while place is not None:
        chain.append(place)
        place = known.get(place.parent_id)
    grid = community.grids.get(next((one.grid_id for one in chain if one.grid_id is not None), 0))
    names = [one.name for one in chain]
    spots = tuple(
        "".join(reversed(names[level:])) for level, one in enumerate(chain) if one.kind in rows.NAMED
    )
    closed = row.status == Status.CLOSED
    return Matter(
        category=row.category,
        home_id=grid.branch_id if grid else _got_it(community, row.unit_id, row.community_id),
        spots=spots,
        reporter_id=row.reporter_id,
        households=row.households,
        reported=row.created_at,
        closed=row.closed_at if closed else None,
        confirmed=closed and row.closed_how != "unconfirmed",
    )


def _got_it(community: Community, unit_id: int, community_id: int) -> int:
    """Without a place: the queue that has it, while that lies in the community which numbered it."""
    unit = community.units.get(unit_id)
    inside = community.is_within(unit_id, community_id)
    return unit_id if unit and inside and unit.kind is not UnitKind.BUILDING_GROUP else community_id
