"""`linli say --as 孙丽 队列3号 答复 修好了`: a few messages, the replies, and an exit code for scripts."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence

import typer

from bot.channels.menu import as_menu
from bot.commands.chat import CHANNEL, address_of, sit_down, work
from bot.commands.serve import build
from bot.messages import Incoming, Reply
from bot.settings import Settings
from storage import people
from storage.store import Unavailable

DONE, REFUSED, NOT_SAVED = 0, 1, 3


def run_say(
    configured: Settings, who: str, lines: Sequence[str], *, once: str, go_on: bool, as_json: bool
) -> int:
    """Says the lines one after the other, up to the first that is refused; returns the exit code.

    The dialogue begins anew unless it is to `go_on`: what a script left open before does not get in its way.
    """
    house = build(configured)
    address, mark = address_of(who), once or uuid.uuid4().hex
    replies: list[Reply] = []
    try:
        address_id = sit_down(house, address, who)
        if not go_on:
            with house.store.begin() as tx:
                people.set_state(tx, address_id, {})
        for number, words in enumerate(lines):
            said = Incoming(channel=CHANNEL, address=address, message_id=f"{mark}:{number}", text=words)
            reply = house.conversation.receive(said, house.clock())
            work(house)
            if reply is not None:
                replies.append(reply)
                if not as_json:
                    typer.echo(as_menu(reply).text)
            if reply is not None and reply.refused:
                return REFUSED
    except Unavailable:
        typer.echo("nothing was saved: the database does not answer", err=True)
        return NOT_SAVED
    finally:
        if as_json:
            typer.echo(json.dumps([one.as_json() for one in replies], ensure_ascii=False))
        house.store.close()
    return DONE
