"""Every sentence, by language. Files lie in texts/<locale>/<name>.toml; a key is "<name>.<key>".

A large file may stand in parts: buttons.toml and buttons.ratings.toml are both "buttons".
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from domain.calendar import BEIJING
from domain.settings import fits

HOME = Path(__file__).parent / "texts"
LOCALES = ("zh_Hans", "zh_Hant", "en")
_PATTERNS = {
    "zh_Hans": {"when": "MM月dd日HH:mm", "day": "M月d日 EEEE", "time": "HH:mm"},
    "zh_Hant": {"when": "MM月dd日HH:mm", "day": "M月d日 EEEE", "time": "HH:mm"},
    "en": {"when": "d MMM, HH:mm", "day": "EEE, d MMM", "time": "HH:mm"},
}


@cache
def _sentences(locale: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in sorted((HOME / locale).glob("*.toml")):
        found.update(_flat(tomllib.loads(file.read_text(encoding="utf-8")), file.stem.partition(".")[0]))
    return found


def _flat(table: Mapping[str, Any], prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        name = f"{prefix}.{key}"
        if isinstance(value, dict):
            found.update(_flat(value, name))
        else:
            found[name] = str(value)
    return found


def sentences(locale: str) -> Mapping[str, str]:
    """All sentences of a language, by key."""
    return _sentences(locale)


@cache
def commands(locale: str) -> dict[str, str]:
    """Short words that name an intent exactly, in the reader's language and in Simplified Chinese."""
    found: dict[str, str] = {}
    for language in (LOCALES[0], locale):
        for key, words in _sentences(language).items():
            if key.startswith("commands."):
                found.update(dict.fromkeys(words.lower().split("|"), key.removeprefix("commands.")))
    return found


def has(key: str) -> bool:
    return key in _sentences(LOCALES[0])


class _Filler(string.Formatter):
    """Fills a sentence's gaps. Moments become Beijing time; `{x:status}` is the word for x in words.toml."""

    def __init__(self, locale: str) -> None:
        self.locale = locale

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, datetime):
            return when(value, self.locale, format_spec or "when")
        if format_spec and not isinstance(value, int | float):
            return say(self.locale, f"words.{format_spec}.{value}")
        return str(format(value, format_spec))


_CLOSED = ("commands.", "buttons.", "words.", "web.", "desk_web.", "loading.", "export.", "consent.")
"""What is no sentence of the bot, is matched by the code, or was agreed to word by word."""


class _Own:
    """A house's own sentences: the last picture of the community that this process has read."""

    given: Mapping[str, Mapping[str, str]] | None = None
    words: Mapping[tuple[str, str], str] = MappingProxyType({})


def use(own: Mapping[str, Mapping[str, str]]) -> None:
    """From now on these are said instead of ours. One whose gaps are not ours (any more) is passed over."""
    if own is _Own.given:
        return
    kept = {
        (locale, key): words
        for key, several in own.items()
        if may_change(key)
        for locale, words in several.items()
        if locale in LOCALES and fits(words, default(locale, key))
    }
    _Own.given, _Own.words = own, MappingProxyType(kept)


def may_change(key: str) -> bool:
    """Whether a house may say this in its own words."""
    return has(key) and not key.startswith(_CLOSED)


def default(locale: str, key: str) -> str:
    """A sentence as it comes with the program. A language that lacks it speaks Simplified Chinese."""
    return _sentences(locale).get(key) or _sentences(LOCALES[0]).get(key) or ""


def sentence(locale: str, key: str) -> str:
    """A sentence as it is said here, its gaps unfilled."""
    return _Own.words.get((locale, key)) or default(locale, key)


def say(locale: str, key: str, **facts: Any) -> str:
    """One sentence with its facts. A language that lacks it speaks Simplified Chinese."""
    words = sentence(locale, key)
    if not words:
        raise KeyError(f"no sentence {key!r} in {locale}")
    return _Filler(locale).vformat(words, (), facts) if "{" in words else words


def when(moment: datetime, locale: str, pattern: str = "when") -> str:
    """A moment as people read it, in Beijing time."""
    from babel.dates import format_datetime

    shape = _PATTERNS[locale if locale in _PATTERNS else LOCALES[0]][pattern]
    babel = {"zh_Hans": "zh_Hans_CN", "zh_Hant": "zh_Hant_HK"}.get(locale, locale)
    return format_datetime(moment.astimezone(BEIJING), shape, tzinfo=BEIJING, locale=babel)
