"""What handlers see of their ratings: once a month, five or more together, no names and no words.

Two sums of which one holds a single rating more would give it away: each rating is shown in one batch only.
"""

from __future__ import annotations

from datetime import datetime, time

from domain.access import Actor
from domain.calendar import BEIJING
from domain.events import Event, Reminder
from domain.figures import FEWEST
from domain.ratings import CHANGEABLE, Batch
from domain.tree import Community
from storage import outbox
from storage import ratings as rows
from storage.tx import Tx

AT = time(9, 0)  # of the month's first working day, Beijing time


def plan(tx: Tx, community: Community, now: datetime) -> None:
    """Next month's first working day is noted down; noting it twice is once."""
    here = now.astimezone(BEIJING)
    year, month = divmod(here.year * 12 + here.month, 12)
    day = community.calendar.first_work_day(year, month + 1)
    due = datetime.combine(day, AT, BEIJING)
    key = f"own_ratings:{year}-{month + 1:02}"
    outbox.remind(tx, Reminder(key=key, kind="own_ratings", subject_id=0, due_at=due))


def show(tx: Tx, community: Community, reminder: Reminder, now: datetime) -> None:
    """Everybody with five ratings that stand hears of them; fewer wait for the next month."""
    month = reminder.key.partition(":")[2]
    given_before = now - CHANGEABLE
    for person_id, (count, stars) in rows.not_shown(tx, given_before).items():
        if count < FEWEST:
            tx.add(_happened("own_ratings_few", person_id, now))
            continue
        batch = tx.add(Batch(person_id=person_id, month=month, ratings=count, stars=stars, created_at=now))
        rows.put_into(tx, batch, given_before)
        tx.add(_happened("own_ratings_shown", person_id, now, batch=batch.id))
    if rows.waiting_to_be_shown(tx):
        plan(tx, community, now)


def _happened(kind: str, person_id: int, now: datetime, **data: int) -> Event:
    return Event(kind=kind, at=now, subject="person", subject_id=person_id, data=dict(data))


def shown(tx: Tx, by: Actor, start: datetime, end: datetime) -> tuple[int, int]:
    """How many of their ratings they were shown in [start, end), and the sum of the stars."""
    batches = rows.batches_of(tx, by.id, start, end)
    return sum(one.ratings for one in batches), sum(one.stars for one in batches)
