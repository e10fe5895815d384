"""Every step of every story, each told by processes that die on the way (G4, G5)."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from rich.progress import track

from actions import loading
from bot.conversation import Conversation
from bot.media import Files
from nlu.understand import Understanding
from storage import schema
from storage.community_files import read
from storage.secret import Cipher
from storage.store import Store
from tests.acting import hurried
from tests.conftest import KEY, LOADED, ROOT
from tests.faults.figures import Outcome
from tests.faults.mortal import Mortal
from tests.faults.sizes import Sizes
from tests.faults.stage import Stage
from tests.story import stories

TEMPLATE = "stories"


def steps(stage: Stage, sizes: Sizes, *, on_postgres: bool = False) -> Outcome:
    """The `sizes.stories` shortest stories; what a story tells stands in its file."""
    begun = time.monotonic()
    outcome = Outcome(trial=f"steps: {'PostgreSQL' if on_postgres else 'SQLite'}")
    folder = stage.folder / f"{TEMPLATE}{int(on_postgres)}"
    fresh = _on_postgres(stage) if on_postgres else _on_sqlite(folder)
    store = fresh()
    conversation = Conversation(store, Understanding.load(stage.model))
    conversation.warm()
    store.close()
    files = Files(folder / "files", 10_000_000)
    told = sorted(stories(ROOT / "tests" / "stories"), key=lambda path: (path.stat().st_size, path))
    for path in track(told[: sizes.stories], "steps", transient=True):
        player = Mortal(store=fresh(), understanding=conversation.meanings.understanding, files=files)
        written = path.read_text(encoding="utf-8")
        try:
            same = player.play(written) == written
        except AssertionError as broken:
            same = False
            outcome.check(same, f"{path.stem}: {broken}")
        player.store.close()
        outcome.check(same, f"{path.stem} is told otherwise")
        outcome.acknowledged += player.turns
        outcome.done += player.turns if same else 0
        outcome.kills += player.deaths
    outcome.notes["stories"] = len(told[: sizes.stories])
    outcome.seconds = time.monotonic() - begun
    return outcome


def _loaded(store: Store) -> None:
    schema.migrate(store)
    loading.load(store, read([ROOT / "demo" / "guangming"]), LOADED)


def _on_sqlite(folder: Path) -> Callable[[], Store]:
    """Gives the demo community anew, in a file."""
    folder.mkdir()
    template, file = folder / "template.db", folder / "linli.db"
    store = Store(f"sqlite:///{template}", Cipher(KEY))
    _loaded(store)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()

    def fresh() -> Store:
        for old in folder.glob("linli.db*"):
            old.unlink()
        shutil.copy(template, file)
        return hurried(Store(f"sqlite:///{file}", Cipher(KEY)))

    return fresh


def _on_postgres(stage: Stage) -> Callable[[], Store]:
    cluster = stage.cluster
    assert cluster is not None
    store = Store(cluster.url(cluster.create(TEMPLATE)), Cipher(KEY))
    _loaded(store)
    store.close()
    return lambda: Store(cluster.url(cluster.clone(TEMPLATE)), Cipher(KEY))
