"""The page as people use it: in Chromium, at the widths of phones, against a running server."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy.exc import OperationalError

from storage import outbox
from storage.tables import addresses
from tests.conftest import NOW
from tests.hearing.prepared import Prepared
from tests.web.browsing import CONTRAST, IN_CHROMIUM, LIFT, PHONE, SMALL, Phone, photo
from tests.web.conftest import OpenPhone
from tests.web.serving import Server

pytestmark = IN_CHROMIUM


def no_posts(route: Route) -> None:
    """A network that lets nothing out."""
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def offline(phone: Phone) -> None:
    """From here the browser may say that it could not reach the server; nothing else."""
    phone.complaints = [one for one in phone.complaints if "net::ERR" not in one and "503" not in one]


@pytest.mark.parametrize("size", [PHONE, SMALL], ids=["390", "320"])
def test_a_resident_reports_and_sees_the_case(open_phone: OpenPhone, size: tuple[int, int]) -> None:
    phone = open_phone(size)
    phone.shot(f"welcome-{size[0]}")
    phone.file_a_case()
    phone.shot(f"case-{size[0]}")
    assert phone.fits()
    expect(phone.page.locator(".mine .mark[data-state=sent]")).to_have_count(3)
    phone.page.reload()
    expect(phone.theirs).to_have_count(3)
    expect(phone.mine).to_have_text([re.compile(LIFT), re.compile("同意"), re.compile("阳光花园")])


def test_one_hears_what_a_neighbour_does_without_asking(open_phone: OpenPhone) -> None:
    resident, member = open_phone(), open_phone()
    member.go("/demo/as/liming")
    member.say("你好")
    resident.go("/demo/as/wang-ayi")
    resident.say(LIFT)
    if resident.page.locator(".latest .choice", has_text="同意").count():
        resident.press("同意")
    task = member.page.locator(".message.theirs", has_text="电梯").last
    expect(task).to_be_visible()
    member.shot("member-task")
    before = resident.theirs.count()
    task.get_by_role("button").first.click()
    expect(resident.theirs).to_have_count(before + 1)
    resident.shot("resident-hears")


def test_what_was_written_while_the_server_was_away_arrives_once(phone: Phone, server: Server) -> None:
    phone.say("你好")
    server.stop()
    phone.write(LIFT)
    expect(phone.mine.last.locator(".mark")).to_have_attribute("data-state", re.compile("pending|sending"))
    expect(phone.page.locator("#banner")).to_be_visible()
    phone.shot("offline")
    server.start()
    expect(phone.mine.last.locator(".mark")).to_have_attribute("data-state", "sent")
    expect(phone.theirs).to_have_count(2)
    expect(phone.page.locator("#sign")).to_have_attribute("data-state", "online")
    phone.page.reload()
    expect(phone.theirs).to_have_count(2)
    expect(phone.mine.get_by_text(LIFT, exact=True)).to_have_count(1)
    offline(phone)


def test_an_unsent_message_outlives_the_page(phone: Phone, server: Server) -> None:
    phone.say("你好")
    phone.context.route(
        "**/api/messages",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    phone.write(LIFT)
    expect(phone.mine.last.locator(".mark")).to_have_attribute("data-state", "pending")
    phone.page.reload()
    expect(phone.mine).to_have_count(2)
    phone.context.unroute("**/api/messages")
    expect(phone.mine.last.locator(".mark")).to_have_attribute("data-state", "sent")
    expect(phone.theirs).to_have_count(2)
    offline(phone)


def test_when_nothing_was_saved_the_page_says_so_and_sends_again(
    phone: Phone, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise OperationalError("insert", {}, Exception("disk full"))

    phone.say("你好")
    with monkeypatch.context() as broken:
        broken.setattr(server.house.conversation, "receive", down)
        phone.write(LIFT)
        expect(phone.mine.last.locator(".mark")).to_contain_text("没有保存")
        phone.shot("not-saved")
    expect(phone.mine.last.locator(".mark")).to_have_attribute("data-state", "sent")
    expect(phone.mine.get_by_text(LIFT, exact=True)).to_have_count(1)
    offline(phone)


def test_photos_are_made_smaller_shown_and_kept(phone: Phone) -> None:
    files = [
        {"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": photo(color)}
        for n, color in enumerate(("#5b8", "#b85", "#58b"))
    ]
    phone.page.click("#more")
    phone.page.set_input_files("#files", files)
    expect(phone.page.locator("#previews li")).to_have_count(3)
    phone.page.locator("#previews button").first.click()
    expect(phone.page.locator("#previews li")).to_have_count(2)
    phone.shot("photos-preview")
    phone.say("楼道灯坏了")
    phone.page.reload()
    pictures = phone.page.locator(".mine .photo img")
    expect(pictures).to_have_count(2)
    assert pictures.first.evaluate("i => i.decode().then(() => i.naturalWidth)") == 1600
    pictures.first.click()
    expect(phone.page.locator("#viewer-image")).to_be_visible()
    phone.page.keyboard.press("Escape")
    phone.shot("photos-sent")


def test_a_position_is_asked_for_only_when_pressed(open_phone: OpenPhone) -> None:
    phone = open_phone(geolocation={"latitude": 22.75, "longitude": 113.93}, permissions=["geolocation"])
    phone.say("你好")
    phone.page.click("#more")
    phone.page.click("#place")
    expect(phone.page.locator("#strip")).to_be_visible()
    phone.shot("place")
    phone.page.click("#strip-yes")
    expect(phone.theirs).to_have_count(2)


def test_a_voice_message_is_recorded_and_sent(open_phone: OpenPhone) -> None:
    phone = open_phone(permissions=["microphone"])
    phone.page.click("#more")
    phone.page.click("#voice")
    expect(phone.page.locator("#strip-text")).to_contain_text("0:01")
    phone.shot("voice")
    phone.page.click("#strip-yes")
    expect(phone.theirs).to_have_count(1)
    phone.page.reload()
    expect(phone.page.locator(".mine audio")).to_have_count(1)


def test_what_was_heard_comes_by_itself_and_is_confirmed_with_a_tap(
    open_phone: OpenPhone, server: Server
) -> None:
    server.house.ear.transcriber = Prepared(otherwise="楼道灯坏了")
    server.house.conversation.hears = True
    phone = open_phone(permissions=["microphone"])
    phone.page.click("#more")
    phone.page.click("#voice")
    expect(phone.page.locator("#strip-text")).to_contain_text("0:01")
    phone.page.click("#strip-yes")
    expect(phone.theirs.nth(1)).to_contain_text("我听到的是：“楼道灯坏了”")
    phone.shot("voice-echo")
    phone.page.get_by_role("button", name="对", exact=True).click()
    expect(phone.theirs).to_have_count(3)


@pytest.mark.parametrize("size", [PHONE, SMALL], ids=["390", "320"])
def test_large_type_is_large_and_stays(open_phone: OpenPhone, size: tuple[int, int]) -> None:
    phone = open_phone(size)
    controls = "button, select, textarea, .choice"
    assert min(phone.sizes(controls, "height")) >= 44
    phone.page.click("#type")
    phone.page.reload()
    phone.shot(f"large-welcome-{size[0]}")
    phone.file_a_case()
    phone.page.click("#more")
    assert min(phone.sizes(controls, "height")) >= 60
    assert min(phone.sizes("h1, h2, h3, p, button, select, textarea, .bubble, .mark", "fontSize")) >= 24
    assert phone.fits()
    phone.page.click("#more")
    phone.shot(f"large-case-{size[0]}")


def test_everything_can_be_done_with_the_keyboard(phone: Phone) -> None:
    phone.page.focus("#words")
    phone.page.keyboard.type(LIFT)
    phone.page.keyboard.press("Enter")
    agree = phone.page.get_by_role("button", name="同意", exact=True)
    expect(agree).to_be_visible()
    for _ in range(30):
        phone.page.keyboard.press("Shift+Tab")
        if agree.evaluate("node => node === document.activeElement"):
            break
    assert agree.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    phone.page.keyboard.press("Enter")
    expect(phone.theirs).to_have_count(2)


def test_a_screen_reader_hears_new_messages(phone: Phone) -> None:
    log = phone.page.get_by_role("log", name="对话")
    expect(log).to_have_attribute("aria-live", "polite")
    phone.say("你好")
    expect(log.locator("article")).to_have_count(2)
    nameless = phone.page.locator("button, input, select, textarea, img").evaluate_all(
        "nodes => nodes.filter(n => n.offsetParent && !(n.getAttribute('aria-label') || n.textContent.trim()"
        " || n.labels?.length || n.alt !== undefined)).map(n => n.outerHTML)"
    )
    assert nameless == []


def test_hostile_words_are_shown_as_words(phone: Phone) -> None:
    said = "<script>document.title='x'</script><img src=x onerror=alert(1)>"
    phone.say(said)
    expect(phone.page.get_by_text(said, exact=True)).to_be_visible()
    assert phone.page.title() == "邻里"
    assert phone.page.locator(".log img, .log script").count() == 0


def test_a_stairwells_code_greets_once(phone: Phone) -> None:
    phone.page.goto(phone.url + "/q/p_nowhere")
    expect(phone.theirs).to_have_count(1)
    assert phone.page.url == phone.url + "/"
    phone.page.reload()
    expect(phone.theirs).to_have_count(1)


def test_earlier_messages_come_when_scrolling_up(phone: Phone, server: Server) -> None:
    phone.say("你好")
    with server.house.store.begin() as tx:
        address_id = tx.rows(addresses.select())[-1].id
        for n in range(118):
            outbox.post(tx, address_id, mine=False, body={"text": f"第{n}条"}, now=NOW)
    phone.page.reload()
    expect(phone.theirs).to_have_count(50)
    for _ in range(100):
        if phone.page.locator(".message").count() >= 120:
            break
        phone.page.mouse.move(195, 400)
        phone.page.mouse.wheel(0, -6000)
        phone.page.wait_for_timeout(100)
    expect(phone.page.locator(".message")).to_have_count(120)
    numbers = phone.page.locator(".message").evaluate_all("nodes => nodes.map(n => Number(n.dataset.id))")
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize(("lang", "words"), [("zh-TW", "您好，我是鄰里"), ("en-GB", "Hello, this is Linli")])
def test_other_languages_have_their_own_page(open_phone: OpenPhone, lang: str, words: str) -> None:
    phone = open_phone(SMALL, locale=lang)
    expect(phone.page.get_by_role("heading", name=words)).to_be_visible()
    phone.shot(f"welcome-{lang}")
    assert phone.fits()
    phone.page.locator(".quick button").last.click()
    expect(phone.theirs).to_have_count(1)
    phone.page.reload()
    expect(phone.mine).to_have_count(1)
    phone.page.select_option("#language", "zh_Hans")
    expect(phone.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(phone.theirs.last).to_contain_text("好的，以后用简体中文")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_contrast_is_enough_to_read(open_phone: OpenPhone, scheme: str, large: bool) -> None:
    phone = open_phone(color_scheme=scheme)
    if large:
        phone.page.click("#type")
    phone.file_a_case()
    phone.shot(f"contrast-{scheme}-{'large' if large else 'normal'}")
    assert phone.page.locator("body").evaluate(CONTRAST) == []
