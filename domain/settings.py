"""设置: what a desk changes over what the community's files say, field by field."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What can be changed at a desk."""

    CATEGORY = "category"  # key: the category's; fields: those of CategoryRow
    HOURS = "hours"  # key: ""; fields: spans, weekdays
    DAYS = "days"  # key: ""; fields: "2027-02-05" → works
    TEXT = "text"  # key: the sentence's; fields: locale → words


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What stands over the files for one thing: only the fields in which it differs."""

    id: int = 0
    kind: Kind
    key: str
    fields: dict[str, Any] = field(default_factory=dict)
    changed_at: datetime
    changed_by: int
    version: int = 0


def differing(own: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """The fields in which something differs from what the files say."""
    return {name: value for name, value in own.items() if name not in base or base[name] != value}


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a change took away and what it put there; None stands for what the files say."""
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def put_back(fields: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as they were before a change; what was changed since in other fields stays."""
    kept = {name: value for name, value in fields.items() if name not in before}
    return kept | {name: value for name, value in before.items() if value is not None}


def gaps(sentence: str) -> set[tuple[str, str, str]]:
    """The placeholders of a sentence, each with its format and conversion. Raises ValueError."""
    found = string.Formatter().parse(sentence)
    return {(name, how or "", as_ or "") for _, name, how, as_ in found if name is not None}


def fits(own: str, default: str) -> bool:
    """Whether a sentence can stand in for another: it takes exactly the same facts."""
    try:
        return bool(own.strip()) and gaps(own) == gaps(default)
    except ValueError:
        return False
