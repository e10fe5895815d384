"""A message knocks at a browser whose page is shut: once, in few words, as its service allows."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from actions.pushes import knock
from bot import pushes
from domain.calendar import BEIJING
from domain.events import Delivery
from domain.notices import Notice
from domain.pushes import GRACE, MOST, Knock, Subscription
from storage import people
from storage import pushes as rows
from storage.tables import addresses, knocks, meta, subscriptions
from tests.web.conftest import NewServer
from tests.web.push_service import Browser, PushService
from tests.web.serving import Page, Server

LIGHT = "阳光花园9栋1单元的楼道灯坏了"
LATER = timedelta(seconds=9)


def somebody(server: Server, key: str) -> Page:
    page = server.client()
    page.be(key)
    return page


def ask(page: Page, browser: Browser, **more: str) -> int:
    sent = {"x-linli": "1"}
    return page.http.post("/api/push", json=browser.subscription() | more, headers=sent).status_code


def report(server: Server, text: str = LIGHT) -> None:
    """A resident reports; 李明 hears of a new task."""
    wang = somebody(server, "wang-ayi")
    wang.say(text)
    wang.say("同意")


def states(server: Server) -> list[str]:
    with server.house.store.read() as tx:
        return [str(row.state) for row in tx.rows(select(knocks.c.state).order_by(knocks.c.id))]


def until(server: Server, wanted: list[str], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while states(server) != wanted and time.monotonic() < end:
        time.sleep(0.05)
    assert states(server) == wanted


def tries(server: Server) -> list[tuple[int, str, str]]:
    with server.house.store.read() as tx:
        found = select(knocks.c.attempts, knocks.c.state, knocks.c.answer).order_by(knocks.c.id)
        return [(row.attempts, str(row.state), row.answer) for row in tx.rows(found)]


def queued(server: Server, number: int = 1) -> None:
    until(server, ["queued"] * number)


def test_a_message_knocks_once_in_words_for_a_locked_screen(house: Server, service: PushService) -> None:
    liming, phone = somebody(house, "liming"), service.browser("phone")
    assert ask(liming, phone) == 200
    assert ask(liming, phone) == 200  # twice is once
    report(house)
    queued(house)
    house.ahead += LATER
    (knock,) = service.wait(1)
    assert knock.says == {"title": "光明里街道", "body": "有一条新消息。", "tag": "linli-new"}
    assert "灯" not in str(knock.says)
    assert knock.headers["urgency"] == "normal"
    assert knock.headers["topic"] == "linli-new"
    assert 0 < int(knock.headers["ttl"]) <= 13 * 3600  # not into the night
    assert knock.claims["sub"].startswith("mailto:")
    until(house, ["sent"])
    time.sleep(2.5)
    assert len(service.got) == 1
    with house.house.store.read() as tx:
        assert tx.rows(select(subscriptions.c.ok_at))[0][0] is not None
        stored = tx.rows(select(subscriptions.c.endpoint, subscriptions.c.auth))[0]
        assert "127.0.0.1" not in stored[0]  # encrypted
        assert tx.rows(select(meta.c.value).where(meta.c.key == "vapid"))[0][0].startswith("gAAAA")


def test_danger_is_urgent_and_says_no_more(house: Server, service: PushService) -> None:
    sunli, phone = somebody(house, "sunli"), service.browser("phone")
    ask(sunli, phone)
    report(house, "阳光花园3栋着火了")
    end = time.monotonic() + 10
    while not states(house) and time.monotonic() < end:
        time.sleep(0.05)
    house.ahead += LATER
    knock = service.wait(1)[0]
    assert knock.headers["urgency"] == "high"
    assert knock.says["body"] == "有一件紧急的事，请马上看。"


def test_what_an_open_page_has_shown_does_not_knock(house: Server, service: PushService) -> None:
    liming = somebody(house, "liming")
    ask(liming, service.browser("phone"))
    report(house)
    queued(house)
    newest = liming.messages()[-1]["id"]
    liming.messages(after=newest)  # the page has it
    house.ahead += LATER
    until(house, ["seen"])
    assert service.tried == 0


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(house: Server, service: PushService, status: int) -> None:
    service.answers = [(status, {})]
    ask(somebody(house, "liming"), service.browser("phone"))
    report(house)
    queued(house)
    house.ahead += LATER
    until(house, [])
    with house.house.store.read() as tx:
        assert not tx.rows(select(subscriptions.c.id))


def test_a_busy_service_is_asked_again_when_it_says(house: Server, service: PushService) -> None:
    service.answers = [(429, {"retry-after": "90"}), (503, {}), (201, {})]
    ask(somebody(house, "liming"), service.browser("phone"))
    report(house)
    queued(house)
    house.ahead += LATER
    tried(service, 1)
    queued(house)
    house.ahead += timedelta(seconds=60)
    time.sleep(2.5)
    assert service.tried == 1  # not before its time
    house.ahead += timedelta(seconds=35)
    tried(service, 2)
    queued(house)
    house.ahead += timedelta(seconds=40)
    service.wait(1)
    until(house, ["sent"])


def tried(service: PushService, number: int) -> None:
    end = time.monotonic() + 15
    while service.tried < number and time.monotonic() < end:
        time.sleep(0.05)
    assert service.tried == number


def test_a_service_that_refuses_is_not_asked_again(house: Server, service: PushService) -> None:
    service.answers = [(403, {})]
    ask(somebody(house, "liming"), service.browser("phone"))
    report(house)
    queued(house)
    house.ahead += LATER
    until(house, ["dead"])


def test_a_dead_sender_is_followed_once(new_server: NewServer, service: PushService) -> None:
    """No process sends here by itself: two senders take turns by hand."""
    server = new_server(push_loopback=True)
    server.house.knocker.clock = lambda: server.clock() - timedelta(days=1)  # its own loop finds nothing
    ask(somebody(server, "liming"), service.browser("phone"))
    report(server)
    queued(server)
    store, now = server.house.store, server.clock() + LATER
    with store.begin() as tx:
        assert len(rows.lease(tx, now, 20)) == 1  # and dies
    with store.begin() as tx:
        assert rows.lease(tx, now, 20) == []  # nobody else takes it meanwhile
    later = now + timedelta(seconds=61)
    with store.begin() as tx:
        ((one, _, _),) = rows.lease(tx, later, 20)
        assert one.attempts == 2
    with store.begin() as tx:
        assert rows.lease(tx, later + timedelta(seconds=61), 20) == []
    assert states(server) == ["unknown"]


def test_quiet_hours_hold_what_is_no_danger(new_server: NewServer, service: PushService) -> None:
    server = new_server(push_loopback=True)
    ask(somebody(server, "liming"), service.browser("phone"))
    report(server)
    queued(server)
    service.answers = [(429, {"retry-after": "46800"})]  # 22:00
    server.ahead += LATER
    tried(service, 1)
    queued(server)
    with server.house.store.read() as tx:
        (one,) = tx.all(Knock)
    assert (one.due_at + timedelta(hours=8)).strftime("%H:%M") == "07:30"


def test_a_notice_of_safety_says_its_words_and_knocks_at_night(house: Server, service: PushService) -> None:
    liming = somebody(house, "liming")
    ask(liming, service.browser("phone"))
    with house.house.store.begin() as tx:
        (address,) = tx.rows(select(subscriptions.c.address_id))[0]
        by = people.by_key(tx, "sunli")
        assert by is not None
        unit = people.roles_of(tx, by.id, house.clock())[0].unit_id
        told = {"unit_id": unit, "author_id": by.id, "audience": "all", "created_at": house.clock()}
        gas = tx.add(Notice(text="煤气泄漏，请马上出来", safety=True, **told))
        party = tx.add(Notice(text="周六包饺子", **told))
        night = house.clock().astimezone(BEIJING).replace(hour=23)
        calendar = house.house.conversation.community(tx).calendar
        for letter, notice in enumerate((gas, party), 1000):
            sent = Delivery(key=str(letter), kind="notice", lane="bulk", notice_id=notice.id, due_at=night)
            knock(tx, calendar, sent, address, letter, night)
        loud, quiet = tx.all(Knock)
        assert loud.urgent
        assert loud.due_at - night == GRACE
        assert (quiet.due_at + timedelta(hours=8)).strftime("%H:%M") == "07:30"
    house.ahead += night - house.clock() + LATER
    assert service.wait(1)[0].says["body"] == "煤气泄漏，请马上出来"
    assert service.got[0].headers["urgency"] == "high"


# -- whose browser it is ---------------------------------------------------------------------------
def test_another_persons_browser_moves_and_only_ones_own_is_dropped(
    house: Server, service: PushService
) -> None:
    phone, sent = service.browser("phone"), {"x-linli": "1"}
    liming, wang = somebody(house, "liming"), somebody(house, "wang-ayi")
    ask(liming, phone)
    assert ask(wang, phone) == 200
    liming.http.post("/api/push/off", json={"endpoint": phone.endpoint}, headers=sent)
    with house.house.store.read() as tx:
        (address,) = tx.rows(select(subscriptions.c.address_id))[0]
        owner = tx.rows(select(addresses.c.person_id).where(addresses.c.id == address))[0][0]
        key = people.by_key(tx, "wang-ayi")
        assert key is not None
        assert owner == key.id
    report(house)
    time.sleep(1)
    assert states(house) == []  # nobody knocks for 李明 any more
    wang.http.post("/api/push/off", json={"endpoint": phone.endpoint}, headers=sent)
    with house.house.store.read() as tx:
        assert not tx.rows(select(subscriptions.c.id))


def test_the_browsers_stand_in_ones_data_and_can_all_be_stopped(house: Server, service: PushService) -> None:
    liming, tablet = somebody(house, "liming"), somebody(house, "liming")
    ask(liming, service.browser("phone"))
    ask(tablet, service.browser("tablet"))
    mine = liming.http.get("/mine.json").json()
    assert [one["service"] for one in mine["pushes"]] == ["127.0.0.1", "127.0.0.1"]
    assert service.browsers["phone"].public not in str(mine)
    assert "会收到提醒的手机" in liming.http.get("/mine").text
    assert liming.say("关闭提醒")["reply"]["text"].startswith("关掉了，2 部")
    assert liming.http.get("/mine.json").json()["pushes"] == []


def test_an_erased_or_bound_address_is_not_knocked_for(house: Server, service: PushService) -> None:
    liming = somebody(house, "wang-ayi")
    ask(liming, service.browser("phone"))
    with house.house.store.begin() as tx:
        (address,) = tx.rows(select(subscriptions.c.address_id))[0]
        other = people.by_key(tx, "liming")
        assert other is not None
        people.bind(tx, address, other.id)
        assert not tx.rows(select(subscriptions.c.id))
    ask(liming, service.browser("again"))
    me = somebody(house, "wang-ayi")
    ask(me, service.browser("mine"))
    for words in ("删除我的数据", "看清楚了，继续", "全部删除"):
        me.say(words)
    with house.house.store.read() as tx:
        left = [one.endpoint.rsplit("/", 1)[1] for one in tx.all(Subscription)]
    assert left == ["again"]


def test_the_oldest_of_too_many_browsers_give_way(house: Server, service: PushService) -> None:
    with house.house.store.begin() as tx:
        liming = people.by_key(tx, "liming")
        assert liming is not None
        address, _, _ = people.arrive(tx, "web", "a" * 64, "zh_Hans", house.clock())
        people.bind(tx, address.id, liming.id)
        for n in range(MOST + 3):
            at = house.clock() + timedelta(seconds=n)
            rows.subscribe(tx, address.id, f"https://push.example/{n}", "key", "auth", at)
        kept = [one.endpoint.rsplit("/", 1)[1] for one in rows.of_person(tx, liming.id)]
    assert kept == [str(n) for n in range(MOST + 2, 2, -1)]


# -- what is no browser ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:9/x",
        "https://127.0.0.1/x",
        "https://10.0.0.8/x",
        "https://169.254.169.254/latest",
        "https://[::1]/x",
        "https://user:word@8.8.8.8/x",
        "ftp://8.8.8.8/x",
        "https://8.8.8.8/" + "x" * 1000,
        "",
    ],
)
def test_an_address_inside_is_refused(server: Server, service: PushService, endpoint: str) -> None:
    liming = somebody(server, "liming")
    assert ask(liming, service.browser("phone"), endpoint=endpoint) == 400


@pytest.mark.parametrize("wrong", [{"p256dh": "AAAA"}, {"auth": "AAAA"}, {"auth": "@@"}, {"p256dh": ""}])
def test_keys_that_are_none_are_refused(house: Server, service: PushService, wrong: dict[str, str]) -> None:
    assert ask(somebody(house, "liming"), service.browser("phone"), **wrong) == 400


def test_other_sites_strangers_and_hurry_are_turned_away(house: Server, service: PushService) -> None:
    phone, liming = service.browser("phone"), somebody(house, "liming")
    assert liming.http.post("/api/push", json=phone.subscription()).status_code == 403
    foreign = {"x-linli": "1", "origin": "https://elsewhere.example"}
    assert liming.http.post("/api/push", json=phone.subscription(), headers=foreign).status_code == 403
    stranger = house.client()
    assert ask(stranger, phone) == 409  # nothing was ever said there
    assert [ask(liming, phone) for _ in range(12)][-1] == 429


def test_a_service_that_hangs_is_left_after_a_while_and_tried_again(
    house: Server, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushes, "ALL_OF_IT", 0.5)
    ask(somebody(house, "liming"), service.browser("phone"))
    service.answers = [None]
    report(house)
    queued(house)
    house.ahead += LATER
    end = time.monotonic() + 10
    while tries(house) != [(1, "queued", "TimeoutError")] and time.monotonic() < end:
        time.sleep(0.05)
    assert tries(house) == [(1, "queued", "TimeoutError")]
    house.ahead += timedelta(minutes=1)
    assert len(service.wait(1)) == 1
    until(house, ["sent"])


def test_a_sender_that_ends_in_the_middle_leaves_its_knock_to_the_next(
    house: Server, service: PushService
) -> None:
    ask(somebody(house, "liming"), service.browser("phone"))
    service.answers = [None]
    report(house)
    queued(house)
    house.ahead += LATER
    end = time.monotonic() + 10
    while not service.tried and time.monotonic() < end:
        time.sleep(0.02)
    house.stop()
    house.start()
    assert states(house) == ["sending"]
    house.ahead += timedelta(minutes=10)
    assert len(service.wait(1)) == 1
    until(house, ["sent"])
    assert service.tried == 2
