"""What every test may use: a store on either database, the demo community, a trained model."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from actions import loading
from bot import logs
from bot.conversation import Conversation
from domain.calendar import BEIJING
from nlu.train import train
from nlu.understand import Understanding
from storage import schema
from storage.backups import restoring, taking
from storage.community_files import read
from storage.secret import Cipher
from storage.store import Store
from tests import postgres

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=BEIJING)  # a Monday
LOADED = datetime(2026, 1, 5, 9, 0, tzinfo=BEIJING)  # when the demo community's roles began
ZONES = ("UTC", "Asia/Shanghai", "America/New_York")
RESTORED = (
    "LINLI_RESTORED" in os.environ
)  # every database of the suite comes out of a backup: `make restored`
KEY = b"bGlubGktdGVzdHMtb25seS1saW5saS10ZXN0cy1vbmw="


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="accept the stories as they go now")


def pytest_configure(config: pytest.Config) -> None:
    """Each worker lives in another host time zone: times are Beijing times everywhere."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    os.environ["TZ"] = ZONES[int(worker.removeprefix("gw")) % len(ZONES)]
    time.tzset()
    logs.set_up()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    store = Store(f"sqlite:///{path}", Cipher(KEY))
    schema.migrate(store)
    _settle(store)
    return path


@pytest.fixture(scope="session")
def demo_sqlite(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo community in a file that tests copy."""
    folder = tmp_path_factory.mktemp("sqlite")
    path = folder / "demo.db"
    shutil.copy(empty_sqlite, path)
    store = Store(f"sqlite:///{path}", Cipher(KEY))
    loading.load(store, read([ROOT / "demo" / "guangming"]), LOADED)
    if RESTORED:
        path = folder / "restored" / "demo.db"
        store = _restored(store, f"sqlite:///{path}", folder)
    _settle(store)
    return path


def _restored(store: Store, url: str, folder: Path) -> Store:
    """The same in another database, by way of a backup; the first is closed."""
    archive, files, learned = folder / "backup.zip", folder / "files", folder / "learned.yml"
    taking.take(store, files, learned, archive, LOADED)
    store.close()
    other = Store(url, Cipher(KEY))
    manifest = restoring.check(archive, other.cipher, lambda *_: None)
    restoring.put_back(archive, other, files, learned, manifest, lambda *_: None, skip=0)
    archive.unlink()
    return other


def _settle(store: Store) -> None:
    with store.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()


@pytest.fixture(scope="session")
def understanding(demo_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Understanding:
    """The model trained from the examples in the tree, with the names of the demo community's places.

    Whoever opens the demo community finds these names known: reading them anew costs more than most tests.
    """
    store = Store(f"sqlite:///{demo_sqlite}", Cipher(KEY))
    conversation = Conversation(store, _trained(tmp_path_factory))
    conversation.warm()
    _settle(store)
    return conversation.meanings.understanding


def _trained(tmp_path_factory: pytest.TempPathFactory) -> Understanding:
    folder = ROOT / "nlu" / "model"
    try:
        return Understanding.load(folder)
    except Exception:
        own = tmp_path_factory.mktemp("model")
        train(ROOT / "nlu" / "examples", own)
        return Understanding.load(own)


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster | None]:
    """A PostgreSQL of our own, or None where its programs are not installed."""
    with postgres.cluster() as running:
        yield running


@pytest.fixture(scope="session")
def empty_postgres(cluster: postgres.Cluster | None) -> str | None:
    """A database with tables and nothing in them, to clone."""
    if cluster is None:
        return None
    store = Store(cluster.url(cluster.create("empty")), Cipher(KEY))
    schema.migrate(store)
    store.close()
    return "empty"


@pytest.fixture(scope="session")
def demo_postgres(cluster: postgres.Cluster | None, tmp_path_factory: pytest.TempPathFactory) -> str | None:
    """A database with the demo community that tests clone."""
    if cluster is None:
        return None
    name = cluster.create("first" if RESTORED else "demo")
    store = Store(cluster.url(name), Cipher(KEY))
    schema.migrate(store)
    loading.load(store, read([ROOT / "demo" / "guangming"]), LOADED)
    if RESTORED:
        url = cluster.url(cluster.create("demo"))
        store = _restored(store, url, tmp_path_factory.mktemp("postgres"))
    store.close()
    return "demo"


@contextmanager
def _fresh(
    request: pytest.FixtureRequest, template: Path, folder: Path, cluster: postgres.Cluster | None
) -> Iterator[Store]:
    """A copy of a database for one test: of the file `template`, or of the fixture named like it."""
    if request.param == "sqlite" or (request.param == "postgres or sqlite" and cluster is None):
        shutil.copy(template, folder / "linli.db")
        one = Store(f"sqlite:///{folder / 'linli.db'}", Cipher(KEY))
        yield one
        one.close()
        return
    if cluster is None:
        pytest.skip("PostgreSQL's programs are not installed")
    name = cluster.clone(request.getfixturevalue(f"{template.stem}_postgres"))
    one = Store(cluster.url(name), Cipher(KEY))
    yield one
    one.close()
    cluster.drop(name)


@pytest.fixture(params=["sqlite", "postgres"])
def demo_store(
    request: pytest.FixtureRequest, demo_sqlite: Path, tmp_path: Path, cluster: postgres.Cluster | None
) -> Iterator[Store]:
    """The demo community, fresh for one test, on each database."""
    with _fresh(request, demo_sqlite, tmp_path, cluster) as one:
        yield one


@pytest.fixture(params=["sqlite", "postgres"])
def store(
    request: pytest.FixtureRequest, empty_sqlite: Path, tmp_path: Path, cluster: postgres.Cluster | None
) -> Iterator[Store]:
    """An empty store, on each database."""
    with _fresh(request, empty_sqlite, tmp_path, cluster) as one:
        yield one
