"""`linli audit …`: whether the record of what happened is what it was."""

from __future__ import annotations

import json
from collections.abc import Sequence

import typer
from rich.console import Console
from rich.progress import Progress

from actions import audit
from bot.commands.serve import open_store
from bot.house import now
from bot.schedule import seal_up
from bot.settings import Settings
from storage import seals

SAYS = {
    audit.Finding.EDITED: "was changed after it was sealed",
    audit.Finding.DELETED: "is gone",
    audit.Finding.INSERTED: "was put in afterwards",
    audit.Finding.REORDERED: "stands in another place than it was sealed in",
    audit.Finding.CUT_OFF: "is missing from the end: the record is shorter than the anchor",
    audit.Finding.REWRITTEN: "is not the one the anchor was taken from: the record was rewritten",
}


def run_verify(configured: Settings, printed: Sequence[str], *, as_json: bool) -> int:
    """0 when the record is whole, 1 when it was tampered with, 2 for an anchor that cannot be read."""
    try:
        anchors = [audit.Anchor.read(one) for one in printed]
    except ValueError as wrong:
        typer.echo(str(wrong), err=True)
        return 2
    store = open_store(configured)
    console = Console(stderr=True)
    with store.read() as tx, Progress(console=console, transient=True) as progress:
        bar = progress.add_task("核对记录", total=seals.count(tx) or None)
        found = list(audit.verify(tx, anchors, now(), lambda seq: progress.update(bar, completed=seq)))
        end = audit.anchor(tx)
    if as_json:
        listed = [{"finding": str(one.finding), "seq": one.seq, "event": one.event_id} for one in found]
        typer.echo(json.dumps({"sealed": end.seq if end else 0, "findings": listed}, indent=2))
        return int(bool(found))
    for one in found:
        typer.echo(f"seal {one.seq}, event {one.event_id}: {SAYS[one.finding]}")
    if not found:
        typer.echo(f"the record is whole: {end.seq if end else 0} events")
    if not anchors:
        typer.echo("without an anchor a cut end cannot be seen; give one with --anchor")
    return int(bool(found))


def run_anchor(configured: Settings) -> None:
    """Seals what is new and prints the chain's end."""
    store = open_store(configured)
    seal_up(store, now())
    with store.read() as tx:
        end = audit.anchor(tx)
    typer.echo(f"{end.seq} {end.digest}" if end else "nothing has happened yet")
