"""A second opinion from another engine: a Rasa server, or any endpoint that speaks OpenAI's chat protocol.

It is asked only about words that were not understood surely, masked, never about a danger, and it may be
silent: whoever waits for it waits a bounded time. It proposes; what is done is decided as ever.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from domain.labels import Intent
from nlu.masking import masked
from nlu.meaning import Guess, Meaning
from nlu.thresholds import SURE

if TYPE_CHECKING:
    import httpx

log = structlog.get_logger()

AGREED = 0.8  # what two engines that say the same are worth together
OTHERWISE = 0.5  # another reading: a question with this one first
PATIENCE = 3  # failures in a row, after which it is left alone
REST = 60.0  # seconds of that
ANSWER_LIMIT = 100_000  # bytes

_PROMPT = (
    "You label one message of a resident to a neighbourhood assistant. Answer with JSON only: "
    '{{"intent": "<one of the labels>"}}. Labels: {labels}. '
    "call_emergency is danger to life now. Anything else than the neighbourhood's business is out_of_scope."
)


class Engine(Protocol):
    """Somebody else who reads a masked text; None when there is no usable answer."""

    name: str

    def read(self, text: str) -> Guess | None: ...


def _client(url: str, seconds: float, key: str = "") -> httpx.Client:
    import httpx

    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return httpx.Client(base_url=url.rstrip("/") + "/", timeout=seconds, headers=headers, trust_env=False)


def _posted(client: httpx.Client, path: str, content: dict[str, Any]) -> Any:
    """The JSON of an answer. Raises httpx.HTTPError or ValueError."""
    with client.stream("POST", path, json=content) as answer:
        answer.raise_for_status()
        body = b""
        for part in answer.iter_bytes():
            body += part
            if len(body) > ANSWER_LIMIT:
                raise ValueError("an answer without end")
    return json.loads(body)


def _label(said: object) -> str | None:
    return str(said) if str(said) in set(Intent) else None


class RasaServer:
    """Rasa's HTTP API: POST /model/parse."""

    name = "rasa"

    def __init__(self, url: str, seconds: float) -> None:
        self._client = _client(url, seconds)

    def read(self, text: str) -> Guess | None:
        """Its best intent with its own confidence. Raises httpx.HTTPError, ValueError, LookupError."""
        best = _posted(self._client, "model/parse", {"text": text})["intent"]
        label = _label(best["name"])
        return Guess(intent=label, confidence=float(best["confidence"])) if label else None


class ChatEndpoint:
    """OpenAI's chat protocol: POST /chat/completions under the given address."""

    name = "openai"

    def __init__(self, url: str, seconds: float, model: str, key: str) -> None:
        self._client = _client(url, seconds, key)
        self._model = model

    def read(self, text: str) -> Guess | None:
        """The label it names; it gives no confidence. Raises as RasaServer.read."""
        told = [
            {"role": "system", "content": _PROMPT.format(labels=", ".join(sorted(Intent)))},
            {"role": "user", "content": text},
        ]
        content = {"model": self._model, "messages": told, "temperature": 0, "max_tokens": 40}
        answer = _posted(self._client, "chat/completions", content)["choices"][0]["message"]["content"]
        between = answer[answer.index("{") : answer.rindex("}") + 1]
        label = _label(json.loads(between)["intent"])
        return Guess(intent=label, confidence=1.0) if label else None


@dataclass(slots=True)
class SecondOpinion:
    """Asks an engine within `seconds`; after failures in a row it is left alone for a while."""

    engine: Engine
    seconds: float
    clock: Callable[[], float] = time.monotonic
    _failed: int = 0
    _rests_until: float = 0.0
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4, "second-opinion"))

    def may_help(self, meaning: Meaning) -> bool:
        """Whether it would be asked: never about a danger or about nothing, nor what is sure already."""
        unsure = bool(meaning.text) and meaning.confidence < SURE
        return unsure and meaning.emergency is None and self.clock() >= self._rests_until

    def about(self, meaning: Meaning) -> Meaning:
        """The meaning with the other's reading in it, or as it was. Never raises."""
        if not self.may_help(meaning):
            return meaning
        try:
            asked = self._threads.submit(self.engine.read, masked(meaning.text))
            other = asked.result(self.seconds)
        except Exception as error:  # whatever it answers, the message goes on
            self._failed += 1
            if self._failed >= PATIENCE:
                self._failed, self._rests_until = 0, self.clock() + REST
            log.warning("second_opinion_failed", engine=self.engine.name, error=type(error).__name__)
            return meaning
        self._failed = 0
        return meaning if other is None else weighed(meaning, other)


def weighed(meaning: Meaning, other: Guess) -> Meaning:
    """Our reading and another's: the same is believed, a different one becomes the first to be offered."""
    if other.intent == Intent.CALL_EMERGENCY:
        return meaning  # a danger is heard by our own ears, or asked about as before
    same = other.intent == meaning.intent and other.confidence >= OTHERWISE
    chance = max(meaning.confidence, AGREED) if same else min(OTHERWISE, other.confidence)
    first = Guess(intent=other.intent, confidence=chance)
    rest = tuple(guess for guess in meaning.guesses if guess.intent != other.intent)
    if not same and meaning.confidence > chance:
        return meaning
    return replace(meaning, intent=first.intent, confidence=first.confidence, guesses=(first, *rest))
