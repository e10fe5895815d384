"""`linli backup` and `linli restore`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from actions import restoring
from bot import backups
from bot.house import now
from bot.schedule import seal_up
from bot.settings import Settings
from domain.calendar import BEIJING
from storage.backups import restoring as restore
from storage.backups import taking
from storage.backups.archive import BadBackup, Fault, Manifest
from storage.secret import Cipher
from storage.store import Store

SAYS = {
    Fault.UNREADABLE: "is not a whole backup: {detail}",
    Fault.WRONG_KEY: "was made with another key: put the key of that time at {key}",
    Fault.CHANGED: "is damaged or was changed: {detail}",
    Fault.NEWER: "was made by a newer version ({detail}): upgrade first",
    Fault.DATABASE_NOT_EMPTY: "was not restored: {detail} has tables already; name an empty database",
    Fault.FILES_NOT_EMPTY: "was not restored: {detail} is not empty",
    Fault.RECORD: "was not restored: the record in it is not whole ({detail})",
}
KEY_APART = "The key is not in it: keep {key} in another place. Without it names and numbers stay closed."


@contextmanager
def bars() -> Iterator[taking.Progress]:
    """One bar per table, on the terminal only while it runs."""
    columns = (TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        known: dict[str, TaskID] = {}

        def moved(what: str, done: int, total: int) -> None:
            if what not in known:
                known[what] = shown.add_task(what, total=total)
            shown.update(known[what], completed=done, total=total)

        yield moved


def run_backup(configured: Settings, target: Path, keep: int) -> None:
    """Writes one archive, in a folder under the moment's name, and keeps the newest of it."""
    if not configured.key.exists():
        typer.echo(f"there is no key at {configured.key}, so there is nothing to back up", err=True)
        raise typer.Exit(2)
    store = Store(configured.database_url, Cipher.from_file(configured.key))
    moment = now()
    path = target / backups.name(moment) if target.is_dir() else target
    with bars() as moved:
        made = taking.take(store, configured.files, configured.learned, path, moment, moved)
    if target.is_dir() and keep:
        backups.thin(target, keep)
    typer.echo(f"{path}: {_size(made)}, {path.stat().st_size / 1e6:.1f} MB")
    for sha in made.missing:
        typer.echo(f"a file that a row names was not in {configured.files}: {sha}", err=True)
    typer.echo(KEY_APART.format(key=configured.key))


def run_restore(configured: Settings, path: Path, *, moved: bool) -> int:
    """Into an empty place or not at all: 0 when everything was compared and is there, else 1."""
    if not configured.key.exists():
        typer.echo(f"put the key of the backup at {configured.key} first: it is not in the backup", err=True)
        return 1
    store = Store(configured.database_url, Cipher.from_file(configured.key))
    try:
        restore.must_be_empty(store, configured.files)
        with bars() as shown:
            manifest = restore.check(path, store.cipher, shown)
            done = _restored(configured, path, store, manifest, shown, moved=moved)
    except BadBackup as bad:
        said = SAYS[bad.fault].format(detail=bad.detail, key=configured.key)
        typer.echo(f"{path} {said}", err=True)
        return 1
    typer.echo(
        f"restored {_size(manifest)}, made {_beijing(manifest.moment)}: counts and digests are the same"
    )
    typer.echo("the record of what happened is whole")
    for what, count in done.items():
        typer.echo(f"{what}: {count}")
    if not moved and any(done.values()):
        typer.echo(
            "What waited to be sent may have gone out after the backup was made and is not sent again."
        )
    return 0


def _restored(
    configured: Settings, path: Path, store: Store, manifest: Manifest, shown: taking.Progress, *, moved: bool
) -> dict[str, int]:
    """Writes it and looks at the record; what fails is taken away again."""
    places = (configured.files, configured.learned)
    try:
        skip = 0 if moved else restore.SKIPPED
        restore.put_back(path, store, *places, manifest, shown, skip=skip)
        with store.read() as tx:
            found = restoring.verify(tx, manifest.moment)
        if found:
            first = f"{len(found)} places, the first is seal {found[0].seq}, event {found[0].event_id}"
            raise BadBackup(Fault.RECORD, first)
        seal_up(store, now())
        with store.begin() as tx:
            return restoring.settle(tx, manifest.moment, now(), moved=moved)
    except BaseException:
        restore.undo(store, manifest, *places)
        raise


def _size(made: Manifest) -> str:
    return f"{made.rows} rows in {len(made.tables)} tables, {made.files} files"


def _beijing(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"
