"""The phone page for everybody: axe in every state, the keyboard alone, a voice that reads, a slow line."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.web.browsing import CONTRAST, IN_CHROMIUM, LIFT, PHONE, SMALL, Phone, photo
from tests.web.conftest import OpenPhone
from tests.web.serving import Server
from tests.web.test_cards_browser import card, plan_dumplings, send_water_notice
from tests.web.test_desk_browser import faults

pytestmark = IN_CHROMIUM
WIDTHS = pytest.mark.parametrize("size", [PHONE, SMALL], ids=["390", "320"])
BUDGET = 150_000  # bytes of the first load, over the wire
LOOKS = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "contrast": {"contrast": "more"},
    "dark-contrast": {"contrast": "more", "color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
}
# No voice is installed here: this one keeps what it was to say, and ends when it is told to.
VOICES = """
  const said = [];
  globalThis.heard = said;
  const synth = {
    getVoices: () => [{ lang: "zh-CN", name: "婷婷" }],
    speak: (one) => { said.push({ text: one.text, lang: one.lang, ended: false }); synth.now = one; },
    cancel: () => { if (said.length) said.at(-1).ended = true; },
    addEventListener: () => {},
  };
  Object.defineProperty(globalThis, "speechSynthesis", { value: synth });
  globalThis.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


def with_voices(phone: Phone) -> Phone:
    phone.context.add_init_script(VOICES)
    phone.page.reload()
    expect(phone.page.locator("#sign")).to_have_attribute("data-state", "online")
    return phone


def rich(phone: Phone, server: Server) -> None:
    """A talk with everything in it: buttons, all kinds of cards, a notice that was read."""
    plan_dumplings(server)
    with_voices(phone)
    phone.go("/demo/as/wang-ayi")
    phone.say("我想要一副老花镜")
    phone.press("同意")
    phone.say(LIFT)
    send_water_notice(server)
    expect(card(phone, "notice")).to_be_visible()
    card(phone, "notice").get_by_role("button", name="收到").click()
    expect(card(phone, "notice").locator(".done")).to_be_visible()
    phone.say("有什么活动")


