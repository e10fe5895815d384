"""Working time as Chinese offices keep it: holidays, make-up days, lunch, month ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import BEIJING, WorkCalendar, in_work
from storage.community_files.defaults import calendar_source, national_days

OFFICE = WorkCalendar(days=national_days(), known_until=2026, source="chinesecalendar")


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-11-23 09:00", "3wd", "2026-11-25 18:00"),  # Monday to Wednesday evening
        ("2026-11-23 11:00", "4wh", "2026-11-23 17:00"),  # over lunch
        ("2026-11-27 17:00", "4wh", "2026-11-30 12:00"),  # over a weekend
        ("2026-11-28 10:00", "1wd", "2026-11-30 18:00"),  # from a Saturday
        ("2026-09-30 17:00", "2wh", "2026-10-08 10:00"),  # over the national day's week
        ("2026-02-13 18:00", "1wd", "2026-02-14 18:00"),  # a Saturday on which offices work
        ("2026-02-14 18:00", "1wh", "2026-02-24 10:00"),  # the spring festival
        ("2028-02-28 09:00", "2wd", "2028-02-29 18:00"),  # a leap day; no table, weekdays count
        ("2026-11-23 23:59", "24h", "2026-11-24 23:59"),
        ("2026-12-31 16:00", "7d", "2027-01-07 16:00"),
    ],
)
def test_a_span_ends_when_the_office_says(start: str, span: str, end: str) -> None:
    assert OFFICE.after(at(start), span) == at(end)


def test_a_year_without_a_table_counts_weekdays_and_is_known_to_be_missing() -> None:
    assert OFFICE.is_known(at("2026-12-31 23:59"))
    assert not OFFICE.is_known(at("2027-01-01 00:00"))
    assert OFFICE.after(at("2027-02-05 17:00"), "2wh") == at("2027-02-08 10:00")
    assert not OFFICE.works_on(date(2026, 10, 1))
    assert OFFICE.works_on(date(2026, 2, 14))


def test_the_table_of_holidays_says_where_it_is_from() -> None:
    source = calendar_source()
    assert str(source["source"]).startswith("chinesecalendar 1.")
    assert source["until"] == max(national_days()).year


moments = st.integers(0, 330 * 24 * 60).map(
    lambda minutes: at("2026-01-01 00:00") + timedelta(minutes=minutes)
)
spans = st.sampled_from(("2h", "24h", "7d", "1wh", "4wh", "1wd", "3wd", "20wd"))


@given(start=moments, span=spans)
def test_working_time_between_is_what_was_added(start: datetime, span: str) -> None:
    end = OFFICE.after(start, span)
    assert end > start
    if in_work(span):
        count = int(span.rstrip("wdh"))
        one = timedelta(hours=1) if span.endswith("h") else OFFICE.work_day()
        assert OFFICE.work_between(start, end) == one * count
    assert OFFICE.after(start, span, 0.8) <= end


@given(start=moments, span=spans, share=st.floats(0, 1), stood=st.integers(0, 20_000))
def test_a_clock_that_stood_has_as_much_left_as_before(
    start: datetime, span: str, share: float, stood: int
) -> None:
    due = OFFICE.after(start, span)
    pause = start + (due - start) * share
    goes = pause + timedelta(minutes=stood)
    moved = OFFICE.moved(due, pause, goes, span)
    if in_work(span):
        assert OFFICE.work_between(goes, moved) == OFFICE.work_between(pause, due)
    else:
        assert moved - goes == due - pause
