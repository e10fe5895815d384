"""有新消息时提醒我, in Chromium: asked for after a tap, knocked for, shown by the service worker.

Chromium would ask Google's servers for an address: only that one call is replaced, with the address and
keys of a push service on loopback. What it decrypts is handed to the page's true service worker.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.web.browsing import IN_CHROMIUM, PHONE, Phone
from tests.web.push_service import PushService
from tests.web.serving import Server

pytestmark = IN_CHROMIUM
SUBSCRIBE = """(given) => {
  let kept = null;
  const made = { endpoint: given.endpoint, toJSON: () => ({ endpoint: given.endpoint, keys: given }),
    unsubscribe: async () => { kept = null; return true; } };
  PushManager.prototype.getSubscription = async () => kept;
  PushManager.prototype.subscribe = async (how) => {
    if (!how.userVisibleOnly || how.applicationServerKey.length !== 65) throw new TypeError("no key");
    return (kept = made);
  };
}"""


def a_phone(browser: Browser, house: Server, service: PushService | None, **more: str) -> Phone:
    phone = Phone.open(browser, house.url, PHONE, **more)
    if service is not None:
        given = json.dumps(service.browser("phone").subscription())
        phone.context.add_init_script(f"({SUBSCRIBE})({given})")
        phone.go("/demo/as/liming")
    return phone


def tap(phone: Phone) -> None:
    phone.page.click("#more")
    phone.page.click("#remind")


def test_a_shut_page_is_knocked_for_and_comes_forward(
    browser: Browser, house: Server, service: PushService
) -> None:
    phone = a_phone(browser, house, service)
    phone.context.grant_permissions(["notifications"])
    phone.until("navigator.serviceWorker.ready.then((one) => Boolean(one.active))")
    tap(phone)
    expect(phone.page.locator("#banner")).to_contain_text("好了。有新消息")
    phone.page.click("#more")
    expect(phone.page.locator("#remind")).to_have_text("提醒已开，点一下关掉")
    elsewhere = phone.context.new_page()
    devtools = phone.context.new_cdp_session(elsewhere)
    elsewhere.goto(house.url + "/board")
    phone.page.close()
    wang = house.client()
    wang.be("wang-ayi")
    wang.say("阳光花园9栋1单元的楼道灯坏了")
    wang.say("同意")
    elsewhere.wait_for_timeout(1500)
    house.ahead += timedelta(seconds=9)
    (knock,) = service.wait(1)
    registrations: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: registrations.extend(one["registrationId"] for one in told["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    for _ in range(100):
        if registrations:
            break
        elsewhere.wait_for_timeout(100)
    data = json.dumps(knock.says, ensure_ascii=False)
    shown = (
        "navigator.serviceWorker.ready.then((one) => one.getNotifications())"
        ".then((all) => all.map((one) => [one.title, one.body, one.tag]))"
    )
    for turn in range(300):
        if elsewhere.evaluate(shown):
            break
        if turn % 30 == 0:  # the page that was shut may still count as open at first
            devtools.send(
                "ServiceWorker.deliverPushMessage",
                {"origin": house.url, "registrationId": registrations[-1], "data": data},
            )
        elsewhere.wait_for_timeout(100)
    assert elsewhere.evaluate(shown) == [["光明里街道", "有一条新消息。", "linli-new"]]
    phone.context.close()
    assert phone.complaints == []


def test_it_can_be_turned_off_again(browser: Browser, house: Server, service: PushService) -> None:
    phone = a_phone(browser, house, service)
    phone.context.grant_permissions(["notifications"])
    phone.until("navigator.serviceWorker.ready.then((one) => Boolean(one.active))")
    tap(phone)
    expect(phone.page.locator("#banner")).to_contain_text("好了。有新消息")
    tap(phone)
    expect(phone.page.locator("#banner")).to_contain_text("提醒关掉了")
    phone.go("/")
    assert phone.page.request.get(house.url + "/mine.json").json()["pushes"] == []
    phone.context.close()
    assert phone.complaints == []


@pytest.mark.parametrize(
    ("agent", "said"),
    [("Mozilla/5.0 MicroMessenger/8.0", "微信里不能提醒"), ("Mozilla/5.0 Old", "这个浏览器不能提醒")],
)
def test_a_browser_that_cannot_says_so_kindly(browser: Browser, house: Server, agent: str, said: str) -> None:
    phone = a_phone(browser, house, None, user_agent=agent)
    phone.context.add_init_script("delete window.PushManager")
    phone.go("/")
    tap(phone)
    expect(phone.page.locator("#banner")).to_contain_text(said)
    phone.context.close()


def test_a_refused_permission_is_no_end_of_the_world(
    browser: Browser, house: Server, service: PushService
) -> None:
    phone = a_phone(browser, house, service)
    phone.context.add_init_script("Notification.requestPermission = async () => 'denied'")
    phone.go("/")
    tap(phone)
    expect(phone.page.locator("#banner")).to_contain_text("手机没有允许提醒")
    phone.page.click("#more")
    expect(phone.page.locator("#remind")).to_have_text("有新消息时提醒我")
    phone.context.close()
