"""Knocking at browsers: who asked for it, and when a message knocks."""

from __future__ import annotations

from datetime import datetime

from domain.access import Actor
from domain.calendar import WorkCalendar
from domain.events import Delivery
from domain.notices import Notice
from domain.pushes import GRACE, LASTS, LASTS_URGENT, Knock
from storage import pushes
from storage.tx import Tx

LOUD = ("reply", "alert")
"""Lanes that quiet hours do not hold."""


def knock(tx: Tx, calendar: WorkCalendar, one: Delivery, address_id: int, letter: int, now: datetime) -> None:
    """A message that was put into a mailbox knocks in its browsers, unless an open page shows it first.

    Nothing but matters of safety, and what somebody waits for right now, knocks in quiet hours.
    """
    if one.kind == "reply":
        return
    browsers = pushes.at(tx, address_id)
    if not browsers:
        return
    notice = tx.get(Notice, one.notice_id)
    urgent = one.lane in LOUD or (notice is not None and notice.safety)
    due = now + GRACE if urgent else calendar.wake(now + GRACE)
    for browser in browsers:
        pushes.put(
            tx,
            Knock(
                subscription_id=browser.id,
                letter=letter,
                kind=one.kind,
                notice_id=one.notice_id,
                urgent=urgent,
                due_at=due,
                expires_at=due + (LASTS_URGENT if urgent else LASTS),
            ),
        )


def stop(tx: Tx, by: Actor) -> int:
    """No browser of theirs is knocked for any more; how many were."""
    mine = pushes.of_person(tx, by.id)
    pushes.remove(tx, [one.id for one in mine])
    return len(mine)
