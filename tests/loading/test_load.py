"""Loading into a store: all or nothing, again without harm, nothing lost silently."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from actions.loading import load
from domain.community import PersonRow, UnitKind
from domain.people import RoleKind
from storage import community, people, tables
from storage.store import Store
from tests.loading import village
from tests.loading.village import good

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def test_a_load_fills_an_empty_store(store: Store, tmp_path: Path) -> None:
    report = load(store, good(tmp_path), NOW)
    assert report.added == {
        "settings": 6, "units": 7, "grids": 2, "places": 4, "categories": 19, "policies": 1,
        "people": 3, "roles": 2, "memberships": 1,
    }  # fmt: skip
    assert report.left == {}
    with store.read() as tx:
        found = community.load(tx)
        assert (found.name, found.version, found.numbers["police"]) == ("小镇", 1, "110")
        assert len(found.categories) == 19
        entrance = community.place_by_key(tx, "sun-3-2")
        assert entrance is not None
        assert (entrance.full_name, entrance.short) == ("阳光花园3栋2单元", "2")
        branch = found.branch_of(entrance)
        assert branch is not None
        assert (branch.key, branch.kind) == ("br1", UnitKind.BRANCH)
        assert [unit.key for unit in found.up(branch.id)] == ["br1", "com", "sub", "city"]
        assert branch.path.count("/") == 5
        li = people.by_phone(tx, "19900000002")
        assert li is not None
        assert li.name == "李明"
        assert [role.kind for role in people.roles_of(tx, li.id, NOW)] == [RoleKind.MEMBER]
        member = people.membership(tx, li.id)
        assert member is not None
        assert (member.state, member.skills, member.full_time) == ("confirmed", ("电工", "急救"), True)


def test_names_and_phones_are_not_readable_in_the_database(store: Store, tmp_path: Path) -> None:
    load(store, good(tmp_path), NOW)
    with store.read() as tx:
        stored = [tuple(row) for row in tx.rows(tables.people.select())]
    assert "李明" not in str(stored)
    assert "19900000002" not in str(stored)


def test_loading_the_same_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    files = good(tmp_path)
    first = load(store, files, NOW)
    again = load(store, files, NOW + timedelta(days=1))
    assert again.unchanged == first.added
    assert not any(again.added.values())
    assert not any(again.changed.values())
    with store.read() as tx:
        assert community.version(tx) == 1


def test_what_changed_in_the_file_changes_in_the_store(store: Store, tmp_path: Path) -> None:
    load(store, good(tmp_path), NOW)
    moved = good(
        tmp_path,
        units=village.UNITS.replace("好物业,br1", "好物业,com"),
        people=village.PEOPLE.replace("199 0000 0002", "19900000009").replace("一支部", "二支部"),
        places=village.PLACES.replace("阳光小区、", ""),
    )
    report = load(store, moved, NOW + timedelta(days=1))
    assert {kind: count for kind, count in report.changed.items() if count} == {
        "units": 1, "places": 1, "people": 1, "memberships": 1,
    }  # fmt: skip
    assert report.added["roles"] == 1
    assert report.left == {"roles": (1, ("li member br1",))}, "the old role is told, not taken"
    with store.read() as tx:
        li = people.by_phone(tx, "19900000009")
        assert li is not None
        assert li.version == 1
        assert people.by_phone(tx, "19900000002") is None
        units = community.load(tx).units.values()
        paths = {unit.key: unit.path for unit in units}
        assert paths["prop"].startswith(paths["com"])
        assert not paths["prop"].startswith(paths["br1"])


def test_rows_that_left_the_file_are_kept_and_told(store: Store, tmp_path: Path) -> None:
    load(store, good(tmp_path), NOW)
    less = good(
        tmp_path,
        places=village.PLACES.replace("park,公共场所,公园,,二网格,,\n", ""),
        people="\n".join(village.PEOPLE.splitlines()[:3]) + "\n",
    )
    report = load(store, less, NOW)
    assert report.left == {
        "places": (1, ("park",)), "people": (1, ("sun",)), "roles": (1, ("sun secretary br1",)),
    }  # fmt: skip
    with store.read() as tx:
        assert community.place_by_key(tx, "park") is not None
        assert people.by_key(tx, "sun") is not None


def test_what_the_file_leaves_empty_and_what_people_chose_stays(store: Store, tmp_path: Path) -> None:
    load(store, good(tmp_path), NOW)
    with store.begin() as tx:
        wang = people.by_key(tx, "wang")
        assert wang is not None
        tx.save(replace(wang, locale="en", large_type=True, consent_at=NOW))
    bare = village.PEOPLE.replace("19900000001,阳光花园3栋2单元,502", ",,").replace("王阿姨", "王桂英")
    load(store, good(tmp_path, people=bare), NOW)
    with store.read() as tx:
        after = people.by_key(tx, "wang")
        assert after is not None
        assert (after.name, after.phone, after.room, after.locale) == ("王桂英", "19900000001", "502", "en")
        assert after.home_place_id == wang.home_place_id
        assert after.large_type
        assert after.consent_at == NOW


def test_a_role_that_was_ended_runs_again_when_the_file_still_names_it(store: Store, tmp_path: Path) -> None:
    files = good(tmp_path)
    load(store, files, NOW)
    later = NOW + timedelta(days=2)
    with store.begin() as tx:
        sun = people.by_key(tx, "sun")
        assert sun is not None
        people.end_role(tx, people.roles_of(tx, sun.id, NOW)[0], NOW + timedelta(days=1))
        assert people.roles_of(tx, sun.id, later) == []
    assert load(store, files, later).changed["roles"] == 1
    with store.read() as tx:
        (role,) = people.roles_of(tx, sun.id, later)
        assert role.since == later


def test_somebody_with_two_roles_is_one_person(store: Store, tmp_path: Path) -> None:
    both = village.PEOPLE + "li,李明,物业,prop,,,,,,,\n"
    files = good(tmp_path, people=both)
    report = load(store, files, NOW)
    assert (report.added["people"], report.added["roles"]) == (3, 3)
    assert load(store, files, NOW).unchanged["roles"] == 3


def test_a_load_that_breaks_half_way_leaves_nothing(store: Store, tmp_path: Path) -> None:
    def stream() -> list[PersonRow]:
        return [PersonRow(key="x", name=""), PersonRow(key="x", name="")]

    def breaking() -> object:
        yield from stream()
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        load(store, good(tmp_path), NOW, people=breaking(), people_total=2)  # type: ignore[arg-type]
    with store.read() as tx:
        assert community.load(tx).units == {}
        assert people.count(tx) == 0


def test_progress_counts_up_to_the_whole(store: Store, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    load(store, good(tmp_path), NOW, lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1] == 7 + 2 + 4 + 19 + 1 + 3


def test_ten_thousand_people_of_a_roster_are_loaded_and_loaded_again(store: Store, tmp_path: Path) -> None:
    lines = ["编号,姓名,角色,单位,电话"]
    lines += [f"p{n},居民{n},,,199{n:08d}" for n in range(9_990)]
    lines += [f"m{n},党员{n},党员,br1,198{n:08d}" for n in range(10)]
    files = good(tmp_path, people="\n".join(lines))
    assert load(store, files, NOW).added["people"] == 10_000
    assert load(store, files, NOW).unchanged["people"] == 10_000
