"""`linli invite`: a one-time code for somebody on the roster."""

from __future__ import annotations

import segno
import typer

from actions import people as actions
from bot.commands.serve import open_store
from bot.house import now
from bot.settings import Settings
from storage import people


def run_invite(configured: Settings, who: str, days: int) -> None:
    """Prints the code, a link and a QR code; the code works once."""
    store = open_store(configured)
    with store.begin() as tx:
        named = [p for p in people.everybody_on_the_roster(tx) if who in (p.name, p.key)]
        if len(named) != 1:
            found = "nobody" if not named else f"{len(named)} people"
            typer.echo(f"{found} on the roster for {who!r}; use the key of the roster", err=True)
            raise typer.Exit(1)
        token = actions.invite(tx, named[0].id, now(), days)
    link = f"{configured.url}/q/i_{token}"
    typer.echo(f"{named[0].name}  i_{token}\n{link}\n")
    segno.make(link, micro=False).terminal(compact=True)
