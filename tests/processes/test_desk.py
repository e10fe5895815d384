"""The desk with web and worker as processes of their own: what is set in one holds in the other at once."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from domain.people import RoleKind
from storage import community, people
from tests.processes.conftest import opened
from tests.processes.running import Linli
from tests.web.desk import Desk
from tests.web.serving import Page


def governor(home: Path) -> str:
    """Somebody of the level that covers everybody."""
    now = datetime.now(UTC)
    store = opened(home)
    with store.read() as tx:
        duty = community.load(tx).duty().id
        key = next(
            one.key
            for one in people.everybody_on_the_roster(tx, 500)
            if any(
                role.unit_id == duty and role.kind in (RoleKind.OFFICER, RoleKind.SECRETARY)
                for role in people.roles_of(tx, one.id, now)
            )
        )
    store.close()
    return key or ""


def until(look: Any) -> Any:
    for _ in range(200):
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come")


@pytest.mark.xdist_group("processes")
def test_a_sentence_set_in_the_web_process_is_said_by_the_worker_that_runs(home: Path, model: Path) -> None:
    web, worker = Linli(home, model), Linli(home, model)
    web.start("web")
    worker.start("worker")
    try:
        server: Any = SimpleNamespace(url=web.url)
        chat = Page(web.url)
        chat.be("sunli")
        chat.say("你好")
        desk, top = Desk(server).demo("sunli"), Desk(server).demo(governor(home))

        def told() -> list[str]:
            return [one["text"] for one in chat.messages() if one["files"]]

        desk.post("/desk/figures/send")
        until(lambda: len(told()) == 1)  # the worker has read the community by now
        assert not told()[0].startswith("月报来了")
        path = "/desk/settings/text/notify.report_asked"
        assert top.post(path, seen="0", zh_Hans="月报来了：{words}").status_code == 303
        desk.post("/desk/figures/send")
        until(lambda: len(told()) == 2)
        assert told()[1].startswith("月报来了：阳光花园网格党支部")

        sheet = {"sheet": ("名册.csv", "编号,姓名\np-1,高大勇\n".encode())}
        form = {"csrf": desk.csrf()}
        where = desk.http.post("/desk/people/import", data=form, files=sheet).headers["location"]
        until(lambda: 'name="plan"' in desk.get(where).text)
        hidden = dict(re.findall(r'name="(digest|plan)" value="(\w+)"', desk.get(where).text))
        desk.post(f"{where}/confirm", **hidden)
        until(lambda: "已经写入" in desk.get(where).text)
    finally:
        web.stop()
        worker.stop()
