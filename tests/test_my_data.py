"""Somebody is forgotten: in every table, in what others read, on disk, and again after a restore."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update

from actions import audit
from bot import schedule
from bot.forgetting import Forgetting
from bot.media import Files
from bot.messages import Incoming, Media
from nlu.understand import Understanding
from storage import tables
from storage.store import Store
from tests.acting import Stage
from tests.story import PHOTO

NAME, PHONE, ROOM = "欧阳玉兰", "13812345678", "1702"
WORDS = f"阳光花园9栋1单元{ROOM}室漏水，我叫{NAME}，电话{PHONE}"
MARKERS = (NAME, PHONE, f"{ROOM}室", "漏水，我叫", "师傅明天上午来")


@pytest.fixture
def stage(demo_store: Store, understanding: Understanding) -> Stage:
    made = Stage(demo_store, understanding)
    made.cast("liming", "sunli", "wang-ayi")
    return made


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files", 1_000_000)


@pytest.fixture
def forgetting(stage: Stage, files: Files, tmp_path: Path) -> Forgetting:
    return Forgetting(stage.store, files, tmp_path / "erasures.log", lambda: stage.now)


def lives(stage: Stage, files: Files, who: str = "lan") -> Media:
    """Somebody with a case that was answered, another under way, a photo, a name, a rating and a place."""
    photo = files.keep("photo", PHOTO)
    stage.say(who, WORDS, media=(photo,))
    stage.say(who, "同意")
    stage.press(who, "correct_name")
    stage.say(who, NAME)
    with stage.store.begin() as tx:
        mine = stage.person(tx, who)
        cipher = tx.cipher
        home = {"phone": cipher.write(PHONE), "phone_index": cipher.index(PHONE), "room": cipher.write(ROOM)}
        tx.connection.execute(
            update(tables.people).where(tables.people.c.id == mine.id).values(home_place_id=1, **home)
        )
    stage.work()
    task = stage.rows("tasks")[-1].id
    stage.say("sunli", "队列")
    stage.press("liming", f"claim_task task={task}")
    stage.press("liming", f"finish_task task={task} answer=师傅明天上午来")
    stage.work()
    stage.press(who, f"rate_service task={task} stars=5 words=谢谢{NAME}")
    stage.later(minutes=3)
    stage.say(who, f"阳光花园9栋2单元楼道灯不亮，找{NAME}")
    stage.work()
    return photo


def erase(stage: Stage, who: str = "lan") -> str:
    stage.press(who, "erase_me")
    stage.say(who, "看清楚了，继续")
    return stage.told(who, "全部删除")


def traces(store: Store) -> dict[str, list[str]]:
    """Every cell in which a marker can be read, secrets opened."""
    found: dict[str, list[str]] = {}
    with store.read() as tx:
        for table in tables.metadata.sorted_tables:
            secret = {column.name for column in table.columns if column.info.get("secret")}
            for row in tx.rows(select(table)):
                for name, cell in row._mapping.items():
                    text = tx.cipher.read(cell) if name in secret and cell else str(cell)
                    if any(marker in text for marker in MARKERS):
                        found.setdefault(f"{table.name}.{name}", []).append(text[:80])
    return found


def whole(stage: Stage) -> bool:
    schedule.seal_up(stage.store, stage.now)
    with stage.store.read() as tx:
        return not list(audit.verify(tx, (), stage.now))


def test_an_erased_person_is_found_in_no_table_and_the_record_is_whole(
    stage: Stage, files: Files, forgetting: Forgetting
) -> None:
    photo = lives(stage, files)
    before = traces(stage.store)
    assert {"cases.text", "mailbox.body", "deliveries.payload", "people.name"} <= set(before)
    assert "全部删除" in erase(stage)
    stage.work()
    assert traces(stage.store) == {}
    assert whole(stage)
    assert forgetting.finish() == 1
    assert not files.path(photo.sha256).exists()
    assert [row.status for row in stage.rows("cases")] == ["closed", "withdrawn"]
    assert stage.rows("cases")[0].place_id is not None
    assert [row.stars for row in stage.rows("ratings")] == [5]


def test_who_writes_again_is_a_stranger(stage: Stage, files: Files) -> None:
    lives(stage, files)
    erase(stage)
    assert "还没有反映过" in stage.told("lan", "我的诉求")
    assert "同意吗" in stage.told("lan", "阳光花园9栋1单元电梯坏了")


def test_the_last_yes_twice_is_one_erasure(stage: Stage, files: Files) -> None:
    lives(stage, files)
    stage.press("lan", "erase_me")
    stage.say("lan", "看清楚了，继续")
    last = Incoming(channel="story", address="lan", message_id="last", text="全部删除")
    first = stage.conversation.receive(last, stage.now)
    assert stage.conversation.receive(last, stage.now) == first
    assert stage.count("erasures") == 1


def test_a_second_device_is_forgotten_with_the_first(stage: Stage, files: Files) -> None:
    lives(stage, files)
    code = stage.told("lan", "换手机").split("\n")[1]
    stage.say("tablet", code)
    stage.say("tablet", "是我的，绑定")
    assert "2 号" in stage.told("tablet", "我的诉求")
    erase(stage, "tablet")
    stage.work()
    assert traces(stage.store) == {}
    assert {row.address for row in stage.rows("addresses")} == {"liming", "sunli", "wang-ayi", "tablet"}


def test_nobody_erases_somebody_else(stage: Stage, files: Files) -> None:
    lives(stage, files)
    for forged in (
        "erase_me person=1",
        "erase_me read=yes final=yes person=1",
        "correct_name person=1 name=坏人",
    ):
        stage.press("wang-ayi", forged)
    assert "people.name" in traces(stage.store)
    with stage.store.read() as tx:
        assert stage.person(tx, "lan").name == NAME


def test_a_button_alone_erases_nobody(stage: Stage, files: Files) -> None:
    """Both questions are asked, whatever a payload claims was answered."""
    lives(stage, files)
    stage.press("lan", "erase_me read=yes final=yes")
    assert stage.count("erasures") == 0


def test_neighbours_keep_the_case_they_joined(stage: Stage, files: Files) -> None:
    lives(stage, files)
    case = stage.rows("cases")[-1]
    stage.say("wang-ayi", "阳光花园9栋2单元楼道灯不亮")
    stage.say("wang-ayi", "加入")
    with stage.store.read() as tx:
        neighbour = stage.person(tx, "wang-ayi").id
    assert (case.id, neighbour) in {(row.case_id, row.person_id) for row in stage.rows("joiners")}
    erase(stage)
    stage.work()
    after = stage.rows("cases")[-1]
    assert (after.status, after.reporter_id) == ("open", neighbour)
    assert traces(stage.store) == {}


def test_danger_goes_on_without_the_name(stage: Stage) -> None:
    stage.say("lan", f"9栋2单元1702着火了，我是{NAME}")
    stage.say("lan", "阳光花园")
    erase(stage)
    urgent = [row for row in stage.rows("cases") if row.urgent]
    assert [row.status for row in urgent] == ["open"]
    assert all(NAME not in row.text for row in urgent)


def test_withdrawing_consent_stops_filing_and_forgets_the_home(stage: Stage, files: Files) -> None:
    lives(stage, files)
    stage.press("lan", "withdraw_consent")
    stage.say("lan", "撤回同意")
    with stage.store.read() as tx:
        person = stage.person(tx, "lan")
    assert (person.consent_at, person.home_place_id, person.room) == (None, None, "")
    before = stage.count("cases")
    assert "同意吗" in stage.told("lan", "阳光花园9栋1单元电梯坏了")
    assert stage.count("cases") == before


# -- outside the database --------------------------------------------------------------------------
@pytest.fixture
def old(demo_store: Store, tmp_path: Path) -> Callable[[], Store]:
    """A backup as it is now, opened again later."""
    if not demo_store.sqlite:
        pytest.skip("a file can be copied")

    def keep() -> Store:
        with demo_store.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql(f"VACUUM INTO '{tmp_path / 'old.db'}'")
        shutil.copy(tmp_path / "old.db", tmp_path / "restored.db")
        return Store(f"sqlite:///{tmp_path / 'restored.db'}", demo_store.cipher)

    return keep


def test_a_restored_backup_forgets_again(
    stage: Stage, files: Files, forgetting: Forgetting, old: Callable[[], Store]
) -> None:
    lives(stage, files)
    restored = old()
    erase(stage)
    forgetting.finish()
    assert NAME not in forgetting.journal.read_text()
    assert traces(restored) != {}
    again = Forgetting(restored, files, forgetting.journal, lambda: stage.now)
    picture = stage.conversation.community
    assert again.catch_up(picture) == 1
    assert traces(restored) == {}
    assert again.catch_up(picture) == 0
    assert again.finish() == 1
    assert len(forgetting.noted()) == 1


def test_a_crash_before_the_journal_loses_nothing(stage: Stage, files: Files, forgetting: Forgetting) -> None:
    photo = lives(stage, files)
    erase(stage)
    forgetting._write("0" * 64, stage.now)  # something else stands there already
    files.path(photo.sha256).unlink()  # the crash came after the file and before the note
    assert forgetting.finish() == 1
    assert forgetting.finish() == 0
    assert len(forgetting.noted()) == 2


def test_a_photo_somebody_else_sent_too_stays(stage: Stage, files: Files, forgetting: Forgetting) -> None:
    photo = lives(stage, files)
    stage.say("wang-ayi", "阳光花园3栋1单元门禁坏了", media=(photo,))
    erase(stage)
    forgetting.finish()
    assert files.path(photo.sha256).exists()
