"""导入名册, 设置 and 月报图 in Chromium: on a wide screen and on a phone, with the keyboard, and by axe."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot import texts
from nlu.understand import Understanding
from tests.conftest import KEY
from tests.web.browsing import CHROMIUM
from tests.web.desk_year import live_through
from tests.web.serving import Server
from tests.web.test_desk_browser import PHONE, SIZES, WIDE, faults, fits, shot
from tests.web.test_desk_settings import first_with_gaps, key_of_top

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's Chromium is not installed"),
]
Open = Callable[..., Page]
GOOD = "编号,姓名,电话,住址,房号\nb-1,高大勇,19911110001,阳光花园3栋2单元,701\nb-2,石小兰,,,\n"
BAD = "编号,姓名,电话,住址\nb-3,=1+1,123,月亮花园\nb-3,乙,,\n"


@pytest.fixture(scope="module")
def lived(
    tmp_path_factory: pytest.TempPathFactory, demo_sqlite: Path, understanding: Understanding
) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("desk2") / "home", demo_sqlite, KEY, understanding)
    server.start()
    live_through(server)
    yield server
    server.stop()
    texts.use({})


@pytest.fixture
def desk(browser: Browser, lived: Server) -> Iterator[Open]:
    """Opens the desk as somebody; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    opened = []

    def open_one(key: str, size: tuple[int, int] = WIDE, script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN", java_script_enabled=script
        )
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
        )
        page.goto(f"{lived.url}/demo/desk/{key}")
        return page

    yield open_one
    for context in opened:
        context.close()
    assert [one for one in complaints if "net::ERR" not in one and "409" not in one] == []


def checked(page: Page, name: str, size: tuple[int, int]) -> list[str]:
    shot(page, f"{name}-{size[0]}")
    return [*([] if fits(page) else [f"{name} sticks out sideways"]), *faults(page)]


def hand_in(page: Page, content: str) -> None:
    page.set_input_files(
        "input[type=file]", {"name": "名册.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    page.locator("main button.primary").press("Enter")


@SIZES
def test_a_roster_is_looked_at_and_written(desk: Open, lived: Server, size: tuple[int, int]) -> None:
    page = desk("sunli", size)
    page.goto(lived.url + "/desk/people/import")
    found = checked(page, "rosters", size)
    hand_in(page, BAD)
    expect(page.locator("[role=alert]")).to_contain_text("处要改")
    found += checked(page, "roster-wrong", size)
    page.get_by_role("link", name="再交一次").click()
    hand_in(page, GOOD.replace("b-", f"b{size[0]}-").replace("1991111", f"199{size[0]:04}"))
    expect(page.get_by_role("button", name="确认写入 2 人")).to_be_visible()
    found += checked(page, "roster-ready", size)
    page.get_by_role("button", name="确认写入 2 人").press("Enter")
    expect(page.locator(".told.good")).to_have_text("已经写入。")
    found += checked(page, "roster-done", size)
    assert found == []


def test_a_roster_without_any_script(desk: Open, lived: Server) -> None:
    page = desk("sunli", PHONE, script=False)
    page.goto(lived.url + "/desk/people/import")
    hand_in(page, GOOD.replace("b-", "c-").replace("1991111", "1992222"))
    expect(page.get_by_role("button", name=re.compile("确认写入"))).to_be_visible()


@SIZES
def test_settings_are_changed_seen_and_put_back(desk: Open, lived: Server, size: tuple[int, int]) -> None:
    page = desk(key_of_top(lived), size)
    page.get_by_role("link", name="设置").click()
    found = checked(page, "settings", size)
    page.goto(lived.url + "/desk/settings/category/repairs")
    page.get_by_label("多久内答复").fill("5wd")
    page.get_by_label("多久内答复").press("Enter")
    expect(page.locator(".told.good")).to_contain_text("改好了")
    found += checked(page, "setting-category", size)
    page.get_by_role("button", name="改回去").first.press("Enter")
    expect(page.locator(".told.good")).to_have_text("已改回去。")
    page.goto(lived.url + "/desk/settings/texts?q=登记")
    found += checked(page, "setting-texts", size)
    page.goto(f"{lived.url}/desk/settings/text/{first_with_gaps()}")
    page.get_by_label("换成").first.fill("少了花括号")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("[role=alert]")).to_contain_text("花括号")
    assert page.get_by_label("换成").first.input_value() == "少了花括号"
    found += checked(page, "setting-text", size)
    assert found == []


@SIZES
def test_the_months_picture_stands_in_the_chat(desk: Open, lived: Server, size: tuple[int, int]) -> None:
    page = desk("sunli", size)
    page.goto(f"{lived.url}/demo/as/sunli")
    page.goto(lived.url + "/desk/figures?period=2026-10")
    found = checked(page, "figures-send", size)
    page.get_by_role("button", name="把月报图发到我的聊天").press("Enter")
    expect(page.locator(".told.good")).to_contain_text("已发到您的聊天里")
    page.goto(lived.url + "/")
    picture = page.locator(".photos img").last
    expect(picture).to_be_visible()
    assert picture.get_attribute("alt") == "数据图，内容和旁边的文字一样"
    page.wait_for_function("() => [...document.querySelectorAll('.photos img')].at(-1).naturalWidth === 1080")
    shot(page, f"month-in-chat-{size[0]}")
    assert found == []
