"""`linli nlu …`."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.house import now
from bot.settings import Settings
from domain.calendar import BEIJING
from nlu.evaluate import Evaluation
from nlu.meaning import NamedPlace

MISTAKES_SHOWN = 30
_FIGURES = (
    "accuracy", "macro_f1", "out_of_scope_f1", "safety_recall", "false_cards", "silent_misfiling", "asked",
    "place", "time", "phone", "private_accuracy", "p50_ms", "p99_ms",
)  # fmt: skip


def run_train(configured: Settings, *, anyway: bool) -> int:
    """Trains beside the model in place, which the new one replaces if no figure falls; 1 when it does not."""
    from nlu import corpus, promotion
    from nlu.train import train
    from nlu.understand import Understanding

    console = Console(stderr=True)
    folder = configured.model or corpus.MODEL
    with console.status("正在训练…"):
        report = train(model_dir=promotion.beside(folder, "new"), learned=configured.learned)
    for name in ("intents", "categories", "private", "danger"):
        head = getattr(report, name)
        console.print(
            f"{name}: {head.examples} sentences, {head.labels} labels, {head.accuracy:.3f} right in folds"
            + (f", {head.accuracy_beside:.3f} with vectors" if head.accuracy_beside is not None else ""),
            highlight=False,
        )
    with_what = report.vectors or "characters alone"
    console.print(f"{report.seconds:.0f} s, model {report.fingerprint[:12]}, {with_what}", highlight=False)
    with console.status("正在与现用模型比较…"):
        worse = promotion.judged(Understanding.load, folder)
    for fall in worse:
        console.print(f"{fall.figure}: {fall.before:.3f} → {fall.after:.3f}", highlight=False)
    if worse and not anyway:
        console.print("现用模型没有换：上面这些退步了。确实要换就加 --anyway。")
        return 1
    promotion.promote(folder)
    console.print("新模型已启用；不满意用 linli nlu rollback 换回来。正在运行的进程重启后生效。")
    return 0


def run_rollback(configured: Settings) -> int:
    """Puts the model before the present one back; 1 when there is none."""
    from nlu import corpus, promotion

    try:
        promotion.roll_back(configured.model or corpus.MODEL)
    except promotion.NoWayBack:
        typer.echo("there is no earlier model to go back to", err=True)
        return 1
    typer.echo("the earlier model is back; restart what runs")
    return 0


def run_parse(text: str, *, as_json: bool) -> None:
    from bot.commands.serve import understanding
    from nlu.understand import as_dict

    found = as_dict(understanding().with_vectors(wait=True).understand(text, now()))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for name, value in found.items():
        typer.echo(f"{name}: {json.dumps(value, ensure_ascii=False)}")


def run_record() -> None:
    from bot.commands.serve import understanding
    from nlu import recorded

    alone = understanding()
    both = alone.with_vectors(wait=True)
    figures = recorded.read() | {"characters": recorded.figures(alone)}
    if both is not alone:
        figures["vectors"] = recorded.figures(both)
    recorded.write(figures)
    typer.echo(f"recorded: {recorded.FIGURES}")


def run_evaluate(
    file: Path,
    *,
    as_json: bool,
    plot: bool,
    reference: str,
    community: Path | None = None,
    characters: bool = False,
) -> None:
    from bot.commands.serve import understanding
    from nlu.drawings import draw
    from nlu.evaluate import NOW, evaluate

    if not file.exists():
        typer.echo(f"there is no file {file}", err=True)
        raise typer.Exit(2)
    try:
        moment = datetime.fromisoformat(reference) if reference else NOW
        moment = moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)
        alone = understanding().with_places(names_of(community))
        found = evaluate(file, alone if characters else alone.with_vectors(wait=True), moment)
    except ValueError as wrong:
        typer.echo(str(wrong), err=True)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    else:
        _print(found)
    for path in draw(found, file) if plot else ():
        typer.echo(f"drawn: {path}", err=True)


def names_of(community: Path | None) -> list[NamedPlace]:
    """The estates and spots that a community's files name; exit 2 with what is wrong in them."""
    if community is None:
        return []
    from domain.community import PlaceKind
    from storage.community_files import BadFiles, read

    try:
        rows = read([community]).places
    except BadFiles as wrong:
        typer.echo(
            f"{community}: {len(wrong.problems)} problems; `linli load {community}` names them", err=True
        )
        raise typer.Exit(2) from None
    named = [row for row in rows if row.kind in (PlaceKind.ESTATE, PlaceKind.SPOT)]
    return [
        NamedPlace(id=at, name=row.name, aliases=row.aliases, spot=row.kind is PlaceKind.SPOT)
        for at, row in enumerate(named, 1)
    ]


def _print(found: Evaluation) -> None:
    """The figures as tables: all, by label, by group, and the surest mistakes."""
    console = Console()
    figures = Table("figure", "value", title=f"{found.rows} rows")
    for name in _FIGURES:
        value = getattr(found, name)
        if value is not None:
            figures.add_row(name, f"{value:.2f}" if name.endswith("_ms") else f"{value:.3f}")
    console.print(figures)
    if found.per_label:
        table = Table("label", "precision", "recall", "F1", "rows")
        for label, score in found.per_label.items():
            cells = (f"{value:.3f}" for value in (score.precision, score.recall, score.f1))
            table.add_row(label, *cells, str(score.rows))
        console.print(table)
    for column, values in found.groups.items():
        table = Table(column, "right")
        for name, share in values.items():
            table.add_row(escape(name), f"{share:.3f}")
        console.print(table)
    if found.mistakes:
        table = Table("sure", "expected", "understood as", "text", title="the surest mistakes")
        for one in found.mistakes[:MISTAKES_SHOWN]:
            table.add_row(f"{one.confidence:.2f}", escape(one.expected), escape(one.got), escape(one.text))
        console.print(table)
