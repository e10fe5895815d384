"""A message is saved once and answered; whoever was away finds what was said after their cursor."""

from __future__ import annotations

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from storage import outbox
from storage.tables import addresses, places
from tests.conftest import NOW
from tests.hearing.prepared import Prepared, recording
from tests.web.conftest import NewServer
from tests.web.serving import Page, Server

LIFT = "3栋2单元电梯坏了"


def test_a_message_is_answered_and_both_are_in_the_mailbox(page: Page) -> None:
    answer = page.say(LIFT)
    mine, theirs = answer["messages"]
    assert (mine["mine"], mine["text"], mine["client_id"]) == (True, LIFT, answer["saved"])
    assert theirs["text"] == answer["reply"]["text"]
    assert theirs["buttons"][0][0]["label"] == "同意"
    assert page.messages() == answer["messages"]


def test_the_same_id_gets_the_same_answer_and_one_effect(page: Page) -> None:
    first = page.post("message-1", text=LIFT).json()
    again = page.post("message-1", text=LIFT).json()
    assert again == first
    assert len(page.messages()) == 2


def test_the_same_message_five_times_at_once_has_one_effect(page: Page) -> None:
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: page.post("message-1", text=LIFT), range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len({str(answer.json()["reply"]) for answer in answers}) == 1
    assert len(page.messages()) == 2


def test_a_button_is_pressed_by_its_payload(page: Page) -> None:
    page.be("wang-ayi")
    reply = page.say("找党员")["reply"]
    payload = reply["buttons"][0][0]["payload"]
    assert page.post("message-2", pressed=payload).json()["reply"]["text"]


def test_what_comes_after_a_cursor_is_not_repeated(page: Page) -> None:
    cursor = page.say(LIFT)["messages"][-1]["id"]
    later = page.say("你好")["messages"]
    assert page.messages(after=cursor) == [one for one in later if one["id"] > cursor]


def test_history_goes_back_in_steps(page: Page, server: Server) -> None:
    page.say("你好")
    with server.house.store.begin() as tx:
        address_id = tx.rows(addresses.select())[-1].id
        for n in range(58):
            outbox.post(tx, address_id, mine=False, body={"text": str(n)}, now=NOW)
    newest = page.http.get("/api/messages").json()
    assert (len(newest["messages"]), newest["more"]) == (50, True)
    older = page.http.get("/api/messages", params={"before": newest["messages"][0]["id"]}).json()
    assert (len(older["messages"]), older["more"]) == (10, False)
    assert older["messages"][-1]["id"] < newest["messages"][0]["id"]


def test_a_long_poll_ends_when_something_comes(page: Page) -> None:
    cursor = page.say("你好")["messages"][-1]["id"]
    found: list[dict[str, object]] = []
    waiting = threading.Thread(target=lambda: found.extend(page.messages(after=cursor, wait=20)))
    waiting.start()
    page.say("找党员")
    waiting.join(10)
    assert found
    assert not waiting.is_alive()


def test_a_stairwells_code_says_which_building(page: Page, server: Server) -> None:
    with server.house.store.read() as tx:
        key = next(row.key for row in tx.rows(places.select()) if re.fullmatch(r"[A-Za-z0-9_-]+", row.key))
    assert page.post("message-1", entry=key).json()["reply"]["text"]
    assert page.post("message-2", entry="no such code!").status_code == 400


def test_a_position_is_taken_as_numbers_only(page: Page) -> None:
    assert page.post("message-1", location=[22.75, 113.93]).status_code == 200
    for wrong in ([91, 0], ["x", 1], [1], "1,2,3", [float(10**9), 0], {"a": 1}):
        assert page.post("message-2", location=wrong).status_code == 400


@pytest.mark.parametrize(
    "text",
    ["", "😀", "\x00", "\ud800x", "e" + "\u0301" * 10_000, "长" * 5000, "\u202e记书", "1" * 4096 + "@"],
    ids=["empty", "emoji", "nul", "surrogate", "marks", "long", "bidi", "digits"],
)
def test_odd_texts_are_answered(page: Page, text: str) -> None:
    body = json.dumps({"id": "message-1", "text": text})
    answer = page.http.post(
        "/api/messages", content=body, headers={"X-Linli": "1", "Content-Type": "application/json"}
    )
    assert answer.status_code == 200
    assert page.http.get("/api/messages").status_code == 200


def test_markup_stays_text(page: Page) -> None:
    said = "<script>alert(1)</script>"
    assert page.say(said)["messages"][0]["text"] == said


def test_a_demo_person_is_chosen_and_keeps_their_messages(new_server: NewServer) -> None:
    page = new_server().client()
    page.be("wang-ayi")
    page.say(LIFT)
    own = page.messages()
    page.be("liming")
    assert page.messages() == []
    page.be("wang-ayi")
    assert page.messages() == own
    assert page.http.get("/demo/as/nobody").status_code == 404


def test_the_database_does_not_hold_the_cookie(page: Page, server: Server) -> None:
    page.say("你好")
    token = page.http.cookies["linli"]
    assert len(token) >= 43
    for file in server.settings.home.glob("linli.db*"):
        assert token.encode() not in file.read_bytes()
    with server.house.store.read() as tx:
        assert outbox.find_address(tx, "web", token) is None


def test_a_voice_message_is_echoed_on_the_page_and_filed(new_server: NewServer) -> None:
    page = new_server(transcriber=Prepared()).client()
    page.be("wang-ayi")
    page.say("你好")
    sound = ("voice", ("voice", recording("阳光花园3栋2单元楼道灯坏了"), "audio/ogg"))
    answer = page.upload("voice-0001", [sound], seconds="4").json()
    assert "正在转成文字" in answer["reply"]["text"]
    cursor = answer["messages"][-1]["id"]
    (echo,) = page.messages(after=cursor, wait=20)
    assert "我听到的是：“阳光花园3栋2单元楼道灯坏了”" in echo["text"]
    assert page.upload("voice-0001", [sound], seconds="4").json()["reply"] == answer["reply"]
    payload = echo["buttons"][0][0]["payload"]
    assert page.post("confirm-1", pressed=payload).json()["reply"]["text"]
    assert sum("我听到的是" in one["text"] for one in page.messages()) == 1
