"""Voice messages that are to become words: leased to be heard, handed back, asked about, done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update

from domain.recordings import PATIENCE, TRIES, Recording, RecordingState
from storage.tables import addresses, files, people, recordings
from storage.tx import Tx

LEASE = timedelta(seconds=30)
_row = recordings.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A recording with what it takes to hear it and to answer."""

    recording: Recording
    sha256: str
    channel: str
    address: str
    locale: str


def keep(tx: Tx, recording: Recording) -> bool:
    """Notes a recording that is to be heard; False when this message has one."""
    row = tx.row(recording)
    del row["id"]
    return tx.add_once(recordings, row, "address_id", "message_id")


def lease(tx: Tx, now: datetime) -> Job | None:
    """Takes the oldest recording that nobody hears: a new one, or one whose listener died."""
    lost = and_(_row.state == RecordingState.HEARING, _row.lease_until < now)
    statement = (
        select(*tx.columns(Recording))
        .where(or_(_row.state == RecordingState.WAITING, lost), _row.attempts < TRIES)
        .order_by(_row.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = next(iter(tx.values(Recording, statement)), None)
    if found is None:
        return None
    mark(tx, found.id, state=RecordingState.HEARING, lease_until=now + LEASE, attempts=found.attempts + 1)
    return _jobs(tx, _row.id == found.id)[0]


def renew(tx: Tx, recording_id: int, now: datetime) -> None:
    mark(tx, recording_id, lease_until=now + LEASE)


def mark(tx: Tx, recording_id: int, *, while_in: RecordingState | None = None, **values: Any) -> None:
    """Changes a recording; with `while_in` only when it still stands there."""
    where = [_row.id == recording_id]
    if while_in is not None:
        where.append(_row.state == while_in)
    tx.connection.execute(update(recordings).where(*where).values(**values))


def end(tx: Tx, recording: Recording) -> None:
    """It is done, unless something has become of it since it was read."""
    tx.connection.execute(
        update(recordings)
        .where(_row.id == recording.id, _row.state == recording.state, _row.due_at == recording.due_at)
        .values(state=RecordingState.DONE, words="", lease_until=None)
    )


def give_up(tx: Tx, now: datetime) -> None:
    """What nobody has heard in time, or what kills its listeners, is handed back without words."""
    lost = and_(_row.state == RecordingState.HEARING, _row.lease_until < now)
    waits = and_(_row.state == RecordingState.WAITING, _row.at < now - PATIENCE)
    tx.connection.execute(
        update(recordings)
        .where(or_(waits, and_(lost, _row.attempts >= TRIES)))
        .values(state=RecordingState.HEARD, lease_until=None, words="")
    )


def ready(tx: Tx, now: datetime, limit: int = 20) -> list[Job]:
    """What is to be handed back: words that came, and questions that were not answered in time."""
    late = and_(_row.state == RecordingState.ASKED, now >= _row.due_at)
    return _jobs(tx, or_(_row.state == RecordingState.HEARD, late), limit=limit)


def anything(tx: Tx, now: datetime) -> bool:
    """Whether there is something to hear, to hand back or to give up."""
    due = or_(
        _row.state.in_((RecordingState.WAITING, RecordingState.HEARD)),
        and_(_row.state == RecordingState.HEARING, _row.lease_until < now),
        and_(_row.state == RecordingState.ASKED, now >= _row.due_at),
    )
    return tx.connection.execute(select(_row.id).where(due).limit(1)).first() is not None


def settle(tx: Tx, recording_ids: Sequence[int], address_id: int) -> None:
    """The person has answered: nothing is due about these of theirs, and the words go."""
    tx.connection.execute(
        update(recordings)
        .where(_row.id.in_(list(recording_ids)), _row.address_id == address_id)
        .values(state=RecordingState.DONE, words="", lease_until=None)
    )


def _jobs(tx: Tx, *where: Any, limit: int = 1) -> list[Job]:
    own = tx.columns(Recording)
    rows = tx.rows(
        select(*own, files.c.sha256, addresses.c.channel, addresses.c.address, people.c.locale)
        .join(files, files.c.id == _row.file_id)
        .join(addresses, addresses.c.id == _row.address_id)
        .join(people, people.c.id == addresses.c.person_id)
        .where(*where)
        .order_by(_row.id)
        .limit(limit)
    )
    return [
        Job(
            recording=tx.value(Recording, row[: len(own)]),
            sha256=row.sha256,
            channel=row.channel,
            address=row.address,
            locale=row.locale,
        )
        for row in rows
    ]
