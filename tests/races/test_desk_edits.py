"""Settings and sheets of people on both databases, when several act at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from actions import rosters, settings
from bot.conversation import Conversation
from bot.rosters import Clerk
from domain.access import Actor
from domain.errors import ChangedMeanwhile, Conflict
from domain.people import Person
from domain.rosters import Roster, RosterState
from storage import community, people
from storage import rosters as rows
from storage.tables import edits, events
from storage.tables import people as people_table
from tests.acting import Stage, at_once
from tests.conftest import NOW

CELLS = {
    "name_zh_Hans": "公共设施", "first": "物业", "sign": "4wh", "answer": "3wd", "merge_hours": "24",
    "merge_at": "building", "private": "", "next": "",
}  # fmt: skip


def acting(stage: Stage, tx, key: str) -> Actor:  # type: ignore[no-untyped-def]
    person = people.by_key(tx, key)
    assert person
    known = community.load(tx)
    return Actor(person=person, roles=tuple(people.roles_of(tx, person.id, NOW)), community=known)


def governor(stage: Stage) -> str:
    with stage.store.read() as tx:
        duty = community.load(tx).duty().id
        return next(
            one.key or ""
            for one in people.everybody_on_the_roster(tx, 500)
            if any(
                role.unit_id == duty and str(role.kind) in ("officer", "secretary")
                for role in people.roles_of(tx, one.id, NOW)
            )
        )


def test_of_several_who_change_one_thing_one_is_first(stage: Stage) -> None:
    who = governor(stage)

    def change(days: int) -> str:
        for _ in range(5):
            try:
                with stage.store.begin() as tx:
                    told = CELLS | {"lapse_days": str(days)}
                    settings.change_category(tx, acting(stage, tx, who), "repairs", told, 0, NOW)
                return "changed"
            except Conflict:
                continue
            except ChangedMeanwhile:
                return "told"
        raise AssertionError

    answers = at_once([lambda days=days: change(days) for days in (4, 5, 6, 7)])
    assert sorted(answers) == ["changed", "told", "told", "told"]
    with stage.store.read() as tx:
        assert len(tx.rows(select(edits))) == 1
        assert len(tx.rows(select(events).where(events.c.kind == "setting_changed"))) == 1


def test_changes_of_different_things_make_a_version_each(stage: Stage) -> None:
    who, keys = governor(stage), ("repairs", "sanitation", "noise", "parking")
    with stage.store.read() as tx:
        before = community.version(tx)

    def change(key: str) -> None:
        with stage.store.begin() as tx:
            told = CELLS | {"lapse_days": "9", "sign": "now", "answer": "9wd"}
            settings.change_category(tx, acting(stage, tx, who), key, told, 0, NOW)

    at_once([lambda key=key: change(key) for key in keys])
    with stage.store.read() as tx:
        assert community.version(tx) == before + len(keys)
        assert {community.load(tx).category(key).lapse_days for key in keys} == {9}


def clerk(stage: Stage, late: int = 0) -> Clerk:
    return Clerk(Conversation(stage.store, stage.understanding), lambda: NOW + timedelta(minutes=late))


def handed_in(stage: Stage, lines: int) -> Roster:
    content = "编号,姓名,电话\n" + "".join(f"r-{n},人{n},1991112{n:04}\n" for n in range(lines))
    with stage.store.begin() as tx:
        by = acting(stage, tx, "sunli")
        return rosters.hand_in(tx, by, by.roles[0].unit_id, "a.csv", content.encode(), NOW)


def now(stage: Stage, roster: Roster) -> Roster:
    with stage.store.read() as tx:
        found = tx.get(Roster, roster.id)
    assert found
    return found


def count(stage: Stage) -> int:
    with stage.store.read() as tx:
        return int(tx.connection.execute(select(func.count()).select_from(people_table)).scalar() or 0)


def test_several_workers_write_a_sheet_once(stage: Stage) -> None:
    before, roster = count(stage), handed_in(stage, 30)
    assert clerk(stage).step()
    ready = now(stage, roster)
    assert ready.state is RosterState.READY
    for _ in range(2):
        with stage.store.begin() as tx:
            rosters.confirm(tx, acting(stage, tx, "sunli"), roster.id, ready.digest, ready.plan)
    at_once([clerk(stage).step for _ in range(4)])
    assert now(stage, roster).state is RosterState.DONE
    assert count(stage) == before + 30
    with stage.store.read() as tx:
        assert len(tx.rows(select(events).where(events.c.kind == "roster_imported"))) == 1


def test_a_sheet_whose_worker_died_is_taken_up_again(stage: Stage) -> None:
    roster = handed_in(stage, 3)
    with stage.store.begin() as tx:
        assert rows.lease(tx, NOW) is not None  # and dies
    assert not clerk(stage).step()
    assert clerk(stage, late=2).step()
    assert now(stage, roster).state is RosterState.READY


def test_a_sheet_on_which_everybody_dies_is_given_up(stage: Stage) -> None:
    roster = handed_in(stage, 3)
    for minutes in (0, 2, 4):
        with stage.store.begin() as tx:
            assert rows.lease(tx, NOW + timedelta(minutes=minutes)) is not None
    assert clerk(stage, late=6).step()
    assert now(stage, roster).state is RosterState.WRONG


def test_what_changed_between_reading_and_writing_is_read_again(stage: Stage) -> None:
    roster = handed_in(stage, 3)
    clerk(stage).step()
    ready = now(stage, roster)
    with stage.store.begin() as tx:
        by = acting(stage, tx, "sunli")
        confirmed = rosters.confirm(tx, by, roster.id, ready.digest, ready.plan)
    with stage.store.read() as tx:
        sheet = rosters.read(tx, by, confirmed, lambda done: None)
        made = rosters.prepare(tx, by, confirmed, sheet, NOW)
    assert isinstance(made, rosters.Prepared)
    with stage.store.begin() as tx:
        tx.add(Person(key="r-1", name="别人", created_at=NOW))
    with pytest.raises(Conflict), stage.store.begin() as tx:
        rosters.write(tx, by, confirmed, made, NOW)
    clerk(stage).step()
    assert now(stage, roster).state is RosterState.STALE
