"""`python -m tests.faults.ticking URL SECONDS`: a scheduler alone, its clock so many seconds off."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta

from actions import reminders
from storage import community, outbox
from storage.secret import Cipher
from storage.store import Store, Unavailable
from tests.conftest import KEY

PAGE = 20  # reminders in a transaction: small, so that many kills fall into one


def main() -> None:
    store, off = Store(sys.argv[1], Cipher(KEY)), timedelta(seconds=int(sys.argv[2]))
    taken = outbox.due
    reminders.outbox.due = lambda tx, now, limit=PAGE: taken(tx, now, PAGE)  # type: ignore[assignment]
    while True:
        try:
            with store.begin() as tx:
                if not reminders.run_due(tx, lambda: community.load(tx), datetime.now(UTC) + off):
                    time.sleep(0.2)
        except Unavailable:
            time.sleep(0.05)


if __name__ == "__main__":
    main()