@pytest.mark.parametrize(
    ("look", "large"),
    [*((look, False) for look in LOOKS), ("light", True), ("forced", True)],
    ids=lambda value: value if isinstance(value, str) else "large" if value else "normal",
)
def test_axe_has_nothing_to_say_about_the_chat(
    open_phone: OpenPhone, server: Server, look: str, large: bool
) -> None:
    phone = open_phone(SMALL if large else PHONE, **LOOKS[look])
    if large:
        phone.page.click("#type")
    wrong = {"empty": faults(phone.page)}
    rich(phone, server)
    name = f"rich-{look}-{'large' if large else 'normal'}"
    phone.shot(name)
    wrong["a talk"] = faults(phone.page)
    assert {state: found for state, found in wrong.items() if found} == {}
    assert phone.page.locator("body").evaluate(CONTRAST) == [] or look == "forced"
    assert phone.fits()
    assert min(phone.sizes("button, select, textarea, .choice", "height")) >= (60 if large else 44)


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_axe_has_nothing_to_say_while_something_is_going_on(open_phone: OpenPhone, large: bool) -> None:
    phone = open_phone(SMALL, permissions=["microphone"])
    if large:
        phone.page.click("#type")
    wrong = {}
    phone.page.click("#more")
    wrong["tray"] = faults(phone.page)
    phone.page.click("#voice")
    expect(phone.page.locator("#strip-text")).to_contain_text("0:01")
    phone.shot(f"recording-320-{'large' if large else 'normal'}")
    wrong["recording"] = faults(phone.page)
    assert phone.fits()
    phone.page.click("#strip-no")
    phone.page.click("#more")
    phone.page.set_input_files("#files", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    expect(phone.page.locator("#previews li")).to_have_count(1)
    wrong["previews"] = faults(phone.page)
    phone.say("楼道灯坏了")
    phone.page.locator(".mine .photo").first.click()
    expect(phone.page.locator("#viewer-image")).to_be_visible()
    wrong["viewer"] = faults(phone.page)
    assert {state: found for state, found in wrong.items() if found} == {}


def tab_to(phone: Phone, wanted: Locator, key: str) -> None:
    for _ in range(40):
        if wanted.evaluate("node => node === document.activeElement"):
            return
        phone.page.keyboard.press(key)
    raise AssertionError("the keyboard does not get there")


def test_a_whole_report_is_made_with_the_keyboard_alone(phone: Phone) -> None:
    keys, words = phone.page.keyboard, phone.page.locator("#words")
    tab_to(phone, words, "Tab")
    keys.type(LIFT)
    keys.press("Enter")
    agree = phone.page.get_by_role("button", name="同意", exact=True)
    expect(agree).to_be_visible()
    tab_to(phone, agree, "Shift+Tab")
    keys.press("Enter")
    expect(phone.theirs).to_have_count(2)
    tab_to(phone, words, "Tab")
    keys.type("阳光花园")
    keys.press("Enter")
    expect(phone.page.locator(".latest .card")).to_be_visible()
    tab_to(phone, phone.page.locator(".latest").get_by_role("button", name="撤回"), "Shift+Tab")
    keys.press("Space")
    expect(phone.theirs).to_have_count(4)


@WIDTHS
@pytest.mark.parametrize("locale", ["zh-CN", "zh-HK", "en-GB"])
def test_a_party_member_and_a_human_are_one_key_away(
    open_phone: OpenPhone, size: tuple[int, int], locale: str
) -> None:
    phone = open_phone(size, locale=locale)
    phone.page.click("#type")
    for n in (1, 3):
        key = phone.page.locator(".quick button").nth(n)
        expect(key).to_be_in_viewport(ratio=1)
        assert key.evaluate("k => k.scrollWidth <= k.clientWidth && k.clientHeight >= 58")
        before = phone.theirs.count()
        key.click()
        expect(phone.theirs).to_have_count(before + 1)
    phone.shot(f"quick-{locale}-{size[0]}")


def test_a_message_is_read_aloud_and_stops_when_pressed_again(phone: Phone) -> None:
    with_voices(phone)
    phone.file_a_case()
    button = phone.page.locator(".message.latest .aloud")
    assert button.bounding_box()["height"] >= 44  # type: ignore[index]
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    (said,) = phone.page.evaluate("heard")
    assert said["lang"] == "zh-CN"
    assert "已登记" in said["text"] and "1 号诉求" in said["text"]
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert phone.page.evaluate("heard.map((one) => one.ended)") == [True]
    first = phone.page.locator(".theirs .aloud").first
    button.click()
    first.click()  # another one: the one before stops
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(first).to_have_attribute("aria-pressed", "true")
    phone.page.evaluate("speechSynthesis.now.onend()")
    expect(first).to_have_attribute("aria-pressed", "false")
    phone.page.click("#type")
    assert min(phone.sizes(".theirs .aloud", "height")) >= 60
    assert len(phone.sizes(".theirs .aloud", "height")) == phone.theirs.count()
    phone.shot("aloud-large")


def test_without_a_voice_of_its_language_nothing_offers_to_read(open_phone: OpenPhone) -> None:
    phone = open_phone()
    phone.say("你好")
    assert phone.sizes(".aloud", "height") == []  # this browser has no voice at all
    phone.context.add_init_script(VOICES.replace("zh-CN", "de-DE"))
    phone.page.reload()
    expect(phone.theirs).to_have_count(1)
    assert phone.sizes(".aloud", "height") == []


def test_the_first_load_is_light_over_the_wire(open_phone: OpenPhone, server: Server) -> None:
    phone = open_phone()
    line = phone.context.new_cdp_session(phone.page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    line.send("Network.setBypassServiceWorker", {"bypass": True})
    taken: list[float] = []
    line.on("Network.loadingFinished", lambda one: taken.append(one["encodedDataLength"]))
    phone.page.goto(server.url + "/")
    expect(phone.page.locator("#sign")).to_have_attribute("data-state", "online")
    phone.page.wait_for_timeout(1_000)
    kept = sum(len(phone.page.request.get(server.url + path).body()) for path in ("/sw.js", "/shell"))
    assert len(taken) > 10
    assert 20_000 < sum(taken) + kept < BUDGET
