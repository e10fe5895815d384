"""The audit: sealing what happened, an anchor a day, and finding what was changed afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from domain.calendar import BEIJING
from domain.events import Event, Reminder
from storage import outbox, seals
from storage.tx import Tx

ANCHOR_AT = time(8, 30)  # Beijing time: with the first look at the phone, after the quiet hours
SHOWN = 16  # characters of a digest that people keep
UNSEALED = timedelta(minutes=10)  # the sealer is seconds behind; what waits longer was put in past it
BACKWARDS = timedelta(minutes=10)  # how far clocks may disagree


class Finding(StrEnum):
    EDITED = "edited"  # the event is not what was sealed, or the seal is not its own
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    CUT_OFF = "cut_off"  # the chain ends before an anchor
    REWRITTEN = "rewritten"  # the chain is whole, but not the one an anchor was taken from


@dataclass(frozen=True, slots=True, kw_only=True)
class Tampering:
    """One place where the record is not what it was; `seq` is the seal's number, 0 for an unsealed event."""

    finding: Finding
    seq: int
    event_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The chain's end at some moment, as it was printed: its number and the beginning of its digest."""

    seq: int
    digest: str

    @classmethod
    def read(cls, printed: str) -> Anchor:
        """From `12345 ab12cd34…`, spaces within the digest allowed. Raises ValueError."""
        number, _, digest = printed.strip().partition(" ")
        digest = digest.replace(" ", "").lower()
        if not number.isdecimal() or len(digest) < 8 or set(digest) - set("0123456789abcdef"):
            raise ValueError(f"not an anchor: {printed!r}; it looks like `12345 ab12cd34ef567890`")
        return cls(seq=int(number), digest=digest)


def seal(tx: Tx, now: datetime) -> int:
    """Seals what is new, and sees to the next anchor; returns how much was sealed."""
    done = seals.seal(tx)
    if done:
        here = now.astimezone(BEIJING)
        day = here.date() if here.time() < ANCHOR_AT else here.date() + timedelta(days=1)
        due = datetime.combine(day, ANCHOR_AT, BEIJING)
        outbox.remind(tx, Reminder(key=f"anchor:{day}", kind="anchor", subject_id=0, due_at=due))
    return done


def anchor(tx: Tx) -> Anchor | None:
    """The chain's end now; None before anything has happened."""
    seq, digest = seals.head(tx)
    return Anchor(seq=seq, digest=digest[:SHOWN]) if seq else None


def drop_anchor(tx: Tx, _reminder: Reminder, now: datetime) -> None:
    """Tells the communities' secretaries the end of the chain, so that nobody can rewrite it unseen."""
    end = anchor(tx)
    if end is not None:
        data = {"seq": end.seq, "digest": end.digest}
        tx.add(Event(kind="audit_anchor", at=now, subject="audit", subject_id=end.seq, data=data))


def verify(
    tx: Tx, anchors: Sequence[Anchor], now: datetime, progress: Callable[[int], None] = lambda _seq: None
) -> Iterator[Tampering]:
    """Everything in the record that is not what was sealed, in order. An anchor shows a cut or a rewrite."""
    before, expected, latest = seals.START, 1, None
    held = {one.seq: one for one in anchors}
    rewritten: list[Tampering] = []
    highest = 0
    for link in seals.links(tx):
        progress(link.seq)
        if link.seq != expected:
            yield Tampering(finding=Finding.DELETED, seq=expected, event_id=0)
        found = _check(tx, link, before, highest, latest)
        if found is not None:
            yield Tampering(finding=found, seq=link.seq, event_id=link.event_id)
        kept = held.get(link.seq)
        if kept is not None and not link.digest.startswith(kept.digest):
            rewritten.append(Tampering(finding=Finding.REWRITTEN, seq=link.seq, event_id=link.event_id))
        before, expected = link.digest, link.seq + 1
        highest = max(highest, link.event_id)
        latest = max(latest, link.at) if latest and link.at else link.at or latest
    yield from rewritten
    for kept in anchors:
        if kept.seq >= expected:
            yield Tampering(finding=Finding.CUT_OFF, seq=kept.seq, event_id=0)
    for event_id in seals.unsealed(tx, now - UNSEALED):
        yield Tampering(finding=Finding.INSERTED, seq=0, event_id=event_id)


def _check(tx: Tx, link: seals.Link, before: str, highest: int, latest: datetime | None) -> Finding | None:
    if not link.words:
        return Finding.DELETED
    if seals.next_digest(tx, before, link.words) != link.digest:
        return Finding.REORDERED if link.event_id < highest else Finding.EDITED
    if latest is not None and link.at is not None and link.at < latest - BACKWARDS:
        return Finding.INSERTED
    return None
