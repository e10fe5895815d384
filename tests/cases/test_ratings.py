"""Stars, changed stars, return visits, and what handlers may learn of them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from actions import cases, figures, ratings, return_visits, tasks
from bot import schedule
from domain.errors import AlreadyDone, AlreadyRated, NotFound, RatingStands
from domain.ratings import Outcome
from storage import community
from storage import ratings as rating_rows
from tests.acting import Stage, only
from tests.counting import agree


@pytest.fixture(autouse=True)
def cast(stage: Stage) -> None:
    stage.cast("wang-ayi", "liming", "zhaoqiang", "sunli", "wu-xiansheng", "guozhiyuan")


def served(stage: Stage, who: str, text: str = "灯坏了", *, by: str = "liming") -> int:
    """Something done for somebody; returns its task."""
    place = stage.place("yangguanghuayuan-3-2")

    def report(tx, actor):
        where = community.place(tx, place)
        return cases.report(tx, actor, text=text, category="repairs", place=where, now=stage.now).id

    case = stage.does(who, report)
    task = next(row.id for row in stage.rows("tasks") if row.case_id == case)
    stage.does(by, lambda tx, actor: tasks.claim(tx, actor, task, stage.now))
    stage.does(by, lambda tx, actor: tasks.finish(tx, actor, task, "好了", (), stage.now))
    return task


def rate(stage: Stage, who: str, task: int, stars: int, words: str = "") -> None:
    stage.does(who, lambda tx, by: ratings.rate(tx, by, task, stars, words, stage.now))


def visit_of(stage: Stage) -> int:
    return only(row for row in stage.rows("tasks") if row.rating_id).id


def test_a_rating_can_be_changed_for_seven_days_and_not_later(stage: Stage) -> None:
    task = served(stage, "wang-ayi")
    rate(stage, "wang-ayi", task, 4)
    stage.later(days=6, hours=23)
    rate(stage, "wang-ayi", task, 5)
    with pytest.raises(AlreadyRated):
        rate(stage, "wang-ayi", task, 5)
    stage.later(hours=1)
    with pytest.raises(RatingStands):
        rate(stage, "wang-ayi", task, 4)
    changed = only(row for row in stage.rows("events") if row.kind == "rating_changed")
    assert changed.data == {"case": 1, "rating": 1, "stars": 5, "before": 4, "visit": 0}
    assert only(stage.rows("ratings")).stars == 5


def test_other_words_are_a_change_too(stage: Stage) -> None:
    task = served(stage, "wang-ayi")
    rate(stage, "wang-ayi", task, 2, "慢")
    rate(stage, "wang-ayi", task, 2, "太慢")
    assert only(stage.rows("ratings")).words == "太慢"
    assert len([row for row in stage.rows("tasks") if row.rating_id]) == 1


def test_a_visit_nobody_took_is_dropped_with_better_stars_and_comes_back_with_low_ones(stage: Stage) -> None:
    task = served(stage, "wang-ayi")
    for stars, outcome, state in ((1, "open", "open"), (5, "dropped", "gone"), (2, "open", "open")):
        rate(stage, "wang-ayi", task, stars)
        assert only(stage.rows("return_visits")).outcome == outcome
        assert only(row for row in stage.rows("tasks") if row.rating_id).state == state


def test_a_visit_somebody_took_stays_whatever_the_stars_become(stage: Stage) -> None:
    """Nobody gets rid of it by leaning on the resident."""
    task = served(stage, "wang-ayi")
    rate(stage, "wang-ayi", task, 1)
    visit = visit_of(stage)
    stage.does("sunli", lambda tx, by: tasks.claim(tx, by, visit, stage.now))
    rate(stage, "wang-ayi", task, 5)
    stage.does("sunli", lambda tx, by: return_visits.tell(tx, by, visit, Outcome.SETTLED, "好", stage.now))
    with pytest.raises(AlreadyDone):
        stage.does("sunli", lambda tx, by: return_visits.tell(tx, by, visit, Outcome.SETTLED, "", stage.now))
    ended = only(stage.rows("return_visits"))
    assert (ended.outcome, ended.words) == ("settled", "好")


def test_who_had_a_hand_in_it_cannot_go_nor_be_sent(stage: Stage) -> None:
    task = served(stage, "wang-ayi")
    rate(stage, "wang-ayi", task, 1)
    visit = visit_of(stage)
    liming = stage.does("liming", lambda tx, by: by.id)
    with pytest.raises(NotFound):
        stage.does("sunli", lambda tx, by: return_visits.give(tx, by, visit, liming, stage.now))
    zhao = stage.does("zhaoqiang", lambda tx, by: by.id)
    stage.does("sunli", lambda tx, by: return_visits.give(tx, by, visit, zhao, stage.now))
    with pytest.raises(NotFound):
        stage.does("zhaoqiang", lambda tx, by: tasks.offer_hand_over(tx, by, visit, liming, "", stage.now))
    for other in ("wu-xiansheng", "guozhiyuan"):
        with pytest.raises(NotFound):
            stage.does(other, lambda tx, by: tasks.claim(tx, by, visit, stage.now))


def test_a_visit_given_to_somebody_counts_among_what_they_took(stage: Stage) -> None:
    rate(stage, "wang-ayi", served(stage, "wang-ayi"), 1)
    visit, zhao = visit_of(stage), _id(stage, "zhaoqiang")
    stage.does("sunli", lambda tx, by: return_visits.give(tx, by, visit, zhao, stage.now))
    told = (Outcome.REOPENED, "没修好")
    stage.does("zhaoqiang", lambda tx, by: return_visits.tell(tx, by, visit, *told, stage.now))
    agree(stage)


def test_who_did_the_work_hears_nothing_of_the_visit(stage: Stage) -> None:
    task = served(stage, "wang-ayi")
    stage.work()
    before = len([row for row in stage.rows("deliveries") if row.person_id == _id(stage, "liming")])
    rate(stage, "wang-ayi", task, 1, "没修好")
    visit = visit_of(stage)
    zhao = _id(stage, "zhaoqiang")
    stage.does("sunli", lambda tx, by: return_visits.give(tx, by, visit, zhao, stage.now))
    stage.does("zhaoqiang", lambda tx, by: tasks.give_back(tx, by, visit, "没空", stage.now))
    stage.later(days=4)
    schedule.tick(stage.conversation, stage.now)
    stage.work()
    after = [row for row in stage.rows("deliveries") if row.person_id == _id(stage, "liming")]
    assert len(after) == before
    assert stage.told("liming", "接单").find("回访") == -1


def _id(stage: Stage, who: str) -> int:
    return stage.does(who, lambda tx, by: by.id)


def test_no_two_sums_give_a_single_rating_away(stage: Stage) -> None:
    """Five, and then one more each month: what a handler is shown grows by five or not at all."""
    shown = [0]
    for month in range(7):
        for number in range(5 if month == 0 else 2):
            rate(stage, "wang-ayi", served(stage, "wang-ayi", f"灯{month}{number}坏了"), 1 + number % 5)
        stage.later(days=31)
        schedule.tick(stage.conversation, stage.now)
        shown.append(stage.does("liming", lambda tx, by: sum(one.ratings for one in _batches(tx, by))))
    assert all(more == before or more - before >= 5 for before, more in pairwise(shown))
    assert shown[-1] >= 10
    months = [(row.person_id, row.month) for row in stage.rows("rating_batches")]
    assert len(months) == len(set(months))


def _batches(tx, by):
    year = figures.Period(year=2026).start
    return rating_rows.batches_of(tx, by.id, year, figures.Period(year=2028).start)


def test_a_month_missed_is_made_up_for_and_told_once(stage: Stage) -> None:
    for number in range(5):
        rate(stage, "wang-ayi", served(stage, "wang-ayi", f"门{number}坏了"), 5)
    stage.later(days=80)  # nobody was running
    for _ in range(3):
        schedule.tick(stage.conversation, stage.now)
        stage.work()
    told = [row for row in stage.rows("deliveries") if row.kind == "notify.own_ratings"]
    assert len(told) == 1
