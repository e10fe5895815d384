"""A case's whole life in any order, with time passing, lost reminders, restarts and everything done twice.

LINLI_LIFECYCLE=2000 says how many lives are lived (`make lifecycle`); without it there are a hundred.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test
from sqlalchemy import delete

from actions import cases, closing, escalations, joining, progress, supervision, tasks
from bot import schedule
from domain.case import MOVES, UNFINISHED, Case, Status
from nlu.understand import Understanding
from storage import tables
from storage.reach import ANSWER, JOINERS_FOR
from storage.secret import Cipher
from storage.store import Store
from tests.acting import Remembering, Stage, hurried
from tests.cases.living import DESK, MEMBERS, RESIDENTS, desks, which, whos
from tests.cases.living_after import After
from tests.conftest import KEY
from tests.counting import agree

LIVES = int(os.environ.get("LINLI_LIFECYCLE", "100"))
BY_TIME = {"lapse", "escalate", "expire"}


class Lives(After):
    """Everything that can be done with two cases."""

    @rule(who=whos, number=which)
    def claim(self, who: str, number: int) -> None:
        self.move(number, "claim", who, tasks.claim, self.task(number), self.stage.now)

    @rule(who=whos, number=which)
    def give_back(self, who: str, number: int) -> None:
        self.move(number, "give_back", who, tasks.give_back, self.task(number), "没空", self.stage.now)

    @rule(who=whos, number=which)
    def progress(self, who: str, number: int) -> None:
        self.do(who, progress.progress, self.task(number), "在办", (), self.stage.now)

    @rule(who=whos, to=whos, number=which)
    def hand_over(self, who: str, to: str, number: int) -> None:
        other = self.do(to, lambda tx, by: by.id)
        offer = self.do(who, tasks.offer_hand_over, self.task(number), other, "", self.stage.now)
        if offer is not None:
            self.move(number, "hand_over", to, tasks.accept_hand_over, offer.id, self.stage.now)

    @rule(who=desks, number=which)
    def escalate(self, who: str, number: int) -> None:
        act = escalations.escalate
        self.move(number, "escalate", who, act, self.cases[number], "权限", self.stage.now)

    @rule(who=desks, number=which)
    def not_ours(self, who: str, number: int) -> None:
        given = (self.cases[number], "供电公司", "归他们", "", self.stage.now)
        self.do(who, escalations.not_ours, *given)

    @rule(who=desks, number=which)
    def ask(self, who: str, number: int) -> None:
        self.do(who, cases.inquire, self.cases[number], "几楼?", self.stage.now)

    @rule(number=which)
    def reply(self, number: int) -> None:
        self.do(self.owner(number), cases.add, self.cases[number], "三楼", (), self.stage.now)

    @rule(who=desks, number=which)
    def supervise(self, who: str, number: int) -> None:
        self.do(who, supervision.supervise, self.cases[number], "4wh", "快", self.stage.now)

    @rule(who=st.sampled_from((*DESK, *MEMBERS)), lift=st.booleans())
    def answer_or_lift(self, who: str, lift: bool) -> None:
        for row in self.stage.rows("supervisions"):
            if lift:
                self.do(who, supervision.lift, row.id, self.stage.now)
            else:
                self.do(who, supervision.answer, row.id, "在办", self.stage.now)

    @rule(who=st.sampled_from((*DESK, *MEMBERS)), number=which)
    def answer(self, who: str, number: int) -> None:
        self.move(number, "answer", who, cases.answer, self.cases[number], "好了", (), self.stage.now)

    @rule(number=which)
    def confirm(self, number: int) -> None:
        self.move(number, "confirm", self.owner(number), cases.confirm, self.cases[number], self.stage.now)

    @rule(number=which)
    def reopen(self, number: int) -> None:
        given = (self.cases[number], "没好", self.stage.now)
        self.move(number, "reopen", self.owner(number), cases.reopen, *given)

    @rule(who=st.sampled_from(RESIDENTS), number=st.sampled_from((0, 0, 1)), really=st.integers(0, 5))
    def withdraw(self, who: str, number: int, really: int) -> None:
        if not really:  # a life that ends at once teaches little
            self.move(number, "withdraw", who, self._take_back, self.cases[number], self.stage.now)

    @staticmethod
    def _take_back(tx, by, case_id, now):
        """None when the case goes on without them."""
        case, how = joining.take_back(tx, by, case_id, now)
        return case if how == "withdrawn" else None

    @rule(who=whos, said=st.sampled_from(("solved", "not_solved", "said_nothing")))
    def call_at_the_door(self, who: str, said: str) -> None:
        for row in self.stage.rows("tasks"):
            if row.visits_case_id and row.state in ("open", "full"):
                number = self.cases.index(row.visits_case_id)
                self.do(who, tasks.claim, row.id, self.stage.now)
                how = self._said_there(number, said)
                self.move(number, how, who, closing.told_at_the_door, row.id, said, "见到了", self.stage.now)

    def _said_there(self, number: int, said: str) -> str:
        """Where a word at the door leads: "solved" is for whose case it is, "not" for who joined as well."""
        row = self.rows()[number]
        with self.stage.store.read() as tx:
            case = tx.get(Case, row.id)
            joined = row.delivered_at is not None and bool(closing.unreached(tx, case, self.stage.now))
        if row.status == Status.CLOSED and not joined:
            return ""
        return {"solved": "" if joined else "confirm", "not_solved": "reopen"}.get(said, "")

    # -- what happens to everybody ------------------------------------------------------------------
    @rule()
    def twice(self) -> None:
        """The last message comes again."""
        if self.last is not None:
            number, how, who, act, given = self.last
            self.move(number, how, who, act, *given)

    @rule()
    def restart(self) -> None:
        self.stage.restart()

    @rule(kind=st.sampled_from(("overdue", "lapse", "pause_over", "supervision_late", "silence")))
    def lose_reminders(self, kind: str) -> None:
        with self.stage.store.begin() as tx:
            tx.connection.execute(delete(tables.reminders).where(tables.reminders.c.kind == kind))

    @rule(hours=st.sampled_from((1, 5, 24, 72, 200)))
    def time_passes(self, hours: int) -> None:
        self.stage.later(hours=hours)
        self.stage.work()
        for look in (
            schedule.tick,
            schedule.settle,
            schedule.sweep,
            schedule.tick,
        ):  # the clock goes on ticking
            look(self.stage.conversation, self.stage.now)
        self.stage.work()
        for number, row in enumerate(self.rows()):
            before = self.expected[number]
            by_time = {MOVES[before, how] for how in BY_TIME if (before, how) in MOVES}
            assert row.status == before or row.status in by_time, (before, row.status)
            self.expected[number] = row.status
        self.last = None
        self._nothing_is_stuck()

    def _nothing_is_stuck(self) -> None:
        now = self.stage.now
        waiting = self._waiting_for_morning()
        visits = {row.visits_case_id for row in self.stage.rows("tasks") if row.state in ("open", "full")}
        for row in self.rows():
            if row.status in UNFINISHED and row.paused_at is None and row.answer_by <= now:
                assert row.unit_id == self.levels[-1]
                assert now - row.alarmed_at < timedelta(days=1)
            assert row.paused_until is None or row.paused_until > now
            if row.status == Status.ANSWERED:
                known = row.delivered_at is not None and now - row.delivered_at < closing.SILENT_FOR
                held = (row.id, row.beneficiary_id) in waiting
                assert known or held or row.id in visits, "an answer that nobody brings"
        for one in self._not_told():
            assert (one.case_id, one.person_id) in waiting or one.case_id in visits, "who joined never hears"
        for claim in self.stage.rows("claims"):
            assert claim.state != "held" or claim.lapses_at is None or claim.lapses_at > now
        for asked in self.stage.rows("supervisions"):
            late = asked.state == "open" and asked.answer_by <= now
            assert not late or now - asked.late_at < timedelta(days=1)

    def _not_told(self) -> list[Any]:
        """Who joined a case and is not known to have heard its answer."""
        answered = {row.id: row for row in self.rows() if row.status in (Status.ANSWERED, Status.CLOSED)}
        return [
            one
            for one in self.stage.rows("joiners")
            if (case := answered.get(one.case_id))
            and one.left_at is None
            and one.person_id != case.beneficiary_id
            and self.stage.now - case.answered_at < JOINERS_FOR
            and (one.delivered_at is None or one.delivered_at < case.answered_at)
        ]

    def _waiting_for_morning(self) -> set[tuple[int, int]]:
        """Case and person of answers told at night: the quiet hours hold them, the morning sends them."""
        told = {
            event.id: event.subject_id
            for event in self.stage.rows("events")
            if event.kind == "case_answered"
            and any((row.id, row.answered_at) == (event.subject_id, event.at) for row in self.rows())
        }
        return {
            (told[row.event_id], row.person_id)
            for row in self.stage.rows("deliveries")
            if row.kind == ANSWER
            and row.event_id in told
            and row.state == "queued"
            and row.due_at > self.stage.now
        }

    # -- what is always so --------------------------------------------------------------------------
    @invariant()
    def the_model_agrees(self) -> None:
        assert [row.status for row in self.rows()] == self.expected

    @invariant()
    def there_is_one_owner_at_most(self) -> None:
        tasks_of = {row.id: row.case_id for row in self.stage.rows("tasks")}
        held = Counter(tasks_of[row.task_id] for row in self.stage.rows("claims") if row.state == "held")
        for row in self.rows():
            assert held[row.id] == (1 if row.status == Status.CLAIMED else 0)
            assert (row.owner_id is not None) or row.status != Status.CLAIMED

    @invariant()
    def no_level_is_skipped_and_no_event_is_lost(self) -> None:
        events = self.stage.rows("events")
        assert len(events) >= self.events
        self.events = len(events)
        at = dict.fromkeys(self.cases, self.levels[0])
        for event in events:
            if event.kind in ("case_escalated", "case_reopened") and event.subject_id in at:
                level = self.levels.index(event.data["before"])
                assert event.data["before"] == at[event.subject_id]
                top = event.kind == "case_reopened" and level == len(self.levels) - 1
                assert event.unit_id == self.levels[level if top else level + 1]
                at[event.subject_id] = event.unit_id
            elif event.kind == "case_unmerged":  # it goes on where the case is of which it was a part
                at[event.subject_id] = event.unit_id
        assert at == {row.id: row.unit_id for row in self.rows()}, "a case moved and nobody was told"

    @invariant()
    def what_is_closed_has_an_answer_that_arrived(self) -> None:
        for row in self.rows():
            if row.status == Status.CLOSED:
                assert row.answer
                assert row.delivered_at is not None
                assert row.closed_how in ("confirmed", "unconfirmed")
                quiet = row.closed_at - row.delivered_at
                assert row.closed_how == "confirmed" or quiet >= closing.SILENT_FOR
        for asked in self.stage.rows("supervisions"):
            assert asked.state == "open" or asked.answer

    def teardown(self) -> None:
        agree(self.stage)  # what the record tells is what the tables tell
        self.stage.store.close()


def _stage(path: Path, understanding: Understanding) -> Remembering:
    return Remembering(hurried(Store(f"sqlite:///{path}", Cipher(KEY))), understanding)


@pytest.fixture
def opener(demo_sqlite: Path, tmp_path: Path, understanding: Understanding) -> Callable[[], Stage]:
    """A stage of its own for each life, with everybody who plays in it."""
    path, ready = tmp_path / "life.db", tmp_path / "ready.db"
    shutil.copy(demo_sqlite, ready)
    first = _stage(ready, understanding)
    first.cast(*RESIDENTS, *MEMBERS, *DESK)
    first.store.close()

    def make() -> Stage:
        for old in tmp_path.glob("life.db*"):
            old.unlink()
        shutil.copy(ready, path)
        return _stage(path, first.understanding)

    return make


def test_no_life_gives_two_owners_a_skipped_level_or_an_end_without_an_answer(
    opener: Callable[[], Stage],
) -> None:
    Lives.open_stage = staticmethod(opener)  # type: ignore[assignment]
    how = settings(
        max_examples=LIVES,
        stateful_step_count=50,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Lives, settings=how)
