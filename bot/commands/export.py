"""`linli export …`: lists for other programs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress

from actions import figures
from actions.concern import public_words
from bot import exports, texts
from bot.commands.serve import open_store
from bot.settings import Settings
from domain.case import Case
from domain.figures import Figures
from domain.people import Person
from domain.supervision import Supervision
from domain.tree import QUEUES, Community
from storage import community, supervisions
from storage.tx import Tx

ACCOUNT = (
    "unit", "level", "reported", "wishes", "inquiries", "withdrawn", "joined", "standing", "responded",
    "answered", "confirmed", "unsolved", "unconfirmed", "escalated", "ratings", "content", "response_rate",
    "solution_rate", "content_rate",
)  # fmt: skip
SUPERVISION = (
    "number", "unit", "category", "status", "text", "asked_by", "asker", "reason", "asked_at", "span",
    "answer_by", "state", "late", "answered_by", "answered_at", "answer", "lifted_at",
)  # fmt: skip


def run_supervision(settings: Settings, path: Path, locale: str) -> None:
    """Every supervision there is, lifted ones too; no resident is named, private cases have no words."""
    store = open_store(settings)
    with store.read() as tx:
        count = exports.write(path, SUPERVISION, supervision_rows(tx, locale), locale)
    typer.echo(f"{count} rows in {path}")


def supervision_rows(tx: Tx, locale: str) -> Iterator[list[exports.Cell]]:
    whole = community.load(tx)
    found = supervisions.standing(tx, sorted(whole.units), limit=100_000, lifted=True)
    for asked, case in sorted(found, key=lambda one: one[0].id):
        names = [tx.get(Person, person) for person in (asked.by_id, asked.answered_by)]
        asker, answerer = [person.name if person else "" for person in names]
        yield [
            case.number,
            whole.units[case.unit_id].name,
            whole.category_name(case.category, locale),
            texts.say(locale, f"words.status.{case.status}"),
            _text(tx, case, locale),
            whole.units[asked.unit_id].name,
            asker,
            asked.reason,
            asked.created_at,
            asked.span,
            asked.answer_by,
            texts.say(locale, f"words.supervision_state.{asked.state}"),
            texts.say(locale, "export.is_late") if _was_late(asked) else "",
            answerer,
            asked.answered_at,
            asked.answer,
            asked.lifted_at,
        ]


def _text(tx: Tx, case: Case, locale: str) -> str:
    return texts.say(locale, "export.private") if case.private else public_words(tx, case)


def _was_late(asked: Supervision) -> bool:
    """Whether the answer had not come when it was due."""
    return asked.late_at is not None or bool(asked.answered_at and asked.answered_at > asked.answer_by)


def run_account(settings: Settings, period: str, path: Path, locale: str) -> None:
    """The account of a month or a year per unit, counted from the record of what happened."""
    try:
        asked = figures.Period.read(period)
    except ValueError:
        typer.echo(f"{period}: write a month as 2026-11 or a year as 2026", err=True)
        raise typer.Exit(2) from None
    store = open_store(settings)
    with store.read() as tx, Progress(console=Console(stderr=True), transient=True) as progress:
        progress.add_task("统计", total=None)
        whole = community.load(tx)
        found = figures.account(tx, whole, asked)
        count = exports.write(path, ACCOUNT, account_rows(whole, found, locale), locale, dated=asked.end)
    typer.echo(f"{count} rows in {path}")


def account_rows(
    whole: Community, found: Mapping[int, Figures], locale: str, only: Collection[int] | None = None
) -> Iterator[list[exports.Cell]]:
    """Every unit with a queue, from the top down; a rate of too few is empty."""
    for unit in sorted(whole.units.values(), key=lambda unit: unit.path):
        if unit.kind not in QUEUES or (only is not None and unit.id not in only):
            continue
        level = texts.say(locale, f"export.level_{unit.kind}")
        yield [unit.name, level, *cells(found.get(unit.id, Figures()))]


def cells(one: Figures) -> list[exports.Cell]:
    """The columns of ACCOUNT after unit and level."""
    rates = (one.response_rate, one.solution_rate, one.content_rate)
    return [
        one.reported,
        one.wishes,
        one.inquiries,
        one.withdrawn,
        one.joined,
        one.standing,
        one.responded,
        one.answered,
        one.confirmed,
        one.unsolved,
        one.unconfirmed,
        one.escalated,
        one.ratings,
        one.content,
        *("" if rate is None else f"{rate:.4f}" for rate in rates),
    ]
