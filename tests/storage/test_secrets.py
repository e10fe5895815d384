"""Who has the database but not the key reads no name, no number, no door."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import StatementError

from domain.events import Reminder
from domain.people import Person
from nlu.understand import Understanding
from storage import outbox, people
from storage.community_files import read
from storage.secret import Cipher, WrongKey
from storage.store import Store
from tests.acting import Stage
from tests.conftest import NOW, ROOT

OTHER_KEY = b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


def test_no_name_and_no_number_of_the_roster_stands_in_the_file(demo_sqlite: Path) -> None:
    raw = demo_sqlite.read_bytes()
    roster = list(read([ROOT / "demo" / "guangming"]).people)
    assert len(roster) > 30
    for person in roster:
        for secret in (person.name, person.phone):
            if secret:
                assert secret.encode() not in raw, secret
    assert "阳光花园".encode() in raw  # what is public can be found: the search works


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_a_name_that_was_given_later_is_not_readable_either(
    demo_store: Store, understanding: Understanding, tmp_path: Path
) -> None:
    stage = Stage(demo_store, understanding)
    (who,) = stage.crowd(1)
    home = stage.place("yangguanghuayuan-3-2")
    stage.press(who, f"set_home place={home}")
    stage.press(who, "register_member name=独孤求败 work_unit=学校 skills=x")
    with demo_store.begin() as tx:
        assert stage.person(tx, who).name == "独孤求败"
    files = [path.read_bytes() for path in tmp_path.glob("linli.db*")]
    people_rows = stage.rows("people")
    assert all("独孤求败" not in str(row) for row in people_rows)
    assert files


def test_the_wrong_key_is_named(demo_store: Store) -> None:
    other = Store(demo_store.url.render_as_string(hide_password=False), Cipher(OTHER_KEY))
    with pytest.raises(WrongKey), other.read() as tx:
        people.everybody_on_the_roster(tx)
    other.close()


def test_a_moment_without_a_zone_is_refused(demo_store: Store) -> None:
    naive = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001
    with pytest.raises(StatementError, match="without a time zone"), demo_store.begin() as tx:
        tx.add(Person(created_at=naive))
    with pytest.raises(StatementError, match="without a time zone"), demo_store.begin() as tx:
        outbox.remind(tx, Reminder(key="x", kind="theme", subject_id=1, due_at=naive))


def test_a_moment_comes_back_as_the_same_moment(demo_store: Store) -> None:
    with demo_store.begin() as tx:
        kept = tx.add(Person(created_at=NOW))
    with demo_store.read() as tx:
        found = tx.get(Person, kept.id)
    assert found is not None
    assert found.created_at == NOW
    assert found.created_at.tzinfo is not None
