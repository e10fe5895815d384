"""`linli demo`: everything in one process, with links for each persona."""

from __future__ import annotations

import shutil
from pathlib import Path

import typer
from rich.console import Console

from actions import loading
from bot.commands.serve import open_store, serve, settings
from bot.house import now
from storage import people
from storage.community_files import read

HOME = Path("var/demo")
DATA = Path(__file__).parent.parent.parent / "demo" / "guangming"
CAST = (
    ("wang-ayi", "居民"),
    ("liming", "党员"),
    ("sunli", "支部书记"),
)


def run_demo(port: int, *, fresh: bool) -> None:
    """Loads the demo community on the first start, then serves it."""
    if fresh:
        shutil.rmtree(HOME, ignore_errors=True)
    configured = settings(mode="demo", home=HOME, database="", port=port, public_url="", telegram_token=None)
    console = Console()
    store = open_store(configured)
    with store.read() as tx:
        empty = people.count(tx) == 0
    if empty:
        with console.status("正在载入演示社区…"):
            loading.load(store, read([DATA]), now())
    store.close()
    serve(configured, web=True, work=True, ready=lambda: _links(console, configured.url))


def _links(console: Console, url: str) -> None:
    import segno

    console.print(f"\n[bold]邻里演示社区[/bold]  {url}\n", highlight=False)
    for key, role in CAST:
        link = f"{url}/demo/as/{key}"
        console.print(f"{role}  {link}", highlight=False)
        segno.make(link, micro=False).terminal(compact=True)
    console.print(f"书记的工作台  {url}/demo/desk/sunli", highlight=False)
    console.print(f"全部人物：{url}/demo    停止：Ctrl-C\n", highlight=False)
    typer.echo("", nl=False)
