"""Whose queue a delicate case goes to: past those it is about, and to a unit where somebody can open it."""

from __future__ import annotations

from datetime import datetime

from domain.errors import NotAllowed
from domain.people import DESKS, Person
from domain.tree import QUEUES, Community, Unit
from storage import people
from storage.tx import Tx


def above(community: Community, about: Unit) -> Unit:
    """The queue that hears a complaint about a unit: one level up.

    Of a body beside the tree (物业) that is the level above the branch, which works with it every day.
    """
    up = community.next_up(about.id)
    return up if about.kind in QUEUES else community.next_up(up.id)


def staffed(tx: Tx, community: Community, unit: Unit, about: Unit | None, now: datetime) -> Unit:
    """The unit, or the next one up whose desk somebody holds who is not of the line it is about."""
    for one in community.up(unit.id):
        if one.kind in QUEUES and desk(tx, community, one.id, about.id if about else None, now):
            return one
    return unit


def desk(tx: Tx, community: Community, unit_id: int, about_id: int | None, now: datetime) -> list[Person]:
    """Who runs a unit's queue, but for those who serve in the line a case is about."""
    found = people.in_unit(tx, [unit_id], DESKS, now)
    if about_id is None:
        return found
    return [one for one in found if not serves_in(tx, community, one.id, about_id, now)]


def must_not_serve(tx: Tx, community: Community, person_id: int, about_id: int | None, now: datetime) -> None:
    """Raises NotAllowed when somebody serves in the line a case is about."""
    if about_id is not None and serves_in(tx, community, person_id, about_id, now):
        raise NotAllowed()


def serves_in(tx: Tx, community: Community, person_id: int, unit_id: int, now: datetime) -> bool:
    """Whether somebody holds a role in a unit or below it."""
    return any(community.is_within(role.unit_id, unit_id) for role in people.roles_of(tx, person_id, now))
