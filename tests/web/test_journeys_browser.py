"""Whole journeys on the phone page, each with the server restarted in the middle."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from bot import texts
from tests.web.browsing import IN_CHROMIUM, LIFT, PHONE, SMALL, Phone
from tests.web.conftest import OpenPhone
from tests.web.serving import Page, Server

pytestmark = IN_CHROMIUM
PLACE = "阳光花园"
FIXED = "换了新的门锁，可以用了"


def restarted(server: Server) -> None:
    server.stop()
    server.start()


def hears(phone: Phone, words: str) -> Locator:
    """A message that comes by itself."""
    heard = phone.theirs.filter(has_text=words)
    expect(heard.last).to_be_visible()
    return heard.last


def press_on(message: Locator, label: str, phone: Phone) -> None:
    """Presses a button of this message and waits for an answer."""
    before = phone.theirs.count()
    message.get_by_role("button", name=label, exact=True).first.click()
    phone.page.wait_for_function("n => document.querySelectorAll('.message.theirs').length > n", arg=before)


def writes(phone: Phone, words: str, answer: str | re.Pattern[str]) -> None:
    """Writes, and the answer comes, however long the server was away."""
    phone.write(words)
    expect(phone.theirs.last).to_contain_text(answer)


def pressing(page: Page, label: str) -> dict[str, Any]:
    """Presses the newest button of this name as soon as there is one, without a browser."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for message in reversed(page.messages()):
            for button in (one for row in message.get("buttons", ()) for one in row):
                if button["label"] == label:
                    page.count = getattr(page, "count", 0) + 1
                    answer = page.post(f"press-{id(page)}-{page.count}", pressed=button["payload"])
                    return dict(answer.raise_for_status().json())
        time.sleep(0.2)
    raise AssertionError(f"no button [{label}]")


def once(phone: Phone, words: str) -> None:
    """However often the server was away, what was written stands there once."""
    phone.page.reload()
    expect(phone.mine.get_by_text(words, exact=True)).to_have_count(1)


def only_restarts(phone: Phone) -> None:
    expected = ("net::ERR", "503", "Failed to fetch")
    phone.complaints = [one for one in phone.complaints if not any(part in one for part in expected)]


@pytest.mark.parametrize(
    ("lang", "locale", "size"),
    [("zh-CN", "zh_Hans", PHONE), ("zh-HK", "zh_Hant", SMALL), ("en-GB", "en", PHONE)],
)
def test_a_resident_from_the_first_words_to_the_stars(
    open_phone: OpenPhone, server: Server, lang: str, locale: str, size: tuple[int, int]
) -> None:
    def says(key: str, **facts: Any) -> str:
        return texts.say(locale, key, **facts)

    member = server.client()
    member.be("liming")
    member.say("你好")
    phone = open_phone(size, locale=lang)
    phone.say(LIFT)
    phone.press(says("buttons.agree"))
    restarted(server)  # while the question for the place is open
    phone.write(PLACE)
    card = phone.page.locator(".latest .card[data-kind=case]")
    expect(card).to_be_visible()
    expect(card.locator("h3")).to_have_text(says("words.case_title", number=1, kind="issue"))
    assert phone.fits()
    pressing(member, "认领")
    hears(phone, says("notify.case_claimed", number=1, name="李明"))
    restarted(server)  # while somebody is at work
    pressing(member, "办好了")
    member.say(FIXED)
    answer = hears(phone, FIXED)
    phone.shot(f"journey-answer-{locale}")
    press_on(answer, says("buttons.solved"), phone)
    expect(phone.theirs.last).to_contain_text(says("confirm_case.done_rate", number=1))
    phone.page.locator(".latest .choice").first.click()
    expect(phone.theirs.last).to_contain_text("★★★★★")
    phone.shot(f"journey-stars-{locale}")
    assert phone.fits()
    once(phone, LIFT)
    once(phone, PLACE)
    only_restarts(phone)


def test_a_member_from_the_new_task_to_the_answer(open_phone: OpenPhone, server: Server) -> None:
    phone = open_phone(SMALL)
    phone.go("/demo/as/liming")
    phone.say("你好")
    resident = server.client()
    resident.be("wang-ayi")
    resident.say(LIFT)
    pressing(resident, "同意")
    press_on(hears(phone, "电梯"), "认领", phone)
    expect(phone.theirs.last).to_contain_text("交给您了")
    restarted(server)
    writes(phone, "我的任务", "1 号")
    phone.shot("journey-member")
    assert phone.fits()
    press_on(phone.theirs.last, "1 号有进展", phone)
    restarted(server)  # while the question is open
    writes(phone, "师傅已经到了", "1 号")
    writes(phone, "我的任务", "1 号")
    press_on(phone.theirs.last, "1 号办好了", phone)
    writes(phone, FIXED, "答复已发给居民")
    once(phone, FIXED)
    assert FIXED in str(resident.messages())
    writes(phone, "我的任务", "已办结 1 件")
    only_restarts(phone)


def test_a_secretary_from_the_queue_to_the_notice(open_phone: OpenPhone, server: Server) -> None:
    phone = open_phone(PHONE)
    phone.go("/demo/as/sunli")
    phone.say("你好")
    resident, member = server.client(), server.client()
    resident.be("wang-ayi")
    member.be("liming")
    member.say("你好")
    resident.say(LIFT)
    pressing(resident, "同意")
    press_on(hears(phone, "1 号"), "查看", phone)
    expect(phone.theirs.last.locator(".card[data-kind=case]")).to_be_visible()
    phone.shot("journey-secretary")
    press_on(phone.theirs.last, "派给党员", phone)
    restarted(server)  # while the question for the member is open
    writes(phone, "李明", "1 号已派给李明")
    pressing(member, "看详情")
    writes(phone, "发通知", "请写通知内容")
    writes(phone, "明天上午停水", "发给谁")
    restarted(server)
    press_on(phone.theirs.last, "全部居民和党员", phone)
    expect(phone.theirs.last).to_contain_text("通知预览")
    press_on(phone.theirs.last, "确认发送", phone)
    expect(phone.theirs.last).to_contain_text("一分钟后")
    once(phone, "明天上午停水")
    assert phone.fits()
    only_restarts(phone)
