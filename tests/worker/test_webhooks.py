"""Webhooks against a real server that fails, hangs, moves and repeats, with a sender that is killed."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from actions import cases, webhooks
from bot import webhooks as sending
from bot.commands.doctor import _webhooks
from bot.webhooks import Forbidden, Guard, Hooks
from domain.signing import key_of, secret_of, signed
from domain.systems import WAITS
from nlu.understand import Understanding
from storage import community
from storage import webhooks as rows
from storage.figures import log
from storage.store import Store
from tests.acting import Stage, hurried
from tests.conftest import KEY, ROOT
from tests.test_cli import home  # noqa: F401 - a fixture
from tests.typed import linli

SECRET = secret_of(b"k" * 32)
WORDS = "王阿姨家302的灯坏了 13800138000"
OPEN = Guard(loopback=True, private=False)


class Receiver:
    """A server on the loopback: it answers as `script` says, one entry for each request, then 200."""

    def __init__(self) -> None:
        self.script: list[int | str] = []
        self.body = b""
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.arrived = threading.Event()
        self.free = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                receiver.arrived.set()
                how = receiver.script.pop(0) if receiver.script else 200
                if how == "hang":
                    receiver.free.wait(20)
                    return
                self.send_response(int(how))
                if how == 302:
                    self.send_header("Location", receiver.url + "/elsewhere")
                self.send_header("Content-Length", str(len(receiver.body)))
                self.end_headers()
                self.wfile.write(receiver.body)

            def log_message(self, *_said: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.free.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    yield one
    one.close()


class World:
    """A community, what happens in it, and a sender."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        stage.cast("wang-ayi", "liming", "sunli", "xujing")

    def hook(self, url: str, unit: str = "c-yangguang") -> int:
        with self.stage.store.begin() as tx:
            whole = self.stage.conversation.community(tx)
            found = next(one for one in whole.units.values() if one.key == unit)
            return webhooks.add(tx, url, SECRET, found, self.stage.now).id

    def report(self, **more: Any) -> int:
        place = self.stage.place("yangguanghuayuan-3-2")

        def act(tx, by):
            found = community.place(tx, place)
            given = {"text": WORDS, "category": "repairs", "place": found, "room": "302"} | more
            return cases.report(tx, by, now=self.stage.now, **given).id

        case = self.stage.does("wang-ayi", act)
        self.stage.work()
        return case

    def send(self, guard: Guard = OPEN) -> None:
        """The sender works until nothing is due."""
        hooks = Hooks(self.stage.store, lambda: self.stage.now, guard)

        async def run() -> None:
            async with sending.client() as http:
                while due := hooks.lease():
                    await asyncio.gather(*(hooks.send(http, *one) for one in due))

        asyncio.run(run())

    @property
    def sends(self) -> list[Any]:
        return self.stage.rows("webhook_sends")


@pytest.fixture
def world(demo_store: Store, understanding: Understanding) -> World:
    return World(Stage(hurried(demo_store), understanding))


# -- signatures ------------------------------------------------------------------------------------
def test_a_signature_is_that_of_the_published_example() -> None:
    at = datetime.fromtimestamp(1614265330, UTC)
    secret, message = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    headers = signed(secret, message, at, '{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_!!!", "abc", "whsec_" + "YQ==", "whsec_" + "QUFB" * 40]
)
def test_a_secret_that_is_none_is_refused(secret: str) -> None:
    with pytest.raises(ValueError):
        key_of(secret)


# -- what is told ----------------------------------------------------------------------------------
def test_a_case_is_told_from_the_first_to_the_last_in_ids_and_codes(world: World, receiver: Receiver) -> None:
    world.hook(receiver.url)
    world.report()
    world.stage.press("liming", "claim_task task=1")
    world.stage.press("liming", "finish_task task=1 answer=灯换好了")
    world.stage.does("wang-ayi", lambda tx, by: cases.confirm(tx, by, 1, world.stage.now))
    world.stage.work()
    world.send()
    assert sorted(one["type"] for one in receiver.told) == [
        "case.answered",
        "case.claimed",
        "case.closed",
        "case.opened",
    ]
    for headers, body in receiver.got:
        told = json.loads(body)["data"]
        assert told["service_request_id"] == "c-yangguang.2026.1"
        assert set(told) == {"service_request_id", "service_code", "status", "unit", "external_number"}
        said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        digest = hmac.new(b"k" * 32, said, hashlib.sha256).digest()
        assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
        for secret in ("王", "302", "灯", "138", "李明"):
            assert secret not in body.decode()


