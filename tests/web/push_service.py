"""A push service on loopback: it checks who knocks, reads as the browser would, and answers as it is told."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import http_ece
import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verified(token: str, key: str) -> dict[str, Any]:
    """What a token claims; raises where its ES256 signature is not of that key."""
    signed, _, signature = token.rpartition(".")
    raw = decoded(signature)
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    known = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(key))
    known.verify(encode_dss_signature(r, s), signed.encode(), ec.ECDSA(SHA256()))
    return dict(json.loads(decoded(signed.split(".")[1])))


@dataclass(slots=True)
class Browser:
    """What a browser keeps of its subscription."""

    endpoint: str
    private: ec.EllipticCurvePrivateKey
    auth: bytes = b"0123456789abcdef"

    @property
    def public(self) -> str:
        key = self.private.public_key()
        return encoded(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def subscription(self) -> dict[str, str]:
        return {"endpoint": self.endpoint, "p256dh": self.public, "auth": encoded(self.auth)}


@dataclass(slots=True)
class Got:
    """A knock as it came."""

    browser: str
    says: dict[str, Any]
    headers: dict[str, str]
    claims: dict[str, Any]


@dataclass(slots=True)
class PushService:
    """Answers 201, or the next of `answers`: a status with headers, or None, which hangs."""

    browsers: dict[str, Browser] = field(default_factory=dict)
    got: list[Got] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]] | None] = field(default_factory=list)
    tried: int = 0
    port: int = 0
    _server: Any = None
    _thread: Any = None

    def browser(self, name: str) -> Browser:
        made = Browser(f"http://127.0.0.1:{self.port}/{name}", ec.generate_private_key(ec.SECP256R1()))
        self.browsers[name] = made
        return made

    async def take(self, request: Request) -> Response:
        name, body = request.path_params["name"], await request.body()
        self.tried += 1
        answer = self.answers.pop(0) if self.answers else (201, {})
        if answer is None:
            await asyncio.sleep(60)
            return Response(status_code=500)
        if answer[0] != 201:
            return Response(status_code=answer[0], headers=answer[1])
        scheme, _, rest = request.headers["authorization"].partition(" ")
        told = dict(part.strip().split("=", 1) for part in rest.split(","))
        assert scheme == "vapid"
        claims = verified(told["t"], told["k"])
        browser = self.browsers[name]
        plain = http_ece.decrypt(
            body, private_key=browser.private, auth_secret=browser.auth, version="aes128gcm"
        )
        self.got.append(Got(name, json.loads(plain), dict(request.headers), claims))
        parts = urlsplit(browser.endpoint)
        assert claims["aud"] == f"{parts.scheme}://{parts.netloc}"
        return Response(status_code=201)

    def start(self) -> None:
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        app = Starlette(routes=[Route("/{name}", self.take, methods=["POST"])])
        self._server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
        )
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listening]}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(5)

    def wait(self, number: int, seconds: float = 15) -> list[Got]:
        """Until so many knocks have come."""
        until = time.monotonic() + seconds
        while len(self.got) < number and time.monotonic() < until:
            time.sleep(0.05)
        assert len(self.got) >= number, f"{len(self.got)} of {number} knocks came, {self.tried} tried"
        return self.got
