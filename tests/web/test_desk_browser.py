"""The desk as people use it: in Chromium, on a wide screen and on a phone, with the keyboard, and by axe."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from nlu.understand import Understanding
from tests.conftest import KEY
from tests.web.browsing import CHROMIUM, photographed
from tests.web.desk import pass_of
from tests.web.desk_year import live_through, propose
from tests.web.serving import Server
from tests.web.test_desk_door import digits

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's Chromium is not installed"),
]
WIDE, PHONE = (1280, 860), (390, 844)
SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["1280", "390"])
PAGES = {
    "door": "/desk/in",
    "queue": "/desk",
    "all": "/desk?part=over",
    "new": "/desk/new",
    "figures": "/desk/figures?period=2026",
    "report": "/desk/report?period=2026",
    "notices": "/desk/notices",
    "calendar": "/desk/calendar",
    "proposals": "/desk/proposals",
    "people": "/desk/people",
    "wall": "/wall",
}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
Open = Callable[..., Page]
STAYS = ".row:not(.late) .what"  # what is late may go up a level meanwhile


@pytest.fixture(scope="module")
def lived(
    tmp_path_factory: pytest.TempPathFactory, demo_sqlite: Path, understanding: Understanding
) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("desk") / "home", demo_sqlite, KEY, understanding)
    server.start()
    live_through(server)
    propose(server)
    yield server
    if server.running:
        server.stop()


@pytest.fixture
def desk(browser: Browser, lived: Server) -> Iterator[Open]:
    """Opens the desk as 孙丽; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    opened = []

    def open_one(path: str = "/demo/desk/sunli", size: tuple[int, int] = WIDE, locale: str = "zh-CN") -> Page:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale=locale)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
        )
        page.goto(lived.url + path)
        return page

    yield open_one
    for context in opened:
        context.close()
    assert [one for one in complaints if "net::ERR" not in one and "401" not in one] == []


def shot(page: Page, name: str) -> None:
    photographed(page, f"desk-{name}")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


@SIZES
def test_every_page_fits_and_axe_has_nothing_to_say(desk: Open, lived: Server, size: tuple[int, int]) -> None:
    page = desk(size=size)
    wrong = {}
    for name, path in PAGES.items():
        page.goto(lived.url + path)
        shot(page, f"{name}-{size[0]}")
        sideways = [] if fits(page) else ["it sticks out sideways"]
        wrong[name] = sideways + (
            faults(page) if size == WIDE or name in ("queue", "calendar", "proposals") else []
        )
    page.goto(lived.url + "/desk")
    page.locator(STAYS).first.click()
    expect(page.locator("#panel-title")).to_be_focused()
    shot(page, f"panel-{size[0]}")
    wrong["panel"] = faults(page)
    assert {name: found for name, found in wrong.items() if found} == {}


def test_a_whole_case_with_the_keyboard_alone(desk: Open, lived: Server) -> None:
    chat = lived.client()
    chat.be("sunli")
    resident = lived.client()
    resident.be("li-nainai")
    for words in ("5栋1单元电梯坏了", "同意", "5栋1单元楼道灯不亮"):
        resident.say(words)
    link, _ = pass_of(chat.say("工作台")["reply"])
    page = desk(link)
    expect(page.locator("button[autofocus]")).to_be_focused()  # with the first frame, maybe after the load
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/number")
    expect(page.locator("#number")).to_be_focused()
    page.keyboard.type(digits(chat))
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    page.goto(lived.url + "/desk?words=5栋1单元")  # overdue ones may go up a level at any minute
    expect(page.locator(".row")).to_have_count(2)
    number = page.locator(".row").nth(1).get_attribute("data-case")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#many-count")).to_have_text("已选 1 件")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    while page.evaluate("document.activeElement.id") != "answer-text":
        page.keyboard.press("Tab")
    page.keyboard.type("已经修好了。")
    while page.evaluate("document.activeElement.className") != "choice primary":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#panel .told.good")).to_have_text("答复已发给居民。")
    expect(page.locator(f'.row[data-case="{number}"]')).to_have_count(0)
    expect(page.locator("#many-count")).to_have_text(re.compile("勾选"))
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_empty()


def test_what_is_new_comes_by_itself_and_ticks_stay(desk: Open, lived: Server) -> None:
    page = desk()
    rows = page.locator(".row:not(.late) .tick input")  # as STAYS
    chosen = rows.nth(rows.count() // 2).get_attribute("value")
    tick = page.locator(f'.tick input[value="{chosen}"]')
    tick.check()
    resident = lived.client()
    resident.be("wang-ayi")
    for words in ("3栋2单元门禁坏了进不去", "同意"):
        resident.say(words)
    expect(page.locator(".row", has_text="门禁坏了")).to_be_visible()
    expect(tick).to_be_checked()
    expect(page.locator("#many-count")).to_have_text("已选 1 件")


def test_a_restart_in_the_middle_loses_nothing(desk: Open, lived: Server) -> None:
    page = desk()
    page.locator(STAYS).first.click()
    page.fill("#answer-text", "重启以后再发的答复。")
    lived.stop()
    lived.start()
    page.click("form[action$='/answer'] button.primary")
    expect(page.locator("#panel .told.good")).to_be_visible()
    expect(page.locator(".history p", has_text="重启以后再发的答复。")).to_have_count(1)


def test_a_session_that_ended_leads_to_the_door_at_the_next_press(desk: Open, lived: Server) -> None:
    page = desk()
    if not page.locator(".row .what").count():  # another test has answered what there was
        page.goto(lived.url + "/desk?part=waiting")
    expect(page.locator(".row .what").first).to_be_visible()
    page.context.clear_cookies()
    # whichever: nobody is let in any more, and the queue, which asks every five seconds, may know already
    page.evaluate("document.querySelector('.row .what')?.click()")
    page.wait_for_url("**/desk/in")


@pytest.mark.parametrize(("locale", "said"), [("zh-TW", "登出"), ("en-GB", "Sign out")])
def test_the_desk_speaks_the_language_of_its_reader(
    desk: Open, lived: Server, locale: str, said: str
) -> None:
    page = desk("/desk/in", locale=locale)
    tag = {"zh-TW": "zh_Hant", "en-GB": "en"}[locale]
    assert "Linli" in page.inner_text("h1") or "鄰里" in page.inner_text("h1")
    page.context.add_cookies([{"name": "linli_lang", "value": tag, "url": lived.url}])
    page.goto(lived.url + "/demo/desk/sunli")
    expect(page.locator(".me button")).to_have_text(said)
    assert fits(page)
