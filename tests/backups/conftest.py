"""An installation with some life in it, and empty places to restore it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.media import Files
from nlu.understand import Understanding
from storage.backups import restoring, taking
from storage.backups.archive import Manifest
from storage.secret import Cipher
from storage.store import Store
from tests import postgres
from tests.acting import Stage, hurried
from tests.conftest import KEY, NOW
from tests.story import PHOTO


def quietly(_what: str, _done: int, _total: int) -> None:
    """No bars in tests."""


@dataclass(slots=True)
class Home:
    """A database and the folder beside it."""

    store: Store
    folder: Path

    @property
    def files(self) -> Path:
        return self.folder / "files"

    @property
    def learned(self) -> Path:
        return self.folder / "learned.yml"

    def back_up(self, path: Path) -> Manifest:
        return taking.take(self.store, self.files, self.learned, path, NOW)

    def restore(self, path: Path, skip: int = restoring.SKIPPED) -> Manifest:
        restoring.must_be_empty(self.store, self.files)
        manifest = restoring.check(path, self.store.cipher, quietly)
        restoring.put_back(path, self.store, self.files, self.learned, manifest, quietly, skip=skip)
        return manifest


@pytest.fixture
def stage(demo_store: Store, understanding: Understanding) -> Stage:
    return Stage(hurried(demo_store), understanding)


@pytest.fixture
def lived(stage: Stage, tmp_path: Path) -> Home:
    """People have reported, claimed, and sent a photo."""
    home = Home(stage.store, tmp_path / "home")
    stage.cast("wang-ayi", "sunli", "liming")
    kept = Files(home.files, 10_000_000).keep("photo", PHOTO)
    stage.receive("wang-ayi", text="阳光花园3栋2单元楼道灯坏了", media=(kept,))
    stage.say("wang-ayi", "阳光花园5栋停水了")
    stage.press("liming", "claim_task task=1")
    stage.work()
    home.learned.write_text("nlu: []\n")
    return home


Place = Callable[[str], Home]


@pytest.fixture
def place(tmp_path: Path, cluster: postgres.Cluster | None) -> Iterator[Place]:
    """Makes an empty home on the kind of database that is named."""
    made: list[tuple[Store, str]] = []

    def new(kind: str, key: bytes = KEY) -> Home:
        folder = tmp_path / f"new-{len(made)}"
        if kind == "postgres" and cluster is None:
            pytest.skip("PostgreSQL's programs are not installed")
        name = cluster.create() if kind == "postgres" and cluster else ""
        url = cluster.url(name) if name and cluster else f"sqlite:///{folder / 'linli.db'}"
        store = Store(url, Cipher(key))
        made.append((store, name))
        return Home(store, folder)

    yield new
    for store, name in made:
        store.close()
        if name and cluster:
            cluster.drop(name)
