"""A notice on its way: begun, paused, resumed, stopped, corrected, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from actions import visits
from actions.notices import event, theirs
from domain.access import Actor
from domain.errors import NobodyThere
from domain.events import Reminder
from domain.notices import Notice, NoticeState
from domain.tree import Community
from storage import broadcasts, outbox
from storage.tx import Tx

LOOK_AFTER = timedelta(minutes=1)
TELL_EVERY = 5  # looks; the author hears of the first one too


def begin(tx: Tx, notice_id: int, now: datetime) -> Notice | None:
    """The undo window is over, or its moment has come; what is hours late asks first."""
    notice = tx.get(Notice, notice_id)
    if notice is None or notice.state is not NoticeState.SENDING:
        return None
    if notice.stale(now):
        return hold(tx, notice, now)
    gone = tx.save(notice.move("go"))
    _look_again(tx, gone.id, 1, now)
    return gone


def hold(tx: Tx, notice: Notice, now: datetime) -> Notice:
    """Nobody hears it any more until a human says so."""
    return tx.save(notice.move("hold"), event("notice_held", notice, None, now))


def pause(tx: Tx, by: Actor, notice_id: int, now: datetime) -> Notice:
    """What is not begun waits. Raises NotFound, AlreadyDone."""
    notice = theirs(tx, by, notice_id)
    return tx.save(notice.move("pause"), event("notice_paused", notice, by, now))


def resume(tx: Tx, by: Actor, notice_id: int, now: datetime) -> Notice:
    """Goes on where it stopped. Raises NotFound, AlreadyDone."""
    notice = theirs(tx, by, notice_id)
    going = tx.save(notice.move("resume"), event("notice_resumed", notice, by, now))
    broadcasts.moved(tx, notice.id, now)
    _look_again(tx, notice.id, 1, now)
    return going


def stop(tx: Tx, by: Actor, notice_id: int, now: datetime) -> tuple[Notice, int]:
    """Whoever has not heard it will not; how many heard it. Raises NotFound, AlreadyDone."""
    notice = theirs(tx, by, notice_id)
    stopped = tx.save(notice.move("stop"), event("notice_stopped", notice, by, now))
    broadcasts.stop(tx, notice.id)
    return stopped, len(broadcasts.heard_by(tx, notice.id))


def correctable(tx: Tx, by: Actor, notice_id: int) -> tuple[Notice, int]:
    """A notice that somebody has heard, and how many. Raises NotFound, NobodyThere."""
    notice = theirs(tx, by, notice_id)
    if notice.state in (NoticeState.WAITING, NoticeState.SENDING):
        raise NobodyThere()
    heard = len(broadcasts.heard_by(tx, notice.id))
    if not heard:
        raise NobodyThere()
    return notice, heard


def correct(tx: Tx, by: Actor, notice_id: int, text: str, now: datetime) -> Notice:
    """更正: at once to exactly those who have, or may have, heard it; nobody else hears the wrong one.

    It needs no second person, because every minute counts, and no quiet hours hold it: whoever was woken
    by the wrong one may be by the right one. Nor does what they have turned off since.
    Raises NotFound, NobodyThere.
    """
    wrong, _ = correctable(tx, by, notice_id)
    if wrong.state in (NoticeState.SENT, NoticeState.PAUSED, NoticeState.HELD):
        stop(tx, by, wrong.id, now)
    people = broadcasts.heard_by(tx, wrong.id)
    notice = tx.add(
        Notice(
            unit_id=wrong.unit_id,
            author_id=by.id,
            text=text,
            audience=f"reached:{wrong.id}",
            safety=wrong.safety,
            topic=wrong.topic,
            corrects_id=wrong.id,
            state=NoticeState.SENT,
            recipients=len(people),
            created_at=now,
            goes_at=now,
        )
    )
    broadcasts.freeze(tx, notice.id, people, now)
    tx.add(event("notice_corrected", notice, by, now, wrong=wrong.id))
    _look_again(tx, notice.id, 1, now)
    return notice


# -- what became of it -----------------------------------------------------------------------------
def _look_again(tx: Tx, notice_id: int, look: int, now: datetime) -> None:
    due = now + LOOK_AFTER
    key = f"notice_report:{notice_id}:{look}:{int(due.timestamp())}"
    outbox.remind(tx, Reminder(key=key, kind="notice_report", subject_id=notice_id, due_at=due))


def look(tx: Tx, community: Community, reminder: Reminder, now: datetime) -> None:
    """The author hears how far it is, and the totals once nothing waits any more."""
    notice = tx.get(Notice, reminder.subject_id)
    if notice is None or notice.state is not NoticeState.SENT:
        return  # resuming it looks again
    counts = broadcasts.counts(tx, notice.id)
    totals = totals_of(counts)
    number = int(reminder.key.split(":")[2])
    if totals["waiting"]:
        if number % TELL_EVERY == 1:
            tx.add(event("notice_progress", notice, None, now, **totals))
        _look_again(tx, notice.id, number + 1, now)
        return
    tasks = visits.wanted(tx, community, notice, now) if notice.safety else 0
    tx.save(notice.move("finish"), event("notice_report", notice, None, now, **totals, visits=tasks))


def totals_of(counts: dict[str, int]) -> dict[str, int]:
    """A notice's recipients by what people call their states; `missed` is refused and unreached."""
    refused, unreached = counts.get("refused", 0), counts.get("unreached", 0)
    return {
        "sent": counts.get("sent", 0) + counts.get("visited", 0),
        "waiting": sum(counts.get(state, 0) for state in broadcasts.WAITING),
        "refused": refused,
        "unreached": unreached,
        "missed": refused + unreached,
        "unknown": counts.get("unknown", 0),
        "stopped": counts.get("cancelled", 0),
        "read": counts["read"],
    }
