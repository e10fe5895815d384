"""Who may do what, and where. Every action asks here; what is not allowed looks like what does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.case import Case
from domain.errors import NotAllowed, NotFound
from domain.people import DESKS, RUNS_A_QUEUE, Person, Role, RoleKind
from domain.tree import Community


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The queues somebody sees, those that are their own, and the units whose complaints are about them."""

    units: list[int]
    own: list[int]
    barred: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who acts, with the roles they hold at this moment."""

    person: Person
    roles: tuple[Role, ...] = ()
    community: Community

    @property
    def id(self) -> int:
        return self.person.id

    def has(self, kinds: Iterable[RoleKind]) -> bool:
        wanted = frozenset(kinds)
        return any(role.kind in wanted for role in self.roles)

    def units(self, kinds: Iterable[RoleKind]) -> list[int]:
        """The units in which they hold one of these roles, without those below."""
        wanted = frozenset(kinds)
        return [role.unit_id for role in self.roles if role.kind in wanted]

    def runs(self, unit_id: int) -> bool:
        """Whether the unit's queue is theirs: as its own staff or as staff of a level above."""
        return any(self.community.is_within(unit_id, mine) for mine in self.units(DESKS))

    def serves(self, unit_id: int) -> bool:
        """Whether they may take tasks of this unit: a member of it or of a unit below, or its staff.

        A task of the community is open to the members of its branches; a branch's only to its own.
        """
        return self.runs(unit_id) or any(
            self.community.is_within(mine, unit_id) for mine in self.units({RoleKind.MEMBER})
        )

    def queues(self) -> list[int]:
        """Every unit whose queue they see: their own and all below."""
        return sorted({below for mine in self.units(DESKS) for below in self.community.below(mine)})

    def service_area(self) -> list[int]:
        """The units whose tasks they may take: their branches and what stands above those."""
        mine = self.units({RoleKind.MEMBER})
        up = {unit.id for one in mine for unit in self.community.up(one)}
        return sorted(up | set(self.queues()))

    def concerns(self, case: Case) -> bool:
        return self.id in (case.reporter_id, case.beneficiary_id)

    def is_subject(self, case: Case) -> bool:
        """Whether the case complains about their own line: a unit in or below which they serve."""
        about = case.subject_unit_id
        return about is not None and any(self.community.is_within(one.unit_id, about) for one in self.roles)

    def may_run(self, case: Case) -> bool:
        """Whether the case stands in a queue of theirs that they may open.

        Staff above see everything but what is private: that is for the unit which has it, until it comes up.
        """
        if self.is_subject(case):
            return False
        return case.unit_id in self.units(DESKS) if case.sealed else self.runs(case.unit_id)

    def reach(self) -> Reach:
        """What they see of their queues."""
        barred = {up.id for role in self.roles for up in self.community.up(role.unit_id)}
        return Reach(units=self.queues(), own=self.units(DESKS), barred=sorted(barred))

    def is_party(self, case: Case) -> bool:
        """Whether they work for a body the case was passed to (物业, a department), not for a queue."""
        if case.owner_id == self.id or not self.may_run(case):
            return False
        return not any(self.community.is_within(case.unit_id, mine) for mine in self.units(RUNS_A_QUEUE))

    def may_name(self, case: Case) -> bool:
        """Whether they may know who asks: of an anonymous case at most the desk."""
        if case.anonymity == "all" or self.is_party(case):
            return False
        return not case.anonymity or (self.may_run(case) and case.owner_id != self.id)

    def handles(self, case: Case) -> bool:
        """Whether the case lies in their hands: its owner, or staff of its queue or above."""
        return self.may_run(case) or (case.owner_id == self.id and not self.is_subject(case))

    # -- the gates: return the thing or refuse ------------------------------------------------------
    def their_case(self, case: Case | None) -> Case:
        """A case they asked for. Raises NotFound for anybody else's."""
        if case is None or not self.concerns(case):
            raise NotFound()
        return case

    def case_in_hand(self, case: Case | None) -> Case:
        """A case they handle. Raises NotFound."""
        if case is None or not self.handles(case):
            raise NotFound()
        return case

    def case_of_queue(self, case: Case | None) -> Case:
        """A case in a queue they run. Raises NotFound."""
        if case is None or not self.may_run(case):
            raise NotFound()
        return case

    def must_run(self, unit_id: int) -> None:
        """Raises NotAllowed when the unit is not theirs to run."""
        if not self.runs(unit_id):
            raise NotAllowed()
