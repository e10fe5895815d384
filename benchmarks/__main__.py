"""`python -m benchmarks`: a whole turn against the bare floor of the same channel.

Floors: python-telegram-bot's own webhook echo bot, which remembers nothing, and an echo through the web
framework. Ours: understanding, one transaction on SQLite on disk, and the reply. Each server runs in its
own process; the load comes from this one; CPU is what the server's process used.
"""

from __future__ import annotations

import asyncio

from rich.console import Console
from rich.table import Table

from benchmarks.alone import turns_alone
from benchmarks.load import Figures, telegram_load, web_load
from benchmarks.servers import echo_bot, echo_web, linli_telegram, linli_web
from tests.telegram.bot_api import Server

TURNS = 400
RATE = 20.0  # turns a second


async def main() -> None:
    api = Server()
    api.start()
    bot, other = api.new_bot(), api.new_bot()
    figures: dict[str, Figures] = {"the turn itself, in one process": turns_alone(TURNS)}
    try:
        with echo_bot(other.token, other.url) as server:
            figures["Telegram, echo by python-telegram-bot"] = await telegram_load(server, TURNS, RATE)
        with linli_telegram(bot.token, bot.url) as server:
            figures["Telegram, Linli"] = await telegram_load(server, TURNS, RATE)
        with echo_web() as server:
            figures["web chat, echo"] = await web_load(server, TURNS, RATE)
        with linli_web() as server:
            figures["web chat, Linli"] = await web_load(server, TURNS, RATE)
    finally:
        api.stop()
    show(figures)


def show(figures: dict[str, Figures]) -> None:
    """One table, with each channel's ratio to its floor."""
    table = Table(title=f"{TURNS} turns at {RATE:.0f} a second, two cores")
    for name in ("", "CPU ms a turn", "p50 ms", "p99 ms", "ratio of CPU", "memory MB", "first answer s"):
        table.add_column(name, justify="left" if not name else "right")
    floor = 0.0
    for name, found in figures.items():
        if "echo" in name:
            floor = found.cpu
        ratio = "1.0 (floor)" if "echo" in name else f"{found.cpu / floor:.2f}" if floor else ""
        table.add_row(
            name,
            f"{found.cpu * 1e3:.2f}",
            f"{found.p50 * 1e3:.1f}",
            f"{found.p99 * 1e3:.1f}",
            ratio,
            f"{found.memory / 1e6:.0f}",
            f"{found.first:.2f}",
        )
    Console().print(table)


asyncio.run(main())
