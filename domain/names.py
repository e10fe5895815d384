"""Names people give themselves: letters of one script, never an office. A badge comes from us alone."""

from __future__ import annotations

import re
import unicodedata

LENGTH = range(2, 21)  # characters
_RANK = re.compile(
    r"[书書][记記]|主任|管理[员員]|[网網]格[长長]|权限|權限|[后後][台臺]|secretary|admin", re.I
)
_BODY = re.compile(
    r"[党黨][委組组]|支部|居委|街道|社[区區]|物[业業]|客服|系[统統]|官方|[邻鄰]里|official|service|system|linli",
    re.I,
)
_BETWEEN = frozenset("·.'- ")
_HAN = "CJK"


def plain(text: str) -> str:
    """Without width, invisible and direction-changing characters, piled marks or doubled spaces."""
    folded = unicodedata.normalize("NFKC", text)
    kept = "".join(char for char in folded if unicodedata.category(char)[0] not in "CM" or char.isspace())
    return " ".join(kept.split())


def claims_a_rank(text: str) -> bool:
    """Whether words speak of a rank or a right, however they are spaced or dressed up."""
    return bool(_RANK.search(_together(text)))


def _together(text: str) -> str:
    return "".join(char for char in plain(text) if char not in _BETWEEN)


def a_name(text: str) -> str | None:
    """The name these words are, cleaned; None when they are none or pretend to be an office."""
    name = plain(text)
    letters = [char for char in name if char not in _BETWEEN]
    if (
        len(name) not in LENGTH
        or len(letters) < min(LENGTH)
        or claims_a_rank(name)
        or _BODY.search(_together(name))
    ):
        return None
    if not all(char.isalpha() for char in letters) or len({_script(char) for char in letters}) > 1:
        return None
    return name.replace(" ", "") if _script(letters[0]) == _HAN else name


def _script(letter: str) -> str:
    first = unicodedata.name(letter, "?").split()[0]
    return _HAN if first in ("HIRAGANA", "KATAKANA") else first
