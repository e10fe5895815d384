"""月报: a unit's month in words and as a picture, for the chat of whoever runs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from actions import figures
from actions.figures import Period
from bot import pictures, texts
from bot.messages import Media
from domain.access import Actor
from domain.figures import FEWEST, Figures
from domain.tree import Unit
from storage.tx import Tx

Keep = Callable[[bytes], Media]
"""Stores a picture of our own."""

RATES = ("response", "solution", "content")
COUNTS = ("reported", "standing", "answered", "escalated", "unconfirmed")
WIDEST = 520  # of a bar, in the template's units
TOP, STEP, FOOT = 456, 64, 96
LONGEST = 28  # characters of a category's name on a line of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A month as it goes into the chat: the words say everything that the picture shows."""

    unit: Unit
    words: str
    file_id: int


def month_report(tx: Tx, by: Actor, unit_id: int, period: Period, now: datetime, keep: Keep) -> Report:
    """Draws it in the reader's language and keeps it as theirs. Raises NotAllowed beyond their own units."""
    unit, own = figures.of_unit(tx, by, unit_id, period)
    kinds = figures.categories(tx, by, unit_id, period)
    locale, rows = by.person.locale, []
    for key, count in kinds.told:
        rows.append((by.community.category_name(key, locale), count, False))
    if kinds.others:
        rows.append((texts.say(locale, "figures.others", fewest=FEWEST), kinds.others, True))
    month = texts.say(locale, "words.month", year=period.year, month=period.month)
    drawn = pictures.draw("month", **_facts(locale, unit, month, own, rows, now))
    stored = keep(drawn)
    file_id = figures.keep_picture(tx, by, stored.sha256, stored.mime, stored.size, now)
    return Report(unit=unit, words=_words(locale, unit, month, own, rows), file_id=file_id)


def rate(locale: str, share: float | None) -> str:
    """A share in per cent; of too few nothing is said."""
    return texts.say(locale, "figures.too_few", fewest=FEWEST) if share is None else f"{share:.0%}"


def month_words(locale: str, unit: Unit, month: str, own: Figures) -> str:
    """The account in words."""
    return texts.say(
        locale,
        "figures.month",
        unit=unit.name,
        month=month,
        reported=own.reported,
        standing=own.standing,
        answered=own.answered,
        escalated=own.escalated,
        unconfirmed=own.unconfirmed,
        response=rate(locale, own.response_rate),
        solution=rate(locale, own.solution_rate),
        content=rate(locale, own.content_rate),
        ratings=own.ratings,
    )


def _words(locale: str, unit: Unit, month: str, own: Figures, rows: list[tuple[str, int, bool]]) -> str:
    said = month_words(locale, unit, month, own)
    if not rows:
        return said
    parts = [texts.say(locale, "figures.of_category", name=name, count=count) for name, count, _ in rows]
    return f"{said}\n{texts.say(locale, 'figures.by_category')}\n" + "\n".join(parts)


def _facts(
    locale: str, unit: Unit, month: str, own: Figures, rows: list[tuple[str, int, bool]], now: datetime
) -> dict[str, Any]:
    most = max((count for _, count, _ in rows), default=1)
    shares = (own.response_rate, own.solution_rate, own.content_rate)
    return {
        "unit": unit.name,
        "unit_size": 32 if _wide(unit.name) <= 20 else 22,
        "title": texts.say(locale, "figures.picture_title", month=month),
        "rates": [
            {
                "x": 40 + 218 * at,
                "name": texts.say(locale, f"figures.rate_{name}"),
                "value": rate(locale, share) if share is not None else texts.say(locale, "figures.few"),
                "told": share is not None,
            }
            for at, (name, share) in enumerate(zip(RATES, shares, strict=True))
        ],
        "counts": [
            {
                "x": 104 + 128 * at,
                "name": texts.say(locale, f"figures.count_{name}"),
                "value": getattr(own, name),
            }
            for at, name in enumerate(COUNTS)
        ],
        "heading": texts.say(locale, "figures.picture_heading"),
        "nothing": texts.say(locale, "figures.picture_nothing"),
        "bars": [
            {
                "y": TOP + STEP * at,
                "name": name if _wide(name) <= LONGEST else f"{name[:LONGEST]}…",
                "width": max(4, round(WIDEST * count / most)),
                "value": count,
                "dull": dull,
            }
            for at, (name, count, dull) in enumerate(rows)
        ],
        "foot": [
            texts.say(locale, "figures.picture_few", fewest=FEWEST),
            texts.say(locale, "figures.picture_made", at=now),
        ],
        "height": TOP + STEP * max(1, len(rows)) + FOOT - STEP // 2,
    }


def _wide(text: str) -> float:
    """How wide a text is, in Chinese characters."""
    return sum(1 if ord(char) > 0x2E7F else 0.55 for char in text)
