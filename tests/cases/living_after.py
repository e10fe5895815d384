"""What follows a service in a case's life: stars, other stars, return visits; and two cases made one."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from actions import joining, ratings, return_visits
from domain.case import Status
from domain.ratings import CHANGEABLE, LOW, Outcome
from tests.cases.living import Living, desks, which, whos


class After(Living):
    """Stars change for seven days, low ones send somebody else; cases are merged and parted."""

    def __init__(self) -> None:
        super().__init__()
        self.stars: dict[int, int] = {}  # rating → what was given last

    @rule(number=which, stars=st.integers(1, 5))
    def rate(self, number: int, stars: int) -> None:
        now, before = self.stage.now, {row.id: row for row in self.stage.rows("ratings")}
        given = self.do(self.owner(number), ratings.rate, self.task(number), stars, "", now)
        if given is not None:
            old = before.get(given.id)
            assert old is None or now - old.created_at < CHANGEABLE, "stars that stand were changed"
            self.stars[given.id] = stars

    @rule(who=desks, to=whos)
    def give_return_visit(self, who: str, to: str) -> None:
        member = self.do(to, lambda tx, by: by.id)
        for row in self.stage.rows("return_visits"):
            self.do(who, return_visits.give, row.task_id, member, self.stage.now)

    @rule(who=whos, said=st.sampled_from((Outcome.SETTLED, Outcome.REOPENED)))
    def tell_of_return_visit(self, who: str, said: Outcome) -> None:
        rated = {row.id: row.task_id for row in self.stage.rows("ratings")}
        case_of = {row.id: row.case_id for row in self.stage.rows("tasks")}
        for row in self.stage.rows("return_visits"):
            number = self.cases.index(case_of[rated[row.rating_id]])
            back = said is Outcome.REOPENED and self.expected[number] in (Status.ANSWERED, Status.CLOSED)
            given = (row.task_id, said, "说了", self.stage.now)
            self.move(number, "reopen" if back else "", who, return_visits.tell, *given)

    @rule(who=desks, number=which)
    def merge(self, who: str, number: int) -> None:
        given = (self.cases[number], self.cases[1 - number], self.stage.now)
        self.move(number, "merge", who, joining.merge, *given)

    @rule(who=desks, number=which)
    def unmerge(self, who: str, number: int) -> None:
        self.move(number, "unmerge", who, joining.unmerge, self.cases[number], self.stage.now)

    @invariant()
    def stars_are_what_was_given_last(self) -> None:
        assert {row.id: row.stars for row in self.stage.rows("ratings")} == self.stars

    @invariant()
    def low_stars_send_somebody_who_had_no_hand_in_it(self) -> None:
        visits = {row.rating_id: row for row in self.stage.rows("return_visits")}
        states = {row.id: row.state for row in self.stage.rows("tasks")}
        for rating in self.stage.rows("ratings"):
            visit = visits.get(rating.id)
            if rating.stars <= LOW:
                assert visit is not None
                assert visit.outcome != Outcome.DROPPED
            if visit is not None:
                waits = states[visit.task_id] in ("open", "full")
                assert waits == (visit.outcome == Outcome.OPEN)
                assert visit.by_id not in (rating.handler_id, rating.person_id)

    @invariant()
    def a_merged_case_goes_on_in_one_other(self) -> None:
        lead_of = {row.case_id: row.lead_id for row in self.stage.rows("clusters")}
        for row in self.rows():
            if row.status == Status.MERGED:
                assert lead_of[row.id] == next(key for key in self.cases if key != row.id)
        assert not all(row.status == Status.MERGED for row in self.rows())
