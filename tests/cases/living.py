"""The ground of a case's whole life: the stage, the model, and how something is done to both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from actions import cases
from domain.case import MOVES, Status
from domain.errors import Refusal
from storage import community, tables
from tests.acting import Stage

MEMBERS = ("liming", "zhaoqiang")
DESK = ("sunli", "xujing", "tangning")
RESIDENTS = ("wang-ayi", "li-nainai")
LEVELS = ("b-yangguanghuayuan", "c-yangguang", "subdistrict")  # nobody serves above
whos, desks, which = st.sampled_from(MEMBERS), st.sampled_from(DESK), st.integers(0, 1)


class Living(RuleBasedStateMachine):
    """Two cases: one in public, one of somebody whom no message reaches."""

    open_stage: ClassVar[Callable[[], Stage]]

    def __init__(self) -> None:
        super().__init__()
        self.stage = type(self).open_stage()
        self.levels = [self.stage.unit(key) for key in LEVELS]
        place = self.stage.place("yangguanghuayuan-3-2")
        self.cases = [self.do(who, self._report, place) for who in RESIDENTS]
        with self.stage.store.begin() as tx:  # she switched her phone off
            where = tables.addresses.c.address == "li-nainai"
            tx.connection.execute(tables.addresses.update().where(where).values(active=False))
        self.residents = {self.do(who, lambda tx, by: by.id): who for who in RESIDENTS}
        self.expected = [Status.OPEN, Status.OPEN]
        self.last: tuple[Any, ...] | None = None
        self.events = 0

    def _report(self, tx, by, place):
        found = community.place(tx, place)
        return cases.report(tx, by, text="灯", category="repairs", place=found, now=self.stage.now).id

    # -- doing --------------------------------------------------------------------------------------
    def do(self, who: str, act: Callable[..., Any], *given: Any) -> Any:
        """An action; a refusal is an answer like any other."""
        self.stage.later(seconds=1)
        try:
            return self.stage.does(who, lambda tx, by: act(tx, by, *given))
        except Refusal:
            return None

    def move(self, number: int, how: str, who: str, act: Callable[..., Any], *given: Any) -> None:
        """An action that moves a case, and where the model says that it leads."""
        self.last = (number, how, who, act, given)
        if self.do(who, act, *given) is not None and how:
            after = MOVES.get((self.expected[number], how))
            assert after is not None, f"{how} was done to a case that is {self.expected[number]}"
            self.expected[number] = after

    def task(self, number: int) -> int:
        return next((row.id for row in self.stage.rows("tasks") if row.case_id == self.cases[number]), 0)

    def owner(self, number: int) -> str:
        """Whose case it is now: who joined may have taken it on."""
        return self.residents[self.rows()[number].beneficiary_id]

    def rows(self) -> list[Any]:
        """The cases as they are."""
        found = {row.id: row for row in self.stage.rows("cases")}
        return [found[key] for key in self.cases]
