"""Photos that go with an answer, with progress and with a task that is done, from the desk."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from PIL import Image
from sqlalchemy import select

from bot.channels.webchat import PHOTOS
from domain.case import Case, Status
from nlu.understand import Understanding
from storage import cases as case_rows
from storage.tables import files as file_rows
from tests.conftest import KEY
from tests.web.browsing import photo
from tests.web.desk import Desk
from tests.web.desk_tasks import also_member, file, person_id, task_of
from tests.web.serving import Page, Server
from web.desk.gate import Gate

SMALL = (60, 40)


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, demo_sqlite: Path, understanding: Understanding
) -> Iterator[Server]:
    one = Server(tmp_path_factory.mktemp("photos") / "home", demo_sqlite, KEY, understanding)
    one.start()
    one.client().be("wang-ayi")
    also_member(one, "sunli")
    yield one
    one.stop()


@pytest.fixture
def sunli(server: Server) -> Desk:
    return Desk(server).demo("sunli")


@pytest.fixture
def case(server: Server) -> Case:
    return file(server, "3栋2单元楼道灯不亮")


def send(desk: Desk, path: str, *pictures: bytes, **form: Any) -> httpx.Response:
    told = [("photos", (f"{n}.jpg", one, "image/jpeg")) for n, one in enumerate(pictures)]
    return desk.http.post(path, data={"csrf": desk.csrf(), **form}, files=told)


def heard(page: Page, words: str) -> dict[str, Any]:
    """The message with these words, once it has come."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        for one in page.messages():
            if words in one.get("text", ""):
                return one
        time.sleep(0.05)
    raise AssertionError(f"not told: {words}")


def kept(server: Server, case: Case) -> list[int]:
    with server.house.store.read() as tx:
        return [key for key, _ in case_rows.files_of(tx, case.id)]


def status(server: Server, case: Case) -> Status:
    with server.house.store.read() as tx:
        found = tx.get(Case, case.id)
    assert found
    return found.status


def test_an_answer_with_photos_reaches_the_resident_with_them(server: Server, sunli: Desk) -> None:
    resident = server.client()
    resident.be("wang-ayi")
    case = file(server, "楼道灯换一个吧")
    camera = io.BytesIO()
    told = Image.Exif()
    told[0x010E] = "在书记家拍的"
    Image.new("RGB", SMALL, "#a33").save(camera, "JPEG", exif=told)
    answer = send(
        sunli, f"/desk/case/{case.id}/answer", photo(size=SMALL), camera.getvalue(), text="换好了，看照片"
    )
    assert answer.headers["location"] == f"/desk/case/{case.id}?said=answer"
    assert len(kept(server, case)) == 2
    panel = sunli.get(f"/desk/case/{case.id}").text
    for key in kept(server, case):
        assert f"/desk/file/{key}" in panel
        seen = sunli.get(f"/desk/file/{key}")
        assert (seen.headers["content-type"], "在书记家".encode() in seen.content) == ("image/jpeg", False)
    assert len(heard(resident, "换好了，看照片")["files"]) == 2
    assert Desk(server).demo("guozhiyuan").get(f"/desk/file/{kept(server, case)[0]}").status_code == 404


def test_progress_and_a_task_that_is_done_carry_photos(server: Server, sunli: Desk, case: Case) -> None:
    sunli.post(f"/desk/case/{case.id}/claim")
    assert (
        send(sunli, f"/desk/case/{case.id}/progress", photo(size=SMALL), text="配件到了").status_code == 303
    )
    assert len(kept(server, case)) == 1
    done = send(sunli, f"/desk/task/{task_of(server, case.id)}/finish", photo("#333", SMALL), text="装好了")
    assert done.headers["location"] == "/desk/mine?said=finish"
    assert (len(kept(server, case)), status(server, case)) == (2, Status.ANSWERED)


def test_without_photos_the_form_goes_as_before(server: Server, sunli: Desk, case: Case) -> None:
    empty = [("photos", ("", b"", "application/octet-stream"))]  # what a browser sends when none was chosen
    form = {"csrf": sunli.csrf(), "text": "修好了"}
    assert sunli.http.post(f"/desk/case/{case.id}/answer", data=form, files=empty).status_code == 303
    assert (kept(server, case), status(server, case)) == ([], Status.ANSWERED)


@pytest.mark.parametrize(
    ("pictures", "why"),
    [
        ([b"<svg onload=alert(1)>"], "打不开"),
        ([photo(size=SMALL)] * (PHOTOS + 1), "最多九张"),
        ([b""], "打不开"),
    ],
    ids=["no picture", "too many", "nothing"],
)
def test_a_photo_that_is_not_taken_loses_no_word(
    server: Server, sunli: Desk, case: Case, pictures: list[bytes], why: str
) -> None:
    refused = send(sunli, f"/desk/case/{case.id}/answer", *pictures, text="昨天已经换好了灯管")
    assert refused.status_code == 409
    assert why in refused.text
    assert re.search(r"<textarea[^>]*>昨天已经换好了灯管</textarea>", refused.text)
    assert (kept(server, case), status(server, case)) == ([], Status.OPEN)


def test_a_refusal_keeps_what_was_typed_at_its_own_task_only(server: Server, sunli: Desk, case: Case) -> None:
    other = file(server, "另一盏灯")
    for one in (case, other):
        sunli.post(f"/desk/case/{one.id}/claim")
    refused = send(sunli, f"/desk/task/{task_of(server, case.id)}/finish", b"no picture", text="装好了没问题")
    assert refused.text.count("装好了没问题") == 1
    assert "装好了没问题" not in sunli.get("/desk/mine").text


def test_what_is_too_large_is_said(server: Server, sunli: Desk, case: Case) -> None:
    large = bytes(server.house.settings.max_upload + 1)
    refused = send(sunli, f"/desk/case/{case.id}/answer", large, text="见照片")
    assert (refused.status_code, "太大" in refused.text) == (409, True)
    assert status(server, case) is Status.OPEN


def test_nobody_without_a_session_stores_anything(server: Server, case: Case) -> None:
    stranger = Desk(server)
    stranger.http.cookies.set("linli_desk", "guess")
    told = [("photos", ("1.jpg", photo("#123456", SMALL), "image/jpeg"))]
    form = {"csrf": Gate.csrf(cast(Gate, None), "guess"), "text": "好了"}
    before = sum(1 for one in server.house.files.folder.rglob("*") if one.is_file())
    answer = stranger.http.post(f"/desk/case/{case.id}/answer", data=form, files=told)
    assert answer.headers["location"] == "/desk/in"
    assert sum(1 for one in server.house.files.folder.rglob("*") if one.is_file()) == before


def test_a_second_press_keeps_the_photos_of_the_first(server: Server, sunli: Desk, case: Case) -> None:
    sunli.post(f"/desk/case/{case.id}/claim")
    path = f"/desk/case/{case.id}/progress"
    assert send(sunli, path, photo(size=SMALL), text="在等配件").status_code == 303
    assert send(sunli, path, photo(size=SMALL), text="在等配件").status_code == 409
    with server.house.store.read() as tx:
        mine = file_rows.c.person_id == person_id(server, "sunli")
        assert len(tx.rows(select(file_rows.c.id).where(mine, file_rows.c.case_id == case.id))) == 1
