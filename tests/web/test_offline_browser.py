"""The phone page without a network: it opens, remembers, keeps what is written and sends it once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.web.browsing import IN_CHROMIUM, LIFT, Phone, photo
from tests.web.conftest import OpenPhone
from tests.web.serving import Server
from web.app import Pages

pytestmark = IN_CHROMIUM
CACHED = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    found[name] = (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname);
  }
  return found;
}"""


def ready(phone: Phone) -> None:
    """The page is kept: from here it opens without a network."""
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.until("async () => (await caches.match('/shell')) !== undefined")


def only_the_network(phone: Phone) -> None:
    """The browser may have said that it could not reach the server; nothing else."""
    expected = ("net::ERR", "503", "Failed to fetch")
    phone.complaints = [one for one in phone.complaints if not any(part in one for part in expected)]


def anew(phone: Phone, path: str = "/") -> Page:
    """The page is closed and opened again, as after a restart of the phone."""
    context: BrowserContext = phone.context
    phone.page.close()
    phone.page = context.new_page()
    phone.page.goto(phone.url + path)
    return phone.page


def test_the_page_opens_without_a_network_and_what_is_written_goes_once(phone: Phone, server: Server) -> None:
    phone.file_a_case()
    ready(phone)
    server.stop()
    anew(phone)
    expect(phone.theirs).to_have_count(3)
    expect(phone.page.locator(".card[data-kind=case] h3")).to_be_visible()
    expect(phone.page.locator("#banner")).to_be_visible()
    phone.shot("opened-offline")
    phone.write("我要反映问题")
    expect(phone.mine.last.locator(".mark")).to_have_attribute("data-state", re.compile("pending|sending"))
    anew(phone)
    expect(phone.mine).to_have_count(4)
    server.start()
    expect(phone.mine.last.locator(".mark")).to_have_attribute("data-state", "sent")
    expect(phone.theirs).to_have_count(4)
    expect(phone.page.locator("#sign")).to_have_attribute("data-state", "online")
    phone.page.reload()
    expect(phone.theirs).to_have_count(4)
    expect(phone.mine.get_by_text("我要反映问题", exact=True)).to_have_count(1)
    only_the_network(phone)


def test_a_stairwells_code_scanned_without_a_network_is_heard_later(phone: Phone, server: Server) -> None:
    phone.say("你好")
    ready(phone)
    server.stop()
    anew(phone, "/q/p_nowhere")
    expect(phone.theirs).to_have_count(1)
    server.start()
    expect(phone.theirs).to_have_count(2)
    assert phone.page.url == phone.url + "/"
    only_the_network(phone)


def test_nothing_personal_is_kept_by_the_service_worker(phone: Phone) -> None:
    phone.file_a_case()
    ready(phone)
    for path in ("/mine", "/board", "/"):
        phone.page.goto(phone.url + path)
    cached = phone.page.evaluate(CACHED)
    assert len(cached) == 1
    (paths,) = cached.values()
    assert [one for one in paths if not one.startswith("/static/")] == ["/shell"]
    shell = phone.page.evaluate("caches.match('/shell').then((one) => one.text())")
    assert '"session": ""' in shell and "阳光花园" not in shell


def test_a_new_version_takes_the_place_of_the_old_one(
    phone: Phone, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(phone)
    (before,) = phone.page.evaluate(CACHED)
    server.stop()
    monkeypatch.setattr(Pages, "_version", lambda self: "another")
    server.start()
    phone.go("/")
    phone.until("async () => (await caches.keys()).join() === 'linli-another'")
    assert before != "linli-another"
    only_the_network(phone)


def test_offline_it_speaks_the_language_and_has_the_type_chosen_last(phone: Phone, server: Server) -> None:
    phone.say("你好")
    ready(phone)
    phone.page.click("#type")
    phone.page.select_option("#language", "en")
    expect(phone.page.locator("html")).to_have_attribute("lang", "en")
    phone.until("async () => (await caches.match('/shell')).headers.get('Content-Language') === 'en'")
    server.stop()
    anew(phone)
    expect(phone.page.locator("html")).to_have_attribute("lang", "en")
    expect(phone.page.locator("html")).to_have_attribute("data-type", "large")
    expect(phone.page.locator("#banner")).to_contain_text("keep trying")
    only_the_network(phone)


def test_the_memory_is_of_one_person_only(phone: Phone, server: Server) -> None:
    phone.go("/demo/as/wang-ayi")
    phone.say("你好")
    phone.page.fill("#words", "王阿姨没写完的话")
    phone.go("/demo/as/liming")
    phone.say("我的任务")
    expect(phone.page.locator("#words")).to_have_value("")
    ready(phone)
    server.stop()
    anew(phone)
    expect(phone.mine).to_have_count(1)
    expect(phone.mine).to_contain_text("我的任务")
    only_the_network(phone)


def test_whoever_is_erased_is_gone_from_the_phone_too(phone: Phone, server: Server) -> None:
    phone.file_a_case()
    ready(phone)
    phone.say("删除我的数据")
    for label in ("看清楚了，继续", "全部删除"):
        phone.press(label)
    phone.page.fill("#words", "")
    server.stop()
    anew(phone)
    expect(phone.page.locator("#banner")).to_be_visible()
    assert LIFT not in phone.page.locator("#log").inner_text()
    only_the_network(phone)


def test_words_begun_outlive_the_page_and_go_with_the_message(phone: Phone, server: Server) -> None:
    phone.page.fill("#words", "楼道里有")
    phone.page.reload()
    expect(phone.page.locator("#words")).to_have_value("楼道里有")
    anew(phone)
    expect(phone.page.locator("#words")).to_have_value("楼道里有")
    ready(phone)
    server.stop()
    anew(phone)
    expect(phone.page.locator("#words")).to_have_value("楼道里有")
    server.start()
    phone.say("楼道里有一股味道")
    phone.page.reload()
    expect(phone.page.locator("#words")).to_have_value("")
    only_the_network(phone)


def test_photos_chosen_outlive_the_page_and_go_with_the_message(phone: Phone) -> None:
    files = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": photo()} for n in range(2)]
    phone.page.set_input_files("#files", files)
    expect(phone.page.locator("#previews li")).to_have_count(2)
    anew(phone)
    expect(phone.page.locator("#previews li")).to_have_count(2)
    phone.page.locator("#previews button").first.click()
    anew(phone)
    expect(phone.page.locator("#previews li")).to_have_count(1)
    phone.say("楼道灯坏了")
    expect(phone.mine.locator(".photo img")).to_have_count(1)
    phone.page.reload()
    expect(phone.theirs).to_have_count(1)
    expect(phone.page.locator("#previews li")).to_have_count(0)


def test_without_a_database_in_the_browser_the_page_works_as_before(open_phone: OpenPhone) -> None:
    phone = open_phone()
    phone.context.add_init_script(
        "Object.defineProperty(window, 'indexedDB', {get() { throw new Error('no'); }})"
    )
    phone.page.reload()
    phone.say("你好")
    expect(phone.mine.last.locator(".mark")).to_have_attribute("data-state", "sent")
