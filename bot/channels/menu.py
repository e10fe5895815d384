"""Replies in plain text: cards as lines, choices as a numbered menu, and what was meant by "3" or 第三个."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.messages import Button, Card, Reply

_BAR = 10  # characters of a full progress bar
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_CHOICE = re.compile(
    r"^(?:我?(?:要|选择|選擇|选|選))?(?P<nth>第)?"
    r"(?P<number>\d{1,3}|[一二三四五六七八九十]{1,3})(?P<unit>[个個项項条條])?$"
)
_BUILDING = re.compile(r"^(\d{1,3})(?:栋|棟|幢|座|号楼|號樓)$")
_AROUND = " \t\r\n.。,、!?:;()[]【】「」<>《》\ufe0f\u20e3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """A reply as text alone: `payloads` and `labels` belong together, the first is choice 1."""

    text: str
    payloads: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


def card_text(card: Card) -> str:
    """A card as lines: its title, its progress as a bar of characters, its facts."""
    lines = [card.title]
    if card.progress is not None:
        share = min(max(card.progress, 0.0), 1.0)
        full = round(share * _BAR)
        lines.append(f"{'▓' * full}{'░' * (_BAR - full)} {round(share * 100)}%")
    return "\n".join(line for line in (*lines, *card.lines) if line.strip())


def as_text(reply: Reply) -> str:
    """What a reply says in words: its text, then its card."""
    parts = [reply.text.strip("\n"), card_text(reply.card) if reply.card else ""]
    return "\n\n".join(part for part in parts if part.strip())


def as_menu(reply: Reply) -> Menu:
    """The reply for a channel without buttons: one line per row of buttons, numbered; links as they are."""
    chosen = [button for row in reply.buttons for button in row if button.payload]
    payloads, labels = [button.payload for button in chosen], [button.label.strip() for button in chosen]
    number = dict(zip(map(id, chosen), numbers(labels), strict=True))
    bare = all(label.isdigit() for label in labels)
    rows = [
        "  ".join(_shown(button, number=number.get(id(button), 0), bare=bare) for button in row)
        for row in reply.buttons
    ]
    text = "\n".join(part for part in (as_text(reply), *rows) if part)
    return Menu(text=text, payloads=tuple(payloads), labels=tuple(labels))


def numbers(labels: Sequence[str]) -> list[int]:
    """The number of each choice: its place, or its stars where all are stars, so that 5 is ★★★★★.

    Among buildings 8 is 8栋, wherever it stands, and what is no building has no number: 0.
    """
    if labels and all(set(label) == {"★"} for label in labels):
        return [len(label) for label in labels]
    buildings = [int(found[1]) if (found := _BUILDING.match(label)) else 0 for label in labels]
    if sum(map(bool, buildings)) > 1:
        return buildings
    return list(range(1, len(labels) + 1))


def pick(text: str, menu: Menu) -> str | None:
    """The payload that was meant by an exact label or by a number of the menu; None when neither fits.

    Labels come before numbers: of the marks 5 4 3 2 1, "5" is the mark and not the fifth choice,
    and where all labels are numbers, another number is an answer of its own.
    """
    said = _plain(text)
    if not said:
        return None
    if any(_plain(label) == said for label in menu.labels):
        return labelled(text, menu)
    if all(label.strip().isdigit() for label in menu.labels):
        return None
    number = _number(said)
    return dict(zip(numbers(menu.labels), menu.payloads, strict=True)).get(number) if number else None


def labelled(text: str, menu: Menu) -> str | None:
    """The payload of the one choice whose label was written, number aside."""
    said = _plain(text)
    found = zip(menu.labels, menu.payloads, strict=True)
    named = {payload for label, payload in found if said and _plain(label) == said}
    return named.pop() if len(named) == 1 else None


def _shown(button: Button, *, number: int, bare: bool) -> str:
    label = button.label.strip()
    if not button.payload:
        return f"{label} {button.url}".strip()
    return f"{number}. {label}" if number and not bare else label


def _plain(text: str) -> str:
    """Without width, case, spaces inside or signs around: what is compared."""
    return "".join(unicodedata.normalize("NFKC", text).split()).strip(_AROUND).casefold()


def _number(said: str) -> int | None:
    """1 to 999 from 3, 第三个, 三, 选3; 三个 is a count and no choice."""
    found = _CHOICE.match(said)
    if found is None or (found["unit"] and not found["nth"] and not found["number"].isdigit()):
        return None
    number = found["number"]
    return int(number) if number.isdigit() else _spelt(number)


def _spelt(number: str) -> int | None:
    """1 to 99 as written in Chinese, None for what is no numeral (三三, 十十)."""
    tens, ten, ones = number.partition("十")
    if not ten:
        return _DIGITS.get(tens)
    left = _DIGITS.get(tens) if tens else 1
    right = _DIGITS.get(ones) if ones else 0
    return None if left is None or right is None else left * 10 + right
