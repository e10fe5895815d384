"""Any order of moves of a case and a post leaves them whole."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from actions import cases, joining, ratings, tasks, transfers
from domain.case import MOVES, Status
from domain.errors import Refusal
from domain.tasks import ClaimState
from nlu.understand import Understanding
from storage import community
from storage.secret import Cipher
from storage.store import Store
from tests.acting import Stage, hurried
from tests.conftest import KEY

MEMBERS = ("liming", "zhaoqiang", "liuyang")
DESK = ("sunli", "hejun", "xujing")
NEXT = {status: {after for (before, _), after in MOVES.items() if before is status} for status in Status}
whos, which = st.sampled_from(MEMBERS), st.integers(0, 2)
desks = st.sampled_from(DESK)


class Moves(RuleBasedStateMachine):
    """Residents, members and the desk move three cases and a post with two places, in any order."""

    open_stage: ClassVar[Callable[[], Stage]]

    def __init__(self) -> None:
        super().__init__()
        self.stage = type(self).open_stage()
        self.branch = self.stage.unit("b-yangguanghuayuan")
        self.units = [self.branch, self.stage.unit("p-yangguanghuayuan"), self.stage.unit("c-yangguang")]
        place = self.stage.place("yangguanghuayuan-3-2")
        self.cases = [self._does("wang-ayi", self._report, place) for _ in range(3)]
        now = self.stage.now
        self._does("sunli", lambda tx, by: tasks.post(tx, by, self.branch, title="搬", places=2, now=now))
        self.before: dict[int, Any] = {}

    def _report(self, tx, by, place):
        found = community.place(tx, place)
        return cases.report(tx, by, text="灯", category="repairs", place=found, now=self.stage.now).id

    def _does(self, who: str, act: Callable[..., Any], *given: Any) -> Any:
        """An action; a refusal is an answer like any other."""
        self.stage.later(seconds=1)
        try:
            return self.stage.does(who, lambda tx, by: act(tx, by, *given))
        except Refusal:
            return None

    def _task(self, number: int) -> int:
        """The task of one of the cases, or (3) the post."""
        rows = self.stage.rows("tasks")
        wanted = self.cases[number] if number < 3 else None
        return next((row.id for row in rows if row.case_id == wanted), 0)

    @rule(who=whos, number=st.integers(0, 3))
    def claim(self, who: str, number: int) -> None:
        self._does(who, tasks.claim, self._task(number), self.stage.now)

    @rule(who=whos, number=st.integers(0, 3))
    def finish(self, who: str, number: int) -> None:
        self._does(who, tasks.finish, self._task(number), "好了", (), self.stage.now)

    @rule(who=whos, number=st.integers(0, 3))
    def give_back(self, who: str, number: int) -> None:
        self._does(who, tasks.give_back, self._task(number), "没空", self.stage.now)

    @rule(who=whos, to=whos, number=st.integers(0, 3))
    def offer(self, who: str, to: str, number: int) -> None:
        other = self._does(to, lambda tx, by: by.id)
        self._does(who, tasks.offer_hand_over, self._task(number), other, "", self.stage.now)

    @rule(data=st.data(), who=whos, accept=st.booleans())
    def decide_hand_over(self, data: st.DataObject, who: str, accept: bool) -> None:
        if offers := [row.id for row in self.stage.rows("offers")]:
            act = tasks.accept_hand_over if accept else tasks.refuse_hand_over
            self._does(who, act, data.draw(st.sampled_from(offers)), self.stage.now)

    @rule(who=desks, to=whos, number=which)
    def assign(self, who: str, to: str, number: int) -> None:
        other = self._does(to, lambda tx, by: by.id)
        self._does(who, cases.assign, self.cases[number], other, self.stage.now)

    @rule(who=desks, number=which, to=which)
    def offer_transfer(self, who: str, number: int, to: int) -> None:
        self._does(who, transfers.offer_transfer, self.cases[number], self.units[to], "", self.stage.now)

    @rule(data=st.data(), who=st.sampled_from((*DESK, "fengjie")), accept=st.booleans())
    def decide_transfer(self, data: st.DataObject, who: str, accept: bool) -> None:
        if offers := [row.id for row in self.stage.rows("offers")]:
            act = transfers.accept_transfer if accept else transfers.refuse_transfer
            self._does(who, act, data.draw(st.sampled_from(offers)), self.stage.now)

    @rule(who=desks, number=which)
    def answer(self, who: str, number: int) -> None:
        self._does(who, cases.answer, self.cases[number], "好了", (), self.stage.now)

    @rule(number=which, act=st.sampled_from((cases.withdraw, cases.confirm)))
    def end(self, number: int, act: Callable[..., Any]) -> None:
        self._does("wang-ayi", act, self.cases[number], self.stage.now)

    @rule(number=which)
    def reopen(self, number: int) -> None:
        self._does("wang-ayi", cases.reopen, self.cases[number], "没好", self.stage.now)

    @rule(number=which)
    def rate(self, number: int) -> None:
        self._does("wang-ayi", ratings.rate, self._task(number), 5, "", self.stage.now)

    @rule(who=whos, number=which)
    def join(self, who: str, number: int) -> None:
        self._does(who, joining.join, self.cases[number], ["也是"], (), self.stage.now)

    @rule(who=st.sampled_from(("wang-ayi", *MEMBERS)), number=which)
    def take_back(self, who: str, number: int) -> None:
        self._does(who, joining.take_back, self.cases[number], self.stage.now)

    @rule(who=desks, number=which, into=which)
    def merge(self, who: str, number: int, into: int) -> None:
        self._does(who, joining.merge, self.cases[number], self.cases[into], self.stage.now)

    @rule(who=desks, number=which)
    def unmerge(self, who: str, number: int) -> None:
        self._does(who, joining.unmerge, self.cases[number], self.stage.now)

    @invariant()
    def clusters_are_counted(self) -> None:
        status = {row.id: row.status for row in self.stage.rows("cases")}
        behind: dict[int, set[str]] = {}
        for row in self.stage.rows("joiners"):
            if row.left_at is None:
                behind.setdefault(row.case_id, set()).add(row.household)
        for row in self.stage.rows("clusters"):
            assert row.size == max(1, len(behind.get(row.case_id, ())))
            merged = status[row.case_id] == Status.MERGED
            assert not merged or row.lead_id is not None

    @invariant()
    def everything_is_whole(self) -> None:
        rows = {row.id: row for row in self.stage.rows("cases")}
        claims = self.stage.rows("claims")
        held = Counter(row.task_id for row in claims if row.state == ClaimState.HELD)
        holder = {row.task_id: row.person_id for row in claims if row.state == ClaimState.HELD}
        waiting = Counter(row.task_id for row in claims if row.state == ClaimState.WAITING)
        done = Counter(row.task_id for row in claims if row.state == ClaimState.DONE)
        for task in self.stage.rows("tasks"):
            used = held[task.id] + (done[task.id] if task.case_id is None else 0)  # a post's place stays used
            assert task.taken == used <= task.places
            if task.case_id is None:
                assert not (task.state == "done" and waiting[task.id])
                assert task.state == "done" or not waiting[task.id] or task.taken == task.places
                continue
            case = rows[task.case_id]
            assert (case.status == Status.CLAIMED) == (held[task.id] == 1), case.status
            if case.status == Status.CLAIMED:
                assert holder[task.id] == case.owner_id
            if case.status == Status.OPEN:
                assert case.owner_id is None
                assert task.state == "open"
            assert task.unit_id == case.unit_id
        numbers = Counter((row.community_id, row.year, row.number) for row in rows.values())
        assert set(numbers.values()) == {1}
        for key, row in rows.items():
            old = self.before.get(key)
            assert old is None or row.status == old or row.status in NEXT[old]
        self.before = {key: row.status for key, row in rows.items()}

    def teardown(self) -> None:
        self.stage.store.close()


@pytest.fixture
def opener(demo_sqlite: Path, tmp_path: Path, understanding: Understanding) -> Callable[[], Stage]:
    made = 0

    def make() -> Stage:
        nonlocal made
        made += 1
        path = tmp_path / f"{made}.db"
        shutil.copy(demo_sqlite, path)
        store = hurried(Store(f"sqlite:///{path}", Cipher(KEY)))
        stage = Stage(store, understanding)
        stage.cast("wang-ayi", "fengjie", *MEMBERS, *DESK)
        return stage

    return make


def test_no_order_of_moves_leaves_a_case_or_a_post_broken(opener: Callable[[], Stage]) -> None:
    Moves.open_stage = staticmethod(opener)  # type: ignore[assignment]
    run_state_machine_as_test(
        Moves, settings=settings(max_examples=20, stateful_step_count=30, deadline=None, print_blob=True)
    )
