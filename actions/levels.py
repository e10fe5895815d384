"""Which level is above another, for a case that goes up."""

from __future__ import annotations

from datetime import datetime

from domain.people import DESKS
from domain.tree import Community, Unit
from storage import people
from storage.tx import Tx


def above(tx: Tx, community: Community, unit_id: int, now: datetime) -> Unit | None:
    """The next level, when somebody is there or further up to look at the case; None at the top."""
    up = community.next_up(unit_id)
    chain = [unit.id for unit in community.up(up.id)]
    if up.id == unit_id or not people.in_unit(tx, chain, DESKS, now, limit=1):
        return None
    return up
