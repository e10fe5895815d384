"""How large each trial is: small in the suite, full in `make faults`; LINLI_FAULTS_<NAME> sets one figure."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Counts; times in seconds."""

    updates: int  # messages in the trial of kills, at each of the three doors
    kills: int  # at each door
    placed: int  # of these, so many at a placed point
    repeated: int  # updates that come one to five times
    taps: int  # taps sent again under a new number
    races: int  # two people, one task
    due: int  # reminders that come due
    due_kills: int
    storm: int  # people who report in one storm
    storm_seconds: int
    members: int  # who tap for ten places
    rush_seconds: int
    recipients: int  # of one notice
    broadcast_kills: int
    pace: int  # what Telegram allows a second, five of them kept for answers
    broken: int  # messages while the disk is full or the database dead
    rolled: int  # messages during a rolling restart
    rounds: int  # how often every process is replaced
    good: int  # messages among which are
    bad: int  # that are garbled or break the turn
    talkers: int  # people who say twenty things each to three processes
    stories: int  # of which every step is killed
    soak: int  # messages to one process while its memory is looked at


SMALL = Sizes(
    updates=30, kills=2, placed=1, repeated=30, taps=8, races=8, due=100, due_kills=2,
    storm=60, storm_seconds=6, members=40, rush_seconds=2,
    broken=45, rolled=60, rounds=1, recipients=150, broadcast_kills=2, pace=1000,
    good=60, bad=20, talkers=12, stories=4, soak=2000,
)  # fmt: skip
FULL = Sizes(
    updates=6667, kills=67, placed=14, repeated=5000, taps=1000, races=1000, due=10_000, due_kills=100,
    storm=5000, storm_seconds=60, members=1485, rush_seconds=60,
    broken=600, rolled=4000, rounds=10, recipients=35_400, broadcast_kills=20, pace=30,
    good=10_000, bad=1000, talkers=500, stories=1000, soak=1_000_000,
)  # fmt: skip


def asked(sizes: Sizes) -> Sizes:
    """These sizes, with what the environment says instead."""
    told = {
        field.name: int(os.environ[name])
        for field in fields(Sizes)
        if (name := f"LINLI_FAULTS_{field.name.upper()}") in os.environ
    }
    return replace(sizes, **told)
