"""Cases, activities, notices and wishes as cards on the phone page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.web.browsing import IN_CHROMIUM, PHONE, SMALL, Phone
from tests.web.conftest import OpenPhone
from tests.web.serving import Server

pytestmark = IN_CHROMIUM
WIDTHS = pytest.mark.parametrize("size", [PHONE, SMALL], ids=["390", "320"])
WATER = "明天上午9点到11点停水检修，请提前储水"


def card(phone: Phone, kind: str) -> Locator:
    return phone.page.locator(f".card[data-kind={kind}]").last


def plan_dumplings(server: Server) -> None:
    """孙丽 announces an afternoon with two places."""
    secretary = server.client()
    secretary.be("sunli")
    for words in ("发活动", "冬至包饺子", "12月5日下午三点", "阳光花园党群服务站", "2"):
        said = secretary.say(words)
    assert "活动已发布" in said["reply"]["text"]


def send_water_notice(server: Server) -> None:
    """孙丽's notice goes out: its minute to think again is over."""
    secretary = server.client()
    secretary.be("sunli")
    for words in ("发通知", WATER, "全部居民和党员", "确认发送"):
        said = secretary.say(words)
    assert "一分钟后" in said["reply"]["text"]
    server.ahead += timedelta(minutes=2)


@WIDTHS
def test_an_activity_is_joined_on_its_card(
    open_phone: OpenPhone, server: Server, size: tuple[int, int]
) -> None:
    plan_dumplings(server)
    phone = open_phone(size)
    phone.go("/demo/as/wang-ayi")
    phone.say("有什么活动")
    shown = card(phone, "activity")
    expect(shown.locator("h3")).to_have_text("冬至包饺子")
    expect(shown.locator("p")).to_have_text(
        ["时间：12月05日15:00", "地点：阳光花园党群服务站", "还剩 2 个名额，共 2 个"]
    )
    expect(phone.page.locator(".latest > .choices")).to_have_count(
        0
    )  # its button stands on it, and nowhere else
    phone.shot(f"activity-{size[0]}")
    assert phone.fits()
    shown.get_by_role("button", name="报名").click()
    phone.press("同意")
    expect(phone.theirs.last).to_contain_text("报上了：冬至包饺子")
    phone.say("有什么活动")
    expect(card(phone, "activity").locator("p").last).to_have_text("您已报名")
    expect(card(phone, "activity").get_by_role("button")).to_have_text("退出：冬至包饺子")


@WIDTHS
def test_a_notice_is_shown_as_read_once_somebody_said_so(
    open_phone: OpenPhone, server: Server, size: tuple[int, int]
) -> None:
    phone = open_phone(size)
    phone.go("/demo/as/wang-ayi")
    phone.say("你好")
    send_water_notice(server)
    shown = card(phone, "notice")
    expect(shown).to_be_visible()
    expect(shown.locator("h3")).to_have_text("阳光花园网格党支部 · 通知")
    expect(shown.locator("p")).to_have_text([WATER])
    expect(phone.page.locator(".bubble", has_text=WATER)).to_have_count(0)
    phone.shot(f"notice-{size[0]}")
    other = phone.context.new_page()  # the same person's second window
    other.goto(server.url + "/")
    expect(other.locator(".card[data-kind=notice]").get_by_role("button", name="收到")).to_be_visible()
    assert phone.fits()
    shown.get_by_role("button", name="收到").click()
    expect(shown.locator(".done")).to_have_text("已收到")
    phone.shot(f"notice-read-{size[0]}")
    expect(other.locator(".card[data-kind=notice] .done")).to_have_text("已收到")
    phone.page.reload()
    expect(shown.locator(".done")).to_have_text("已收到")
    expect(shown.get_by_role("button")).to_have_count(0)
    phone.say("看通知")  # the list is made of the same cards
    expect(card(phone, "notice").locator(".done")).to_be_visible()


def test_a_refused_press_settles_nothing(phone: Phone, server: Server) -> None:
    phone.go("/demo/as/wang-ayi")
    phone.say("你好")
    send_water_notice(server)
    shown = card(phone, "notice")
    expect(shown).to_be_visible()
    forged = server.client()
    answer = forged.post("forged-got-1", pressed="read_notices got=1").json()
    assert "settles" not in answer["reply"]
    expect(shown.get_by_role("button", name="收到")).to_be_visible()


def test_said_twice_it_is_settled_both_times_and_counted_once(phone: Phone, server: Server) -> None:
    phone.go("/demo/as/wang-ayi")
    phone.say("你好")
    send_water_notice(server)
    expect(card(phone, "notice")).to_be_visible()
    telephone = server.client()  # the same person elsewhere
    telephone.be("wang-ayi")
    pressed = [
        telephone.post(f"got-{n}-again", pressed="read_notices got=1").json()["reply"] for n in range(2)
    ]
    assert [one["settles"] for one in pressed] == ["read_notices got=1"] * 2
    assert [one["text"] for one in pressed] == ["好的，已记下您收到了。", "已经记过了，谢谢。"]
    card(phone, "notice").get_by_role("button", name="收到").click()
    expect(card(phone, "notice").locator(".done")).to_be_visible()


def test_a_wish_has_a_card_of_its_own(phone: Phone) -> None:
    phone.go("/demo/as/wang-ayi")
    phone.say("我想要一副老花镜")
    if phone.page.locator(".latest .choice", has_text="同意").count():
        phone.press("同意")
    expect(card(phone, "wish").locator("h3")).to_contain_text("微心愿")
    phone.shot("wish")
