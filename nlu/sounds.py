"""How a character sounds, with the differences dropped that many speakers do not make."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from unicodedata import combining, normalize

_MERGED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@cache
def _table() -> dict[int, str]:
    """The readings alone: importing the whole of pypinyin would cost 50 MB of phrases not used here."""
    package = find_spec("pypinyin")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("pypinyin")
    spec = spec_from_file_location("nlu_readings", Path(package.origin).with_name("pinyin_dict.py"))
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("pypinyin.pinyin_dict")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    table: dict[int, str] = module.pinyin_dict
    return table


@lru_cache(maxsize=8192)
def sound(char: str) -> str:
    """The toneless first reading of a character, 平/翘 and 前/后鼻 merged; others stand for themselves."""
    reading = _table().get(ord(char), "").split(",", 1)[0]
    if not reading:
        return char
    plain = "".join(c for c in normalize("NFD", reading) if not combining(c))
    for wide, narrow in _MERGED:
        plain = plain.replace(wide, narrow)
    return "l" + plain[1:] if plain.startswith("n") and len(plain) > 1 else plain


def sounds(text: str) -> tuple[str, ...]:
    return tuple(sound(char) for char in text)
