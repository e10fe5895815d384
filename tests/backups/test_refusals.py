"""What is not restored, and that nothing is left behind then."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.commands.backup import run_restore
from storage.backups import archive, taking
from storage.backups.archive import BadBackup, Fault
from tests.backups.conftest import Home, Place
from tests.conftest import NOW
from tests.running import settings

pytestmark = pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)


@pytest.fixture
def backup(lived: Home, tmp_path: Path) -> Path:
    lived.back_up(tmp_path / "one.zip")
    return tmp_path / "one.zip"


def rewritten(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The archive with one thing in it changed."""
    other = path.with_name("other.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for one in old.namelist():
            content = old.read(one)
            new.writestr(one, change(content) if one == name else content)
    return other


def refused(new: Home, path: Path) -> Fault:
    with pytest.raises(BadBackup) as told:
        new.restore(path)
    return told.value.fault


def untouched(new: Home) -> bool:
    return not new.files.exists() and not (new.folder / "linli.db").exists()


def test_a_place_that_is_not_empty(lived: Home, backup: Path, place: Place) -> None:
    assert refused(lived, backup) is Fault.FILES_NOT_EMPTY
    lived.files.rename(lived.folder / "elsewhere")
    assert refused(lived, backup) is Fault.DATABASE_NOT_EMPTY
    new = place("postgres")
    new.restore(backup)
    new.files.rename(new.folder / "elsewhere")
    assert refused(new, backup) is Fault.DATABASE_NOT_EMPTY


def test_another_key(backup: Path, place: Place) -> None:
    new = place("sqlite", Fernet.generate_key())
    assert refused(new, backup) is Fault.WRONG_KEY
    assert untouched(new)


def test_a_file_that_is_cut_or_is_no_backup(backup: Path, place: Place, tmp_path: Path) -> None:
    new, whole = place("sqlite"), backup.read_bytes()
    for content in (b"", b"hello", whole[: len(whole) // 2], whole[:-100]):
        (tmp_path / "bad.zip").write_bytes(content)
        assert refused(new, tmp_path / "bad.zip") is Fault.UNREADABLE
    assert refused(new, tmp_path / "none.zip") is Fault.UNREADABLE
    assert untouched(new)


def test_bytes_that_changed(backup: Path, place: Place, tmp_path: Path) -> None:
    new, whole = place("sqlite"), backup.read_bytes()
    for at in range(200, len(whole) // 2, len(whole) // 12):
        (tmp_path / "bad.zip").write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert refused(new, tmp_path / "bad.zip") in (Fault.UNREADABLE, Fault.CHANGED)
    assert untouched(new)


@pytest.mark.parametrize("name", ["tables/cases.jsonl", "tables/events.jsonl", "learned.yml"])
def test_a_table_or_file_that_somebody_edited(backup: Path, place: Place, name: str) -> None:
    new = place("sqlite")
    assert refused(new, rewritten(backup, name, lambda content: content + b"[]\n")) is Fault.CHANGED
    assert untouched(new)


def test_a_manifest_that_somebody_edited(backup: Path, place: Place) -> None:
    new = place("sqlite")
    edited = rewritten(
        backup, archive.MANIFEST, lambda content: content.replace(b'"files": 1', b'"files": 0')
    )
    assert refused(new, edited) is Fault.CHANGED


@pytest.mark.parametrize("what", [{"revision": "9999"}, {"format": 2}])
def test_a_newer_version(backup: Path, place: Place, what: dict[str, object]) -> None:
    newer = rewritten(
        backup, archive.MANIFEST, lambda content: json.dumps(json.loads(content) | what).encode()
    )
    assert refused(place("sqlite"), newer) is Fault.NEWER


# -- as a command ----------------------------------------------------------------------------------
def test_the_command_restores_and_says_so(
    lived: Home, backup: Path, tmp_path: Path, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    new = place("sqlite")
    own = settings_for(new)
    assert run_restore(own, backup, moved=False) == 0
    said = capsys.readouterr().out
    assert "counts and digests are the same" in said
    assert "the record of what happened is whole" in said
    assert run_restore(own, backup, moved=False) == 1
    assert "is not empty" in capsys.readouterr().err


def settings_for(home: Home):  # type: ignore[no-untyped-def]
    home.folder.mkdir(parents=True, exist_ok=True)
    return settings(home.folder, home.store)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_record_that_was_tampered_with_leaves_nothing_behind(
    lived: Home, tmp_path: Path, place: Place, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from bot.schedule import seal_up

    seal_up(lived.store, NOW)
    with lived.store.begin() as tx:
        tx.connection.exec_driver_sql("UPDATE events SET kind = 'case_closed' WHERE id = 2")
    taking.take(lived.store, lived.files, lived.learned, tmp_path / "bad.zip", NOW)
    new = place(kind)
    assert run_restore(settings_for(new), tmp_path / "bad.zip", moved=False) == 1
    assert "the record in it is not whole" in capsys.readouterr().err
    lived.back_up(tmp_path / "again.zip")
    with lived.store.begin() as tx:
        tx.connection.exec_driver_sql("DELETE FROM seals")
    lived.back_up(tmp_path / "unsealed.zip")
    assert run_restore(settings_for(new), tmp_path / "unsealed.zip", moved=False) == 0, "it was empty again"


def test_without_its_key_nothing_is_restored(
    backup: Path, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    new = place("sqlite")
    own = settings_for(new)
    own.key.unlink()
    assert run_restore(own, backup, moved=False) == 1
    assert "not in the backup" in capsys.readouterr().err
    assert not own.key.exists(), "a new key would open nothing"
