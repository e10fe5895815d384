"""`linli keys …`: who may file and follow cases from other systems."""

from __future__ import annotations

import secrets

import typer

from actions import systems
from bot.commands.serve import open_store
from bot.house import now
from bot.settings import Settings
from domain.tree import QUEUES, Community, Unit
from storage import community
from storage import systems as rows


def run_keys_add(settings: Settings, name: str, unit_key: str) -> None:
    """Makes a key and prints it: only its hash is kept."""
    store = open_store(settings)
    token = f"linli_{secrets.token_urlsafe(32)}"
    with store.begin() as tx:
        unit = unit_of(community.load(tx), unit_key)
        key = systems.issue(tx, name, unit, token, now())
    typer.echo(f"{key.id}  {name} · {unit.name}\n{token}\nIt is shown this once: hand it over safely.")


def unit_of(whole: Community, key: str) -> Unit:
    """A unit with a queue, or a sentence and exit 2."""
    found = next((one for one in whole.units.values() if one.key == key and one.kind in QUEUES), None)
    if found is None:
        typer.echo(f"{key}: no unit with a queue has this key", err=True)
        raise typer.Exit(2)
    return found


def run_keys_list(settings: Settings) -> None:
    store = open_store(settings)
    with store.read() as tx:
        whole = community.load(tx)
        for key in rows.keys(tx):
            state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "stands"
            typer.echo(f"{key.id}  {key.name} · {whole.units[key.unit_id].name} · {state}")


def run_keys_revoke(settings: Settings, number: int) -> None:
    store = open_store(settings)
    with store.begin() as tx:
        done = rows.revoke(tx, number, now())
    if not done:
        typer.echo(f"{number}: no such key stands", err=True)
        raise typer.Exit(2)
    typer.echo(f"{number} is revoked")
