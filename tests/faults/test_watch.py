"""A process that stands still is noticed by the other, and the administrators hear of it in their chat."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import httpx
import pytest

from actions import people as people_actions
from bot.channels.webchat import address_of
from storage import outbox, people
from tests.faults.stage import Stage
from tests.faults.world import World, cookie, wait_until

pytestmark = pytest.mark.xdist_group("faults")
SILENT = 3  # seconds; 90 where nobody says otherwise


def an_administrator(here: World) -> None:
    with here.store.begin() as tx:
        now = datetime.now(UTC)
        found, _, _ = people.arrive(tx, "web", address_of(cookie(1)), "zh_Hans", now)
        person = people.by_key(tx, "gaoyuan")
        assert person is not None
        people.bind(tx, found.id, person.id)
        people_actions.consent(tx, person, now)


def told(here: World) -> str:
    with here.store.read() as tx:
        rows = outbox.mail_since(tx, outbox.find_address(tx, "web", address_of(cookie(1))) or 0, 0)
    return "\n".join(str(row.body["text"]) for row in rows)


def test_a_worker_that_stands_still_is_an_alarm_in_the_administrators_chat(stage: Stage) -> None:
    with stage.world(SILENT_SECONDS=str(SILENT), TELEGRAM_TOKEN="") as here:
        an_administrator(here)
        web, worker = here.linli, here.another()
        web.start(role="web")
        worker.start(role="worker")
        try:
            assert wait_until(lambda: "linli_worker_age_seconds" in figures(web.url), 60)
            assert "# TYPE linli_turn_seconds histogram" in figures(web.url)
            assert "linli_database_up 1.0" in figures(web.url)
            worker.pause()
            began = time.monotonic()
            assert wait_until(lambda: "后台从" in told(here), 60)
            print(f"alarm after {time.monotonic() - began:.1f} s, silence counts from {SILENT} s")
            worker.go_on()
            assert wait_until(lambda: "后台恢复了" in told(here), 60)
            assert told(here).count("后台从") == 1
        finally:
            worker.go_on()
            worker.kill()
            assert web.stop() == 0


def figures(url: str, **headers: str) -> str:
    answer = httpx.get(f"{url}/metrics", headers=headers, trust_env=False, timeout=10)
    return answer.text if answer.status_code == 200 else str(answer.status_code)


def test_figures_are_for_this_machine_or_for_who_has_the_token(stage: Stage) -> None:
    with stage.world(METRICS_TOKEN="t0ken", TELEGRAM_TOKEN="") as here:
        here.linli.start()
        assert figures(here.linli.url) == "404"
        assert figures(here.linli.url, authorization="Bearer other") == "404"
        assert "linli_events_waiting" in figures(here.linli.url, authorization="Bearer t0ken")
        assert here.linli.stop() == 0
