"""The public board's numbers tell of everybody and of nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.board import Board, Matter, covered, made, people, shown, tells
from domain.calendar import BEIJING

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=BEIJING)
PARTS = st.lists(st.integers(0, 30), min_size=2, max_size=25)


def matters(count: int, **more) -> list[Matter]:
    """Cases of different people, reported yesterday at 阳光花园3栋."""
    given = {
        "category": "repairs",
        "home_id": 1,
        "spots": ("阳光花园3栋", "阳光花园"),
        "reported": NOW - timedelta(days=1),
    } | more
    return [Matter(**({"reporter_id": number} | given)) for number in range(1, count + 1)]


def board(several: list[Matter]) -> Board:
    return made(several, {"repairs", "lift", "noise"}, NOW)


def test_fewer_than_five_is_not_told_and_nothing_is_told_exactly() -> None:
    assert [shown(count) for count in (0, 4, 5, 9, 10, 14)] == [None, None, 5, 5, 10, 10]


@given(PARTS)
def test_a_total_never_tells_more_of_a_part_than_its_five(parts: list[int]) -> None:
    """Each part could be anything of its five: the least it may be, with all others at their most."""
    total = covered(sum(parts), [parts])
    least = sum(part - part % 5 for part in parts)
    assert total <= sum(parts)
    for _ in parts:
        assert least + 4 * (len(parts) - 1) >= total  # this one at its least explains the total


@given(PARTS)
def test_a_total_is_at_most_one_step_too_low(parts: list[int]) -> None:
    assert sum(parts) - covered(sum(parts), [parts]) < 10


def test_a_total_that_would_tell_is_lowered() -> None:
    assert tells(20, [4, 4, 4, 4, 4])
    assert covered(20, [[4, 4, 4, 4, 4]]) == 15


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 12))
def test_every_cell_is_a_five_or_nothing(opened: int, closed: int, unconfirmed: int) -> None:
    ended = [
        *matters(closed, closed=NOW, confirmed=True),
        *matters(unconfirmed, closed=NOW, category="lift"),
    ]
    found = board([*matters(opened), *ended])
    cells = [found.open, found.closed, found.confirmed, found.unconfirmed]
    for line in (*found.categories, *found.months):
        cells += [line.open, line.closed]
    for group in found.groups:
        cells += [group.cases, group.households]
    assert all(cell is None or (cell >= 5 and cell % 5 == 0) for cell in cells)


def test_a_category_that_nobody_reported_looks_like_a_small_one() -> None:
    none, some = board([]), board(matters(4))
    assert none.categories == some.categories
    assert [line.name for line in none.categories] == ["lift", "noise", "repairs"]


def test_a_place_is_named_only_for_enough_people() -> None:
    assert board(matters(4)).groups == ()
    (group,) = board(matters(5)).groups
    assert (group.spot, group.cases, group.households, group.days) == ("阳光花园3栋", 5, 5, 1)


def test_somebody_who_reports_ten_times_is_one() -> None:
    assert people(matters(10, reporter_id=7)) == 1
    assert board(matters(10, reporter_id=7)).groups == ()


def test_few_of_each_building_stand_with_their_estate() -> None:
    here = matters(3)
    there = [
        Matter(
            category="repairs", home_id=1, spots=("阳光花园4栋", "阳光花园"), reporter_id=9 + n, reported=NOW
        )
        for n in range(3)
    ]
    (group,) = board([*here, *there]).groups
    assert (group.spot, group.cases) == ("阳光花园", 5)


def test_one_outage_of_many_doors_may_be_seen() -> None:
    (group,) = board(matters(1, households=46)).groups
    assert (group.cases, group.households) == (None, 45)


def test_no_case_stands_in_two_groups() -> None:
    """Else a wide group less a narrow one would show what the narrow one left out."""
    found = board([*matters(5), *matters(6, spots=("阳光花园4栋", "阳光花园"))])
    assert sorted((group.spot, group.cases) for group in found.groups) == [
        ("阳光花园3栋", 5),
        ("阳光花园4栋", 5),
    ]


def test_a_year_is_twelve_months_with_this_one() -> None:
    months = [line.name for line in board([]).months]
    assert (months[0], months[-1], len(months)) == ("2025-12", "2026-11", 12)


def test_what_is_older_and_open_still_counts() -> None:
    assert board(matters(6, reported=NOW - timedelta(days=800))).open == 5
