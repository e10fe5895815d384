"""Sends what is queued for webhooks: signed, one attempt at a time, to no address inside the network."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog

from actions import webhooks
from domain.signing import signed
from domain.systems import Webhook, WebhookSend
from storage import webhooks as rows
from storage.store import Store

log = structlog.get_logger()

TIMEOUT = 10.0  # seconds until the answer's first bytes
ALL_OF_IT = 20.0  # seconds for the whole attempt
READ = 4_096  # bytes of an answer that are looked at


class Forbidden(Exception):
    """An address that may not be called; the words say why."""


class Guard:
    """Which addresses webhooks may lead to: https outside; what else is allowed is said here."""

    def __init__(self, *, loopback: bool, private: bool) -> None:
        self.loopback = loopback  # http and https on this machine: the demo, tests
        self.private = private  # https inside the network

    def look(self, url: str) -> tuple[str, int, str]:
        """The host, port and one address to call. Raises Forbidden.

        The name is resolved here and the call goes to that very address, so that a name which answers
        differently a moment later leads nowhere else.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise Forbidden("not a URL") from None
        if parts.scheme not in ("https", "http") or not host or parts.username or parts.password:
            raise Forbidden("only https://host/…")
        try:
            found = socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Forbidden("the host has no address") from None
        addresses = [ipaddress.ip_address(str(one[4][0]).split("%")[0]) for one in found]
        if not addresses or not all(self._may(one, parts.scheme) for one in addresses):
            raise Forbidden("an address inside the network" if parts.scheme == "https" else "only https")
        return host, port or (443 if parts.scheme == "https" else 80), str(addresses[0])

    def _may(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address, scheme: str) -> bool:
        mapped = getattr(address, "ipv4_mapped", None) or address
        if self.loopback and mapped.is_loopback:
            return True
        if scheme != "https" or mapped.is_multicast or mapped.is_unspecified or mapped.is_link_local:
            return False
        return mapped.is_global or self.private


class Hooks:
    """Sends until it is told to stop. Any number may run: rows are leased."""

    def __init__(self, store: Store, clock: Callable[[], datetime], guard: Guard) -> None:
        self.store = store
        self.clock = clock
        self.guard = guard

    async def run(self, stop: asyncio.Event, every: float = 2.0) -> None:
        """Works until told to stop, one message at a time for each webhook: who hangs holds up no other."""
        sending: dict[int, asyncio.Task[None]] = {}
        async with client() as http:
            while not stop.is_set():
                due = []
                try:
                    due = await asyncio.to_thread(self.lease, frozenset(sending))
                except Exception as error:  # a failing database is waited for
                    log.exception("webhooks_failed", error=type(error).__name__)
                for one, hook in due:
                    sending[hook.id] = asyncio.create_task(self.send(http, one, hook))
                if not due:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(stop.wait(), every)
                await asyncio.sleep(0)
                sending = {key: task for key, task in sending.items() if not task.done()}
            await asyncio.gather(*sending.values())

    def lease(self, busy: frozenset[int] = frozenset()) -> list[tuple[WebhookSend, Webhook]]:
        """The oldest message that is due for each webhook that is not `busy`."""
        now = self.clock()
        with self.store.read() as tx:
            if not rows.anything(tx, now, busy):
                return []
        with self.store.begin() as tx:
            return rows.lease(tx, now, busy)

    async def send(self, http: httpx.AsyncClient, one: WebhookSend, hook: Webhook) -> None:
        """One attempt, and how it ended."""
        try:
            async with asyncio.timeout(ALL_OF_IT):
                status, said = await attempt(http, self.guard, hook, one, self.clock())
        except (httpx.HTTPError, httpx.InvalidURL, Forbidden, TimeoutError, OSError) as error:
            why = str(error) if isinstance(error, Forbidden) else type(error).__name__
            await asyncio.to_thread(self._keep, one, lambda tx: webhooks.failed(tx, one, why, self.clock()))
            return
        await asyncio.to_thread(
            self._keep, one, lambda tx: webhooks.answered(tx, one, status, said, self.clock())
        )

    def _keep(self, one: WebhookSend, act: Callable[[Any], None]) -> None:
        with self.store.begin() as tx:
            act(tx)
        log.info("webhook_attempt", webhook=one.webhook_id, kind=one.kind, attempt=one.attempts)


def client() -> httpx.AsyncClient:
    """No redirects, no proxies from the environment, no cookies kept."""
    return httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=TIMEOUT)


async def attempt(
    http: httpx.AsyncClient, guard: Guard, hook: Webhook, one: WebhookSend, now: datetime
) -> tuple[int, str]:
    """One POST; the status and the beginning of the answer. Raises Forbidden and httpx's errors."""
    headers = {"content-type": "application/json", **signed(hook.secret, one.message_id, now, one.body)}
    response, said = await posted(http, guard, hook.url, one.body.encode(), headers)
    return response.status_code, said.decode("utf-8", "replace")


async def posted(
    http: httpx.AsyncClient, guard: Guard, where: str, content: bytes, more: Mapping[str, str]
) -> tuple[httpx.Response, bytes]:
    """One POST to the very address that was looked at; the answer and its beginning. Raises as `attempt`."""
    _, port, address = await asyncio.to_thread(guard.look, where)
    named = httpx.URL(where)
    url = named.copy_with(host=address, port=port)
    headers = {
        "host": named.netloc.decode("ascii"),  # as DNS has a Chinese name; IPv6 in brackets
        "accept-encoding": "identity",
        "user-agent": "linli",
        **more,
    }
    sni = {"sni_hostname": named.raw_host.decode("ascii")}
    request = http.build_request("POST", url, content=content, headers=headers, extensions=sni)
    response = await http.send(request, stream=True)
    try:
        said = b""
        async for part in response.aiter_raw():  # never unpacked: what is small may unpack to anything
            said += part
            if len(said) >= READ:
                break
    finally:
        await response.aclose()
    http.cookies.clear()
    return response, said[:READ]
