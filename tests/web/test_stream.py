"""The stream: each message once, from where one was, also when another process has written it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from storage import outbox
from storage.secret import Cipher
from storage.store import Store
from storage.tables import addresses
from tests.conftest import KEY, NOW
from tests.web.serving import Page, Server

Event = dict[str, str]


@contextmanager
def stream(page: Page, after: int = 0, last: int | None = None) -> Iterator[Iterator[Event]]:
    headers = {} if last is None else {"Last-Event-ID": str(last)}
    with page.http.stream("GET", "/api/stream", params={"after": after}, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield events(answer)


def events(answer: httpx.Response) -> Iterator[Event]:
    event: Event = {}
    for line in answer.iter_lines():
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif event:
            yield event
            event = {}


def messages(found: Iterator[Event], count: int) -> list[dict[str, object]]:
    taken: list[dict[str, object]] = []
    for event in found:
        if event["event"] == "message":
            taken.append(json.loads(event["data"]))
            assert event["id"] == str(taken[-1]["id"])
        if len(taken) == count:
            break
    return taken


def test_a_stream_begins_with_a_sign_of_life(page: Page) -> None:
    page.say("你好")
    with stream(page) as found:
        assert next(found)["event"] == "ping"


def test_a_stream_gives_what_is_there_and_what_comes(page: Page) -> None:
    first = page.say("你好")["messages"]
    with stream(page) as found:
        assert messages(found, 2) == first
        later = page.say("找党员")["messages"]
        assert messages(found, 2) == later[-2:]


def test_a_stream_goes_on_after_the_last_event(page: Page) -> None:
    page.say("你好")
    all_of_them = page.say("找党员")["messages"]
    with stream(page, after=0, last=all_of_them[1]["id"]) as found:
        assert messages(found, 2) == all_of_them[2:]


def test_what_another_process_writes_arrives_within_seconds(page: Page, server: Server) -> None:
    cursor = page.say("你好")["messages"][-1]["id"]
    other = Store(server.settings.database_url, Cipher(KEY))
    with stream(page, after=cursor) as found:
        next(found)
        with other.begin() as tx:
            address_id = tx.rows(addresses.select())[-1].id
            outbox.post(tx, address_id, mine=False, body={"text": "停水通知"}, now=NOW)
        began = time.monotonic()
        assert messages(found, 1)[0]["text"] == "停水通知"
        assert time.monotonic() - began < 5
    other.close()


def test_there_is_no_stream_for_who_has_not_written(page: Page) -> None:
    assert page.http.get("/api/stream").status_code == 204


def test_open_streams_do_not_hold_up_the_end(page: Page, server: Server) -> None:
    page.say("你好")
    with stream(page) as found:
        next(found)
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 4
        with pytest.raises((httpx.HTTPError, StopIteration)):
            messages(found, 99)
            raise StopIteration


def test_nobody_reads_anothers_stream(page: Page, server: Server) -> None:
    page.say("我家的事")
    stranger = server.client()
    stranger.say("你好")
    with stream(stranger) as found:
        assert [one["text"] for one in messages(found, 1)] == ["你好"]
