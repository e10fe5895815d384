"""Made-up communities of real sizes, the same for the same seed: for demos, benchmarks and load tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from random import Random

from actions.loading import LoadReport, Progress, load
from domain.community import (
    CommunityFile,
    GridRow,
    PersonRow,
    PlaceKind,
    PlaceRow,
    UnitKind,
    UnitRow,
)
from domain.people import RoleKind
from storage.community_files import calendar_source, default_categories, default_numbers, national_days
from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a profile is. Units and grids are spread evenly."""

    title: str
    people: int
    members: int
    districts: int
    subdistricts: int
    communities: int
    branches: int
    grids: int
    partners: int
    estates_a_grid: int
    buildings: int
    entrances: int
    households: int


SIZES = {
    "hongmen": Size(
        title="黉门", people=23_000, members=400, districts=1, subdistricts=1, communities=1, branches=12,
        grids=24, partners=18, estates_a_grid=2, buildings=5, entrances=3, households=6_328,
    ),
    "guangming": Size(
        title="光明", people=130_000, members=1_485, districts=1, subdistricts=1, communities=6, branches=48,
        grids=150, partners=142, estates_a_grid=2, buildings=6, entrances=3, households=43_200,
    ),
    "xuchang": Size(
        title="许昌", people=1_000_000, members=35_400, districts=3, subdistricts=20, communities=130,
        branches=2_605, grids=5_210, partners=493, estates_a_grid=1, buildings=4, entrances=2,
        households=333_440,
    ),
}  # fmt: skip
"""PRODUCT sizes: people include members, secretaries and officers; guangming's 197 organisations are
1 + 6 + 48 and 142 others."""

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹潘葛范彭鲁韦马苗方任袁柳"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英文华玉兰建国志远秀梅海燕春雨晓东思源子涵浩然"
_SKILLS = (
    "水电维修 家电维修 医护 急救 法律咨询 调解 辅导功课 电脑手机 驾驶 理发 助老 摄影 英语 心理疏导".split()
)
_DUTIES = ("MO-FR 09:00-18:00", "MO-FR 18:00-21:00; SA 09:00-12:00", "SA 09:00-18:00; SU 09:00-18:00", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A made-up community. `files` holds all but most people; those come from `stream`, made as they go."""

    name: str
    seed: int
    size: Size
    files: CommunityFile

    @property
    def streamed(self) -> int:
        return self.size.people - len({person.key for person in self.files.people})

    def stream(self) -> Iterator[PersonRow]:
        """The members who hold no office, then the residents, who have neither name nor phone."""
        random = Random(f"{self.seed}:{self.name}:people")  # noqa: S311
        homes = [place.key for place in self.files.places if place.kind is PlaceKind.UNIT]
        branches = [unit.key for unit in self.files.units if unit.kind is UnitKind.BRANCH]
        held = sum(person.role is RoleKind.MEMBER for person in self.files.people)
        for number in range(held, self.size.members):
            branch = number % len(branches)
            home = homes[(branch * len(homes) // len(branches)) + number % 7]
            yield _member(f"{self.name}-m{number:06d}", number, branches[branch], home, random)
        for number in range(self.streamed - self.size.members + held):
            yield PersonRow(
                key=f"{self.name}-r{number:07d}", name="", home=homes[int(random.random() * len(homes))]
            )


def profile(name: str, seed: int = 1) -> Profile:
    """The profile hongmen, guangming or xuchang. Raises KeyError for another name."""
    size = SIZES[name]
    random = Random(f"{seed}:{name}")  # noqa: S311
    units = tuple(_units(size))
    grids = tuple(_grids(size))
    files = CommunityFile(
        name=f"{size.title}（规模演示）",
        numbers=default_numbers(),
        holidays=dict(national_days()),
        calendar=calendar_source(),
        units=units,
        grids=grids,
        places=tuple(_places(size, grids)),
        categories=default_categories(),
        people=tuple(_officers(name, units, random)),
    )
    return Profile(name=name, seed=seed, size=size, files=files)


def load_profile(store: Store, made: Profile, now: datetime, progress: Progress | None = None) -> LoadReport:
    return load(store, made.files, now, progress, people=made.stream(), people_total=made.streamed)


def _units(size: Size) -> Iterator[UnitRow]:
    """City, districts, subdistricts, communities, branches, and partners beside the communities."""
    yield UnitRow(key="city", kind=UnitKind.CITY, name=f"{size.title}市")
    levels = (
        (UnitKind.DISTRICT, "d", size.districts, "city", 1, "区"),
        (UnitKind.SUBDISTRICT, "s", size.subdistricts, "d", size.districts, "街道"),
        (UnitKind.COMMUNITY, "c", size.communities, "s", size.subdistricts, "社区"),
        (UnitKind.BRANCH, "b", size.branches, "c", size.communities, "网格党支部"),
        (UnitKind.PARTNER, "u", size.partners, "c", size.communities, "共建单位"),
    )
    for kind, letter, amount, above, wider, word in levels:
        for number in range(amount):
            parent = above if above == "city" else f"{above}{number * wider // amount + 1}"
            name = f"{size.title}第{number + 1}{word}"
            yield UnitRow(key=f"{letter}{number + 1}", kind=kind, name=name, parent=parent)


def _grids(size: Size) -> Iterator[GridRow]:
    for number in range(size.grids):
        branch = number * size.branches // size.grids + 1
        yield GridRow(key=f"g{number + 1}", name=f"{size.title}第{number + 1}网格", branch=f"b{branch}")


def _places(size: Size, grids: tuple[GridRow, ...]) -> Iterator[PlaceRow]:
    """Estates with buildings and 单元, households spread so that they add up exactly."""
    entrances = len(grids) * size.estates_a_grid * size.buildings * size.entrances
    homes = _shares(size.households, entrances)
    wide = round(len(grids) ** 0.5) + 1
    for at, grid in enumerate(grids):
        x, y = 100 * (at % wide) / wide, 100 * (at // wide) / wide
        for estate in range(1, size.estates_a_grid + 1):
            key = f"{grid.key}-{estate}"
            name = f"{size.title}{at + 1}号{'东西南北'[estate - 1]}苑"
            inside = list(_buildings(key, size, homes, x, y))
            total = sum(place.households for place in inside if place.kind is PlaceKind.BUILDING)
            yield PlaceRow(
                key=key, kind=PlaceKind.ESTATE, name=name, grid=grid.key, households=total, x=x, y=y
            )
            yield from inside


def _buildings(estate: str, size: Size, homes: Iterator[int], x: float, y: float) -> Iterator[PlaceRow]:
    for building in range(1, size.buildings + 1):
        key = f"{estate}-{building}"
        each = list(islice(homes, size.entrances))
        yield PlaceRow(
            key=key,
            kind=PlaceKind.BUILDING,
            name=f"{building}栋",
            parent=estate,
            households=sum(each),
            x=x,
            y=y,
        )
        for entrance, households in enumerate(each, start=1):
            yield PlaceRow(
                key=f"{key}-{entrance}",
                kind=PlaceKind.UNIT,
                name=f"{entrance}单元",
                parent=key,
                households=households,
                x=x,
                y=y,
            )


def _shares(total: int, parts: int) -> Iterator[int]:
    return (total * (at + 1) // parts - total * at // parts for at in range(parts))


def _officers(name: str, units: tuple[UnitRow, ...], random: Random) -> Iterator[PersonRow]:
    """A secretary for each branch, who is a member too, and an officer for each community and above."""
    number = 0
    for unit in units:
        key = f"{name}-o-{unit.key}"
        if unit.kind is UnitKind.BRANCH:
            member = _member(key, number, unit.key, "", random)
            number += 1
            yield member
            yield PersonRow(
                key=key, name=member.name, phone=member.phone, role=RoleKind.SECRETARY, unit=unit.key
            )
        elif unit.kind in (UnitKind.COMMUNITY, UnitKind.SUBDISTRICT):
            yield PersonRow(key=key, name=_person_name(random), role=RoleKind.OFFICER, unit=unit.key)


def _member(key: str, number: int, branch: str, home: str, random: Random) -> PersonRow:
    return PersonRow(
        key=key,
        name=_person_name(random),
        role=RoleKind.MEMBER,
        unit=branch,
        phone=f"199{number:08d}",
        home=home,
        skills=tuple(random.sample(_SKILLS, random.randint(1, 3))),
        full_time=random.random() < 0.2,
        duty=random.choice(_DUTIES),
    )


def _person_name(random: Random) -> str:
    return random.choice(_SURNAMES) + "".join(random.choices(_GIVEN, k=random.randint(1, 2)))
