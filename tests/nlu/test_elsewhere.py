"""A second opinion over HTTP, from servers on loopback that behave, dawdle, break off or talk nonsense."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bot.settings import Settings
from domain.labels import Emergency
from nlu.elsewhere import REST, ChatEndpoint, RasaServer, SecondOpinion, weighed
from nlu.meaning import Guess, Meaning
from nlu.understand import Understanding
from storage.store import Store
from tests.acting import Stage

UNSURE = Meaning(
    text="王阿姨13812345678那个事",
    intent="greet",
    confidence=0.4,
    guesses=(Guess(intent="greet", confidence=0.4), Guess(intent="case_status", confidence=0.3)),
)
SECONDS = 0.6


class Other(ThreadingHTTPServer):
    """An engine that answers as `says` tells it and keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.says: Any = "case_status"
        self.waits = 0.0
        self.status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, path: str) -> bytes:
        if isinstance(self.says, bytes):
            return self.says
        if path.endswith("/chat/completions"):
            words = f'```json\n{{"intent": "{self.says}"}}\n```'
            return json.dumps({"choices": [{"message": {"content": words}}]}).encode()
        return json.dumps({"intent": {"name": self.says, "confidence": 0.83}, "entities": []}).encode()


class _Door(BaseHTTPRequestHandler):
    server: Other

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, dict(self.headers), body))
        time.sleep(self.server.waits)
        found = self.server.answer(self.path)
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(found)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(found)

    def log_message(self, *_args: object) -> None:
        """Quiet."""


@pytest.fixture
def other() -> Iterator[Other]:
    server = Other()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def rasa(other: Other, **more: Any) -> SecondOpinion:
    return SecondOpinion(RasaServer(other.url, SECONDS), SECONDS, **more)


def test_rasa_is_asked_as_rasa_wants_to_be(other: Other) -> None:
    found = rasa(other).about(UNSURE)
    path, _, body = other.asked[0]
    assert (path, body) == ("/model/parse", {"text": "〔姓名〕〔电话〕那个事"})
    assert [(g.intent, g.confidence) for g in found.guesses] == [("case_status", 0.5), ("greet", 0.4)]


def test_a_chat_endpoint_is_asked_with_its_key(other: Other) -> None:
    engine = ChatEndpoint(f"{other.url}/v1", SECONDS, "small", "secret")
    found = SecondOpinion(engine, SECONDS).about(UNSURE)
    path, headers, body = other.asked[0]
    assert (path, headers["Authorization"], body["model"]) == (
        "/v1/chat/completions",
        "Bearer secret",
        "small",
    )
    assert "13812345678" not in json.dumps(body, ensure_ascii=False)
    assert found.intent == "case_status"


def test_two_that_say_the_same_are_believed() -> None:
    assert weighed(UNSURE, Guess(intent="greet", confidence=0.9)).confidence == 0.8


def test_another_reading_is_offered_and_never_done() -> None:
    assert weighed(UNSURE, Guess(intent="withdraw_case", confidence=0.99)).confidence == 0.5


def test_an_alarm_is_never_taken_from_elsewhere() -> None:
    assert weighed(UNSURE, Guess(intent="call_emergency", confidence=1.0)) is UNSURE


@pytest.mark.parametrize(
    "known",
    [
        Meaning(text="着火了", intent="call_emergency", confidence=0.4, emergency=Emergency.FIRE),
        Meaning(text="电梯坏了", intent="report_issue", confidence=0.97),
        Meaning(text="", intent="out_of_scope", confidence=0.2),
    ],
)
def test_a_danger_what_is_sure_and_nothing_at_all_stay_in_the_house(other: Other, known: Meaning) -> None:
    assert rasa(other).about(known) is known
    assert not other.asked


NONSENSE = (
    b"",
    b"<html>",
    b"[]",
    b"{}",
    b'{"intent": null}',
    b'{"intent": {"name": "greet"}}',
    b"9" * 200_000,
)


@pytest.mark.parametrize("says", NONSENSE, ids=lambda says: str(says[:12]))
def test_nonsense_changes_nothing(other: Other, says: bytes) -> None:
    other.says = says
    assert rasa(other).about(UNSURE) is UNSURE
    chat = ChatEndpoint(other.url, SECONDS, "small", "")
    assert SecondOpinion(chat, SECONDS).about(UNSURE) is UNSURE


@pytest.mark.parametrize("label", ["nlu_fallback", "", "drop table", "REPORT_ISSUE"])
def test_a_label_that_is_none_of_ours_changes_nothing(other: Other, label: str) -> None:
    other.says = label
    assert rasa(other).about(UNSURE) is UNSURE


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
def test_a_refusal_changes_nothing(other: Other, status: int) -> None:
    other.status = status
    assert rasa(other).about(UNSURE) is UNSURE


def test_nobody_waits_longer_than_was_agreed(other: Other) -> None:
    other.waits = 5.0
    began = time.monotonic()
    assert rasa(other).about(UNSURE) is UNSURE
    assert time.monotonic() - began < SECONDS + 1.5


def test_who_fails_again_and_again_is_left_alone_for_a_while(other: Other) -> None:
    moment = [0.0]
    opinion = rasa(other, clock=lambda: moment[0])
    other.status = 500
    for _ in range(5):
        opinion.about(UNSURE)
    assert len(other.asked) == 3
    moment[0], other.status = REST + 1, 200
    assert opinion.about(UNSURE).intent == "case_status"


# -- in a conversation -------------------------------------------------------------------------------
@pytest.fixture
def stage(demo_store: Store, understanding: Understanding) -> Stage:
    return Stage(demo_store, understanding)


MUDDLE = "那个嘛就是上回的"


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_the_other_reading_is_among_the_buttons(stage: Stage, other: Other) -> None:
    stage.cast("wang-ayi")
    stage.conversation._second = rasa(other)
    other.says = "list_activities"
    reply = stage.say("wang-ayi", MUDDLE)
    assert reply is not None
    assert "活动" in reply.choices()[0][0]
    assert [body for _, _, body in other.asked] == [{"text": MUDDLE}]


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_an_answer_to_a_question_is_nobody_elses_business(stage: Stage, other: Other) -> None:
    stage.cast("wang-ayi")
    stage.conversation._second = rasa(other)
    stage.say("wang-ayi", "电梯坏了")
    stage.say("wang-ayi", "就在我们那儿")
    assert not other.asked


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_without_an_answer_the_turn_goes_as_ever(stage: Stage, other: Other) -> None:
    stage.cast("wang-ayi", "li-nainai")
    alone = stage.told("wang-ayi", MUDDLE)
    stage.conversation._second = rasa(other)
    other.status = 500
    assert stage.told("li-nainai", MUDDLE) == alone


def test_an_engine_without_an_address_is_a_sentence() -> None:
    with pytest.raises(ValueError, match="LINLI_SECOND_OPINION_URL"):
        Settings(second_opinion="rasa", _env_file=None)