@pytest.mark.parametrize(
    "how", [{"private": True}, {"urgent": True}, {"anonymity": "all"}, {"category": "dispute"}]
)
def test_what_is_not_public_is_told_to_nobody(world: World, receiver: Receiver, how: dict[str, Any]) -> None:
    world.hook(receiver.url)
    world.report(**how)
    world.send()
    assert receiver.got == []


def test_another_units_webhook_hears_nothing(world: World, receiver: Receiver) -> None:
    world.hook(receiver.url + "/mine", "b-yangguanghuayuan")
    world.hook(receiver.url + "/theirs", "c-cuipinghu")
    world.report()
    assert len(world.sends) == 1
    assert world.sends[0].webhook_id == 1


def test_what_is_told_twice_and_sent_by_two_comes_once(world: World, receiver: Receiver) -> None:
    world.hook(receiver.url)
    world.report()
    with world.stage.store.begin() as tx:
        start = world.stage.now - timedelta(days=1)
        events = list(log(tx, ["case_reported"], start, world.stage.now + timedelta(days=1)))
        whole = world.stage.conversation.community(tx)
        assert webhooks.queue(tx, whole, events, world.stage.now) == 0
    senders = [threading.Thread(target=world.send) for _ in range(3)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    assert len(receiver.got) == 1


# -- when it does not go well ----------------------------------------------------------------------
def test_what_failed_comes_again_with_the_same_id_and_a_new_time(world: World, receiver: Receiver) -> None:
    receiver.script = [500, 302, 429]
    world.hook(receiver.url)
    world.report()
    for wait in (*WAITS[:3], timedelta()):
        world.send()
        world.stage.now += wait
    assert len(receiver.got) == 4
    assert len(set(receiver.ids)) == 1
    times = [int(headers["webhook-timestamp"]) for headers, _ in receiver.got]
    assert times == sorted(set(times))
    (one,) = world.sends
    assert (one.state, one.attempts, one.answer) == ("sent", 4, "200")


def test_nothing_is_sent_before_its_time(world: World, receiver: Receiver) -> None:
    receiver.script = [500]
    world.hook(receiver.url)
    world.report()
    world.send()
    world.send()
    assert len(receiver.got) == 1


def test_after_the_last_attempt_it_is_given_up_and_shown(world: World, receiver: Receiver) -> None:
    receiver.script = [503] * 50
    world.hook(receiver.url)
    world.report()
    for wait in (*WAITS, timedelta(days=9)):
        world.send()
        world.stage.now += wait
    world.send()
    (one,) = world.sends
    assert (one.state, one.attempts, len(receiver.got)) == ("dead", len(WAITS) + 1, len(WAITS) + 1)
    with world.stage.store.read() as tx:
        assert rows.counts(tx) == {1: {"dead": 1}}
        assert rows.last_answer(tx, 1) == "503"


def test_410_ends_the_webhook_and_what_waits_for_it(world: World, receiver: Receiver) -> None:
    world.hook(receiver.url)
    world.report()
    world.report()
    receiver.script = [410, 410]
    world.send()
    (hook,) = world.stage.rows("webhooks")
    assert (hook.state, hook.reason) == ("stopped", "410 Gone")
    assert {one.state for one in world.sends} == {"dead"}
    world.report()
    assert len(world.sends) == 2


def test_a_receiver_that_hangs_is_left_after_a_while(
    world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "ALL_OF_IT", 0.3)
    receiver.script = ["hang"]
    world.hook(receiver.url)
    world.report()
    began = time.monotonic()
    world.send()
    assert time.monotonic() - began < 5
    (one,) = world.sends
    assert (one.state, one.answer) == ("queued", "TimeoutError")


def test_nobody_there_is_no_end_either(world: World, receiver: Receiver) -> None:
    world.hook("http://127.0.0.1:9")
    world.hook(receiver.url)
    world.report()
    world.send()
    assert {one.state for one in world.sends} == {"queued", "sent"}


def test_one_that_hangs_holds_up_no_other(world: World, receiver: Receiver) -> None:
    slow = Receiver()
    slow.script = ["hang"]
    world.hook(slow.url)
    world.hook(receiver.url)
    for _ in range(3):
        world.report()

    async def run() -> None:
        stop = asyncio.Event()
        hooks = Hooks(world.stage.store, lambda: world.stage.now, OPEN)
        working = asyncio.create_task(hooks.run(stop, every=0.02))
        until = time.monotonic() + 15
        while len(receiver.got) < 3 and time.monotonic() < until:
            await asyncio.sleep(0.02)
        stop.set()
        slow.free.set()
        await working

    asyncio.run(run())
    slow.close()
    assert (len(receiver.got), len(slow.got)) == (3, 1)


def test_a_redirect_is_not_followed(world: World, receiver: Receiver) -> None:
    receiver.script = [302]
    world.hook(receiver.url)
    world.report()
    world.send()
    assert len(receiver.got) == 1
    assert world.sends[0].state == "queued"


CHILD = """
import asyncio, sys
from datetime import UTC, datetime
from bot.webhooks import Guard, Hooks
from storage.secret import Cipher
from storage.store import Store
store = Store(sys.argv[1], Cipher(sys.argv[2].encode()))
at = datetime.fromisoformat(sys.argv[3])
asyncio.run(Hooks(store, lambda: at, Guard(loopback=True, private=False)).run(asyncio.Event()))
"""


def test_a_sender_killed_between_sending_and_writing_it_down_sends_the_same_again(
    world: World, receiver: Receiver
) -> None:
    receiver.script = ["hang"]
    world.hook(receiver.url)
    world.report()
    url = world.stage.store.url.render_as_string(hide_password=False)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, url, KEY.decode(), world.stage.now.isoformat()],
        cwd=ROOT,
        env=dict(os.environ),
    )
    assert receiver.arrived.wait(60)
    os.kill(child.pid, signal.SIGKILL)
    child.wait(10)
    assert world.sends[0].state == "sending"
    world.send()
    assert len(receiver.got) == 1  # its minute is not over
    world.stage.later(minutes=2)
    world.send()
    assert len(receiver.got) == 2
    assert len(set(receiver.ids)) == 1
    assert receiver.got[0][1] == receiver.got[1][1]
    assert (world.sends[0].state, world.sends[0].attempts) == ("sent", 2)


