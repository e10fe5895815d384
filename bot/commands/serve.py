"""Runs a process: web chat, Telegram, worker, clock, as asked."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
import typer
from pydantic import ValidationError

from bot import logs, metrics
from bot.commands import memory
from bot.hearing import Transcriber, whisper
from bot.house import House
from bot.settings import Settings
from nlu.classify import StaleModel
from nlu.understand import Understanding
from storage import check, schema
from storage.secret import Cipher
from storage.store import Store

if TYPE_CHECKING:
    from bot.channels.telegram import Change, TelegramChannel

log = structlog.get_logger()


def settings(**changed: Any) -> Settings:
    """The configuration, or a sentence per mistake and exit 2."""
    try:
        return Settings(**changed)
    except ValidationError as wrong:
        for error in wrong.errors():
            name = (
                "LINLI_" + "_".join(str(part).upper() for part in error["loc"]) if error["loc"] else "LINLI"
            )
            typer.echo(f"{name}: {error['msg']}", err=True)
        raise typer.Exit(2) from None


def open_store(configured: Settings) -> Store:
    """The database with this version's schema."""
    store = Store(configured.database_url, Cipher.from_file(configured.key))
    _ready(store, configured)
    return store


def _ready(store: Store, configured: Settings) -> None:
    """Brings the schema up to date; a key that does not open the database is a sentence and exit 2."""
    schema.migrate(store)
    if not check.key_fits(store):
        typer.echo(check.WRONG_KEY.format(key=configured.key), err=True)
        raise typer.Exit(2)


def understanding(folder: Path | None = None) -> Understanding:
    """The trained model, or a sentence and exit 2."""
    try:
        return Understanding.load(folder)
    except StaleModel as stale:
        typer.echo(str(stale), err=True)
        raise typer.Exit(2) from None


def transcriber(configured: Settings) -> Transcriber | None:
    """What makes words of voice messages, where it is installed and wanted."""
    return whisper.installed(configured.home) if configured.voice == "auto" else None


def build(configured: Settings) -> House:
    """A house with its database ready and its flows known."""
    import handlers  # noqa: F401 - registers the flows and tellers

    memory.one_heap()
    logs.set_up()
    heard = understanding(configured.model).with_vectors()
    threading.Thread(target=heard.rehearse, args=(datetime.now(UTC),), name="rehearsal", daemon=True).start()
    house = House(configured, heard, transcriber=transcriber(configured))
    _ready(house.store, configured)
    return house


def serve(configured: Settings, *, web: bool, work: bool, ready: Callable[[], None] = lambda: None) -> None:
    """Runs until it is told to stop; what is under way is finished first."""
    house = build(configured)
    try:
        with asyncio.Runner(loop_factory=_new_loop) as runner:
            runner.run(_serve(house, web=web, work=work, ready=ready))
    except KeyboardInterrupt:
        sys.exit(0)


def _new_loop() -> asyncio.AbstractEventLoop:
    """The quicker loop, where it can be had."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


async def _serve(house: House, *, web: bool, work: bool, ready: Callable[[], None]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    telegram = _telegram(house)
    await house.start(work=work, web=web)
    if house.settings.metrics_port and not web:
        show_figures(house)
    running: list[asyncio.Task[None]] = []
    if telegram is not None:
        running += await _start_telegram(house, telegram, stop, polls=work)
    if web:
        running.append(asyncio.create_task(_web(house, telegram, stop, ready)))
    else:
        ready()
    gc.collect()
    gc.freeze()
    waiting, tidying = asyncio.create_task(stop.wait()), asyncio.create_task(memory.give_back())
    await asyncio.wait([waiting, *running], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    tidying.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    await house.stop()


def show_figures(house: House) -> None:
    """The figures of a process without pages, on a port of this machine."""
    from prometheus_client import start_http_server

    start_http_server(house.settings.metrics_port, "127.0.0.1", metrics.registry(house.store, house.clock))


async def _web(
    house: House, telegram: TelegramChannel | None, stop: asyncio.Event, ready: Callable[[], None]
) -> None:
    import uvicorn

    from web.app import create_app

    webhook = None
    secret = house.settings.telegram_webhook_secret
    if telegram is not None and secret is not None:
        webhook = telegram.webhook(secret.get_secret_value(), partial(house.receive, fetch=telegram.fetch))
    app = create_app(house, telegram=webhook)
    config = uvicorn.Config(
        app,
        host=house.settings.host,
        port=house.settings.port,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=5,
        server_header=False,
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():
        await asyncio.sleep(0.02)
    if server.started:
        ready()
    await asyncio.wait([serving, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    app.state.close()  # streams would keep the server waiting
    server.should_exit = True
    await serving


def _telegram(house: House) -> TelegramChannel | None:
    """The Telegram channel, when a token is set; its library is loaded only then."""
    token = house.settings.telegram_token
    if token is None:
        return None
    from bot.channels.telegram import TelegramChannel

    async def read_file(file_id: int) -> bytes:
        return await asyncio.to_thread(house.photo, file_id)

    async def changed(change: Change) -> None:
        await asyncio.to_thread(house.changed, "telegram", change.address, change.state, change.moved_to)

    channel = TelegramChannel(
        token.get_secret_value(),
        api=house.settings.telegram_api,
        read_file=read_file,
        on_change=changed,
        per_second=house.settings.telegram_per_second,
    )
    house.channels.add(channel)
    return channel


async def _start_telegram(
    house: House, channel: TelegramChannel, stop: asyncio.Event, *, polls: bool
) -> list[asyncio.Task[None]]:
    """Tells Telegram where to deliver; polls when there is no webhook."""
    configured = house.settings
    secret = configured.telegram_webhook_secret
    if secret is not None:
        await channel.set_up(
            "webhook", public_url=f"{configured.url}/telegram", secret=secret.get_secret_value()
        )
        return []
    if not polls:
        return []
    receive = partial(house.receive, fetch=channel.fetch)
    return [asyncio.create_task(channel.poll(receive, stop))]
