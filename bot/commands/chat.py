"""`linli chat --as 王阿姨`: the conversation in a terminal, with numbers for buttons."""

from __future__ import annotations

import hashlib
import uuid

import typer
from rich.console import Console
from rich.panel import Panel

from bot.channels.menu import as_menu
from bot.commands.serve import build
from bot.conversation import MAILBOX
from bot.house import House
from bot.messages import Incoming, Reply
from bot.schedule import seal_up, tick
from bot.settings import Settings
from bot.worker import LANES
from storage import outbox, people

CHANNEL = "terminal"
assert CHANNEL in MAILBOX


def run_chat(configured: Settings, who: str) -> None:
    """Reads lines until the end of input; the worker runs between them."""
    house = build(configured)
    console = Console()
    address = address_of(who)
    address_id = sit_down(house, address, who)
    cursor = _show(house, console, address_id, 0, quietly=True)
    console.print(f"{who}，请说。空行看新消息，Ctrl-D 离开。", highlight=False)
    while True:
        try:
            words = console.input("[bold]> [/bold]")
        except (EOFError, KeyboardInterrupt):
            console.print()
            break
        if words.strip():
            said = Incoming(channel=CHANNEL, address=address, message_id=uuid.uuid4().hex, text=words)
            house.conversation.receive(said, house.clock())
        work(house)
        cursor = _show(house, console, address_id, cursor)
    house.store.close()


def address_of(who: str) -> str:
    """The terminal of somebody, the same each time."""
    return hashlib.sha256(f"terminal:{who}".encode()).hexdigest()[:24]


def sit_down(house: House, address: str, who: str) -> int:
    """The terminal's address; a name of the roster is that person."""
    with house.store.begin() as tx:
        found, _, _ = people.arrive(tx, CHANNEL, address, "zh_Hans", house.clock())
        named = [p for p in people.everybody_on_the_roster(tx) if who in (p.name, p.key)]
        if len(named) > 1:
            typer.echo(f"several people are called {who}; use a key: {', '.join(str(p.key) for p in named)}")
            raise typer.Exit(2)
        if named:
            people.bind(tx, found.id, named[0].id)
        return found.id


def work(house: House) -> None:
    """What a running worker would do by now."""
    tick(house.conversation, house.clock())
    seal_up(house.store, house.clock())
    for _ in range(10):
        told = house.worker.tell()
        sent = sum(len(house.worker.post(lane)) for lane in LANES)
        sent += house.bulk.take(house.clock()).letters
        if not told and not sent:
            return


def _show(house: House, console: Console, address_id: int, cursor: int, *, quietly: bool = False) -> int:
    with house.store.read() as tx:
        rows = outbox.mail_since(tx, address_id, cursor)
    for row in rows:
        if not row.mine and not quietly:
            console.print(
                Panel(as_menu(Reply.from_json(row.body)).text, border_style="red"),
                highlight=False,
                markup=False,
            )
    return rows[-1].id if rows else cursor
