"""What every community has unless its file says otherwise: the categories and the national numbers."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from domain.community import CategoryRow


@cache
def _defaults() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("defaults.toml").read_text("utf-8"))


def default_categories() -> tuple[CategoryRow, ...]:
    """The nineteen categories with who is responsible first and by when."""
    return tuple(
        CategoryRow(**(row | {"first": tuple(row["first"]), "next": tuple(row["next"])}))
        for row in _defaults()["categories"]
    )


def default_numbers() -> dict[str, str]:
    """110, 119, 120, 122, 12345, 96119."""
    return dict(_defaults()["numbers"])
