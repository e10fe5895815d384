"""`linli qr`: a printable page of stairwell codes, each of which already says which building."""

from __future__ import annotations

from html import escape
from pathlib import Path

import segno
import typer

from bot.commands.serve import open_store
from bot.settings import Settings
from domain.community import PlaceKind
from domain.tree import Place
from storage import community
from storage.tx import Tx

_PAGE = """<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>楼栋二维码</title>
<style>
body{{font-family:"Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;margin:0}}
main{{display:grid;grid-template-columns:1fr 1fr;gap:8mm;padding:10mm}}
section{{border:1px solid #b3261e;border-radius:4mm;padding:6mm;text-align:center;break-inside:avoid}}
h2{{margin:0 0 2mm;font-size:18pt}} p{{margin:2mm 0 0;font-size:13pt}} svg{{width:55mm;height:55mm}}
</style><main>{cards}</main></html>
"""
_CARD = """<section><h2>{name}</h2>{code}<p>有事扫一扫,跟邻里说</p></section>"""


def run_qr(configured: Settings, wanted: str, out: Path) -> None:
    """Writes the page. With an estate's name or key, its buildings only."""
    store = open_store(configured)
    with store.read() as tx:
        found = _wanted(tx, wanted)
    if not found:
        typer.echo(f"no place is called {wanted!r}", err=True)
        raise typer.Exit(1)
    cards = "".join(_card(configured.url, place) for place in found)
    out.write_text(_PAGE.format(cards=cards), encoding="utf-8")
    typer.echo(f"{len(found)} → {out}")


def _card(url: str, place: Place) -> str:
    code = segno.make(f"{url}/q/p_{place.id}", error="m", micro=False)
    return _CARD.format(name=escape(place.full_name), code=code.svg_inline(border=1, omitsize=True))


def _wanted(tx: Tx, wanted: str) -> list[Place]:
    if not wanted:
        return community.of_kind(tx, PlaceKind.BUILDING)
    named = community.place_by_key(tx, wanted) or community.place_by_name(tx, wanted)
    if named is None:
        return []
    inside = [one for one in community.children(tx, named.id) if one.kind is PlaceKind.BUILDING]
    return inside or [named]
