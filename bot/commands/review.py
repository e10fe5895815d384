"""`linli nlu review`: what people taught by choosing and correcting, accepted or not by a reader."""

from __future__ import annotations

import json

import typer
from rich.console import Console
from rich.prompt import Prompt

from actions import learning
from bot.commands.serve import open_store
from bot.house import now
from bot.settings import Settings
from domain.errors import Refusal
from domain.learning import Lesson
from nlu import learned
from storage import lessons
from storage.store import Store


def run_review(
    configured: Settings, *, accept: list[int], refuse: list[int], label: str, as_json: bool
) -> None:
    """Shows what waits, or decides about the numbers given; without any, asks about one after the other."""
    store = open_store(configured)
    if accept or refuse:
        for number in accept:
            _decide(configured, store, number, accept=True, label=label)
        for number in refuse:
            _decide(configured, store, number, accept=False)
        return
    with store.read() as tx:
        waiting = lessons.waiting(tx)
    if as_json:
        typer.echo(json.dumps([_as_dict(one) for one in waiting], ensure_ascii=False, indent=2))
        return
    console = Console()
    if not waiting:
        console.print("没有等待查看的句子。")
        return
    for lesson in waiting:
        if not _ask(configured, store, console, lesson):
            break
    console.print("收下的句子在下一次 linli nlu train 时学会。")


def _as_dict(lesson: Lesson) -> dict[str, object]:
    return {
        "id": lesson.id,
        "text": lesson.text,
        "question": str(lesson.question),
        "label": lesson.label,
        "guess": lesson.guess,
        "source": lesson.source,
        "at": lesson.at.isoformat(),
    }


def _ask(configured: Settings, store: Store, console: Console, lesson: Lesson) -> bool:
    """One sentence; False when the reader has had enough."""
    console.print(f"\n[bold]{lesson.id}[/bold]  {lesson.text}", highlight=False)
    console.print(
        f"    {lesson.question}: {lesson.guess} → {lesson.label} ({lesson.source})", highlight=False
    )
    said = Prompt.ask("    y 收下  n 不要  s 先放着  q 结束，或写别的标签", default="s").strip()
    if said == "q":
        return False
    if said == "s":
        return True
    if said in ("y", "n"):
        _decide(configured, store, lesson.id, accept=said == "y")
    else:
        _decide(configured, store, lesson.id, accept=True, label=said)
    return True


def _decide(configured: Settings, store: Store, number: int, *, accept: bool, label: str = "") -> None:
    """The file first, then the row: after a crash between them it is asked again and added once."""
    try:
        with store.begin() as tx:
            decided = learning.decide(tx, number, accept=accept, now=now(), label=label)
            if accept:
                learned.add(configured.learned, decided.question, decided.label, decided.text)
    except ValueError as wrong:
        typer.echo(str(wrong), err=True)
        raise typer.Exit(2) from None
    except Refusal:
        typer.echo(f"{number}: there is nothing to decide", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{number}: {'accepted as ' + decided.label if accept else 'refused'}")
