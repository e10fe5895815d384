"""The demo community that comes with Linli is whole, and shaped like 光明."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from functools import cache

from actions.loading import load
from domain.calendar import WorkCalendar, duty_now
from domain.community import CommunityFile, PlaceKind, UnitKind
from domain.labels import Category
from domain.people import RoleKind
from storage import community
from storage.community_files import default_categories, read
from storage.store import Store

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@cache
def demo() -> CommunityFile:
    return read(["demo/guangming"])


def test_one_subdistrict_has_six_communities_48_branches_and_150_grids() -> None:
    kinds = Counter(unit.kind for unit in demo().units)
    assert kinds[UnitKind.SUBDISTRICT] == 1
    assert kinds[UnitKind.COMMUNITY] == 6
    assert kinds[UnitKind.BRANCH] == 48
    assert len(demo().grids) == 150
    assert len({grid.branch for grid in demo().grids}) == 48


def test_there_are_some_400_named_places_and_no_name_is_said_of_two() -> None:
    named = [place for place in demo().places if place.kind in (PlaceKind.ESTATE, PlaceKind.SPOT)]
    assert 380 <= len(named) <= 420
    said = Counter(word for place in named for word in (place.name, *place.aliases))
    assert [word for word, count in said.items() if count > 1] == []
    assert all(0 <= place.x <= 100 and 0 <= place.y <= 100 for place in demo().places)


def test_households_of_the_entrances_add_up_to_the_estates() -> None:
    homes: Counter[PlaceKind] = Counter()
    for place in demo().places:
        homes[place.kind] += place.households
    assert homes[PlaceKind.ESTATE] == homes[PlaceKind.BUILDING] == homes[PlaceKind.UNIT] > 30_000


def test_the_cast_of_the_stories_is_there() -> None:
    cast = {person.name: person for person in demo().people}
    assert 30 <= len(cast) <= 45
    assert cast["王阿姨"].home == "yangguanghuayuan-3-2"
    assert cast["陈婆婆"].locale == "zh_Hant"
    assert cast["Mr. Smith"].locale == "en"
    branch = "b-yangguanghuayuan"
    assert {cast[name].unit for name in ("李明", "赵强", "刘洋", "周敏", "孙丽", "何军")} == {branch}
    assert cast["孙丽"].role is RoleKind.SECRETARY
    assert cast["李明"].skills
    assert {person.role for person in demo().people} == {None, *RoleKind}
    assert all(person.phone.startswith("1990000") for person in demo().people)


def test_duty_hours_are_written_as_the_calendar_reads_them() -> None:
    (liming,) = (person for person in demo().people if person.name == "李明")
    assert duty_now(liming.duty, NOW)
    assert all(duty_now(person.duty, NOW) in (True, False) for person in demo().people)


def test_the_nineteen_categories_are_those_of_the_product() -> None:
    rows = {row.key: row for row in demo().categories}
    assert list(rows) == list(Category)
    assert demo().categories == default_categories()
    assert {key for key, row in rows.items() if row.emergency} == {"danger", "safety"}
    assert {key for key, row in rows.items() if row.private} == {"dispute", "care"}
    assert {key: rows[key].answer for key in ("danger", "repairs", "parking", "illegal_build", "fumes")} == {
        "danger": "2h", "repairs": "3wd", "parking": "2h", "illegal_build": "20wd", "fumes": "15d",
    }  # fmt: skip
    assert all(set(row.names) == {"zh_Hans", "zh_Hant", "en"} for row in rows.values())
    calendar = WorkCalendar(hours=demo().hours, days=demo().holidays)
    assert all(calendar.after(NOW, row.sign) <= calendar.after(NOW, row.answer) for row in rows.values())


def test_the_handbook_answers_some_25_questions() -> None:
    assert 25 <= len(demo().policies) <= 30
    assert all(row.words and row.bring and row.where and row.hours for row in demo().policies)


def test_the_demo_loads_and_wang_ayis_door_leads_to_her_branch(store: Store) -> None:
    load(store, demo(), NOW)
    with store.read() as tx:
        found = community.load(tx)
        place = community.place_by_key(tx, "yangguanghuayuan-3-2")
        branch = found.branch_of(place)
        assert branch is not None
        assert branch.name == "阳光花园网格党支部"
        assert found.duty().kind is UnitKind.SUBDISTRICT
        assert not found.calendar.works_on(datetime(2026, 10, 1, tzinfo=UTC).date())
        other = community.place_by_key(tx, "yangguanghuayuan-9")
        assert found.branch_of(other) == branch
