"""The public board in Chromium: at 320 pixels, in large type, in three languages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import sync_playwright

from domain.proposals import Stage
from tests.conftest import NOW
from tests.web.browsing import CHROMIUM, CONTRAST, FLAGS, photographed
from tests.web.serving import Server
from tests.web.test_board import HOME, closed, filed, proposed, published

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's Chromium is not installed"),
]
VIEWS = [
    ("zh_Hans", "normal", 320),
    ("zh_Hans", "large", 320),
    ("zh_Hant", "large", 390),
    ("en", "normal", 320),
    ("en", "large", 320),
    ("zh_Hans", "normal", 1100),
]


def test_the_board_fits_every_screen_and_is_easy_to_read(server: Server) -> None:
    store = server.house.store
    filed(store, 13)
    filed(store, 31, **closed(created_at=NOW - timedelta(days=70), closed_at=NOW - timedelta(days=65)))
    filed(store, 8, category="noise", place_id=None)
    proposed(store, (21, 9, 6), **published())
    proposed(store, (33, 4, 0), **published(stage=Stage.FINISHED, done=True, result="门禁装好了。"))
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for lang, size, width in VIEWS:
            page = browser.new_page(viewport={"width": width, "height": 700})
            page.on("console", lambda said: complaints.append(said.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(f"{server.url}/board/{HOME}?lang={lang}&type={size}")
            page.locator("summary").click()
            photographed(page, f"board-{lang}-{size}-{width}", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (lang, size, width)
            assert page.evaluate(CONTRAST) == []
            assert page.locator("html").get_attribute("lang") == lang.replace("_", "-")
            links = page.locator("a").evaluate_all("all => all.map((a) => a.getBoundingClientRect().height)")
            assert min(links) >= 24
            page.close()
        browser.close()
    assert complaints == []
