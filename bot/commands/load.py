"""`linli load`: files are checked whole, then loaded whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from actions import loading, profiles
from bot import texts
from bot.commands.serve import open_store
from bot.house import now
from bot.settings import Settings
from storage.community_files import BadFiles, Problem, read

LOCALE = "zh_Hans"


def run_load(configured: Settings, files: list[Path], *, check: bool) -> None:
    """Prints every mistake with file, row and column and exits 1, or loads everything."""
    if not files:
        typer.echo("name a community.toml or its folder: linli load demo/guangming", err=True)
        raise typer.Exit(2)
    try:
        found = read(files)
    except BadFiles as bad:
        for problem in bad.problems:
            typer.echo(_sentence(problem), err=True)
        raise typer.Exit(1) from None
    if check:
        console = Console()
        console.print(f"✓ {found.name}: {len(found.units)} / {len(found.places)} / {len(found.people)}")
        return
    with progress() as moved:
        report = loading.load(open_store(configured), found, now(), moved)
    _print(report)


def _sentence(problem: Problem) -> str:
    """One mistake with its file, row and column."""
    said = texts.say(LOCALE, problem.key, **problem.facts)
    key = "line" if problem.column else "line_row" if problem.row else "line_file"
    return texts.say(
        LOCALE,
        f"loading.{key}",
        file=problem.file,
        row=problem.row,
        column=problem.column,
        problem=said,
    )


def run_profile(configured: Settings, name: str, seed: int) -> None:
    """A synthetic community of a real size."""
    if name not in profiles.SIZES:
        typer.echo(f"profiles: {', '.join(profiles.SIZES)}", err=True)
        raise typer.Exit(2)
    with progress() as moved:
        report = profiles.load_profile(open_store(configured), profiles.profile(name, seed), now(), moved)
    _print(report)


@contextmanager
def progress() -> Iterator[loading.Progress]:
    """A bar in the terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task: TaskID = bar.add_task("正在载入", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print(report: loading.LoadReport) -> None:
    for kind, added in report.added.items():
        typer.echo(
            texts.say(
                LOCALE,
                "loading.report",
                kind=texts.say(LOCALE, f"loading.kind_{kind}"),
                added=added,
                changed=report.changed.get(kind, 0),
                unchanged=report.unchanged.get(kind, 0),
            )
        )
    for kind, (count, keys) in report.left.items():
        name = texts.say(LOCALE, f"loading.kind_{kind}")
        typer.echo(texts.say(LOCALE, "loading.left", kind=name, count=count, keys="、".join(keys)))
    if report.edited:
        typer.echo(texts.say(LOCALE, "loading.edited", count=report.edited))
