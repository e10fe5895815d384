"""Puts a community into the store: all of it in one transaction, again and again without harm."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.community import CommunityFile, PersonRow
from storage import loading, settings, tables
from storage.community_files import rows
from storage.loading import Shape, Written
from storage.store import Store
from storage.tx import Tx

Progress = Callable[[int, int], None]
"""Called with how many rows are done and how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What a load did, and what is in the store but no longer in the files (it was kept)."""

    written: dict[str, Written] = field(default_factory=dict)  # kind → counts
    left: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)  # kind → how many, some keys
    edited: int = 0  # settings that a desk has changed: they stay over what the files say

    @property
    def added(self) -> dict[str, int]:
        return {kind: written.added for kind, written in self.written.items()}

    @property
    def changed(self) -> dict[str, int]:
        return {kind: written.changed for kind, written in self.written.items()}

    @property
    def unchanged(self) -> dict[str, int]:
        return {kind: written.unchanged for kind, written in self.written.items()}


def load(
    store: Store,
    files: CommunityFile,
    now: datetime,
    progress: Progress | None = None,
    *,
    people: Iterable[PersonRow] = (),
    people_total: int = 0,
) -> LoadReport:
    """Adds what is new, changes what differs, keeps everything else.

    `people` is a stream of further people with keys of their own, `people_total` their number. What a
    person chose in chat (their language) and what the file leaves empty (phone, home) stays as it is.
    """
    with store.begin() as tx:
        work = _Load(tx, files, now, progress, people_total)
        work.community()
        work.people(people)
        left = work.left(streamed=people_total > 0)
        report = LoadReport(written=work.written, left=left, edited=len(settings.every(tx)))
        if any(written.added or written.changed for written in report.written.values()):
            loading.new_version(tx)
    return report


def write_people(
    tx: Tx,
    batch: Sequence[PersonRow],
    place_ids: dict[str, int],
    unit_ids: dict[str, int],
    now: datetime,
    new: Mapping[str, bool],
) -> dict[str, Written]:
    """People with their roles and memberships. `new` are the tables in which nothing stands yet."""

    made = rows.people(batch, place_ids, tx.cipher, now)
    people = loading.upsert(tx, rows.PEOPLE, made, all_new=new.get("people", False))
    return {"people": people} | write_roles(tx, batch, unit_ids, now, new)


def write_roles(
    tx: Tx, batch: Sequence[PersonRow], unit_ids: dict[str, int], now: datetime, new: Mapping[str, bool]
) -> dict[str, Written]:
    """Roles and memberships of people who are there."""

    def write(kind: str, shape: Shape, made: Sequence[loading.Row]) -> Written:
        return loading.upsert(tx, shape, made, all_new=new.get(kind, False))

    holders = [row for row in batch if row.role]
    ids = loading.ids(tx, tables.people, [row.key for row in holders]) if holders else {}
    members = rows.memberships(holders, ids, unit_ids, now)
    return {
        "roles": write("roles", rows.ROLES, rows.roles(holders, ids, unit_ids, now)),
        "memberships": write("memberships", rows.MEMBERSHIPS, members),
    }


class _Load:
    """One load: the ids found so far and the counts."""

    def __init__(
        self, tx: Tx, files: CommunityFile, now: datetime, progress: Progress | None, streamed: int
    ) -> None:
        self.tx, self.files, self.now = tx, files, now
        self.written: dict[str, Written] = {}
        self._progress = progress
        self._done = 0
        self._total = streamed + sum(
            len(part)
            for part in (
                files.units, files.grids, files.places, files.categories, files.policies, files.people
            )
        )  # fmt: skip

    def community(self) -> None:
        """Everything but the people, parents first."""
        tx, files = self.tx, self.files
        self.written["settings"] = loading.settings(tx, rows.settings(files))
        for units in rows.by_depth(files.units):
            self._write("units", rows.UNITS, rows.units(units, self._ids("units")))
        loading.set_paths(tx)
        self.unit_ids = self._ids("units")
        self._write("grids", rows.GRIDS, rows.grids(files.grids, self.unit_ids))
        grid_ids = self._ids("grids")
        for places in rows.by_depth(files.places):
            self._write("places", rows.PLACES, rows.places(places, self._ids("places"), grid_ids))
        self.place_ids = self._ids("places")
        self._write("categories", rows.CATEGORIES, rows.categories(files.categories))
        self._write("policies", rows.POLICIES, rows.policies(files.policies, self.unit_ids))

    def people(self, stream: Iterable[PersonRow]) -> None:
        """The roster, then the stream, each person with their roles and membership."""
        new = {name: loading.is_empty(self.tx, tables.metadata.tables[name]) for name in _PERSONAL}
        roster = sorted(self.files.people, key=lambda row: row.key)  # one person's lines together
        for batch in loading.batches(roster):
            self._people(batch, {})
        for batch in loading.batches(stream):
            self._people(batch, new)

    def _people(self, batch: list[PersonRow], new: dict[str, bool]) -> None:
        several = write_people(self.tx, batch, self.place_ids, self.unit_ids, self.now, new)
        for kind, written in several.items():
            self.written[kind] = self.written.get(kind, Written()) + written
        self._step(len(batch))

    def _write(self, kind: str, shape: Shape, made: Sequence[loading.Row]) -> None:
        written = loading.upsert(self.tx, shape, made)
        self.written[kind] = self.written.get(kind, Written()) + written
        self._step(len(made))

    def _step(self, count: int) -> None:
        self._done += count
        if self._progress and count:
            self._progress(self._done, self._total)

    def _ids(self, name: str) -> dict[str, int]:
        return loading.ids(self.tx, tables.metadata.tables[name])

    def left(self, *, streamed: bool) -> dict[str, tuple[int, tuple[str, ...]]]:
        """What the store has and the files no longer name; nothing of it was deleted."""
        files = self.files
        given: dict[str, set[str]] = {
            "units": {row.key for row in files.units},
            "grids": {row.key for row in files.grids},
            "places": {row.key for row in files.places},
            "policies": {row.key for row in files.policies},
        }
        if not streamed:
            given["people"] = {row.key for row in files.people}
        found = {
            kind: loading.missing(self.tx, tables.metadata.tables[kind], keys) for kind, keys in given.items()
        }
        if not streamed:
            named = {(row.key, str(row.role), row.unit) for row in files.people if row.role}
            gone = sorted(" ".join(role) for role in loading.running_roles(self.tx) - named)
            found["roles"] = (len(gone), tuple(gone[:50]))
        return {kind: some for kind, some in found.items() if some[0]}


_PERSONAL = ("people", "roles", "memberships")
