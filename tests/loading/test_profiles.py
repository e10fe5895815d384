"""The synthetic communities have their sizes and are the same for the same seed."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice

import pytest

from actions.profiles import SIZES, load_profile, profile
from domain.community import PlaceKind, UnitKind
from domain.people import RoleKind
from storage import people
from storage.community_files.rows import by_depth
from storage.store import Store

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("name", SIZES)
def test_a_profile_has_the_sizes_of_the_product(name: str) -> None:
    made, size = profile(name), SIZES[name]
    kinds = [unit.kind for unit in made.files.units]
    assert kinds.count(UnitKind.BRANCH) == size.branches
    assert kinds.count(UnitKind.COMMUNITY) == size.communities
    assert len(made.files.grids) == size.grids
    assert {grid.branch for grid in made.files.grids} <= {unit.key for unit in made.files.units}
    entrances = [place for place in made.files.places if place.kind is PlaceKind.UNIT]
    assert sum(place.households for place in entrances) == size.households
    assert len(by_depth(made.files.units)) == 5


def test_guangming_has_197_organisations() -> None:
    kinds = [unit.kind for unit in profile("guangming").files.units]
    party = (UnitKind.SUBDISTRICT, UnitKind.COMMUNITY, UnitKind.BRANCH, UnitKind.PARTNER)
    assert sum(kind in party for kind in kinds) == 197


def test_the_same_seed_makes_the_same_people_and_another_seed_others() -> None:
    first, again, other = profile("hongmen", 7), profile("hongmen", 7), profile("hongmen", 8)
    assert first.files == again.files
    assert list(first.stream()) == list(again.stream())
    assert list(islice(first.stream(), 50)) != list(islice(other.stream(), 50))


def test_residents_have_neither_name_nor_phone_and_members_have_both() -> None:
    made = profile("hongmen")
    everybody = [*made.files.people, *made.stream()]
    residents = [row for row in everybody if row.role is None]
    members = [row for row in everybody if row.role is RoleKind.MEMBER]
    assert not any(row.name or row.phone for row in residents)
    assert all(row.name and row.phone for row in members)
    assert len(members) == 400
    assert len({row.key for row in everybody}) == 23_000


def test_a_million_people_come_one_by_one() -> None:
    made = profile("xuchang")
    assert made.streamed + len({row.key for row in made.files.people}) == 1_000_000
    assert len(list(islice(made.stream(), 40_000))) == 40_000


def test_an_unknown_profile_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        profile("atlantis")


def test_a_profile_is_loaded_with_progress_and_loaded_again_unchanged(store: Store) -> None:
    made = profile("hongmen")
    seen: list[int] = []
    report = load_profile(store, made, NOW, lambda done, total: seen.append(total - done))
    assert report.added["people"] == 23_000
    assert report.added["memberships"] == 400
    assert seen[-1] == 0
    assert report.left == {}
    again = load_profile(store, made, NOW)
    assert not any(again.added.values())
    assert not any(again.changed.values())
    with store.read() as tx:
        assert people.count(tx) == 23_000