# -- the number of the others ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (b'{"external_number": "GD-2026/9"}', "GD-2026/9"),
        (b'{"external_number": 9}', ""),
        (b'{"external_number": "<script>"}', ""),
        (b'{"external_number": "' + b"9" * 99 + b'"}', ""),
        (b"[]", ""),
        (b"null", ""),
        (b"x" * 100_000, ""),
        (b"[" * 4_000, ""),
    ],
)
def test_the_receivers_own_number_is_kept(world: World, receiver: Receiver, said: bytes, kept: str) -> None:
    receiver.body = said
    world.hook(receiver.url)
    world.report()
    world.send()
    assert world.stage.rows("cases")[0].external_number == kept
    assert world.sends[0].state == "sent"


def test_a_number_that_stands_is_not_overwritten(world: World, receiver: Receiver) -> None:
    world.hook(receiver.url)
    for number in (b"A1", b"B2"):
        receiver.body = b'{"external_number": "' + number + b'"}'
        if number == b"A1":
            world.report()
        else:
            world.stage.press("liming", "claim_task task=1")
            world.stage.work()
        world.send()
    assert world.stage.rows("cases")[0].external_number == "A1"


# -- where it may go -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://10.1.2.3/x",
        "https://192.168.1.1/x",
        "https://172.16.0.9/x",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/x",
        "https://0.0.0.0/x",
        "https://[fe80::1]/x",
        "https://[fd00::1]/x",
        "https://224.0.0.1/x",
        "https://2130706433/x",
        "https://0x7f000001/x",
        "http://8.8.8.8/x",
        "ftp://8.8.8.8/x",
        "https://user:word@8.8.8.8/x",
        "https:///x",
        "https://8.8.8.8:99999/x",
        "file:///etc/passwd",
        "not a url",
        "",
    ],
)
def test_in_production_it_goes_outside_and_encrypted_only(url: str) -> None:
    with pytest.raises(Forbidden):
        Guard(loopback=False, private=False).look(url)


