"""议事 at the desk: every step as in chat, seen before it is told, once, and only for one's own units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from domain.proposals import Stage
from nlu.understand import Understanding
from storage.tables import opinions, proposal_wordings, proposals
from tests.conftest import KEY
from tests.web.desk import Desk
from tests.web.desk_year import propose
from tests.web.serving import Server, clock

FORM = {"title": "垃圾桶放哪", "text": "放在东门。", "days": "3", "seats": "person", "turnout": "33"}
FORM |= {"majority": "half"}


@pytest.fixture
def server(tmp_path: Path, demo_sqlite: Path, understanding: Understanding) -> Iterator[Server]:
    one = Server(tmp_path / "home", demo_sqlite, KEY, understanding)
    one.start()
    yield one
    one.stop()


@pytest.fixture
def sunli(server: Server) -> Desk:
    return Desk(server).demo("sunli")


def row(server: Server, key: int):  # type: ignore[no-untyped-def]
    with server.house.store.read() as tx:
        return tx.rows(select(proposals).where(proposals.c.id == key))[0]


def test_a_proposal_is_seen_before_it_is_opened_and_opened_once(server: Server, sunli: Desk) -> None:
    seen = sunli.post("/desk/proposals/open", **FORM)
    assert seen.status_code == 200
    assert "现在算有" in seen.text
    with server.house.store.read() as tx:
        assert tx.rows(select(proposals)) == []
    assert sunli.post("/desk/proposals/open", **FORM, sure="yes").status_code == 303
    assert sunli.post("/desk/proposals/open", **FORM, sure="yes").status_code == 409
    with server.house.store.read() as tx:
        assert [one.title for one in tx.rows(select(proposals))] == ["垃圾桶放哪"]


def test_a_whole_life_at_the_desk(server: Server, sunli: Desk) -> None:
    first, _, _ = propose(server)
    at = f"/desk/proposals/{first}"
    assert sunli.post(f"{at}/amend", text="晚上11点锁门。").status_code == 303
    assert "<del>晚上12点锁门。</del>" in sunli.get("/desk/proposals").text
    assert sunli.post(f"{at}/start", days="3").status_code == 409
    with server.house.store.begin() as tx:
        opinion = tx.rows(select(opinions.c.id))[0][0]
        tx.connection.execute(update(proposals).values(talks_until=clock() - timedelta(minutes=1)))
    shown = sunli.get("/desk/proposals").text
    masked = re.search(r"<textarea name=\"text\" rows=\"2\"[^>]*>([^<]*太晚了)</textarea>", shown)
    assert masked
    assert "302" not in masked[1]
    assert sunli.post(f"{at}/show", opinion=str(opinion), text=masked[1]).status_code == 303
    assert sunli.post(f"{at}/show", opinion=str(opinion), text=masked[1]).status_code == 409
    assert sunli.post(f"{at}/start", days="3").status_code == 303
    assert sunli.post(f"{at}/start", days="3").status_code == 409
    assert sunli.post(f"{at}/withdraw", text="x").status_code == 409
    assert row(server, first).stage == Stage.VOTING


def test_decision_and_result_are_seen_before_they_are_published(server: Server, sunli: Desk) -> None:
    _, counted, decided = propose(server)
    day = f"{clock() + timedelta(days=20):%Y-%m-%d}"
    for path, form, stage in (
        (f"/desk/proposals/{counted}/publish", {"day": day}, Stage.PUBLISHED),
        (f"/desk/proposals/{decided}/finish", {"done": "no", "text": "下面有燃气管"}, Stage.FINISHED),
    ):
        key = counted if stage is Stage.PUBLISHED else decided
        before = row(server, key).stage
        seen = sunli.post(path, **form)
        assert "大家会看到" in seen.text
        assert row(server, key).stage == before
        assert sunli.post(path, **form, sure="yes").status_code == 303
        assert row(server, key).stage == stage
        assert sunli.post(path, **form, sure="yes").status_code == 409
    assert "下面有燃气管" in sunli.get("/desk/proposals").text


def test_without_a_day_or_a_word_nothing_is_published(server: Server, sunli: Desk) -> None:
    _, counted, decided = propose(server)
    assert sunli.post(f"/desk/proposals/{counted}/publish", sure="yes").status_code == 409
    assert sunli.post(f"/desk/proposals/{counted}/publish", day="2020-01-01", sure="yes").status_code == 409
    assert sunli.post(f"/desk/proposals/{decided}/finish", done="yes", sure="yes").status_code == 409
    assert (row(server, counted).stage, row(server, decided).stage) == (Stage.COUNTED, Stage.PUBLISHED)


def test_other_branches_property_and_nonsense_find_nothing(server: Server, sunli: Desk) -> None:
    first, counted, _ = propose(server)
    other, house = Desk(server).demo("guozhiyuan"), Desk(server).demo("fengjie")
    assert house.get("/desk/proposals").status_code == 404
    assert "车棚装门禁" not in other.get("/desk/proposals").text
    for desk in (other, house):
        for deed in ("amend", "withdraw", "start", "publish", "finish", "show"):
            answer = desk.post(f"/desk/proposals/{first}/{deed}", text="x", days="3", sure="yes")
            assert answer.status_code == 404, deed
        assert desk.post("/desk/proposals/open", **FORM, unit="1", sure="yes").status_code == 404
    assert sunli.post(f"/desk/proposals/{counted}/vote", text="x").status_code == 404
    assert sunli.post("/desk/proposals/99/amend", text="x").status_code == 404
    assert sunli.post("/desk/proposals/open", **FORM | {"majority": "x"}, sure="yes").status_code == 404
    with server.house.store.read() as tx:
        assert tx.rows(select(proposal_wordings)) == []
