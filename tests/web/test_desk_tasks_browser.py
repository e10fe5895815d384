"""我的任务, 回访, 评议 and 评星 in Chromium: wide and on a phone, with the keyboard, and by axe."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from nlu.understand import Understanding
from storage import tables as t
from tests.conftest import KEY
from tests.web.browsing import CHROMIUM
from tests.web.desk_tasks import also_member, file, low_stars, unheard, voted, waited
from tests.web.desk_year import live_through
from tests.web.serving import Server
from tests.web.test_desk_browser import SIZES, WIDE, faults, fits, shot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's Chromium is not installed"),
]
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def lived(
    tmp_path_factory: pytest.TempPathFactory, demo_sqlite: Path, understanding: Understanding
) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("desk3") / "home", demo_sqlite, KEY, understanding)
    server.start()
    live_through(server, 90)
    with server.house.store.begin() as tx:
        tx.connection.execute(update(t.ratings).values(stars=5))
    also_member(server, "hejun")
    voted(server, over=True)
    unheard(server, "5栋楼道灯坏了")
    waited(server, low_stars(server, "楼道灯装歪了", words="一闪一闪，看着头晕"))
    yield server
    server.stop()


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


@SIZES
def test_a_case_is_taken_and_handed_over_with_the_keyboard(
    desk: Open, lived: Server, size: tuple[int, int]
) -> None:
    case = file(lived, f"门禁坏了{size[0]}")
    page = desk("sunli", size)
    page.goto(f"{lived.url}/desk?words=门禁坏了{size[0]}")
    page.locator(f'.row[data-case="{case.id}"] .what').press("Enter")
    panel = page.locator("#panel")
    panel.get_by_role("button", name="我来办").press("Enter")
    expect(panel.locator(".told.good")).to_have_text("这一件由您办了。")
    panel.locator("summary", has_text="有进展").press("Enter")
    panel.get_by_label("办到哪一步了").fill("明天换")
    panel.get_by_role("button", name="告诉居民").press("Enter")
    expect(panel.locator(".told.good")).to_have_text("已告诉居民。")
    panel.locator("summary", has_text="转给同事").press("Enter")
    panel.get_by_label("转给哪位同事").select_option(label="何军")
    panel.get_by_role("button", name="转给同事").press("Enter")
    expect(panel.locator(".told.good")).to_contain_text("对方接受前还归您")
    found = checked(page, "panel-taken", size)
    page.close()  # axe leaves marks that a later swap would copy
    other = desk("hejun", size)
    offer = other.locator("form.offer", has_text="门禁坏了")
    expect(offer).to_contain_text("孙丽")
    found += checked(other, "handed", size)
    offer.get_by_role("button", name="我接", exact=True).press("Enter")
    expect(other.locator(".told.good")).to_have_text("由您办了，辛苦！")
    expect(other.locator("article", has_text=f"门禁坏了{size[0]}")).to_be_visible()
    found += checked(other, "mine", size)
    assert found == []


@SIZES
def test_a_door_and_a_return_visit(desk: Open, lived: Server, size: tuple[int, int]) -> None:
    page = desk("sunli", size)
    page.goto(lived.url + "/desk/mine")
    found = checked(page, "free", size)
    page.goto(lived.url + "/desk/visits")
    expect(page.locator(".mark.red")).to_have_text("过了三个工作日")
    found += checked(page, "visits", size)
    page.get_by_role("button", name="我去回访").press("Enter")
    expect(page.locator(".told.good")).to_contain_text("由您去回访")
    page.get_by_role("button", name="显示姓名和门牌").press("Enter")
    expect(page.locator("article")).to_contain_text("王阿姨")
    found += checked(page, "visit-mine", size)
    page.locator("summary", has_text="退回").press("Enter")
    page.get_by_label("理由").fill("换一位去")
    page.get_by_role("button", name="退回").press("Enter")
    expect(page.locator(".told.good")).to_have_text("已退回。")
    assert found == []


@SIZES
def test_appraisals_and_stars_are_seen_before_they_go(
    desk: Open, lived: Server, size: tuple[int, int]
) -> None:
    page = desk("xujing", size)
    page.get_by_role("link", name="评议评星").click()
    found = checked(page, "appraisals", size)
    page.get_by_role("button", name="先看一看").first.press("Enter")
    expect(page.locator(".as-read").first).to_contain_text("评议")
    found += checked(page, "appraisal-preview", size)
    page.goto(lived.url + "/desk/appraisals")
    page.get_by_role("button", name="看一遍再公布").press("Enter")
    expect(page.get_by_role("button", name=re.compile("确认发给"))).to_be_visible()
    found += checked(page, "appraisal-publish", size)
    page.goto(lived.url + "/desk/appraisals/stars")
    found += checked(page, "stars", size)
    page.get_by_role("button", name="看一遍再公布").press("Enter")
    expect(page.locator(".as-read")).not_to_contain_text("颗星")
    found += checked(page, "stars-preview", size)
    assert found == []


@pytest.mark.parametrize("locale", ["zh_Hant", "en"])
def test_other_languages_fit_a_phone(desk: Open, lived: Server, locale: str) -> None:
    page = desk("xujing", (390, 844))
    page.context.add_cookies([{"name": "linli_lang", "value": locale, "url": lived.url}])
    wrong = []
    for path in ("mine", "visits", "appraisals", "appraisals/stars"):
        page.goto(f"{lived.url}/desk/{path}")
        wrong += checked(page, f"{path.replace('/', '-')}-{locale}", (390, 844))
    assert wrong == []


def test_taken_without_any_script(desk: Open, lived: Server) -> None:
    case = file(lived, "门禁又坏了")
    page = desk("sunli", (390, 844), script=False)
    page.goto(f"{lived.url}/desk/case/{case.id}")
    page.get_by_role("button", name="我来办").click()
    expect(page.locator(".told.good").first).to_have_text("这一件由您办了。")
