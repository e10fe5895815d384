"""`python -m tests.faults [trial …]`: the trials in full, or those named; the table comes at the end.

The soak takes the better part of a night and runs only when it is named.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from nlu.corpus import MODEL
from tests import postgres
from tests.faults.broadcast import broadcast
from tests.faults.broken import database_killed, disk_full
from tests.faults.due import due
from tests.faults.figures import Outcome, show
from tests.faults.kills import kills
from tests.faults.order import order
from tests.faults.poison import poison
from tests.faults.repeats import repeats
from tests.faults.rolling import rolling
from tests.faults.rush import rush
from tests.faults.sizes import FULL, Sizes, asked
from tests.faults.soak import soak
from tests.faults.stage import Stage, loaded
from tests.faults.steps import steps
from tests.faults.storm import storm
from tests.telegram.bot_api import Server

TRIALS: dict[str, Callable[[Stage, Sizes], Outcome]] = {
    "polling": partial(kills, kind="polling"),
    "webhook": partial(kills, kind="webhook"),
    "web": partial(kills, kind="web chat"),
    "steps": steps,
    "steps_postgres": partial(steps, on_postgres=True),
    "repeats": repeats,
    "order": order,
    "poison": poison,
    "due": due,
    "storm": storm,
    "rush": rush,
    "rolling": rolling,
    "broadcast": broadcast,
    "disk": disk_full,
    "database": database_killed,
    "soak": soak,
}


def main() -> int:
    """0 when every trial stands."""
    names = sys.argv[1:] or [name for name in TRIALS if name != "soak"]
    outcomes: list[Outcome] = []
    server = Server()
    server.start()
    with tempfile.TemporaryDirectory(prefix="linli-faults-") as folder, postgres.cluster() as cluster:
        stage = Stage(
            folder=Path(folder), template=loaded(Path(folder)), model=MODEL, server=server, cluster=cluster
        )
        for name in names:
            outcomes.append(TRIALS[name](stage, asked(FULL)))
            show(outcomes[-1:])
    server.stop()
    show(outcomes)
    return int(any(outcome.failures for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
