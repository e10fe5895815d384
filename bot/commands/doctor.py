"""`linli doctor`: what is wrong, a sentence each."""

from __future__ import annotations

import os
import shutil
import socket
import stat
from collections.abc import Iterator
from datetime import timedelta

from pydantic import ValidationError
from rich.console import Console

from bot.hearing import Broken, model
from bot.house import now
from bot.settings import Settings
from domain.calendar import BEIJING
from nlu.understand import Understanding
from storage import check, webhooks
from storage.community_files import calendar_source
from storage.secret import Cipher
from storage.store import Store

LATE_BACKUP = timedelta(hours=36)
Finding = tuple[str, str]  # ok | note | wrong, and the sentence
_SIGN = {"ok": "[green]✓[/green]", "note": "[yellow]![/yellow]", "wrong": "[red]✗[/red]"}


def run_doctor() -> int:
    """Prints the findings; 1 when something is wrong."""
    console = Console()
    found = list(findings())
    for kind, sentence in found:
        console.print(f"{_SIGN[kind]} {sentence}", highlight=False)
    return int(any(kind == "wrong" for kind, _ in found))


def findings() -> Iterator[Finding]:
    """Everything worth saying about this installation."""
    try:
        configured = Settings()
    except ValidationError as wrong:
        for error in wrong.errors():
            yield "wrong", f"configuration: {error['msg']}"
        return
    yield "ok", f"configuration is readable (mode {configured.mode})"
    yield from _model()
    yield from _key(configured)
    yield from _database(configured)
    yield _voice(configured)
    yield from _surroundings(configured)


def _model() -> Iterator[Finding]:
    try:
        Understanding.load()
        yield "ok", "the model of the language understanding fits the examples"
    except Exception as stale:
        yield "wrong", f"{stale}".replace("\n", " ")


def _key(configured: Settings) -> Iterator[Finding]:
    if not configured.key.exists():
        yield "note", f"there is no key yet; {configured.key} is made at the first start"
        return
    mode = stat.S_IMODE(os.stat(configured.key).st_mode)
    if mode & 0o077:
        yield "wrong", f"{configured.key} can be read by others: chmod 600 it"
    if configured.mode == "production" and configured.key.parent == configured.home:
        yield "note", "the key lies beside the database; keep it elsewhere, so that one theft is not both"


def _database(configured: Settings) -> Iterator[Finding]:
    if configured.mode == "production" and configured.database_url.startswith("sqlite"):
        yield "note", "SQLite serves one machine; several need PostgreSQL (LINLI_DATABASE)"
    if not configured.key.exists():
        return
    store = Store(configured.database_url, Cipher.from_file(configured.key))
    found = check.look(store, now())
    fits = not found.up_to_date or check.key_fits(store)
    silent = list(_webhooks(store)) if found.up_to_date and fits else []
    store.close()
    if not found.answers:
        yield "wrong", f"the database does not answer: {found.reason}"
        return
    yield "ok", "the database answers"
    if not found.up_to_date:
        yield "wrong", "the schema is of another version: run `linli migrate`"
        return
    if not fits:
        yield "wrong", check.WRONG_KEY.format(key=configured.key)
        return
    if not found.units:
        yield "wrong", "no community is loaded: run `linli load FOLDER`"
        return
    yield "ok", f"{found.name}: {found.units} units, {found.places} places, {found.people} people"
    yield from _calendar(found)
    if found.last_sweep and now() - found.last_sweep > timedelta(minutes=2):
        at = found.last_sweep.astimezone(BEIJING)
        yield "wrong", f"nobody has looked for overdue cases since {at:%Y-%m-%d %H:%M}: is a worker running?"
    if configured.backup_to is not None and found.last_backup is None:
        yield "note", f"no backup was made yet in {configured.backup_to}"
    elif configured.backup_to is not None and found.last_backup and now() - found.last_backup > LATE_BACKUP:
        at = found.last_backup.astimezone(BEIJING)
        yield "wrong", f"the last backup was made {at:%Y-%m-%d %H:%M}: is a worker running?"
    for name in found.without_secretary[:10]:
        yield "note", f"{name} has no secretary; its cases fall to the level above"
    yield from silent
    if found.oldest_waiting and now() - found.oldest_waiting > timedelta(minutes=2):
        yield "wrong", "messages have waited for more than two minutes: is `linli worker` running?"


def _webhooks(store: Store) -> Iterator[Finding]:
    """Other systems that no longer hear what happens."""
    with store.read() as tx:
        counts = webhooks.counts(tx)
        for hook in webhooks.every(tx):
            if hook.state != "active" and hook.reason != "removed":
                yield "note", f"webhook {hook.id} was ended by its receiver: {hook.reason}"
            elif dead := counts.get(hook.id, {}).get("dead", 0) if hook.state == "active" else 0:
                last = webhooks.last_answer(tx, hook.id)
                yield "note", f"webhook {hook.id}: {dead} messages were given up ({last})"


def _calendar(found: check.Health) -> Iterator[Finding]:
    """Whose holidays count, as the community was loaded, and whether this version knows more."""
    loaded, here = found.calendar, calendar_source()
    if not loaded:
        yield "note", "holidays were loaded by an older version: run `linli load` again"
        return
    soon = (now().astimezone(BEIJING) + timedelta(days=60)).year
    late = "; after that weekdays count" if int(loaded["until"]) < soon else ""
    yield "note" if late else "ok", f"holidays are known until {loaded['until']} ({loaded['source']}){late}"
    if int(loaded["until"]) < int(here["until"]):
        yield "note", f"{here['source']} knows the holidays of {here['until']}: run `linli load` again"


def _voice(configured: Settings) -> Finding:
    silent = "voice messages go to a human as they are"
    if configured.voice == "off":
        return "ok", f"{silent}: LINLI_VOICE is off"
    if gone := model.missing():
        return "note", f"{silent}: {', '.join(gone)} not installed (`make voice`)"
    try:
        model.ready(configured.home)
    except Broken as broken:
        return "wrong", f"{silent}: {broken}"
    return "ok", "voice messages become words: the speech model is the one that is expected"


def _surroundings(configured: Settings) -> Iterator[Finding]:
    if configured.mode == "production" and not configured.public_url.startswith("https://"):
        yield "wrong", "LINLI_PUBLIC_URL must be an https address in production: QR codes point at it"
    if configured.telegram_token and configured.telegram_webhook_secret is None:
        yield "note", "Telegram is polled; set LINLI_TELEGRAM_WEBHOOK_SECRET for a webhook"
    if configured.second_opinion:
        yield "note", f"unclear words are sent, masked, to {configured.second_opinion_url}"
    free = shutil.disk_usage(configured.home if configured.home.exists() else ".").free
    if free < 1_000_000_000:
        yield "wrong", f"only {free // 1_000_000} MB are free on the disk"
    with socket.socket() as probe:
        if probe.connect_ex((configured.host, configured.port)) == 0:
            yield "note", f"port {configured.port} is taken (perhaps by a running Linli)"
