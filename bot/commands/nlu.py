"""`linli nlu …`."""

from __future__ import annotations

import json
from pathlib import Path

import typer
from rich.console import Console

from bot.house import now


def run_train() -> None:
    from nlu.train import train

    console = Console(stderr=True)
    with console.status("正在训练…"):
        report = train()
    for name in ("intents", "categories", "private"):
        head = getattr(report, name)
        console.print(
            f"{name}: {head.examples} sentences, {head.labels} labels, {head.accuracy:.3f} right in folds"
            + (f", {head.accuracy_beside:.3f} with vectors" if head.accuracy_beside is not None else ""),
            highlight=False,
        )
    with_what = report.vectors or "characters alone"
    console.print(f"{report.seconds:.0f} s, model {report.fingerprint[:12]}, {with_what}", highlight=False)


def run_parse(text: str, *, as_json: bool) -> None:
    from bot.commands.serve import understanding
    from nlu.understand import as_dict

    found = as_dict(understanding().with_vectors(wait=True).understand(text, now()))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for name, value in found.items():
        typer.echo(f"{name}: {json.dumps(value, ensure_ascii=False)}")


def run_evaluate(file: Path, *, as_json: bool) -> None:
    from bot.commands.serve import understanding
    from nlu.evaluate import evaluate

    if not file.exists():
        typer.echo(f"there is no file {file}", err=True)
        raise typer.Exit(2)
    found = evaluate(file, understanding().with_vectors(wait=True))
    typer.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2) if as_json else str(found))
