"""Ending a role: at once, and what its holder had taken goes back to the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions import tasks
from domain.access import Actor
from domain.errors import NotAllowed, NotFound
from domain.events import Event
from domain.people import STAFF, Person, Role, RoleKind
from domain.tasks import Task
from storage import people as rows
from storage import tasks as task_rows
from storage.tx import Tx

Held = tuple[Person, Role]
EVERYBODY = 5_000  # more than a subdistrict has
_ENDED = STAFF | {RoleKind.MEMBER}


def may_end(by: Actor, role: Role) -> bool:
    """A branch's staff end its members' roles, the level above a desk's; nobody ends their own."""
    if role.person_id == by.id or role.kind not in _ENDED:
        return False
    if role.kind is RoleKind.MEMBER:
        return by.runs(role.unit_id)
    parent = by.community.units[role.unit_id].parent_id
    return parent is not None and by.runs(parent)


def to_end(tx: Tx, by: Actor, now: datetime, limit: int = EVERYBODY) -> list[Held]:
    """The people whose role they may end, members first."""
    found = rows.holding(tx, by.queues(), _ENDED, now, limit)
    return [(person, role) for person, role in found if may_end(by, role)]


def ending(tx: Tx, by: Actor, role_id: int, now: datetime) -> Held:
    """A role they may end. Raises NotFound for any other, and for one that has ended."""
    role = tx.get(Role, role_id)
    person = tx.get(Person, role.person_id) if role else None
    if role is None or person is None or not role.holds(now) or not may_end(by, role):
        raise NotFound()
    return person, role


def end(tx: Tx, by: Actor, role_id: int, reason: str, now: datetime) -> int:
    """Ends a role: the next message is refused. Returns how many tasks went back to the list.

    Raises NotFound, NotAllowed.
    """
    person, role = ending(tx, by, role_id, now)
    if not by.runs(role.unit_id):
        raise NotAllowed()
    rows.end_role(tx, role, now)
    registered = rows.membership(tx, person.id)
    if role.kind is RoleKind.MEMBER and registered is not None and registered.unit_id == role.unit_id:
        tx.save(replace(registered, state="ended", decided_at=now, decided_by=by.id))
    tx.add(
        Event(
            kind="role_ended",
            at=now,
            subject="person",
            subject_id=person.id,
            actor_id=by.id,
            unit_id=role.unit_id,
            data={"role": str(role.kind), "reason": reason},
        )
    )
    left = Actor(
        person=person,
        roles=tuple(one for one in rows.roles_of(tx, person.id, now) if one.id != role.id),
        community=by.community,
    )
    return sum(
        _let_go(tx, left, task, reason, now) for task, _ in task_rows.held_by(tx, person.id, limit=200)
    )


def _let_go(tx: Tx, left: Actor, task: Task, reason: str, now: datetime) -> int:
    """Gives back what the remaining roles no longer reach."""
    if left.serves(task.unit_id):
        return 0
    tasks.give_back(tx, left, task.id, reason, now)
    return 1
