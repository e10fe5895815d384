"""Secret votes: a roll says who has voted, sums say what was voted, and nothing joins the two."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, case, func, insert, select, update

from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Roll:
    """Where one kind of vote keeps its voters and its sums; `key` names the vote in both tables."""

    voters: Table
    tallies: Table
    key: str

    def _of(self, vote_id: int) -> ColumnElement[bool]:
        return self.voters.c[self.key] == vote_id

    def _theirs(self, vote_id: int, person_id: int) -> list[ColumnElement[bool]]:
        return [self._of(vote_id), self.voters.c.person_id == person_id]

    def freeze(self, tx: Tx, vote_id: int, people: Iterable[dict[str, int]], sums: Collection[Any]) -> None:
        """Keeps who may vote and on what; `people` and `sums` are rows without the vote and the counts."""
        nothing = [{self.key: vote_id, "count": 0} | row for row in sums]
        tx.connection.execute(insert(self.tallies), nothing)
        voters = [{self.key: vote_id, "voted": False} | row for row in people]
        tx.connection.execute(insert(self.voters), voters)

    def has_voted(self, tx: Tx, vote_id: int, person_id: int) -> bool | None:
        """Whether somebody on the roll has voted; None when they are not on it."""
        voted = select(self.voters.c.voted).where(*self._theirs(vote_id, person_id))
        found = tx.connection.execute(voted).first()
        return None if found is None else bool(found[0])

    def mark_voted(self, tx: Tx, vote_id: int, person_id: int) -> bool:
        """False when they had voted before, be it in the same moment."""
        theirs = self._theirs(vote_id, person_id)
        marked = update(self.voters).where(*theirs, self.voters.c.voted.is_(False)).values(voted=True)
        return tx.connection.execute(marked).rowcount == 1

    def count_in(self, tx: Tx, vote_id: int, given: ColumnElement[bool]) -> None:
        """Adds a ballot. Every row is written, so that which ones were last touched tells nothing."""
        count: Column[int] = self.tallies.c["count"]
        added = update(self.tallies).where(self.tallies.c[self.key] == vote_id)
        tx.connection.execute(added.values(count=count + case((given, 1), else_=0)))

    def voted(self, tx: Tx, vote_id: int) -> int:
        """How many have voted."""
        found = select(func.count()).where(self._of(vote_id), self.voters.c.voted.is_(True))
        return int(tx.connection.execute(found).scalar() or 0)

    def people(self, tx: Tx, vote_id: int, *, silent: bool = False) -> list[int]:
        """Who may vote; `silent`: who may still."""
        where = [self._of(vote_id)]
        if silent:
            where.append(self.voters.c.voted.is_(False))
        found = select(self.voters.c.person_id).where(*where).order_by(self.voters.c.person_id)
        return [row[0] for row in tx.rows(found)]

    def open_to(self, person_id: int) -> Any:
        """The votes in which somebody has not voted, as a select of their ids."""
        mine = (self.voters.c.person_id == person_id, self.voters.c.voted.is_(False))
        return select(self.voters.c[self.key]).where(*mine)
