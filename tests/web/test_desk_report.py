"""月报图: a picture in the chat of whoever runs the unit, and in nobody else's."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select, update

from actions import figures
from actions.figures import Period
from bot import pictures
from domain.figures import FEWEST
from nlu.understand import Understanding
from storage import people
from storage.tables import events
from storage.tables import people as people_table
from tests.conftest import KEY
from tests.web.desk import Desk
from tests.web.desk_year import _actor, live_through
from tests.web.serving import Page, Server, clock
from tests.web.test_desk_figures import unit

BRANCH = "阳光花园网格党支部"


@pytest.fixture(scope="module")
def lived(
    tmp_path_factory: pytest.TempPathFactory, demo_sqlite: Path, understanding: Understanding
) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("report") / "home", demo_sqlite, KEY, understanding)
    server.start()
    live_through(server)
    yield server
    server.stop()


def page_of(server: Server, key: str) -> Page:
    page = server.client()
    page.be(key)
    return page


def image(page: Page, message: dict) -> Image.Image:  # type: ignore[type-arg]
    (file,) = message["files"]
    assert file["mime"] == "image/png"
    answer = page.http.get(file["url"])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    return Image.open(io.BytesIO(answer.content))


def latest(page: Page, words: str) -> dict:  # type: ignore[type-arg]
    """The newest message with these words, as soon as it is there."""
    for _ in range(100):
        found = [one for one in page.messages() if not one["mine"] and words in one["text"] and one["files"]]
        if found:
            return found[-1]
        time.sleep(0.05)
    raise AssertionError("no picture came")


def test_the_month_comes_as_a_picture_with_its_words(lived: Server) -> None:
    page = page_of(lived, "sunli")
    page.say("月报图")
    message = latest(page, BRANCH)
    drawn = image(page, message)
    assert drawn.width == 1080
    assert drawn.height > 800
    assert len(set(drawn.convert("RGB").resize((200, 200)).get_flattened_data())) > 20
    with lived.house.store.read() as tx:
        by = _actor(tx, lived, "sunli")
        kinds = figures.categories(tx, by, unit(lived, BRANCH), Period.month_of(clock()))
    assert kinds.told or kinds.others
    for key, count in kinds.told:
        assert count >= FEWEST
        assert f"{by.community.category_name(key, 'zh_Hans')} {count} 件" in message["text"]
    assert "王阿姨" not in message["text"]


def test_the_desks_button_sends_it_to_the_chat_of_who_pressed(lived: Server) -> None:
    page, desk = page_of(lived, "sunli"), Desk(lived).demo("sunli")
    assert "把月报图发到我的聊天" in desk.get("/desk/figures").text
    where = desk.post("/desk/figures/send", period="2026-10").headers["location"]
    assert "月报图已发到您的聊天里" in desk.get(where).text
    message = latest(page, f"{BRANCH} 2026年10月")
    assert image(page, message).width == 1080
    stranger = page_of(lived, "guozhiyuan")
    assert stranger.http.get(message["files"][0]["url"]).status_code == 404
    assert lived.client().http.get(message["files"][0]["url"]).status_code == 404


def test_nobody_gets_the_picture_of_another_branch_or_of_no_month(lived: Server) -> None:
    with lived.house.store.read() as tx:
        before = len(tx.rows(select(events.c.id).where(events.c.kind == "report_asked")))
    desk = Desk(lived).demo("guozhiyuan")
    other = str(unit(lived, BRANCH))
    assert desk.post("/desk/figures/send", unit=other).status_code == 404
    assert desk.post("/desk/figures/send", unit="999999").status_code == 404
    assert desk.post("/desk/figures/send", period="2026").status_code == 404
    assert desk.http.post("/desk/figures/send", data={"csrf": "x"}).status_code == 403
    assert "发到我的聊天" not in desk.get("/desk/figures?period=2026").text
    assert Desk(lived).http.post("/desk/figures/send").status_code == 403
    with lived.house.store.read() as tx:
        after = len(tx.rows(select(events.c.id).where(events.c.kind == "report_asked")))
    assert after == before


@pytest.mark.parametrize(
    ("locale", "words"), [("zh_Hant", "滿意率"), ("en", "Satisfaction")], ids=["zh_Hant", "en"]
)
def test_it_speaks_the_readers_language(lived: Server, locale: str, words: str) -> None:
    with lived.house.store.begin() as tx:
        person = people.by_key(tx, "sunli")
        assert person
        chosen = update(people_table).where(people_table.c.id == person.id)
        tx.connection.execute(chosen.values(locale=locale))
    page = page_of(lived, "sunli")
    page.post(f"picture-{locale}", pressed="month_picture back=0").raise_for_status()
    assert image(page, latest(page, words)).width == 1080
    with lived.house.store.begin() as tx:
        tx.connection.execute(chosen.values(locale="zh_Hans"))


def test_every_character_of_the_sentences_is_in_the_font() -> None:
    """A character that the font lacks would be an empty box: it is drawn as nothing would be."""
    from bot import texts

    said = {char for locale in texts.LOCALES for key, one in texts.sentences(locale).items()
            if key.startswith(("figures.", "words.month")) for char in one}  # fmt: skip
    said |= set("阳光花园网格党支部翠竹雅居秀水苑橘园家园電梯困人故障噪音擾民環境衛生寵物")
    blank = _drawn("\U0001f1ff")
    assert [char for char in sorted(said) if char.strip() and _drawn(char) == blank] == []


def _drawn(text: str) -> bytes:
    import resvg_py

    words = f'<text y="30" font-size="30">{escape(text)}</text>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">{words}</svg>'
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        skip_system_fonts=True,
        font_files=[str(pictures.FONT)],
        font_family="Noto Sans CJK SC",
    )


def test_names_that_look_like_markup_are_text() -> None:
    facts = {
        "unit": "<svg onload=x>&",
        "unit_size": 22,
        "title": "",
        "rates": [],
        "counts": [],
        "heading": "",
    }
    more = {"nothing": "", "bars": [], "foot": [], "height": 400}
    assert Image.open(io.BytesIO(pictures.draw("month", **facts, **more))).size == (1080, 600)