def test_a_public_address_may_be_called_and_the_inside_only_when_it_is_said() -> None:
    assert Guard(loopback=False, private=False).look("https://8.8.8.8/x") == ("8.8.8.8", 443, "8.8.8.8")
    assert Guard(loopback=False, private=True).look("https://10.1.2.3:8443/x")[1] == 8443
    with pytest.raises(Forbidden):
        Guard(loopback=False, private=True).look("http://10.1.2.3/x")
    with pytest.raises(Forbidden):
        Guard(loopback=False, private=True).look("https://169.254.169.254/x")


def test_an_address_that_turned_out_to_be_inside_is_not_called(world: World, receiver: Receiver) -> None:
    world.hook(receiver.url)
    world.report()
    world.send(Guard(loopback=False, private=False))
    assert receiver.got == []
    assert world.sends[0].answer == "only https"


class Named(Guard):
    """A name that leads to this machine, whatever DNS says."""

    def look(self, url: str) -> tuple[str, int, str]:
        host, port, _ = super().look(url.replace("钩子.测试", "127.0.0.1"))
        return host, port, "127.0.0.1"


def test_a_chinese_name_is_called_as_it_stands_in_dns(world: World, receiver: Receiver) -> None:
    world.hook(receiver.url.replace("127.0.0.1", "钩子.测试"))
    world.report()
    world.send(Named(loopback=True, private=False))
    assert receiver.got[0][0]["host"].startswith("xn--")
    assert world.sends[0].state == "sent"


# -- by hand ---------------------------------------------------------------------------------------
def test_an_operator_adds_lists_tries_and_removes(home: Path, receiver: Receiver) -> None:  # noqa: F811
    told = linli(home, "webhooks", "add", receiver.url, "--unit", "c-yangguang")
    assert told.returncode == 0, told.stderr
    assert "whsec_" in told.stdout
    assert linli(home, "webhooks", "test", "1").returncode == 0
    assert receiver.told[0]["type"] == "webhook.test"
    receiver.script = [500]
    assert linli(home, "webhooks", "test", "1").returncode == 1
    listed = linli(home, "webhooks", "list").stdout
    assert "active" in listed
    assert "whsec_" not in listed
    assert linli(home, "webhooks", "remove", "1").returncode == 0
    assert "stopped" in linli(home, "webhooks", "list").stdout
    assert linli(home, "webhooks", "remove", "1").returncode == 2


def test_the_doctor_says_which_webhook_hears_nothing(world: World, receiver: Receiver) -> None:
    receiver.script = [503] * 7 + [410]
    world.hook(receiver.url)
    world.report()
    for wait in (*WAITS, timedelta()):
        world.send()
        world.stage.now += wait
    assert list(_webhooks(world.stage.store)) == [("note", "webhook 1: 1 messages were given up (503)")]
    world.report()
    world.send()
    (said,) = _webhooks(world.stage.store)
    assert "ended by its receiver: 410 Gone" in said[1]


def test_what_may_not_be_called_is_not_added(home: Path) -> None:  # noqa: F811
    for words, mode in (
        (("http://127.0.0.1:1/x", "--unit", "c-yangguang"), "production"),
        (("https://10.0.0.1/x", "--unit", "c-yangguang"), "demo"),
        (("http://127.0.0.1:1/x", "--unit", "nowhere"), "demo"),
        (("http://127.0.0.1:1/x", "--unit", "c-yangguang", "--secret", "abc"), "demo"),
    ):
        told = linli(home, "webhooks", "add", *words, LINLI_MODE=mode)
        assert told.returncode == 2, words
    assert linli(home, "webhooks", "list").stdout == ""
