"""`linli webhooks …`: other systems hear what happens to public cases."""

from __future__ import annotations

import asyncio
import secrets

import httpx
import typer

from actions import webhooks
from bot.commands.serve import open_store
from bot.commands.systems import unit_of
from bot.house import now
from bot.settings import Settings
from bot.webhooks import Forbidden, Guard, attempt, client
from domain.signing import key_of, secret_of
from domain.systems import Webhook, WebhookSend
from storage import community
from storage import webhooks as rows


def run_add(settings: Settings, url: str, unit_key: str, secret: str) -> None:
    """Registers an address that may be called; prints a secret that was made for it."""
    made = secret or secret_of(secrets.token_bytes(32))
    try:
        key_of(made)
        guard(settings).look(url)
    except (ValueError, Forbidden) as wrong:
        typer.echo(str(wrong), err=True)
        raise typer.Exit(2) from None
    store = open_store(settings)
    with store.begin() as tx:
        unit = unit_of(community.load(tx), unit_key)
        hook = webhooks.add(tx, url, made, unit, now())
    typer.echo(f"{hook.id}  {url} · {unit.name}")
    if not secret:
        typer.echo(f"{made}\nIt is shown this once: the receiver checks signatures with it.")


def guard(settings: Settings) -> Guard:
    return Guard(loopback=settings.mode == "demo", private=settings.webhooks_private)


def run_list(settings: Settings) -> None:
    store = open_store(settings)
    with store.read() as tx:
        whole, counts = community.load(tx), rows.counts(tx)
        for hook in rows.every(tx):
            states = counts.get(hook.id, {})
            told = " ".join(f"{name} {states.get(name, 0)}" for name in ("sent", "queued", "sending", "dead"))
            state = f"{hook.state}: {hook.reason}" if hook.reason else hook.state
            typer.echo(f"{hook.id}  {hook.url} · {whole.units[hook.unit_id].name} · {state} · {told}")
            if last := rows.last_answer(tx, hook.id):
                typer.echo(f"   last: {last}")


def run_remove(settings: Settings, number: int) -> None:
    store = open_store(settings)
    with store.begin() as tx:
        if not rows.stop(tx, number, "removed", now()):
            typer.echo(f"{number}: no such webhook is active", err=True)
            raise typer.Exit(2)
    typer.echo(f"{number} hears nothing more")


def run_test(settings: Settings, number: int) -> int:
    """0 when the receiver took it."""
    store = open_store(settings)
    with store.read() as tx:
        hook = tx.get(Webhook, number)
        if hook is None:
            typer.echo(f"{number}: no such webhook", err=True)
            return 2
        one = webhooks.trial(tx, hook, now())
    try:
        status = asyncio.run(_try(settings, hook, one))
    except (Forbidden, httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        typer.echo(f"{type(error).__name__}: {error}", err=True)
        return 1
    typer.echo(f"it answered {status}")
    return 0 if 200 <= status < 300 else 1


async def _try(settings: Settings, hook: Webhook, one: WebhookSend) -> int:
    async with client() as http:
        return (await attempt(http, guard(settings), hook, one, now()))[0]
